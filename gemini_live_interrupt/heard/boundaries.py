"""Where in a text a speaker may pause: what kind of place follows each word.

Knows marks, line breaks, and the words that open a phrase (`small_words`). Must not know how long
anything takes.
"""

from __future__ import annotations

from enum import IntEnum

from gemini_live_interrupt.heard.small_words import OPENING

__all__ = ["OPENS", "Boundary", "boundary_after", "core_of"]


class Boundary(IntEnum):
    """How likely a pause follows a token."""

    NONE = 0
    """A word in the middle of a clause."""
    PHRASE = 1
    """Before a preposition or a conjunction."""
    WEAK = 2
    """After an abbreviation, an initial or a closing quote; before an opening one."""
    CLAUSE = 3
    """After a comma and its like."""
    SENTENCE = 4
    """After a full stop and its like, and at the end of a line."""


OPENS = frozenset("\"'“„«‘‚‹([{（「『《〈【［｛¿¡")
"""Marks that belong to the word behind them."""
_QUOTES = "\"'“”’»«›‹)]}）」』》〉】］｝*_"
_SENTENCE_ENDS = frozenset(".!?…。！？।॥؟۔።፧፨‼⁇⁈⁉։။។")
_CLAUSE_ENDS = frozenset(",;:、，；：،؛፣—–-・၊\u037e")
_ABBREVIATED = frozenset({
    "dr", "mr", "mrs", "ms", "prof", "st", "vs", "etc", "e.g", "i.e", "approx", "jr", "sr", "gen", "sen",
    "capt", "fig", "no", "nr", "bzw", "usw", "z.b", "d.h", "ca", "mme", "mlle", "sra", "p.ej", "т.е", "т.д",
})  # fmt: skip
_OUTER = "\"'“”„«»‘’‚‹›()[]{}.,;:!?…¿¡—–-*_`"
_NO_WORDS: frozenset[str] = frozenset()


def core_of(token: str) -> str:
    """A token without its outer punctuation."""
    return token.strip(_OUTER)


def boundary_after(
    token: str, gap: str, following: str, *, language: str, begins_item: bool
) -> Boundary:
    """What kind of place follows a token.

    Args:
        token: with its punctuation.
        gap: what stands between it and the next one.
        following: the next token; empty if there is none yet.
        language: whose words open phrases.
        begins_item: whether a sentence has ended before the token.

    Example:
        >>> boundary_after("6.", " ", "Okay", language="en", begins_item=False).name
        'SENTENCE'
        >>> boundary_after("6.", " ", "Okay", language="en", begins_item=True).name
        'CLAUSE'
        >>> boundary_after("cloudy", " ", "with", language="en", begins_item=False).name
        'PHRASE'
    """
    if gap == " " and token[-1].isalpha() and following[:1].isalpha():
        opens = OPENING.get(language, _NO_WORDS)
        return Boundary.PHRASE if core_of(following).lower() in opens else Boundary.NONE
    if "\n" in gap:
        return Boundary.SENTENCE
    word = token.rstrip(_QUOTES)
    last = word[-1:]
    if last in _SENTENCE_ENDS:
        core = word.rstrip(".").lstrip("\"'“„«‘([¿¡")
        if last == "." and (core.lower() in _ABBREVIATED or (len(core) == 1 and core.isalpha())):
            return Boundary.WEAK
        if last == "." and core.isdigit() and len(core) <= 2:
            # The number of a list item, unless a sentence ends in it ("a strength of 6. Okay").
            return Boundary.CLAUSE if begins_item else Boundary.SENTENCE
        return Boundary.WEAK if last in ".…" and following[:1].islower() else Boundary.SENTENCE
    if last in _CLAUSE_ENDS:
        return Boundary.CLAUSE
    if not following:
        return Boundary.NONE
    if len(token) > len(word) or following[0] in OPENS:
        return Boundary.WEAK
    opens = OPENING.get(language, _NO_WORDS)
    return Boundary.PHRASE if core_of(following).lower() in opens else Boundary.NONE
