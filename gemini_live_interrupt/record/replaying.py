"""A record through the core again: what would have been heard and told.

Knows how the lines of a record become the calls that a shell makes, and how to be that shell where
the core asks for something else than it did then. Must not know files.

Two ways. *As it was*: the core gets every event of the record at its time, also the shell's answers,
and with the settings of the record does the same, byte for byte; a difference is a change of the
core. *As it would be*: with other settings the core asks for other notes at other times, so the
answers of the shell and the timer are made here, as late as they were then. What the service and the
user did stays as it is recorded: nobody knows what a model would have said to another note.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import count
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import Profile, profile_for
from gemini_live_interrupt.record.lines import Header, Line, NotARecord, Record, record_line
from gemini_live_interrupt.record.plain import from_plain

_ANSWERS = (e.NoteBuilt, e.NoteSent, e.NoteFailed, e.Tick)
"""Events that answer the core: in the other way they are made here."""
_SENT_AFTER = 0.005
"""Seconds for a send, where the record has none."""
_MOST_TICKS = 1_000
"""In a row, without anything else happening: a core that asks for more is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A command of the core, and when it was given."""

    t: float
    """Seconds since the header's `clock`."""
    command: e.Command

    def __str__(self) -> str:
        return record_line("command", self.command, self.t)


def recorded(record: Record) -> list[Answer]:
    """The commands that stand in a record.

    Raises:
        NotARecord: one of them is not known to this version.
    """
    return [
        Answer(t=line.t, command=line.record) for line in record.lines if line.kind == "command"
    ]


def settings_of(header: Header) -> tuple[Profile, Options]:
    """The profile and the options with which a session was followed.

    Raises:
        NotARecord: they cannot be read.
    """
    try:
        return from_plain(Profile, header.profile), from_plain(Options, header.options)
    except (TypeError, ValueError) as error:
        raise NotARecord(f"its settings cannot be read: {error}") from error


def as_it_was(record: Record) -> list[Answer]:
    """What the core of this version does with the settings and the answers of the record.

    Raises:
        NotARecord: a line is not known to this version.
    """
    profile, options = settings_of(record.header)
    talk = Conversation(profile, options)
    return [
        Answer(t=line.t, command=command)
        for line in record.lines
        if line.kind in ("event", "resume")
        for command in _tell(talk, line, record.header)
    ]


def as_it_would_be(
    record: Record, *, model: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Answer]:
    """What the core does with other settings.

    Args:
        record: what happened.
        model: another model's name; None: the profile of the record.
        options: fields of `Options` that are different.

    Raises:
        NotARecord: a line is not known to this version.
        ValueError: there is no such option.
    """
    profile, chosen = settings_of(record.header)
    if model is not None:
        profile = profile_for(model, vertex=profile.backend == "vertex")
    unknown = set(options or {}) - {one.name for one in fields(Options)}
    if unknown:
        raise ValueError(f"there is no option {', '.join(sorted(unknown))}")
    talk = Conversation(profile, replace(chosen, **(options or {})))
    return list(_Shell(talk, record).run())


def _tell(talk: Conversation, line: Line, header: Header) -> list[e.Command]:
    if line.kind == "resume":
        return talk.resume(line.record, header.clock + line.t)
    return talk.apply(line.record, header.clock + line.t)


class _Shell:
    """A shell for a core that is told what others did then."""

    def __init__(self, talk: Conversation, record: Record) -> None:
        self._talk = talk
        self._record = record
        self._clock = record.header.clock
        self._has_builder = bool(record.header.settings.get("prompt_builder"))
        self._due: list[tuple[float, int, e.Event]] = []
        """Answers on their way: when, in which order, and what."""
        self._order = count()
        self._texts: dict[int, str] = {}
        self._delays: dict[tuple[str, int], float] = {}
        self._learn()

    def _learn(self) -> None:
        """How long builders and sends took then, and what the app's builder said."""
        asked: dict[tuple[str, int], float] = {}
        for line in self._record.lines:
            if line.value not in ("BuildNote", "SendNote", "NoteBuilt", "NoteSent"):
                continue
            match line.record:
                case e.BuildNote(interruption=interruption):
                    asked["note", interruption.id] = line.t
                case e.SendNote(id=id_):
                    asked["send", id_] = line.t
                case e.NoteBuilt(id=id_, text=text):
                    self._texts[id_] = text
                    self._delays["note", id_] = line.t - asked.get(("note", id_), line.t)
                case e.NoteSent(id=id_):
                    self._delays["send", id_] = line.t - asked.get(("send", id_), line.t)

    def run(self) -> Iterator[Answer]:
        """The commands, in order."""
        for line in self._record.lines:
            if line.kind not in ("event", "resume") or isinstance(line.record, _ANSWERS):
                continue
            yield from self._until(line.t)
            yield from self._carry_out(_tell(self._talk, line, self._record.header), line.t)

    def _until(self, t: float) -> Iterator[Answer]:
        """What the timer, and answers on their way, make the core do by then."""
        for _ in range(_MOST_TICKS):
            deadline = self._talk.deadline()
            at = float("inf") if deadline is None else deadline - self._clock
            event: e.Event = e.Tick()
            if self._due and self._due[0][0] <= at:
                at, _, event = self._due[0]
            if at > t or (at == t and isinstance(event, e.Tick)):
                return  # A tick comes after all else of its instant.
            if not isinstance(event, e.Tick):
                heapq.heappop(self._due)
            yield from self._carry_out(self._talk.apply(event, self._clock + at), at)

    def _carry_out(self, commands: Iterable[e.Command], t: float) -> Iterator[Answer]:
        for command in commands:
            yield Answer(t=t, command=command)
            match command:
                case e.BuildNote(interruption=cut):
                    text = self._texts.get(cut.id) if self._has_builder else None
                    text = build_note(cut) if text is None else text
                    delay = self._delays.get(("note", cut.id), 0.0)
                    self._answer(e.NoteBuilt(id=cut.id, text=text), t + delay)
                case e.SendNote(id=id_):
                    delay = self._delays.get(("send", id_), _SENT_AFTER)
                    self._answer(e.NoteSent(id=id_), t + delay)

    def _answer(self, event: e.Event, at: float) -> None:
        heapq.heappush(self._due, (at, next(self._order), event))
