"""An interruption that has no reply yet, as those see it who follow the reply.

Knows what is handed over at that moment. Must not know who hands it over, or what for.
"""

from __future__ import annotations

from dataclasses import dataclass

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.user_turn import Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """An interruption whose reply has not begun, as it stands."""

    interruption: e.Interruption
    """With what has become known since the cut."""
    utterance: Utterance | None
    """What the user said to interrupt; its words may still come."""
    told_by: e.Delivery | None
    """How its note was sent; None: none was."""
    wants_none: bool
    """The app, or its builder, wants nothing more said; or nobody has said that it was a cut."""
    nudges: int
    """How many were sent since the cut."""
