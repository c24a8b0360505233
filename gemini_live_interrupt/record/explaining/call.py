"""A call as a reader sees it: replies, cuts, messages of ours, what the user said.

Knows which lines of a record belong together. Must not know what is good or bad about them. Each
part keeps the numbers of its lines, because an explanation has to show where it is from. What this
version does not know is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.record.lines import Header, Line, NotARecord, Record
from gemini_live_interrupt.record.sound import microphone_in

_SAME = 1e-6
"""Seconds between two moments that are one."""


@dataclass(slots=True, kw_only=True)
class Point:
    """Something at one moment."""

    t: float
    """Seconds since the record's clock."""
    line: int
    """The number of its line."""


@dataclass(slots=True, kw_only=True)
class Reply(Point):
    """One reply of the model, from its first content."""

    number: int
    """Counts from 1."""
    text: str = ""
    """Its transcript, as far as it came in time."""
    text_lines: list[int] = field(default_factory=list)
    written: str = ""
    """Text parts, which nobody speaks."""
    written_line: int = 0
    ms: float = 0.0
    """Sound of it."""
    pieces: list[tuple[float, float]] = field(default_factory=list)
    """When its sound came: seconds, and ms of it."""
    levels: bytearray = field(default_factory=bytearray)
    """How loud each 10 ms of it was, as far as the ear has listened."""
    last_line: int = 0
    last_t: float = 0.0
    """Of its last content."""
    generated: Point | None = None
    complete: Point | None = None
    cut: Point | None = None

    @property
    def is_only_written(self) -> bool:
        """Whether nothing of it is speech. Such a reply never has the floor."""
        return bool(self.written) and not self.ms and not self.text


@dataclass(slots=True, kw_only=True)
class Message(Point):
    """One message of ours to the model."""

    id: int
    kind: str = "note"
    """"note", "nudge", "words" (a second silent one) or another kind of notice."""
    delivery: str
    text: str
    sent: Point | None = None
    failed: e.NoteFailed | None = None


@dataclass(slots=True, kw_only=True)
class Tool(Point):
    """A function call of the model."""

    call: e.ToolCall
    settled: Point | None = None
    """When it was answered, or taken back."""
    cancelled: bool = False


@dataclass(slots=True, kw_only=True)
class Words(Point):
    """A transcript of the user, or what the app typed for them."""

    text: str
    typed: bool = False
    interim: bool = False


@dataclass(slots=True, kw_only=True)
class Cut(Point):
    """The floor was taken: a reply was cut, or the server said so."""

    event: Any
    """What the core was told; a `Tick` where a reply had only stopped."""
    reply: Reply | None = None
    """The reply that was cut; None if nothing of the model was in the air."""
    interruption: e.Interruption | None = None
    """Its last record; None if no text was lost."""
    interruption_line: int = 0
    built: Point | None = None
    """When the note was asked for."""
    text_came: Point | None = None
    """When the builder's text was there."""
    messages: list[Message] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    """What the user said from then until the next reply, or just before."""
    notices: list[tuple[Point, e.Notice]] = field(default_factory=list)
    again: list[Point] = field(default_factory=list)
    """Further `interrupted` signals before the next reply."""
    late: list[Point] = field(default_factory=list)
    """Content of the cut reply that came afterwards."""
    next: Reply | None = None
    """The reply that followed."""
    outcome: Any = None
    """The core's verdict about it, where this version gives one."""
    outcome_line: int = 0
    repaired: Any = None
    """The same about the answer to a repair."""

    @property
    def until(self) -> float:
        """When what follows from it is over, in seconds."""
        return self.next.t if self.next is not None else float("inf")


@dataclass(slots=True, kw_only=True)
class Call:
    """One session."""

    header: Header
    lines: dict[int, Line] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    notices: list[tuple[Point, e.Notice]] = field(default_factory=list)
    noticed: list[tuple[Point, str, str]] = field(default_factory=list)
    """What the host or its shell had trouble with: what, and the error."""
    activity: list[tuple[Point, e.Activity]] = field(default_factory=list)
    microphone: list[tuple[float, int, int]] = field(default_factory=list)
    """Frames of 30 ms: seconds at which each ends, its peak to peak, and the number of its line."""
    played: list[tuple[Point, e.Played]] = field(default_factory=list)
    tools: list[Tool] = field(default_factory=list)
    signals: list[tuple[Point, str]] = field(default_factory=list)
    """`interrupted`, `complete` and `generated`, in order."""
    service: list[tuple[Point, dict[str, Any]]] = field(default_factory=list)
    """Messages of the service."""
    logs: list[tuple[Point, e.Log]] = field(default_factory=list)
    ticks: list[Point] = field(default_factory=list)
    read_late: list[tuple[Point, Point]] = field(default_factory=list)
    """When the app read what had waited, and what it had read last before."""
    closed: tuple[Point, e.Disconnected] | None = None
    resumed: Point | None = None
    """A state of an earlier connection was taken over."""
    lost: int = 0
    """Things that are missing in the record."""
    ended: Point | None = None
    end: float = 0.0
    """`t` of the last line."""

    def cut_before(self, t: float) -> Cut | None:
        """The last cut up to then."""
        return next((cut for cut in reversed(self.cuts) if cut.t <= t + _SAME), None)


