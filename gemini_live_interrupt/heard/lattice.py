"""The search for the matching of least cost, at one rate of speech.

A dynamic programme over pauses and boundaries. A cost is a negative log likelihood: of the duration
of each stretch given its spoken units, of each pause given the boundary it is matched with, of each
pause and each boundary that is left without a partner. It knows one rate, and nothing of how rates
are chosen (`alignment`). What was computed for the earlier part of a turn is kept while the turn
grows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, log, pi, sqrt

from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.spoken_units import Boundary, Token

__all__ = ["FURTHEST", "MOST_UNLIKE", "Anchor", "End", "Lattice", "PlacedText"]

# --- costs (nats) ---------------------------------------------------------------------------------
# Chosen on the texts, voices and seeds that `bench/heard.py --tuned` measures.

# Variance of the time that `u` units take at rate r: of each unit by itself, of the pace of a
# clause (both times r squared), and of the pause's edges in seconds.
_UNIT_VARIANCE = 0.9
_PACE_VARIANCE = 0.06**2
_EDGE_VARIANCE = 0.045**2
# Transcripts have words missing, added or wrong: how many for each spoken unit, and the spread, in
# units, of what one of them adds. Looked at only where the square of what a span is off exceeds its
# variance so many times.
_SLIPS_PER_UNIT, _MOST_LIKELY_SLIP = 0.015, 0.5
_SLIP_VARIANCE = 10.0**2
_SLIP_FROM = 3.0
# No span costs less.
_LEAST_DURATION = 0.5 * log(_EDGE_VARIANCE)

# Of each kind of boundary: how likely a pause is there at all, and its length, log-normal: median
# in seconds, spread.
_PAUSES = {
    Boundary.SENTENCE: (0.97, 0.45, 0.70),
    Boundary.CLAUSE: (0.75, 0.19, 0.90),
    Boundary.WEAK: (0.15, 0.20, 0.65),
    Boundary.NONE: (0.07, 0.25, 0.60),
}
# Silence within words, before a plosive or between breaths: how many in a second, and how fast they
# get rarer with length.
_CLOSURES_PER_S = 0.3
_CLOSURE_S = 0.045
_SHORTEST_S = 0.08
# What the costs of duration and of length, both of them Gaussian, leave out.
_LOG_TWO_PI = log(2.0 * pi)

# Audio that goes on after the text has ended: for each pause, and for each second of speech. Text
# that goes on after the audio, for each second: it often runs ahead, but not for ever.
_BEYOND_TEXT_PAUSE, _BEYOND_TEXT_PER_S = 0.4, 0.5
_BEYOND_AUDIO_PER_S = 0.25
# Of a complete turn audio and text end together, unless its end was lost: no more than this.
_END_CAP = 10.0

MOST_UNLIKE = 6.0
"""By the arrival of its text a pause is seconds off: it costs no more than this."""

# --- search ---------------------------------------------------------------------------------------

_MOST_SKIPPED = 5
_BEAM = 20
_PRUNE = 10.0
_HOPELESS_SKIPS = 30.0
_WINDOW = 3.5
FURTHEST = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place known in both audio and text."""

    spoken_s: float
    """Seconds of speech before it."""
    tokens: int
    """Tokens before it."""
    pause: Pause | None
    """The pause that lies there; None at the two ends."""


class PlacedText:
    """The boundaries of the tokens, in the form the search needs. Boundary `i` follows the first
    `i` tokens."""

    def __init__(
        self, tokens: Sequence[Token], said_s: Sequence[float] = (), spread_s: float = 1.0
    ) -> None:
        """`said_s`: when, by a hint that is `spread_s` off, each boundary is reached, if there is
        one."""
        self.tokens = tokens
        self.said_s = said_s
        self.spread_s = spread_s
        self.units = list(accumulate((token.units for token in tokens), initial=0.0))
        kinds = [token.boundary for token in tokens]
        # Cost of leaving boundaries 1..i without a pause.
        self.passed = list(accumulate((_pass_cost(kind) for kind in kinds), initial=0.0))
        self.kinds = [Boundary.NONE, *kinds]
        self.marked = [i for i, kind in enumerate(self.kinds) if kind]
        self.marked_units = [self.units[i] for i in self.marked]


@dataclass(frozen=True, slots=True)
class _State:
    """The best way to match pause `k` with boundary `i`."""

    cost: float
    k: int
    i: int
    before: _State | None


@dataclass(frozen=True, slots=True)
class End:
    cost: float
    state: _State
    unit: float
    """Spoken units by the end of the audio."""
    together: bool
    """Whether the text ends where the audio ends."""


_START = _State(0.0, -1, 0, None)


