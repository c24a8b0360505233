"""How much of a text was heard at a moment, once it is known when its words are said.

Whole words, rounded down, and less where in doubt. Knows one state of a turn; how it grows is not its
business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gemini_live_interrupt.heard.said_words import EvenWords, SaidWords
from gemini_live_interrupt.heard.spoken_units import Token

__all__ = ["Estimate", "Heard", "How"]

How = Literal["nothing", "everything", "word timestamps", "pauses", "rate", "proportion"]


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
    with the text, and the sound between them; the sound and the `rate` of speech alone, where no
    pause could be matched; a `proportion` of the text, where audio and text do not fit each
    other."""


class Estimate:
    """Positions in one state of a turn."""

    def __init__(
        self,
        tokens: Sequence[Token],
        words: SaidWords | EvenWords,
        how: How,
        *,
        may_grow: bool,
        begin: int = 0,
    ) -> None:
        """`may_grow`: The last token may be a part of one, so it was not heard as it stands. `begin`:
        Characters that were heard before."""
        self._tokens = tokens
        self._begin = begin
        self._words = words
        self._how = how
        self._whole = len(tokens) - may_grow

    def heard_at(self, played_ms: float) -> Heard:
        """What was heard in the first `played_ms`."""
        said, share, off = self._words.at(played_ms)
        end_token = min(said, self._whole)
        end = self._tokens[end_token - 1].end if end_token else self._begin
        position = float(self._tokens[said - 1].end if said else self._begin)
        if share > 0.0:
            token = self._tokens[said]
            position = token.start + share * (token.end - token.start)
        return Heard(
            end=end, position=max(position, float(end)), uncertainty=round(off, 2), how=self._how
        )
