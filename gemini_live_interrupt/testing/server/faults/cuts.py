"""What goes wrong around a cut: signals without a user, too many of them, content after them.

Knows when a reply is being said and how to end it; nothing of what the reply says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.record import Turn

__all__ = [
    "InterruptedAfterGeneration",
    "LateContent",
    "Phantom",
    "PhantomActivity",
    "RepeatedInterrupted",
]

_INTERRUPTED: dict[str, Any] = {"serverContent": {"interrupted": True}}


@dataclass(kw_only=True)
class Phantom(Fault):
    """``interrupted`` although nobody spoke (2.5: python-genai 2333, right after turnComplete)."""

    name: ClassVar[str] = "phantom"
    when: Literal["speaking", "in_vain", "after", "idle"] = "speaking"
    """In a reply, which is really cut; in a reply, which goes on all the same; right after its
    turnComplete; or once where nothing is being said."""
    at_ms: float = 1500.0
    """From the reply's start, or from the session's for ``idle``."""
    burst: int = 1
    """How many in a row, 30 ms apart."""

    def started(self) -> None:
        if self.when == "idle":
            self.session.connection.spawn(self._signal(self.at_ms))

    def began(self, turn: Turn) -> None:
        if self.when == "speaking" and self.strikes():
            self.session.connection.spawn(self._cut(turn))
        elif self.when == "in_vain" and self.strikes():
            self.session.connection.spawn(self._signal(self.at_ms))

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        ended = self.session.record.turns[-1] if self.session.record.turns else None
        if (
            self.when == "after"
            and out.stage == "turn_complete"
            and ended is not None
            and not ended.is_cut
            and self.strikes()
        ):
            self.session.connection.spawn(self._signal(20.0))
        return (out,)

    async def _cut(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.at_ms)
        if self.session.turn is turn:
            await self.session.barge_in(self.name)
            await self._more()

    async def _signal(self, delay_ms: float) -> None:
        await self.session.connection.sleep(delay_ms)
        if self.when == "idle" and (self.session.turn is not None or not self.strikes()):
            return
        await self.session.send(_INTERRUPTED)
        await self._more()
        await self.session.send({"serverContent": {"turnComplete": True}})

    async def _more(self) -> None:
        for _ in range(self.burst - 1):
            await self.session.connection.sleep(30.0)
            await self.session.send(_INTERRUPTED)


@dataclass(kw_only=True)
class RepeatedInterrupted(Fault):
    """Every ``interrupted`` comes many times (pipecat pull request 4131: ten and more)."""

    name: ClassVar[str] = "repeated_interrupted"
    copies: int = 10
    """How many more."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "interrupted" and self.strikes():
            again = replace(out, delay_ms=15.0)
            return (out, *[again] * self.copies)
        return (out,)


@dataclass(kw_only=True)
class InterruptedAfterGeneration(Fault):
    """``interrupted`` between generationComplete and turnComplete with the user silent (measured
    on 3.8 with a speaking user)."""

    name: ClassVar[str] = "interrupted_after_generation"
    after_ms: float = 200.0
    """From generationComplete."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        turn = self.session.turn
        if out.stage == "generation_complete" and turn is not None and self.strikes():
            self.session.connection.spawn(self._cut(turn))
        return (out,)

    async def _cut(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.after_ms)
        if self.session.turn is turn:
            await self.session.barge_in(self.name)


@dataclass(kw_only=True)
class LateContent(Fault):
    """Audio and text of the cut turn still come after ``interrupted`` (earlier models: N.E.K.O
    pull request 1777; langwatch/scenario 580, 760, 907)."""

    name: ClassVar[str] = "late_content"
    messages: int = 4
    """How many."""
    after_ms: float = 60.0
    """From ``interrupted`` to the first; then 20 ms apart."""

    def was_cut(self, turn: Turn) -> None:
        if self.session.unsent() and self.strikes():
            self.session.connection.spawn(self._send(turn))

    async def _send(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.after_ms)
        for parcel in self.session.unsent()[: self.messages]:
            if self.session.turn is not None:
                return  # the next reply has begun
            await self.session.send_late(parcel)
            await self.session.connection.sleep(20.0)


@dataclass(kw_only=True)
class PhantomActivity(Fault):
    """The server reports that the user speaks, and cuts nothing: a cough (3.8)."""

    name: ClassVar[str] = "phantom_activity"
    at_ms: float = 1500.0
    """From the reply's start."""
    length_ms: float = 300.0
    """From its start to its end."""

    def began(self, turn: Turn) -> None:
        if self.strikes():
            self.session.connection.spawn(self._report())

    async def _report(self) -> None:
        for kind, wait in (("ACTIVITY_START", self.at_ms), ("ACTIVITY_END", self.length_ms)):
            await self.session.connection.sleep(wait)
            offset = f"{self.session.now() / 1000:.3f}s"
            activity = {"type": kind, "audioOffset": offset}
            await self.session.send({"serverContent": {}, "voiceActivity": activity})
