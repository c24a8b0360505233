"""The names of our spans, attributes and metrics.

Knows OpenTelemetry's published GenAI conventions (1.36 and later) where they have a word, and a
namespace of ours for the rest: they have none for interruptions, playback or realtime sessions.
"""

from __future__ import annotations

NAMESPACE = "gemini_live_interrupt"

# --- published
CONVERSATION = "gen_ai.conversation.id"
PROVIDER = "gen_ai.provider.name"
MODEL = "gen_ai.request.model"
OUTPUT = "gen_ai.output.type"

# --- ours
SPEAK = "speak"
"""One reply, while it is audible."""
INTERRUPTION = "interruption"
"""From the cut to what came of it."""


def ours(name: str) -> str:
    """An attribute or metric of ours.

    >>> ours("heard_ms")
    'gemini_live_interrupt.heard_ms'
    """
    return f"{NAMESPACE}.{name}"
