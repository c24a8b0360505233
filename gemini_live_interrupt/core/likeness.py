"""How alike two texts are, piece by piece: words in other forms, spellings and scripts.

Knows how a text falls into pieces, what each weighs, and how alike two pieces are. Must not know what
is compared, or why. No word list and no language is needed: words weigh by their length and by how
often the text says them, and are alike by the letters that they share, so an ending, a prefix or an
error of a transcript costs a little, not all. In scripts without spaces a piece is a pair of
characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_MARKS += "\u0900-\u0963\u0970-\u0de5\u0df2\u0df3"
"""Signs that stand inside words: points, vowel signs; the letters of India among them do no harm."""
_PIECE = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]|[{_MARKS}])+")
_RUN = re.compile(rf"[{_UNSPACED}]")
_END = re.compile(
    r"(?<![.!?…])[.!?…]++(?=[\s\"'”’»)\]]|$)|[。！？؟।॥۔።၊။:;：；\n]|(?<=[\u0e01-\u0eff])\s"
)
"""Where a sentence may end; a colon ends a lead-in."""
_PAUSE = re.compile(r"[,،、，–—-]")

_WORDS_PER_CHARACTER = (
    (re.compile("[\u3040-\u30ff]"), 0.35),
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 0.22),
)
"""Words that one character stands for, on average; any other unspaced character is 0.6 words."""
_LEAST_ALIKE = 0.5
"""Likeness below which two words have nothing to do with each other."""
_SHORT = 4
"""Letters of a word in which one that differs leaves no pair: "sun", "son"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One word, or one pair of characters of a script without spaces."""

    text: str
    """Folded: no case, no accents, digits as ASCII."""
    at: int
    """Its first character in the text."""
    weight: float
    """How much it says: 1 for a long word that the text says once."""
    words: float
    """How many words it stands for."""
    sentence: int
    """Counts the sentences of the text, from 0."""
    clause: int
    """Counts what stands between pauses, from 0."""


def pieces(text: str) -> list[Piece]:
    """The pieces of a text, in order.

    >>> [piece.text for piece in pieces("L'élève, 3 fois!")]
    ['l', 'eleve', '3', 'fois']
    >>> [piece.text for piece in pieces("一只兔子")]
    ['一只', '只兔', '兔子']
    """
    cuts = [(match.end(), True) for match in _END.finditer(text)]
    cuts += [(match.end(), False) for match in _PAUSE.finditer(text)]
    cuts.sort()
    found: list[tuple[str, int, float, float, int, int]] = []
    sentence = clause = 0
    for match in _PIECE.finditer(text):
        while cuts and cuts[0][0] <= match.start():
            _, ends = cuts.pop(0)
            sentence += ends
            clause += 1
        for part, at, weight, words in _parts(match[0], match.start()):
            found.append((folded(part), at, weight, words, sentence, clause))
    often = Counter(part for part, *_ in found)
    return [
        Piece(
            text=part,
            at=at,
            weight=weight / often[part] ** 0.5,
            words=words,
            sentence=sentence,
            clause=clause,
        )
        for part, at, weight, words, sentence, clause in found
    ]


def _parts(run: str, start: int) -> Iterable[tuple[str, int, float, float]]:
    if not _RUN.match(run):
        yield run, start, _weight(run), 1.0
        return
    sizes = [_size(character) for character in run]
    if len(run) == 1:
        yield run, start, sizes[0] * 0.6, sizes[0]
    for i in range(len(run) - 1):
        last = sizes[i + 1] if i == len(run) - 2 else 0.0
        yield run[i : i + 2], start + i, (sizes[i] + sizes[i + 1]) * 0.6, sizes[i] + last


def _weight(word: str) -> float:
    """Short words are in every text."""
    if word.isdecimal():
        return 0.8
    return (0.1, 0.2, 0.35, 0.6, 0.85)[len(word) - 1] if len(word) < 6 else 1.0


def _size(character: str) -> float:
    for script, words in _WORDS_PER_CHARACTER:
        if script.match(character):
            return words
    return 0.6


def folded(word: str) -> str:
    """Without case and accents, digits as ASCII.

    >>> folded("Élève ３")
    'eleve 3'
    """
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(
        str(unicodedata.decimal(letter, letter))
        for letter in decomposed
        if unicodedata.category(letter) not in ("Mn", "Cf") or "\u0900" <= letter <= "\u0eff"
    )
    return kept or word


class Vocabulary:
    """The pieces of one text, to be asked which of them are like another.

    >>> sorted(Vocabulary(["sons", "mill", "cat"]).like("son"))
    ['sons']
    >>> Vocabulary(["ماعزه"]).like("الماعز")["ماعزه"] > 0.5
    True
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = frozenset(texts)
        self._by_pair: dict[str, set[str]] = {}
        for text in self._texts:
            if _is_word(text):
                for pair in {*_pairs(text), text[0] if len(text) <= _SHORT else text[:2]}:
                    self._by_pair.setdefault(pair, set()).add(text)
        self._known: dict[str, dict[str, float]] = {}

    def like(self, text: str) -> dict[str, float]:
        """The pieces that are like a folded piece, each with how alike it is, from 0.5 to 1."""
        if text not in self._known:
            self._known[text] = self._look(text)
        return self._known[text]

    def _look(self, text: str) -> dict[str, float]:
        found = {text: 1.0} if text in self._texts else {}
        if not _is_word(text):
            return found
        shared: Counter[str] = Counter()
        for pair in (*_pairs(text), text[0] if len(text) <= _SHORT else text[:2]):
            shared.update(self._by_pair.get(pair, ()))
        for other, count in shared.items():
            # Two words that share a letter pair or two by chance are not worth the look.
            if other != text and 5 * count >= len(text) - 1:
                likeness = _alike(text, other)
                if likeness >= _LEAST_ALIKE:
                    found[other] = likeness
        return found


def _is_word(text: str) -> bool:
    """Whether it can be a form of another: no number, no part of an unspaced script, not tiny."""
    return len(text) >= 3 and not _RUN.match(text) and not text.isdecimal()


def _alike(one: str, other: str) -> float:
    """How alike two words are: by the letter pairs that they share, by a shared start, and by how
    few letters differ."""
    pairs_one, pairs_other = _pairs(one), _pairs(other)
    dice = 2.0 * sum((pairs_one & pairs_other).values()) / (len(one) + len(other) - 2)
    longer = max(len(one), len(other))
    start = _shared_start(one, other) / longer
    near = 1.0 - _edits(one, other) / longer if abs(len(one) - len(other)) <= 2 else 0.0
    return max(dice, start, 0.9 * near)


def _pairs(word: str) -> Counter[str]:
    return Counter(word[i : i + 2] for i in range(len(word) - 1))


def _shared_start(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def word_count(found: Sequence[Piece]) -> int:
    """How many words some pieces are, rounded.

    >>> word_count(pieces("Mm-hm, go on.")), word_count(pieces("好的，我接着讲。"))
    (4, 4)
    """
    return round(sum(piece.words for piece in found))
