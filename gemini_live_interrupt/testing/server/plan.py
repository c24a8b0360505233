"""What the scripted model can say, what it is going to say, and what it replies to.

Data only: the script is `script`, and who decides is the mind there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = ["Plan", "Prompt", "Reply", "Segment", "ToolCall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A function the model calls before it speaks."""

    name: str
    """The function's name."""
    args: dict[str, Any]
    """Its arguments."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Something the model can say."""

    text: str
    """The words. With ``tool``, ``{name}`` stands for a field of the tool's response."""
    to: str | Callable[[str], bool] | None = None
    """What it answers: a word or phrase in what the user said, in any case, or a test of it. None:
    said in the order of the script."""
    then: Literal["go on", "offer", "stop"] = "go on"
    """After an answer: go on with the reply that was cut, offer to (and go on when the user says
    yes), or forget it."""
    tool: ToolCall | None = None
    """Called first."""

    def answers(self, text: str) -> bool:
        """Whether this is a reply to ``text``."""
        if callable(self.to):
            return self.to(text)
        return self.to is not None and self.to.casefold() in text.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a reply, so that a spoken word can be traced to the script."""

    text: str
    """The words, a slice of the reply's text."""
    reply: str
    """Which reply: its index in the script, such as ``2``, or ``fallback``, ``offer``, ``aside``,
    ``note`` (read aloud) or ``reworded``."""
    start: int
    """Where in the reply's text the slice begins, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the model is going to say in one turn."""

    segments: tuple[Segment, ...]
    """In order; spoken with a space between them. None: it chose to say nothing."""
    tool: ToolCall | None = None
    """A function to call before anything is said."""
    resumed_at: int | None = None
    """Character of the cut turn's text from which it goes on; None where it does not."""
    keeps_at: int | None = None
    """Character of the cut turn's text from which it will go on if the user says yes to its offer;
    that turn stays the one it goes on with. None where it made no offer."""
    used_note: str | None = None
    """The note that said so; None where the model went by its own belief."""
    resumes: Plan | None = field(default=None, repr=False)
    """The cut turn that it goes on with, or may go on with later."""
    is_written: bool = False
    """Whether it comes as text parts although the session has sound."""
    follows_cut: bool = False
    """Whether a cut turn stood when this was planned: the script's next temperament is due."""

    @property
    def text(self) -> str:
        """All that is to be said."""
        return " ".join(segment.text for segment in self.segments)

    def filled(self, response: dict[str, Any]) -> Plan:
        """The plan with ``{name}`` in its words replaced by fields of a tool's response."""

        def value(match: re.Match[str]) -> str:
            return str(response.get(match[1], match[0]))

        segments = tuple(
            replace(part, text=re.sub(r"\{(\w+)\}", value, part.text)) for part in self.segments
        )
        return replace(self, segments=segments, tool=None)

    def after(self, position: int) -> tuple[Segment, ...]:
        """The segments from ``position`` (characters of ``text``) to the end."""
        rest: list[Segment] = []
        start = 0
        for segment in self.segments:
            cut = max(0, position - start)
            start += len(segment.text) + 1
            tail = segment.text[cut:]
            skipped = cut + len(tail) - len(tail.lstrip())
            if tail.strip():
                rest.append(
                    Segment(
                        text=segment.text[skipped:],
                        reply=segment.reply,
                        start=segment.start + skipped,
                    )
                )
        return tuple(rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the model has to reply to."""

    text: str = ""
    """What the user said and nobody answered yet; empty for noise."""
    content: str = ""
    """Client content that asked for a reply."""
    notes: tuple[str, ...] = ()
    """Client content in the context since the last reply, oldest first, as far as this model
    family uses it."""
    is_unknown: bool = False
    """The user spoke, and nobody could recognise the words."""
    goes_on: bool = True
    """Whether this family goes on with a cut reply where nobody asked it to and no note says where;
    else it answers, and stops."""
