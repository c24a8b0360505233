"""What the search leaves out to be quick could not have been found: it gives the same as one that leaves out
nothing, and one that goes on the same as one that begins again."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import inf, log, sqrt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.heard import alignment, columns, lattice
from gemini_live_interrupt.heard.alignment import Aligner, Anchor
from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.columns import Column, Prior, State
from gemini_live_interrupt.heard.likelihoods import DRAWN_OUT, pause_costs, skip_cost
from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.placed_text import PlacedText
from gemini_live_interrupt.heard.sounds import SOUNDS
from gemini_live_interrupt.heard.spoken_units import Token


def plain_column(
    before: Sequence[Column],
    k: int,
    pause: Pause,
    text: PlacedText,
    prior: Prior,
    _earlier: Column | None = None,
    _unchanged: int = 0,
) -> Column:
    """`columns.next_column` as it is meant: every pair is computed, always."""
    length = (pause.end_ms - pause.start_ms) / 1000.0
    match = pause_costs(length)
    anywhere = skip_cost(length) > match[Boundary.NONE] - 2.0
    sources: list[tuple[float, Pause, State]] = []
    skipped = 0.0
    for column in before:
        sources += [(state[0] + skipped, column.pause, state) for state in column.states]
        skipped += skip_cost((column.pause.end_ms - column.pause.start_ms) / 1000.0 or 1.0)
    found: dict[int, tuple[float, State]] = {}
    best, reach = inf, 0
    for base, other, source in sorted(sources, key=lambda each: each[0]):
        if base > best + columns._PRUNE:
            break
        _, i0, _, rate, rate_variance, hiss_rate, _ = source
        spoken, hissed = pause.spoken_s - other.spoken_s, pause.hissed_s - other.hissed_s
        u0, middle, pace = text.units[i0], spoken / rate, columns.PACE_VARIANCE + rate_variance
        inner = (columns.UNIT_VARIANCE + pace * middle) * middle
        margin = columns._WINDOW * sqrt(inner + 0.5) + 2.0
        last = bisect_right(text.units, u0 + middle + margin)
        reach = max(reach, last + 1)
        for i in range(max(i0 + 1, bisect_left(text.units, u0 + middle - margin)), last):
            kind = text.kinds[i]
            if kind == Boundary.NONE and not anywhere:
                continue
            u = text.units[i] - u0 + DRAWN_OUT[kind]
            squared_rate = rate * rate
            unit_variance, pace_variance = columns.UNIT_VARIANCE * squared_rate, pace * squared_rate
            variance = (unit_variance + pace_variance * u) * u + columns.EDGE_VARIANCE
            off = spoken - rate * u
            of_hiss = columns._HISS_VARIANCE + hiss_rate * hiss_rate * (
                text.hiss_variance[i] - text.hiss_variance[i0]
            )
            hiss_off = hissed - hiss_rate * (text.hiss[i] - text.hiss[i0])
            squared = off * off / variance + min(hiss_off * hiss_off / of_hiss, columns._MOST_HISS)
            whole = squared + log(variance)
            if squared > columns._SLIP_FROM:
                slip_variance = variance + columns._SLIP_VARIANCE * squared_rate
                share = min(columns._SLIPS_PER_UNIT * (u + 1.0), columns._MOST_LIKELY_SLIP)
                slipped = off * off / slip_variance + log(slip_variance / (share * share))
                whole = min(whole, slipped + columns._SLIP_HISS)
            own = 0.5 * (whole + log(of_hiss) - columns._LOG_HISS)
            cost = base - text.passed[i0] + text.passed[i - 1] + match[kind] + own
            if cost < (found[i][0] if i in found else best + columns._PRUNE):
                found[i] = (cost, source)
                best = min(best, cost)
    states: list[State] = []
    for i, (cost, source) in found.items():
        if cost < best + columns._PRUNE:
            weight = prior.inertia + text.units[i]
            rate = (prior.inertia * prior.rate + pause.spoken_s) / weight
            hiss_rate = prior.hiss_inertia * prior.hiss_rate + pause.hissed_s
            hiss_rate /= prior.hiss_inertia + text.hiss[i]
            variance = max(columns.RATE_VARIANCE / weight, columns._LEAST_RATE_VARIANCE)
            states.append((cost, i, k, rate, variance, hiss_rate, source))
    states.sort(key=lambda state: state[0])
    return Column(states[: columns._BEAM], pause, skip_cost(length), reach, inf)


def plain_end(aligner: Aligner, pauses: Pauses, end_odds: float) -> lattice.End:
    """`Lattice.end` as it is meant: every state is looked at to the end."""
    inner, text, units = pauses.inner, aligner.text, aligner.text.units
    lengths = [(pause.end_ms - pause.start_ms) / 1000.0 for pause in inner]
    skip = list(accumulate(map(skip_cost, lengths), initial=0.0))
    starts = [pause.spoken_s for pause in inner]
    apart: lattice.End | None = None
    together: lattice.End | None = None
    for state in aligner._lattice._last_states(text, pauses):
        cost, i, k, rate, rate_variance, *_ = state
        before_s = starts[k] if k >= 0 else 0.0
        rest_s, rest = pauses.spoken_s - before_s, units[-1] - units[i]
        middle, pace = rest_s / rate, columns.PACE_VARIANCE + rate_variance
        spread = sqrt((columns.UNIT_VARIANCE + pace * middle) * middle + 0.5)
        within = max(k + 1, bisect_right(starts, before_s + rate * rest - rate * spread))
        beyond = lattice._BEYOND_TEXT_PAUSE * (len(inner) - within)
        cost += skip[within] - skip[k + 1] + beyond
        if apart is not None and cost > apart.cost + lattice._END_CAP:
            continue
        passed_until = bisect_right(units, units[i] + min(middle - spread, rest)) - 1
        if passed_until > i + 1:
            cost += text.passed[passed_until - 1] - text.passed[i]
        off_s = rest_s - rate * rest
        off_costs = max(lattice._BEYOND_TEXT_PER_S * off_s, -lattice._BEYOND_AUDIO_PER_S * off_s)
        if apart is None or cost + off_costs + lattice._APART < apart.cost:
            apart = lattice.End(cost + off_costs + lattice._APART, state, False)
        variance = (rate * spread) ** 2 + columns.EDGE_VARIANCE
        off = off_s * off_s / (2.0 * variance)
        meeting = cost + off + (log(variance) + lattice._LOG_TWO_PI) / 2.0 - end_odds
        if off < lattice._END_CAP and (together is None or meeting < together.cost):
            together = lattice.End(meeting, state, True)
    assert apart is not None
    return together if together and together.cost + lattice._MEETING < apart.cost else apart


def plain_margin(
    aligner: Aligner,
    n: int,
    way: Sequence[State],
    places: Sequence[tuple[float, int]],
    pauses: Pauses,
) -> float:
    """`Aligner._margin` as it is meant: all places near are computed."""
    text, near = aligner.text, alignment._NEAR
    _, i0, k0, rate, rate_variance, *_ = way[n - 1]
    _, i, k, *_ = way[n]
    after_s, after = places[n]
    pause = pauses.inner[k]
    spoken = pause.spoken_s - (pauses.inner[k0].spoken_s if k0 >= 0 else 0.0)
    costs = {}
    for place in range(max(i0 + 1, i - near), min(after, i + near + 1)):
        kind = text.kinds[place]
        units = text.units[place] - text.units[i0] + DRAWN_OUT[kind]
        rest = text.units[after] - text.units[place]
        costs[place] = (
            pause_costs(pause.length_s)[kind]
            - (text.passed[place] - text.passed[place - 1])
            + lattice.misfit(spoken, units, rate, rate_variance)
            + lattice.misfit(after_s - pause.spoken_s, rest, rate, rate_variance)
        )
    own = costs.pop(i, 0.0)
    return min(costs.values(), default=inf) - own


class Reply:
    """Text and speech of random kinds: few marks or many, few slips or many, a voice like others or not."""

    def __init__(self, seed: int) -> None:
        self._rng = rng = random.Random(seed)
        self._marks = rng.choice((0.0, 0.05, 0.2, 0.5))
        slips, noise = rng.choice((0.0, 0.02, 0.2)), rng.choice((0.0, 0.05, 0.2, 0.6))
        rate = 0.041 * rng.lognormvariate(0.0, 0.2)
        self.tokens = [self._token(i) for i in range(rng.choice((3, 30, 120, 300)))]
        self.pauses: list[Pause] = []
        now_ms = spoken_s = hissed_s = 0.0
        for token in self.tokens:
            if rng.random() < slips:
                continue
            took = round(token.units * rate * rng.lognormvariate(0.0, noise) + 0.005, 2)
            spoken_s, now_ms = spoken_s + took, now_ms + 1000.0 * took
            hissed_s += took * rng.choice((0.0, 0.1, 0.4))
            if rng.random() < (0.7 if token.boundary >= Boundary.CLAUSE else 0.06):
                long_ms = 10.0 * round(100.0 * rng.choice((0.08, 0.12, 0.2, 0.5, 1.5)))
                self.pauses.append(
                    Pause(
                        start_ms=now_ms,
                        end_ms=now_ms + long_ms,
                        spoken_s=spoken_s,
                        hissed_s=hissed_s,
                    )
                )
                now_ms += long_ms
        self.spoken_s, self.end_ms = spoken_s + 0.3, now_ms + 300.0

    def _token(self, i: int) -> Token:
        rng = self._rng
        boundary = Boundary.NONE
        if rng.random() < self._marks:
            boundary = rng.choice(list(Boundary))
        units = rng.choice((0.0, rng.uniform(1.0, 8.0), rng.uniform(1.0, 8.0), 25.0))
        sounds = "".join(rng.choice(list(SOUNDS)) for _ in range(rng.randrange(5)))
        return Token(start=2 * i, end=2 * i + 1, units=units, boundary=boundary, sounds=sounds)

    def heard_so_far(self, pauses: int) -> Pauses:
        if pauses == len(self.pauses):
            inner, spoken_s, end_ms = self.pauses, self.spoken_s, self.end_ms
        else:
            inner = self.pauses[:pauses]
            spoken_s = inner[-1].spoken_s if inner else 0.1
            end_ms = inner[-1].end_ms if inner else 100.0
        return Pauses(inner=list(inner), lead_ms=0.0, end_ms=end_ms, spoken_s=spoken_s, loud=200)

    def arriving(self) -> list[tuple[Pauses, list[Token], int, int | None]]:
        """What an aligner is told: of text that comes with the audio, whose last tokens may change."""
        rng = self._rng
        calls: list[tuple[Pauses, list[Token], int, int | None]] = []
        known: list[Token] = []
        k = n = 0
        most = rng.choice((1, None))
        while k < len(self.pauses) or n < len(self.tokens):
            k = min(len(self.pauses), k + rng.choice((1, 1, 2, 5)))
            for _ in range(rng.choice((1, 4))):
                before = known
                if rng.random() < 0.5:
                    n = min(len(self.tokens), n + rng.choice((1, 3, 10, 60)))
                    astray = min(n, rng.choice((0, 1, 1, 1, 8)))
                    known = self.tokens[: n - astray]
                    known += [self._token(i) for i in range(n - astray, n)]
                calls.append((self.heard_so_far(k), known, _common(before, known), most))
        calls.append((self.heard_so_far(k), self.tokens, _common(known, self.tokens), None))
        return calls


def _common(before: Sequence[Token], after: Sequence[Token]) -> int:
    for n, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return n
    return min(len(before), len(after))


def chain(state: State | None) -> list[tuple[float, ...]]:
    numbers = []
    while state is not None:
        numbers.append(state[:6])
        state = state[6]
    return numbers


def result(reply: Reply, *, at_once: bool) -> tuple[object, tuple[Anchor, ...]]:
    aligner, calls = Aligner(), reply.arriving()
    for pauses, tokens, unchanged, most in calls[-1:] if at_once else calls:
        aligner.extend(pauses, tokens, 0 if at_once else unchanged, most=most)
    found = [
        (column.reach, [chain(state) for state in column.states])
        for column in aligner._lattice._columns
    ]
    pauses = calls[-1][0]
    anchors = aligner.anchors(pauses, 0.0)
    n = len([anchor for anchor in anchors if anchor.pause]) // 2
    behind = aligner.behind(n, pauses.inner[aligner._way[n][2] + 1 :])
    found += [
        (column.reach, [chain(state) for state in column.states])
        for column in behind._lattice._columns
    ]
    return found, anchors


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
@example(83)
@example(193)
@example(198)
@example(1482)
def test_nothing_is_left_out_that_could_be_found(seed: int) -> None:
    found = result(Reply(seed), at_once=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lattice, "next_column", plain_column)
        patch.setattr(Aligner, "_margin", plain_margin)
        assert result(Reply(seed), at_once=True) == found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
@example(1162)
def test_what_goes_on_is_as_what_begins_again(seed: int) -> None:
    found = result(Reply(seed), at_once=False)
    assert found == result(Reply(seed), at_once=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lattice, "next_column", plain_column)
        assert result(Reply(seed), at_once=False) == found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((-4.0, 0.0, 6.0)))
def test_no_end_is_left_out_that_could_be_the_best(seed: int, end_odds: float) -> None:
    aligner = Aligner()
    for pauses, tokens, unchanged, most in Reply(seed).arriving():
        aligner.extend(pauses, tokens, unchanged, most=most)
        end = aligner._lattice.end(aligner.text, pauses, end_odds)
        expected = plain_end(aligner, pauses, end_odds)
        assert (end, id(end.state)) == (expected, id(expected.state))
