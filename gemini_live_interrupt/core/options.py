"""What one conversation goes by: what the app chose, and what its session adds.

Knows the settings that the core acts on, each with its unit and default. Must not know where they come from: a shell
checks and translates what its users give. A module of its own, so that every room of the core may read the settings
without seeing the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from gemini_live_interrupt.core.choices import Choices
from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.learned import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Choices):
    """The app's choices, and what the session adds."""

    delivery: Delivery = "silent"
    """How notes are delivered: see `profiles.py`."""
    notes: bool = True
    """False: no note is sent; interruptions are still followed."""
    nudges: bool = True
    """False: nobody is ever asked to go on."""
    muted: bool = False
    """True: the server has refused answering messages; where one is due, the app is told instead."""
    other_delivery: Delivery | None = None
    """The delivery that may be taken where the first has shown that it does not work; None: the app
    wants the first, or the model takes no other."""
    learned: tuple[Evidence, ...] = ()
    """What earlier sessions with this model and backend have shown."""
    compresses: bool = False
    """The session's context is compressed, so that token counts do not add up."""
    spoken: bool = False
    """The session is known to have sound, so that a text part is nothing that anybody says or reads."""
    speech_interrupts: bool = True
    """False: speech cuts no reply (`NO_INTERRUPTION`), so none is taken for cut because of it."""
    session_id: str = ""
    """Names the session in every record."""
    model: str = ""
    """The model's name, for every record."""
    latency_ms: float = 0.0
    """How much later than received or reported the user hears, in ms."""
    epoch: float = 0.0
    """What to add to `now` for seconds since the epoch."""

    @classmethod
    def of(cls, choices: Choices, *, delivery: Delivery, **session: Any) -> Options:
        """What `choices` say, and what is known of the session.

        >>> Options.of(Choices(max_history=2), delivery="answering", muted=True).max_history
        2
        """
        chosen = {field.name: getattr(choices, field.name) for field in fields(Choices)}
        return cls(**chosen | {"delivery": delivery, "profile": None} | session)
