"""Counting aloud: the numbers as words, and the number with which a reply starts.

Knows English number words up to sixty, because that is what the probe has a model count. A number
shows where in its count the model believes it is; other words would not. Knows nothing of calls.
"""

from __future__ import annotations

import re

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty")
NUMBERS = (
    *_ONES,
    *(f"{ten}{one}" for ten in _TENS for one in ("", *(f"-{word}" for word in _ONES[:9]))),
)
"""Spelled out, from one."""


def first_number(text: str) -> int | None:
    """The first number in a text, in digits or words; None if there is none.

    >>> first_number("Sure! Twenty-one, twenty-two"), first_number(" 7, 8"), first_number("Ok.")
    (21, 7, None)
    """
    for word in re.findall(r"[a-z]+(?:[- ][a-z]+)?|\d+", text.lower()):
        if word.isdigit():
            return int(word)
        for candidate in (word.replace(" ", "-"), re.split(r"[- ]", word)[0], word.split(" ")[-1]):
            if candidate in NUMBERS:
                return NUMBERS.index(candidate) + 1
    return None
