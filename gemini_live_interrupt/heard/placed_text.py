"""The tokens of a text in the form that a search over places between words needs.

Grows with the text; sums are kept, so that what lies between two places is one subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence

from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.likelihoods import PASS_COSTS
from gemini_live_interrupt.heard.sounds import SOUNDS
from gemini_live_interrupt.heard.spoken_units import Token

__all__ = ["PlacedText"]

# Variance of the spoken units that hiss: of each that should, and of each sound that is not known.
_HISS_VARIANCE, _UNKNOWN_VARIANCE = 0.44, 0.2
_HISSES = {
    name: (kind.hiss, _UNKNOWN_VARIANCE if name == "X" else _HISS_VARIANCE * kind.hiss)
    for name, kind in SOUNDS.items()
    if kind.hiss
}


class PlacedText:
    """Boundary `i` follows the first `i` tokens."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.units = [0.0]
        """Spoken units before each boundary."""
        self.hiss = [0.0]
        """Of these, units that hiss."""
        self.hiss_variance = [0.0]
        """Of their sum, units squared."""
        self.kinds: list[int] = [int(Boundary.NONE)]
        """Of each boundary."""
        self.passed = [0.0]
        """Cost of leaving boundaries 1..i without a pause."""

    def grow(self, tokens: Sequence[Token], unchanged: int) -> None:
        """Take the tokens received so far, of which the first `unchanged` are known."""
        if unchanged == len(tokens) == len(self.tokens):
            return
        for sums in (self.units, self.hiss, self.hiss_variance, self.kinds, self.passed):
            del sums[unchanged + 1 :]
        units, passed = self.units[-1], self.passed[-1]
        hiss, hiss_variance = self.hiss[-1], self.hiss_variance[-1]
        for i in range(unchanged, len(tokens)):
            token = tokens[i]
            units += token.units
            passed += PASS_COSTS[token.boundary]
            for name in token.sounds:
                if name in _HISSES:
                    one, variance = _HISSES[name]
                    hiss += one
                    hiss_variance += variance
            self.units.append(units)
            self.hiss.append(hiss)
            self.hiss_variance.append(hiss_variance)
            self.kinds.append(int(token.boundary))
            self.passed.append(passed)
        self.tokens = list(tokens)

    def behind(self, i: int) -> PlacedText:
        """The same, as it is counted from a boundary."""
        behind = PlacedText()
        for name in ("units", "hiss", "hiss_variance", "passed"):
            sums: list[float] = getattr(self, name)
            before = sums[i]
            setattr(behind, name, [one - before for one in sums[i:]])
        behind.kinds = [int(Boundary.NONE), *self.kinds[i + 1 :]]
        behind.tokens = self.tokens[i:]
        return behind
