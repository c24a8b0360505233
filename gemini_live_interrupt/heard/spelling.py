"""Letters to kinds of sound, roughly, in the spelling of each language.

It need not be right, only right more often than not: whether a word hisses at its start, hums in the
middle or has three vowels is what can be heard in the levels of a voice. Each rule writes a group of
letters as one letter that sounds so; a letter of a script that has its own spelling (kana, Hangul,
Ethiopic) is known by its name in Unicode. Han characters do not tell how they are said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["kinds_of_sound"]

_KINDS = {
    # A vowel.
    "V": "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿıāēīōūăąęėįųůěơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    "αεηιουωάέήίόύώаеёиоуыэюяіїєاويىأإآةואיעअआइईउऊऋएऐओऔािीुूृेैोौะาิีึืุูเแโใไำ",
    # A hiss.
    "S": "sßśšşșzžżźxσςζξψсзшщжسصزشظשסזशषसज़สศษซ",
    # A hiss that begins with a stop.
    "C": "jçčćčţțџчцجצץचछजझจชฉฌ",
    # Breathy.
    "F": "fvðþφβθχфвхفثذخغحפףחכךफखฟฝ",
    "H": "hħهהहหฮ",
    # A stop without a voice, and with one.
    "P": "ptkcqğπτκпткґتطكقءתטקपतटथठकปพภผตทธถฐฑฒกขคฆ",
    "B": "bdgđδγбдгبدضבדגबभदधडढगघบดฎ",
    # A nasal; a liquid or a glide.
    "N": "mnñńňμνмнمنמםנןमनणङञंมนณงญ",
    "L": "lrwłľřλρлрйلرלרयरलवळยรลวฬฤ",
    # The name of a letter: a stop, say, and a long vowel.
    "PE": "·",
}
_NOT_SAID = "ьъ्'’"


class _Sounds(dict[int, str]):
    """For `str.translate`: the kind of sound of each letter, found by its name the first time."""

    def __missing__(self, code: int) -> str:
        sound = self[code] = _by_name(chr(code))
        return sound


_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: str) -> _Rules:
    """Each `written>said`, a regular expression on words in lines of their own."""
    return tuple(
        (re.compile(written, re.MULTILINE), said)
        for written, said in (pair.split(">") for pair in pairs)
    )


# Letters are few in each, so all of them are linear in the length of the text.
_SPELLINGS: dict[str, _Rules] = {
    "en": _rules(
        r"(?:(?<=[aeiouy][^aeiouy\n])|(?<=[aeiouy][^aeiouy\n]{2}))e$>",
        r"(?<=[a-z][^td\n])ed$>d", "[ts]ion>sn", "sch>s", "t?ch>j", "sh>s",
        "th>f", "ph>f", "igh>i", "gh>", "ck>k", "qu>kw", "x>ks", "wh>w", "c(?=[eiy])>s", "(?<=[aeo])w>u",
        "^y>l", r"([^aeiou\n·])\1>\1",
    ),
    "de": _rules(
        "^j>l", "t?sch>s", "chs>ks", "ch>f", "ck>k", "tion>jion", "t?z>j", "v>f", "w>v", "qu>kv", "ph>f", "th>t",
        "x>ks", "(?<=[aeiouäöü])h>", "er$>a", r"([^\n·])\1>\1",
    ),
    "fr": _rules(
        r"(?<=\w\w)(?:es|e|nts?|[sdtxzp])$>", "ch>s", "ph>f", "th>t", "qu>k", "gn>n", "[çj]>s",
        "[cg](?=[eiyéèê])>s", "tion>sion", "h>", "x>ks", "eau>o", r"[aeiou]n(?![aeiouyéè])>a", r"([^\n·])\1>\1",
    ),
    "es": _rules(
        "h?ch>ç", "c(?=[eiéí])>s", "h>", "g(?=[eiéí])>h", "j>h", "qu>k", "gu(?=[eiéí])>g", "ll>l", "v>b", "x>ks",
        "y$>i", "^y>l",
    ),
    "it": _rules(
        "sc(?=[ei])>s", "ch>k", "gh>g", "[cg](?=[ei])>j", "gn>n", "gli>li", "qu>kw", "z>j", "h>", r"([^\n·])\1>\1",
    ),
    "pt": _rules(
        "ch>s", "lh>l", "nh>n", "[çj]>s", "[cg](?=[eiéí])>s", "qu>k", "h>", "^r>h", "rr>h", r"([^o\n·])\1>\1",
    ),
    "nl": _rules("sch>sf", "ch>f", "g>f", "ij>i", "j>l", "w>v", "x>ks", r"([^\n·])\1>\1"),
    "pl": _rules("sz>s", "cz>ç", "rz>s", "dz>ç", "ch>h", "ci>ç", "c>ç", "w>v", "j>l"),
    "tr": _rules("j>s", "c>j", "ğ>", "y>l"),
    "sv": _rules("(?:skj|stj|sj)>f", "sk(?=[eiyäö])>f", "[tk]j>s", "ck>k", "j>l", "x>ks", r"([^\n·])\1>\1"),
    "id": _rules("n[gy]>n", "sy>s", "c>j", "y>l"),
    "vi": _rules(
        "ph>f", "th>t", "kh>f", "[ct]h>ç", "tr>ç", "nh>n", "ngh?>n", "gi>z", "d>z", "đ>d", "qu>kw",
    ),
    "ru": _rules("ть?ся$>ца", "[ео]го$>ево"),
    # Short vowels are said and not written: one between two consonants.
    "ar": _rules(
        "^ال(?=[تثدذرزسشصضطظلن])>ا", "([بتثجحخدذرزسشصضطظعغفقكلمنهء])(?=[بتثجحخدذرزسشصضطظعغفقكلمنهء])>\\1ا",
    ),
    "he": _rules("([בגדהזחטכלמנספצקרשת])(?=[בגדהזחטכךלמםנןסףצץפקרשת])>\\1א"),
    "hi": _rules("([क-ह])(?=[क-ह])>\\1अ"),
}  # fmt: skip
_OTHERS = _rules("(?:sch|sh|sz)>s", "(?:ch|cz)>ç", "ph>f", "qu>k", "x>ks", r"([^\n·])\1>\1")
_VOWELS = re.compile("VV+")


def kinds_of_sound(words: Sequence[str], language: str) -> list[str]:
    """The kinds of sound in each word, one letter for each kind (`sounds.SOUNDS`).

    Args:
        words: In small letters, without line breaks; a space within one is no sound.
        language: of their spelling.

    Example:
        >>> kinds_of_sound(["she", "chose", "a", "knife"], "en")
        ['SV', 'CVS', 'V', 'PNVF']
        >>> kinds_of_sound(["schön"], "de"), kinds_of_sound(["さ"], "ja"), kinds_of_sound(["신"], "ko")
        (['SVN'], ['SV'], ['SVN'])
    """
    lines = "\n".join(words)
    for written, said in _SPELLINGS.get(language, _OTHERS):
        lines = written.sub(said, lines)
    return _VOWELS.sub("W", lines.translate(_SOUNDS)).split("\n")


_SYLLABLE = re.compile(
    "(?:HIRAGANA|KATAKANA|HANGUL|ETHIOPIC) (?:LETTER|SYLLABLE) (?:SMALL )?([A-Z]+)$"
)
_NAMES = _rules(
    "(?:SS|SH|S|Z)>s", "(?:CH|TS|JJ?)>j", "KK>K", "TT>T", "PP>P", "NG>N", "[AEIOU]+>a", "[YW]>l"
)


def _by_name(letter: str) -> str:
    """The kind of sound of a letter that is in no list."""
    if letter == "\n" or not letter.isalpha():
        return letter if letter == "\n" else ""
    match = _SYLLABLE.match(unicodedata.name(letter, ""))
    if match is None:
        # A syllable of unknown sound, or a letter.
        return "XV" if "\u3400" <= letter <= "\u9fff" or letter > "\U00020000" else "X"
    name = match.group(1)
    for written, said in _NAMES:
        name = written.sub(said, name)
    return name.lower().translate(_SOUNDS)


_SOUNDS = _Sounds(
    {ord(letter): kind for kind, letters in _KINDS.items() for letter in letters}
    | {ord(letter): "" for letter in _NOT_SAID}
)
