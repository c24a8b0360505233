"""One random conversation of the soak: what is drawn for it, the app that holds it, its user.

Knows the real google-genai SDK with the library on it, and the local server. Must not know what is
promised: that is `soak_verdict.py`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import gemini_live_interrupt as gli
from gemini_live_interrupt.testing import LiveServer, SpeakerSim, SyntheticUser, speak
from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.faults import FAULTS
from gemini_live_interrupt.testing.server.temperament import Manner

LONGEST_WAIT = 10_000.0
"""ms that anybody may wait for the model."""
STORY = (
    "Once there was a fox who lived near a wide river. One day he found a boat without an owner. "
    "He stepped in and let it drift to the sea."
)
ANSWER = "The fox was called Rusty."
QUESTION = "What was the fox called?"
HUM = "Mm-hm."
FAMILIES = ("3.8", "3.8", "3.1", "2.5", "2.5-vertex")
REFUSING = "refuse_content"
"""A refusal is remembered for the whole process, so these conversations come last."""
NOT_HERE = (REFUSING, "reads_note_aloud")
"""The second is a temperament, too."""
HARMLESS = tuple(name for name in FAULTS if name not in NOT_HERE)
LOSSES = (
    *("drop", "internal_error", "go_away", "go_away_after_generation"),
    "close_after_content",
)
"""The connection ends: so often at most that the app can get through."""
ONCE = ("stall", "text_only_turn")
"""A model of which no reply can be heard twice running is given up on purpose."""
CUTS = ("phantom", "phantom_burst", "interrupted_after_generation")
"""A session in which *every* reply is cut at once is given up on purpose, so these have an end."""
TEMPERAMENTS: tuple[Sequence[Manner], ...] = (
    *[("obeys",)] * 6,
    *(("ignores",), ("ignores", "obeys"), ("skips",), ("restarts",), ("rewords",)),
    *(("echoes", "obeys"),),
    *((("echoes", "ignores"), "obeys"), ("silent", "obeys"), ("skips", "ignores", "obeys")),
)
"""How the model takes what it is told, reply by reply after a cut; half of them do as they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One conversation, drawn from its seed."""

    seed: int
    family: str
    names: tuple[str, ...]
    """Of the faults."""
    faults: tuple[Fault, ...]
    spoken_request: bool
    barge_ins: tuple[tuple[float, str], ...]
    """After how many seconds of each reply the user speaks, and what; "" is a burst of noise."""
    reports_playback: bool
    tool_seconds: float
    temperament: Sequence[Manner]
    """Of the model, reply by reply after a cut."""

    @classmethod
    def draw(cls, seed: int, *, refusing: bool = False) -> Plan:
        rng = random.Random(seed)
        names = rng.sample(HARMLESS, rng.choice((0, 1, 1, 2, 2, 3, 4)))
        if refusing:
            names = [*names[:1], REFUSING]
        faults = []
        for name in names:
            once = name in (*LOSSES, *ONCE)
            times = (1,) if once else (1, 2) if name in CUTS else (None, 1, 2)
            faults.append(
                replace(
                    FAULTS[name],
                    probability=rng.choice((1.0, 1.0, 0.5)),
                    times=rng.choice(times),
                )
            )
        barge_ins = tuple(
            (rng.uniform(0.4, 4.0), rng.choice((QUESTION, QUESTION, HUM, "")))
            for _ in range(rng.choice((1, 1, 2)))
        )
        return cls(
            seed=seed,
            family=rng.choice(FAMILIES),
            names=tuple(names),
            faults=tuple(faults),
            spoken_request=rng.random() < 0.3,
            barge_ins=barge_ins,
            reports_playback=rng.random() < 0.5,
            tool_seconds=rng.uniform(0.05, 2.0),
            temperament=rng.choice(TEMPERAMENTS),
        )


HOST: ContextVar[Host] = ContextVar("host")
"""Whose conversation a callback of the library belongs to."""


class Host:
    """A voice app: plays, answers calls, reconnects; and remembers what was raised."""

    def __init__(self, server: LiveServer, plan: Plan) -> None:
        self.server = server
        self.plan = plan
        self.vertex = plan.family.endswith("vertex")
        self.live = server.client(vertex=self.vertex).aio.live
        self.handle: str | None = None
        self.session: Any = None
        self.side: Any = None
        self.speaker = SpeakerSim()
        self.user: SyntheticUser | None = None
        self.raised: list[Exception] = []
        self.problems: list[str] = []
        self.up = asyncio.Event()
        self.ended = False
        self.calls: set[asyncio.Task[None]] = set()
        self.waits: list[tuple[int, float, float]] = []
        """Function calls: connection, from, to (ms of the session)."""
        self.told: list[tuple[int, float]] = []
        """Where the library said that the model stays silent: connection, ms of the session."""
        self.outcomes: list[str] = []
        """What the library said that came of each cut."""

    @property
    def is_mute(self) -> bool:
        """Whether the server may be such that no message of ours makes the model speak, or closes
        over them, so that there are none any more."""
        return bool({REFUSING, "close_after_content"} & set(self.plan.names))

    def notice(self, notice: gli.Notice) -> None:
        """What `on_event` gets of this conversation."""
        if notice.kind in ("gave up", "stalled") and self.side is not None:
            self.told.append((self.side.record.index, self.side.now()))

    def concluded(self, outcome: gli.Outcome) -> None:
        """What `on_outcome` gets of this conversation."""
        self.outcomes.append(outcome.kind)

    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "response_modalities": ["AUDIO"],
            "input_audio_transcription": {},
            "output_audio_transcription": {},
            "session_resumption": {"handle": self.handle},
            "tools": [
                {
                    "function_declarations": [
                        {
                            "name": "look_up",
                            "behavior": "BLOCKING" if self.plan.seed % 2 else "NON_BLOCKING",
                        }
                    ]
                }
            ],
        }
        if self.vertex:
            del config["tools"][0]["function_declarations"][0]["behavior"]
        return config

    async def run(self) -> None:
        """Connect, and connect again when the connection is lost."""
        HOST.set(self)
        for attempt in range(8):
            try:
                async with self.live.connect(model=self.model(), config=self.config()) as session:
                    await self._serve(session)
            except Exception as error:
                # connect() itself: refused because it came too soon after a drop.
                if "resume_too_soon" not in self.plan.names:
                    self.problems.append(f"connect raised {error!r:.200}")
            if self.ended:
                return
            self.up.clear()
            await asyncio.sleep(0.4 if attempt < 2 else 1.5)
        self.problems.append("no connection after 8 attempts")

    def model(self) -> str:
        from gemini_live_interrupt.testing import PROFILES

        return PROFILES[self.plan.family].model

    async def _serve(self, session: Any) -> None:
        self.session = session
        self.side = side = self.server.session_of(session)
        if side.record.index:
            # The network is bad for two connections at most.
            self.server._faults = [f for f in self.server._faults if f.name not in LOSSES]
        tracker = gli.interrupt_resume_for(session)
        report = tracker.playback.on_play_ms if self.plan.reports_playback else None
        self.speaker = SpeakerSim(on_play_ms=report)
        self.user = SyntheticUser(session, chunk_ms=40.0, noise=20.0, seed=self.plan.seed)
        async with self.speaker, self.user:
            self.up.set()
            try:
                await self._read(session)
            finally:
                side.report_playback(self.speaker.spans)

    async def _read(self, session: Any) -> None:
        while not self.ended:
            try:
                async for message in session.receive():
                    self._take(session, message)
            except asyncio.CancelledError:
                raise
            except TypeError as error:
                self.raised.append(error)
                if "unknown_message" not in self.plan.names:
                    self.problems.append(f"receive raised {error!r:.200}")
            except Exception as error:
                self.raised.append(error)
                if type(error).__name__ != "APIError":
                    self.problems.append(f"receive raised {error!r:.200}")
                return

    def _take(self, session: Any, message: Any) -> None:
        self.speaker.take(message)
        update = message.session_resumption_update
        if update is not None and update.new_handle:
            self.handle = update.new_handle
        if message.tool_call is not None:
            task = asyncio.create_task(self._answer(session, message.tool_call.function_calls))
            self.calls.add(task)
            task.add_done_callback(self.calls.discard)

    async def _answer(self, session: Any, calls: Any) -> None:
        side = self.side
        began = side.now()
        await asyncio.sleep(self.plan.tool_seconds)
        self.waits.append((side.record.index, began, side.now()))
        with suppress(
            Exception
        ):  # The connection may be gone: the call is then answered by nobody.
            await session.send_tool_response(
                function_responses=[
                    {"id": call.id, "name": call.name, "response": {"ok": True}} for call in calls
                ]
            )


async def act(host: Host, plan: Plan, lines: list[Any]) -> None:
    question, hum, request = lines
    await host.up.wait()
    if plan.spoken_request:
        await _say(host, request)
    else:
        with suppress(Exception):
            await host.session.send_realtime_input(text="Tell me a story.")
    for after, words in plan.barge_ins:
        if not await _heard(host, after):
            continue
        if words:
            await _say(host, question if words == QUESTION else hum)
        else:
            await _say(host, _noise(plan.seed))
    # Until the model has been quiet for a good while: then somebody is owed something, or nobody.
    quiet = 0.0
    while quiet < LONGEST_WAIT / 1000 + 1.5:
        await asyncio.sleep(0.25)
        busy = not host.up.is_set() or host.speaker.buffered_ms > 0 or host.calls
        quiet = 0.0 if busy else quiet + 0.25
        if quiet > 2.5 and _settled(host):
            return


def _settled(host: Host) -> bool:
    """Whether the last reply was played to its end, so that nobody waits."""
    record = host.server.records[-1]
    last = record.turns[-1] if record.turns else None
    if last is None or last.is_cut or last.generated_ms is None:
        return False
    if "stall" in host.plan.names:
        return False
    spoken = max((speech.end_ms for speech in record.speech), default=0.0)
    return last.started_ms > spoken and last.audio_ms > 0


async def _heard(host: Host, seconds: float) -> bool:
    """Wait until the user has heard so much of what is said now."""
    start, waited = host.speaker.played_ms, 0.0
    while waited < 14.0:
        await asyncio.sleep(0.1)
        waited += 0.1
        if host.speaker.played_ms < start:
            start = 0.0
        if host.speaker.played_ms - start >= seconds * 1000 and host.up.is_set():
            return True
    return False


async def _say(host: Host, line: Any) -> None:
    with suppress(ConnectionError, RuntimeError):
        assert host.user is not None
        await host.user.say(line)


def _noise(seed: int) -> Any:
    """Half a second of a loud, voiced burst that is no word."""
    return replace(speak("Aaah!", voice="en-us+m3", sample_rate=16_000), text="")
