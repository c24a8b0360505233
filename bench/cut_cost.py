"""What the estimate at a cut costs: CPU, cold, by how much was received and how many replies were before.

    python bench/cut_cost.py
    python bench/cut_cost.py --quick
    python bench/cut_cost.py --best-of 3   # of each cut the cheapest of so many, for a busy machine
    python bench/cut_cost.py --seconds 60 600
    python bench/cut_cost.py --plain       # as where numpy is not installed

The last two columns are of a reply that has come whole, and was prepared: the cut, and one piece of the
preparing. Each reply arrives in messages of 40 ms of sound and a few characters of text, as it does from the
service; nobody asks before the cut, which is anywhere in the playback. What the replies before teach of
the pace is learnt as the reply begins, and of a reply of more than half a minute all but the last half
minute is matched as it arrives: both are in the cost of a message. Speech of a synthesiser, half of it
with an uneven prosody. Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

import texts
from rich.console import Console
from rich.table import Table

from gemini_live_interrupt.heard.arrays import load_arrays
from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace
from gemini_live_interrupt.heard.spoken_forms import load_number_words
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

SECONDS = (5, 10, 20, 30, 60, 120)
EARLIER = (0, 1, 5)
CUTS, QUICK_CUTS = 8, 3
MESSAGE = 40 * 48


def speeches(seconds: int) -> list[Speech]:
    """So much and more of each of four texts."""
    return [
        speak(
            " ".join([texts.ENGLISH[name]] * (1 + seconds // 40)),
            words_per_minute=165,
            prosody=Prosody(seed=i) if i % 2 else None,
        )
        for i, name in enumerate(("story", "news", "technical", "dialogue"))
    ]


def arrived(speech: Speech, seconds: int, pace: Pace) -> tuple[ModelTurn, list[float]]:
    """A reply of which so much has come, and the CPU seconds of each message."""
    turn = ModelTurn(pace)
    pcm = speech.pcm[: 48_000 * seconds]
    ahead = max(word.end for word in speech.words if word.start_ms < 1000.0 * seconds)
    text, spent = speech.text[:ahead], []
    messages = range(0, len(pcm), MESSAGE)
    share = len(text) / len(messages)
    for n, at in enumerate(messages):
        begun = time.thread_time()
        if n % 8 == 0:
            turn.add_text(text[int(n * share) : int((n + 8) * share)])
        turn.add_audio(pcm[at : at + MESSAGE])
        spent.append(time.thread_time() - begun)
    return turn, spent


def of_a_cut(
    speech: Speech, seconds: int, before: list[Speech], played_ms: float
) -> tuple[float, float, list[float]]:
    """CPU seconds of the estimate, of asking again, and of each message."""
    pace = Pace()
    for one in before:
        turn, _ = arrived(one, 20, pace)
        turn.complete()
    turn, messages = arrived(speech, seconds, pace)
    begun = time.thread_time()
    turn.heard_at(played_ms)
    cut = time.thread_time() - begun
    begun = time.thread_time()
    for more in range(20):
        turn.heard_at(played_ms + more)
    return cut, (time.thread_time() - begun) / 20, messages


def prepared(speech: Speech, seconds: int, played_ms: float) -> tuple[float, float]:
    """CPU seconds of the estimate in a reply that was prepared, and of the longest piece of that."""
    turn, _ = arrived(speech, seconds, Pace())
    turn.complete()
    longest = 0.0
    while turn.can_prepare:
        begun = time.thread_time()
        turn.prepare()
        longest = max(longest, time.thread_time() - begun)
    begun = time.thread_time()
    turn.heard_at(played_ms)
    return time.thread_time() - begun, longest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--best-of", type=int, default=1, help="take each cut so many times")
    parser.add_argument("--quick", action="store_true", help="fewer cuts, and no two minutes")
    parser.add_argument("--plain", action="store_true", help="without numpy")
    parser.add_argument("--seconds", type=int, nargs="+", help="of the reply, received at the cut")
    options = parser.parse_args()
    lengths = options.seconds or (SECONDS[:-1] if options.quick else SECONDS)
    console = Console(width=130)
    load_number_words()
    if not options.plain:
        load_arrays()
    table = Table(title="CPU of the estimate at a cut, ms: median / most", title_justify="left")
    table.add_column("received, s", justify="right")
    for earlier in EARLIER:
        table.add_column(f"after {earlier} replies", justify="right")
    table.add_column("asked again, us", justify="right")
    table.add_column("a message, us: mean / 99.9 %", justify="right")
    table.add_column("prepared", justify="right")
    table.add_column("a piece", justify="right")
    spoken = speeches(max(*lengths, 20))
    for seconds in lengths:
        cells, again, messages = [str(seconds)], [], []
        ready: list[tuple[float, float]] = []
        for earlier in EARLIER:
            took = []
            for speech in spoken:
                for cut in range(QUICK_CUTS if options.quick else CUTS):
                    played_ms = random.Random(cut).uniform(0.05, 1.0) * 1000.0 * seconds
                    # No more than the last two wait to be learnt.
                    best, asked, each = min(
                        of_a_cut(speech, seconds, spoken[: min(earlier, 2)], played_ms)
                        for _ in range(options.best_of)
                    )
                    took.append(1000.0 * best)
                    if not earlier:
                        tries = [
                            prepared(speech, seconds, played_ms) for _ in range(options.best_of)
                        ]
                        ready.append((min(tries)[0], min(longest for _, longest in tries)))
                    again.append(1e6 * asked)
                    messages += each
            cells.append(f"{statistics.median(took):.1f} / {max(took):.1f}")
        cells.append(f"{statistics.median(again):.0f}")
        slow = sorted(messages)[int(0.999 * len(messages))]
        cells.append(f"{1e6 * statistics.fmean(messages):.0f} / {1e6 * slow:.0f}")
        cells += [
            f"{1000.0 * statistics.median(each):.1f} / {1000.0 * max(each):.1f}"
            for each in zip(*ready, strict=True)
        ]
        table.add_row(*cells)
    console.print(table)


if __name__ == "__main__":
    main()
