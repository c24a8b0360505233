"""A conversation and its twin, which is told the same: what only saves work must lead to the same."""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation


class WithTwin(Conversation):
    """A conversation beside a plain one; what they answer is compared at each event."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.twin = Conversation(*args)
        self.kinds = set[str]()
        """Names of the commands so far."""

    def apply(self, event: e.Event, now: float) -> list[e.Command]:
        expected = self.twin.apply(event, now)
        commands = super().apply(event, now)
        assert commands == expected
        assert self.deadline() == self.twin.deadline()
        self.kinds |= {type(command).__name__ for command in commands}
        return commands
