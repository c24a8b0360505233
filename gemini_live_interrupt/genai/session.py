"""The shell around one live session: it feeds the core, carries out its commands, and contains
every error.

Knows asyncio and the clock; decides nothing: that is the core's. On the host's path it only notes the time and
keeps a reference; everything else happens afterwards, in the event loop and the context in which the session was
connected, in the order of arrival, and what may take milliseconds in a worker thread. Nothing here raises into,
delays or reorders the host's receive loop, and what waits is bounded: if the event loop does not run any
more, following ends, and says so.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from math import inf
from threading import get_ident
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joining import Read, Waiting, add_events
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai import worker
from gemini_live_interrupt.genai.ahead import Ahead
from gemini_live_interrupt.genai.app_calls import AppCalls
from gemini_live_interrupt.genai.askers import Askers
from gemini_live_interrupt.genai.carrying_out import CarryingOut
from gemini_live_interrupt.genai.draft import Draft
from gemini_live_interrupt.genai.heard_now import HeardNow
from gemini_live_interrupt.genai.home import Alarm, Home, running_loop
from gemini_live_interrupt.genai.hooks import Hooks
from gemini_live_interrupt.genai.inbox import Inbox
from gemini_live_interrupt.genai.sending import LiveSession, Outbox
from gemini_live_interrupt.heard.arrays import arrays
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.saying import our_failure, say

_WAKE_EVERY = 256
"""Playback reports are picked up with the next message, or when so many wait."""

_WITHIN, _WITHIN_BY_HAND = 0.6, 0.4
"""Seconds in which what is not urgent is dealt with: many messages at a time cost the host less. Where no
arrays reduce their sound, it would take the loop too long."""
_AT_ONCE, _SHARE = 64, 4
"""Messages after which the loop gets its turn (`bench/sessions.py --pauses`), or this share of many."""

_MOST_WAITING = 10_000
"""Messages and reports that wait at most: more than a minute of a busy session."""


class FollowedSession:
    """The shell's side of one session: events in from the host's path, commands carried out.

    Args:
        session: the live session that notes are sent to, if it is still there.
        core: its conversation.
        session_id: names it in logs.
        app: what is called in the app.
        recorder: gets what does not come by the core; None: nothing is recorded.
    """

    def __init__(
        self,
        session: weakref.ref[LiveSession],
        core: Conversation,
        *,
        session_id: str,
        app: AppCalls,
        recorder: Recorder | None = None,
    ) -> None:
        self.session_id = session_id
        self.recorder = recorder
        self._core = core
        self._outbox = Outbox(session, self._answered)
        self._app = app
        app.answer, app.noticed = self._answered, self.noticed
        self._home = Home()
        self.inbox = Inbox()
        """What came and was not read yet."""
        self._pending: Waiting = deque()
        self._awake = False
        """To be run at once."""
        self._dozes = inf
        """To be run within so many seconds of when that was decided."""
        self._busy = False
        self._active = True
        self._alarm = Alarm(self._home, partial(self.take, (e.Tick(),)))
        self._closing = self._gone = False
        """The connection is gone; and all that came over it was followed."""
        self.heir: FollowedSession | None = None
        """Which session goes on with the conversation."""
        self._askers: Askers[Carried] = Askers()
        self._left_to_take_up: Carried | None = None
        """A state that came before there was an event loop."""
        worker.prepare()
        self.draft = Draft(lambda: core.replies.begun)
        """What the app has written for the user."""
        self.hooks = Hooks()
        """What others want to be told."""
        self._commands = CarryingOut(session_id, app, self._outbox, self.hooks)
        self._lock = threading.Lock()
        self._heard = HeardNow(core, self._lock)
        self._ahead = Ahead(core, self._lock, self._home, self._is_free, self._break)
        self.resumption_handle: str | None = None
        """The latest handle with which this session can be resumed."""

    @property
    def is_active(self) -> bool:
        """Whether the session is followed."""
        return self._active

    @property
    def is_closing(self) -> bool:
        """Whether the connection is gone, and its last messages are still being followed."""
        return self._active and self._closing

    @property
    def interruptions(self) -> int:
        """How many there were."""
        return self._core.records.made

    @property
    def profile(self) -> Profile:
        """What is known of the session's model."""
        return self._core.profile

    # --- the host's path

    def take(self, events: Collection[e.Event]) -> None:
        """Something that means these events was sent. Called on the host's path, from any event loop."""
        can_wait = all(isinstance(each, e.UserAudio) for each in events)
        self.receive(add_events, events, None, inf if can_wait else 0.0)

    def receive(self, read: Read, what: Any, asked_at: float | None, wait: float) -> None:
        """Something was received or sent. Called on the host's path, from any event loop.

        Args:
            read: called with it afterwards, so that it costs the host nothing.
            what: is read.
            asked_at: when the host asked for it, in seconds; None: it did not.
            wait: seconds within which it must be read; 0: as soon as the host lets go. None waits longer
                than `_WITHIN`.
        """
        if self._active:
            self.inbox.put(time.monotonic(), read, what, asked_at)
            self._arrived(wait)

    def receive_speech(
        self, pcm: bytes, rate: int, text: str | e.ModelText, asked_at: float
    ) -> None:
        """Speech of the model was received that does not go on with what is in the inbox. Called as
        `receive`; the arguments are those of `Inbox.put_speech`."""
        if self._active:
            here = get_ident() == self._home.thread
            self.inbox.put_speech(time.monotonic(), pcm, rate, text, asked_at, here=here)
            self._arrived(inf)

    def hear_user(self, pcm: bytes, rate: int) -> None:
        """Microphone audio was sent, `rate` in Hz. Called as `receive`."""
        if not self._core.only_keeps_microphone or get_ident() != self._home.thread:
            self.take((e.UserAudio(pcm=pcm, sample_rate=rate),))
        elif self._active and self.inbox.put_user(time.monotonic(), pcm, rate):
            self._arrived(inf)

    def _arrived(self, wait: float) -> None:
        """See to it that what has come is read in time."""
        wait = min(wait, _WITHIN if arrays() else _WITHIN_BY_HAND)
        if self._awake or self._dozes <= wait:
            if len(self.inbox) > _MOST_WAITING:
                self._give_up()
            return
        home = self._home
        if home.is_gone:
            here = running_loop()
            if here is None:
                return  # Attached outside of any event loop; the first message comes in one.
            home.move(here)
            self._awake = self._busy = False
            self._dozes = inf
            if self._left_to_take_up is not None:
                home.soon(partial(self._take_up, self._left_to_take_up))
        if not wait or not home.is_here:
            self._awake = True
            home.soon(self._run)
        else:
            self._dozes = wait
            home.within(wait, self._wakes_up)

    def told_by_app(self, event: e.Event) -> None:
        """The app says what its speaker does. Called from any thread; never raises."""
        if not self._active:
            return
        if is_report := isinstance(event, e.Played):
            self.inbox.put_report(time.monotonic(), event)
        else:
            self.inbox.put(time.monotonic(), add_events, (event,))
        if (waiting := len(self.inbox)) > _MOST_WAITING:
            self._give_up()
        elif waiting >= _WAKE_EVERY or not is_report:
            self._wake()

    def _wake(self) -> None:
        if not self._awake and self._home.loop is not None:
            self._awake = True
            if not self._home.soon(self._run):
                self.abandon()  # The loop is closed: the session is over.

    def heard(self) -> e.HeardSoFar:
        """What the user has heard by now. Called from any thread; never waits."""
        heard = self._heard.ask()
        behind = self._heard.is_out_of_date or self.inbox
        if behind and self._active:
            self._home.soon(self._catch_up)
        return heard

    def _give_up(self) -> None:
        """More waits than an event loop that runs would leave."""
        if self._active:
            self.stop()
            say(
                "WARNING",
                f"Session {self.session_id} is not followed any more: its event loop has taken none "
                f"of the last {_MOST_WAITING} messages and reports.",
            )

    # --- afterwards

    def _wakes_up(self) -> None:
        # Else it is run behind what is being received right now, or was run for something else.
        if not self._awake and self._dozes < inf:
            self._run()

    def _run(self, most: int = 0) -> None:
        """Apply what has come, in order, until the worker has something to do or `most` were read."""
        self._awake, self._dozes = False, inf
        if self._busy or not self._active:
            return
        most = most or max(_AT_ONCE, len(self.inbox) // _SHARE)
        try:
            if (user := self.inbox.take_user()) is not None:
                with self._lock:
                    self._core.hear_user(user)
            while self.inbox or self._pending:
                if not self._pending:
                    if most <= 0:
                        self._wake()
                        return
                    most -= self.inbox.read(self._pending, most)
                    continue
                if (found := self._core.next_of(self._pending, more=bool(self.inbox))) is None:
                    continue
                at, event = found
                self._gone = self._gone or isinstance(event, e.Disconnected)
                if self._core.is_costly(event):
                    self._in_worker(partial(self._apply, event, at))
                    return
                self._commands.carry_out(self._apply(event, at))
            if self._askers:
                self._in_worker(self._tell_askers)
            elif self._gone:
                self.hooks.closed()
                self.stop()
            else:
                self._alarm.set(self._core.deadline())
                self._ahead.go_on()
                self.hooks.progress()
        except Exception as error:
            self._break(error)

    def _apply(self, event: e.Event, at: float) -> list[e.Command]:
        with self._lock:
            return self._core.apply(event, at) if self._active else []

    def _catch_up(self) -> None:
        """Somebody asked what was heard: the next answer should be up to date."""
        self._run()
        if self._heard.is_out_of_date and self._active and not self._busy:
            self._in_worker(self._heard.work_out)

    def _is_free(self) -> bool:
        return self._active and not self._busy

    def _in_worker(self, work: Callable[[], list[e.Command]]) -> None:
        self._busy = True
        worker.start(work, self._worker_done, is_wanted=lambda: self._active)

    def _worker_done(self, result: list[e.Command] | Exception) -> None:
        self._home.soon(partial(self._go_on, result))

    def _go_on(self, result: list[e.Command] | Exception) -> None:
        self._busy = False
        if not self._active:
            return
        try:
            if isinstance(result, Exception):
                raise result
            self._commands.carry_out(result)
        except Exception as error:
            self._break(error)
        else:
            self._run()

    def _break(self, error: Exception) -> None:
        """An error of ours: this session is left alone from now on."""
        self.noticed("own failure", error)
        self.stop()
        our_failure(error, "This session is not followed any more; it goes on.")

    def noticed(self, what: str, error: BaseException) -> None:
        """Something went wrong that the core does not see, for the record. Never raises."""
        if self.recorder is not None:
            self.recorder.failed(what, error, time.monotonic())

    def _answered(self, answer: e.NoteBuilt | e.NoteSent | e.NoteFailed) -> None:
        self.take((answer,))

    # --- over a reconnect

    def carried(self) -> Carried:
        """The conversation's state as of now."""
        if self._home.is_here and not self._closing:
            self._run(_MOST_WAITING)  # Reports may still wait for the next message.
        with self._lock:
            return self._core.carry(time.monotonic())

    async def carried_soon(self) -> Carried:
        """The same, worked out in the worker while what comes waits; cancelled where nothing is
        followed any more."""
        state = self._askers.join()
        self._home.soon(self._run if self._active else self._cancel)
        return await state

    def _tell_askers(self) -> list[e.Command]:
        self._askers.answer(self.carried())
        return []

    def resume(self, carried: Carried) -> None:
        """Go on with the state of an earlier connection. Called from any thread."""
        here = running_loop()
        if self._home.is_gone and here is not None:
            self._home.move(here)
        if self._home.is_here:
            self._take_up(carried)
        elif not self._home.soon(partial(self._take_up, carried)):
            self._left_to_take_up = carried

    def _take_up(self, carried: Carried) -> None:
        self._left_to_take_up = None
        with self._lock:
            commands = self._core.resume(carried, time.monotonic())
        self._commands.carry_out(commands)
        self._home.soon(self._run)

    # --- the end

    def close(self, *, wanted: bool, code: int | None = None) -> None:
        """The connection is gone, or about to go.

        Args:
            wanted: the app closes it.
            code: the WebSocket's close code, where it is known.
        """
        if not self._closing:
            self._closing = True
            self.take((e.Disconnected(wanted=wanted, code=code),))

    def stop(self) -> None:
        """Go quiet: nothing is followed or sent any more. Called from any thread."""
        self.abandon()
        self._home.soon(self._cancel)

    def abandon(self) -> None:
        """The same without a word to the event loop, which is not ours any more: after a fork."""
        self._active = False
        if self.recorder is not None:
            self.recorder.close(time.monotonic())
        self.inbox.clear()
        self._pending.clear()

    def _cancel(self) -> None:
        self._alarm.set(None)
        self._askers.cancel()
        self._outbox.cancel()
        self._app.cancel()  # The app's callbacks may finish.
