"""One interruption, from the cut to the next reply: the note, and the nudges if silence follows.

Knows every condition for a send: which delivery was chosen, tool calls that are pending, whether
the user has finished, whether somebody speaks, whether a reply has begun, and how long it has been
quiet. Must not know how the words were heard, how a note reads in detail, or how anything goes over
a wire. At most one note and at most two nudges for one interruption; nothing while a tool call is
pending; nothing answering while the user or the model speaks.

A note goes through these stages, and each waits for the thing in its name::

    FOR_TURN ──► FOR_TEXT ──► FOR_TOOLS ──► DONE
    (user done,   (builder)    (user done,    (sent, dropped, or not wanted)
     no tools)                  no tools)

A reply that begins before the send ends the way at once: a note must not talk into it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Literal

from gemini_live_interrupt import events as e
from gemini_live_interrupt.note import build_nudge, build_reminder

if TYPE_CHECKING:
    from gemini_live_interrupt.conversation import Options
    from gemini_live_interrupt.user_turn import Speaking, Utterance

_MOST_NUDGES = 2
_WORDS_SETTLED = 0.8
"""Seconds without a further transcript chunk after which deltas are taken to be complete (Pipecat
regroups after 0.5)."""
_WORDS_AWAITED = 1.5
"""Seconds after the end of speech in which words may still come (measured, 3.8: 1.2 s)."""
_LOOK_AGAIN = 0.5
"""Seconds until somebody's speech is looked at again."""
_MOST_CALLS = 64


class _Stage(Enum):
    FOR_TURN = "for the user and the tools"
    FOR_TEXT = "for the prompt builder"
    FOR_TOOLS = "for the tools"
    DONE = "done"


