"""The scripted model: what it says, and what it makes of what it is told.

A stand-in for Gemini that nobody should mistake for Gemini: it follows a script. But it really
uses what reaches it, and nothing else. It believes that everything it sent was said. After a
barge-in it answers and goes on from where it believes it was, unless a note in its context quotes
its own reply and so shows another place (:mod:`gemini_live_interrupt.testing.server.note_reading`). Knows
nothing of sockets, sound or time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from gemini_live_interrupt.testing.server.note_reading import find_resume

__all__ = ["Mind", "Plan", "Prompt", "Reply", "ScriptedModel", "Segment", "ToolCall"]

_GO_ON = (
    "mm-hm|mhm|mm|hm|hmm|uh-huh|aha|ah|oh|ok|okay|yeah|yes|yep|right|sure|good|great|nice|wow|"
    "really|i see|all right|got it|go on|please go on|continue|please continue|go ahead|"
    "keep going|yes please|noise"
)
_ACKNOWLEDGEMENTS = frozenset(_GO_ON.split("|"))


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
class ScriptedModel:
    """A script, the same for every session.

    Example:
        >>> model = ScriptedModel(replies=[Reply("Paris.", to="capital"), Reply("Once upon a time.")])
        >>> mind = model.wake()
        >>> mind.plan(Prompt(text="Tell me a story.")).text
        'Once upon a time.'
        >>> mind.plan(Prompt(text="What is the capital of France?")).text
        'Paris.'
    """

    replies: Sequence[Reply]
    """Answers (with ``to``) may be given any number of times; the rest are said once, in order."""
    fallback: str = "I do not know that."
    """Said to a question that no reply answers."""
    offer: str = "Shall I go on?"
    """Said by ``then="offer"``."""
    acknowledgements: frozenset[str] = _ACKNOWLEDGEMENTS
    """What a user says without taking the floor: lower case, without marks."""

    @classmethod
    def of(cls, script: ScriptedModel | Reply | str | Iterable[Reply | str]) -> ScriptedModel:
        """A script from a text, a reply or a list of them."""
        if isinstance(script, ScriptedModel):
            return script
        if isinstance(script, Reply | str):
            script = [script]
        replies = [Reply(item) if isinstance(item, str) else item for item in script]
        return cls(replies=tuple(replies))

    def wake(self) -> Mind:
        """A fresh mind that follows this script: one for each session."""
        return Mind(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a reply, so that a spoken word can be traced to the script."""

    text: str
    """The words, a slice of the reply's text."""
    reply: str
    """Which reply: its index in the script, such as ``2``, or ``fallback`` or ``offer``."""
    start: int
    """Where in the reply's text the slice begins, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the model is going to say in one turn."""

    segments: tuple[Segment, ...]
    """In order; spoken with a space between them."""
    tool: ToolCall | None = None
    """A function to call before anything is said."""
    resumed_at: int | None = None
    """Character of the cut turn's text from which it goes on; None where it does not."""
    keeps_at: int | None = None
    """Character of the cut turn's text from which it will go on if the user says yes to its offer;
    that turn stays the one it goes on with. None where it made no offer."""
    used_note: str | None = None
    """The note that said so; None where the model went by its own belief."""

    @property
    def text(self) -> str:
        """All that is to be said."""
        return " ".join(segment.text for segment in self.segments)

    def filled(self, response: dict[str, Any]) -> Plan:
        """The plan with ``{name}`` in its words replaced by fields of a tool's response."""

        def field(match: re.Match[str]) -> str:
            return str(response.get(match[1], match[0]))

        segments = tuple(
            replace(part, text=re.sub(r"\{(\w+)\}", field, part.text)) for part in self.segments
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


class Mind:
    """One session's model: where it believes it is in the script."""

    def __init__(self, script: ScriptedModel) -> None:
        self.script = script
        self._said: set[int] = set()
        self._turn: Plan | None = None
        self._position = 0
        self._sent = 0

    def plan(self, prompt: Prompt) -> Plan | None:
        """What to say to ``prompt``; None is silence. Nothing changes until :meth:`began`."""
        text, notes = prompt.text, prompt.notes
        if self._place(prompt.content) is not None:
            notes = (*notes, prompt.content)  # a note that asks for a reply
        else:
            text = f"{text} {prompt.content}".strip()
        position, note = self._noted(notes)
        rest = self._turn.after(position) if self._turn else ()
        found = self._answer(text, is_cut=bool(rest))
        if found is not None:
            index, reply = found
            words: tuple[Segment, ...] = (Segment(text=reply.text, reply=index, start=0),)
            if not rest or reply.then == "stop":
                return Plan(segments=words, tool=reply.tool)
            if reply.then == "offer":
                words += (Segment(text=self.script.offer, reply="offer", start=0),)
                return Plan(segments=words, tool=reply.tool, keeps_at=position, used_note=note)
            return Plan(segments=words + rest, tool=reply.tool, resumed_at=position, used_note=note)
        if rest:
            return Plan(segments=rest, resumed_at=position, used_note=note)
        # A client that seeds a history sends a space to have it answered, as Pipecat does.
        if not text and not prompt.text and not prompt.is_unknown:
            return None
        for number, reply in enumerate(self.script.replies):
            if reply.to is None and number not in self._said:
                words = (Segment(text=reply.text, reply=str(number), start=0),)
                return Plan(segments=words, tool=reply.tool)
        if self._is_acknowledgement(text) and not prompt.is_unknown:
            return None
        return Plan(segments=(Segment(text=self.script.fallback, reply="fallback", start=0),))

    def began(self, plan: Plan) -> None:
        """The model starts to say ``plan``."""
        self._said |= {int(part.reply) for part in plan.segments if part.reply.isdigit()}
        if plan.keeps_at is None:
            self._turn, self._position, self._sent = plan, 0, 0
        else:
            self._position = plan.keeps_at

    def spoke(self, plan: Plan, *, sent: int) -> None:
        """``sent`` characters of ``plan`` went out: the model takes them for said."""
        if plan is self._turn:
            self._position = self._sent = sent

    def _place(self, note: str) -> int | None:
        return find_resume(note, self._turn.text, self._sent) if self._turn else None

    def _noted(self, notes: Sequence[str]) -> tuple[int, str | None]:
        for note in reversed(notes):
            if (place := self._place(note)) is not None:
                return place, note
        return self._position, None

    def _answer(self, text: str, *, is_cut: bool) -> tuple[str, Reply] | None:
        if self._is_acknowledgement(text):
            return None
        for number, reply in enumerate(self.script.replies):
            if reply.answers(text):
                return str(number), reply
        return ("fallback", Reply(self.script.fallback)) if is_cut else None

    def _is_acknowledgement(self, text: str) -> bool:
        plain = re.sub(r"[^\w\s'-]", "", text.casefold()).strip()
        known = self.script.acknowledgements
        return not plain or plain in known or all(word in known for word in plain.split())
