"""Our own messages in the mouth of the model: some read them aloud, though they are told not to.

Knows the fixed sentences of our messages, in all their languages, and where in a transcript they
stand. Must not know when a reply is cut. What a model reads aloud is none of its own words: quoted in
the next note it would grow with each reply. Only sentences that are said as they are count, not a
paraphrase, and not the text of a builder of the app's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from gemini_live_interrupt.core.note_words import LANGUAGES, Words

_LINE, _MESSAGE = 14, 40
"""Letters of a sentence that is looked for, and of all that have to be found: one alone may be said
by chance. A character of a dense script counts twice."""
_HEAD = 6
"""Letters by which a sentence is found: no more than the shortest has."""
_DENSE = "\u0900"
"""From here on."""
_MOST = 20_000
"""Characters of a transcript that are looked at."""
_ENDS = re.compile(r"[.!?:。！？：।\n]+|\{\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One fixed sentence; its letters only."""

    letters: str
    is_last: bool
    """What follows is no message any more, or the text that the model shall go on with."""
    tail: str = ""
    """Words too short to look for, between such a sentence and the end."""


def read_aloud(text: str) -> tuple[int, int] | None:
    """Where a transcript reads a message of ours, as a slice of it; None: nowhere.

    Where its end has not come yet, that is all the rest of the transcript.

    >>> note = "[App context, not from the user; never mention or read it out.]"
    >>> text = f"Okay. {note} You asked again. Nobody said anything: it was only a noise, and the user"
    >>> text[slice(*read_aloud(text))] == text[6:]
    True
    >>> read_aloud("The user heard it.")
    """
    letters, lines = _letters(text[:_MOST]), _lines()
    begun = {letters[at : at + _HEAD] for at in range(len(letters))} & lines.keys()
    found: list[tuple[int, int, bool]] = []
    for line in (line for head in begun for line in lines[head]):
        start = letters.find(line.letters)
        if start >= 0:
            end = letters.rfind(line.letters) + len(line.letters)
            if line.tail and letters.startswith(line.tail, end):
                end += len(line.tail)
            found.append((start, end, line.is_last))
    if sum(_size(letters[start:end]) for start, end, _ in found) < _MESSAGE:
        return None
    places = [place for place, character in enumerate(text[:_MOST]) if character.isalnum()]
    start = places[min(start for start, _, _ in found)]
    while start and not (text[start - 1].isalnum() or text[start - 1].isspace()):
        start -= 1
    _, last, is_last = max(found, key=lambda line: line[1:])
    if not is_last:
        return start, len(text)
    return start, places[last] if last < len(places) else len(text)


def without_ours(text: str) -> str:
    """A transcript without the message of ours that it reads.

    >>> ours = "[App context, not from the user; never mention or read it out.]"
    >>> without_ours(f"{ours} Go on now, without a comment, with what comes after the last words "
    ...              "the user heard: He had a mill.")
    'He had a mill.'
    """
    span = read_aloud(text)
    return text if span is None else text[: span[0]] + text[span[1] :]


def _letters(text: str) -> str:
    """The letters and digits alone, in lower case, each as one: the dot that a Turkish letter gets of its
    own is none.

    >>> _letters("İki, bir!")
    'ikibir'
    """
    return "".join(filter(str.isalnum, text)).lower().replace("\u0307", "")


def _size(letters: str) -> int:
    return sum(1 + (letter >= _DENSE) for letter in letters)


@cache
def _lines() -> dict[str, list[_Line]]:
    """By their first letters: few of them are in a text, so few of the lines have to be looked for."""
    found = [line for words in LANGUAGES.values() for line in _lines_of(words)]
    lines: dict[str, list[_Line]] = {}
    for line in {line.letters: line for line in found}.values():
        lines.setdefault(line.letters[:_HEAD], []).append(line)
    return lines


def _lines_of(words: Words) -> list[_Line]:
    within = [words.label, words.quotes, words.earlier, words.cut, *words.cut_by.values()]
    within += [words.heard, words.said_later, words.said_nothing, words.calls]
    within += [words.continuation, words.no_continuation, *words.why.values()]
    at_the_end = [words.rules, words.give_it_now, words.go_on_with, words.go_on_after]
    at_the_end += [words.answer_now, words.said_to_interrupt, words.offer]
    lines = [_Line(letters=one, is_last=False) for piece in within for one in _sentences(piece)]
    for piece in at_the_end:
        sentences = [*_sentences(piece)]
        all_letters = _letters(_ENDS.sub("", piece))
        for place, one in enumerate(sentences):
            is_last = place == len(sentences) - 1
            tail = all_letters[all_letters.rfind(one) + len(one) :] if is_last else ""
            lines.append(_Line(letters=one, is_last=is_last, tail=tail))
    return lines


def _sentences(piece: str) -> list[str]:
    folded = (_letters(part) for part in _ENDS.split(piece))
    return [letters for letters in folded if _size(letters) >= _LINE]
