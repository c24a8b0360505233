"""Text against sound, letter by letter: when each word of a stretch of speech is said.

The letters of the text must be found in their order in the frames of the sound. A dynamic programme
over letters and moments finds the likeliest way: a letter costs what its frames are unlike its sound
(`sounds`), and what it is longer or shorter than letters are at this pace; a pause costs more inside a
word than after it, and least after a full stop. Knows one stretch, a few seconds long, and nothing of
how its ends were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

from gemini_live_interrupt.heard.likelihoods import PASS_COSTS
from gemini_live_interrupt.heard.stretch import Stretch
from gemini_live_interrupt.heard.way import NEVER, way_through

__all__ = ["Open", "Saying", "sound_out"]

# Moments by which the way may stray from an even pace: at the least, for each moment from a known
# place, and at the most.
_STRAY, _STRAY_SHARE, _MOST_STRAY = 15.0, 0.3, 40.0
# Of a moment after the last word; and nats that it is worth to end with it rather than anywhere.
_BEYOND = 0.05
_ENDING = 2.0
# Variance of the length of a text of `u` units, as a share: of each unit, and of the pace.
_UNIT_VARIANCE, _PACE_VARIANCE = 0.9, 0.06**2


@dataclass(frozen=True, slots=True)
class Saying:
    """A word of the text as it may be said."""

    sounds: str
    """Its kinds of sound, in order."""
    lengths: tuple[float, ...]
    """Of each, in spoken units."""
    boundary: int
    """The kind of place behind it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A stretch that may end anywhere in the words."""

    moments_per_unit: float
    """The pace by all that is known before."""
    spread: float
    """Of its natural log."""
    end_odds: float
    """Natural log of the odds that the last word ends where the stretch ends."""


def sound_out(
    stretch: Stretch, words: Sequence[Saying], free: Open | None
) -> list[tuple[float, float]] | None:
    """When each of the words is said.

    Args:
        stretch: the sound.
        words: begin where it begins.
        free: where the stretch may end anywhere in the words; None where the last word ends with it.

    Returns:
        `(start_ms, end_ms)` of the words that were begun, in order, the end infinite of one that was
        not ended; None if they do not fit.
    """
    total = len(stretch)
    pace = free.moments_per_unit if free else total / sum(sum(word.lengths) for word in words)
    way = way_through(stretch, (name for word in words for name in word.sounds))
    best = (NEVER, 0, total)
    """Cost, letters and moment of the best end of a stretch that may end anywhere."""
    doubt = 2.0 * _variance(total, free) if free else 0.0
    closing = stretch.closing
    units = 0.0
    last_letters: list[int] = []
    for number, word in enumerate(words, start=1):
        last = len(word.sounds)
        for n, (name, length) in enumerate(zip(word.sounds, word.lengths, strict=True), start=1):
            units += length
            expected = units * pace
            stray = _stray(expected if free else min(expected, total - expected))
            low, high = max(way.first, int(expected - stray)), min(total, int(expected + stray))
            if not free and n == last and number == len(words):
                low = high = total
            if low > high:
                break
            way.say(name, length * pace, low, high)
            if n == last:
                way.end_word(word.boundary)
            if free and way.last == total and (cost := way.last_cost) < NEVER / 2:
                cost += log(max(expected, 1.0) / max(total, 1.0)) ** 2 / doubt
                if closing is not None:
                    if n == last:
                        cost += closing.behind[word.boundary] - PASS_COSTS[word.boundary]
                    else:
                        cost += closing.inside
                if n == last and number == len(words):
                    cost -= free.end_odds + _ENDING
                if cost < best[0]:
                    best = (cost, len(way), total)
        else:
            last_letters.append(len(way))
            continue
        break
    if free is None:
        if len(last_letters) < len(words) or way.last_cost >= NEVER / 2:
            return None
        best = (way.last_cost, len(way), total)
    elif len(last_letters) == len(words):
        for moment, cost in enumerate(way.listed(), start=way.first):
            cost += _BEYOND * (total - moment)
            if cost < best[0]:
                best = (cost, len(way), moment)
    if best[0] >= NEVER / 2:
        return None
    ends = [0, *way.ends(best[1], best[2])]
    times: list[tuple[float, float]] = []
    begin = 0
    while begin < best[1]:
        over = last_letters[len(times)] if len(times) < len(last_letters) else len(way) + 1
        end_ms = stretch.ms_at(ends[over], is_end=True) if over <= best[1] else inf
        times.append((stretch.ms_at(ends[begin], is_end=False), end_ms))
        begin = over
    return times


def _stray(moments: float) -> float:
    """Moments to either side within which a letter is looked for."""
    if moments <= 0.0:
        return _STRAY
    stray = _STRAY + _STRAY_SHARE * moments
    return stray if stray < _MOST_STRAY else _MOST_STRAY


def _variance(total: int, free: Open) -> float:
    """Of the natural log of how long a text takes, next to the length of the stretch."""
    variance = free.spread**2 + _PACE_VARIANCE
    return variance + _UNIT_VARIANCE * free.moments_per_unit / max(total, 1.0)
