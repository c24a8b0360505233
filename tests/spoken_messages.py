"""Speech of the model as google-genai gives it to an app."""

from __future__ import annotations

from google.genai import types


def spoken(pcm: bytes, text: str = "", rate: int = 24_000) -> types.LiveServerMessage:
    """A message of sound, its text, or both."""
    blob = types.Blob(data=pcm, mime_type=f"audio/pcm;rate={rate}")
    content = types.LiveServerContent()
    if pcm:
        content.model_turn = types.Content(parts=[types.Part(inline_data=blob)])
    if text:
        content.output_transcription = types.Transcription(text=text)
    return types.LiveServerMessage(server_content=content)
