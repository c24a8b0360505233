"""How a connection ends, or is not taken up again.

Knows close codes and when they come; nothing of what is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.record import Turn
from gemini_live_interrupt.testing.server.wire import ClientMessage, Refusal

__all__ = [
    "CloseAfterContent",
    "Drop",
    "GoAway",
    "InternalError",
    "RefuseContent",
    "ResumeTooSoon",
]


@dataclass(kw_only=True)
class RefuseContent(Fault):
    """Client content closes with 1007 (3.1 until July 2026; a regression would look the same)."""

    name: ClassVar[str] = "refuse_content"
    what: Literal["any", "silent", "answering"] = "any"
    """Which client content."""

    def received(self, message: ClientMessage) -> None:
        if message.kind != "clientContent":
            return
        kind = "answering" if message.turn_complete else "silent"
        if self.what in ("any", kind) and self.strikes():
            raise Refusal(1007, "Request contains an invalid argument.")


@dataclass(kw_only=True)
class CloseAfterContent(Fault):
    """The connection closes a moment after client content, with a code that does not say why
    (googleapis/js-genai 1236, livekit/agents 4545, google/adk-python 3918)."""

    name: ClassVar[str] = "close_after_content"
    what: Literal["any", "silent", "answering"] = "any"
    """After which client content."""
    after_ms: float = 800.0
    """How much later."""
    code: int = 1008
    """WebSocket close code."""

    def received(self, message: ClientMessage) -> None:
        kind = "answering" if message.turn_complete else "silent"
        if message.kind == "clientContent" and self.what in ("any", kind) and self.strikes():
            self.session.connection.spawn(self._end())

    async def _end(self) -> None:
        await self.session.connection.sleep(self.after_ms)
        await self.session.close(self.code, "Operation is not implemented, or supported.")


@dataclass(kw_only=True)
class InternalError(Fault):
    """The service closes with 1011 in the middle of a reply."""

    name: ClassVar[str] = "internal_error"
    at_ms: float = 1500.0
    """From the reply's start."""

    def began(self, turn: Turn) -> None:
        if self.strikes():
            self.session.connection.spawn(self._end())

    async def _end(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        await self.session.close(1011, "Internal error encountered.")


@dataclass(kw_only=True)
class Drop(InternalError):
    """The connection is lost in the middle of a reply; clients see 1006."""

    name: ClassVar[str] = "drop"

    async def _end(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        self.session.drop()


@dataclass(kw_only=True)
class GoAway(Fault):
    """goAway with a deadline; the connection closes when it is over (documented: about 60 s)."""

    name: ClassVar[str] = "go_away"
    when: Literal["session", "generated"] = "session"
    """Counted from the start of the session; or from a reply's generationComplete, so that an app
    which moves at once does so while the reply still plays."""
    at_ms: float = 3000.0
    """How much later."""
    time_left_ms: float = 2000.0
    """The deadline."""

    def started(self) -> None:
        if self.when == "session" and self.strikes():
            self.session.connection.spawn(self._announce())

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        is_now = self.when == "generated" and out.stage == "generation_complete"
        if is_now and self.strikes():
            self.session.connection.spawn(self._announce())
        return (out,)

    async def _announce(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        await self.session.go_away(self.time_left_ms)


@dataclass(kw_only=True)
class ResumeTooSoon(Fault):
    """Resuming right after a drop closes with 1011 (3.8: 12 of 12; after 1-1.6 s it worked)."""

    name: ClassVar[str] = "resume_too_soon"
    within_ms: float = 1300.0
    """How soon is too soon."""

    def setting_up(self) -> None:
        away = self.session.away_ms
        if away is not None and away < self.within_ms and self.strikes():
            raise Refusal(1011, "Internal error encountered.")
