"""The shell around one live session: it feeds the core, carries out its commands, and contains
every error.

Knows asyncio, the clock, and how to send; decides nothing: that is the core's. On the host's path
it only notes the time and keeps a reference; everything else happens afterwards, in the order of
arrival, and what may take milliseconds in a worker thread. Nothing here raises into, delays or
reorders the host's receive loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from loguru import logger

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.learned import LearnedRoute
from gemini_live_interrupt.core.note import PromptBuilder
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai import worker
from gemini_live_interrupt.genai.app_calls import AppCalls, Callback
from gemini_live_interrupt.genai.heard_now import HeardNow
from gemini_live_interrupt.genai.sending import LiveSession, Outbox
from gemini_live_interrupt.record.recorder import Recorder

_WAKE_EVERY = 256
"""Playback reports from another thread are picked up with the next message, or when so many
wait."""

_WITHIN = 0.02
"""Seconds in which what was received is dealt with, if it is not urgent: several messages at a time
cost the host less. Its time is taken when it comes, so nothing is the less exact for it."""


class FollowedSession:
    """The shell's side of one session: events in from the host's path, commands carried out.

    Args:
        session: the live session that notes are sent to.
        core: its conversation.
        prompt_builder: makes the note; None: the built-in one.
        on_interruption: gets each `Interruption`.
        on_event: gets each `Notice`.
        on_outcome: gets each `Outcome`.
        recorder: gets what does not come by the core; None: nothing is recorded.
    """

    def __init__(
        self,
        session: LiveSession,
        core: Conversation,
        *,
        prompt_builder: PromptBuilder | None = None,
        on_interruption: Callback | None = None,
        on_event: Callback | None = None,
        on_outcome: Callback | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.recorder = recorder
        self._session = weakref.ref(session)
        self._core = core
        self._outbox = Outbox(self._session, self._answered)
        self._app = AppCalls(
            prompt_builder=prompt_builder,
            on_interruption=on_interruption,
            on_event=on_event,
            on_outcome=on_outcome,
            answer=self._answered,
            noticed=self.noticed,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: deque[tuple[float, Iterable[e.Event]]] = deque()
        self._pending: deque[tuple[float, e.Event]] = deque()
        self._awake = False
        """To be run at once."""
        self._dozing = False
        """To be run within `_WITHIN`."""
        self._busy = False
        self._active = True
        self._timer: asyncio.TimerHandle | None = None
        self._broken = False
        self._closing = False
        worker.prepare()
        self.on_closed: Callable[[], None] = _nothing
        """Called once when the connection is gone, and all that came over it was followed."""
        self.on_progress: Callable[[], None] = _nothing
        """Called when something that happened has been followed."""
        self.on_handle: Callable[[str], None] = _nothing
        """Called with each resumption handle that the server names."""
        self.on_refused: Callable[[e.Delivery], None] = _nothing
        """Called when the server does not take messages of a delivery."""
        self.on_learned: Callable[[LearnedRoute, bool], None] = lambda route, worked: None
        """Called when a reply showed whether a route works with this model."""
        self._lock = threading.Lock()
        self._heard = HeardNow(core, self._lock)
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
    def profile(self) -> Profile:
        """What is known of the session's model."""
        return self._core.profile

    # --- the host's path

    def take(self, events: Iterable[e.Event]) -> None:
        """Something was sent. Called on the host's path, in its event loop; never raises.

        Args:
            events: read now, because the host may change what they come from.
        """
        if not self._active:
            return
        try:
            read = tuple(events)
        except Exception as error:
            self._break(error)
            return
        self.receive(read, urgent=not all(isinstance(event, e.UserAudio) for event in read))

    def receive(self, events: Iterable[e.Event], *, urgent: bool) -> None:
        """Something was received. Called on the host's path, in its event loop; never raises.

        Args:
            events: read afterwards, so that they cost the host nothing.
            urgent: read them as soon as the host lets go, not within `_WITHIN`.
        """
        if not self._active:
            return
        self._inbox.append((time.monotonic(), events))
        loop = self._loop
        if loop is None or loop.is_closed():
            try:
                loop = self._loop = asyncio.get_running_loop()
            except RuntimeError:
                return
            self._awake = self._dozing = self._busy = False
        if self._awake or (self._dozing and not urgent):
            return
        if urgent:
            self._awake = True
            loop.call_soon(self._run)
        else:
            self._dozing = True
            loop.call_later(_WITHIN, self._run)

    def told_by_app(self, event: e.Event) -> None:
        """The app says what its speaker does. Called from any thread; never raises."""
        if not self._active:
            return
        self._inbox.append((time.monotonic(), (event,)))
        urgent = not isinstance(event, e.Played) or len(self._inbox) >= _WAKE_EVERY
        if urgent and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: the session is over.
                self._loop.call_soon_threadsafe(self._wake)

    def heard(self) -> e.HeardSoFar:
        """What the user has heard by now. Called from any thread; never waits."""
        heard = self._heard.ask()
        behind = self._heard.is_out_of_date or self._inbox
        if behind and self._active and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: the session is over.
                self._loop.call_soon_threadsafe(self._catch_up)
        return heard

    # --- afterwards

    def _wake(self) -> None:
        if not self._awake:
            self._run()

    def _run(self) -> None:
        """Apply what has come, in order, until something is to be done in the worker thread."""
        self._awake = self._dozing = False
        if self._busy or not self._active:
            return
        try:
            while self._inbox or self._pending:
                if not self._pending:
                    at, events = self._inbox.popleft()
                    self._pending.extend((at, event) for event in events)
                    continue
                at, event = self._pending.popleft()
                if self._core.is_costly(event):
                    self._in_worker(partial(self._apply, event, at))
                    return
                self._carry_out(self._apply(event, at))
            if self._closing:
                self.on_closed()
                self.stop()
            else:
                self._set_timer()
                self.on_progress()
        except Exception as error:
            self._break(error)

    def _apply(self, event: e.Event, at: float) -> list[e.Command]:
        with self._lock:
            return self._core.apply(event, at)

    def _catch_up(self) -> None:
        """Somebody asked what was heard: the next answer should be up to date."""
        self._wake()
        if self._heard.is_out_of_date and self._active and not self._busy:
            self._in_worker(self._work_out_heard)

    def _work_out_heard(self) -> list[e.Command]:
        self._heard.work_out()
        return []

    def _in_worker(self, work: Callable[[], list[e.Command]]) -> None:
        assert self._loop is not None
        self._busy = True
        future = worker.start(self._loop, work)
        future.add_done_callback(self._worker_done)

    def _worker_done(self, future: asyncio.Future[list[e.Command]]) -> None:
        self._busy = False
        if not self._active:
            return
        try:
            self._carry_out(future.result())
        except asyncio.CancelledError:
            return
        except Exception as error:
            self._break(error)
            return
        self._run()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._core.deadline()
        if deadline is not None and self._loop is not None:
            wait = max(0.0, deadline - time.monotonic())
            self._timer = self._loop.call_later(wait, self.take, (e.Tick(),))

    def _break(self, error: Exception) -> None:
        """An error of ours: this session is left alone from now on."""
        if not self._broken:
            self._broken = True
            self.noticed("own failure", error)
            logger.opt(exception=error).warning(
                "Interrupt-resume stopped for this session because of an error of its own; the session goes on."
            )
        self.stop()

    # --- commands

    def _carry_out(self, commands: list[e.Command]) -> None:
        for command in commands:
            match command:
                case e.BuildNote():
                    self._app.build(command.interruption)
                case e.SendNote():
                    self._outbox.put(command)
                case e.Notify():
                    logger.info(
                        "Interruption {}: {}",
                        command.interruption.id,
                        _outline(command.interruption),
                    )
                    self._app.tell_interruption(command.interruption)
                case e.Announce():
                    logger.info("{}: {}", command.notice.kind, command.notice.detail)
                    self._app.tell_notice(command.notice)
                case e.Conclude():
                    logger.info(
                        "Outcome of interruption {}: {}",
                        command.outcome.interruption,
                        _in_short(command.outcome),
                    )
                    self._app.tell_outcome(command.outcome)
                case e.Learn():
                    self.on_learned(command.route, command.worked)
                case e.Refused():
                    self.on_refused(command.delivery)
                case e.Log():
                    logger.log(command.level, command.message)

    def noticed(self, what: str, error: BaseException) -> None:
        """Something went wrong that the core does not see, for the record. Never raises."""
        if self.recorder is not None:
            self.recorder.failed(what, error, time.monotonic())

    def _answered(self, answer: e.NoteBuilt | e.NoteSent | e.NoteFailed) -> None:
        self.take((answer,))

    # --- over a reconnect

    def carried(self) -> Carried:
        """The conversation's state as of now."""
        with self._lock:
            return self._core.carry(time.monotonic())

    def resume(self, carried: Carried) -> None:
        """Go on with the state of an earlier connection. Call it in the session's event loop."""
        self._loop = self._loop or asyncio.get_running_loop()
        with self._lock:
            commands = self._core.resume(carried, time.monotonic())
        self._carry_out(commands)
        self._loop.call_soon(self._run)

    # --- the end

    def close(self, *, wanted: bool, code: int | None = None) -> None:
        """The connection is gone, or about to go.

        Args:
            wanted: the app closes it.
            code: the WebSocket's close code, where it is known.
        """
        if not self._closing:
            self.take((e.Disconnected(wanted=wanted, code=code),))
            self._closing = True

    def stop(self) -> None:
        """Go quiet: nothing is followed or sent any more. Safe to call from any thread."""
        self._active = False
        if self.recorder is not None:
            self.recorder.close(time.monotonic())
        self._inbox.clear()
        self._pending.clear()
        self._outbox.clear()
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # It was closed in between.
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._outbox.cancel()
        self._app.cancel()  # The app's callbacks may finish.


def _nothing(*_: Any) -> None:
    """What a hook does that nobody set."""


def _in_short(outcome: Outcome) -> str:
    """An outcome without what anybody said."""
    parts: list[str] = [outcome.kind]
    if outcome.skipped_words:
        parts.append(f"{outcome.skipped_words} unheard words were left out")
    if outcome.repeated_words:
        parts.append(f"{outcome.repeated_words} words were said again")
    if outcome.note_in_prompt is not None:
        parts.append(f"the note was {'' if outcome.note_in_prompt else 'not '}in the prompt")
    if outcome.repaired:
        parts.append("after a repair")
    return ", ".join(parts)


def _outline(interruption: e.Interruption) -> str:
    """An interruption without what anybody said."""
    sent = (
        f"a note of {len(interruption.note)} characters was sent"
        if interruption.note
        else "no note was sent"
    )
    return (
        f"{interruption.heard_ms:.0f} of {interruption.received_ms:.0f} ms heard ({interruption.position_from}), "
        f"{len(interruption.heard)} of {len(interruption.heard) + len(interruption.unheard)} characters "
        f"({interruption.estimated_by}), cause {interruption.cause}; {sent}"
    )
