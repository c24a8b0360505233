"""Whether a reply takes up a text that was cut off before, and where.

Knows two texts and what of the first was heard. Must not know why they are compared, or what follows
from it. The reply may answer something first, may say the text in other words, with digits for
words, with errors of a transcript, in any script; so the comparison looks for a *thread*: pieces of
the cut text that come back in their order, near to each other. Where the strongest thread begins
decides. What is in doubt is called unclear. `bench/outcomes.py` says how well it does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gemini_live_interrupt.core.likeness import Piece, Vocabulary, pieces
from gemini_live_interrupt.core.numbers_told import with_digits
from gemini_live_interrupt.heard.control_tokens import blanked
from gemini_live_interrupt.heard.spoken_forms import guess_language

Told = Literal["resumed", "restarted", "skipped", "answered", "unclear"]

_OPENING, _BEFORE, _AFTER = 60, 100, 240
"""Pieces of the cut text that are looked at: its first ones, and those before and after the start of
the cut sentence."""
_MOST_SAID = 300
"""Pieces of the reply that are looked at."""
_MOST_CHARACTERS = 8_000
"""Of either text."""
_MOST_PLACES = 12
"""Places of one piece in the cut text; what it says more often tells no place."""
_REACH = 24
"""Pieces of either text that a thread may leave out between two that match."""
_OTHER_WORDS = 0.05
"""What each pair of pieces costs that a thread passes by in both texts: other words for the same."""
_LEFT_OUT = 0.12
"""What each piece costs that only one text has."""
_SIDE_BY_SIDE = 0.2
"""What two matches are worth more if they stand side by side in both texts."""
_CHANCE, _THREAD = 1.1, 1.45
"""Strengths of threads: below the first it is chance, from the second on it is none. A sentence of
eight words said again has about 5; answers about the same matter have up to 1."""
_SOME_OF_IT, _MOST_OF_IT = 0.4, 0.6
"""The share of a sentence from which on it is said again, not mentioned: where the reply begins a
clause with it, and elsewhere."""
_SMALL = 0.4
"""The worth of a match that alone says nothing: a word of three letters has 0.35."""
_QUESTION = re.compile(r"[?？؟\u037e]")
_SLIP = 2
"""Words beyond the first unheard one at which a reply may come back: a transcript errs by so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What a reply did about a text that was cut off."""

    kind: Told
    """"resumed": came back at or after the start of the cut sentence and at or before the first
    unheard word. "restarted": before that. "skipped": after that. "answered": not at all."""
    skipped_words: int = 0
    """Unheard words that were left out before it came back."""
    repeated_words: int = 0
    """Words that had been heard and were said again."""


@dataclass(slots=True, kw_only=True)
class _Match:
    told: int
    """Which piece of the cut text."""
    said: int
    """Which piece of the reply."""
    gain: float
    weight: float = 0.0
    """Of the best thread that ends here."""
    before: _Match | None = None
    """The match before it in that thread."""


def retold(text: str, *, sentence: int, heard: int, reply: str) -> Retold:
    """What `reply` did about `text`.

    Args:
        text: the reply that was cut, all that was received of it.
        sentence: where the sentence starts that was cut, in characters.
        heard: how many characters were heard.
        reply: the transcript of the next reply, as far as it has come.

    >>> story = "There was a miller. He had three sons and a mill. The eldest got the mill."
    >>> retold(story, sentence=20, heard=27, reply="Sure, so he had 3 sons and a mill.").kind
    'resumed'
    >>> retold(story, sentence=20, heard=27, reply="The eldest got the mill.")
    Retold(kind='skipped', skipped_words=5, repeated_words=0)
    """
    text, reply = blanked(text), blanked(reply)  # Tokens of the model's own are no words.
    language = guess_language(text[:240])
    told, replied = pieces(text[:_MOST_CHARACTERS]), _retelling(text, reply[:_MOST_CHARACTERS])
    told, said = with_digits(told, replied, language), with_digits(replied, told, language)
    at = [piece.at for piece in told]
    cut, first_unheard = bisect_left(at, sentence), bisect_left(at, heard)
    if (far := cut - _BEFORE - _OPENING) > 0:
        del told[_OPENING : _OPENING + far]
        cut, first_unheard = cut - far, first_unheard - far
    del told[cut + _AFTER :]
    del said[_MOST_SAID:]
    thread = _without_mention(_strongest(told, said), told, said, cut)
    strength = _strength(thread, said)
    if strength < _THREAD:
        return Retold(kind="answered" if strength < _CHANCE else "unclear")
    entry = _entry(thread, told, said, first_unheard)
    if entry is None:
        return Retold(kind="unclear")
    skipped = _words(told[first_unheard:entry])
    repeated = _words(told[entry : min(first_unheard, thread[-1].told + 1)])
    if entry < cut:
        if thread[-1].told < cut and not _says_again(thread, told, said):
            return Retold(kind="answered")
        return Retold(kind="restarted", repeated_words=repeated)
    if skipped > _SLIP:
        return Retold(kind="skipped", skipped_words=skipped)
    return Retold(kind="resumed", skipped_words=skipped, repeated_words=repeated)


def _retelling(text: str, reply: str) -> list[Piece]:
    """The pieces of a reply that may retell the text: a question offers or asks, unless the text
    has one, too."""
    said = pieces(reply)
    if _QUESTION.search(text) or not said:
        return said
    asked = {
        sentence for sentence, end in _ends(said, reply) if _QUESTION.search(reply[end : end + 3])
    }
    return [piece for piece in said if piece.sentence not in asked]


def _ends(said: Sequence[Piece], reply: str) -> list[tuple[int, int]]:
    """Where each sentence's last piece ends."""
    last = {piece.sentence: piece.at + len(piece.text) for piece in said}
    return list(last.items())


