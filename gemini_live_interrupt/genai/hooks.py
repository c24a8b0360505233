"""What the shell of a session tells others of the process.

Knows what there is to be told. Must not know who is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.learned import LearnedRoute


def _nothing(*_: Any) -> None:
    """What a hook does that nobody set."""


@dataclass(slots=True)
class Hooks:
    """Each is called in the event loop of its session, and may be set until it has begun."""

    closed: Callable[[], None] = _nothing
    """The connection is gone, and all that came over it was followed. Called once."""
    progress: Callable[[], None] = _nothing
    """Something that happened has been followed."""
    handle: Callable[[str], None] = _nothing
    """The server names a handle with which the session can be resumed."""
    refused: Callable[[Delivery], None] = _nothing
    """The server does not take messages of a delivery."""
    learned: Callable[[LearnedRoute, bool], None] = _nothing
    """A reply showed whether a route works with this model."""
