"""Where two texts meet that were said one after the other: whether a space belongs between them.

Knows how scripts set words apart, and how a sentence ends and begins. Must not know whose texts they
are. The chunks of one transcript are never joined by this: they have their own spaces.
"""

from __future__ import annotations

import re
import unicodedata

_ENDS = re.compile(r"[^\s\d.!?…]{2}[.!?…؟।۔][\"'”’»)]*$")
"""A sentence that ends in a word, not in a number or an initial."""
_BEGINS = re.compile(r"[\"'“„«‘(¿¡]*([^\W\d_])(\w?)")
_CLOSING = frozenset(".,;:!?…)]}”’»%")


def joint(left: str, right: str) -> str:
    """A space if two whole texts need one between them, else "".

    >>> [joint("Is it?", "Yes."), joint("Is it? ", "Yes."), joint("今日は。", "はい。")]
    [' ', '', '']
    """
    if not left or not right or left[-1].isspace() or right[0].isspace() or right[0] in _CLOSING:
        return ""
    return " " if _is_spaced(left[-1]) and _is_spaced(right[0]) else ""


def is_new_sentence(left: str, right: str) -> bool:
    """Whether `right` begins a sentence and `left` has ended one, so that they are no pieces of one
    word.

    >>> [is_new_sentence("One question.", "Did he?"), is_new_sentence("at 3.", "5 m")]
    [True, False]
    >>> [is_new_sentence("the U.", "S."), is_new_sentence("ASP.", "NET")]
    [False, False]
    """
    begins = _BEGINS.match(right)
    if begins is None or not _ENDS.search(left[-12:]):
        return False
    return not begins[1].islower() and not begins[2].isupper()


def _is_spaced(character: str) -> bool:
    """Whether words of its script stand apart: all but Han, kana and their punctuation."""
    wide = unicodedata.east_asian_width(character) in "WF"
    is_writing = unicodedata.category(character)[0] in "LP"
    return not (wide and is_writing) or "HANGUL" in unicodedata.name(character, "")
