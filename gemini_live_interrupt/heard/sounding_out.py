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
from functools import lru_cache
from itertools import accumulate
from math import inf, log
from operator import add

from gemini_live_interrupt.heard.likelihoods import PASS_COSTS
from gemini_live_interrupt.heard.sounds import CROSSING_COSTS, LEVEL_COSTS
from gemini_live_interrupt.heard.stretch import Stretch

__all__ = ["Open", "Saying", "sound_out"]

# A letter that takes more or less time than usual, by the square of the log; one that is not said.
_UNEVEN = 2.0
_UNSAID = 7.0
# Moments by which the way may stray from an even pace: at the least, for each moment from a known
# place, and at the most.
_STRAY, _STRAY_SHARE, _MOST_STRAY = 15, 0.3, 40
_NEVER = 1e9
# A beginning that costs so much more than the best of the same letter leads nowhere.
_HOPELESS = 20.0
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


@lru_cache(maxsize=512)
def _length_costs(tenths: int, most: int) -> tuple[float, ...]:
    """Of lasting `most`, ..., 1, 0 moments, where `tenths` of one are usual."""
    usual = max(tenths, 3) / 10.0
    lasting = (_UNEVEN * log(moments / usual) ** 2 for moments in range(most, 0, -1))
    return (*lasting, _UNSAID)


class _Way:
    """The search: of each letter, what it costs to begin at each moment."""

    def __init__(self, stretch: Stretch, sounds: set[str]) -> None:
        self.total = len(stretch)
        self.hushes = dict(zip(stretch.hush_at, stretch.hushes, strict=True))
        inside = [0.0] * (self.total + 1)
        for moment, hush in self.hushes.items():
            inside[moment] = hush.inside
        self.inside = list(accumulate(inside))
        """Cost of the pauses up to each moment, inside a word."""
        self.along = {}
        """Of each kind of sound: what it costs up to each moment."""
        for name in sounds:
            by_level, by_crossing = LEVEL_COSTS[name], CROSSING_COSTS[name]
            frames = zip(stretch.levels, stretch.crossings, strict=True)
            costs = [by_level[level] + by_crossing[crossings] for level, crossings in frames]
            self.along[name] = [0.0, *accumulate(costs)]
        self.first, self.costs = 0, [0.0]
        """Of the next letter: the first moment at which it may begin, and its cost from there."""
        self._letters: list[tuple[int, list[float], str, tuple[float, ...]]] = []

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def last(self) -> int:
        """The last moment at which the next letter may begin."""
        return self.first + len(self.costs) - 1

    def say(self, name: str, usual: float, low: int, high: int) -> None:
        """One letter, which takes `usual` moments, to end between `low` and `high`."""
        most = max(4, min(int(2.2 * usual) + 2, 24))
        lengths = _length_costs(round(10.0 * usual), most)
        self._trim()
        low = max(low, self.first)
        high = max(min(high, self.last + most), low)
        along, inside, first = self.along[name], self.inside, self.first
        # What it costs from s to t is along[t] - along[s], and the pauses strictly inside.
        begun = [
            cost - already - hushed
            for cost, already, hushed in zip(
                self.costs, along[first:], inside[first:], strict=False
            )
        ]
        padded = [_NEVER] * most + begun + [_NEVER] * max(high - first - len(begun) + 1, 0)
        at = low - first
        self._letters.append((first, self.costs, name, lengths))
        self.costs = [
            min(map(add, padded[at + n : at + n + most + 1], lengths))
            + along[low + n]
            + inside[low + n]
            for n in range(high - low + 1)
        ]
        self.first = low

    def _trim(self) -> None:
        """Leave out the first and the last beginnings that nothing speaks for."""
        costs = self.costs
        most = min(costs) + _HOPELESS
        begin, end = 0, len(costs)
        while costs[begin] > most:
            begin += 1
        while costs[end - 1] > most:
            end -= 1
        if end - begin < len(costs):
            self.first, self.costs = self.first + begin, costs[begin:end]

    def end_word(self, boundary: int) -> None:
        """A word has ended: go on, or pause where a pause is."""
        first, costs = self.first, self.costs
        go_on = PASS_COSTS[boundary]
        self.costs = costs = [cost + go_on for cost in costs]
        for moment, hush in self.hushes.items():
            if first <= moment < first + len(costs):
                costs[moment - first] += hush.behind[boundary] - hush.inside - go_on

    def ends(self, letters: int, moment: int) -> list[int]:
        """The moments at which the first `letters` end on the cheapest way to `moment`."""
        ends = [0] * letters
        for letter in range(letters - 1, -1, -1):
            ends[letter] = moment
            first, costs, name, lengths = self._letters[letter]
            along, inside, most = self.along[name], self.inside, len(lengths) - 1
            best, begun = inf, moment
            for begin in range(max(first, moment - most), min(moment, first + len(costs) - 1) + 1):
                cost = costs[begin - first] - along[begin] - inside[begin]
                cost += lengths[most - (moment - begin)]
                if cost < best:
                    best, begun = cost, begin
            moment = begun
        return ends


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
    way = _Way(stretch, {name for word in words for name in word.sounds})
    best = (_NEVER, 0, total)
    """Cost, letters and moment of the best end of a stretch that may end anywhere."""
    units = expected = 0.0
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
            if free and way.last == total and way.costs[-1] < _NEVER / 2:
                cost = way.costs[-1] + _unlikely(units, total, free)
                if stretch.closing is not None:
                    if n == last:
                        cost += stretch.closing.behind[word.boundary] - PASS_COSTS[word.boundary]
                    else:
                        cost += stretch.closing.inside
                if n == last and number == len(words):
                    cost -= free.end_odds + _ENDING
                if cost < best[0]:
                    best = (cost, len(way), total)
        else:
            last_letters.append(len(way))
            continue
        break
    if free is None:
        if len(last_letters) < len(words) or way.costs[-1] >= _NEVER / 2:
            return None
        best = (way.costs[-1], len(way), total)
    elif len(last_letters) == len(words):
        for moment, cost in enumerate(way.costs, start=way.first):
            cost += _BEYOND * (total - moment)
            if cost < best[0]:
                best = (cost, len(way), moment)
    if best[0] >= _NEVER / 2:
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
    return min(_STRAY + _STRAY_SHARE * max(moments, 0.0), _MOST_STRAY)


def _unlikely(units: float, total: int, free: Open) -> float:
    """Cost of so many units in so many moments."""
    expected = max(units * free.moments_per_unit, 1.0)
    variance = free.spread**2 + _PACE_VARIANCE
    variance += _UNIT_VARIANCE * free.moments_per_unit / max(total, 1.0)
    return log(expected / max(total, 1.0)) ** 2 / (2.0 * variance)
