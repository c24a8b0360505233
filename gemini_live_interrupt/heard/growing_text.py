"""The text of a reply in pieces, joined and cut into tokens only when asked, and only what is new.

Keeps what was received exactly. Of a text far longer than its audio only so much is cut up as can have
been said. Must not know audio or what was heard.
"""

from __future__ import annotations

import sys

from gemini_live_interrupt.heard.control_tokens import blanked, may_be_one
from gemini_live_interrupt.heard.spoken_units import (
    Boundary,
    Token,
    is_unspaced,
    language_of,
    tokenize,
)

__all__ = ["GrowingText"]

_AT_ONCE = 50
"""Tokens that are cut off at a time."""
_FOR_LANGUAGE = 240
"""Characters by which the language is told."""


class GrowingText:
    """Everything received so far of one reply.

    Example:
        >>> text = GrowingText()
        >>> text.add("Hello the")
        >>> text.add("re.")
        >>> text.cut_up(units=100.0), len(text.tokens), text.ends_a_sentence
        (0, 2, True)
    """

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.language = ""
        self._pieces: list[str] = []
        self._joined = ""
        self._cut = 0
        """Characters that were cut into tokens."""
        self._units = 0.0
        """Of all tokens."""
        self._begin, self._begins_item = 0, True
        """Where the tokens begin, and whether a sentence had ended there."""

    def add(self, text: str) -> None:
        """Take a piece exactly as received."""
        if text:
            self._pieces.append(text)

    def whole(self) -> str:
        """All of it."""
        if self._pieces:
            self._joined += "".join(self._pieces)
            self._pieces.clear()
        return self._joined

    def cut_up(self, units: float, times: int = sys.maxsize) -> int:
        """Cut what is new into `tokens`, until they take at least so many spoken units.

        Args:
            units: spoken units.
            times: cut off `_AT_ONCE` tokens so often at the most.

        Returns:
            Tokens, from the first, that are as they were.
        """
        text = self.whole()
        if self._cut < len(text):
            text = text[: self._begin] + blanked(text[self._begin :])
        unchanged = len(self.tokens)
        while self._cut < len(text) and self._units < units and times:
            times -= 1
            if self._cut < _FOR_LANGUAGE:
                # More of it may tell another language.
                language = language_of(text)
                if language != self.language:
                    self.language, self.tokens, self._units = language, [], 0.0
            # The last two tokens may change with what follows: their length, and the boundary after
            # them, which depends on the whole word behind it.
            self._units -= sum(token.units for token in self.tokens[-2:])
            del self.tokens[-2:]
            unchanged = min(unchanged, len(self.tokens))
            before = self.tokens[-1] if self.tokens else None
            new = tokenize(
                text,
                start=before.end if before else self._begin,
                language=self.language,
                begins_item=before.boundary is Boundary.SENTENCE if before else self._begins_item,
                most=_AT_ONCE,
            )
            self.tokens += new
            self._units += sum(token.units for token in new)
            self._cut = len(text) if len(new) < _AT_ONCE else new[-1].end
        return unchanged

    def let_go(self, tokens: int) -> None:
        """Keep but the text of the first so many tokens."""
        if tokens:
            last = self.tokens[tokens - 1]
            self._begin, self._begins_item = last.end, last.boundary is Boundary.SENTENCE
            self._units -= sum(token.units for token in self.tokens[:tokens])
            del self.tokens[:tokens]

    def forget_tokens(self) -> None:
        """Cut it up anew when asked again."""
        self.tokens, self._cut, self._units = [], self._begin, 0.0

    @property
    def is_cut_up(self) -> bool:
        """Whether there is no more to cut up."""
        return self._cut == len(self.whole())

    @property
    def ends_a_sentence(self) -> bool:
        """Whether no more of the text need come."""
        return (
            self.is_cut_up and bool(self.tokens) and self.tokens[-1].boundary is Boundary.SENTENCE
        )

    @property
    def may_grow(self) -> bool:
        """Whether the last token may be a part of one."""
        text = self.whole()
        if not self.tokens or not self.is_cut_up or self.tokens[-1].end < len(text):
            return False
        return may_be_one(text) or (text[-1].isalnum() and not is_unspaced(text[-1]))
