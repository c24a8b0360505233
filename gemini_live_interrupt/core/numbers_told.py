"""Numbers that one text has in digits and the other in words: "35 minutes", "thirty-five minutes".

Knows how a number is said. Must not know what the texts are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gemini_live_interrupt.core.likeness import Piece, folded, pieces
from gemini_live_interrupt.heard.spoken_forms import number_words

_MOST = 40
"""Different numbers of one text that are looked for in the other."""
_LONGEST = 4
"""Digits of a number that is looked for."""


def with_digits(found: Sequence[Piece], of: Sequence[Piece], language: str) -> list[Piece]:
    """The pieces of a text, with each number in words as one piece where another text has its digits.

    >>> said, told = pieces("for thirty-five minutes"), pieces("Bake for 35 minutes.")
    >>> [piece.text for piece in with_digits(said, told, "en")]
    ['for', '35', 'minutes']
    """
    forms = _forms(of, language)
    if not forms:
        return list(found)
    most = max(map(len, forms))
    given: list[Piece] = []
    at = 0
    while at < len(found):
        for size in range(min(most, len(found) - at), 0, -1):
            run = found[at : at + size]
            digits = forms.get(tuple(piece.text for piece in run))
            if digits is not None:
                words = sum(piece.words for piece in run)
                weight = max(piece.weight for piece in run)
                given.append(replace(run[0], text=digits, words=words, weight=weight))
                at += size
                break
        else:
            given.append(found[at])
            at += 1
    return given


def _forms(found: Sequence[Piece], language: str) -> dict[tuple[str, ...], str]:
    """The words of each number of a text."""
    numbers = dict.fromkeys(
        piece.text for piece in found if piece.text.isdecimal() and len(piece.text) <= _LONGEST
    )
    forms: dict[tuple[str, ...], str] = {}
    for digits in list(numbers)[:_MOST]:
        words = tuple(piece.text for piece in pieces(folded(number_words(digits, language))))
        for form in (words, tuple(word for word in words if word != "and")):
            forms.setdefault(form, digits)
    forms.pop((), None)
    return forms
