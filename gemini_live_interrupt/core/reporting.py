"""When the app gets its record of an interruption: once, when it is known what became of its note.

Knows which record waits for which message of ours. Must not know when a note is due, or what it
says. Owns the records that wait, and whether the app has that of the open interruption.
"""

from __future__ import annotations

from dataclasses import replace

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.sending import Sending


class Reporting:
    """The records of one conversation that the app has not got yet.

    Args:
        ours: sends our messages.
    """

    def __init__(self, ours: Sending) -> None:
        self._ours = ours
        self.open_id: int | None = None
        """The last interruption."""
        self._waiting: dict[int, e.Interruption] = {}
        """By the message that is on its way."""
        self.done = True
        """The app has got the record of the open interruption."""

    def begin(self, interruption: e.Interruption, *, done: bool, out: list[e.Command]) -> None:
        """The floor was taken. What became of a message that is out already is not awaited any more."""
        for id_ in [one for one in self._waiting if not self._ours.waits(one)]:
            self.report(self._waiting.pop(id_), out)
        self.open_id = interruption.id
        self.done = done

    def is_open(self, record: e.Interruption) -> bool:
        """Whether it is of the last interruption."""
        return record.id == self.open_id

    def wait(self, id_: int, record: e.Interruption) -> None:
        """The app gets this record when it is known what became of this message."""
        self._waiting[id_] = record

    @property
    def reaches_app(self) -> bool:
        """Whether the app has the record of the open interruption, or is about to get it."""
        return self.done or any(map(self.is_open, self._waiting.values()))

    @property
    def waits_for_its_turn(self) -> bool:
        """Whether a note has not gone out because of a message before it."""
        return any(map(self._ours.waits, self._waiting))

    def take(self, id_: int) -> e.Interruption | None:
        """The record that waits for this message, to be reported now."""
        return self._waiting.pop(id_, None)

    def sent(self, id_: int, out: list[e.Command]) -> bool:
        """A message is out.

        Returns:
            Whether it was about the last interruption.
        """
        record = self.take(id_)
        if record is None:
            return False
        self.report(record, out)
        return self.is_open(record)

    def failed(self, id_: int, out: list[e.Command]) -> None:
        """A message could not be sent."""
        record = self.take(id_)
        if record is not None:
            self.report(replace(record, note=""), out)

    def report(self, record: e.Interruption, out: list[e.Command]) -> None:
        """The app gets it now."""
        self.done = self.done or self.is_open(record)
        out.append(e.Notify(interruption=record))

    def close(self, out: list[e.Command]) -> None:
        """The connection is gone: the app gets those of earlier interruptions."""
        for record in self._waiting.values():
            if not self.is_open(record):
                self.report(record, out)
        self._waiting.clear()
