"""Hundreds of random conversations with combined faults: does each of them go on?

Each conversation is the real google-genai SDK, patched by the library, over a real socket against
the local Live server, with a synthetic user who speaks and a speaker that plays in real time. What
is asserted comes from the *server's* record, not from the library:

1. nothing is raised in the host's loop that the bare SDK would not raise too;
2. no more notes than interruptions (cuts by the server, utterances of the user, lost connections);
3. at most two nudges between two replies, and none while the user speaks;
4. nobody waits longer than 10 s for the model where the server still answers. Where it takes no
   message of ours at all (`refuse_content`), the app must be told instead: `on_event` gets
   "gave up" or "stalled".

Run::

    python bench/recovery_soak.py --sessions 500

Exit code 1 if a promise was broken. Half an hour on two cores; a conversation takes 15 to 25 s
of real time, most of it spent listening.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from loguru import logger

import gemini_live_interrupt as gli
from gemini_live_interrupt.genai import handover
from gemini_live_interrupt.testing import (
    LiveServer,
    Note,
    Reply,
    SessionRecord,
    SpeakerSim,
    SyntheticUser,
    Turn,
    speak,
)
from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.faults import FAULTS

MOST_LAG = 250.0
"""ms. A conversation that the machine stalled for longer is held again, and not judged by time if
that happens each time."""
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
HARMLESS = tuple(name for name in FAULTS if name not in (REFUSING, "reads_note_aloud"))
LOSSES = ("drop", "internal_error", "go_away")
CUTS = ("phantom", "phantom_burst", "interrupted_after_generation")
"""A session in which *every* reply is cut at once is given up on purpose, so these have an end."""


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

    @classmethod
    def draw(cls, seed: int, *, refusing: bool = False) -> Plan:
        rng = random.Random(seed)
        names = rng.sample(HARMLESS, rng.choice((0, 1, 1, 2, 2, 3, 4)))
        if refusing:
            names = [*names[:1], REFUSING]
        faults = []
        for name in names:
            times = (1,) if name in (*LOSSES, "stall") else (1, 2) if name in CUTS else (None, 1, 2)
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
        )


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one conversation."""

    seed: int
    family: str
    faults: list[str]
    problems: list[str] = field(default_factory=list)
    timing: list[str] = field(default_factory=list)
    """Broken promises about time; they count only where the machine kept up."""
    lag_ms: float = 0.0
    """The longest time for which this machine let nobody run: above `MOST_LAG` all times are wrong."""
    timeline: list[str] = field(default_factory=list)
    """What happened, where a promise was broken."""
    notes: int = 0
    nudges: int = 0
    interruptions: int = 0
    connections: int = 0
    longest_wait_ms: float = 0.0
    told: int = 0
    """Silences that nothing could break, of which the app was told."""


_HOST: ContextVar[Host] = ContextVar("host")
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

    def notice(self, notice: gli.Notice) -> None:
        """What `on_event` gets of this conversation."""
        if notice.kind in ("gave up", "stalled") and self.side is not None:
            self.told.append((self.side.record.index, self.side.now()))

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
        _HOST.set(self)
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


async def converse(plan: Plan) -> Outcome:
    """One conversation from its first word until nobody is owed anything."""
    lines = [
        speak(text, voice="en-us+m3", sample_rate=16_000)
        for text in (QUESTION, HUM, "Tell me a story.")
    ]
    script = [Reply(ANSWER, to="called"), Reply(STORY, to="story"), STORY, STORY, STORY]
    outcome = Outcome(seed=plan.seed, family=plan.family, faults=list(plan.names))
    async with LiveServer(
        script,
        profile=plan.family,
        faults=plan.faults,
        speech=lines,
        seed=plan.seed,
        recogniser=None,
    ) as server:
        host = Host(server, plan)
        running = asyncio.create_task(host.run())
        try:
            await asyncio.wait_for(_act(host, plan, lines), 90.0)
        except TimeoutError:
            outcome.timing.append("the conversation did not come to an end")
        host.ended = True
        with suppress(Exception):
            await host.session.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.sleep(0.05)
        outcome.problems += host.problems
        _judge(server.records, host, outcome)
        if outcome.problems or outcome.timing:
            outcome.timeline = [line for record in server.records for line in _timeline(record)]
    return outcome


