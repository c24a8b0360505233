"""Where in the text a moment of the audio lies, once the two are aligned.

In a matched pause: exactly the text before it. Between two: in proportion of spoken units to speech.
After the last: at the rate of this turn so far. Then whole words, rounded down, and less where in
doubt. Knows one state of a turn; how it grows is not its business.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, sqrt
from typing import Literal

from gemini_live_interrupt.heard.alignment import Alignment, Anchor
from gemini_live_interrupt.heard.pauses import Pauses
from gemini_live_interrupt.heard.spoken_units import Token, is_unspaced

__all__ = ["Estimate", "Heard"]

How = Literal["nothing", "everything", "word timestamps", "pauses", "rate", "proportion"]


# Of what is said since the last anchor so many standard deviations are not claimed. It halves how
# often too much is, for an eighth of a word less on average (`bench/heard.py --tuned`).
_CAUTION = 0.25
# Units of speech that count as much as the rate the turn was aligned at.
_RATE_INERTIA = 60.0
# Variance of what is said in a given time, in units squared: of each unit by itself; of the pace, as
# a share; of the matching, when it seems certain and when it does not. Chosen so that errors on the
# tuned half of the bench are about as large as stated.
_UNIT_NOISE = 0.9
_PACE_NOISE = 0.08
_MATCH_NOISE = 1.5
_DOUBT_NOISE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How much of a turn's text was heard."""

    end: int
    """Characters: `text[:end]` was heard. Whole words, rounded down, less where in doubt; never
    inside a word or a grapheme."""
    position: float
    """Characters, the estimate before it was rounded."""
    uncertainty: float
    """Words, about one standard deviation of the estimate; 0 where it is exact."""
    how: How
    """Where the estimate comes from: `word timestamps` of the server; `pauses` that were matched
    with the text; the `rate` of speech, where no pause could be; a `proportion` of the text, where
    audio and text do not fit each other."""


class Estimate:
    """Positions in one state of a turn."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        pauses: Pauses,
        alignment: Alignment,
        is_complete: bool,
    ) -> None:
        self._tokens = tokens
        self._pauses = pauses
        self._anchors = alignment.anchors
        self._times = [self._time_of(anchor) for anchor in self._anchors]
        self._doubt = alignment.doubt
        self._units = list(accumulate((token.units for token in tokens), initial=0.0))
        self._how: How = "pauses" if any(anchor.pause for anchor in self._anchors) else "rate"
        self._rate = self._tail_rate(alignment.rate)
        if is_complete and self._how == "rate" and self._units[-1]:
            slowest = pauses.spoken_s / self._units[-1]
            if slowest > self._rate:
                # Sung, or very slow: all there is to go by is that the text was said in this time.
                self._rate, self._how = slowest, "proportion"
        # A word at the end may still grow, so it was not heard as it stands.
        self._whole_tokens = len(tokens)
        may_grow = not is_complete and text[-1:].isalnum() and not is_unspaced(text[-1])
        if may_grow and tokens and tokens[-1].end == len(text):
            self._whole_tokens -= 1

    def _time_of(self, anchor: Anchor) -> float:
        """Milliseconds of audio before an anchor."""
        if anchor.pause is not None:
            return anchor.pause.start_ms
        return self._pauses.end_ms if anchor.spoken_s > 0.0 else -inf

    def _tail_rate(self, rate: float) -> float:
        """The rate after the last anchor: this turn's so far, while little was said held to the one
        it was aligned at."""
        last = self._anchors[-1]
        units = self._units[last.tokens]
        return (last.spoken_s + _RATE_INERTIA * rate) / (units + _RATE_INERTIA)

    def lesson(self) -> tuple[float, float] | None:
        """Seconds of speech up to the last anchor, and the units in them; None where the matching
        is in doubt."""
        last = self._anchors[-1]
        return (last.spoken_s, self._units[last.tokens]) if self._doubt < 0.5 else None

    def heard_at(self, played_ms: float) -> Heard:
        unit, sure, variance = self._unit_at(played_ms)
        # Words without length of their own, an emoji say, are heard with the word before them.
        end_token = min(self._tokens_by(sure), self._whole_tokens)
        end = self._tokens[end_token - 1].end if end_token else 0
        per_word = self._units[-1] / len(self._tokens) if self._tokens else 1.0
        return Heard(
            end=end,
            position=max(self._position(self._tokens_by(unit), unit), float(end)),
            uncertainty=round(sqrt(variance) / max(per_word, 1.0), 2),
            how=self._how,
        )

    def _tokens_by(self, unit: float) -> int:
        """Tokens that end by then."""
        return min(bisect_right(self._units, unit + 1e-6) - 1, len(self._tokens))

    def _unit_at(self, played_ms: float) -> tuple[float, float, float]:
        """Spoken units said by then, those to claim, and the variance."""
        units = self._units
        at = max(bisect_right(self._times, played_ms) - 1, 0)
        before = self._anchors[at]
        u0 = units[before.tokens]
        known = _MATCH_NOISE + _DOUBT_NOISE * self._doubt
        since = max(self._pauses.clock.at(played_ms) - before.spoken_s, 0.0)
        if at + 1 < len(self._anchors):
            after = self._anchors[at + 1]
            span = after.spoken_s - before.spoken_s
            share = min(since / span, 1.0) if span > 0.0 else 1.0
            between = units[after.tokens] - u0
            said = share * between
            noise = (_UNIT_NOISE + _PACE_NOISE**2 * between) * said * (1.0 - share)
            sure = said - _CAUTION * sqrt(noise)
        else:
            between = units[-1] - u0
            said = since / self._rate
            sure = said - _CAUTION * sqrt((_UNIT_NOISE + _PACE_NOISE**2 * said) * said)
            said = min(said, between)
            noise = (_UNIT_NOISE + _PACE_NOISE**2 * said) * said
        # No less than at the anchor; so it grows with `played_ms`, for what is taken off is concave.
        return u0 + said, u0 + min(max(sure, 0.0), between), known + noise

    def _position(self, i: int, unit: float) -> float:
        if i >= len(self._tokens):
            return float(self._tokens[-1].end) if self._tokens else 0.0
        token = self._tokens[i]
        share = (unit - self._units[i]) / token.units if token.units > 0.0 else 0.0
        if share <= 1e-6:
            return float(self._tokens[i - 1].end) if i else 0.0
        return token.start + share * (token.end - token.start)
