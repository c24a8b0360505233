"""Words that stand in for those that were said: nonsense of the same length, the same for the same.

Knows letters, and a key. Must not know what the words are for. A record without words must still be
run through the core again, and explained: where a sentence ends, how long a word takes to say, whether
a reply took up the cut text. So each word is replaced by one of as many letters, vowels for vowels
and consonants for consonants of its script, chosen by a keyed hash: the same word becomes the same
nonsense all through one record, and another one in the next. Spaces, punctuation and signs such as
`<noise>` stay. The key is drawn for each session and kept nowhere.

What this does not hide: how long words are, how often each came, and where sentences end.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections import OrderedDict
from functools import cache

_WORD = re.compile(r"<[a-z]+\d*>|[^\W_]+", re.IGNORECASE)
_VOWELS = "aeiouy"
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_MOST_REMEMBERED = 4_096
"""Words of which the nonsense is remembered; it costs some us to make one."""


class StandIns:
    """The stand-ins of one session.

    Args:
        key: by which they are chosen; None: one that nobody knows.

    >>> hide = StandIns(key=b"for an example")
    >>> told = hide("The mill. The miller <noise> left.")
    >>> len(told), told[:3] == told[10:13], "<noise>" in told, "mill" in told
    (34, True, True, False)
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)
        self._made: OrderedDict[str, str] = OrderedDict()

    def __call__(self, text: str) -> str:
        """`text` with its words replaced."""
        return _WORD.sub(self._stand_in, text)

    def _stand_in(self, match: re.Match[str]) -> str:
        word = match.group()
        if word[0] == "<":
            return word
        made = self._made.get(word)
        if made is None:
            made = self._made[word] = self._make(word)
            if len(self._made) > _MOST_REMEMBERED:
                self._made.popitem(last=False)
        return made

    def _make(self, word: str) -> str:
        # The same choice for a word in any case, so that a repetition is still one.
        draw = hashlib.blake2b(word.lower().encode("utf-8", "replace"), key=self._key).digest()
        return "".join(
            _like(character, draw[i % len(draw)] + i // len(draw))
            for i, character in enumerate(word)
        )


def _like(character: str, draw: int) -> str:
    lower = character.lower()
    if lower in _VOWELS:
        other = _VOWELS[draw % len(_VOWELS)]
    elif lower in _CONSONANTS:
        other = _CONSONANTS[draw % len(_CONSONANTS)]
    else:
        near = _near(character)
        return near[draw % len(near)]
    return other.upper() if character != lower else other


@cache
def _near(character: str) -> str:
    """Characters of the same script and kind."""
    category, start = unicodedata.category(character), ord(character) & ~31
    if category == "Nd":
        value = unicodedata.digit(character)
        return "".join(chr(ord(character) - value + i) for i in range(10))
    same = [chr(code) for code in range(start, start + 32)]
    return "".join(one for one in same if unicodedata.category(one) == category) or character