class Telling:
    """What the model is told, and when."""

    def __init__(self, options: Options, speaking: Speaking) -> None:
        self._options = options
        self._speaking = speaking
        self.open = False
        """The floor was taken and the model has not replied since."""
        self.notes_on = options.notes
        self._interruption: e.Interruption | None = None
        self._utterance: Utterance | None = None
        self._stage = _Stage.DONE
        self._text = ""
        self._cut_at = 0.0
        self._nudges = 0
        self._nudged_at = 0.0
        self._reminded_at: float | None = None
        self._silent_for_good = False
        self._unanswered: Utterance | None = None
        self._sends = 0
        self._told = True
        """There is nothing that the model should still know."""
        self._sending: tuple[int, e.Interruption] | None = None
        self._answering_id = 0
        self._answering_at = float("-inf")
        self._calls: dict[str, e.ToolCall] = {}
        self._cut_calls: dict[str, e.ToolCall] = {}
        self._settled_at = float("-inf")
        self._deadline: float | None = None

    # --- what happens

    def begin(
        self,
        interruption: e.Interruption,
        utterance: Utterance | None,
        now: float,
        out: list[e.Command],
    ) -> None:
        """The reply was cut, and something of it was lost."""
        self._abandon("the user interrupted again", out)
        self._unconfirmed(out)
        self._open(now)
        self._interruption = interruption
        self._utterance = utterance
        self._told = False
        self._stage = _Stage.FOR_TURN
        self._cut_calls = dict(self._calls)

    def begin_nothing(self, now: float) -> None:
        """The floor was taken, and nothing of the model was lost."""
        self._open(now)
        self._interruption = None
        self._utterance = None
        self._stage = _Stage.DONE
        self._cut_calls = {}

    def _open(self, now: float) -> None:
        self.open = True
        self._cut_at = now
        self._nudges = 0
        self._silent_for_good = False
        self._text = ""

    def words(self, utterance: Utterance) -> None:
        """Words of the user came: of the interruption, or a question in its turn."""
        if self.open:
            self._utterance = utterance
        if utterance.text and utterance is not self._unanswered:
            self._unanswered = utterance
            self._reminded_at = None

    @property
    def has_words(self) -> bool:
        """Whether the user said something in this interruption."""
        return self._utterance is not None and bool(self._utterance.text)

    def replied(self, out: list[e.Command]) -> None:
        """The model has begun a reply."""
        self._abandon("the reply had begun", out)
        if self.open:
            # The server has forgotten the calls that were cut, or goes on without them.
            for id_ in self._cut_calls:
                self._calls.pop(id_, None)
        self.open = False
        self._told = True
        self._unanswered = None
        self._reminded_at = None

    def reopen(self, now: float) -> None:
        """A message of ours cut the reply that had begun: the model is about to begin again."""
        self.open = True
        self._cut_at = now

    def is_echo(self, now: float, window: float) -> bool:
        """Whether an `interrupted` at `now` can be due to our own answering message."""
        return now - self._answering_at <= window

    def tool_called(self, calls: tuple[e.ToolCall, ...]) -> None:
        """The model waits for results."""
        for call in calls:
            self._calls[call.id] = call
            while len(self._calls) > _MOST_CALLS:
                del self._calls[next(iter(self._calls))]

    def tool_settled(
        self, ids: tuple[str, ...], outcome: Literal["answered", "cancelled"], now: float
    ) -> None:
        """Calls were answered by the app, or taken back by the server."""
        for id_ in ids:
            if self._calls.pop(id_, None) is not None:
                self._settled_at = now
            if id_ in self._cut_calls:
                self._cut_calls[id_] = replace(self._cut_calls[id_], outcome=outcome)

    def built(self, id_: int, text: str, out: list[e.Command]) -> None:
        """The builder's text is there."""
        if (
            self._stage is not _Stage.FOR_TEXT
            or self._interruption is None
            or id_ != self._interruption.id
        ):
            return
        self._text = text
        if text.strip():
            self._stage = _Stage.FOR_TOOLS
        else:
            # A builder that returns nothing wants nothing sent: no nudge either.
            self._silent_for_good = self._told = True
            self._finish(out)

    def sent(self, id_: int, now: float, out: list[e.Command]) -> None:
        """A message of ours is on the wire."""
        if id_ == self._answering_id:
            self._answering_at = now
        if self._sending is not None and self._sending[0] == id_:
            self._told = True
            self._unconfirmed(out)

    def failed(self, error: str, out: list[e.Command]) -> None:
        """A message of ours could not be sent: this session takes no more."""
        if self._sending is not None:
            out.append(e.Notify(interruption=replace(self._sending[1], note="")))
            self._sending = None
        if self._stage is not _Stage.DONE:
            self._finish(out)
        if self.notes_on:
            self.notes_on = False
            detail = f"A note could not be sent ({error}); this session gets no more notes. It is still followed."
            out.append(e.Log(level="WARNING", message=detail))
            out.append(self._announce("notes off", detail))

    def untold(self) -> e.Interruption | None:
        """The interruption that the model has not been told about, if any."""
        return None if self._told or self._interruption is None else self._current()

    def close(self) -> e.Interruption | None:
        """The connection is gone.

        Returns:
            The interruption that the model has not been told about, if any.
        """
        untold = self.untold()
        self._stage = _Stage.DONE
        self._sending = None
        self._told = True
        self.open = False
        self.notes_on = False
        self._unanswered = None
        self._deadline = None
        return untold

    # --- what follows from it

    def proceed(self, now: float, idle: bool, out: list[e.Command]) -> None:
        """Do what is due at `now`; `idle` says whether the model is neither sending nor audible."""
        self._deadline = None
        self._proceed_note(now, idle, out)
        if not self.notes_on or self._calls:
            return
        due = self._nudge_due(now)
        if due is not None and self._is_due(due, now, idle):
            self._nudge(now, out)
        due = self._reminder_due(now)
        if due is not None and self._is_due(due, now, idle):
            self._remind(now, out)

    def deadline(self, playing_until: float) -> float | None:
        """When something may become due, in seconds; None if only an event can make it so."""
        if self._deadline is None:
            return None
        return max(self._deadline, playing_until + 0.01)

    def _is_due(self, due: float, now: float, idle: bool) -> bool:
        if now < due:
            self._wake(due)
            return False
        if not idle or self._speaking.now(now):
            self._wake(now + _LOOK_AGAIN)
            return False
        return True

    def _wake(self, at: float) -> None:
        self._deadline = at if self._deadline is None else min(self._deadline, at)

    # --- the note

    def _proceed_note(self, now: float, idle: bool, out: list[e.Command]) -> None:
        if self._stage is _Stage.FOR_TURN:
            if not self.notes_on:
                self._finish(out)
            elif self._may_tell(now):
                self._stage = _Stage.FOR_TEXT
                out.append(e.BuildNote(interruption=self._current()))
        if self._stage is _Stage.FOR_TOOLS and self._may_tell(now):
            self._stage = _Stage.DONE
            self._send(self._text, self._options.delivery, now, out)
            self._sending = (self._sends, replace(self._current(), note=self._text))

    def _may_tell(self, now: float) -> bool:
        return not self._calls and (self._options.delivery == "silent" or self._user_is_done(now))

    def _user_is_done(self, now: float) -> bool:
        utterance = self._utterance
        if self._speaking.now(now):
            self._wake(now + _LOOK_AGAIN)
            return False
        if utterance is not None and utterance.last_words_at is not None:
            settled = utterance.last_words_at + _WORDS_SETTLED
            if utterance.finished or now >= settled:
                return True
            self._wake(settled)
            return False
        ended = self._speaking.quiet_since(now)
        if self._speaking.signalled and ended > self._cut_at:
            if now >= ended + _WORDS_AWAITED:
                return True
            self._wake(ended + _WORDS_AWAITED)
        return False

    def _current(self) -> e.Interruption:
        """The record, with what has become known since the cut."""
        assert self._interruption is not None
        words = self._utterance.text if self._utterance is not None else ""
        return replace(
            self._interruption, user_text=words, tool_calls=tuple(self._cut_calls.values())
        )

    def _unconfirmed(self, out: list[e.Command]) -> None:
        """Report the interruption whose note is still on its way."""
        if self._sending is not None:
            out.append(e.Notify(interruption=self._sending[1]))
            self._sending = None

    def _finish(self, out: list[e.Command]) -> None:
        self._stage = _Stage.DONE
        out.append(e.Notify(interruption=self._current()))

    def _abandon(self, why: str, out: list[e.Command]) -> None:
        if self._stage is not _Stage.DONE:
            detail = f"The note was not sent: {why}."
            out.append(e.Log(level="INFO", message=detail))
            out.append(self._announce("note dropped", detail))
            self._finish(out)

    def _send(self, text: str, delivery: e.Delivery, now: float, out: list[e.Command]) -> None:
        self._sends += 1
        if delivery == "answering":
            self._answering_id = self._sends
            self._answering_at = now
        out.append(e.SendNote(id=self._sends, text=text, delivery=delivery))

    # --- nudges

    def _nudge_due(self, now: float) -> float | None:
        after = self._options.false_interruption_after
        interruption = self._interruption
        if (
            not self.open
            or after is None
            or self._silent_for_good
            or interruption is None
            or not interruption.continuation.strip()
            or self.has_words
        ):
            return None
        if self._nudges:
            return self._nudged_at + 2 * after
        return self._after_quiet(self._cut_at, after, now)

    def _after_quiet(self, start: float, wait: float, now: float) -> float:
        """`wait` seconds after `start` and after the user was last heard; the microphone is only
        asked if need be."""
        earliest = max(start, self._settled_at) + wait
        return earliest if now < earliest else max(earliest, self._speaking.quiet_since(now) + wait)

    def _nudge(self, now: float, out: list[e.Command]) -> None:
        assert self._interruption is not None
        if self._nudges == _MOST_NUDGES:
            self._silent_for_good = True
            out.append(self._announce("gave up", "The model stayed silent after two nudges."))
            return
        if self._nudges == 0:
            out.append(self._announce("false interruption", "Nobody had said anything."))
        if self._stage is not _Stage.DONE:
            self._finish(out)  # The nudge says it all.
        self._nudges += 1
        self._nudged_at = now
        self._told = True
        self._send(build_nudge(self._interruption), "answering", now, out)
        out.append(self._announce("nudge", f"Nudge {self._nudges}: asked the model to go on."))
        assert self._options.false_interruption_after is not None
        self._wake(now + 2 * self._options.false_interruption_after)

    def _reminder_due(self, now: float) -> float | None:
        timeout = self._options.reply_timeout
        utterance = self._unanswered
        if timeout is None or utterance is None or utterance.last_words_at is None:
            return None
        if self._reminded_at is not None:
            return self._reminded_at + timeout
        return self._after_quiet(utterance.last_words_at, timeout, now)

    def _remind(self, now: float, out: list[e.Command]) -> None:
        assert self._unanswered is not None and self._options.reply_timeout is not None
        if self._reminded_at is not None:
            self._unanswered = None
            out.append(self._announce("stalled", "The user spoke and no reply came; reconnect."))
            return
        self._reminded_at = now
        self._send(build_reminder(self._unanswered.text), "answering", now, out)
        out.append(self._announce("nudge", "Reminded the model of the user's words."))
        self._wake(now + self._options.reply_timeout)

    def _announce(self, kind: _Kind, detail: str) -> e.Announce:
        id_ = self._interruption.id if self._interruption is not None else 0
        return e.Announce(notice=e.Notice(kind=kind, interruption=id_, detail=detail))


_Kind = Literal["false interruption", "nudge", "gave up", "stalled", "note dropped", "notes off"]
