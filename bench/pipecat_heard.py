"""How true Pipecat's context is: heard words in `LLMContext` against the samples that came out.

Real pipelines with Pipecat's Gemini Live service against the local Live server, real speech, real
voice detection, barge-ins at random times. The truth is taken from the samples that the speaker
played, not from any clock of the library. The time in which nobody does anything is left out
(`tests/quick_time.py`), so a busy machine changes nothing; `--real-time` waits.

    python bench/pipecat_heard.py --barge-ins 200

Needs an environment with Pipecat and the extra `testing`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from array import array
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "pipecat"))

from call import Call, calling
from loguru import logger
from others_on_the_way import Filler, Tavus
from pipecat.frames.frames import InputTextRawFrame
from quick_time import QuickLoop
from speakers import DeafSpeaker, FastSpeaker, LateSpeaker, Speaker, StarvingSpeaker

from gemini_live_interrupt.testing import LiveServer, Reply, speak

STORIES = [
    "Once upon a time there was a miller who lived by a river. He had three sons, an old mill, a "
    "donkey and a cat. The eldest son got the mill, because he was the strongest. The second son "
    "got the donkey. The youngest got only the cat, and he was very sad about it.",
    "In 1969, two people walked on the Moon for the first time. They stayed for about 21 hours, "
    "collected 47 pounds of rock, and left a small plaque behind. The third of them waited in "
    "orbit, alone, and later said that he had never felt lonely at all.",
    "Water boils at 100 degrees at sea level. On a mountain, however, the air is thinner, so it "
    "boils sooner; at 3000 meters, 90 degrees are enough. That is why beans take longer there, "
    "and why people who live high up like to use a pressure cooker.",
    "Let me think. First, take two eggs and whisk them with a little milk. Then add flour, salt, "
    "and a spoon of sugar. Let the batter rest for half an hour. Heat some butter in a pan; when "
    "it foams, pour in the batter, and turn the pancake after about a minute.",
    "The river rises in the hills, runs past four old towns, and reaches the sea after 300 miles. "
    "In spring it floods the meadows. In summer children swim in it, and in winter, if it is cold "
    "enough, people skate from one village to the next.",
]
KINDS: dict[str, dict[str, object]] = {
    "server VAD": {},
    "local and server VAD": {"local_vad": True},
    "local VAD only": {"local_vad": True, "server_vad": False},
    "Vertex": {"vertex": True, "profile": "2.5-vertex"},
    "transport takes all at once": {"speaker": FastSpeaker},
    "transport starves": {"speaker": StarvingSpeaker},
    "200 ms late": {"speaker": LateSpeaker},
    "avatar": {"between": lambda call: Tavus()},
    "filler before each reply": {"between": lambda call: Filler(tone(1.5))},
    "lost reply before each": {"speaker": DeafSpeaker},
}
ANSWER = "All right."
LOST = "Nobody can hear this, since nobody is connected yet."


def tone(seconds: float) -> bytes:
    """A sound that is nobody's words, at 24 kHz."""
    wave = [(3_000 if (i // 40) % 2 else -3_000) for i in range(int(24_000 * seconds))]
    return array("h", wave).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One barge-in."""

    kind: str
    at_ms: float
    true_words: int
    context_words: int
    note_words: int
    is_prefix: bool

    @property
    def off(self) -> int:
        return self.context_words - self.true_words


async def one_call(kind: str, count: int, seed: int) -> list[Result]:
    """A call with `count` barge-ins."""
    if kind == "Vertex":
        # The scripted model of that family does not use a note for a spoken turn, and would take
        # an old one for news of a later turn.
        count = min(count, 2)
    rng = random.Random(seed)
    stop = speak("Hold on, please stop for a moment.", voice="en-us+m3", sample_rate=16_000)
    stories = rng.sample(STORIES, count)
    if kind == "lost reply before each":
        stories = [text for story in stories for text in (LOST, story)]
    model = [*stories, Reply(ANSWER, to="stop", then="stop")]
    options = dict(KINDS[kind])
    profile = options.pop("profile", None)
    speaker = options.pop("speaker", Speaker)
    results: list[Result] = []
    async with (
        LiveServer(model, speech=[stop], seed=seed, profile=profile) as server,  # type: ignore[arg-type]
        calling(server, speaker=speaker, **options) as call,  # type: ignore[arg-type]
    ):
        for number in range(count):
            try:
                results.append(await one_barge_in(call, kind, rng, stop))
            except AssertionError as error:
                print(f"{kind}, barge-in {number + 1}: {error}", file=sys.stderr)
                break
    return results


async def ask(call: Call) -> None:
    """Have the next text of the script said."""
    typed = InputTextRawFrame("Tell me the next one.")
    typed.append_to_context = False
    await call.llm.queue_frame(typed)


async def one_barge_in(call: Call, kind: str, rng: random.Random, stop: object) -> Result:
    before = len(call.record.turns)
    told, chunks = len(call.told), len(call.ear.chunks)
    if isinstance(call.output, DeafSpeaker):
        call.output.is_connected = False
        said = len(call.said_in_context())
        await ask(call)
        await call.until(lambda: len(call.said_in_context()) > said)
        call.output.is_connected, before = True, before + 1
    await ask(call)
    at_ms = rng.uniform(700.0, 9_000.0)
    await call.ear.wait_heard(at_ms)
    said = len(call.said_in_context())
    await call.user.say(stop)  # type: ignore[arg-type]
    await call.until(lambda: len(call.told) > told)
    await call.until(lambda: len(call.said_in_context()) > said)
    turn = call.record.turns[before]
    heard = call.said_in_context()[said].removeprefix(Filler.TEXT)
    if heard.strip() == ANSWER:  # It was cut before its first word: the answer comes next.
        heard = ""
    result = Result(
        kind=kind,
        at_ms=round(at_ms),
        true_words=call.words_heard(turn, since=chunks),
        context_words=len(heard.split()),
        note_words=len(call.told[told].heard.split()),
        is_prefix=turn.text.startswith(heard.strip()),
    )
    await call.until(lambda: len(call.record.turns) > before + 1)
    await call.until(lambda: call.record.turns[before + 1].ended_ms is not None)
    await call.ear.wait_quiet(0.5)
    return result


async def run(
    kinds: list[str], barge_ins: int, at_once: int, per_call: int, seed: int
) -> list[Result]:
    """All calls, some at the same time."""
    turnstile = asyncio.Semaphore(at_once)

    async def guarded(number: int) -> list[Result]:
        async with turnstile:
            kind = kinds[number % len(kinds)]
            try:
                return await asyncio.wait_for(one_call(kind, per_call, seed + number), 180.0)
            except Exception as error:
                print(f"call {number} ({kind}) failed: {error!r}", file=sys.stderr)
                return []

    calls = [guarded(number) for number in range(-(-barge_ins // per_call))]
    return [result for results in await asyncio.gather(*calls) for result in results]


def report(results: list[Result]) -> str:
    """The figures as a table."""

    def line(name: str, some: list[Result]) -> str:
        within = sum(abs(result.off) <= 1 for result in some) / len(some)
        exact = sum(result.off == 0 for result in some) / len(some)
        over = sum(result.off > 0 for result in some) / len(some)
        prefix = sum(result.is_prefix for result in some) / len(some)
        return (
            f"{name:<30}{len(some):>5}{within:>12.0%}{exact:>8.0%}{over:>8.0%}"
            f"{max(abs(result.off) for result in some):>7}{prefix:>9.0%}"
        )

    head = f"{'':<30}{'n':>5}{'within 1':>12}{'exact':>8}{'over':>8}{'worst':>7}{'prefix':>9}"
    rows = [line(kind, some) for kind in KINDS if (some := [r for r in results if r.kind == kind])]
    return "\n".join([head, *rows, line("all", results)])


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barge-ins", type=int, default=100)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--at-once", type=int, default=4, help="calls at the same time")
    parser.add_argument("--per-call", type=int, default=4, help="barge-ins in one call, at most 5")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real-time", action="store_true", help="wait, as callers do")
    parser.add_argument("--json", type=Path, help="write each result")
    options = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    began = time.monotonic()
    with asyncio.Runner(loop_factory=None if options.real_time else QuickLoop) as runner:
        results = runner.run(
            run(options.kinds, options.barge_ins, options.at_once, options.per_call, options.seed)
        )
    print(report(results))
    print(f"{time.monotonic() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=1))


if __name__ == "__main__":
    main()
