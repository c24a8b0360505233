"""What a connection that is gone has left undone.

Knows the facts that a closed conversation still has for the next connection. Must not know how they
are carried there (`reconnect.py`). Owns them, once the connection is gone: until then they are with
those who follow the interruption and the silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.in_the_air import InTheAir


@dataclass(slots=True, kw_only=True)
class LeftBehind:
    """What was undone when the connection went; nothing while it stands."""

    is_gone: bool = False
    """The connection is gone."""
    cut: Interruption | None = None
    """The cut that got no reply."""
    told: bool = True
    """Whether the model was told of it."""
    lost: bool = False
    """A reply was lost of which no text is known."""
    quiet: bool = False
    """The app wanted nothing said."""
    question: str = ""
    """What the user said and had no answer to."""
    air: InTheAir | None = None
    """What was being played."""
