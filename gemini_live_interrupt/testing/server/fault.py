"""What a fault may do: the hooks through which the server can be made to misbehave.

A fault changes messages on their way out, refuses messages on their way in, or acts at a moment of
the session. It knows the session only as `FaultySession`, so faults combine, and the session
may know faults. The catalogue is `gemini_live_interrupt.testing.server.faults`; a test may add
its own.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from gemini_live_interrupt.testing.server.delivery import Delivery, Parcel
from gemini_live_interrupt.testing.server.plan import Plan
from gemini_live_interrupt.testing.server.record import SessionRecord, Turn
from gemini_live_interrupt.testing.server.wire import ClientMessage

__all__ = ["Fault", "FaultySession", "Outgoing", "Stage"]

Json = dict[str, Any]
Stage = Literal[
    "setup_complete",
    "audio",
    "transcript",
    "input_transcript",
    "interrupted",
    "generation_complete",
    "turn_complete",
    "tool_call",
    "voice_activity",
    "other",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message on its way to the client."""

    message: Json
    """As it will be sent."""
    stage: Stage
    """What it means."""
    delay_ms: float = 0.0
    """How long to wait before it."""
    detached: bool = False
    """Whether later messages may overtake it while it waits."""


class SessionClock(Protocol):
    """The session's time, and work that ends with its connection."""

    async def sleep(self, ms: float) -> None:
        """Let ``ms`` of session time pass."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``work`` beside the session."""


class FaultySession(Protocol):
    """What a fault may see of a session, and do to it."""

    @property
    def connection(self) -> SessionClock:
        """Time, and work beside the session."""

    @property
    def record(self) -> SessionRecord:
        """What has happened so far."""

    @property
    def turn(self) -> Turn | None:
        """The reply that is being sent or, for all the server knows, played."""

    @property
    def away_ms(self) -> float | None:
        """How long a resumed session had no connection; None for a new one."""

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the client declared."""

    def now(self) -> float:
        """Session time in ms since the connection opened."""

    async def send(self, message: Json) -> None:
        """Send any message, past the faults."""

    async def barge_in(self, cause: str) -> None:
        """Cut the reply that is being sent or played."""

    async def go_away(self, time_left_ms: float) -> None:
        """Announce the end of the connection, and close it when the time is up."""

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""

    def drop(self) -> None:
        """Lose the connection without a word."""

    def unsent(self) -> tuple[Parcel, ...]:
        """What the cut of the last reply left unsent."""

    async def send_late(self, parcel: Parcel) -> None:
        """Send a message of the last reply although it was cut."""


@dataclass(kw_only=True)
class Fault:
    """A way to misbehave. Each session gets a copy with randomness of its own."""

    probability: float = 1.0
    """How likely it strikes each time it could, 0 to 1."""
    times: int | None = None
    """How often it strikes in one session at most; None is always."""
    after: int = 0
    """How many chances it lets pass first."""

    name: ClassVar[str] = ""
    """As in ``LiveServer(faults=[name])``."""
    rng: random.Random = field(default_factory=random.Random, init=False, repr=False)
    session: FaultySession = field(init=False, repr=False, compare=False)
    _chances: int = field(default=0, init=False, repr=False)
    _struck: int = field(default=0, init=False, repr=False)

    def strikes(self) -> bool:
        """Draw whether it strikes now; if so, the record says when."""
        self._chances += 1
        spent = self.times is not None and self._struck >= self.times
        if self._chances <= self.after or spent or self.rng.random() >= self.probability:
            return False
        self._struck += 1
        self.session.record.faults.append((self.session.now(), self.name))
        return True

    def setting_up(self) -> None:
        """Before setupComplete; may raise Refusal."""

    def started(self) -> None:
        """The session was set up."""

    def received(self, message: ClientMessage) -> None:
        """The client sent ``message``; may raise Refusal."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        """What goes out in place of ``out``."""
        return (out,)

    def allows_reply(self, kind: str) -> bool:
        """Whether the model may begin a reply to ``kind``: ``audio``, ``text`` or ``content``."""
        return True

    def planned(self, plan: Plan) -> Plan:
        """What the model will say in place of ``plan``."""
        return plan

    def allows_note(self, text: str) -> bool:
        """Whether the model gets to know silent client content."""
        return True

    def delivered(self, delivery: Delivery) -> Delivery:
        """How a reply goes out in place of ``delivery``."""
        return delivery

    def began(self, turn: Turn) -> None:
        """The model starts to speak."""

    def was_cut(self, turn: Turn) -> None:
        """A barge-in cut ``turn``; ``interrupted`` has been sent."""
