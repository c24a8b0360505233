"""Which pause of the audio is which place in the text.

A speaker pauses after sentences and most commas, and how long a stretch between two pauses takes
tells how much text it holds. The matching of least cost (`lattice`) is searched at several speaking
rates; the cheapest wins. When each piece of text arrived (`arrival`) decides between matchings that
cost about the same.

Pure arithmetic on records of `pauses` and `spoken_units`: no audio, no characters, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from gemini_live_interrupt.heard.arrival import hint_of, in_step
from gemini_live_interrupt.heard.lattice import (
    FURTHEST,
    MOST_UNLIKE,
    Anchor,
    End,
    Lattice,
    PlacedText,
)
from gemini_live_interrupt.heard.pauses import Pauses
from gemini_live_interrupt.heard.spoken_units import Token

__all__ = ["USUAL_RATE", "Aligner", "Alignment", "Anchor"]

USUAL_RATE = 0.044
"""Seconds for one spoken unit, before anything is known of the speaker: 175 English words a
minute."""

# Natural logs of the spread of rates between speakers, and of one speaker from turn to turn.
_SPREAD_OF_SPEAKERS = 0.16
_SPREAD_OF_TURNS = 0.12

_RATE_STEP = 1.11
# A rate is given up when it is this much worse at a column past the first few.
_RATE_PRUNE, _RATE_PRUNE_AFTER = 6.0, 5
# A hint may choose among matchings that cost so little more than the least, no others, because it
# may be wrong.
_NEARLY_AS_LIKELY = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The matching of least cost."""

    anchors: tuple[Anchor, ...]
    """In order, from the beginning of the turn; the end is one of them if audio and text end
    together."""
    rate: float
    """Seconds for one spoken unit, by which the matching was found."""
    doubt: float
    """0 to 1: the weight of matchings at other rates that end elsewhere."""


class Aligner:
    """Aligns one turn, again and again as it grows."""

    def __init__(self, expected_rate: float | None = None) -> None:
        """`expected_rate`: seconds for one unit from the session's earlier turns, if any."""
        middle = expected_rate or USUAL_RATE
        spread = _SPREAD_OF_TURNS if expected_rate else _SPREAD_OF_SPEAKERS
        steps = range(-2, 3) if expected_rate else range(-4, 5)
        self._lattices = [
            Lattice(middle * _RATE_STEP**step, (step * log(_RATE_STEP) / spread) ** 2 / 2)
            for step in steps
        ]
        self._text = PlacedText([])

    def align(
        self,
        pauses: Pauses,
        tokens: Sequence[Token],
        *,
        is_complete: bool,
        arrivals_s: Sequence[float] | None = None,
    ) -> Alignment:
        """Match all pauses with all tokens received so far.

        Args:
            pauses: of the audio received so far.
            tokens: of the text received so far.
            is_complete: No more of either will come.
            arrivals_s: Seconds of audio received when each token, and what follows the last,
                arrived; None where that says nothing.
        """
        text = PlacedText(tokens)
        same = _common_prefix(self._text.tokens, text.tokens)
        if same == len(self._text.tokens) == len(tokens):
            same += FURTHEST
        self._text = text
        best: tuple[float, Lattice, End] | None = None
        ends = []
        kept = min(lattice.keep(pauses.inner, same) for lattice in self._lattices)
        for lattice in self._lattices:
            if lattice.hopeless_at is not None and lattice.hopeless_at >= kept:
                lattice.hopeless_at = None
        self._advance(kept, text, pauses)
        for lattice in self._lattices:
            if lattice.hopeless_at is not None:
                continue
            end = lattice.end(text, pauses, is_complete)
            ends.append((end.cost, end.unit))
            if best is None or end.cost < best[0]:
                best = (end.cost, lattice, end)
        assert best is not None
        cost, lattice, end = best
        anchors = lattice.anchors(end, pauses, text)
        weights = [(exp(cost - other), unit) for other, unit in ends]
        away = sum(weight for weight, unit in weights if abs(unit - end.unit) > 8.0)
        if arrivals_s is not None:
            limit = cost + _NEARLY_AS_LIKELY
            again = self._align_again(lattice, anchors, pauses, arrivals_s, is_complete, limit)
            anchors = again or anchors
        return Alignment(
            anchors=anchors, rate=lattice.rate, doubt=away / sum(weight for weight, _ in weights)
        )

    def _align_again(
        self,
        first: Lattice,
        anchors: tuple[Anchor, ...],
        pauses: Pauses,
        arrivals_s: Sequence[float],
        is_complete: bool,
        limit: float,
    ) -> tuple[Anchor, ...] | None:
        """Match at the rate found, with the hint that the arrival of the text gives of where it is
        said. None if it gives none, or leads to a matching that costs more than `limit` without
        it."""
        hint = hint_of(_lags(anchors, arrivals_s))
        if hint is None:
            return None
        text = PlacedText(self._text.tokens, [at + hint.lag_s for at in arrivals_s], hint.spread_s)
        lattice = Lattice(first.rate, first.prior)
        lattice.extend_to(len(pauses.inner) - 1, text, pauses.inner)
        end = lattice.end(text, pauses, is_complete)
        again = lattice.anchors(end, pauses, text)
        lags_s = _lags(again, arrivals_s)
        # What the hint added to the cost, as `_column` reckons it in its inner loop.
        unlike = sum(min(abs(lag_s - hint.lag_s) / hint.spread_s, MOST_UNLIKE) for lag_s in lags_s)
        return again if end.cost - unlike <= limit and in_step(lags_s) else None

    def _advance(self, kept: int, text: PlacedText, pauses: Pauses) -> None:
        """Extend all lattices column by column, so that hopeless rates stop early."""
        for k in range(kept, len(pauses.inner)):
            alive = [lattice for lattice in self._lattices if lattice.hopeless_at is None]
            for lattice in alive:
                lattice.extend_to(k, text, pauses.inner)
            if k >= _RATE_PRUNE_AFTER:
                costs = [lattice.best_at(k) for lattice in alive]
                bound = min(costs) + _RATE_PRUNE
                for lattice, cost in zip(alive, costs, strict=True):
                    if cost > bound:
                        lattice.hopeless_at = k


def _common_prefix(old: Sequence[Token], new: Sequence[Token]) -> int:
    same = 0
    for a, b in zip(old, new, strict=False):
        if a is not b and a != b:
            break
        same += 1
    return same


def _lags(anchors: Sequence[Anchor], arrivals_s: Sequence[float]) -> list[float]:
    """How long after the text that follows it arrived each matched pause lies, in seconds."""
    return [
        anchor.pause.start_ms / 1000.0 - arrivals_s[anchor.tokens]
        for anchor in anchors
        if anchor.pause is not None
    ]
