"""What a few words of the user mean to a reply that they cut: go on, stop, or something else.

Knows the words by which people only acknowledge, or want silence, and how a question looks in
writing. Must not know who asks, or what follows. A yes that answers a question is no acknowledgement:
`asks` tells whether one stood in what was heard last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from gemini_live_interrupt.core.few_words import (
    ALONE_STOP,
    BESIDE,
    GO_ON,
    NOT,
    STOP,
    WOULD_YOU_STOP,
)
from gemini_live_interrupt.core.likeness import folded
from gemini_live_interrupt.heard.sentences import sentence_start

_MOST_WORDS = 5
"""Words of an utterance in which a word of stopping anywhere means it."""

_SHORT_RUN = 2
"""Characters of a word that may as well be a part of another, where words have no spaces."""

_MOST_FEW = 100
"""Characters in which few words are looked for."""

_LENGTH_MARKS = re.compile("[ーๆ]")
_DRAWN_OUT = re.compile(r"([^\W\d\u3040-\u30ff\u3400-\u9fff])\1+")
"""A letter that is written again for a drawn-out sound; a sign of Chinese or Japanese is a syllable."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_QUESTION = re.compile(
    "[?？؟‽\u037e\u055e\u1367\u2047\u2048\u2049]"
    "|[αάεέηήιίοόυύωώς];"  # a semicolon in Greek is its question mark
    "|(?:か|の|かな|でしょう)[。」…]*\\s*$"
    "|(?:[吗嗎呢]|(?<![这那要])么|好不好|是不是|对不对|對不對|行不行|可不可以|没有)[。」…]*\\s*$"
    "|(?:要不要|想不想)"
    "|(?:ไหม|มั้ย|หรือเปล่า|หรือยัง|หรือไม่)(?:คะ|ครับ)?(?=\\s|$)"
    "|(?:까|까요|나요|은가요|니까)[.…]*\\s*$"
    "|လား။?\\s*$"
    "|^\\s*क्या\\s"
    "|\\bm[iıuü](?:yim|yız|sin|siniz)?[.…]*\\s*$",
    re.IGNORECASE,
)
"""How a question looks: by its mark, or where a script often has none, by its last word."""
_SENTENCE = re.compile(
    "[^.!?…。！？؟।॥\u037e\u055e\u1367\n]*(?:[.!?…。！？؟।॥\u037e\u055e\u1367\n]+[\"'”’»）)\\]」』]*|$)"
)


def only_acknowledges(text: str) -> bool:
    """Whether words only say that somebody listens; none at all do not say more.

    >>> only_acknowledges("Mm-hm, okay."), only_acknowledges("Okay, but who was he?")
    (True, False)
    >>> only_acknowledges("はい、なるほど。"), only_acknowledges("")
    (True, True)
    """
    return _goes_on(_plain(text))


def wants_silence(text: str) -> bool:
    """Whether words ask the model to stop, and for nothing else.

    >>> wants_silence("Okay, that's enough, thank you."), wants_silence("How do I stop the machine?")
    (True, False)
    >>> wants_silence("Could you stop, please?"), wants_silence("Don't stop.")
    (True, False)
    """
    plain = _plain(text)
    if _goes_on(plain):
        return False
    if says_stop(text):
        return True
    return not asks(text) and (_stops_in_a_run(plain) if _UNSPACED.search(plain) else _stops(plain))


def says_stop(text: str) -> bool:
    """Whether words ask the model to stop, and there is no other word.

    >>> says_stop("No, stop, please."), says_stop("Stop, I am Anna.")
    (True, False)
    """
    plain = _plain(text)
    if _is_row(plain, _BESIDE):
        return False
    return _is_row(plain, _REQUESTS if asks(text) else _ANY_STOP)


