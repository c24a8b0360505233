"""How far off is what we say was heard, on real voices of the service?

    python bench/real_voices.py               # the set beside the checkout; some minutes
    python bench/real_voices.py --quick       # a part of it, in seconds
    python bench/real_voices.py --held-out 5  # the sounds learnt on the other four fifths of the texts
    python bench/real_voices.py --data DIR    # a set of your own in the same format

A set is a folder with `clips.json`, a list of objects with `audio` (a mono file, relative to the
folder), `text`, `words` (`[text, first character, one past the last, start_ms, end_ms]`), and
perhaps `key` and `nonspeech` (true: there is laughter or a cough that the text lacks; those clips
have a row of their own). docs/heard.md says how one was made.

"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import estimators
import learned_sounds
import numpy as np
from delivery import Arrival, Cut, Style, cut, exact_transcript, whole
from figures import Result, Trial, judge, show, tables
from rich.console import Console

from gemini_live_interrupt.testing.speech.voices import Speech, SpokenWord

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "real-voices"
STYLES: tuple[Style, ...] = ("inter", "ahead")
MAIN = ("inter", "ahead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One reply of a real voice."""

    key: str
    """Its name in the set."""
    speech: Speech
    """Its sound and the times of its words."""
    nonspeech: bool
    """Whether there is more in the sound than the text tells."""

    @property
    def words_alone(self) -> str:
        """Its text without case and marks: clips that share it are of one text."""
        return " ".join(re.findall(r"\w+", self.speech.text.lower()))


def load(folder: Path) -> list[Clip]:
    """The clips of a set.

    Raises:
        SystemExit: It is not there, or cannot be read.
    """
    listing = folder / "clips.json"
    if not listing.is_file():
        sys.exit(f"skipped: no clips.json in {folder}; name a set with --data")
    try:
        import soundfile
    except ImportError:
        sys.exit("skipped: reading the audio takes `pip install soundfile`")
    clips = []
    for entry in json.loads(listing.read_text("utf-8")):
        samples, rate = soundfile.read(folder / entry["audio"], dtype="int16", always_2d=True)
        samples, rate = _as_the_service_sends(samples[:, 0], rate)
        words = tuple(
            SpokenWord(text=text, start=first, end=last, start_ms=float(begun), end_ms=float(over))
            for text, first, last, begun, over in entry["words"]
        )
        speech = Speech(
            text=entry["text"], pcm=samples.astype("<i2").tobytes(), sample_rate=rate, words=words
        )
        key = str(entry.get("key", entry["audio"]))
        clips.append(Clip(key=key, speech=speech, nonspeech=bool(entry.get("nonspeech"))))
    return clips


def _as_the_service_sends(samples: np.ndarray, rate: int) -> tuple[np.ndarray, int]:
    """At 24 kHz, which the simulated delivery takes for granted."""
    if rate == 24000 or not len(samples):
        return samples, 24000
    times = np.arange(int(len(samples) * 24000 / rate)) / 24000
    there = np.arange(len(samples)) / rate
    return np.interp(times, there, samples).astype("<i2"), 24000


def folds(clips: Sequence[Clip]) -> list[list[Clip]]:
    """The clips of each text; a text is no other for a mark or a capital."""
    of: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        of[clip.words_alone].append(clip)
    return list(of.values())


def parts(texts: Sequence[list[Clip]], count: int) -> list[list[list[Clip]]]:
    """The texts in so many parts, drawn."""
    drawn = list(texts)
    random.Random(0).shuffle(drawn)
    return [drawn[n::count] for n in range(count)]


def trials(
    clips: Sequence[Clip], others: Sequence[Clip], options: argparse.Namespace
) -> Iterator[Trial]:
    """Interruptions of these clips, each after one of the others; the same for the same options."""
    for clip in clips:
        speech = clip.speech
        transcript = exact_transcript(speech)
        rng = random.Random(zlib.crc32(repr((options.seed, clip.key)).encode()))
        before: tuple[Arrival, ...] = ()
        if others:
            earlier = rng.choice(others).speech
            before = whole(earlier, exact_transcript(earlier), rng)
        for _ in range(max(1, round(options.per * speech.duration_ms / 1000.0))):
            cuts: list[tuple[str, Cut]] = [
                (style, cut(speech, transcript, style, rng)) for style in STYLES
            ]
            cuts.append(("all text first", cut(speech, transcript, "first", rng)))
            style = rng.choice(STYLES)
            cuts.append(("1.2 x real time", cut(speech, transcript, style, rng, speeds=(1.2, 1.2))))
            style = rng.choice(STYLES)
            cuts.append(("1.0 to 1.3 x", cut(speech, transcript, style, rng, near_real_time=True)))
            cuts.append(("end not announced", _all_in(speech, rng)))
            for kind, found in cuts:
                yield Trial(
                    set="laughter, coughs" if clip.nonspeech else kind,
                    language="en",
                    cut=found,
                    earlier=before,
                )


def _all_in(speech: Speech, rng: random.Random) -> Cut:
    """All of the reply has arrived, and nobody has said that it is all."""
    found = cut(speech, exact_transcript(speech), "inter", rng)
    arrivals = whole(speech, exact_transcript(speech), rng)
    return replace(found, arrivals=arrivals, is_complete=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of a set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per", type=float, default=2.0, help="interruptions a second and set")
    parser.add_argument("--quick", action="store_true", help="an interruption every four seconds")
    parser.add_argument("--ours", action="store_true", help="only our own estimate")
    parser.add_argument(
        "--held-out",
        type=int,
        metavar="PARTS",
        help="learn the sounds on the other parts of the texts",
    )
    options = parser.parse_args()
    if options.quick:
        options.per = 0.25
    console = Console()
    clips = load(options.data)
    chosen = {
        "ours": estimators.ours,
        "ours, first turn": estimators.ours_in_the_first_turn,
        "proportional": estimators.proportional,
        "constant rate": estimators.constant_rate,
        "arrival anchors": estimators.arrival_anchors,
    }
    if options.ours:
        chosen = {name: chosen[name] for name in ("ours", "ours, first turn")}
    found: dict[str, list[Result]] = {name: [] for name in chosen}
    spent = 0.0
    texts = folds(clips)
    for part in parts(texts, options.held_out or 1):
        if options.held_out:
            learned_sounds.learn(
                [
                    clip.speech
                    for fold in texts
                    if fold not in part
                    for clip in fold
                    if not clip.nonspeech
                ]
            )
        for fold in part:
            others = [clip for other in texts if other is not fold for clip in other]
            for trial in trials(fold, others, options):
                for name, estimator in chosen.items():
                    begun = time.thread_time()
                    estimate = estimator(trial.cut, trial.earlier)
                    spent += (time.thread_time() - begun) * (name == "ours, first turn")
                    found[name].append(judge(trial, estimate))
    for title, heads, rows in tables(found, MAIN, "faster than real time, text in step or ahead"):
        show(console, title, heads, rows)
    ours = found["ours"]
    console.print(
        f"{len(ours)} interruptions of {len(clips)} clips of {len(texts)} texts, seed {options.seed}; "
        f"{1000 * spent / len(ours):.1f} ms of CPU for one turn from first chunk to answer "
        f"(Python {platform.python_version()})."
    )


if __name__ == "__main__":
    main()
