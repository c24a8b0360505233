"""One likely cause of trouble in a call, with what shows it.

Knows the form of a finding, and how times and texts are written in a sentence. Must not know any
particular cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gemini_live_interrupt.record.explaining.call import Call, Point

_MOST_QUOTED = 80
"""Characters of a quotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A likely cause."""

    name: str
    """Of the kind of cause, such as "phantom"."""
    weight: float
    """How much it explains, and how sure it is, 0 to 100. Below `REMARK` it is worth knowing, and
    explains no bad call."""
    says: str
    """What happened, in a sentence or two."""
    lines: tuple[int, ...]
    """Lines of the record that show it."""
    do: str
    """What to change."""
    t: float = 0.0
    """When it happened first, in seconds of the record."""


REMARK = 20.0
"""Weight from which on a finding is a likely cause."""


def clock(call: Call, t: float) -> str:
    """A moment of the call, from its start.

    >>> from gemini_live_interrupt.record.lines import Header
    >>> clock(Call(header=Header(session="a", began=0.0, clock=0)), 62.34)
    '1:02.3'
    """
    minutes, seconds = divmod(max(0.0, t), 60.0)
    return f"{int(minutes)}:{seconds:04.1f}"


def seconds(length: float) -> str:
    """A length of time.

    >>> seconds(0.034), seconds(2.345)
    ('34 ms', '2.3 s')
    """
    return f"{length * 1000:.0f} ms" if length < 0.1 else f"{length:.1f} s"


def quoted(text: str, *, end: bool = False) -> str:
    """What somebody said, on one line.

    Args:
        text: what was said.
        end: keep the end of a long text, not its beginning.

    >>> quoted("Hello\n  there")
    '“Hello there”'
    """
    line = plain(text)
    if len(line) > _MOST_QUOTED:
        line = f"… {line[-_MOST_QUOTED:].lstrip()}" if end else f"{line[:_MOST_QUOTED].rstrip()} …"
    return f"“{line}”"


def plain(text: str) -> str:
    """A text from outside, such as an error's, on one line."""
    return " ".join(text.split())


def lines_of(*points: Point | None) -> tuple[int, ...]:
    """The lines of some moments, each once, in order."""
    return tuple(sorted({point.line for point in points if point is not None and point.line}))


def times(count: int) -> str:
    """How often.

    >>> times(1), times(2), times(7)
    ('once', 'twice', '7 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def some(lines: Sequence[int], most: int = 6) -> tuple[int, ...]:
    """The first few of many lines."""
    return tuple(lines[:most])
