"""Which pause of the audio is which place in the text.

A speaker pauses after sentences and most commas, and how long a stretch between two pauses takes, and
how much of it hisses, tells how much text it holds. The matching of least cost is found by `lattice`;
this module keeps what was computed while a turn grows, and puts down the result.

Pure arithmetic on records of `pauses` and `spoken_units`: no audio, no characters, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

from gemini_live_interrupt.heard.lattice import LEAST_MISFIT, Lattice, State, misfit
from gemini_live_interrupt.heard.likelihoods import DRAWN_OUT, pause_costs
from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.placed_text import PlacedText
from gemini_live_interrupt.heard.spoken_units import Token

__all__ = ["USUAL_RATE", "Aligner", "Anchor"]

USUAL_RATE = 0.041
"""Seconds for one spoken unit, before anything is known of the speaker: 190 English words a
minute."""

# Natural logs of the spread of rates between speakers, and of one speaker from turn to turn.
_SPREAD_OF_SPEAKERS = 0.16
_SPREAD_OF_TURNS = 0.12

# Words within which another place for a pause is looked for.
_NEAR = 4
_OFF = sorted(range(-_NEAR, _NEAR + 1), key=abs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place known in both audio and text."""

    spoken_s: float
    """Seconds of speech before it."""
    tokens: int
    """Tokens before it."""
    pause: Pause | None
    """The pause that lies there; None at the two ends."""
    margin: float
    """Nats by which the next best place near it in the text is less likely."""
    rate: float
    """Seconds for one spoken unit, as known there."""
    rate_spread: float
    """Of the natural log of that."""


class Aligner:
    """Aligns one turn, again and again as it grows."""

    def __init__(self, expected_rate: float | None = None) -> None:
        """`expected_rate`: seconds for one unit from the session's earlier turns, if any."""
        self._lattice = Lattice(
            expected_rate or USUAL_RATE, _SPREAD_OF_TURNS if expected_rate else _SPREAD_OF_SPEAKERS
        )
        self.text = PlacedText()
        self._way: list[State] = []

    def __len__(self) -> int:
        return len(self._lattice)

    def extend(
        self, pauses: Pauses, tokens: Sequence[Token], unchanged: int, *, most: int | None = None
    ) -> None:
        """Match as many of the pauses as can be by now.

        Args:
            pauses: of the audio received so far.
            tokens: of the text received so far.
            unchanged: how many of the tokens are those of the last call.
            most: pauses to match in this call, at the most.
        """
        self._lattice.keep(pauses.inner, unchanged, is_same=unchanged == len(tokens))
        self.text.grow(tokens, unchanged)
        self._lattice.extend(self.text, pauses.inner, most)

    def anchors(self, pauses: Pauses, end_odds: float) -> tuple[Anchor, ...]:
        """The places known in both, of all that `extend` was told of, in order.

        Args:
            pauses: those of the last call of `extend`.
            end_odds: natural log of the odds that both are at their end.

        Returns:
            The first is the beginning of the turn; the last its end, if audio and text end together.
        """
        end = self._lattice.end(self.text, pauses, end_odds)
        way: list[State] = []
        state: State | None = end.state
        while state is not None:
            way.append(state)
            state = state[-1]
        way.reverse()
        self._way = way
        # Where each place of the way is followed by another, or by the end.
        places = [(pauses.inner[state[2]].spoken_s, state[1]) for state in way[1:]]
        if end.together:
            places.append((pauses.spoken_s, len(self.text.tokens)))
        anchors: list[Anchor] = []
        for n, (_, i, k, rate, rate_variance, *_) in enumerate(way):
            pause = pauses.inner[k] if k >= 0 else None
            margin = inf
            if pause is not None:
                last = n == len(places)
                margin = self._lattice.margin(k) if last else self._margin(n, way, places, pauses)
            anchors.append(
                Anchor(
                    spoken_s=pause.spoken_s if pause else 0.0,
                    tokens=i,
                    pause=pause,
                    margin=margin,
                    rate=rate,
                    rate_spread=sqrt(rate_variance),
                )
            )
        if end.together:
            spoken_s, i = places[-1]
            anchors.append(
                replace(anchors[-1], spoken_s=spoken_s, tokens=i, pause=None, margin=inf)
            )
        return tuple(anchors)

    def behind(self, n: int, pauses: Sequence[Pause]) -> Aligner:
        """One for what is behind one of the anchors of the last call, which knows as much.

        Args:
            n: its number.
            pauses: those behind it, counted from there.
        """
        state = self._way[n]
        behind = Aligner()
        behind._lattice = self._lattice.behind(state, self.text, pauses)
        behind.text = self.text.behind(state[1])
        return behind

    def _margin(
        self, n: int, way: Sequence[State], places: Sequence[tuple[float, int]], pauses: Pauses
    ) -> float:
        """Nats by which the next best place within a few words is less likely for a pause, with
        those before and after it where they are."""
        text = self.text
        units, passed = text.units, text.passed
        _, i0, k0, rate, rate_variance, *_ = way[n - 1]
        _, i, k, *_ = way[n]
        after_s, after = places[n]
        pause = pauses.inner[k]
        spoken = pause.spoken_s - (pauses.inner[k0].spoken_s if k0 >= 0 else 0.0)
        rest_s = after_s - pause.spoken_s
        match = pause_costs(pause.length_s)
        least, most = max(i0 + 1, i - _NEAR), min(after, i + _NEAR + 1)
        own, other = 0.0, inf
        # The nearest first: of those further off it is often clear by half of what they cost.
        for off in _OFF:
            place = i + off
            if not least <= place < most:
                continue
            kind = text.kinds[place]
            here = units[place] - units[i0] + DRAWN_OUT[kind]
            cost = match[kind] - (passed[place] - passed[place - 1])
            cost += misfit(spoken, here, rate, rate_variance)
            if cost + LEAST_MISFIT < other:
                cost += misfit(rest_s, units[after] - units[place], rate, rate_variance)
                if place == i:
                    own = cost
                elif cost < other:
                    other = cost
        return other - own
