"""What a few words of the user mean to a reply that they cut: go on, stop, or something else.

Knows the words by which people only acknowledge, or want silence, and how a question looks in
writing. Must not know who asks, or what follows. A yes that answers a question is no acknowledgement:
`asks` tells whether one stood in what was heard last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from gemini_live_interrupt.core.few_words import GO_ON, STOP
from gemini_live_interrupt.heard.sentences import sentence_start

_MOST_WORDS = 5
"""Words of an utterance in which a word of stopping anywhere means it."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_QUESTION = re.compile(
    "[?？؟\u037e\u055e\u1367\u2047\u2048\u2049]"
    "|[αάεέηήιίοόυύωώς];"  # a semicolon in Greek is its question mark
    "|(?:か|の|かな|でしょう)[。」]?\\s*$|[吗嗎呢么][。」]?\\s*$"
    "|(?:ไหม|มั้ย|หรือเปล่า|หรือยัง|หรือไม่|ใช่ไหม)(?:คะ|ครับ)?\\s*$"
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
    return _only(_plain(text))


def wants_silence(text: str) -> bool:
    """Whether words ask the model to stop, and for nothing else.

    >>> wants_silence("Okay, that's enough, thank you."), wants_silence("How do I stop the machine?")
    (True, False)
    """
    plain = _plain(text)
    if not plain or asks(text):
        return False
    if _UNSPACED.search(plain):
        return any(plain.startswith(word) for word in _STOP) or (
            len(plain) <= 2 * _MOST_WORDS and any(word in plain for word in _STOP)
        )
    words = plain.split()
    while words and _only(words[0]):
        words = words[1:]
    rest = " ".join(words)
    if any(rest == word or rest.startswith(f"{word} ") for word in _STOP):
        return True
    return len(plain.split()) <= _MOST_WORDS and any(f" {word} " in f" {plain} " for word in _STOP)


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
    """Small letters and single spaces; no spaces in scripts that have none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(
        character if unicodedata.category(character)[0] in "LNM" or character in "'’" else " "
        for character in folded
    )
    words = " ".join(kept.replace("’", "'").split())
    return words.replace(" ", "") if _UNSPACED.search(words) else words


def _table(words: Mapping[str, str]) -> frozenset[str]:
    return frozenset(_plain(one) for line in words.values() for one in line.split(";"))


_GO_ON, _STOP = _table(GO_ON), _table(STOP)
_LONGEST = max(map(len, _GO_ON))


def _only(plain: str) -> bool:
    """Whether a text is a row of words that acknowledge, and nothing else."""
    space = "" if _UNSPACED.search(plain) else " "
    reached = {0}
    for start in range(len(plain)):
        if start in reached:
            for end in range(start + 1, min(len(plain), start + _LONGEST) + 1):
                ends = end == len(plain) or plain.startswith(space, end)
                if ends and plain[start:end] in _GO_ON:
                    reached.add(min(end + len(space), len(plain)))
    return len(plain) in reached
