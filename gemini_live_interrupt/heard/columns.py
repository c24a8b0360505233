"""All ways to match one pause with a place between words, given those of the pauses before it.

The work of the search that `lattice` makes: this is where a reply's time goes. Of some three hundred
pairs of a state before and a place, a dozen are of use; most of the others are left out by what they
must cost at least, before anything is computed for them. What is left out could not have been a part of
the result, which is the same to the last bit as without. Plain loops over few objects: it often runs
when everything was pushed out of the processor's caches, where each function and each object costs
more than the arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log, sqrt
from operator import itemgetter

from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.likelihoods import DRAWN_OUT, pause_costs, skip_cost
from gemini_live_interrupt.heard.pauses import Pause
from gemini_live_interrupt.heard.placed_text import PlacedText

__all__ = [
    "EDGE_VARIANCE",
    "MOST_SKIPPED",
    "PACE_VARIANCE",
    "RATE_VARIANCE",
    "ROUNDING",
    "UNIT_VARIANCE",
    "Column",
    "Prior",
    "State",
    "next_column",
]

# --- costs (nats) ---------------------------------------------------------------------------------
# Chosen on the texts, voices and seeds that `bench/heard.py --tuned` measures.

# Variance of the time that `u` units take at rate r: of each unit by itself, of the pace of a
# clause (both times r squared), and of the pause's edges in seconds.
UNIT_VARIANCE = 0.9
PACE_VARIANCE = 0.06**2
EDGE_VARIANCE = 0.045**2
# The rate is known as well as so many units tell, but never better than this.
RATE_VARIANCE = 1.06
_LEAST_RATE_VARIANCE = 0.03**2
# Transcripts have words missing, added or wrong: how many for each spoken unit, and the spread, in
# units, of what one of them adds. Looked at only where the square of what a span is off exceeds its
# variance so many times.
_SLIPS_PER_UNIT, _MOST_LIKELY_SLIP = 0.015, 0.5
_SLIP_VARIANCE = 10.0**2
_SLIP_FROM = 4.0
# What hisses in a slip is not known.
_SLIP_HISS = 1.0
# Variance of the seconds of a span that hiss, besides that of its letters; and no more than so much
# is made of it: the square by the variance.
_HISS_VARIANCE = 0.04**2
_MOST_HISS = 8.0
_LOG_HISS = log(_HISS_VARIANCE)

# --- search ---------------------------------------------------------------------------------------

MOST_SKIPPED = 5
_BEAM = 14
# With 9 the benches give the same figures, and matching takes a quarter longer; a smaller window than 3
# loses transcripts that lack some words.
_PRUNE = 7.0
_WINDOW = 3.5
# Twice the least that a span costs; the log of this times the squared rate is twice the least of a slip.
_LEAST = log(EDGE_VARIANCE)
_LEAST_SLIP = _SLIP_VARIANCE * exp(_SLIP_HISS) / _MOST_LIKELY_SLIP**2
# More than adding up costs in another order can change.
ROUNDING = 1e-8
# Places around those looked at that may be looked at next.
_AROUND = 16

State = tuple[float, int, int, float, float, float, "State | None"]
"""The best way to match pause `k` with boundary `i`: its cost, `i`, `k`, seconds for a unit as known
there, the variance of that as a share, seconds for a unit that hisses, and the state before."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a voice before it speaks."""

    rate: float
    """Seconds for one unit."""
    inertia: float
    """Units that this counts as much as."""
    hiss_rate: float
    """Seconds for one unit that hisses."""
    hiss_inertia: float


@dataclass(slots=True)
class Column:
    """The states of one pause, the cheapest first."""

    states: list[State]
    pause: Pause
    skip: float
    """Cost of leaving the pause out."""
    reach: int
    """Tokens up to which was looked."""
    dearest: float
    """Cost of the dearest way to a pause before from which it was looked."""

    def forget(self) -> None:
        """Its states can be a part of no other way."""
        self.states = []

    def settled(self, tokens: int) -> list[State]:
        """The states that are as they are whatever follows the first tokens."""
        return [state for state in self.states if state[1] <= tokens]

    def may_grow(self, tokens: int) -> bool:
        """Whether those can be taken as they are where other tokens follow: the best is one of them, and
        they lack none that had no room beside the others."""
        states = self.states
        if not states or states[0][1] > tokens:
            return False
        return len(states) < _BEAM or all(state[1] <= tokens for state in states)