async def _act(host: Host, plan: Plan, lines: list[Any]) -> None:
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


# --- judging, from the server's record


def is_nudge(note: Note) -> bool:
    """Whether it breaks a silence, and is no note."""
    return note.turn_complete and note.text.splitlines()[0].endswith("read it out.]")


def _judge(records: list[SessionRecord], host: Host, outcome: Outcome) -> None:
    served = [record for record in records if record.setup]
    outcome.connections = len(served)
    causes = 0
    for index, record in enumerate(served):
        causes += len(_bursts(record.interrupted_ms)) + len(record.speech)
        causes += index + 1 < len(served)
        nudges = [note for note in record.notes if is_nudge(note)]
        outcome.notes += len(record.notes) - len(nudges)
        outcome.nudges += len(nudges)
        for note in nudges:
            if note.user_speaking:
                outcome.timing.append(f"a nudge over the user's speech at {note.at_ms:.0f} ms")
        for note in record.notes:
            if note.turn_complete and _over_a_reply(record, note):
                outcome.timing.append(f"an answering message over a reply at {note.at_ms:.0f} ms")
        _judge_nudges(record, nudges, outcome)
        last = index + 1 == len(served)
        _judge_waits(record, host, outcome, last=last, first=index == 0)
    outcome.interruptions = causes
    if outcome.notes > causes:
        outcome.problems.append(f"{outcome.notes} notes for {causes} interruptions")


def _over_a_reply(record: SessionRecord, note: Note) -> bool:
    """Whether the client can have known that a reply had begun; 150 ms is on the way."""
    return note.state == "generating" and any(
        turn.started_ms < note.at_ms - 150.0 and note.at_ms < (turn.ended_ms or float("inf"))
        for turn in record.turns
    )


def _bursts(times: list[float]) -> list[float]:
    """`interrupted` signals, those within a second counted once."""
    found: list[float] = []
    for at in sorted(times):
        if not found or at - found[-1] > 1_000.0:
            found.append(at)
    return found


def _judge_nudges(record: SessionRecord, nudges: list[Note], outcome: Outcome) -> None:
    starts = [turn.started_ms for turn in record.turns]
    between = Counter(sum(start <= note.at_ms for start in starts) for note in nudges)
    for count in between.values():
        if count > 2:
            outcome.problems.append(f"{count} nudges in one silence")


def _judge_waits(
    record: SessionRecord, host: Host, outcome: Outcome, *, last: bool, first: bool
) -> None:
    """Every time somebody is owed a reply, sound must follow."""
    end = record.ended_ms or 0.0
    owed = [speech.end_ms for speech in record.speech]
    owed += [turn.ended_ms for turn in record.turns if turn.ended_ms and _is_owed(record, turn)]
    if not first:
        owed.append(0.0)
    spans = sorted((at, at + to - start) for start, to, at in record.played)
    for since in sorted(owed):
        heard = next((max(0.0, at - since) for at, until in spans if until > since + 50.0), None)
        later = next((at for at in sorted(owed) if at > since + 50.0), end)
        ended = later if heard is None else min(since + heard, later)
        waited = ended - since
        calls = [
            to - max(begin, since)
            for index, begin, to in host.waits
            if index == record.index and begin < since + waited and to > since
        ]
        waited -= sum(calls)
        if not first and since == 0.0 and not _left_open(host, record):
            continue
        told = any(index == record.index and since < at < ended for index, at in host.told)
        if waited > LONGEST_WAIT and REFUSING in host.plan.names and told:
            outcome.told += 1
            continue
        outcome.longest_wait_ms = max(outcome.longest_wait_ms, waited)
        if waited > LONGEST_WAIT:
            outcome.timing.append(
                f"silence for {waited:.0f} ms after {since:.0f} ms of connection {record.index}"
            )


