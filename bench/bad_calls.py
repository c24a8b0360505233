"""Calls with a known fault, recorded: what `explain` is judged on.

Each call is one of the soak's (real SDK, real socket, a user who speaks, a speaker in real time), with
one fault drawn from the local server's catalogue, or none, and sometimes a second one beside it.
Beside its record, `truth.json` says which faults struck and what the model did.

    python bench/bad_calls.py OUT --calls 30 --seed 3
    python bench/bad_calls.py OUT --calls 4 --fault freeze      # one fault only
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from loguru import logger
from soak_talk import ANSWER, FAMILIES, HOST, HUM, QUESTION, REFUSING, STORY, Host, act
from soak_talk import Plan as SoakPlan

import gemini_live_interrupt as gli
from gemini_live_interrupt.record.writing import writer
from gemini_live_interrupt.testing import LiveServer, Reply, speak
from gemini_live_interrupt.testing.server.faults import FAULTS
from gemini_live_interrupt.testing.server.temperament import TEMPERAMENTS

ONCE = ("drop", "internal_error", "go_away", "stall", "phantom", "phantom_burst")
ONCE += ("interrupted_after_generation", "go_away_after_generation")
"""Faults that strike once in a call, so that it can go on."""
TRUTH = "truth.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCall:
    """One call, drawn from its seed."""

    plan: SoakPlan
    faults: tuple[str, ...]
    """Of the catalogue."""
    words: bool
    """Whether words are recorded."""

    @classmethod
    def draw(cls, seed: int, *, fault: str | None = None, temperament: Any = None) -> BadCall:
        """A call; `fault` and `temperament` fix what is drawn otherwise."""
        rng = random.Random(seed)
        chosen = rng.choice(("", *FAULTS)) if fault is None else fault
        second = rng.choice(tuple(FAULTS)) if fault is None and rng.random() < 0.4 else ""
        names = tuple(dict.fromkeys(name for name in (chosen, second) if name))
        if temperament is None:
            temperament = "obeys" if names else rng.choice(("obeys", *TEMPERAMENTS))
        plan = SoakPlan(
            seed=seed,
            family="3.8" if "unread_notes" in names else rng.choice(FAMILIES),
            names=names,
            faults=tuple(
                replace(FAULTS[name], times=1 if name in ONCE else None) for name in names
            ),
            spoken_request=rng.random() < 0.3,
            barge_ins=((rng.uniform(1.0, 4.0), rng.choice((QUESTION, QUESTION, HUM))),),
            reports_playback=rng.random() < 0.7,
            tool_seconds=rng.uniform(0.05, 2.0),
            temperament=(temperament,),
        )
        return cls(plan=plan, faults=names, words=rng.random() < 0.5)


class RecordingHost(Host):
    """A voice app whose sessions are recorded."""

    def __init__(self, server: LiveServer, plan: SoakPlan) -> None:
        super().__init__(server, plan)
        self.records: list[str] = []
        """Session names of the records, in order."""

    def session_began(self, handle: gli.SessionTracker) -> None:
        """What `on_session` gets."""
        recorder = handle._followed.recorder
        if recorder is not None:
            self.records.append(recorder.header.session)


async def hold(call: BadCall) -> dict[str, Any]:
    """Hold one call.

    Returns:
        What is true of it.
    """
    plan = call.plan
    lines = [
        speak(text, voice="en-us+m3", sample_rate=16_000)
        for text in (QUESTION, HUM, "Tell me a story.")
    ]
    script = [Reply(ANSWER, to="called"), Reply(STORY, to="story"), STORY, STORY, STORY]
    async with LiveServer(
        script,
        profile=plan.family,
        faults=plan.faults,
        speech=lines,
        seed=plan.seed,
        recogniser=None,
        temperament=plan.temperament,
    ) as server:
        host = RecordingHost(server, plan)
        running = asyncio.create_task(host.run())
        with suppress(TimeoutError):
            await asyncio.wait_for(act(host, plan, lines), 60.0)
        host.ended = True
        with suppress(Exception):
            await host.session.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        served = [record for record in server.records if record.setup]
        struck = sorted({name for record in server.records for _, name in record.faults})
        return {
            "seed": plan.seed,
            "family": plan.family,
            "faults": call.faults,
            "struck": struck,
            "temperament": ", ".join(map(str, plan.temperament)),
            "words": call.words,
            "barge_ins": [words for _, words in plan.barge_ins],
            "reports_playback": plan.reports_playback,
            "records": host.records,
            "first_with_fault": next(
                (index for index, record in enumerate(served) if record.faults), 0
            ),
            "turns": [
                {"text": turn.text[:80], "cut": turn.cause} for r in served for turn in r.turns
            ],
        }


async def hold_all(calls: list[BadCall], out: Path, *, parallel: int) -> list[dict[str, Any]]:
    """Hold calls, so many at a time; those with and without words after each other."""
    gate = asyncio.Semaphore(parallel)
    truths: list[dict[str, Any]] = []

    async def one(call: BadCall, place: int) -> None:
        await asyncio.sleep(min(place, parallel) * 0.3)
        async with gate:
            truths.append(await hold(call))

    # A refusal is remembered for the whole process, so these calls come last.
    for refusing, words in product((False, True), (True, False)):
        gli.enable_interrupt_resume(
            record_to=out,
            record_words=words,
            false_interruption_after=3.0,
            reply_timeout=4.0,
            on_event=lambda notice: HOST.get().notice(notice),
            on_session=lambda handle: HOST.get().session_began(handle),  # type: ignore[attr-defined]
        )
        chosen = [
            call for call in calls if call.words is words and (REFUSING in call.faults) is refusing
        ]
        await asyncio.gather(*(one(call, place) for place, call in enumerate(chosen)))
    gli.disable_interrupt_resume()
    await asyncio.to_thread(writer.flush)
    return truths


def main() -> None:
    """Hold calls and say what they were."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder for the records")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--fault", action="append", help="only these faults, in turns")
    parser.add_argument("--temperament", action="append", help="only these, in turns")
    options = parser.parse_args()
    logger.remove()
    calls = []
    for index in range(options.calls):
        fault = options.fault[index % len(options.fault)] if options.fault else None
        manner = (
            options.temperament[index % len(options.temperament)] if options.temperament else None
        )
        calls.append(BadCall.draw(options.seed * 100_000 + index, fault=fault, temperament=manner))
    truths = asyncio.run(hold_all(calls, options.out, parallel=options.parallel))
    (options.out / TRUTH).write_text(json.dumps(truths, indent=1))
    print(f"{len(truths)} calls in {options.out}")


if __name__ == "__main__":
    main()