def read(record: Record) -> Call:
    """The call that a record is of."""
    return _Reader(record).read()


class _Reader:
    """Goes through the lines once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._call = Call(header=record.header)
        self._floor = "quiet"
        self._read: Point | None = None
        """The last content of the model."""
        self._open: Reply | None = None
        """The reply that content belongs to."""
        self._latest: Reply | None = None
        """The reply that began last, unless it was cut."""
        self._cut: Cut | None = None
        """The cut that waits for its reply."""
        self._epoch = record.header.epoch

    def read(self) -> Call:
        call, lines = self._call, self._record.lines
        for line, following in zip_longest(lines, lines[1:]):
            call.lines[line.number] = line
            call.end = max(call.end, line.t)
            at = Point(t=line.t, line=line.number)
            match line.kind:
                case "event" | "command" | "resume":
                    try:
                        found = line.record
                    except NotARecord:
                        continue
                    if line.kind == "command":
                        self._answered(found, at)
                    else:
                        passes = following is not None and following.kind == "floor"
                        floor = str(following.value) if following and passes else self._floor
                        before, self._floor = self._floor, floor
                        self._told(found, at, before)
                        if isinstance(found, e.UserAudio):
                            self._microphone(line)
                case "message" if isinstance(line.value, dict):
                    call.service.append((at, line.value))
                case "noticed":
                    error = line.body.get("error")
                    call.noticed.append((at, str(line.value), str(error or "")))
                case "lost" if isinstance(line.value, int):
                    call.lost += line.value
                case "end":
                    call.ended = at
        return call

    # --- events

    def _told(self, event: Any, at: Point, before: str) -> None:
        """Something happened, and the floor was with `before` until then."""
        call, is_gone = self._call, isinstance(event, e.Disconnected)
        if (self._floor == "cut" and before != "cut") or (is_gone and before == "replying"):
            self._begin_cut(event, at)
        elif self._floor == "quiet" and not (self._open and self._open.is_only_written):
            self._open = None
        match event:
            case e.ModelText(text="") | e.ModelAudio(pcm=b""):
                pass
            case e.ModelText() | e.ModelAudio():
                if self._floor == "cut" and self._cut is not None:
                    self._beside_the_floor(event, self._cut, at)
                else:
                    self._content(event, at, is_new=before != "replying")
            case e.GenerationComplete():
                call.signals.append((at, "generated"))
                if self._latest is not None and not self._latest.generated:
                    self._latest.generated = at
            case e.TurnComplete():
                call.signals.append((at, "complete"))
                if self._latest is not None and not self._latest.complete:
                    self._latest.complete = at
                self._open = None
            case e.Interrupted():
                call.signals.append((at, "interrupted"))
                if before == "cut" and self._cut is not None:
                    self._cut.again.append(at)
            case e.UserWords(text=text, interim=interim):
                self._said(Words(t=at.t, line=at.line, text=text, interim=interim))
            case e.UserTyped(text=text):
                self._said(Words(t=at.t, line=at.line, text=text, typed=True))
            case e.Activity():
                call.activity.append((at, event))
            case e.Played():
                call.played.append((at, event))
            case e.Tick():
                call.ticks.append(at)
            case e.ReadLate(late=True) if self._read is not None:
                call.read_late.append((at, self._read))
            case e.ToolCalled(calls=calls):
                call.tools += [Tool(t=at.t, line=at.line, call=one) for one in calls]
            case e.ToolAnswered(ids=ids) | e.ToolCancelled(ids=ids):
                for tool in call.tools:
                    if tool.call.id in ids and tool.settled is None:
                        tool.settled = at
                        tool.cancelled = isinstance(event, e.ToolCancelled)
            case e.NoteBuilt(id=id_):
                if (cut := self._cut_of(id_)) is not None:
                    cut.text_came = at
            case e.NoteSent(id=id_) | e.NoteFailed(id=id_):
                for message in (one for one in call.messages if one.id == id_):
                    message.sent = at if isinstance(event, e.NoteSent) else None
                    message.failed = event if isinstance(event, e.NoteFailed) else None
            case e.Disconnected():
                call.closed = (at, event)
            case Carried():
                call.resumed = at

    def _microphone(self, line: Line) -> None:
        microphone = microphone_in(line.body)
        if microphone is not None:
            peaks, last = microphone[0], len(microphone[0]) - 1
            self._call.microphone += [
                (line.t - 0.03 * (last - index), peak, line.number)
                for index, peak in enumerate(peaks)
            ]

    def _said(self, words: Words) -> None:
        self._call.words.append(words)
        if self._cut is not None:
            self._cut.words.append(words)

    def _content(self, event: e.ModelText | e.ModelAudio, at: Point, *, is_new: bool) -> None:
        if self._open is None or (is_new and self._cut is not None):
            self._latest = self._open = self._reply(at)
            if self._cut is not None:
                self._cut.next, self._cut = self._open, None
        reply = self._open
        reply.last_t, reply.last_line = at.t, at.line
        self._read = at
        if isinstance(event, e.ModelAudio):
            ms = len(event.pcm) / 2 / max(1, event.sample_rate) * 1000.0
            reply.ms += ms
            reply.pieces.append((at.t, ms))
            reply.levels += event.levels or b""
        elif event.written:
            reply.written += event.text
            reply.written_line = reply.written_line or at.line
        else:
            reply.text += event.text
            reply.text_lines.append(at.line)

    def _beside_the_floor(self, event: e.ModelText | e.ModelAudio, cut: Cut, at: Point) -> None:
        """The rest of a cut reply; or, once that was complete, a turn that nobody hears."""
        is_over = self._call.signals[-1:] and self._call.signals[-1][1] == "complete"
        if not (is_over and isinstance(event, e.ModelText) and event.written):
            cut.late.append(at)
            return
        if self._latest is None or self._latest.complete:
            self._latest = self._reply(at)
            self._latest.written_line = at.line
        self._latest.written += event.text

    def _reply(self, at: Point) -> Reply:
        reply = Reply(t=at.t, line=at.line, number=len(self._call.replies) + 1)
        self._call.replies.append(reply)
        return reply

    def _begin_cut(self, event: Any, at: Point) -> None:
        uncut = (one for one in reversed(self._call.replies) if one.cut is None)
        reply = self._open or next(uncut, None)
        if isinstance(event, Carried):
            reply = None
        elif reply is not None:
            reply.cut = at
        self._cut = Cut(t=at.t, line=at.line, event=event, reply=reply)
        self._call.cuts.append(self._cut)
        self._open = self._latest = None

    # --- commands

    def _answered(self, command: Any, at: Point) -> None:
        call = self._call
        match command:
            case e.BuildNote(interruption=interruption) | e.Notify(interruption=interruption):
                cut = self._about(interruption)
                if cut is not None:
                    cut.interruption, cut.interruption_line = interruption, at.line
                    if isinstance(command, e.BuildNote):
                        cut.built = at
            case e.SendNote(id=id_, delivery=how, text=text):
                message = Message(t=at.t, line=at.line, id=id_, delivery=how, text=text)
                call.messages.append(message)
                cut = self._cut or call.cut_before(at.t)
                if cut is not None:
                    if any(one.kind == "note" for one in cut.messages):
                        message.kind = "words"
                    cut.messages.append(message)
            case e.Announce(notice=notice):
                call.notices.append((at, notice))
                cut = self._cut or call.cut_before(at.t)
                if cut is not None:
                    cut.notices.append((at, notice))
                last = call.messages[-1] if call.messages else None
                if last is not None and last.t == at.t and notice.kind in _ABOUT_A_MESSAGE:
                    last.kind = notice.kind
            case e.Log():
                call.logs.append((at, command))
            case _:
                outcome = getattr(command, "outcome", None)
                cut = self._cut_of(getattr(outcome, "interruption", 0))
                if cut is None or outcome is None:
                    return
                if outcome.repaired:
                    cut.repaired = outcome
                else:
                    cut.outcome, cut.outcome_line = outcome, at.line

    def _about(self, interruption: e.Interruption) -> Cut | None:
        """The cut that a record is of: it bears its number, or at first its time."""
        t = interruption.time - self._epoch
        near = (cut for cut in reversed(self._call.cuts) if abs(cut.t - t) < 0.01)
        return self._cut_of(interruption.id) or next(near, self._cut)

    def _cut_of(self, id_: int) -> Cut | None:
        found = (one for one in reversed(self._call.cuts) if one.interruption is not None)
        return next((one for one in found if one.interruption and one.interruption.id == id_), None)


_ABOUT_A_MESSAGE = ("nudge", "repair")
"""Notices that tell what the message before them was."""
