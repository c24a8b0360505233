"""Word times of the server, found again in the text.

The schema of the Live API has a field for them; where they are sent, they replace every estimate.
Knows the text and the times, and nothing of sound.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from gemini_live_interrupt.heard.position import Heard
from gemini_live_interrupt.heard.spoken_units import tokenize

__all__ = ["WordTime", "WordTimes"]

# Characters to look ahead for a word, past what the transcript has and the word times have not.
_WORD_SEARCH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTime:
    """A word and its time, as the server's transcription may carry them."""

    text: str
    """The word."""
    start_ms: float
    """From the start of the turn's audio."""
    end_ms: float
    """From the start of the turn's audio."""


class WordTimes:
    """The word times of one reply."""

    def __init__(self) -> None:
        self._words: list[WordTime] = []
        self._found: list[tuple[float, float, int, int]] = []
        self._found_in = -1

    def add(self, words: Sequence[WordTime]) -> None:
        self._words.extend(words)
        self._found_in = -1

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._words)

    @property
    def all(self) -> tuple[WordTime, ...]:
        """As they came."""
        return tuple(self._words)

    def heard_at(self, played_ms: float, text: str) -> Heard | None:
        """What was heard by the times; None where there are none for this moment."""
        if not self._words:
            return None
        if self._found_in != len(text):
            self._found, self._found_in = self._find(text), len(text)
        if not self._found:
            return None
        end, position = 0, 0.0
        for start_ms, end_ms, first, last in self._found:
            if end_ms <= played_ms:
                end, position = last, float(last)
            elif start_ms < played_ms:
                share = (played_ms - start_ms) / (end_ms - start_ms)
                position = max(position, first + share * (last - first))
                break
            else:
                break
        return Heard(end=end, position=position, uncertainty=0.0, how="word timestamps")

    def _find(self, text: str) -> list[tuple[float, float, int, int]]:
        """`(start_ms, end_ms, first character, one past the last)`; a word that is not in the text
        is left out."""
        found = []
        lowered = text.casefold() if len(text.casefold()) == len(text) else text
        at = 0
        tokens = tokenize(text)
        ends = [token.end for token in tokens]
        for word in self._words:
            wanted = word.text.strip().casefold()
            if not wanted or not isfinite(word.end_ms) or not isfinite(word.start_ms):
                continue
            first = lowered.find(wanted, at, at + _WORD_SEARCH + len(wanted))
            if first < 0:
                continue
            at = first + len(wanted)
            # Punctuation after a word is heard with it.
            i = bisect_right(ends, at - 1)
            last = ends[i] if i < len(ends) and tokens[i].start <= first else at
            found.append((word.start_ms, word.end_ms, first, max(last, at)))
        return found
