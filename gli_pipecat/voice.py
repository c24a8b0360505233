"""One llm service of a pipeline: its session, its conversation, and what is done for it.

Knows what follows from the core's commands, and from another session than before. Must not know the
pipeline: the processor gives it frames and time, and pushes what it makes. A pipeline has one voice,
or, with a switcher, one for each member.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from loguru import logger
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.genai.remembered import remember, shown_before
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.starting import About
from gemini_live_interrupt.telemetry.starting import start
from gli_pipecat.at_llm import AtLlm
from gli_pipecat.downstream import Downstream
from gli_pipecat.following import Following
from gli_pipecat.frames import InterruptionContextFrame
from gli_pipecat.hearing import Hearing
from gli_pipecat.notes import Notes
from gli_pipecat.params import InterruptResumeParams
from gli_pipecat.reports import Reports
from gli_pipecat.session_link import SessionLink, compresses, model_of, profile_of

_REFUSED_WITHIN = 2.0
"""Seconds between a note and a new session in which the note is blamed: a session that refuses a
message is closed, and Pipecat connects again at once."""


class Host(Protocol):
    """What is needed of the processor."""

    async def push_frame(self, frame: Frame, direction: FrameDirection = ...) -> None: ...

    async def push_error(self, error_msg: str, exception: Exception | None = ...) -> None: ...

    async def broadcast_interruption(self) -> None: ...

    async def _call_event_handler(self, event_name: str, *args: Any, **kwargs: Any) -> None: ...

    def start(self, step: Coroutine[Any, Any, None]) -> None:
        """Take a step in a task of its own."""

    async def guarded(self, step: Coroutine[Any, Any, bool | None]) -> bool | None:
        """Take a step; no error of it reaches the caller."""


class Voice:
    """What an llm service says, and what it is told.

    Args:
        host: The processor.
        llm: The service.
        params: What the application chose.
        reports: Tells clients and the application.
        down: Where words go on.
        hearing: What was heard.
        wake: Called when there is something to do (None), or with when to look again.
    """

    def __init__(
        self,
        host: Host,
        llm: FrameProcessor,
        params: InterruptResumeParams,
        reports: Reports,
        down: Downstream,
        hearing: Hearing,
        wake: Callable[[float | None], None],
    ) -> None:
        self.llm = llm
        self._host = host
        self._params = params
        self._reports = reports
        self._link = SessionLink(llm, self._session_says)
        self._found = load_profiles(params.profile)
        self._refused = 0
        self.following = Following(self._new_conversation(), down, hearing, wake)
        self._notes = Notes(
            host, self._link, params.prompt_builder, self.noticed, self._session_says
        )
        self._recorder: Recorder | None = None
        self._at_llm: AtLlm | None = None

    def __str__(self) -> str:
        """The processor's name, for log lines."""
        return str(self._host)

    def _new_conversation(self) -> Conversation:
        params = self._params
        model = model_of(self.llm, params.model)
        profile = profile_of(self.llm, params.model, self._found)
        wanted: tuple[e.Delivery, ...] = (
            profile.deliveries if params.delivery == "auto" else (params.delivery,)
        )
        left = wanted[self._refused :]
        options = Options.of(
            params,
            delivery=left[0] if left else "silent",
            notes=bool(left),
            other_delivery=left[1] if len(left) > 1 else None,
            learned=shown_before(model, profile),
            compresses=compresses(self.llm),
            model=model or "",
            epoch=time.time() - time.monotonic(),
        )
        return Conversation(profile, options)

    # --- the llm

    def listen(self) -> None:
        """Follow what the service gets and makes from now on."""
        self._record(self.following.talk)
        self._at_llm = AtLlm(self.llm, self, self.following, self._host.guarded)

    def stop(self) -> None:
        """Leave the service alone."""
        if self._at_llm is not None:
            self._at_llm.stop()
            self._at_llm = None
        self._link.stop()
        self.give_up()

    def give_up(self) -> None:
        """Wait for nothing, and record nothing more."""
        self._notes.stop()
        self.end_record()

    def is_new(self, frame: Frame) -> bool:
        """Whether a frame did not come by the llm."""
        return self._at_llm is not None and self._at_llm.is_new(frame)

    def _session_says(self, event: e.Event) -> None:
        """The session says something that is in no frame."""
        self.following.apply(event, time.monotonic())

    async def broadcast_interruption(self) -> None:
        """Nobody else has said that the reply was interrupted."""
        await self._host.broadcast_interruption()

    # --- the record of it

    def _record(self, talk: Conversation) -> None:
        """Record this conversation from now on, if that is wanted, and none before it any more."""
        self.end_record()
        model = model_of(self.llm, self._params.model)
        self._recorder = start(self._params, talk, About(shell="pipecat", model=model))

    def end_record(self) -> None:
        """Record nothing more."""
        if self._recorder is not None:
            self._recorder.close(time.monotonic())
            self._recorder = None

    def noticed(self, what: str, error: BaseException) -> None:
        """Something went wrong that the core does not see, for the record."""
        if self._recorder is not None:
            self._recorder.failed(what, error, time.monotonic())

    # --- what is to be done

    async def carry_out(self) -> None:
        """Do what the core has asked for."""
        while self.following.acknowledged:
            await self._reports.acknowledged(self.following.acknowledged.popleft())
        while self.following.todo:
            await self._carry_out(self.following.todo.popleft())

    async def _carry_out(self, command: e.Command) -> None:
        match command:
            case e.BuildNote():
                self._host.start(self._build(command.interruption))
            case e.SendNote():
                await self._notes.send(command)
            case e.Notify():
                await self._reports.told(command.interruption)
            case e.Announce():
                await self._reports.noticed(command.notice)
            case e.Conclude():
                await self._reports.concluded(command.outcome)
            case e.Learn():
                options = self.following.talk.options
                remember(
                    options.model or None,
                    self.following.talk.profile,
                    command.route,
                    command.worked,
                )
            case e.Refused():
                self._refused += 1
            case e.Log():
                logger.log(command.level, f"{self}: {command.message}")

    async def _build(self, interruption: e.Interruption) -> None:
        delivery = self.following.talk.options.delivery
        built = await self._notes.build(interruption, delivery)
        self.following.apply(built, time.monotonic())

    def note_arrived(self, frame: InterruptionContextFrame) -> None:
        """A note has reached the llm: if it is ours, it goes into the session."""
        if self._notes.arrive(frame):
            self._host.start(self._deliver(frame))

    async def _deliver(self, frame: InterruptionContextFrame) -> None:
        answer = await self._notes.deliver(frame, self.following.talk.profile)
        if answer is not None:
            self.following.apply(answer, time.monotonic())

    # --- reconnects

    def look_at_session(self, now: float) -> None:
        """Notice that the llm has another session than before."""
        is_new, is_again = self._link.changed()
        if is_again:
            self._reconnected(now)
        frame = self._notes.undelivered
        if is_new and frame is not None:
            self._notes.undelivered = None
            self._host.start(self._deliver(frame))

    def _reconnected(self, now: float) -> None:
        is_blamed = now - self._notes.sent_at < _REFUSED_WITHIN
        if is_blamed:
            self._refused += 1
            self._notes.sent_at = float("-inf")
            logger.warning(
                f"{self}: the session was lost right after a note; the next note is delivered "
                "another way, or not at all if no way is left."
            )
        if is_blamed or not self.following.talk.telling.notes_on:
            talk = self._new_conversation()
            self._record(talk)
            self.following.begin_again(talk, now)
        else:
            self.following.reconnected()
