"""How the scripted model takes what it is told: it need not do what a note says.

Every way in which a reply after a cut can turn out has a temperament, so that an app, and the
library, can be tried against each of them. Which of them the real models have, and how often, is
not known here. Knows plans; nothing of sockets, sound or time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from gemini_live_interrupt.testing.server.plan import Plan, Segment

__all__ = [
    "TEMPERAMENTS",
    "Manner",
    "Temperament",
    "echoed",
    "manners",
    "past_the_place",
    "reworded",
]

Temperament = Literal["obeys", "ignores", "echoes", "restarts", "skips", "rewords", "silent"]
"""``obeys``: goes on where the note says, or where it believes it was. ``ignores``: answers, or says
"Okay.", and does not come back to what was cut. ``echoes``: speaks the note first. ``restarts``: says
the whole reply again. ``skips``: goes on with the sentence after the one that the note says, or from
where it believes it was. ``rewords``: goes on with half of the words. ``silent``: says nothing."""

TEMPERAMENTS: tuple[Temperament, ...] = get_args(Temperament)
"""All of them."""

Manner = Temperament | tuple[Temperament, ...]
"""How one reply is given: a temperament, or several together, as ``("echoes", "skips")``."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]")


def manners(given: Manner | Sequence[Manner]) -> tuple[tuple[Temperament, ...], ...]:
    """One manner for each reply after a cut, the last for all that follow.

    Args:
        given: A temperament for all replies, or a list with an entry for each.

    Raises:
        ValueError: There is no such temperament, or none at all.

    Example:
        >>> manners("ignores"), manners(["ignores", ("echoes", "skips")])
        ((('ignores',),), (('ignores',), ('echoes', 'skips')))
    """
    entries: Sequence[Manner] = [given] if isinstance(given, str) else given
    if not entries:
        raise ValueError("a model needs a temperament")
    found = tuple((entry,) if isinstance(entry, str) else tuple(entry) for entry in entries)
    for name in (name for entry in found for name in entry):
        if name not in TEMPERAMENTS:
            raise ValueError(
                f"no temperament is called {name!r}; there are {', '.join(TEMPERAMENTS)}"
            )
    return found


def echoed(plan: Plan, note: str | None) -> Plan:
    """``plan`` with the note read aloud before it."""
    if note is None:
        return plan
    aloud = Segment(text=" ".join(note.split()), reply="note", start=0)
    return replace(plan, segments=(aloud, *plan.segments))


def past_the_place(turn: Plan, position: int) -> int:
    """Character of the turn's text with which a model goes on that leaves a sentence out; of a last
    sentence it leaves out the first half."""
    text = turn.text
    if (found := _SENTENCE_END.search(text, position)) and found.end() < len(text):
        return found.end()
    rest = [match.start() for match in re.finditer(r"\S+", text) if match.start() >= position]
    return rest[len(rest) // 2] if rest else len(text)


def reworded(rest: Sequence[Segment]) -> tuple[Segment, ...]:
    """The rest of a reply with every second pair of its words, as a summary has them."""
    return tuple(
        Segment(
            text=" ".join(word for place, word in enumerate(part.text.split()) if place % 4 < 2),
            reply="reworded",
            start=0,
        )
        for part in rest
    )
