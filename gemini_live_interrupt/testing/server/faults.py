"""The catalogue of faults, by name: what users of the real service reported, on request.

Every class says what happens and where it was seen. Names are for ``LiveServer(faults=["freeze"])``;
the classes take options: ``LiveServer(faults=[Phantom(burst=5, probability=0.3)])``. All faults
combine, and draw what is random from the server's seed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.record import Turn
from gemini_live_interrupt.testing.server.script import Plan, Segment, ToolCall
from gemini_live_interrupt.testing.server.wire import ClientMessage, Refusal

__all__ = [
    "FAULTS",
    "DoubleTurnComplete",
    "Drop",
    "DuplicateTranscript",
    "Fault",
    "Freeze",
    "GoAway",
    "InternalError",
    "InterruptedAfterGeneration",
    "LateContent",
    "LateTranscript",
    "Phantom",
    "ReadsNoteAloud",
    "RefuseContent",
    "RepeatedInterrupted",
    "ResumeTooSoon",
    "Slow",
    "Split",
    "Stall",
    "ToolCalls",
    "UnknownField",
    "UnknownMessage",
    "Withhold",
    "WrongTranscript",
    "fault_named",
]

Json = dict[str, Any]


@dataclass(kw_only=True)
class Freeze(Fault):
    """After ``interrupted`` the model says nothing more (3.1: google-gemini/cookbook 1228; Vertex
    2.5: python-genai 1987, livekit 4484). Text from the client thaws it."""

    name: ClassVar[str] = "freeze"
    thaws: bool = True
    """Whether a text or content that asks for a reply gets one; else nothing ever does."""
    _is_frozen: bool = field(default=False, init=False, repr=False)

    def was_cut(self, turn: Turn) -> None:
        self._is_frozen = self._is_frozen or self.strikes()

    def allows_reply(self, kind: str) -> bool:
        if self._is_frozen and kind != "audio" and self.thaws:
            self._is_frozen = False
        return not self._is_frozen


@dataclass(kw_only=True)
class Phantom(Fault):
    """``interrupted`` although nobody spoke (2.5: python-genai 2333, right after turnComplete)."""

    name: ClassVar[str] = "phantom"
    when: Literal["speaking", "after", "idle"] = "speaking"
    """In a reply, which is really cut; right after its turnComplete; or once before anything was
    said."""
    at_ms: float = 1500.0
    """From the reply's start, or from the session's for ``idle``."""
    burst: int = 1
    """How many in a row, 30 ms apart."""

    def started(self) -> None:
        if self.when == "idle" and self.strikes():
            self.session.connection.spawn(self._signal(self.at_ms))

    def began(self, turn: Turn) -> None:
        if self.when == "speaking" and self.strikes():
            self.session.connection.spawn(self._cut(turn))

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        ended = self.session.record.turns[-1] if self.session.record.turns else None
        if (
            self.when == "after"
            and out.stage == "turn_complete"
            and ended is not None
            and not ended.is_cut
            and self.strikes()
        ):
            self.session.connection.spawn(self._signal(20.0))
        return (out,)

    async def _cut(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.at_ms)
        if self.session.turn is turn:
            await self.session.barge_in(self.name)
            await self._more()

    async def _signal(self, delay_ms: float) -> None:
        await self.session.connection.sleep(delay_ms)
        await self.session.send(_INTERRUPTED)
        await self._more()
        await self.session.send({"serverContent": {"turnComplete": True}})

    async def _more(self) -> None:
        for _ in range(self.burst - 1):
            await self.session.connection.sleep(30.0)
            await self.session.send(_INTERRUPTED)


@dataclass(kw_only=True)
class RepeatedInterrupted(Fault):
    """Every ``interrupted`` comes many times (pipecat pull request 4131: ten and more)."""

    name: ClassVar[str] = "repeated_interrupted"
    copies: int = 10
    """How many more."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "interrupted" and self.strikes():
            again = replace(out, delay_ms=15.0)
            return (out, *[again] * self.copies)
        return (out,)


