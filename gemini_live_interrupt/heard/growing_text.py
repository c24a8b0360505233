"""The text of a reply in pieces, joined and cut into tokens only when asked, and then only what is new.

Keeps what was received exactly, and when it arrived. Must not know audio or what was heard.
"""

from __future__ import annotations

from gemini_live_interrupt.heard.arrival import Arrivals
from gemini_live_interrupt.heard.control_tokens import blanked
from gemini_live_interrupt.heard.spoken_units import Token, language_of, tokenize

__all__ = ["GrowingText"]


class GrowingText:
    """Everything received so far of one reply."""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self._length = 0
        self._pieces: list[str] = []
        self._joined = ""
        self._tokens: list[Token] = []
        self._tokenized = ""
        self._language = ""

    def add(self, text: str, received_ms: float) -> None:
        if text:
            self.arrivals.add(self._length, received_ms)
            self._length += len(text)
            self._pieces.append(text)

    def whole(self) -> str:
        if self._pieces:
            self._joined += "".join(self._pieces)
            self._pieces.clear()
        return self._joined

    def tokens(self) -> list[Token]:
        text = blanked(self.whole())
        if len(text) == len(self._tokenized):
            return self._tokens
        language = language_of(text)
        if language != self._language:
            self._language, self._tokens = language, []
        # The last two tokens may change with what follows: their length, and the boundary after
        # them.
        kept = self._tokens[:-1]
        start = kept[-1].end if kept else 0
        self._tokens = kept + tokenize(text, start=start, language=language)
        self._tokenized = text
        return self._tokens
