"""The function calls that the model waits for, and those that the user cut off.

Knows which calls are unanswered, since when, and what became of those that were pending at a cut.
Must not know why anybody asks. A call is not waited for without end: its answer may never be seen
(public patches of ADK send it past the session's methods), and gemini-3.8-live forgets a BLOCKING
call at a barge-in without saying so (measured, 2026-09: no `toolCallCancellation` in 77 sessions, and
the late answer was ignored). A model that goes on talking has its answer, or does without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from gemini_live_interrupt.core.events import ToolCall

_AWAITED = 60.0
"""Seconds after which a call without an answer is not waited for any more."""
_CUT_AWAITED = 10.0
"""The same for a call that was pending at a cut: the model may have dropped it."""
_JUST_BEFORE = 1.0
"""Seconds for which the server may take a call back before it says that the user interrupted."""
_MOST_CALLS = 64
_STILL_COMES = 0.5
"""Seconds after a call in which the model's speech may be what it said before it."""


class ToolCalls:
    """Function calls of one conversation. All times are seconds of one steady clock.

    >>> calls = ToolCalls()
    >>> calls.called([ToolCall(id="1", name="book")], now=0.0)
    >>> calls.pending(now=1.0), calls.pending(now=100.0)
    (True, False)
    """

    def __init__(self) -> None:
        self.settled_at = float("-inf")
        """When a call was answered or taken back last."""
        self._waiting: dict[str, tuple[ToolCall, float]] = {}
        self._called_at = float("-inf")
        self._cut: dict[str, ToolCall] = {}
        self._taken_back: dict[str, ToolCall] = {}
        """By the server, since the last call."""

    def called(self, calls: Iterable[ToolCall], now: float) -> None:
        """The model asked for results. A call without an id cannot be followed."""
        self._called_at = now
        self._taken_back.clear()
        for call in calls:
            if call.id:
                self._waiting[call.id] = (call, now + _AWAITED)
        while len(self._waiting) > _MOST_CALLS:
            del self._waiting[next(iter(self._waiting))]

    def settled(
        self, ids: Iterable[str], outcome: Literal["answered", "cancelled"], now: float
    ) -> None:
        """Calls were answered by the app, or taken back by the server."""
        for id_ in ids:
            waited = self._waiting.pop(id_, None)
            if waited is not None:
                self.settled_at = now
                if outcome == "cancelled":
                    self._taken_back[id_] = replace(waited[0], outcome=outcome)
            if id_ in self._cut:
                self._cut[id_] = replace(self._cut[id_], outcome=outcome)

    def cut(self, now: float) -> None:
        """The user took the floor while these calls were pending."""
        until = now + _CUT_AWAITED
        for id_, (call, limit) in self._waiting.items():
            self._waiting[id_] = (call, min(limit, until))
        self._cut = self._taken_back if now - self.settled_at <= _JUST_BEFORE else {}
        self._cut |= {id_: call for id_, (call, _) in self._waiting.items()}
        self._taken_back = {}

    def replied(self) -> None:
        """The model has begun a reply: it has the answers, or does without them."""
        self._waiting.clear()

    def goes_on(self, now: float) -> None:
        """More of a reply came."""
        if self._waiting and now - self._called_at >= _STILL_COMES:
            self._waiting.clear()

    @property
    def of_cut(self) -> tuple[ToolCall, ...]:
        """The calls that were pending at the last cut, with what became of them."""
        return tuple(self._cut.values())

    def waiting(self, now: float) -> tuple[ToolCall, ...]:
        """The calls that the model still waits for."""
        return tuple(call for call, limit in self._waiting.values() if now < limit)

    def pending(self, now: float, *, but_cut: bool = False) -> bool:
        """Whether the model waits for a call; with `but_cut`, for one that was made after the
        cut."""
        return any(not (but_cut and call.id in self._cut) for call in self.waiting(now))

    def until(self, now: float) -> float | None:
        """When the next pending call will have been waited for long enough, in seconds."""
        return min((limit for _, limit in self._waiting.values() if limit > now), default=None)