@dataclass(kw_only=True)
class InterruptedAfterGeneration(Fault):
    """``interrupted`` between generationComplete and turnComplete with the user silent (measured
    on 3.8 with a speaking user)."""

    name: ClassVar[str] = "interrupted_after_generation"
    after_ms: float = 200.0
    """From generationComplete."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        turn = self.session.turn
        if out.stage == "generation_complete" and turn is not None and self.strikes():
            self.session.connection.spawn(self._cut(turn))
        return (out,)

    async def _cut(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.after_ms)
        if self.session.turn is turn:
            await self.session.barge_in(self.name)


@dataclass(kw_only=True)
class LateContent(Fault):
    """Audio and text of the cut turn still come after ``interrupted`` (earlier models: N.E.K.O
    pull request 1777; langwatch/scenario 580, 760, 907)."""

    name: ClassVar[str] = "late_content"
    messages: int = 4
    """How many."""
    after_ms: float = 60.0
    """From ``interrupted`` to the first; then 20 ms apart."""

    def was_cut(self, turn: Turn) -> None:
        if self.strikes():
            self.session.connection.spawn(self._send(turn))

    async def _send(self, turn: Turn) -> None:
        await self.session.connection.sleep(self.after_ms)
        for parcel in self.session.unsent()[: self.messages]:
            if self.session.turn is not None:
                return  # the next reply has begun
            await self.session.send_late(parcel)
            await self.session.connection.sleep(20.0)


@dataclass(kw_only=True)
class Withhold(Fault):
    """Messages of one kind never come. By name: ``no_turn_complete`` (a frozen session in some
    clients), ``no_input_transcript``, ``no_output_transcript`` (langwatch/scenario 446),
    ``no_generation_complete``."""

    name: ClassVar[str] = "withhold"
    what: Literal[
        "turn_complete", "input_transcript", "output_transcript", "generation_complete"
    ] = "turn_complete"
    """Which."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        if self.what == "output_transcript":
            if "outputTranscription" not in content or not self.strikes():
                return (out,)
            rest = {key: value for key, value in content.items() if key != "outputTranscription"}
            return (replace(out, message={"serverContent": rest}),) if rest else ()
        return () if out.stage == self.what and self.strikes() else (out,)


@dataclass(kw_only=True)
class DoubleTurnComplete(Fault):
    """``turnComplete`` comes twice."""

    name: ClassVar[str] = "double_turn_complete"
    after_ms: float = 40.0
    """From the first to the second."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "turn_complete" and self.strikes():
            return (out, replace(out, delay_ms=self.after_ms))
        return (out,)


@dataclass(kw_only=True)
class DuplicateTranscript(Fault):
    """The user's transcript comes again, later (gemini-live-api-examples 48: 55 s later)."""

    name: ClassVar[str] = "duplicate_transcript"
    after_ms: float = 2500.0
    """From the first to the second."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            return (out, replace(out, delay_ms=self.after_ms, detached=True))
        return (out,)


@dataclass(kw_only=True)
class LateTranscript(Fault):
    """The user's transcript comes after the reply has begun (2.5: pydantic-ai's docs)."""

    name: ClassVar[str] = "late_transcript"
    after_ms: float = 1500.0
    """How much later."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            return (replace(out, delay_ms=self.after_ms, detached=True),)
        return (out,)


@dataclass(kw_only=True)
class WrongTranscript(Fault):
    """The user's transcript says something else. By name: ``noise_transcript`` (``<noise>``, two
    apps guard against it) and ``wrong_language`` (gemini-live-api-examples 45)."""

    name: ClassVar[str] = "wrong_transcript"
    text: str = "<noise>"
    """What it says."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            content = {"inputTranscription": {"text": self.text}}
            return (replace(out, message={"serverContent": content}),)
        return (out,)


@dataclass(kw_only=True)
class Slow(Fault):
    """Messages dawdle, in order."""

    name: ClassVar[str] = "slow"
    delay_ms: float = 60.0
    """Longest wait before a message."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if self.strikes():
            return (replace(out, delay_ms=out.delay_ms + self.rng.uniform(0.0, self.delay_ms)),)
        return (out,)