def few_words(text: str) -> int:
    """How many characters at the start of an utterance say nothing but go on, or stop.

    >>> few_words("Mm-hm, okay."), few_words("Stop it, I am Anna."), few_words("I am Anna.")
    (12, 7, 0)
    """
    if only_acknowledges(text) or says_stop(text):
        return len(text)
    if not wants_silence(text):
        return 0
    ends = (space.start() for space in re.finditer(r"[\s,.!。，、]+", text[:_MOST_FEW]))
    return max((end for end in ends if _is_row(_plain(text[:end]), _ANY_STOP)), default=0)


def _stops(plain: str) -> bool:
    words = plain.split()
    while words and _is_row(words[0], _GO_ON):
        words = words[1:]
    rest = f"{' '.join(words)} "
    if any(rest.startswith(f"{word} ") for word in _STOP):
        return True
    if len(plain.split()) > _MOST_WORDS:
        return False
    whole = f" {plain} "
    places = ((whole.find(f" {word} "), word) for word in _STOP)
    return any(at >= 0 and not _NOT.search(whole[:at]) for at, word in places)


def _stops_in_a_run(plain: str) -> bool:
    """The same in a script without spaces, where a short word may be a part of any other."""
    known = [word for word in _STOP if len(word) > _SHORT_RUN]
    return any(plain.startswith(word) for word in known) or (
        len(plain) <= 2 * _MOST_WORDS and any(word in plain for word in known)
    )


def asks(text: str) -> bool:
    """Whether there is a question in a text.

    >>> asks("Shall I go on?"), asks("続けますか。"), asks("She asked him.")
    (True, True, False)
    """
    return any(map(_QUESTION.search, _SENTENCE.findall(text)))


def asked_last(heard: str, unheard: str = "") -> bool:
    """Whether a question stands in the last two sentences that were heard.

    Args:
        heard: what was heard of a reply.
        unheard: the rest of it: a question whose end was not heard is one all the same.

    >>> asked_last("Do you like tea? I can make"), asked_last("Do you? I do. He does. She")
    (True, False)
    """
    text, end = heard + unheard, len(heard.rstrip())
    if not end:
        return False
    last = sentence_start(text, end - 1)
    before = sentence_start(text, last - 1) if last else 0
    rest = _SENTENCE.match(text, end - 1)
    return asks(text[before : rest.end() if rest else end])


def _plain(text: str) -> str:
    """Small letters without accents and drawn-out sounds, single spaces; no spaces in scripts that
    have none."""
    kept = "".join(
        character if unicodedata.category(character)[0] in "LNM" or character in "'’" else " "
        for character in folded(text)
    )
    short = _DRAWN_OUT.sub(r"\1", _LENGTH_MARKS.sub("", kept))
    words = " ".join(short.replace("’", "'").split())
    return words.replace(" ", "") if _UNSPACED.search(words) else words


def _table(*tables: Mapping[str, str]) -> frozenset[str]:
    lines = (line for words in tables for line in words.values())
    return frozenset(_plain(one) for line in lines for one in line.split(";"))


_GO_ON, _STOP = _table(GO_ON), _table(STOP)
_BESIDE = _table(GO_ON, BESIDE)
_ANY_STOP = _table(GO_ON, BESIDE, STOP, ALONE_STOP, WOULD_YOU_STOP)
_REQUESTS = _table(GO_ON, BESIDE, WOULD_YOU_STOP)
_NOT = re.compile(rf" (?:{'|'.join(sorted(_table(NOT)))})$")


def _goes_on(plain: str) -> bool:
    # "Schön, gut" and "schon gut" are one without the accents.
    return plain not in _STOP and _is_row(plain, _GO_ON)


def _is_row(plain: str, words: frozenset[str]) -> bool:
    """Whether a text is a row of some words, and nothing else."""
    space = "" if _UNSPACED.search(plain) else " "
    longest = max(map(len, words))
    reached = {0}
    for start in range(len(plain)):
        if start in reached:
            for end in range(start + 1, min(len(plain), start + longest) + 1):
                ends = end == len(plain) or plain.startswith(space, end)
                if ends and plain[start:end] in words:
                    reached.add(min(end + len(space), len(plain)))
    return len(plain) in reached
