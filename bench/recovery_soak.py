"""Hundreds of random conversations with combined faults: does each of them go on?

Each conversation is the real google-genai SDK, patched by the library, over a real socket against
the local Live server, with a synthetic user who speaks and a speaker that plays in real time. What
is asserted comes from the *server's* record, not from the library:

1. nothing is raised in the host's loop that the bare SDK would not raise too;
2. no more notes than interruptions (cuts by the server, utterances of the user, lost connections);
3. at most two nudges and repairs in one silence and for one interruption, at most one of them a
   repair, and none while the user speaks or the model is heard;
4. nobody waits longer than 10 s for the model where the server still answers. Where it takes no
   message of ours at all (`refuse_content`), or has answered none of all that may be sent (3.) with
   a sound, the app must be told within these 10 s instead: `on_event` gets "gave up" or "stalled".

The scripted model has temperaments: it obeys, ignores, echoes, skips, restarts, rewords or keeps
silent, one way in each reply after a cut.

Run::

    python bench/recovery_soak.py --sessions 500

Exit code 1 if a promise was broken. The event loop skips the time in which nobody does anything
(`tests/quick_time.py`), so that a busy machine changes nothing; `--real-time` waits, 15 to 25 s for
a conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from multiprocessing import Manager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from loguru import logger
from quick_time import QuickLoop
from soak_talk import ANSWER, HOST, HUM, QUESTION, STORY, Host, Plan, act
from soak_verdict import MOST_LAG, Outcome, judge, judged_by_time, timeline

import gemini_live_interrupt as gli
from gemini_live_interrupt.genai import handover
from gemini_live_interrupt.testing import LiveServer, Reply, speak


async def converse(plan: Plan) -> Outcome:
    """One conversation from its first word until nobody is owed anything."""
    lines = [
        speak(text, voice="en-us+m3", sample_rate=16_000)
        for text in (QUESTION, HUM, "Tell me a story.")
    ]
    script = [Reply(ANSWER, to="called"), Reply(STORY, to="story"), STORY, STORY, STORY]
    outcome = Outcome(
        seed=plan.seed,
        family=plan.family,
        faults=list(plan.names),
        temperament=", ".join(map(str, plan.temperament)),
    )
    async with LiveServer(
        script,
        profile=plan.family,
        faults=plan.faults,
        temperament=plan.temperament,
        speech=lines,
        seed=plan.seed,
        recogniser=None,
    ) as server:
        host = Host(server, plan)
        running = asyncio.create_task(host.run())
        try:
            await asyncio.wait_for(act(host, plan, lines), 90.0)
        except TimeoutError:
            outcome.timing.append("the conversation did not come to an end")
        host.ended = True
        with suppress(Exception):
            await host.session.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.sleep(0.05)
        outcome.problems += host.problems
        outcome.outcomes = host.outcomes
        judge(server.records, host, outcome)
        if outcome.problems or outcome.timing:
            outcome.timeline = [line for record in server.records for line in timeline(record)]
    return outcome


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
        on_event=lambda notice: HOST.get().notice(notice),
        on_outcome=lambda outcome: HOST.get().concluded(outcome),
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
                if _PROGRESS is not None:
                    _PROGRESS.put(bool(outcome.problems or outcome.timing))
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


_PROGRESS: Queue[bool] | None = None
"""Told of each conversation that is over: whether there is something to look at."""


def _share(progress: Queue[bool]) -> None:
    global _PROGRESS
    _PROGRESS = progress


def _say_how_far(progress: Queue[bool | None], total: int) -> None:
    """One line every ten seconds, until None comes."""
    began = said = time.monotonic()
    done = to_look_at = 0
    while (found := progress.get()) is not None:
        done, to_look_at = done + 1, to_look_at + found
        if time.monotonic() - said >= 10.0:
            said = time.monotonic()
            left = (said - began) / done * (total - done)
            line = f"{done} of {total}, {to_look_at} to look at, {left / 60:.0f} min left"
            print(line, file=sys.stderr, flush=True)


def _in_process(
    seeds: list[int], refusing: list[int], parallel: int, real_time: bool
) -> tuple[list[Outcome], float]:
    logger.remove()
    forced = seeds[: len(seeds) // 4]
    outcomes = []
    for some, how in (
        (seeds[len(forced) :], {}),
        (forced, {"delivery": "answering"}),
        (refusing, {"refusing": True}),
    ):
        with asyncio.Runner(loop_factory=None if real_time else QuickLoop) as runner:
            outcomes += runner.run(soak(some, parallel=parallel, **how))
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
    parser.add_argument("--real-time", action="store_true", help="wait, and skip no time")
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
    with Manager() as manager:
        progress = manager.Queue()
        telling = Thread(target=_say_how_far, args=(progress, len(seeds)))
        telling.start()
        with ProcessPoolExecutor(
            options.processes, initializer=_share, initargs=(progress,)
        ) as pool:
            jobs = [
                pool.submit(
                    _in_process,
                    rest[n :: options.processes],
                    refusing[n :: options.processes],
                    options.parallel,
                    options.real_time,
                )
                for n in range(options.processes)
            ]
            for job in jobs:
                found, used = job.result()
                outcomes += found
                cpu += used
        progress.put(None)
        telling.join()
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
        f"{total('interruptions')} interruptions, {total('notes')} notes, {total('nudges')} nudges, "
        f"{total('repairs')} repairs"
    )
    kinds = Counter(kind for outcome in outcomes for kind in outcome.outcomes)
    print("outcomes, as reported:", ", ".join(f"{name} {n}" for name, n in sorted(kinds.items())))
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
            f"  seed {outcome.seed} ({outcome.family}; {', '.join(outcome.faults) or 'no fault'}; "
            f"{outcome.temperament})"
        )
        for problem in [*outcome.problems, *outcome.timing][:4]:
            print(f"    {problem}")
        for line in outcome.timeline if verbose else ():
            print(f"      {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
