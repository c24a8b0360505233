"""How long each word of a text takes to say, what it sounds like, and what follows it.

A text becomes tokens: words, or the smallest thing a listener would call heard in scripts without
spaces (a Han character, a kana, a Thai cluster). Each has a length in *spoken units*, roughly the
time of one letter of English, its kinds of sound, and the kind of boundary that follows it. Nothing
here knows audio or time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from gemini_live_interrupt.heard.boundaries import OPENS, Boundary, boundary_after, core_of
from gemini_live_interrupt.heard.small_words import SMALL
from gemini_live_interrupt.heard.spelling import kinds_of_sound
from gemini_live_interrupt.heard.spoken_forms import LETTER_NAME, guess_language, spoken_form

__all__ = [
    "FINAL_LENGTHENING",
    "Boundary",
    "Token",
    "is_unspaced",
    "language_of",
    "tokenize",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word as a listener counts them."""

    start: int
    """First character, outer punctuation included."""
    end: int
    """One past the last character; white space after it is not part of it."""
    units: float
    """Length in spoken units."""
    boundary: Boundary
    """What follows."""
    sounds: str = "V"
    """Its kinds of sound, in order, a letter for each."""


# --- tokens

# Scripts that write no spaces between words. A token is a base with its marks; a leading vowel of
# Thai and Lao belongs to the consonant after it, and a stacked consonant of Khmer and Burmese to
# the one before it.
# Kana and signs among Han; Han; Thai and Lao; Khmer and Burmese.
_BASE = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e01-\u0e30\u0e32\u0e3f\u0e45\u0e46\u0e81-\u0eb0\u0eb2\u0ebd\u0ec6\u0edc-\u0edf"
    "\u1780-\u17b3\u17d7\u17dc\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\uaa60-\uaa76"
)
_LEADING_VOWEL = "\u0e40-\u0e44\u0ec0-\u0ec4"
_MARK = (
    "\u0300-\u036f\u3099\u309a\u30fc\uff9e\uff9f\uff70\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece"
    "\u17b4-\u17d1\u17d3\u17dd\u102b-\u1038\u103a-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d"
    "\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\ufe00-\ufe0f\U000e0100-\U000e01ef\u200c\u200d"
    "\u3041\u3043\u3045\u3047\u3049\u3083\u3085\u3087\u30a1\u30a3\u30a5\u30a7\u30a9\u30e3\u30e5\u30e7"
)
_OPENING = "\"'“„«‘‚‹(\\[{（「『《〈【［｛¿¡‐–—-"
_CLOSING = r".,;:!?…、。，；：！？।॥؟،؛۔።፣፧·・~～—–\-"
_CLOSING_QUOTES = "\"'”’»›)\\]}）」』》〉】］｝"
_STACKED = "[\u17d2\u1039]"

_TOKEN = re.compile(
    rf"[{_OPENING}]*[{_LEADING_VOWEL}]?[{_BASE}][{_MARK}]*(?:{_STACKED}[{_BASE}][{_MARK}]*)*"
    rf"[{_CLOSING}{_CLOSING_QUOTES}]*"
    rf"|(?:(?![{_LEADING_VOWEL}{_BASE}])\S)+|\S"
)
_IN_UNSPACED_SCRIPT = re.compile(f"[{_BASE}{_LEADING_VOWEL}]")


def language_of(text: str) -> str:
    """The language by the beginning of `text`, so that it does not change while a reply arrives."""
    return guess_language(text[:240])


def tokenize(
    text: str,
    *,
    start: int = 0,
    language: str = "en",
    begins_item: bool = True,
    most: int = 1 << 30,
) -> list[Token]:
    """Cut `text` from `start` into tokens.

    Punctuation that stands alone belongs to the word before it. Everything but white space is part
    of a token, or of none if no word precedes it.

    Args:
        text: All of the text; what precedes `start` is not looked at.
        start: Where a token starts, or 0.
        language: How to say numbers; from `language_of`.
        begins_item: Whether a sentence has ended before `start`.
        most: Tokens, about, at the most.

    Example:
        >>> [(t.start, t.end, t.boundary.name) for t in tokenize("Well, Dr. Low — yes.")]
        [(0, 5, 'CLAUSE'), (6, 9, 'WEAK'), (10, 15, 'CLAUSE'), (16, 20, 'SENTENCE')]
        >>> [text[t.start : t.end] for text in ["今日は、はい。"] for t in tokenize(text)]
        ['今', '日', 'は、', 'は', 'い。']
    """
    spans: list[tuple[int, int]] = []
    at = start
    while len(spans) <= most and (match := _TOKEN.search(text, at)):
        first, at = match.span()
        if at < len(text) and text[at] > "\u02ff":
            at = _whole_graphemes(text, at)
        if text[first].isalnum() or any(map(str.isalnum, text[first:at])):
            spans.append((first, at))
        elif spans and (text[first] not in OPENS or text[at : at + 1].isspace()):
            # A lone mark, a dash or an emoji goes with the word before; an opening quote waits for
            # the word after.
            spans[-1] = (spans[-1][0], at)
    words = [text[first : min(end, first + _LONGEST_TOKEN)] for first, end in spans]
    said = [_as_said(word, language) for word in words]
    sounds = kinds_of_sound(said, language)
    tokens: list[Token] = []
    for i, (first, end) in enumerate(spans):
        last = i + 1 == len(spans)
        boundary = boundary_after(
            text[max(first, end - _LONGEST_TOKEN) : end],
            text[end : len(text) if last else spans[i + 1][0]],
            "" if last else words[i + 1],
            language=language,
            begins_item=begins_item,
        )
        begins_item = boundary is Boundary.SENTENCE
        units = _units(said[i], core_of(words[i]).lower() in SMALL.get(language, ()))
        if boundary >= Boundary.CLAUSE:
            units += FINAL_LENGTHENING
        tokens.append(
            Token(start=first, end=end, units=units, boundary=boundary, sounds=sounds[i] or "V")
        )
    return tokens


