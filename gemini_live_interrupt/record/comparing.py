"""Two runs of one call side by side: what the core did in one and not in the other.

Knows commands and their times. Must not know where the runs come from. Times may differ a little where a
timer or a send is made up, so commands are matched in order by what they are, not by when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.explaining.finding import plain, quoted
from gemini_live_interrupt.record.replaying import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One command, or a change of one."""

    t: float
    """Seconds of the record."""
    before: str
    """What it was in the first run; "" if there was none."""
    after: str
    """What it is in the second; "" if there is none."""


def differences(
    before: Sequence[Answer], after: Sequence[Answer], *, words: bool = True
) -> list[Difference]:
    """What is different in `after`.

    Args:
        before: the commands of one run.
        after: those of the other.
        words: compare texts; else only how long they are, about.
    """
    found: list[Difference] = []
    kinds_before, kinds_after = ([_kind(one.command) for one in run] for run in (before, after))
    matcher = SequenceMatcher(a=kinds_before, b=kinds_after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [
                Difference(t=one.t, before=outline(one.command), after=outline(other.command))
                for one, other in zip(before[a:b], after[c:d], strict=True)
                if abs(one.t - other.t) > _SAME or not _is_same(one.command, other.command, words)
            ]
            continue
        found += [Difference(t=one.t, before=outline(one.command), after="") for one in before[a:b]]
        found += [Difference(t=one.t, before="", after=outline(one.command)) for one in after[c:d]]
    return sorted(found, key=lambda one: one.t)


def _is_same(one: e.Command, other: e.Command, words: bool) -> bool:
    if words:
        return outline(one) == outline(other)
    match one, other:
        case (e.BuildNote() | e.Notify(), e.BuildNote() | e.Notify()):
            it, that = one.interruption, other.interruption
            near = abs(len(it.heard) - len(that.heard)) <= _ABOUT
            return near and it.heard_ms == that.heard_ms and bool(it.note) == bool(that.note)
        case (e.SendNote(), e.SendNote()):
            return abs(len(one.text) - len(other.text)) <= _ABOUT
    return _kind(one) == _kind(other)


_ABOUT = 40
"""Characters by which a text may differ that has nonsense for words: a word or two, and what quotes
it."""
_SAME = 0.05
"""Seconds by which the same thing may come at another time."""


def outline(command: e.Command) -> str:
    """A command in a few words.

    >>> outline(e.SendNote(id=1, text="Go on.", delivery="answering"))
    'send (answering) “Go on.”'
    """
    match command:
        case e.BuildNote(interruption=it):
            return f"build a note for interruption {it.id}, {_heard(it)}"
        case e.SendNote(text=text, delivery=delivery):
            return f"send ({delivery}) {quoted(_last_line(text))}"
        case e.Notify(interruption=it):
            told = f"{len(it.note)} characters told" if it.note else "nothing told"
            return f"report interruption {it.id}, {_heard(it)}, {told}"
        case e.Announce(notice=notice):
            return f"notice “{notice.kind}”: {plain(notice.detail)}"
        case e.Log(level=level, message=message):
            return f"log {level}: {plain(message)}"
    return plain(repr(command))


def _heard(it: e.Interruption) -> str:
    last = quoted(it.heard[-30:], end=True) if it.heard else "no word"
    return f"{it.heard_ms / 1000:.2f} of {it.received_ms / 1000:.2f} s heard, up to {last}"


def _last_line(text: str) -> str:
    """The line of a note that is its own: what to go on with."""
    wanted = [line for line in text.splitlines() if line.startswith("Continuation text")]
    return (wanted or text.splitlines()[-1:] or [""])[0]


def _kind(command: e.Command) -> tuple[str, ...]:
    extra = command.notice.kind if isinstance(command, e.Announce) else ""
    delivery = command.delivery if isinstance(command, e.SendNote) else ""
    return (type(command).__name__, extra, delivery)
