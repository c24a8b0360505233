"""What the model does wrong: it falls silent, speaks its context, calls functions.

Knows plans and turns; nothing of messages or of the connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.plan import Plan, Segment, ToolCall
from gemini_live_interrupt.testing.server.record import Turn

__all__ = [
    "Freeze",
    "ReadsNoteAloud",
    "Stall",
    "ToolCalls",
    "UnreadNotes",
]


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


@dataclass(kw_only=True)
class UnreadNotes(Fault):
    """Silent client content never enters the context."""

    name: ClassVar[str] = "unread_notes"

    def allows_note(self, text: str) -> bool:
        return not self.strikes()
