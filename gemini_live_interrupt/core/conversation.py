"""One conversation, as a shell sees it: events in, commands out.

Knows the two calls of a shell, and in which order things follow an event: replies that have been
played are over, the table says what the event does, a stalled reply is cut, and whatever is due is
sent. Must not know what an event means: that is in `table.py`, whose theory is worth reading first.
Owns nothing of its own: what is known is in `situation.py`, room by room.

Time comes as an argument, `deadline()` says when to call again; there is no clock, no task and no
I/O here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeGuard

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.barge_in import look_for_stall
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.joining import Speech, Waiting, next_of
from gemini_live_interrupt.core.reconnect import carried_from, look_for_break, take_up
from gemini_live_interrupt.core.replying import the_reply_goes_on
from gemini_live_interrupt.core.situation import Situation
from gemini_live_interrupt.core.table import handler_for

_MAY_CUT = (e.Interrupted, e.Activity, e.UserWords, e.Flushed, e.Disconnected)
"""Events that may cut a reply."""


class Watcher(Protocol):
    """Who is told all that the core is told and answers: a recorder."""

    @property
    def listens(self) -> bool:
        """Whether it wants to know where the playback was."""

    def saw(
        self,
        talk: Situation,
        event: e.Event,
        now: float,
        commands: Sequence[e.Command],
        heard_ms: float,
    ) -> None:
        """The core was told `event`, and answered; before it, the playback was at `heard_ms`, if it
        listens."""

    def resumed(
        self, talk: Situation, carried: Carried, now: float, commands: Sequence[e.Command]
    ) -> None:
        """The core took over what an earlier connection had left."""


class Watchers:
    """Several of them as one.

    Args:
        watchers: each is told, in this order.
    """

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers
        self.listens = any(watcher.listens for watcher in watchers)

    def saw(
        self,
        talk: Situation,
        event: e.Event,
        now: float,
        commands: Sequence[e.Command],
        heard_ms: float,
    ) -> None:
        """Tell each."""
        for watcher in self._watchers:
            watcher.saw(talk, event, now, commands, heard_ms)

    def resumed(
        self, talk: Situation, carried: Carried, now: float, commands: Sequence[e.Command]
    ) -> None:
        """Tell each."""
        for watcher in self._watchers:
            watcher.resumed(talk, carried, now, commands)


class Conversation(Situation):
    """The core: events in, commands out.

    Args:
        profile: what is known of the model.
        options: what the application chose.

    >>> from gemini_live_interrupt.core.options import Options
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

    _only_goes_on = False
    """Of the reply that arrives more comes, nothing is open and nothing is due: no more content of it leads
    to anything, until something else happens."""

    watcher: Watcher | None = None
    """Is told of each call of `apply` and `resume`, afterwards and in the same thread."""

    def watch(self, watcher: Watcher) -> None:
        """Have one more watcher."""
        self.watcher = watcher if self.watcher is None else Watchers(self.watcher, watcher)

    def apply(self, event: e.Event, now: float) -> list[e.Command]:
        """Tell the core what happened at `now` (seconds, of any steady clock).

        Returns:
            What to do, in order.
        """
        watcher = self.watcher
        listens = watcher is not None and watcher.listens
        heard_ms = self.playback.position(now) if listens else 0.0
        if isinstance(event, e.UserAudio) and self.speaking.has_microphone:
            self.speaking.audio(event.pcm, event.sample_rate, now)
            if watcher is not None:
                watcher.saw(self, event, now, [], heard_ms)
            return []
        if self._only_goes_on and _is_speech(event):
            the_reply_goes_on(self, event, now)
            look_for_stall(self, now)
            commands = self._signed_commands(now)
        else:
            self._played_out(now)
            self.sending.all_is_told = isinstance(event, e.Tick)
            if not self._is_nothing(event, now):
                handler_for(self, event, now)(self, event, now)
            look_for_stall(self, now)
            look_for_break(self, now)
            commands = self._proceed(now)
            self._only_goes_on = self._nothing_is_open()
        if watcher is not None:
            watcher.saw(self, event, now, commands, heard_ms)
        return commands

    def next_of(self, waiting: Waiting, *, more: bool = False) -> tuple[float, e.Event] | None:
        """Take the next of the events that wait for `apply`, each with its time, and say when it was;
        None where it was nothing.

        Sound that came in several pieces is one event, where that leads to the same: most of what an
        event costs, it costs once. A `Tick` is nothing where something waits behind it, or `more` has
        come: what has happened counts before what has not.
        """
        return next_of(self, waiting, more=more)

    @property
    def only_keeps_microphone(self) -> bool:
        """Whether nothing follows from more microphone audio: it is looked at when it matters. A shell may
        then tell it late, all at once (`hear_user`), if before whatever came behind it."""
        return self.watcher is None and self.speaking.has_microphone

    def hear_user(self, sound: Speech) -> None:
        """Tell the core what the microphone has heard, where it `only_keeps_microphone`."""
        for at, pcm in zip(sound.came, sound.sound, strict=True):
            self.speaking.audio(pcm, sound.sample_rate, at)

    def deadline(self) -> float | None:
        """When to call `apply(Tick(), now)` next, in seconds of the same clock; None: not
        needed."""
        # Nothing of these is due while the model is heard.
        quiet = self.playback.ends_at() + 0.01
        wanted = (self.telling.deadline, self.aftermath.deadline)
        due = [max(at, quiet) for at in wanted if at is not None]
        if self.stall.look_at is not None:
            due.append(self.stall.look_at)
        return min(due, default=None)

    def is_costly(self, event: e.Event) -> bool:
        """Whether `apply` may take milliseconds, so that a shell may want to call it in a
        thread."""
        if isinstance(event, (e.TurnComplete, e.MessageEnds)):
            ends = isinstance(event, e.TurnComplete) and not self.reading
            return self.aftermath.follows if ends else self.aftermath.has_all
        return bool(self.replies.queue) and isinstance(event, _MAY_CUT)

    def heard(self, now: float, *, lately: bool = False) -> e.HeardSoFar:
        """What the user has heard by `now` of the reply that is audible, or of the last one.

        Changes nothing, and may be asked at any time. It costs milliseconds where much has come
        since it was worked out last, and microseconds else.

        Args:
            now: in seconds.
            lately: by what had come when it was worked out last: always microseconds, claims less.
        """
        return self.replies.heard(now, lately=lately)

    def heard_is_worked_out(self, now: float) -> bool:
        """Whether `heard` costs microseconds now."""
        return self.replies.is_worked_out(now)

    @property
    def can_prepare(self) -> bool:
        """Whether there is work to do ahead for an interruption that may come."""
        return self.replies.to_prepare() is not None

    def prepare(self) -> None:
        """Do a piece of it, about half a millisecond: when nothing else is to do.

        Most interruptions come when all of the reply has: what was said when can be looked for before. The
        answer is that of asking `heard` now: the pace is what was learnt until then.
        """
        turn = self.replies.to_prepare()
        if turn is not None:
            turn.prepare()

    def carry(self, now: float) -> Carried:
        """What the next connection of this conversation needs to know."""
        self._played_out(now)
        return carried_from(self, now)

    def resume(self, carried: Carried, now: float) -> list[e.Command]:
        """Go on where an earlier connection of this conversation stopped. Best called first.

        Returns:
            What to do: the model is told once what was cut.
        """
        self._only_goes_on = self.sending.all_is_told = False
        take_up(self, carried, now)
        look_for_break(self, now)
        commands = self._proceed(now)
        if self.watcher is not None:
            self.watcher.resumed(self, carried, now, commands)
        return commands

    def _played_out(self, now: float) -> None:
        if self.replies.retire(now):
            self.utterances.turn_completed()

    def _nothing_is_open(self) -> bool:
        """Whether a reply arrives, and all else waits for an event, not for a time."""
        reply = self.replies.arriving
        return (
            reply is not None
            and not reply.generated
            and len(self.replies.queue) == 1
            and not (self.reading or self.utterances.spoke)
            and self.telling.deadline is None
            and self.aftermath.deadline is None
        )

    def _proceed(self, now: float) -> list[e.Command]:
        if self.reading:
            return []
        idle = self.model_idle(now)
        self.telling.proceed(now, idle, self.out)
        hopeless = self.telling.unanswered() if self.silence.hopeless else None
        quiet, settled = idle and not self.telling.open, self.sending.all_is_told
        self.aftermath.proceed(now, quiet, settled, hopeless, self.out)
        return self._signed_commands(now)

    def _signed_commands(self, now: float) -> list[e.Command]:
        return [self._signed(command, now) for command in self.take_commands()]

    def _signed(self, command: e.Command, now: float) -> e.Command:
        """A notice says of which session it is, and when it was."""
        if not isinstance(command, e.Announce):
            return command
        options = self.options
        session, model, time = options.session_id, options.model, now + options.epoch
        return e.Announce(
            notice=replace(command.notice, session_id=session, model=model, time=time)
        )

    def _is_nothing(self, event: e.Event, now: float) -> bool:
        """Whether it is content without any, or text that nobody speaks in a session with sound: it
        neither begins a reply nor goes on with one."""
        if isinstance(event, e.ModelText):
            has_sound = self.options.spoken or self.replies.has_sound
            is_unheard = event.written and (has_sound or not event.text)
            if is_unheard and self.replies.arriving is None:
                self.stall.nothing_to_hear(now, is_text=bool(event.text.strip()))
            return is_unheard or not event.text
        return isinstance(event, e.ModelAudio) and len(event.pcm) < 2


def _is_speech(event: e.Event) -> TypeGuard[e.ModelText | e.ModelAudio]:
    """Whether it is sound of the model, or text of what it says."""
    if type(event) is e.ModelAudio:
        return len(event.pcm) > 1
    return type(event) is e.ModelText and bool(event.text) and not event.written
