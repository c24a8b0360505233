"""How far off is what we say was heard? All estimators side by side, on speech whose word times are known.

    python bench/heard.py                  # a few minutes; prints a table, writes nothing
    python bench/heard.py --quick          # half a minute
    python bench/heard.py --seed 5 --per 12   # a quarter of an hour: the figures of docs/heard.md
    python bench/heard.py --docs docs      # also puts the results and plots into docs/heard.md
    python bench/heard.py --tuned          # the texts and voices that the constants were chosen on

Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import estimators
import plot
import texts
from delivery import Style, cut, exact_transcript, faulty_transcript, whole
from delivery import with_noise_and_breaths as noisy
from figures import Result, Trial, judge, markdown, percentile, show, tables
from rich.console import Console
from rich.progress import track

from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

HELD_OUT_VOICES = ("en-us+m3", "en-gb-x-gbclan+f2", "en-gb-scotland", "en-us+f4")
TUNED_VOICES = ("en-us", "en-us+f3", "en-gb-x-rp")
HELD_OUT_RATES = (150, 185, 220)
TUNED_RATES = (140, 175, 215)
STYLES: tuple[Style, ...] = ("inter", "ahead")
DELIVERIES: dict[str, Style] = {"all text first": "first", "text astray": "astray"}
MAIN = ("plain, inter", "plain, ahead", "varied, inter", "varied, ahead")


def total(options: argparse.Namespace) -> int:
    """How many interruptions `trials` gives."""
    voices, rates = (2, 2) if options.quick else (3 if options.tuned else 4, 3)
    english = len(texts.TUNED_ENGLISH)
    languages = len(texts.TUNED_LANGUAGES)
    if not options.tuned:
        english = len(texts.ENGLISH) - english
        languages = len(texts.OTHER_LANGUAGES) - languages
    return options.per * rates * (english * voices * 10 + languages * 4)


def trials(options: argparse.Namespace) -> Iterator[Trial]:
    """All interruptions, the same for the same options."""
    english = [name for name in texts.ENGLISH if (name in texts.TUNED_ENGLISH) == options.tuned]
    languages = [
        name for name in texts.OTHER_LANGUAGES if (name in texts.TUNED_LANGUAGES) == options.tuned
    ]
    voices = TUNED_VOICES if options.tuned else HELD_OUT_VOICES
    rates = TUNED_RATES if options.tuned else HELD_OUT_RATES
    if options.quick:
        voices, rates = voices[:2], rates[:2]
    for name in english:
        others = [other for other in english if other != name]
        for voice in voices:
            for rate in rates:
                rng = _rng(options.seed, name, voice, rate)
                earlier = speak(
                    texts.ENGLISH[rng.choice(others)], voice=voice, words_per_minute=rate
                )
                yield from _of_one_voice(
                    texts.ENGLISH[name], "en", voice, rate, earlier, rng, options.per
                )
    for language in languages:
        voice, text = texts.OTHER_LANGUAGES[language]
        for rate in rates:
            for variant in ("", "+f2"):
                rng = _rng(options.seed, language, rate, variant)
                half = text[: len(text) // 2]
                earlier = speak(half, voice=voice + variant, words_per_minute=rate)
                yield from _languages(
                    text, language, voice + variant, rate, earlier, rng, options.per
                )


def _of_one_voice(
    text: str, language: str, voice: str, rate: int, earlier: Speech, rng: random.Random, per: int
) -> Iterator[Trial]:
    plain = speak(text, voice=voice, words_per_minute=rate)
    varied = speak(
        text, voice=voice, words_per_minute=rate, prosody=Prosody(seed=rng.randrange(10**6))
    )
    breathing = noisy(varied, rng.randrange(10**6))
    before = whole(earlier, exact_transcript(earlier), rng)
    for _ in range(per):
        for style in STYLES:
            for kind, speech in (("plain", plain), ("varied", varied)):
                yield Trial(
                    set=f"{kind}, {style}",
                    language=language,
                    cut=cut(speech, exact_transcript(speech), style, rng),
                    earlier=before,
                )
        style = rng.choice(STYLES)
        yield Trial(
            set="noise and breaths",
            language=language,
            cut=cut(breathing, exact_transcript(breathing), style, rng),
            earlier=before,
        )
        yield Trial(
            set="dropped and wrong words",
            language=language,
            cut=cut(varied, faulty_transcript(varied, rng), style, rng),
            earlier=before,
        )
        speech = rng.choice((plain, varied))
        for style in STYLES:
            yield Trial(
                set=f"near real time, {style}",
                language=language,
                cut=cut(speech, exact_transcript(speech), style, rng, near_real_time=True),
                earlier=before,
            )
        # Draws of their own: they change none of those above.
        for kind, style in DELIVERIES.items():
            yield Trial(
                set=kind,
                language=language,
                cut=cut(varied, exact_transcript(varied), style, _rng(kind, rng.getstate())),
                earlier=before,
            )


def _languages(
    text: str, language: str, voice: str, rate: int, earlier: Speech, rng: random.Random, per: int
) -> Iterator[Trial]:
    before = whole(earlier, exact_transcript(earlier), rng)
    for prosody in (None, Prosody(seed=rng.randrange(10**6))):
        speech = speak(text, voice=voice, words_per_minute=rate, prosody=prosody)
        for _ in range(per):
            yield Trial(
                set="other languages",
                language=language,
                cut=cut(speech, exact_transcript(speech), rng.choice(STYLES), rng),
                earlier=before,
            )


def _rng(*of: object) -> random.Random:
    return random.Random(zlib.crc32(repr(of).encode()))


RESULTS, RESULTS_END = "<!-- results of the bench -->", "<!-- end of the results -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--per", type=int, default=4, help="interruptions of each rendering and set"
    )
    parser.add_argument("--quick", action="store_true", help="two voices, two rates, one each")
    parser.add_argument("--tuned", action="store_true", help="what the constants were chosen on")
    parser.add_argument("--docs", type=Path, help="folder to write the results and plots to")
    parser.add_argument(
        "--ours", action="store_true", help="only our own estimate, in a third of the time"
    )
    options = parser.parse_args()
    if options.quick:
        options.per = 1
    if options.ours and options.docs:
        parser.error("--docs needs all estimators")
    console = Console()
    chosen = {
        "ours": estimators.ours,
        "ours, first turn": estimators.ours_in_the_first_turn,
        "proportional": estimators.proportional,
        "constant rate": estimators.constant_rate,
        "arrival anchors": estimators.arrival_anchors,
    }
    if options.ours:
        chosen = {name: chosen[name] for name in ("ours", "ours, first turn")}
    try:
        if not options.ours:
            chosen["all received (0.1.0)"] = estimators.peer()
    except RuntimeError as problem:
        console.print(f"[yellow]Without {estimators.PEER}:[/] {problem}")
    found: dict[str, list[Result]] = {name: [] for name in chosen}
    spent: dict[str, float] = defaultdict(float)
    bar = track(trials(options), description="interruptions", total=total(options), console=console)
    for trial in bar:
        for name, estimator in chosen.items():
            begun = time.thread_time()
            estimate = estimator(trial.cut, trial.earlier)
            spent[name] += time.thread_time() - begun
            found[name].append(judge(trial, estimate))
    written = []
    for title, heads, rows in tables(found, MAIN, "plain and varied prosody, both delivery styles"):
        show(console, title, heads, rows)
        written += [f"\n**{title}**\n", markdown(heads, rows)]
    ours = found["ours"]
    known = [r for r in ours if r.uncertainty is not None]
    within = sum(abs(r.error) <= 2 * max(r.uncertainty or 0.0, 0.25) for r in known) / len(known)
    per_call = 1000 * spent["ours, first turn"] / len(ours)
    footer = (
        f"{len(ours)} interruptions, seed {options.seed}; {100 * within:.0f} % of our errors lie within "
        f"two of the stated uncertainties (at least 0.5 words); {per_call:.0f} ms of CPU for one turn "
        f"from first chunk to answer (Python {platform.python_version()})."
    )
    console.print(footer)
    if options.docs:
        _write(options, found, written, footer)


def _write(
    options: argparse.Namespace, found: dict[str, list[Result]], written: list[str], footer: str
) -> None:
    folder: Path = options.docs
    command = f"python bench/heard.py --seed {options.seed} --per {options.per}"
    page = folder / "heard.md"
    before, _, rest = page.read_text("utf-8").partition(RESULTS)
    _, _, after = rest.partition(RESULTS_END)
    results = "\n".join([RESULTS, f"`{command}`\n", *written, "", footer, RESULTS_END])
    page.write_text(before + results + after, "utf-8")
    panels: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for of in MAIN:
        panels[of] = {}
        for name, results in found.items():
            if name == "ours, first turn":
                continue
            bins: dict[int, list[float]] = defaultdict(list)
            for result in results:
                if result.set == of:
                    bins[int(result.at_s // 5)].append(abs(result.error))
            panels[of][name] = [
                (5 * b + 2.5, statistics.fmean(errors))
                for b, errors in sorted(bins.items())
                if len(errors) >= 4
            ]
    title = "Mean error in words (log) against the moment of the interruption"
    (folder / "heard-time.svg").write_text(plot.lines(panels, title), "utf-8")
    rows: dict[str, dict[str, tuple[float, float]]] = {}
    for name in ("ours", "proportional"):
        for language in dict.fromkeys(result.language for result in found[name]):
            errors = [
                abs(result.error)
                for result in found[name]
                if result.language == language and result.set in (*MAIN, "other languages")
            ]
            rows.setdefault(language, {})[name] = (
                statistics.fmean(errors),
                percentile(errors, 0.95),
            )
    title = "Error in words (log) by language"
    (folder / "heard-languages.svg").write_text(plot.dots(rows, title), "utf-8")


if __name__ == "__main__":
    main()
