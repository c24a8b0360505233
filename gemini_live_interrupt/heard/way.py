"""The search of `sounding_out`: of each letter in turn, what it costs to begin at each moment.

Knows letters, moments and costs, and two ways to the same: moment by moment, and all moments of a letter
at once in arrays, at a third of the cost. Must not know words, or which letter is looked for where.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate
from math import log
from operator import add, sub
from typing import Any

from gemini_live_interrupt.heard.arrays import arrays
from gemini_live_interrupt.heard.likelihoods import PASS_COSTS
from gemini_live_interrupt.heard.sounds import CROSSING_COSTS, LEVEL_COSTS
from gemini_live_interrupt.heard.stretch import Stretch

__all__ = ["NEVER", "Way", "way_through"]

# A letter that takes more or less time than usual, by the square of the log; one that is not said.
_UNEVEN = 2.0
_UNSAID = 7.0
NEVER = 1e9
"""The cost of what cannot be."""
# A beginning that costs so much more than the best of the same letter leads nowhere.
_HOPELESS = 20.0
# Moments that the slowest letter lasts.
_LONGEST = 24


def _most(usual: float) -> int:
    """Moments that a letter lasts at the most."""
    most = int(2.2 * usual) + 2
    return 4 if most < 4 else most if most < _LONGEST else _LONGEST


@lru_cache(maxsize=512)
def _length_costs(tenths: int, most: int) -> tuple[float, ...]:
    """Of lasting `most`, ..., 1, 0 moments, where `tenths` of one are usual."""
    usual = max(tenths, 3) / 10.0
    lasting = (_UNEVEN * log(moments / usual) ** 2 for moments in range(most, 0, -1))
    return (*lasting, _UNSAID)


class Way:
    """The search: of each letter, what it costs to begin at each moment."""

    def __init__(self, stretch: Stretch, sounds: Iterable[str]) -> None:
        self.total = len(stretch)
        self.hushes = dict(zip(stretch.hush_at, stretch.hushes, strict=True))
        inside = [0.0] * (self.total + 1)
        for moment, hush in self.hushes.items():
            inside[moment] = hush.inside
        self.inside = list(accumulate(inside))
        """Cost of the pauses up to each moment, inside a word."""
        self.along: dict[str, list[float]] = {
            name: self._along(stretch, name) for name in set(sounds)
        }
        """Of each kind of sound: what it costs up to each moment."""
        self.first, self.costs = 0, [0.0]
        """Of the next letter: the first moment at which it may begin, and its cost from there."""
        self._letters: list[tuple[int, list[float], str, tuple[float, ...]]] = []

    def _along(self, stretch: Stretch, name: str) -> list[float]:
        by_level, by_crossing = LEVEL_COSTS[name], CROSSING_COSTS[name]
        frames = zip(stretch.levels, stretch.crossings, strict=True)
        costs = [by_level[level] + by_crossing[crossings] for level, crossings in frames]
        return [0.0, *accumulate(costs)]

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def last(self) -> int:
        """The last moment at which the next letter may begin."""
        return self.first + len(self.costs) - 1

    @property
    def last_cost(self) -> float:
        """What it costs to begin there."""
        return self.costs[-1]

    def say(self, name: str, usual: float, low: int, high: int) -> None:
        """One letter, which takes `usual` moments, to end between `low` and `high`."""
        most = _most(usual)
        lengths = _length_costs(round(10.0 * usual), most)
        self._trim()
        first, costs = self.first, self.costs
        low = max(low, first)
        high = max(min(high, self.last + most), low)
        self.costs = self._said(name, lengths, low, high)
        self._letters.append((first, costs, name, lengths))
        self.first = low

    def _said(self, name: str, lengths: tuple[float, ...], low: int, high: int) -> list[float]:
        """What it costs to have said a letter at each moment from `low` to `high`."""
        along, inside, first, most = self.along[name], self.inside, self.first, len(lengths) - 1
        # What it costs from s to t is along[t] - along[s], and the pauses strictly inside.
        begun = [*map(sub, map(sub, self.costs, along[first:]), inside[first:])]
        padded = [NEVER] * most + begun + [NEVER] * max(high - first - len(begun) + 1, 0)
        at = low - first
        return [
            min(map(add, padded[at + n : at + n + most + 1], lengths))
            + along[low + n]
            + inside[low + n]
            for n in range(high - low + 1)
        ]

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
            self.first, self.costs = self.first + begin, self.costs[begin:end]

    def listed(self) -> list[float]:
        """What it costs to begin at each moment from `first` on."""
        return self.costs

    def end_word(self, boundary: int) -> None:
        """A word has ended: go on, or pause where a pause is."""
        first, go_on = self.first, PASS_COSTS[boundary]
        self.costs = costs = [cost + go_on for cost in self.costs]
        for moment, hush in self.hushes.items():
            if first <= moment < first + len(costs):
                costs[moment - first] += hush.behind[boundary] - hush.inside - go_on

    def ends(self, letters: int, moment: int) -> list[int]:
        """The moments at which the first `letters` end on the cheapest way to `moment`."""
        ends = [0] * letters
        for letter in range(letters - 1, -1, -1):
            ends[letter] = moment
            first, costs, name, lengths = self._letters[letter]
            low = max(first, moment - len(lengths) + 1)
            high = min(moment, first + len(costs) - 1)
            if low <= high:
                before = costs[low - first : high - first + 1]
                moment = low + self._begun(before, name, lengths[low - moment - 1 :], low, high)
        return ends

    def _begun(
        self, before: list[float], name: str, lengths: tuple[float, ...], low: int, high: int
    ) -> int:
        """Which beginning of a letter is the cheapest, of those from `low` to `high`."""
        along, inside = self.along[name][low : high + 1], self.inside[low : high + 1]
        costs = [a - b - c + d for a, b, c, d in zip(before, along, inside, lengths, strict=False)]
        return costs.index(min(costs))


class WayInArrays:
    """The same, with the costs of all moments of a letter in one array.

    Of so few moments an operation takes about as long as of one, so it makes as few as it can. They are
    in the order of the other way: both come to the same costs to the last bit.
    """

    def __init__(self, stretch: Stretch) -> None:
        numpy = arrays()
        self.total = total = len(stretch)
        self.hushes = dict(zip(stretch.hush_at, stretch.hushes, strict=True))
        by_level, by_crossing, numbers = _costs_in_arrays()
        costs = by_level.take(numpy.frombuffer(stretch.levels, "u1"), 1)
        costs += by_crossing.take(numpy.frombuffer(stretch.crossings, "u1"), 1)
        self._along = numpy.zeros((len(numbers), total + 1))
        numpy.add.accumulate(costs, 1, None, self._along[:, 1:])
        inside = numpy.zeros(total + 1)
        for moment, hush in self.hushes.items():
            inside[moment] = hush.inside
        self._inside = numpy.add.accumulate(inside) if self.hushes else inside
        self._hushed = min(self.hushes, default=total + 1)
        """The first moment that has a pause before it."""
        self._numbers = numbers
        self.first = self.last = 0
        self.costs = numpy.zeros(1)
        self._never = numpy.empty(_LONGEST + total + 1)
        self._never.fill(NEVER)
        """A beginning at each moment, from `_LONGEST` before the first one on."""
        self._letters: list[tuple[Any, Any]] = []
        """Of each, what a beginning costs, and lasting `most`, ..., 1, 0 moments."""
        self._minimum, self._subtract = numpy.minimum.reduce, numpy.subtract
        self._array, self._float = numpy.ndarray, numpy.dtype(float)

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def last_cost(self) -> float:
        """As `Way.last_cost`."""
        cost: float = self.costs.item(-1)
        return cost

    def listed(self) -> list[float]:
        """As `Way.listed`."""
        costs: list[float] = self.costs.tolist()
        return costs

    def say(self, name: str, usual: float, low: int, high: int) -> None:
        """As `Way.say`."""
        most = _most(usual)
        lengths, column = _lengths_in_arrays(round(10.0 * usual), most)
        costs, first = self.costs, self.first
        begin, end, cost = 0, len(costs), costs.item
        hopeless = cost(costs.argmin()) + _HOPELESS
        while cost(begin) > hopeless:
            begin += 1
        while cost(end - 1) > hopeless:
            end -= 1
        costs = costs[begin:end]
        first, over = first + begin, first + end
        low = max(low, first)
        high = max(min(high, over - 1 + most), low)
        along = self._along[self._numbers[name]]
        row = self._never.copy()
        begun = row[_LONGEST + first : _LONGEST + over]
        self._subtract(costs, along[first:over], begun)
        if over > self._hushed:
            begun -= self._inside[first:over]
        # Of each moment a column: those at which the letter may have begun.
        begins = self._array(
            (most + 1, high - low + 1), self._float, row, 8 * (_LONGEST + low - most), (8, 8)
        )
        costs = self._minimum(begins + column)
        costs += along[low : high + 1]
        if high >= self._hushed:
            costs += self._inside[low : high + 1]
        self._letters.append((row, lengths))
        self.first, self.last, self.costs = low, high, costs

    def end_word(self, boundary: int) -> None:
        """As `Way.end_word`."""
        first, go_on, costs = self.first, PASS_COSTS[boundary], self.costs
        costs += go_on
        for moment, hush in self.hushes.items():
            if first <= moment <= self.last:
                costs[moment - first] += hush.behind[boundary] - hush.inside - go_on

    def ends(self, letters: int, moment: int) -> list[int]:
        """As `Way.ends`."""
        ends = [0] * letters
        for letter in range(letters - 1, -1, -1):
            ends[letter] = moment
            row, lengths = self._letters[letter]
            begin = moment - len(lengths) + 1
            costs = row[_LONGEST + begin : _LONGEST + moment + 1] + lengths
            moment = begin + int(costs.argmin())
        return ends


@cache
def _costs_in_arrays() -> tuple[Any, Any, dict[str, int]]:
    """A row for each kind of sound, by level and by crossings; and which is whose."""
    array = arrays().array
    by_level, by_crossing = (list(costs.values()) for costs in (LEVEL_COSTS, CROSSING_COSTS))
    return array(by_level), array(by_crossing), {name: n for n, name in enumerate(LEVEL_COSTS)}


@lru_cache(maxsize=512)
def _lengths_in_arrays(tenths: int, most: int) -> tuple[Any, Any]:
    """`_length_costs`, and as a column."""
    lengths = arrays().array(_length_costs(tenths, most))
    return lengths, lengths[:, None]


def way_through(stretch: Stretch, sounds: Iterable[str]) -> Way | WayInArrays:
    """The search through a stretch of speech for letters of these kinds of sound."""
    return Way(stretch, sounds) if arrays() is None else WayInArrays(stretch)