@lru_cache(maxsize=1024)
def _costs(length_s: float) -> tuple[float, tuple[float, ...]]:
    """Of a pause of this length: of leaving it out, and of each kind of boundary that it may be at."""
    skip, match = skip_cost(length_s), pause_costs(length_s)
    if skip <= match[Boundary.NONE] - 2.0:
        # Where leaving it out is much cheaper than a hesitation, it can only match a marked boundary.
        match = (inf, *match[1:])
    return skip, match


def next_column(
    before: Sequence[Column],
    k: int,
    pause: Pause,
    text: PlacedText,
    prior: Prior,
    earlier: Column | None = None,
    unchanged: int = 0,
) -> Column:
    """The states of a pause.

    Args:
        before: columns that it may follow, the nearest first.
        k: its number.
        pause: the pause.
        text: all tokens so far.
        prior: of the voice.
        earlier: what this gave when the tokens behind the first `unchanged` were others, or not there,
            and `before` the same but for states behind those tokens.
        unchanged: tokens that are the same.
    """
    units, kinds, passed = text.units, text.kinds, text.passed
    hiss, hiss_variance = text.hiss, text.hiss_variance
    drawn_out = DRAWN_OUT
    skip, match = _costs(pause.length_s)

    # --- where it may come from: the cost so far, with that of the pauses left out between, and the
    # speech from there
    sources: list[tuple[float, float, float, State]] = []
    skipped = 0.0
    spoken_s, hissed_s = pause.spoken_s, pause.hissed_s
    for column in before:
        other = column.pause
        spoken, hissed = spoken_s - other.spoken_s, hissed_s - other.hissed_s
        sources += [(state[0] + skipped, spoken, hissed, state) for state in column.states]
        skipped += column.skip
    sources.sort(key=_first)

    found: dict[int, tuple[float, State]] = {}
    best, known = inf, 0
    settled: list[State] = []
    if earlier is not None:
        best, known = earlier.states[0][0], unchanged
        settled = earlier.settled(known)
    most = best + _PRUNE
    dearest, reach = -inf, 0
    # Of places from `begin` to `end`: twice what it may cost at most to come there, but for what is the
    # place's own, to be of any use while nothing better than `rooms_for` is found.
    rooms: list[float] = []
    begin, end, rooms_for = len(units), 0, inf
    for base, spoken, hissed, source in sources:
        if base > most:
            break
        dearest = base
        _, i0, _, rate, rate_variance, hiss_rate, _ = source
        u0, pace = units[i0], PACE_VARIANCE + rate_variance
        middle = spoken / rate
        by_pace = pace * middle
        variance = (UNIT_VARIANCE + by_pace) * middle
        margin = _WINDOW * sqrt(variance + 0.5) + 2.0
        last = bisect_right(units, u0 + middle + margin, i0)
        if last > reach:
            reach = last
        if last <= known:
            continue
        first = bisect_left(units, u0 + middle - margin, (i0 if i0 > known else known) + 1, last)
        if first >= last:
            continue
        if first < begin or last > end or most < rooms_for:
            if first < begin:
                begin = max(first - _AROUND, known + 1)
            if last > end:
                end = min(last + _AROUND, len(units))
            rooms_for = most
            if most == inf:
                rooms = [inf] * (end - begin)
            else:
                rooms = [
                    2.0 * (most - before_it - match[kind])
                    for before_it, kind in zip(
                        passed[begin - 1 : end - 1], kinds[begin:end], strict=True
                    )
                ]
                for i, (cost, _) in found.items():
                    if cost < most:
                        rooms[i - begin] = 2.0 * (cost - passed[i - 1] - match[kinds[i]])
        here = rooms[first - begin : last - begin]
        base -= passed[i0]
        twice = base + base - ROUNDING
        widest = max(here)
        if widest <= twice + _LEAST:
            continue
        squared_rate = rate * rate
        # No span from there costs less: where one is shorter than expected by more than half the slope of the
        # variance, the square outweighs what the log of the variance gains.
        slope = UNIT_VARIANCE + by_pace + by_pace
        variance = EDGE_VARIANCE + (variance - 0.5 * slope * slope) * squared_rate
        if variance < EDGE_VARIANCE:
            variance = EDGE_VARIANCE
        slip_variance = _LEAST_SLIP * squared_rate
        least_room = twice + log(variance if variance < slip_variance else slip_variance)
        if widest <= least_room:
            continue
        share = _SLIPS_PER_UNIT * (middle + margin + 4.0)
        share = share / _MOST_LIKELY_SLIP if share < _MOST_LIKELY_SLIP else 1.0
        slip_room = twice + log(slip_variance / (share * share))
        h0, v0 = hiss[i0], hiss_variance[i0]
        unit_variance, pace_variance = UNIT_VARIANCE * squared_rate, pace * squared_rate
        squared_hiss = hiss_rate * hiss_rate
        for i, room in enumerate(here, first):
            if room <= least_room:
                continue
            kind = kinds[i]
            u = units[i] - u0 + drawn_out[kind]
            variance = (unit_variance + pace_variance * u) * u + EDGE_VARIANCE
            off = spoken - rate * u
            squared = off * off / variance
            log_variance = log(variance)
            # Without a slip, and no slip is cheap enough.
            if room <= slip_room and twice + squared + log_variance >= room:
                continue
            hiss_off = hissed - hiss_rate * (hiss[i] - h0)
            of_hiss = _HISS_VARIANCE + squared_hiss * (hiss_variance[i] - v0)
            hiss_squared = hiss_off * hiss_off / of_hiss
            squared += hiss_squared if hiss_squared < _MOST_HISS else _MOST_HISS
            whole = squared + log_variance
            if squared > _SLIP_FROM:
                slip_variance = variance + _SLIP_VARIANCE * squared_rate
                share = _SLIPS_PER_UNIT * (u + 1.0)
                share = share if share < _MOST_LIKELY_SLIP else _MOST_LIKELY_SLIP
                slipped = off * off / slip_variance + log(slip_variance / (share * share))
                whole = slipped + _SLIP_HISS if slipped + _SLIP_HISS < whole else whole
            if twice + whole >= room:
                continue
            cost = base + passed[i - 1] + match[kind] + 0.5 * (whole + log(of_hiss) - _LOG_HISS)
            rival = found.get(i)
            if cost < (most if rival is None else rival[0]):
                found[i] = (cost, source)
                rooms[i - begin] = 2.0 * (cost - passed[i - 1] - match[kind])
                if cost < best:
                    best, most = cost, cost + _PRUNE
    if earlier is not None:
        if earlier.dearest > most or dearest > most:
            return next_column(before, k, pause, text, prior)
        if not found and len(settled) == len(earlier.states):
            earlier.reach = reach + 1
            return earlier

    inertia, rate_prior = prior.inertia, prior.inertia * prior.rate + spoken_s
    hiss_prior = prior.hiss_inertia * prior.hiss_rate + hissed_s
    ends = [state for state in settled if state[0] < most]
    for i, (cost, source) in found.items():
        if cost < most:
            weight = inertia + units[i]
            variance = RATE_VARIANCE / weight
            if variance < _LEAST_RATE_VARIANCE:
                variance = _LEAST_RATE_VARIANCE
            hiss_rate = hiss_prior / (prior.hiss_inertia + hiss[i])
            ends.append((cost, i, k, rate_prior / weight, variance, hiss_rate, source))
    ends.sort(key=_first)
    # One further token was looked at: its absence may end with the next chunk of text.
    return Column(ends[:_BEAM], pause, skip, reach + 1, dearest)


_first = itemgetter(0)
