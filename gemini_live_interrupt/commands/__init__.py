"""What the command `gemini-live-interrupt` does. Sees all the rest; nothing of the rest sees it."""
