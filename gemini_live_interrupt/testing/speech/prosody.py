"""How evenly a rendered text is read: pauses, changes of pace and hesitations, drawn from a seed.

A synthesiser reads every clause at one rate and pauses the same after every comma, so that an
estimate of what was heard looks better on it than on people. This module decides where a text may
be cut into clauses and how each is read. It knows nothing about sound;
`gemini_live_interrupt.testing.speech.voices` renders what it says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Clause", "Prosody", "Reading", "clauses"]

# A mark ends a clause when it, and quotes or brackets that close after it, stand before white space
# or the end. The marks of scripts that write no space need none after them.
_CLAUSE_END = re.compile(r"[.!?…,;:—–।؟،؛]+[\"'”’»)\]]*(?=\s|$)|[。！？、，；：]+[」』”’）]*|\n+")

_SENTENCE_MARKS = frozenset(".!?…।؟。！？\n")

# Written with a full stop, read without a pause. A reader's list for the texts of the benches, not
# a claim about language.
_ABBREVIATIONS = frozenset({
    "dr", "mr", "mrs", "ms", "prof", "st", "e.g", "i.e", "vs", "approx", "fig", "no", "gen", "sen",
    "jr", "sr", "z.b", "d.h", "bzw", "ca", "nr", "str", "mme", "sra", "т.е", "г", "ул",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch of text that is read in one breath."""

    start: int
    """First character."""
    end: int
    """One past the last character, white space after the clause included."""
    is_sentence_end: bool
    """Whether a full stop or its like closes it, rather than a comma."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one clause is read."""

    rate: float
    """Factor on the words a minute."""
    pause_ms: float
    """Silence after the clause."""
    hesitations_ms: tuple[float, ...]
    """Silence before each word of the clause, mostly 0; as many as there are words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prosody:
    """Varied reading: each clause at its own rate, pauses of any length, now and then a hesitation.

    The ranges are wider than a careful speaker's on purpose.
    """

    seed: int = 0
    """Equal seeds read equal texts alike."""
    rate_range: tuple[float, float] = (0.82, 1.2)
    """Factors on the words a minute, uniform for each clause."""
    comma_pause_ms: tuple[float, float] = (0.0, 480.0)
    """After a comma, uniform."""
    swallowed_commas: float = 0.25
    """Share of the commas that get no audible pause."""
    sentence_pause_ms: tuple[float, float] = (180.0, 900.0)
    """After a sentence, uniform."""
    hesitations: float = 0.04
    """Share of the words before which the speaker hesitates in the middle of a clause."""
    hesitation_ms: tuple[float, float] = (150.0, 600.0)
    """Length of a hesitation, uniform."""

    def draw(self, clause: Clause, words: int, rng: random.Random) -> Reading:
        """Draw how ``clause``, which has ``words`` words, is read; ``rng`` advances."""
        if clause.is_sentence_end:
            pause_ms = rng.uniform(*self.sentence_pause_ms)
        elif rng.random() < self.swallowed_commas:
            pause_ms = rng.uniform(0.0, 30.0)
        else:
            pause_ms = rng.uniform(*self.comma_pause_ms)
        return Reading(
            rate=rng.uniform(*self.rate_range),
            pause_ms=pause_ms,
            hesitations_ms=tuple(
                rng.uniform(*self.hesitation_ms) if i and rng.random() < self.hesitations else 0.0
                for i in range(words)
            ),
        )


def clauses(text: str) -> Iterator[Clause]:
    """Cut ``text`` into clauses that cover it without gaps.

    Example:
        >>> text = "Well, Dr. Low is 3.5 m tall. Good."
        >>> [text[clause.start : clause.end] for clause in clauses(text)]
        ['Well, ', 'Dr. Low is 3.5 m tall. ', 'Good.']
    """
    start = 0
    for match in _CLAUSE_END.finditer(text):
        mark = match.group()
        before = text[start : match.start()].rsplit(None, 1)
        last = before[-1].lower().lstrip("\"'“‘«([") if before else ""
        if mark == "." and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())):
            continue
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        if not any(map(str.isalnum, text[start:end])):
            continue
        # The number of a list item ("2.") is read on with a short pause, as after a comma.
        is_sentence_end = not _SENTENCE_MARKS.isdisjoint(text[match.start() : end]) and not (
            mark == "." and last.isdigit() and len(last) < 3 and len(before) == 1
        )
        yield Clause(start=start, end=end, is_sentence_end=is_sentence_end)
        start = end
    if start < len(text):
        yield Clause(start=start, end=len(text), is_sentence_end=True)
