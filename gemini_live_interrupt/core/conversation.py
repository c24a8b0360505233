"""One conversation: who has the floor, when it was taken, what the model must be told, and when.

Theory
------
The model has the floor while one of its replies arrives or is still audible (`REPLYING`): a reply
is over when all that was generated has been played, whether `turn_complete` came before, comes
later, or never. When the user takes the floor, the audible reply is split at what was heard, the
rest is dropped, and one *interruption* is open (`CUT`) until the model replies again. Between the
two, late content of the cut reply may still come: it counts as unheard. Otherwise the floor is free
(`QUIET`).

What each event means depends on the floor; the table below is the whole of it. An event that is not
in a row means the same everywhere (playback, microphone, tools, answers of the shell).

| event          | QUIET             | REPLYING                                  | CUT                                |
|----------------|-------------------|-------------------------------------------|------------------------------------|
| text, audio    | a reply begins    | the reply goes on                         | late: unheard; else a reply begins |
| interrupted    | phantom: wait     | ours: forget the reply; else **cut**      | the same barge-in: nothing         |
| turn complete  | nothing           | the server is done with the reply         | late content is over               |
| activity start | user speaks       | server done: **cut**; else user speaks    | user speaks                        |
| user words     | a new utterance   | server done, new: **cut**; else utterance | words of the interruption          |
| app flushed    | nothing           | **cut**; may wait for the rest            | nothing                            |
| disconnected   | nothing           | **cut**, told to the resumed session      | an unsent note is carried over     |

Telling: `telling.py` follows one interruption from its note to the next reply, with every condition
for a send. Time comes as an argument, `deadline()` says when to call again; there is no clock, no
task and no I/O here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.late_content import LateContent
from gemini_live_interrupt.core.note import Why
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.core.replies import CutText, Replies, Reply, Said
from gemini_live_interrupt.core.telling import Telling
from gemini_live_interrupt.core.user_turn import Speaking, Utterance, Utterances, words_of
from gemini_live_interrupt.heard.model_turn import Pace

_OWN_INTERRUPTED = 1.0
"""Seconds after an answering message of ours in which an `interrupted` is its echo (measured: 12 to
78 ms)."""
_LOOK_AGAIN = 0.5
"""Seconds until a reply that seems to have stopped is looked at again."""


class Floor(Enum):
    """Who has the floor."""

    QUIET = "quiet"
    REPLYING = "replying"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an application can choose."""

    max_history: int = 4
    """Turns that a note and a builder get; 0 keeps none."""
    delivery: e.Delivery = "silent"
    """How notes are delivered: see `models.py`."""
    notes: bool = True
    """False: no note is sent; interruptions are still followed."""
    nudges: bool = True
    """False: nobody is ever asked to go on."""
    muted: bool = False
    """True: the server has refused answering messages; where one is due, the app is told instead."""
    user_words_note: bool = False
    """A second silent message with the user's words, where they come after the note and before the
    reply. Off: nobody has measured whether it delays the reply."""
    latency_ms: float = 0.0
    """How much later than received or reported the user hears, in ms."""
    false_interruption_after: float | None = 4.0
    """Seconds of quiet after which an interruption without words is taken for noise; None:
    never."""
    reply_timeout: float | None = None
    """Seconds without a reply after the user's words until the model is reminded; None: never."""
    epoch: float = 0.0
    """What to add to `now` for seconds since the epoch."""