@dataclass(kw_only=True)
class Split(Fault):
    """Messages come in pieces: audio in quarters, transcripts in single characters."""

    name: ClassVar[str] = "split"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        if out.stage not in ("audio", "transcript", "input_transcript") or not self.strikes():
            return (out,)
        pieces: list[Outgoing] = []
        for key in ("inputTranscription", "outputTranscription"):
            text = (content.get(key) or {}).get("text") or ""
            pieces += [_with(out, {key: {"text": character}}) for character in text]
        for part in (content.get("modelTurn") or {}).get("parts") or []:
            blob = part.get("inlineData")
            if blob is None:
                pieces.append(_with(out, {"modelTurn": {"parts": [part]}}))
                continue
            pcm = base64.b64decode(blob["data"])
            size = max(2, len(pcm) // 8 * 2)
            for start in range(0, len(pcm), size):
                data = base64.b64encode(pcm[start : start + size]).decode()
                piece = {"inlineData": {**blob, "data": data}}
                pieces.append(_with(out, {"modelTurn": {"parts": [piece]}}))
        return pieces or (out,)


@dataclass(kw_only=True)
class UnknownMessage(Fault):
    """A message with an unknown top-level key. google-genai 1.68 and later raise TypeError out of
    ``receive()`` for it, with or without this library; 1.30 returned an empty message."""

    name: ClassVar[str] = "unknown_message"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "generation_complete" and self.strikes():
            return (Outgoing(message={"sessionWeather": {"sky": "blue"}}, stage="other"), out)
        return (out,)


@dataclass(kw_only=True)
class UnknownField(Fault):
    """Known messages with unknown fields and enum values, which clients must bear."""

    name: ClassVar[str] = "unknown_field"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "turn_complete" and self.strikes():
            content = out.message.get("serverContent") or {}
            more = {**content, "turnCompleteReason": "A_REASON_OF_TOMORROW", "moodOfModel": "calm"}
            return (replace(out, message={**out.message, "serverContent": more}),)
        return (out,)


@dataclass(kw_only=True)
class RefuseContent(Fault):
    """Client content closes with 1007 (3.1 until July 2026; a regression would look the same)."""

    name: ClassVar[str] = "refuse_content"
    what: Literal["any", "silent", "answering"] = "any"
    """Which client content."""

    def received(self, message: ClientMessage) -> None:
        if message.kind != "clientContent":
            return
        kind = "answering" if message.turn_complete else "silent"
        if self.what in ("any", kind) and self.strikes():
            raise Refusal(1007, "Request contains an invalid argument.")


@dataclass(kw_only=True)
class InternalError(Fault):
    """The service closes with 1011 in the middle of a reply."""

    name: ClassVar[str] = "internal_error"
    at_ms: float = 1500.0
    """From the reply's start."""

    def began(self, turn: Turn) -> None:
        if self.strikes():
            self.session.connection.spawn(self._end())

    async def _end(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        await self.session.close(1011, "Internal error encountered.")


@dataclass(kw_only=True)
class Drop(InternalError):
    """The connection is lost in the middle of a reply; clients see 1006."""

    name: ClassVar[str] = "drop"

    async def _end(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        self.session.drop()


@dataclass(kw_only=True)
class GoAway(Fault):
    """goAway with a deadline; the connection closes when it is over (documented: about 60 s)."""

    name: ClassVar[str] = "go_away"
    at_ms: float = 3000.0
    """From the start of the session."""
    time_left_ms: float = 2000.0
    """The deadline."""

    def started(self) -> None:
        if self.strikes():
            self.session.connection.spawn(self._announce())

    async def _announce(self) -> None:
        await self.session.connection.sleep(self.at_ms)
        await self.session.go_away(self.time_left_ms)


@dataclass(kw_only=True)
class ResumeTooSoon(Fault):
    """Resuming right after a drop closes with 1011 (3.8: 12 of 12; after 1-1.6 s it worked)."""

    name: ClassVar[str] = "resume_too_soon"
    within_ms: float = 1300.0
    """How soon is too soon."""

    def setting_up(self) -> None:
        away = self.session.away_ms
        if away is not None and away < self.within_ms and self.strikes():
            raise Refusal(1011, "Internal error encountered.")


@dataclass(kw_only=True)
class Stall(Fault):
    """A reply stops in the middle, without a word (google-gemini/cookbook 1225)."""

    name: ClassVar[str] = "stall"
    at_ms: float = 1000.0
    """From the reply's start."""
    _stalled: Turn | None = field(default=None, init=False, repr=False)

    def began(self, turn: Turn) -> None:
        self._stalled = turn if self.strikes() else None

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        turn = self._stalled
        is_reply = out.stage in ("audio", "transcript", "generation_complete", "turn_complete")
        if turn is None or turn.is_cut or not is_reply:
            return (out,)
        return () if self.session.now() - turn.started_ms >= self.at_ms else (out,)


@dataclass(kw_only=True)
class ReadsNoteAloud(Fault):
    """The model speaks the note it used (10 of 12 answering notes on 3.8)."""

    name: ClassVar[str] = "reads_note_aloud"

    def planned(self, plan: Plan) -> Plan:
        if plan.used_note is None or not self.strikes():
            return plan
        aloud = Segment(text=" ".join(plan.used_note.split()), reply="note", start=0)
        return replace(plan, segments=(aloud, *plan.segments))


@dataclass(kw_only=True)
class ToolCalls(Fault):
    """The model calls a function before it replies, BLOCKING or not as the client declared it."""

    name: ClassVar[str] = "tool_call"
    function: str | None = None
    """Which; None is the first that the client declared. Without one nothing happens."""

    def planned(self, plan: Plan) -> Plan:
        function = self.function or next(iter(self.session.functions), None)
        if function is None or plan.tool is not None or not self.strikes():
            return plan
        return replace(plan, tool=ToolCall(name=function, args={}))


_INTERRUPTED: Json = {"serverContent": {"interrupted": True}}

FAULTS: dict[str, Fault] = {
    "freeze": Freeze(),
    "phantom": Phantom(),
    "phantom_after": Phantom(when="after"),
    "phantom_idle": Phantom(when="idle"),
    "phantom_burst": Phantom(burst=5),
    "repeated_interrupted": RepeatedInterrupted(),
    "interrupted_after_generation": InterruptedAfterGeneration(),
    "late_content": LateContent(),
    "no_turn_complete": Withhold(what="turn_complete"),
    "no_generation_complete": Withhold(what="generation_complete"),
    "no_input_transcript": Withhold(what="input_transcript"),
    "no_output_transcript": Withhold(what="output_transcript"),
    "double_turn_complete": DoubleTurnComplete(),
    "duplicate_transcript": DuplicateTranscript(),
    "late_transcript": LateTranscript(),
    "noise_transcript": WrongTranscript(text="<noise>"),
    "wrong_language": WrongTranscript(text="Подписывайтесь на канал."),
    "slow": Slow(),
    "split": Split(),
    "unknown_message": UnknownMessage(),
    "unknown_field": UnknownField(),
    "refuse_content": RefuseContent(),
    "internal_error": InternalError(),
    "drop": Drop(),
    "go_away": GoAway(),
    "resume_too_soon": ResumeTooSoon(),
    "stall": Stall(),
    "reads_note_aloud": ReadsNoteAloud(),
    "tool_call": ToolCalls(),
}
"""Every fault by name, with its default options."""


def fault_named(name: str) -> Fault:
    """The fault of that name.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    if name not in FAULTS:
        raise ValueError(f"no fault is called {name!r}; there are {', '.join(sorted(FAULTS))}")
    return FAULTS[name]


def _with(out: Outgoing, content: Json) -> Outgoing:
    return replace(out, message={"serverContent": content})