def is_unspaced(text: str) -> bool:
    """Whether a token is of a script without spaces, so that it is whole as soon as it is there."""
    return bool(_IN_UNSPACED_SCRIPT.search(text))


def _whole_graphemes(text: str, end: int) -> int:
    """Move `end` past marks that belong to the character before it."""
    while end < len(text) and (
        unicodedata.category(text[end]) in ("Mn", "Me", "Mc")
        or text[end] in "\u200c\u200d\ufe0e\ufe0f"
    ):
        end += 1
    return end


# --- units

# Fitted on English voices (measuring: R2 .80 of word durations, .40 for letters alone); of other
# scripts by the length of a syllable in speech against that of English letters.
_PER_SYLLABLE = 0.6
_PER_WORD = 0.9
_SMALL_WORD = -1.2
FINAL_LENGTHENING = 3.0
_LETTER_NAME_UNITS = 3.5
# No word is longer; what is (a long address, noise) is not said to its end either.
_LONGEST_TOKEN = 160

_VOWEL_GROUP = re.compile(
    "[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿıāēīōūăąęėįųůě]+|[αεηιουωάέήίόύώ]+|[аеёиоуыэюяіїє]"
)

_LETTERS: tuple[tuple[int, int, float], ...] = (
    (0x0590, 0x05FF, 2.0),  # Hebrew: short vowels are said and not written
    (0x0600, 0x077F, 2.0),  # Arabic: the same
    (0x0900, 0x0DFF, 2.0),  # Devanagari and its like: a consonant carries a vowel
    (0x0E00, 0x0EFF, 1.7),  # Thai, Lao
    (0x1000, 0x109F, 2.0),  # Burmese
    (0x1200, 0x139F, 2.6),  # Ethiopic: a letter is a syllable
    (0x1780, 0x17FF, 2.0),  # Khmer
    (0x3040, 0x30FF, 3.0),  # kana: a mora
    (0x31F0, 0x31FF, 3.0),
    (0x3400, 0x9FFF, 5.0),  # Han: a syllable
    (0xAC00, 0xD7A3, 4.0),  # Hangul: a syllable
    (0xF900, 0xFAFF, 5.0),
    (0xFF66, 0xFF9F, 3.0),
    (0x20000, 0x3FFFF, 5.0),
)
_VIRAMAS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca")


@lru_cache(maxsize=4096)
def _letter(char: str) -> float:
    """Units of one character of a word."""
    if char == LETTER_NAME:
        return _LETTER_NAME_UNITS
    code = ord(char)
    if code < 0x0530 or 0x1E00 <= code < 0x2000:
        return 1.0 if char.isalpha() else 0.0
    if char in _VIRAMAS:
        return -0.8
    category = unicodedata.category(char)
    if category in ("Mn", "Mc"):
        return 0.8 if 0x0900 <= code <= 0x17FF and not 0x0E47 <= code <= 0x0E4E else 0.0
    if not char.isalpha():
        return 0.0
    for first, last, units in _LETTERS:
        if first <= code <= last:
            return units
    return 1.3


def _as_said(word: str, language: str) -> str:
    """The words in which a token is said, in small letters."""
    core = core_of(word)
    return (spoken_form(core, language) or core).lower().replace("\n", " ")


@lru_cache(maxsize=4096)
def _units(said: str, is_small: bool) -> float:
    """Spoken units of what is said for one token."""
    units = 0.0
    for word in said.split():
        letters = float(len(word)) if word.isascii() and word.isalpha() else sum(map(_letter, word))
        if not letters:
            continue
        units += letters + _PER_SYLLABLE * len(_VOWEL_GROUP.findall(word))
        if word.isascii() or not is_unspaced(word):
            units += _PER_WORD
    return max(units + _SMALL_WORD, 1.0) if is_small else units