def _is_owed(record: SessionRecord, turn: Turn) -> bool:
    """Whether a cut took anything from the user."""
    if not turn.is_cut:
        return False
    stream = turn.stream_start_ms
    heard = max(
        (min(to, stream + turn.audio_ms) - stream for start, to, _ in record.played if to > stream),
        default=0.0,
    )
    return not (turn.generated_ms is not None and heard >= turn.audio_ms - 400.0)


def _left_open(host: Host, record: SessionRecord) -> bool:
    """Whether the connection before this one ended with somebody waiting."""
    before = next((r for r in reversed(host.server.records[: record.index]) if r.setup), None)
    if before is None:
        return False
    if not before.turns:
        return bool(before.speech)
    turn = before.turns[-1]
    asked = any(speech.end_ms > turn.started_ms for speech in before.speech)
    return asked or turn.generated_ms is None or _lost_sound(before, turn)


def _lost_sound(record: SessionRecord, turn: Turn) -> bool:
    since = turn.stream_start_ms - 1.0  # Sums of lengths are not exact.
    heard = sum(to - start for start, to, _ in record.played if start >= since)
    return heard < turn.audio_ms - 400.0


def _timeline(record: SessionRecord) -> list[str]:
    """One connection, as a reader can follow it."""
    lines = [
        (speech.start_ms, f"user until {speech.end_ms:.0f}: {speech.text!r}")
        for speech in record.speech
    ]
    for turn in record.turns:
        end = f"{turn.ended_ms:.0f}" if turn.ended_ms else "the end"
        cut = f", cut by {turn.cause}" if turn.is_cut else ""
        lines.append((turn.started_ms, f"model until {end}{cut}: {turn.text!r:.60}"))
    for note in record.notes:
        kind = "answering" if note.turn_complete else "silent"
        over = ", the user speaks" if note.user_speaking else ""
        lines.append(
            (note.at_ms, f"{kind}, model {note.state}{over}: {note.text.splitlines()[1]:.70}")
        )
    lines += [(at, "interrupted") for at in record.interrupted_ms]
    lines += [(at, f"fault: {name}") for at, name in record.faults]
    lines += [(at, f"played until {at + to - start:.0f}") for start, to, at in record.played]
    shown = [f"{at:8.0f} {line}" for at, line in sorted(lines)]
    return [f"connection {record.index}, closed {record.closed}", *shown]


# --- many of them