class Conversation:
    """The core: events in, commands out.

    Args:
        profile: what is known of the model.
        options: what the application chose.

    >>> from gemini_live_interrupt.core.profiles import profile_for
    >>> talk = Conversation(profile_for("gemini-3.8-live"), Options())
    >>> talk.apply(e.ModelText(text="Once upon a time there was a king. He had a mill."), now=0.0)
    []
    >>> talk.apply(e.ModelAudio(pcm=bytes(48_000 * 4)), now=0.0)
    []
    >>> [build] = talk.apply(e.Interrupted(), now=1.0)
    >>> build.interruption.continuation
    'Once upon a time there was a king. He had a mill.'
    """

    def __init__(self, profile: Profile, options: Options) -> None:
        self.profile = profile
        self.options = options
        self.playback = Playback(options.latency_ms)
        self.pace = Pace()
        self.replies = Replies(playback=self.playback, pace=self.pace)
        self.speaking = Speaking()
        self.utterances = Utterances(whole_messages=profile.whole_utterances)
        self.telling = Telling(options, self.speaking, forgets_calls=profile.forgets_blocking_calls)
        self._left: tuple[e.Interruption | None, bool] | None = None
        """After `Disconnected`: the cut that got no reply, and whether the model was told of it."""
        self._unanswered = ""
        self._lost = False
        """After `Disconnected`: a reply was lost of which no text is known."""
        self._quiet = False
        """After `Disconnected`: the app wanted nothing said."""
        self._content_at = float("-inf")
        self._stall_look: float | None = None
        self._is_new = True
        self._out: list[e.Command] = []
        self._interruptions = 0
        self._late = LateContent()
        self._sample_rate = 24_000
        self._warned_excess = False

    # --- the two calls of a shell

    def apply(self, event: e.Event, now: float) -> list[e.Command]:
        """Tell the core what happened at `now` (seconds, of any steady clock).

        Returns:
            What to do, in order.
        """
        if self.replies.retire(now):
            self.utterances.turn_completed()
        handler = _HANDLERS[type(event)]
        handler(self, event, now)
        self._look_for_stall(now)
        self.telling.proceed(now, self._model_idle(now), self._out)
        commands, self._out = self._out, []
        return commands

    def deadline(self) -> float | None:
        """When to call `apply(Tick(), now)` next, in seconds of the same clock; None: not
        needed."""
        due = self.telling.deadline(self.playback.ends_at())
        return min((at for at in (due, self._stall_look) if at is not None), default=None)

    def is_costly(self, event: e.Event) -> bool:
        """Whether `apply` may take milliseconds, so that a shell may want to call it in a
        thread."""
        if isinstance(event, e.ModelAudio):
            arriving = self.replies.arriving
            return arriving is not None and arriving.turn.is_full
        return bool(self.replies.queue) and isinstance(event, _COSTLY)

    @property
    def floor(self) -> Floor:
        """Who has the floor, as of the last event."""
        if self.replies.queue:
            return Floor.REPLYING
        return Floor.CUT if self.telling.open else Floor.QUIET

    # --- over a reconnect

    def carry(self, now: float) -> Carried:
        """What the next connection of this conversation needs to know.

        A reply that is in the air counts as cut at `now`, since nobody will hear the rest of it.
        """
        last, told = self._left or self.telling.unfinished()
        history = self.replies.recent(self.options.max_history)
        cut = self.replies.look(now)
        lost = self._lost or self.telling.silence.is_lost
        lost = lost or (cut is not None and not cut.whole and cut.received_ms > 0)
        if cut is not None and not cut.whole and (cut.heard + cut.unheard).strip():
            last, told, lost = self._record(cut, "connection", None, now), False, False
            if self.options.max_history:
                before = self.replies.recent(self.options.max_history, without=(cut.entry,))
                history = (*before, ("model", cut.heard))[-self.options.max_history :]
        return Carried(
            history=history,
            cut=last,
            told=told,
            lost=lost,
            quiet=self._quiet or self.telling.silence.is_wanted,
            question=self._unanswered or self.telling.silence.question,
            calls=self.telling.calls.waiting(now),
            pace=self.pace.rate,
        )

    def resume(self, carried: Carried, now: float) -> list[e.Command]:
        """Go on where an earlier connection of this conversation stopped.

        Best called first. Once a reply has begun here, only the history is taken over: the model
        has gone on without being told.

        Returns:
            What to do: the model is told once what was cut.
        """
        self.replies.history[:0] = [Said(role, text) for role, text in carried.history]
        if self._is_new:
            self.replies.pace = self.pace = Pace(carried.pace)
            self.telling.calls.called(carried.calls, now)
            self._tell_of_cut(carried, now)
        self.telling.proceed(now, self._model_idle(now), self._out)
        commands, self._out = self._out, []
        return commands

    def _tell_of_cut(self, carried: Carried, now: float) -> None:
        words = (carried.cut.user_text if carried.cut else "") or carried.question
        asked = _spoken_before(words, now)
        if carried.cut is not None:
            self._interruptions += 1
            cause = carried.cut.cause if asked is not None else "connection"
            cut = replace(carried.cut, id=self._interruptions, note="", cause=cause)
            self.telling.begin(cut, asked, now, self._out, why="connection", told=carried.told)
        elif asked is not None or carried.lost:
            self.telling.begin_nothing(now, lost=carried.lost, asked=asked, why="connection")
        if carried.quiet:
            self.telling.silence.keep()

    # --- the model's side

    def _model_text(self, event: e.ModelText, now: float) -> None:
        reply = self._reply(now) if event.text else None
        if reply is None:
            self.telling.lost(event.text, 0.0)
            return
        if event.written:
            if reply.turn.text and not reply.written:
                return  # A spoken reply has its transcript; a text part beside it is not speech.
            reply.written = True
        reply.turn.add_text(event.text, event.words)

    def _model_audio(self, event: e.ModelAudio, now: float) -> None:
        reply = self._reply(now) if len(event.pcm) > 1 else None
        if reply is None:
            self.telling.lost("", len(event.pcm) / 2 / max(1, event.sample_rate) * 1000.0)
            return
        before = reply.turn.received_ms
        self._sample_rate = event.sample_rate if event.sample_rate > 0 else 24_000
        reply.turn.add_audio(event.pcm, event.sample_rate)
        self.playback.received(reply.turn.received_ms - before, now)

    def _reply(self, now: float) -> Reply | None:
        reply = self.replies.arriving
        if reply is not None and self.utterances.spoke and not self.replies.audible(now):
            # Played to its end, and the user has spoken since: its `turn_complete` was lost.
            self._turn_over(reply, now)
            reply = None
        if reply is None:
            if self.is_late(now):
                self._late.came(now)
                if self._late.rest_is_dropped:
                    self.telling.hold(self._late.rest_until(now))
                return None
            reply = self.replies.open(now)
            self._begin_reply(now)
        self._content_at = now
        return reply

    def _begin_reply(self, now: float) -> None:
        self._is_new = False
        self.telling.replied(self._out)
        self.utterances.reply_began()
        self.replies.trim(self.options.max_history)

    def is_late(self, now: float) -> bool:
        """Whether content of the model that comes now belongs to the reply that was cut."""
        return self.telling.open and self._late.is_late(now, has_words=self.telling.has_words)

    def _generation_complete(self, event: e.GenerationComplete, now: float) -> None:
        reply = self.replies.arriving
        if reply is not None:
            reply.generated = True
            reply.turn.complete()

    def _turn_complete(self, event: e.TurnComplete, now: float) -> None:
        reply = self.replies.arriving
        if reply is not None:
            self._turn_over(reply, now)
        elif self.telling.open:
            self._late.turn_complete()
            self.telling.hold(now)

    def _turn_over(self, reply: Reply, now: float) -> None:
        reply.generated = reply.over = True
        reply.turn.complete()
        self.replies.retire(now)
        self.utterances.turn_completed()

    def _interrupted(self, event: e.Interrupted, now: float) -> None:
        own = self.profile.text_interrupts and self.telling.is_echo(now, _OWN_INTERRUPTED)
        if own and not self._user_is_heard(now):
            if self.replies.arriving is not None:
                self.replies.drop_arriving(now)
                self._late.cut(now, arriving=True)
                self.telling.reopen(now)
        elif self.replies.queue:
            self._cut(now, self._cause(now))
        elif not self.telling.open:
            self._late.cut(now, arriving=False)
            self._open_phantom(now)
        elif self._late.rest_is_dropped:
            # The app was first; now the server has heard the user, too.
            self._late.cut(now, arriving=True)
            self.telling.hold(now)

    def _user_is_heard(self, now: float) -> bool:
        return self.utterances.active or self.speaking.now(now)

    def _cause(self, now: float) -> e.Cause:
        if self.utterances.active:
            return "activity" if self.utterances.active_by_app else "speech"
        if self.utterances.just_typed(now):
            return "typed"
        return "phantom" if self.speaking.hears_nothing(now) else "speech"

    # --- the user's side

    def _activity(self, event: e.Activity, now: float) -> None:
        self.speaking.activity(event.started, now)
        if event.started:
            self.utterances.activity_began(by_app=event.by_app)
            if self._server_is_done(now):
                self._cut(now, "activity" if event.by_app else "speech")

    def _user_words(self, event: e.UserWords, now: float) -> None:
        if not event.text:
            if event.finished:
                self.utterances.finish()
            return
        unsaid = not self.speaking.signalled and self.utterances.starts_new and words_of(event.text)
        if unsaid and self._server_is_done(now):
            self._cut(now, "speech")
        utterance, kind = self.utterances.words(
            event.text, now, interim=event.interim, finished=event.finished, cut=self.telling.open
        )
        self._place(utterance, kind)

    def _user_typed(self, event: e.UserTyped, now: float) -> None:
        # Google ADK and LiveKit ask for a reply with a lone ".", Pipecat with a space.
        if event.text.strip(". "):
            self._place(*self.utterances.typed_text(event.text, now, cut=self.telling.open))

    def _place(self, utterance: Utterance, kind: str) -> None:
        """Give an utterance its place in the history, and tell who waits for it."""
        history = self.replies.history
        if kind == "new":
            history.append(utterance)
            self.replies.trim(self.options.max_history)
        elif kind == "question":
            # Its answer has begun already: the question stands before it all the same.
            last = next(
                (i for i in reversed(range(len(history))) if history[i].role == "model"),
                len(history),
            )
            history.insert(last, utterance)
        if kind != "question" and utterance.text and (self.telling.open or not self.replies.queue):
            self.telling.words(utterance)

    def _user_audio(self, event: e.UserAudio, now: float) -> None:
        self.speaking.audio(event.pcm, event.sample_rate, now)

    def _look_for_stall(self, now: float) -> None:
        """A reply that stopped in the middle, without a word from the server, is cut here."""
        self._stall_look = None
        reply, timeout = self.replies.arriving, self.options.reply_timeout
        if timeout is None or reply is None or reply.written:
            return
        due = max(self.playback.ends_at(), self._content_at) + timeout
        waits = self.replies.audible(now) or self.telling.calls.pending(now)
        if now < due:
            self._stall_look = due
        elif waits or self.speaking.may_begin(now):
            self._stall_look = now + _LOOK_AGAIN
        else:
            self._cut(now, "phantom", why="stall")
            self._late.goes_on()

    # --- the cut

    def _server_is_done(self, now: float) -> bool:
        """Whether the user hears a reply that the server will not call `interrupted` any more."""
        return (
            bool(self.replies.queue) and self.replies.arriving is None and self.replies.audible(now)
        )

    def _flushed(self, event: e.Flushed, now: float) -> None:
        if self.replies.queue:
            self._cut(now, event.cause, drops_rest=event.drops_rest)
        if event.for_good:
            self.telling.silence.keep()

    def _cut(
        self, now: float, cause: e.Cause, *, drops_rest: bool = False, why: Why = "noise"
    ) -> None:
        arriving = self.replies.arriving is not None
        cut = self.replies.cut(now)
        self._late.cut(now, arriving=arriving, drops_rest=drops_rest)
        if cut is None or not (cut.heard + cut.unheard).strip() or cut.whole:
            lost = cut is not None and not cut.whole and cut.received_ms > 0
            self._open_phantom(now, lost=lost, why=why)
            return
        self._interruptions += 1
        utterance = self.utterances.cut(now)
        interruption = self._record(cut, cause, utterance, now)
        self.telling.begin(interruption, utterance, now, self._out, why=why)
        if self._late.rest_is_dropped:
            # More of the reply may come, which the note should count as unheard.
            self.telling.hold(self._late.rest_until(now))

    def _record(
        self, cut: CutText, cause: e.Cause, utterance: Utterance | None, now: float
    ) -> e.Interruption:
        return e.Interruption(
            id=self._interruptions,
            heard=cut.heard,
            unheard=cut.unheard,
            continuation=cut.continuation,
            user_text=utterance.text if utterance else "",
            history=self.replies.recent(self.options.max_history, without=(cut.entry, utterance)),
            heard_ms=cut.heard_ms,
            received_ms=cut.received_ms,
            position=cut.estimate.position,
            uncertainty=cut.estimate.uncertainty,
            position_from=self.playback.source,
            estimated_by=cut.estimate.how,
            cause=cause,
            note="",
            tool_calls=(),
            time=now + self.options.epoch,
        )

    def _open_phantom(self, now: float, *, lost: bool = False, why: Why = "noise") -> None:
        """The user took the floor, but no text of the model was lost: there is nothing to tell."""
        self.utterances.cut(now)
        self.telling.begin_nothing(now, lost=lost, why=why)

    def _model_idle(self, now: float) -> bool:
        """Whether an answering message would talk over nobody."""
        is_heard = self.replies.arriving is not None or self.replies.audible(now)
        return not is_heard and not self._late.rest_comes(now)

    # --- playback, tools, and the shell's answers

    def _played(self, event: e.Played, now: float) -> None:
        ms = event.ms + event.size / (2 * self._sample_rate) * 1000.0
        excess = self.playback.played(ms, now)
        if excess > 1.0 and not self._warned_excess:
            self._warned_excess = True
            self._out.append(
                e.Log(
                    level="WARNING",
                    message=f"The app reported {excess:.0f} ms more playback than audio was received; it is not "
                    "counted. Report increments, not positions, and only the model's audio.",
                )
            )

    def _tool_called(self, event: e.ToolCalled, now: float) -> None:
        self.telling.tool_called(event.calls, now)

    def _tool_cancelled(self, event: e.ToolCancelled, now: float) -> None:
        self.telling.tool_settled(event.ids, "cancelled", now)

    def _tool_answered(self, event: e.ToolAnswered, now: float) -> None:
        self.telling.tool_settled(event.ids, "answered", now)

    def _note_built(self, event: e.NoteBuilt, now: float) -> None:
        self.telling.built(event.id, event.text, self._out)

    def _note_sent(self, event: e.NoteSent, now: float) -> None:
        self.telling.sent(event.id, now, self._out)

    def _note_failed(self, event: e.NoteFailed, now: float) -> None:
        self.telling.failed(event, self._out)

    def _disconnected(self, event: e.Disconnected, now: float) -> None:
        self.telling.closed_with(event.code, now, self._out)
        self._unanswered = self.telling.silence.question
        if self.replies.queue:
            self._cut(now, "connection")
        self._lost = self.telling.silence.is_lost
        self._quiet = self.telling.silence.is_wanted
        self._left = self.telling.close()
        cut, _ = self._left
        hung_up = event.wanted and cut is not None and cut.cause == "connection"
        if cut is not None and not self.telling.reported and not hung_up:
            self._out.append(e.Notify(interruption=cut))

    def _tick(self, event: e.Tick, now: float) -> None:
        """Only time has passed."""