def _words(some: Sequence[Piece]) -> int:
    return round(sum(piece.words for piece in some))


# --- the thread


def _strongest(told: Sequence[Piece], said: Sequence[Piece]) -> list[_Match]:
    """The matches of the heaviest thread, in order."""
    matches = _matches(told, said)
    by_said: dict[int, list[_Match]] = {}
    best: _Match | None = None
    for match in matches:
        match.weight = match.gain
        for said_before in range(max(0, match.said - _REACH), match.said):
            for earlier in by_said.get(said_before, ()):
                if match.told - _REACH <= earlier.told < match.told:
                    weight = earlier.weight + match.gain + _step(earlier, match)
                    if weight > match.weight:
                        match.weight, match.before = weight, earlier
        by_said.setdefault(match.said, []).append(match)
        if best is None or match.weight > best.weight:
            best = match
    thread: list[_Match] = []
    while best is not None:
        thread.append(best)
        best = best.before
    return thread[::-1]


def _matches(told: Sequence[Piece], said: Sequence[Piece]) -> list[_Match]:
    """All pairs of pieces that are alike, in the order of the reply; short words only beside
    others."""
    places: dict[str, list[int]] = {}
    for index, piece in enumerate(told):
        places.setdefault(piece.text, []).append(index)
    vocabulary = Vocabulary(places)
    found: dict[tuple[int, int], float] = {}
    for index, piece in enumerate(said):
        for text, likeness in vocabulary.like(piece.text).items():
            if len(where := places[text]) <= _MOST_PLACES:
                for place in where:
                    gain = likeness**1.5 * min(piece.weight, told[place].weight)
                    found[place, index] = gain
    return [
        _Match(told=place, said=index, gain=gain)
        for (place, index), gain in found.items()
        if gain >= _SMALL or (place - 1, index - 1) in found or (place + 1, index + 1) in found
    ]


def _step(one: _Match, other: _Match) -> float:
    """What it is worth to go on from one match to another."""
    told_between, said_between = other.told - one.told - 1, other.said - one.said - 1
    if not told_between and not said_between:
        return _SIDE_BY_SIDE
    same = min(told_between, said_between)
    return -(_OTHER_WORDS * same + _LEFT_OUT * (max(told_between, said_between) - same))


def _without_mention(
    thread: list[_Match], told: Sequence[Piece], said: Sequence[Piece], cut: int
) -> list[_Match]:
    """The thread without a head that is chance, a short word by itself, or that only mentions what
    was said before the cut sentence: an answer may name what the text was about."""
    while len(thread) > 1 and thread[0].gain < _SMALL and not _side_by_side(thread[:2]):
        thread = thread[1:]
    head = [match for match in thread if match.told < cut]
    if not head or len(head) == len(thread):
        return thread
    goes_on = len(head) > _SLIP and _side_by_side(thread[len(head) - 3 : len(head) + 1])
    return thread if goes_on or _says_again(head, told, said) else thread[len(head) :]


def _side_by_side(thread: Sequence[_Match]) -> bool:
    """Whether both texts say these words one after the other."""
    return all(
        other.told - one.told == other.said - one.said == 1 for one, other in pairwise(thread)
    )


def _strength(thread: Sequence[_Match], said: Sequence[Piece]) -> float:
    """How sure it is that a thread is no chance: its weight, by how much of what the reply says in
    those sentences it is."""
    weight = sum(match.gain for match in thread)
    weight += sum(_step(one, other) for one, other in pairwise(thread))
    sentences = {said[match.said].sentence for match in thread}
    whole = sum(piece.weight for piece in said if piece.sentence in sentences)
    return weight * sum(said[match.said].weight for match in thread) / whole if thread else 0.0


# --- where it begins


def _entry(
    thread: Sequence[_Match], told: Sequence[Piece], said: Sequence[Piece], first_unheard: int
) -> int | None:
    """The piece of the cut text at which the reply comes back; None if that is in doubt.

    The first match may be inside a sentence that the reply began in other words: as many pieces
    before it are taken for said as the reply has there, from the last pause on. But where the reply
    then goes on word by word, they are rather a lead-in.
    """
    first = thread[0]
    left_out = _words(told[first_unheard : first.told])
    start = next(i for i in range(first.said + 1) if said[i].clause == said[first.said].clause)
    others = first.said - start
    sentence = next(i for i in range(len(told)) if told[i].sentence == told[first.told].sentence)
    entry = max(sentence, first.told - others)
    if left_out <= _SLIP or _words(told[first_unheard:entry]) > _SLIP:
        return entry
    in_other_words = _words(said[start : first.said])
    if _side_by_side(thread[:4]):
        return None if in_other_words >= left_out else first.told
    return entry if in_other_words >= left_out else first.told


def _says_again(thread: Sequence[_Match], told: Sequence[Piece], said: Sequence[Piece]) -> bool:
    """Whether a thread says some sentence of the text again, not only some words of it."""
    shares: dict[int, float] = {}
    for match in thread:
        piece = told[match.told]
        shares[piece.sentence] = shares.get(piece.sentence, 0.0) + piece.weight
    whole = dict.fromkeys(shares, 0.0)
    for piece in told:
        if piece.sentence in whole:
            whole[piece.sentence] += piece.weight
    # Words with which the reply begins a clause are rather said again than mentioned.
    first = thread[0].said
    begins = first == 0 or said[first - 1].clause != said[first].clause
    enough = _SOME_OF_IT if begins else _MOST_OF_IT
    return any(shares[sentence] > enough * whole[sentence] for sentence in shares)
