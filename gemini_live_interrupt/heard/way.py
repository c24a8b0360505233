"""The search of `sounding_out`: of each letter in turn, what it costs to begin at each moment.

Knows letters, moments and costs, and two ways to the same: moment by moment, and all moments of a letter
at once in arrays, at a third of the cost. Must not know words, or which letter is looked for where.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import accumulate
from math import log
from operator import add
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


@lru_cache(maxsize=512)
def _length_costs(tenths: int, most: int) -> tuple[float, ...]:
    """Of lasting `most`, ..., 1, 0 moments, where `tenths` of one are usual."""
    usual = max(tenths, 3) / 10.0
    lasting = (_UNEVEN * log(moments / usual) ** 2 for moments in range(most, 0, -1))
    return (*lasting, _UNSAID)


class Way:
    """The search: of each letter, what it costs to begin at each moment."""

    def __init__(self, stretch: Stretch, sounds: set[str]) -> None:
        self.total = len(stretch)
        self.hushes = dict(zip(stretch.hush_at, stretch.hushes, strict=True))
        inside = [0.0] * (self.total + 1)
        for moment, hush in self.hushes.items():
            inside[moment] = hush.inside
        self.inside = list(accumulate(inside))
        """Cost of the pauses up to each moment, inside a word."""
        self.along: dict[str, Any] = {name: self._along(stretch, name) for name in sounds}
        """Of each kind of sound: what it costs up to each moment."""
        self.first, self.costs = 0, [0.0]
        """Of the next letter: the first moment at which it may begin, and its cost from there."""
        self._letters: list[tuple[int, Any, str, tuple[float, ...]]] = []

    def _along(self, stretch: Stretch, name: str) -> Any:
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
        most = max(4, min(int(2.2 * usual) + 2, 24))
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
        begun = [
            cost - already - hushed
            for cost, already, hushed in zip(
                self.costs, along[first:], inside[first:], strict=False
            )
        ]
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
        costs = self._listed()
        most = min(costs) + _HOPELESS
        begin, end = 0, len(costs)
        while costs[begin] > most:
            begin += 1
        while costs[end - 1] > most:
            end -= 1
        if end - begin < len(costs):
            self.first, self.costs = self.first + begin, self.costs[begin:end]

    def _listed(self) -> list[float]:
        return self.costs

    def end_word(self, boundary: int) -> None:
        """A word has ended: go on, or pause where a pause is."""
        first, go_on = self.first, PASS_COSTS[boundary]
        self.costs = costs = self._passed(go_on)
        for moment, hush in self.hushes.items():
            if first <= moment < first + len(costs):
                costs[moment - first] += hush.behind[boundary] - hush.inside - go_on

    def _passed(self, more: float) -> list[float]:
        return [cost + more for cost in self.costs]

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
        self, before: Any, name: str, lengths: tuple[float, ...], low: int, high: int
    ) -> int:
        """Which beginning of a letter is the cheapest, of those from `low` to `high`."""
        along, inside = self.along[name][low : high + 1], self.inside[low : high + 1]
        costs = [a - b - c + d for a, b, c, d in zip(before, along, inside, lengths, strict=False)]
        return costs.index(min(costs))


class WayInArrays(Way):
    """The same, with the costs of all moments of a letter in one array."""

    costs: Any

    def __init__(self, stretch: Stretch, sounds: set[str]) -> None:
        self._numpy = arrays()
        self._levels = self._numpy.array(stretch.levels)
        self._crossings = self._numpy.array(stretch.crossings)
        super().__init__(stretch, sounds)
        self.costs = self._numpy.array(self.costs)
        self._inside = self._numpy.array(self.inside)

    def _along(self, stretch: Stretch, name: str) -> Any:
        by_level, by_crossing = _costs_in_arrays(name)
        along = self._numpy.zeros(len(stretch) + 1)
        (by_level[self._levels] + by_crossing[self._crossings]).cumsum(out=along[1:])
        return along

    @property
    def last_cost(self) -> float:
        return float(self.costs[-1])

    def _said(self, name: str, lengths: tuple[float, ...], low: int, high: int) -> Any:
        along, inside, first, costs = self.along[name], self._inside, self.first, self.costs
        most, count, moments = len(lengths) - 1, len(costs), high - low + 1
        padded = self._numpy.empty(most + max(count, high - first + 1))
        padded.fill(NEVER)
        begun = padded[most : most + count]
        self._numpy.subtract(costs, along[first : first + count], out=begun)
        begun -= inside[first : first + count]
        each = padded.itemsize
        # Of each moment, those at which the letter may have begun.
        windows = self._numpy.ndarray(
            (moments, most + 1), padded.dtype, padded, (low - first) * each, (each, each)
        )
        said = self._numpy.minimum.reduce(windows + _in_array(lengths), axis=1)
        said += along[low : high + 1]
        said += inside[low : high + 1]
        return said

    def _listed(self) -> list[float]:
        costs: list[float] = self.costs.tolist()
        return costs

    def _passed(self, more: float) -> Any:
        return self.costs + more

    def _begun(
        self, before: Any, name: str, lengths: tuple[float, ...], low: int, high: int
    ) -> int:
        costs = before - self.along[name][low : high + 1] - self._inside[low : high + 1]
        costs += lengths[: len(costs)]
        return int(costs.argmin())


@cache
def _costs_in_arrays(name: str) -> tuple[Any, Any]:
    """Of a kind of sound, by level and by crossings."""
    return arrays().array(LEVEL_COSTS[name]), arrays().array(CROSSING_COSTS[name])


@lru_cache(maxsize=512)
def _in_array(lengths: tuple[float, ...]) -> Any:
    return arrays().array(lengths)


def way_through(stretch: Stretch, sounds: set[str]) -> Way:
    """The search through a stretch of speech for letters of these kinds of sound."""
    return (Way if arrays() is None else WayInArrays)(stretch, sounds)
