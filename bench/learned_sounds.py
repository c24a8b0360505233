"""What the kinds of sound are like, learnt from speech whose word times are known.

The table of `heard/sounds.py` as it would be, had only these replies been there to learn from: for
figures on texts that nothing was learnt on. Within each word the letters are put to the sound by what
is known so far, which at first is nothing, and each kind is made to look as what was put to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log

import numpy as np

from gemini_live_interrupt.heard import sounds
from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.pauses import PauseFinder
from gemini_live_interrupt.heard.sound import Sound
from gemini_live_interrupt.heard.sounding_out import Saying, sound_out
from gemini_live_interrupt.heard.spoken_units import tokenize
from gemini_live_interrupt.heard.stretch import MOMENT_S, Stretch
from gemini_live_interrupt.heard.voice import Voice
from gemini_live_interrupt.testing.speech.voices import Speech

ROUNDS = 6
# So many moments of each kind are taken to look like all speech.
PRIOR = 20.0

Table = dict[str, sounds.SoundKind]
_IN_THE_PACKAGE: Table = dict(sounds.SOUNDS)


def use(table: Table | None) -> None:
    """Let the ear listen by this table; None: by its own."""
    for name, kind in (table or _IN_THE_PACKAGE).items():
        sounds.SOUNDS[name] = kind
        sounds.LEVEL_COSTS[name] = sounds.level_costs(kind)
        sounds.CROSSING_COSTS[name] = sounds.crossing_costs(kind)


def learn(speeches: Sequence[Speech]) -> Table:
    """The table that these teach. The ear listens by it afterwards; see `use`."""
    words = [word for speech in speeches for word in _words(speech)]
    usual = sounds.SoundKind(-11.4, 10.6, 22.8, 9.1, 1.4)
    table = {name: replace(usual, hiss=_IN_THE_PACKAGE[name].hiss) for name in _IN_THE_PACKAGE}
    for _ in range(ROUNDS):
        use(table)
        table = _looks(words, table, usual)
    use(table)
    return table


def _words(speech: Speech) -> Iterator[tuple[Stretch, str, float]]:
    """The sound of each word, its letters, and moments for a spoken unit."""
    sound, finder = Sound(), PauseFinder()
    sound.add(speech.pcm, speech.sample_rate)
    sound.catch_up()
    finder.update(sound.levels, sound.crossings)
    pauses = finder.pauses(is_complete=True)
    voice = Voice(pauses, sound)
    tokens = {token.end: token for token in tokenize(speech.text)}
    found = [(word, tokens[word.end]) for word in speech.words if word.end in tokens]
    said_ms = sum(word.end_ms - word.start_ms for word, _ in found)
    pace = said_ms / 1000.0 / MOMENT_S / sum(token.units for _, token in found)
    for word, token in found:
        if token.boundary < Boundary.CLAUSE and word.end_ms - word.start_ms >= 60.0:
            end_ms = min(word.end_ms, pauses.end_ms)
            yield Stretch(sound, voice, word.start_ms, end_ms, [], None), token.sounds, pace


def _looks(
    words: Sequence[tuple[Stretch, str, float]], table: Table, usual: sounds.SoundKind
) -> Table:
    """What each kind of sound looks like where the table puts it."""
    levels: dict[str, list[float]] = defaultdict(list)
    crossings: dict[str, list[float]] = defaultdict(list)
    lengths: dict[str, list[float]] = defaultdict(list)
    for stretch, letters, pace in words:
        each = [Saying(name, (table[name].length,), Boundary.NONE) for name in letters]
        times = sound_out(stretch, each, None)
        if times is None:
            continue
        begin_ms = stretch.ms_at(0, is_end=False)
        length_ms = (stretch.ms_at(len(stretch), is_end=True) - begin_ms) / len(stretch)
        for name, (start_ms, end_ms) in zip(letters, times, strict=True):
            first, last = (round((ms - begin_ms) / length_ms) for ms in (start_ms, end_ms))
            lengths[name].append((last - first) / pace)
            for moment in range(first, last):
                levels[name].append(stretch.levels[moment] + sounds.SOFTEST_DB)
                crossings[name].append(10.0 * log(stretch.crossings[moment] + 2))
    looks: Table = {}
    for name, kind in table.items():
        level, level_spread = _normal(levels[name], usual.level_db, usual.level_spread)
        crossing, spread = _normal(crossings[name], usual.crossings, usual.crossings_spread)
        length = (sum(lengths[name]) + PRIOR * usual.length) / (len(lengths[name]) + PRIOR)
        looks[name] = replace(
            kind,
            level_db=level,
            level_spread=level_spread,
            crossings=crossing,
            crossings_spread=spread,
            length=max(length, 0.3),
        )
    return looks


def _normal(values: Sequence[float], mean: float, spread: float) -> tuple[float, float]:
    """Mean and spread of the values, and of `PRIOR` more around `mean`."""
    count = len(values) + PRIOR
    middle = (sum(values) + PRIOR * mean) / count
    off = sum((value - middle) ** 2 for value in values)
    return middle, float(np.sqrt((off + PRIOR * (spread**2 + (mean - middle) ** 2)) / count))
