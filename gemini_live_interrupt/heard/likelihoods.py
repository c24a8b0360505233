"""How likely speech does what it does at a place between words: to pause there, so long, or not.

All costs are negative natural logs of likelihoods, so that they add up and compare.
"""

from __future__ import annotations

from functools import lru_cache
from math import log, pi

from gemini_live_interrupt.heard.boundaries import Boundary

__all__ = ["BEHIND_KINDS", "DRAWN_OUT", "PASS_COSTS", "pause_costs", "skip_cost"]

# Of each kind of boundary: how likely a pause is there at all, and its length, log-normal: median
# in seconds, spread.
_PAUSES = {
    Boundary.NONE: (0.07, 0.25, 0.60),
    Boundary.PHRASE: (0.15, 0.25, 0.60),
    Boundary.WEAK: (0.15, 0.20, 0.65),
    Boundary.CLAUSE: (0.75, 0.19, 0.90),
    Boundary.SENTENCE: (0.97, 0.45, 0.70),
}
# Silence within words, before a plosive or between breaths: how many in a second, and how fast they
# get rarer with length.
_CLOSURES_PER_S = 0.3
_CLOSURE_S = 0.045
_SHORTEST_S = 0.08
# What the costs of duration and of length, both of them Gaussian, leave out.
_LOG_TWO_PI = log(2.0 * pi)

BEHIND_KINDS = tuple(_PAUSES)
"""In the order of their numbers."""

PASS_COSTS = tuple(-log(1.0 - probability) for probability, _, _ in _PAUSES.values())
"""Of going on without a pause, by the kind of boundary."""

DRAWN_OUT = (3.0, 3.0, 3.0, 0.8, 0.8)
"""Spoken units by which the last word before a pause is longer than it is without one, by the kind of
boundary; where a mark is, most of that is in the word's own length."""

_SHAPES = tuple(
    (log(median), spread, log(spread) - log(probability))
    for probability, median, spread in _PAUSES.values()
)


@lru_cache(maxsize=1024)
def pause_costs(length_s: float) -> tuple[float, ...]:
    """Of a pause of this length, by the kind of boundary that it is at."""
    at = log(length_s)
    return tuple(
        [
            ((at - median) / spread) ** 2 / 2.0 + at + constant
            for median, spread, constant in _SHAPES
        ]
    )


def skip_cost(length_s: float) -> float:
    """Of a silence that is at no boundary."""
    rarity = (length_s - _SHORTEST_S) / _CLOSURE_S
    return rarity - log(_CLOSURES_PER_S / _CLOSURE_S) - _LOG_TWO_PI