def _spoken_before(words: str, now: float) -> Utterance | None:
    if not words:
        return None
    utterance = Utterance()
    utterance.add(words, now, finished=True)
    return utterance


_COSTLY = (e.Interrupted, e.Activity, e.UserWords, e.Flushed, e.Disconnected)
"""Events that may cut a reply."""

_HANDLERS: dict[type[e.Event], Callable[[Conversation, Any, float], None]] = {
    e.ModelText: Conversation._model_text,
    e.ModelAudio: Conversation._model_audio,
    e.GenerationComplete: Conversation._generation_complete,
    e.TurnComplete: Conversation._turn_complete,
    e.Interrupted: Conversation._interrupted,
    e.UserWords: Conversation._user_words,
    e.UserTyped: Conversation._user_typed,
    e.UserAudio: Conversation._user_audio,
    e.Activity: Conversation._activity,
    e.ToolCalled: Conversation._tool_called,
    e.ToolCancelled: Conversation._tool_cancelled,
    e.ToolAnswered: Conversation._tool_answered,
    e.Played: Conversation._played,
    e.Flushed: Conversation._flushed,
    e.NoteBuilt: Conversation._note_built,
    e.NoteSent: Conversation._note_sent,
    e.NoteFailed: Conversation._note_failed,
    e.Disconnected: Conversation._disconnected,
    e.Tick: Conversation._tick,
}
