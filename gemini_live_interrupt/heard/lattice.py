"""The search for the matching of least cost, of the pauses of a voice with places between words.

A dynamic programme over pauses and boundaries. A cost is a negative log likelihood: of the duration
of each stretch given its spoken units, of how much of it hisses given its letters, of each pause given
the boundary it is matched with, of each pause and each boundary that is left without a partner.

How fast the voice speaks, and how much it hisses, is known better with every stretch: by the speech
and the text before a state, which are the same whichever way led to it. So one search does for all
rates. What was computed for the earlier part of a turn is kept while the turn grows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, log, pi, sqrt

from gemini_live_interrupt.heard.columns import (
    EDGE_VARIANCE,
    MOST_SKIPPED,
    PACE_VARIANCE,
    RATE_VARIANCE,
    ROUNDING,
    UNIT_VARIANCE,
    Column,
    Prior,
    State,
    next_column,
)
from gemini_live_interrupt.heard.likelihoods import skip_cost
from gemini_live_interrupt.heard.pauses import SETTLED_MS, Pause, Pauses
from gemini_live_interrupt.heard.placed_text import PlacedText

__all__ = ["LEAST_MISFIT", "End", "Lattice", "State", "misfit"]

# --- costs (nats) ---------------------------------------------------------------------------------
# Chosen on the texts, voices and seeds that `bench/heard.py --tuned` measures; most of them in `columns`.

# How much of its hissing letters a voice hisses is known from them; before, so many units count.
_HISS_INERTIA = 8.0

# Audio that goes on after the text has ended: for each pause, and for each second of speech. Text
# that goes on after the audio, for each second: it often runs ahead, but not for ever.
_BEYOND_TEXT_PAUSE, _BEYOND_TEXT_PER_S = 0.4, 0.5
_BEYOND_AUDIO_PER_S = 0.25
# Not to end together at all: the density, at no distance, of the two laws above.
_APART = log(2.0 / _BEYOND_AUDIO_PER_S)
_LOG_TWO_PI = log(2.0 * pi)
# Of a complete turn audio and text end together, unless its end was lost: no more than this.
_END_CAP = 10.0
_FAR_OFF = 2.0 * _END_CAP * (1.0 + ROUNDING)
# No meeting of ends costs less.
_LEAST_MEETING = (log(EDGE_VARIANCE) + _LOG_TWO_PI) / 2.0
# Nats by which ends that meet must be likelier than others to be taken for a place that is known.
_MEETING = 2.0

LEAST_MISFIT = 0.5 * log(EDGE_VARIANCE) - ROUNDING
"""No `misfit` is less."""

# Columns of states that can still be a part of another way; of those before, only the ways are kept.
_KEPT = 64


@dataclass(frozen=True, slots=True)
class End:
    """One way to be done with all pauses."""

    cost: float
    state: State
    together: bool
    """Whether the text ends where the audio ends."""


class Lattice:
    """Column `k` holds the states of pause `k`, the cheapest first."""

    def __init__(self, rate: float, spread: float) -> None:
        """`rate`: seconds for one unit, by all that is known before; `spread`: of its natural
        log."""
        # What is known before counts as much as so many units.
        self._prior = Prior(rate, RATE_VARIANCE / spread**2, rate, _HISS_INERTIA)
        self._start: State = (0.0, 0, -1, rate, spread**2, rate, None)
        pause = Pause(start_ms=0.0, end_ms=0.0, spoken_s=0.0)
        self._beginning = Column([self._start], pause, 0.0, 0, 0.0)
        self._columns: list[Column] = []
        self._pauses: list[Pause] = []
        self._earlier: list[Column] = []
        """Those of the next pauses by an earlier text, the nearest last; they go on from the same states as
        far as its tokens are the same."""
        self._unchanged = 0
        """How many are."""

    def __len__(self) -> int:
        return len(self._columns)

    def keep(self, pauses: Sequence[Pause], tokens: int, *, is_same: bool) -> None:
        """Forget what new pauses or tokens may change: all but the columns of equal pauses that
        looked at no more than the first `tokens` tokens. `is_same`: There are no more of them."""
        columns = self._columns
        keep = len(columns)
        if is_same and self._pauses == pauses[:keep]:
            return
        while keep and not is_same and columns[keep - 1].reach > tokens:
            keep -= 1
        while keep and (keep > len(pauses) or self._pauses[keep - 1] != pauses[keep - 1]):
            keep -= 1
        # Those behind the first seconds can only change from the end.
        for k in range(keep):
            if self._pauses[k] != pauses[k]:
                keep = k
                break
            if pauses[k].start_ms > SETTLED_MS:
                break
        if not is_same:
            self._unchanged = min(self._unchanged, tokens) if self._earlier else tokens
        elif not self._earlier:
            self._unchanged = tokens
        if keep <= len(columns) - _KEPT:
            keep = 0
            self._earlier = []
        else:
            self._earlier += columns[: keep - 1 if keep else None : -1]
        del columns[keep:], self._pauses[keep:]

    def extend(self, text: PlacedText, pauses: Sequence[Pause], most: int | None) -> None:
        """Compute the columns that are missing, `most` of them at the most."""
        columns = self._columns
        first = len(columns)
        last = len(pauses) if most is None else min(len(pauses), first + most)
        for k in range(first, last):
            column = self._next(pauses[k], text)
            if columns and column.reach < columns[-1].reach:
                column.reach = columns[-1].reach
            columns.append(column)
            self._pauses.append(pauses[k])
            if k >= _KEPT:
                columns[k - _KEPT].forget()

    def _next(self, pause: Pause, text: PlacedText) -> Column:
        """The next column; if it was there before other tokens came, only what they change in it."""
        before = self._columns[: -2 - MOST_SKIPPED : -1]
        k, unchanged = len(self._columns), self._unchanged
        if k <= MOST_SKIPPED:
            before.append(self._beginning)
        earlier = self._earlier.pop() if self._earlier else None
        if earlier is not None and earlier.pause == pause and earlier.may_grow(unchanged):
            column = next_column(before, k, pause, text, self._prior, earlier, unchanged)
            if _ids(column.settled(unchanged)) == _ids(earlier.settled(unchanged)):
                return column
        else:
            column = next_column(before, k, pause, text, self._prior)
        self._earlier.clear()
        return column

    def behind(self, state: State, text: PlacedText, pauses: Sequence[Pause]) -> Lattice:
        """One that begins at a state, knows the voice as well, and has what was found from there.

        Args:
            state: on the way to the end.
            text: all tokens so far.
            pauses: those behind that of the state, counted from there.
        """
        cost, i, k, rate, variance, hiss_rate, _ = state
        behind = Lattice(rate, sqrt(variance))
        prior = self._prior
        behind._prior = Prior(
            rate, prior.inertia + text.units[i], hiss_rate, prior.hiss_inertia + text.hiss[i]
        )
        if len(self) - _KEPT > k:
            return behind
        moved = {id(state): behind._start}
        for column, pause in zip(self._columns[k + 1 :], pauses, strict=False):
            here: list[State] = []
            for one in column.states:
                source = moved.get(id(one[-1]))
                if source is not None:
                    it: State = (one[0] - cost, one[1] - i, one[2] - k - 1, *one[3:6], source)
                    moved[id(one)] = it
                    here.append(it)
            behind._pauses.append(pause)
            behind._columns.append(Column(here, pause, column.skip, column.reach - i, inf))
        return behind

    def margin(self, k: int) -> float:
        """Nats by which the second best state of a column is less likely than the best."""
        column = self._columns[k].states
        return column[1][0] - column[0][0] if len(column) > 1 else inf

    def end(self, text: PlacedText, pauses: Pauses, end_odds: float) -> End:
        """The cheapest way to be done with all pauses.

        Args:
            text: all tokens so far.
            pauses: of all audio so far.
            end_odds: natural log of the odds that both are at their end.
        """
        inner, units = pauses.inner, text.units
        total = units[-1]
        skips = [column.skip for column in self._columns]
        skips += [skip_cost(pause.length_s) for pause in inner[len(skips) :]]
        skip = list(accumulate(skips, initial=0.0))
        starts = [pause.spoken_s for pause in inner]
        # What the pauses from each on cost at least, beside the sum up to it.
        beyond_text = range(len(inner), -1, -1)
        later = [
            cost + _BEYOND_TEXT_PAUSE * pauses_beyond
            for cost, pauses_beyond in zip(skip, beyond_text, strict=True)
        ]
        later = list(accumulate(reversed(later), min))
        apart: End | None = None
        together: End | None = None
        for state in self._last_states(text, pauses):
            cost, i, k, rate, rate_variance, _, _ = state
            spoken_before = starts[k] if k >= 0 else 0.0
            rest_s, rest = pauses.spoken_s - spoken_before, total - units[i]
            middle = rest_s / rate
            squared_spread = (
                UNIT_VARIANCE + (PACE_VARIANCE + rate_variance) * middle
            ) * middle + 0.5
            off_s = rest_s - rate * rest
            beyond = _BEYOND_TEXT_PER_S * off_s if off_s > 0.0 else -_BEYOND_AUDIO_PER_S * off_s
            if apart is not None:
                # By what it costs at least it may be of no use.
                least = cost + later[-2 - k] - skip[k + 1] - ROUNDING
                if least > apart.cost + _END_CAP:
                    continue
                if least + beyond + _APART > apart.cost and (
                    off_s * off_s > _FAR_OFF * (rate * rate * squared_spread + EDGE_VARIANCE)
                    or (together and least + _LEAST_MEETING - end_odds > together.cost)
                ):
                    continue
            spread = sqrt(squared_spread)
            # Pauses the text still reaches are left out at their price; those beyond it cost
            # little.
            text_end_s = spoken_before + rate * rest
            within = max(k + 1, bisect_right(starts, text_end_s - rate * spread))
            cost += skip[within] - skip[k + 1] + _BEYOND_TEXT_PAUSE * (len(inner) - within)
            if apart is not None and cost > apart.cost + _END_CAP:
                continue
            passed_until = bisect_right(units, units[i] + min(middle - spread, rest)) - 1
            if passed_until > i + 1:
                cost += text.passed[passed_until - 1] - text.passed[i]
            if apart is None or cost + beyond + _APART < apart.cost:
                apart = End(cost + beyond + _APART, state, False)
            variance = (rate * spread) ** 2 + EDGE_VARIANCE
            off = off_s * off_s / (2.0 * variance)
            meeting = cost + off + (log(variance) + _LOG_TWO_PI) / 2.0 - end_odds
            if off < _END_CAP and (together is None or meeting < together.cost):
                together = End(meeting, state, True)
        assert apart is not None
        return together if together and together.cost + _MEETING < apart.cost else apart

    def _last_states(self, text: PlacedText, pauses: Pauses) -> Iterator[State]:
        """States that may be the last of a way, the later pauses first."""
        total = text.units[-1]
        for k in range(len(self._columns) - 1, -1, -1):
            column = self._columns[k].states
            yield from column
            if column and k < len(pauses.inner) - MOST_SKIPPED:
                # All later pauses would be left out, unless the text ends before them.
                rest = total - text.units[max(state[1] for state in column)]
                if pauses.inner[k].spoken_s + 0.6 * self._prior.rate * rest > pauses.spoken_s:
                    return
        yield self._start


def _ids(states: Sequence[State]) -> list[int]:
    """A state is found by its identity in the ways that go through it."""
    return [id(state) for state in states]


def misfit(span_s: float, units: float, rate: float, rate_variance: float) -> float:
    """Cost of a stretch of speech that takes so long, of so many units."""
    squared_rate = rate * rate
    pace = (PACE_VARIANCE + rate_variance) * squared_rate
    variance = (UNIT_VARIANCE * squared_rate + pace * units) * units + EDGE_VARIANCE
    return (span_s - rate * units) ** 2 / (2.0 * variance) + 0.5 * log(variance)
