"""What an application can choose about one conversation.

Knows the settings that the core acts on, each with its unit and default. Must not know where they come from: a shell
checks and translates what its users give. A module of its own, so that every room of the core may read the settings
without seeing the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass

from gemini_live_interrupt.core.events import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an application can choose."""

    max_history: int = 4
    """Turns that a note and a builder get; 0 keeps none."""
    delivery: Delivery = "silent"
    """How notes are delivered: see `profiles.py`."""
    notes: bool = True
    """False: no note is sent; interruptions are still followed."""
    nudges: bool = True
    """False: nobody is ever asked to go on."""
    muted: bool = False
    """True: the server has refused answering messages; where one is due, the app is told instead."""
    user_words_note: bool = False
    """A second silent message with the user's words, where they come after the note and before the
    reply. Off: nobody has measured whether it delays the reply."""
    latency_ms: float = 0.0
    """How much later than received or reported the user hears, in ms."""
    false_interruption_after: float | None = 4.0
    """Seconds of quiet after which an interruption without words is taken for noise; None:
    never."""
    reply_timeout: float | None = None
    """Seconds without a reply after the user's words until the model is reminded; None: never."""
    epoch: float = 0.0
    """What to add to `now` for seconds since the epoch."""