class Lattice:
    """The search at one rate. Column `k` holds the states of pause `k`, the cheapest first."""

    def __init__(self, rate: float, prior: float) -> None:
        self.rate = rate
        self.hopeless_at: int | None = None
        """The column at which it was given up."""
        self.prior = prior
        self._columns: list[list[_State]] = []
        self._pauses: list[Pause] = []
        # Tokens up to which each column has looked.
        self._reach: list[int] = []

    def best_at(self, k: int) -> float:
        """Least cost of the columns from which pause k+1 can be reached."""
        columns = self._columns[max(0, k - _MOST_SKIPPED) : k + 1]
        costs = [column[0].cost for column in columns if column]
        return self.prior + min(costs, default=0.0)

    def keep(self, pauses: Sequence[Pause], tokens: int) -> int:
        """Forget what new pauses or tokens may change: all but the columns of equal pauses that
        looked at no more than the first `tokens` tokens.

        Returns:
            The columns up to which nothing has changed, for all that is known here.
        """
        keep = 0
        for pause, reach, old in zip(pauses, self._reach, self._pauses, strict=False):
            if pause != old or reach > tokens:
                break
            keep += 1
        untouched = keep == len(self._columns)
        del self._columns[keep:], self._reach[keep:], self._pauses[keep:]
        return FURTHEST if untouched and self.hopeless_at is not None else keep

    def extend_to(self, k: int, text: PlacedText, pauses: Sequence[Pause]) -> None:
        """Compute the columns up to `k` that are missing."""
        while len(self._columns) <= k:
            column, reach = self._column(len(self._columns), text, pauses)
            self._columns.append(column)
            self._reach.append(reach)
            self._pauses.append(pauses[len(self._pauses)])

    def _column(
        self, k: int, text: PlacedText, pauses: Sequence[Pause]
    ) -> tuple[list[_State], int]:
        pause = pauses[k]
        length = pause.length_s
        units, kinds, passed = text.units, text.kinds, text.passed
        rate = self.rate
        unit_variance, pace_variance = _UNIT_VARIANCE * rate * rate, _PACE_VARIANCE * rate * rate
        slip_variance = _SLIP_VARIANCE * rate * rate
        match = [_pause_cost(kind, length) for kind in Boundary]
        said_s, spread_s, start_s = text.said_s, text.spread_s, pause.start_ms / 1000.0
        # Where leaving out the pause is much cheaper than a hesitation, it can only match a marked
        # boundary.
        every = _skip_cost(length) > match[Boundary.NONE] - 2.0
        reach = 0
        found: dict[int, tuple[float, _State]] = {}
        best = inf
        for base, source in self._sources(k, pauses):
            if base > best + _PRUNE:
                break
            i0 = source.i
            spoken = pause.spoken_s - (pauses[source.k].spoken_s if source.k >= 0 else 0.0)
            u0 = units[i0]
            middle = spoken / rate
            spread = sqrt(_UNIT_VARIANCE * middle + _PACE_VARIANCE * middle * middle + 0.5)
            margin = _WINDOW * spread + 2.0
            low, high = u0 + middle - margin, u0 + middle + margin
            last = bisect_right(units, high)
            # One further token was looked at: its absence may end with the next chunk of text.
            reach = max(reach, last + 1)
            if every:
                places: Sequence[int] = range(max(i0 + 1, bisect_left(units, low)), last)
            else:
                marked = text.marked
                places = marked[
                    max(
                        bisect_right(marked, i0), bisect_left(text.marked_units, low)
                    ) : bisect_left(marked, last)
                ]
            passed0 = passed[i0]
            for i in places:
                partial = base + passed[i - 1] - passed0 + match[kinds[i]]
                if said_s:
                    unlike = abs(start_s - said_s[i]) / spread_s
                    partial += unlike if unlike < MOST_UNLIKE else MOST_UNLIKE
                known = found.get(i)
                if partial + _LEAST_DURATION >= (known[0] if known else best + _PRUNE):
                    continue
                u = units[i] - u0
                variance = (unit_variance + pace_variance * u) * u + _EDGE_VARIANCE
                squared = (spoken - rate * u) ** 2
                cost = partial + squared / (2.0 * variance) + 0.5 * log(variance)
                if squared > _SLIP_FROM * variance:
                    variance += slip_variance
                    share = _SLIPS_PER_UNIT * (u + 1.0)
                    share = share if share < _MOST_LIKELY_SLIP else _MOST_LIKELY_SLIP
                    slipped = partial + squared / (2.0 * variance) + log(sqrt(variance) / share)
                    cost = slipped if slipped < cost else cost
                if known is None or cost < known[0]:
                    found[i] = (cost, source)
                    if cost < best:
                        best = cost
        column = [
            _State(cost, k, i, source)
            for i, (cost, source) in found.items()
            if cost < best + _PRUNE
        ]
        column.sort(key=_cost)
        return column[:_BEAM], reach

    def _sources(self, k: int, pauses: Sequence[Pause]) -> list[tuple[float, _State]]:
        """States that pause `k` can follow, with their cost plus that of the pauses left out
        between."""
        sources: list[tuple[float, _State]] = []
        skipped = 0.0
        for j in range(k - 1, max(-2, k - 2 - _MOST_SKIPPED), -1):
            if j < 0:
                sources.append((skipped, _START))
                break
            sources.extend((state.cost + skipped, state) for state in self._columns[j])
            skipped += _skip_cost(pauses[j].length_s)
        sources.sort(key=_first)
        return sources

    def end(self, text: PlacedText, pauses: Pauses, is_complete: bool) -> End:
        """The cheapest way to be done with all pauses."""
        inner, units, rate = pauses.inner, text.units, self.rate
        total = units[-1]
        skip = list(accumulate((_skip_cost(pause.length_s) for pause in inner), initial=0.0))
        starts = [pause.spoken_s for pause in inner]
        best: End | None = None
        for state in self._last_states(len(inner), skip, text, pauses):
            spoken_before = starts[state.k] if state.k >= 0 else 0.0
            rest_s, rest = pauses.spoken_s - spoken_before, total - units[state.i]
            middle = rest_s / rate
            spread = sqrt(_UNIT_VARIANCE * middle + _PACE_VARIANCE * middle * middle + 0.5)
            cost = state.cost + self.prior
            # Pauses the text still reaches are left out at their price; those beyond it cost
            # little.
            text_end_s = spoken_before + rate * rest
            within = max(state.k + 1, bisect_right(starts, text_end_s - rate * spread))
            cost += skip[within] - skip[state.k + 1] + _BEYOND_TEXT_PAUSE * (len(inner) - within)
            if best is not None and cost > best.cost + _END_CAP:
                continue
            reached = units[state.i] + min(middle, rest)
            passed_until = bisect_right(units, units[state.i] + min(middle - spread, rest)) - 1
            if passed_until > state.i + 1:
                cost += text.passed[passed_until - 1] - text.passed[state.i]
            variance = (rate * spread) ** 2 + _EDGE_VARIANCE
            off = (rest_s - rate * rest) ** 2 / (2.0 * variance)
            together = is_complete and off < _END_CAP
            if is_complete:
                cost += min(off, _END_CAP)
            if rest_s > rate * rest:
                cost += _BEYOND_TEXT_PER_S * (rest_s - rate * rest)
            else:
                cost += _BEYOND_AUDIO_PER_S * (rate * rest - rest_s)
            if best is None or cost < best.cost:
                best = End(cost, state, total if together else reached, together)
        assert best is not None
        return best

    def _last_states(
        self, count: int, skip: Sequence[float], text: PlacedText, pauses: Pauses
    ) -> Iterator[_State]:
        """States that may be the last of a way, the later pauses first."""
        total = text.units[-1]
        for k in range(count - 1, -1, -1):
            column = self._columns[k]
            yield from column
            if column and skip[count] - skip[k + 1] > _HOPELESS_SKIPS:
                # All later pauses would be left out, unless the text ends before them.
                rest = total - text.units[max(state.i for state in column)]
                if pauses.inner[k].spoken_s + 0.6 * self.rate * rest > pauses.spoken_s:
                    return
        yield _START

    def anchors(self, end: End, pauses: Pauses, text: PlacedText) -> tuple[Anchor, ...]:
        """The places that the cheapest way goes through."""
        anchors: list[Anchor] = []
        if end.together:
            anchors.append(Anchor(spoken_s=pauses.spoken_s, tokens=len(text.tokens), pause=None))
        state: _State | None = end.state
        while state is not None and state.k >= 0:
            pause = pauses.inner[state.k]
            anchors.append(Anchor(spoken_s=pause.spoken_s, tokens=state.i, pause=pause))
            state = state.before
        anchors.append(Anchor(spoken_s=0.0, tokens=0, pause=None))
        return tuple(reversed(anchors))


def _pass_cost(kind: Boundary) -> float:
    """Of a boundary without a pause."""
    return -log(1.0 - _PAUSES[kind][0])


def _pause_cost(kind: Boundary, length_s: float) -> float:
    """Of a pause of this length at a boundary."""
    probability, median, spread = _PAUSES[kind]
    off = log(length_s / median) / spread
    return off * off / 2.0 + log(length_s * spread) - log(probability)


def _skip_cost(length_s: float) -> float:
    """Of a silence that is at no boundary."""
    rarity = (length_s - _SHORTEST_S) / _CLOSURE_S
    return rarity - log(_CLOSURES_PER_S / _CLOSURE_S) - _LOG_TWO_PI


def _cost(state: _State) -> float:
    return state.cost


def _first(pair: tuple[float, _State]) -> float:
    return pair[0]