class _Lag:
    """How long this process could not run what was due."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []

    async def watch(self) -> None:
        """Look twenty times a second."""
        while True:
            due = time.monotonic() + 0.05
            await asyncio.sleep(0.05)
            self._seen.append((due, (time.monotonic() - due) * 1000.0))

    def since(self, at: float) -> float:
        """The longest since then, in ms."""
        return max((late for due, late in self._seen if due >= at), default=0.0)


async def soak(
    seeds: list[int],
    *,
    parallel: int,
    delivery: Any = "auto",
    refusing: bool = False,
    attempts: int = 3,
) -> list[Outcome]:
    """Conversations with these seeds, so many at a time in this process."""
    own: list[str] = []
    logger.enable("gemini_live_interrupt")
    sink = logger.add(
        lambda line: own.append(str(line)) if "error of" in line else None, level="WARNING"
    )
    gli.enable_interrupt_resume(
        delivery=delivery,
        false_interruption_after=3.0,
        reply_timeout=4.0,
        on_event=lambda notice: _HOST.get().notice(notice),
    )
    gate = asyncio.Semaphore(parallel)
    outcomes: list[Outcome] = []
    lag = _Lag()

    async def one(seed: int, place: int) -> None:
        await asyncio.sleep(min(place, parallel) * 0.3)
        async with gate:
            plan = Plan.draw(seed, refusing=refusing)
            try:
                for _ in range(attempts):
                    began = time.monotonic()
                    outcome = await converse(plan)
                    outcome.lag_ms = lag.since(began)
                    if outcome.lag_ms <= MOST_LAG:
                        break
                outcomes.append(outcome)
                if len(outcomes) % 10 == 0:
                    broken = sum(bool(o.problems or o.timing) for o in outcomes)
                    print(f"{len(outcomes)} of {len(seeds)}, {broken} to look at", file=sys.stderr)
            except Exception as error:
                outcomes.append(
                    Outcome(
                        seed=seed,
                        family=plan.family,
                        faults=[],
                        problems=[f"the soak itself: {error!r}"],
                    )
                )

    watching = asyncio.create_task(lag.watch())
    try:
        await asyncio.gather(*(one(seed, place) for place, seed in enumerate(seeds)))
        await handover.settled()
    finally:
        watching.cancel()
        logger.remove(sink)
        logger.disable("gemini_live_interrupt")
        gli.disable_interrupt_resume()
    if own and outcomes:
        outcomes[0].problems.append(f"the library logged an error of its own: {own[0][:300]}")
    return outcomes


def judged_by_time(outcome: Outcome) -> bool:
    """Whether the machine kept up with this conversation."""
    return outcome.lag_ms <= MOST_LAG


def _in_process(
    seeds: list[int], refusing: list[int], parallel: int
) -> tuple[list[Outcome], float]:
    logger.remove()
    forced = seeds[: len(seeds) // 4]
    outcomes = asyncio.run(soak(seeds[len(forced) :], parallel=parallel))
    outcomes += asyncio.run(soak(forced, parallel=parallel, delivery="answering"))
    outcomes += asyncio.run(soak(refusing, parallel=parallel, refusing=True))
    return outcomes, resource.getrusage(resource.RUSAGE_SELF).ru_utime


def main() -> int:
    """Run the soak and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--parallel", type=int, default=5, help="conversations at a time in a process"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--verbose", action="store_true", help="show what happened where a promise was broken"
    )
    parser.add_argument("--json", help="write every outcome to this file")
    options = parser.parse_args()
    began = time.monotonic()
    seeds = [options.seed * 1_000_000 + index for index in range(options.sessions)]
    refusing = seeds[: options.sessions // 25]
    rest = seeds[len(refusing) :]
    outcomes: list[Outcome] = []
    cpu = 0.0
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = [
            pool.submit(
                _in_process,
                rest[n :: options.processes],
                refusing[n :: options.processes],
                options.parallel,
            )
            for n in range(options.processes)
        ]
        for job in jobs:
            found, used = job.result()
            outcomes += found
            cpu += used
    took = time.monotonic() - began
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([asdict(outcome) for outcome in outcomes], file, indent=1)
    return _report(outcomes, took, cpu, verbose=options.verbose)


def _report(outcomes: list[Outcome], took: float, cpu: float, *, verbose: bool) -> int:
    judged = [outcome for outcome in outcomes if judged_by_time(outcome)]
    bad = [o for o in outcomes if o.problems or (o.timing and o in judged)]
    waits = sorted(outcome.longest_wait_ms for outcome in judged) or [0.0]
    struck = Counter(name for outcome in outcomes for name in outcome.faults)

    def total(name: str) -> int:
        return sum(getattr(outcome, name) for outcome in outcomes)

    print(f"{len(outcomes)} conversations, {total('connections')} connections in {took:.0f} s")
    print(f"CPU {cpu:.0f} s")
    print(f"not judged by time, because the machine stalled: {len(outcomes) - len(judged)}")
    print(
        f"{total('interruptions')} interruptions, {total('notes')} notes, {total('nudges')} nudges"
    )
    print(
        f"longest wait for the model: median {waits[len(waits) // 2]:.0f} ms, "
        f"95 % {waits[int(len(waits) * 0.95)]:.0f} ms, worst {waits[-1]:.0f} ms"
    )
    print(f"silences that no message could break, told to the app: {total('told')}")
    print("families:", dict(Counter(o.family for o in outcomes)))
    print("faults drawn:", ", ".join(f"{name} {count}" for name, count in sorted(struck.items())))
    print(f"conversations with a broken promise: {len(bad)}")
    for outcome in bad[:40]:
        print(
            f"  seed {outcome.seed} ({outcome.family}; {', '.join(outcome.faults) or 'no fault'})"
        )
        for problem in [*outcome.problems, *outcome.timing][:4]:
            print(f"    {problem}")
        for line in outcome.timeline if verbose else ():
            print(f"      {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
