"""The search for the matching of least cost, of the pauses of a voice with places between words.

A dynamic programme over pauses and boundaries. A cost is a negative log likelihood: of the duration
of each stretch given its spoken units, of how much of it hisses given its letters, of each pause given
the boundary it is matched with, of each pause and each boundary that is left without a partner.

How fast the voice speaks, and how much it hisses, is known better with every stretch: by the speech
and the text before a state, which are the same whichever way led to it. So one search does for all
rates. What was computed for the earlier part of a turn is kept while the turn grows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, log, pi, sqrt
from operator import itemgetter

from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.likelihoods import DRAWN_OUT, pause_costs, skip_cost
from gemini_live_interrupt.heard.pauses import SETTLED_MS, Pause, Pauses
from gemini_live_interrupt.heard.placed_text import PlacedText

__all__ = ["End", "Lattice", "State", "misfit"]

# --- costs (nats) ---------------------------------------------------------------------------------
# Chosen on the texts, voices and seeds that `bench/heard.py --tuned` measures.

# Variance of the time that `u` units take at rate r: of each unit by itself, of the pace of a
# clause (both times r squared), and of the pause's edges in seconds.
_UNIT_VARIANCE = 0.9
_PACE_VARIANCE = 0.06**2
_EDGE_VARIANCE = 0.045**2
# The rate is known as well as so many units tell, but never better than this.
_RATE_VARIANCE = 1.06
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
# How much of its hissing letters a voice hisses is known from them; before, so many units count.
_HISS_INERTIA = 8.0
# No span costs less.
_LEAST = 0.5 * log(_EDGE_VARIANCE)
_LOG_HISS = log(_HISS_VARIANCE)

# Audio that goes on after the text has ended: for each pause, and for each second of speech. Text
# that goes on after the audio, for each second: it often runs ahead, but not for ever.
_BEYOND_TEXT_PAUSE, _BEYOND_TEXT_PER_S = 0.4, 0.5
_BEYOND_AUDIO_PER_S = 0.25
# Not to end together at all: the density, at no distance, of the two laws above.
_APART = log(2.0 / _BEYOND_AUDIO_PER_S)
_LOG_TWO_PI = log(2.0 * pi)
# Of a complete turn audio and text end together, unless its end was lost: no more than this.
_END_CAP = 10.0
# Nats by which ends that meet must be likelier than others to be taken for a place that is known.
_MEETING = 2.0

# --- search ---------------------------------------------------------------------------------------

_MOST_SKIPPED = 5
_BEAM = 14
_PRUNE = 9.0
_WINDOW = 3.5
# Columns of states that can still be a part of another way; of those before, only the ways are kept.
_KEPT = 64

State = tuple[float, int, int, float, float, float, "State | None"]
"""The best way to match pause `k` with boundary `i`: its cost, `i`, `k`, seconds for a unit as known
there, the variance of that as a share, seconds for a unit that hisses, and the state before."""


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
        self._rate = self._hiss_rate = rate
        # What is known before counts as much as so many units.
        self._inertia, self._hiss_inertia = _RATE_VARIANCE / spread**2, _HISS_INERTIA
        self._start: State = (0.0, 0, -1, rate, spread**2, rate, None)
        self._columns: list[list[State]] = []
        self._pauses: list[Pause] = []
        self._reach: list[int] = []
        """Tokens up to which each column and those before it have looked."""

    def __len__(self) -> int:
        return len(self._columns)

    def keep(self, pauses: Sequence[Pause], tokens: int, *, is_same: bool) -> None:
        """Forget what new pauses or tokens may change: all but the columns of equal pauses that
        looked at no more than the first `tokens` tokens. `is_same`: There are no more of them."""
        keep = len(self._columns)
        while keep and not is_same and self._reach[keep - 1] > tokens:
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
        if keep <= len(self._columns) - _KEPT:
            keep = 0
        del self._columns[keep:], self._reach[keep:], self._pauses[keep:]

    def extend(self, text: PlacedText, pauses: Sequence[Pause], most: int | None) -> None:
        """Compute the columns that are missing, `most` of them at the most."""
        first = len(self._columns)
        last = len(pauses) if most is None else min(len(pauses), first + most)
        for k in range(first, last):
            column, reach = self._column(k, text, pauses)
            self._columns.append(column)
            self._reach.append(max(reach, self._reach[-1] if self._reach else 0))
            self._pauses.append(pauses[k])
            if k >= _KEPT:
                self._columns[k - _KEPT] = []

    def behind(self, state: State, text: PlacedText, pauses: Sequence[Pause]) -> Lattice:
        """One that begins at a state, knows the voice as well, and has what was found from there.

        Args:
            state: on the way to the end.
            text: all tokens so far.
            pauses: those behind that of the state, counted from there.
        """
        cost, i, k, rate, variance, hiss_rate, _ = state
        behind = Lattice(rate, sqrt(variance))
        behind._inertia, behind._hiss_rate = self._inertia + text.units[i], hiss_rate
        behind._hiss_inertia = self._hiss_inertia + text.hiss[i]
        if len(self) - _KEPT > k:
            return behind
        moved = {id(state): behind._start}
        for column in self._columns[k + 1 :]:
            here: list[State] = []
            for one in column:
                source = moved.get(id(one[-1]))
                if source is not None:
                    it: State = (one[0] - cost, one[1] - i, one[2] - k - 1, *one[3:6], source)
                    moved[id(one)] = it
                    here.append(it)
            behind._columns.append(here)
        behind._reach = [reach - i for reach in self._reach[k + 1 :]]
        behind._pauses = list(pauses[: len(behind)])
        return behind

    def margin(self, k: int) -> float:
        """Nats by which the second best state of a column is less likely than the best."""
        column = self._columns[k]
        return column[1][0] - column[0][0] if len(column) > 1 else inf

    def _column(self, k: int, text: PlacedText, pauses: Sequence[Pause]) -> tuple[list[State], int]:
        pause = pauses[k]
        length = pause.length_s
        units, kinds, passed = text.units, text.kinds, text.passed
        hiss, hiss_variance = text.hiss, text.hiss_variance
        match, drawn_out = pause_costs(length), DRAWN_OUT
        # Where leaving out the pause is much cheaper than a hesitation, it can only match a marked
        # boundary.
        every = skip_cost(length) > match[Boundary.NONE] - 2.0
        reach = 0
        found: dict[int, tuple[float, State]] = {}
        best = inf
        for base, source in self._sources(k, pauses):
            if base > best + _PRUNE:
                break
            _, i0, k0, rate, rate_variance, hiss_rate, _ = source
            spoken, hissed = pause.spoken_s, pause.hissed_s
            if k0 >= 0:
                spoken -= pauses[k0].spoken_s
                hissed -= pauses[k0].hissed_s
            u0, h0, v0 = units[i0], hiss[i0], hiss_variance[i0]
            middle = spoken / rate
            pace = _PACE_VARIANCE + rate_variance
            margin = _WINDOW * sqrt((_UNIT_VARIANCE + pace * middle) * middle + 0.5) + 2.0
            low, high = u0 + middle - margin, u0 + middle + margin
            last = bisect_right(units, high)
            # One further token was looked at: its absence may end with the next chunk of text.
            if last >= reach:
                reach = last + 1
            if every:
                places: Sequence[int] = range(max(i0 + 1, bisect_left(units, low)), last)
            else:
                marked = text.marked
                places = marked[
                    max(
                        bisect_right(marked, i0), bisect_left(text.marked_units, low)
                    ) : bisect_left(marked, last)
                ]
            squared_rate = rate * rate
            unit_variance, pace_variance = _UNIT_VARIANCE * squared_rate, pace * squared_rate
            squared_hiss = hiss_rate * hiss_rate
            base -= passed[i0]
            for i in places:
                kind = kinds[i]
                partial = base + passed[i - 1] + match[kind]
                known = found.get(i)
                bound = known[0] if known is not None else best + _PRUNE
                if partial + _LEAST >= bound:
                    continue
                u = units[i] - u0 + drawn_out[kind]
                variance = (unit_variance + pace_variance * u) * u + _EDGE_VARIANCE
                off = spoken - rate * u
                squared = off * off / variance
                hiss_off = hissed - hiss_rate * (hiss[i] - h0)
                of_hiss = _HISS_VARIANCE + squared_hiss * (hiss_variance[i] - v0)
                hiss_squared = hiss_off * hiss_off / of_hiss
                if hiss_squared > _MOST_HISS:
                    hiss_squared = _MOST_HISS
                squared += hiss_squared
                if squared > _SLIP_FROM:
                    slip_variance = variance + _SLIP_VARIANCE * squared_rate
                    share = _SLIPS_PER_UNIT * (u + 1.0)
                    share = share if share < _MOST_LIKELY_SLIP else _MOST_LIKELY_SLIP
                    slipped = off * off / slip_variance + log(slip_variance / (share * share))
                    whole = squared + log(variance)
                    whole = slipped + _SLIP_HISS if slipped + _SLIP_HISS < whole else whole
                elif partial + _LEAST + 0.5 * squared >= bound:
                    continue
                else:
                    whole = squared + log(variance)
                cost = partial + 0.5 * (whole + log(of_hiss) - _LOG_HISS)
                if cost < bound:
                    found[i] = (cost, source)
                    if cost < best:
                        best = cost
        spoken, hissed = pause.spoken_s, pause.hissed_s
        inertia, rate_prior = self._inertia, self._inertia * self._rate + spoken
        hiss_prior = self._hiss_inertia * self._hiss_rate + hissed
        column: list[State] = []
        for i, (cost, source) in found.items():
            if cost < best + _PRUNE:
                weight = inertia + units[i]
                variance = _RATE_VARIANCE / weight
                if variance < _LEAST_RATE_VARIANCE:
                    variance = _LEAST_RATE_VARIANCE
                hiss_rate = hiss_prior / (self._hiss_inertia + hiss[i])
                column.append((cost, i, k, rate_prior / weight, variance, hiss_rate, source))
        column.sort(key=_first)
        return column[:_BEAM], reach

    def _sources(self, k: int, pauses: Sequence[Pause]) -> list[tuple[float, State]]:
        """States that pause `k` can follow, with their cost plus that of the pauses left out
        between."""
        sources: list[tuple[float, State]] = []
        skipped = 0.0
        for j in range(k - 1, max(-2, k - 2 - _MOST_SKIPPED), -1):
            if j < 0:
                sources.append((skipped, self._start))
                break
            sources.extend([(state[0] + skipped, state) for state in self._columns[j]])
            skipped += skip_cost(pauses[j].length_s)
        sources.sort(key=_first)
        return sources

    def end(self, text: PlacedText, pauses: Pauses, end_odds: float) -> End:
        """The cheapest way to be done with all pauses.

        Args:
            text: all tokens so far.
            pauses: of all audio so far.
            end_odds: natural log of the odds that both are at their end.
        """
        inner, units = pauses.inner, text.units
        total = units[-1]
        skip = list(accumulate((skip_cost(pause.length_s) for pause in inner), initial=0.0))
        starts = [pause.spoken_s for pause in inner]
        apart: End | None = None
        together: End | None = None
        for state in self._last_states(text, pauses):
            cost, i, k, rate, rate_variance, *_ = state
            spoken_before = starts[k] if k >= 0 else 0.0
            rest_s, rest = pauses.spoken_s - spoken_before, total - units[i]
            middle = rest_s / rate
            spread = sqrt(
                (_UNIT_VARIANCE + (_PACE_VARIANCE + rate_variance) * middle) * middle + 0.5
            )
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
            off_s = rest_s - rate * rest
            beyond = _BEYOND_TEXT_PER_S * off_s if off_s > 0.0 else -_BEYOND_AUDIO_PER_S * off_s
            if apart is None or cost + beyond + _APART < apart.cost:
                apart = End(cost + beyond + _APART, state, False)
            variance = (rate * spread) ** 2 + _EDGE_VARIANCE
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
            column = self._columns[k]
            yield from column
            if column and k < len(pauses.inner) - _MOST_SKIPPED:
                # All later pauses would be left out, unless the text ends before them.
                rest = total - text.units[max(state[1] for state in column)]
                if pauses.inner[k].spoken_s + 0.6 * self._rate * rest > pauses.spoken_s:
                    return
        yield self._start


def misfit(span_s: float, units: float, rate: float, rate_variance: float) -> float:
    """Cost of a stretch of speech that takes so long, of so many units."""
    squared_rate = rate * rate
    pace = (_PACE_VARIANCE + rate_variance) * squared_rate
    variance = (_UNIT_VARIANCE * squared_rate + pace * units) * units + _EDGE_VARIANCE
    return (span_s - rate * units) ** 2 / (2.0 * variance) + 0.5 * log(variance)


_first = itemgetter(0)
