"""What the estimate at a cut costs: CPU, cold, by how much was received and how many replies were before.

    python bench/cut_cost.py

Each reply arrives in messages of 40 ms of sound and a few characters of text, as it does from the
service; nobody asks before the cut, which is anywhere in the playback. Speech of a synthesiser, half of
it with an uneven prosody. Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import random
import statistics
import time

import texts
from rich.console import Console
from rich.table import Table

from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace
from gemini_live_interrupt.heard.spoken_forms import load_number_words
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

SECONDS = (5, 10, 20, 30, 60, 120)
EARLIER = (0, 1, 5)
CUTS = 8
MESSAGE = 40 * 48


def speeches() -> list[Speech]:
    """Two minutes and more of each of four texts."""
    return [
        speak(
            " ".join([texts.ENGLISH[name]] * 3),
            words_per_minute=165,
            prosody=Prosody(seed=i) if i % 2 else None,
        )
        for i, name in enumerate(("story", "news", "technical", "dialogue"))
    ]


def arrived(speech: Speech, seconds: int, pace: Pace) -> tuple[ModelTurn, float]:
    """A reply of which so much has come, and the CPU seconds of one message."""
    turn = ModelTurn(pace)
    pcm = speech.pcm[: 48_000 * seconds]
    ahead = max(word.end for word in speech.words if word.start_ms < 1000.0 * seconds)
    text, spent = speech.text[:ahead], 0.0
    messages = range(0, len(pcm), MESSAGE)
    share = len(text) / len(messages)
    for n, at in enumerate(messages):
        if n % 8 == 0:
            turn.add_text(text[int(n * share) : int((n + 8) * share)])
        begun = time.thread_time()
        turn.add_audio(pcm[at : at + MESSAGE])
        spent += time.thread_time() - begun
    return turn, spent / len(messages)


def main() -> None:
    console = Console()
    load_number_words()
    table = Table(title="CPU of the estimate at a cut, ms: median / most", title_justify="left")
    table.add_column("received, s", justify="right")
    for earlier in EARLIER:
        table.add_column(f"after {earlier} replies", justify="right")
    table.add_column("asked again, us", justify="right")
    spoken, of_a_message, again = speeches(), [], []
    for seconds in SECONDS:
        cells = [str(seconds)]
        for earlier in EARLIER:
            took = []
            for speech in spoken:
                for cut in range(CUTS):
                    pace = Pace()
                    for before in range(min(earlier, 2)):
                        turn, _ = arrived(spoken[before], 20, pace)
                        turn.complete()
                    turn, each = arrived(speech, seconds, pace)
                    of_a_message.append(each)
                    played_ms = random.Random(cut).uniform(0.05, 1.0) * 1000.0 * seconds
                    begun = time.thread_time()
                    turn.heard_at(played_ms)
                    took.append(1000.0 * (time.thread_time() - begun))
                    begun = time.thread_time()
                    for more in range(20):
                        turn.heard_at(played_ms + more)
                    again.append(1e6 * (time.thread_time() - begun) / 20)
            cells.append(f"{statistics.median(took):.1f} / {max(took):.1f}")
        cells.append(f"{statistics.median(again):.0f}")
        table.add_row(*cells)
    console.print(table)
    console.print(
        f"{1e6 * statistics.median(of_a_message):.0f} us for one message of 40 ms; replies before are of "
        "20 s, and what they teach of the pace is learnt at the cut."
    )


if __name__ == "__main__":
    main()
