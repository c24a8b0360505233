"""The Pipecat processor: frames in, the core's events out, and the core's commands carried out.

Knows Pipecat's frames, the clock, and one task of its own; decides nothing about interruptions:
that is `gemini_live_interrupt.core.conversation`. It stands after the output transport, so it sees what
was played; what was generated, from where, and when, is seen at the llm (`at_llm.py`). It runs in
direct mode: no queue of its own that an interruption could empty or reorder.

Two rules of this place:

- The llm's text is swallowed here and handed on word by word as it is heard, because what the
  assistant aggregator gets, the context keeps.
- No error of ours stops the pipeline: it is pushed once, and from then on frames only pass.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    MetricsFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import (
    FrameDirection,
    FrameProcessor,
    FrameProcessorSetup,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.starting import start
from gli_pipecat.at_llm import AtLlm
from gli_pipecat.downstream import Downstream
from gli_pipecat.following import Following, is_stale
from gli_pipecat.frames import InterruptionContextFrame, InterruptionMetricsData
from gli_pipecat.notes import OURS, Notes
from gli_pipecat.params import InterruptResumeParams, latency_of
from gli_pipecat.session_link import SessionLink, model_of, profile_of

_LEAST_WAIT = 0.01
"""Seconds between two looks at least."""
_REFUSED_WITHIN = 2.0
"""Seconds between a note and a new session in which the note is blamed: a session that refuses a
message is closed, and Pipecat connects again at once."""


class InterruptResume(FrameProcessor):
    """Tells Gemini Live what the user heard of a reply that was cut, and keeps the context true.

    Place it right after the output transport::

        Pipeline([
            transport.input(), user_aggregator, llm,
            transport.output(), InterruptResume(llm), assistant_aggregator,
        ])

    When the user barges in, an `InterruptionContextFrame` travels upstream to the llm and goes into
    the live session. The context and the transcripts get the words that were heard, and no others.

    Event handlers available:

    - on_interruption: Called with the `InterruptionContextFrame` before it is sent, in place.
      Change `frame.note`, or set it to "" to send nothing.
    - on_interruption_told: Called with the finished `Interruption`; its `note` is what was sent.
    - on_notice: Called with a `Notice` (false interruption, nudge, gave up, stalled, ...).

    Example::

        resume = InterruptResume(llm)

        @resume.event_handler("on_interruption")
        async def on_interruption(processor, frame: InterruptionContextFrame):
            print("heard:", frame.heard)
    """

    def __init__(
        self, llm: FrameProcessor, *, params: InterruptResumeParams | None = None, **kwargs: Any
    ) -> None:
        """Initialize the processor.

        Args:
            llm: The `GeminiLiveLLMService` (or its Vertex variant) of the same pipeline.
            params: Settings; None: the defaults.
            **kwargs: Passed on to `FrameProcessor`, such as `name`.
        """
        super().__init__(enable_direct_mode=True, **kwargs)
        self._params = params or InterruptResumeParams()
        self._link = SessionLink(llm)
        self._refused = 0
        self._latency_ms = 0.0
        self._down = Downstream(self.push_frame)
        self._following = Following(
            self._new_conversation(), self._down, self._latency, self._wake_by
        )
        self._notes = Notes(self, self._link, self._params.prompt_builder)
        self._wake = asyncio.Event()
        self._wakes_at: float | None = None
        self._worker: asyncio.Task[None] | None = None
        self._active = True
        self._recorder: Recorder | None = None

        self._register_event_handler("on_interruption", sync=True)
        self._register_event_handler("on_interruption_told")
        self._register_event_handler("on_notice")
        self._at_llm = AtLlm(self, self._following, self._guarded)
        self._at_llm.listen(llm)

    @property
    def heard(self) -> e.HeardSoFar:
        """What the user has heard by now of the reply that is audible, or of the last one: for
        captions, say.

        Costs microseconds. Ask it in the pipeline's event loop.
        """
        return self._following.talk.heard(time.monotonic(), lately=True)

    def _new_conversation(self) -> Conversation:
        params = self._params
        profile = profile_of(self._link.llm, params.model)
        wanted: tuple[e.Delivery, ...] = (
            profile.deliveries if params.delivery == "auto" else (params.delivery,)
        )
        delivery = wanted[self._refused] if self._refused < len(wanted) else None
        options = Options.of(
            params,
            delivery=delivery or "silent",
            notes=delivery is not None,
            epoch=time.time() - time.monotonic(),
        )
        return Conversation(profile, options)

    # --- lifecycle

    # Pipecat's own processors take another argument here than their base does.
    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override]
        """Start the task that keeps the timers and carries out commands.

        Args:
            setup: Pipecat's setup.
        """
        await super().setup(setup)
        if self._params.rtvi:
            # Here, since it loads Pipecat's base transports.
            from pipecat.processors.frameworks.rtvi import RTVIServerMessageFrame

            self._down.message_frame = RTVIServerMessageFrame
        self._record(self._following.talk)
        self._worker = self.create_task(self._work())

    def _record(self, talk: Conversation) -> None:
        """Record this conversation from now on, if that is wanted, and none before it any more."""
        self._end_record()
        model = model_of(self._link.llm, self._params.model)
        self._recorder = start(self._params, talk, shell="pipecat", model=model)

    def _end_record(self) -> None:
        if self._recorder is not None:
            self._recorder.close(time.monotonic())

    def noticed(self, what: str, error: BaseException) -> None:
        """Something went wrong that the core does not see, for the record."""
        if self._recorder is not None:
            self._recorder.failed(what, error, time.monotonic())

    async def cleanup(self) -> None:
        """Stop."""
        self._active = False
        if self._worker is not None:
            await self.cancel_task(self._worker)
            self._worker = None
        self._end_record()
        await super().cleanup()  # type: ignore[no-untyped-call]

    async def _guarded(self, step: Coroutine[Any, Any, None]) -> None:
        """Take a step of ours; nothing that goes wrong in it reaches the caller."""
        if not self._active:
            step.close()
            return
        try:
            await step
        except Exception as error:
            await self._break(error)

    async def _break(self, error: Exception) -> None:
        """An error of ours: frames only pass from now on."""
        if self._active:
            self._active = False
            self.noticed("own failure", error)
            self._end_record()
            await self.push_error(
                error_msg=f"Interrupt-resume stopped because of an error of its own: {error!r}",
                exception=error,
            )

    # --- the frames that come by

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Follow a frame, and pass it on unless it is the llm's text or comes too late.

        Args:
            frame: The frame.
            direction: Its direction.
        """
        await super().process_frame(frame, direction)
        passes = True
        if self._active and direction is FrameDirection.DOWNSTREAM:
            try:
                passes = await self._follow(frame)
            except Exception as error:
                await self._break(error)
        if passes:
            await self.push_frame(frame, direction)

    async def _follow(self, frame: Frame) -> bool:
        """What a frame means here.

        Returns:
            Whether it goes on.
        """
        now, following = time.monotonic(), self._following
        match frame:
            case TTSAudioRawFrame():
                following.taken(frame, now)
            case TTSTextFrame():
                return OURS not in frame.metadata
            case LLMFullResponseEndFrame():
                return await following.passes_end(frame, now)
            case LLMFullResponseStartFrame():
                if is_stale(frame):
                    return False
                await following.close_response(now)
                self._down.opened()
            case TTSStartedFrame() | TTSStoppedFrame():
                return not is_stale(frame)
            case InterruptionFrame():
                if self._at_llm.is_new(frame):  # It did not come by the llm.
                    await following.cut_locally(now)
                await self._down.flush()
                self._down.interrupted()
            case InputAudioRawFrame():
                self.look_at_session(now)
                following.apply(e.UserAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now)
            case UserStartedSpeakingFrame():
                following.user_started(now)
            case UserStoppedSpeakingFrame():
                following.user_stopped(now)
            case EndFrame() | CancelFrame():
                await following.close_response(now)
        return True

    # --- our own task

    def _wake_by(self, at: float | None) -> None:
        if at is None or self._wakes_at is None or at < self._wakes_at:
            self._wake.set()

    def _latency(self) -> float:
        chosen = self._params.playout_latency_ms
        if callable(chosen):
            return float(chosen())
        return self._latency_ms if chosen is None else chosen

    async def _work(self) -> None:
        self._latency_ms = latency_of(self.previous)
        while self._active:
            try:
                await self._work_once()
            except Exception as error:
                await self._break(error)

    async def _work_once(self) -> None:
        while self._following.todo:
            await self._carry_out(self._following.todo.popleft())
        self._wake.clear()
        now = time.monotonic()
        self._wakes_at = self._following.next_look(now)
        # Never less than a moment: a deadline that stays must not keep the loop busy.
        wait = None if self._wakes_at is None else max(_LEAST_WAIT, self._wakes_at - now)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)
        now = time.monotonic()
        self.look_at_session(now)
        await self._following.look(now)

    async def _carry_out(self, command: e.Command) -> None:
        match command:
            case e.BuildNote():
                delivery = self._following.talk.options.delivery
                built = await self._notes.build(command.interruption, delivery)
                self._following.apply(built, time.monotonic())
            case e.SendNote():
                await self._notes.send(command)
            case e.Notify():
                await self._told(command.interruption)
            case e.Announce():
                logger.info(f"{self}: {command.notice.kind}: {command.notice.detail}")
                await self._call_event_handler("on_notice", command.notice)
            case e.Refused():
                self._refused += 1
            case e.Log():
                logger.log(command.level, f"{self}: {command.message}")

    # --- notes

    def note_arrived(self, frame: InterruptionContextFrame) -> None:
        """A note of ours has reached the llm: put it into the session."""
        self.create_task(self._guarded(self._deliver(frame)))

    async def _deliver(self, frame: InterruptionContextFrame) -> None:
        answer = await self._notes.deliver(frame, self._following.talk.profile)
        if answer is not None:
            self._following.apply(answer, time.monotonic())

    async def _told(self, interruption: e.Interruption) -> None:
        self._down.message(
            "bot-interruption",
            id=interruption.id,
            heard=interruption.heard,
            unheard=interruption.unheard,
            user_text=interruption.user_text,
            cause=interruption.cause,
            heard_ms=round(interruption.heard_ms),
            received_ms=round(interruption.received_ms),
            note=interruption.note,
        )
        await self._down.flush()
        if self.metrics_enabled:
            elapsed = (time.time() - interruption.time) * 1000.0
            data = InterruptionMetricsData(
                processor=self.name,
                heard_ms=interruption.heard_ms,
                received_ms=interruption.received_ms,
                unheard_words=len(interruption.unheard.split()),
                note_ms=elapsed if interruption.note else None,
            )
            await self.push_frame(MetricsFrame(data=[data]))
        await self._call_event_handler("on_interruption_told", interruption)

    # --- reconnects

    def look_at_session(self, now: float) -> None:
        """Notice that the llm has another session than before."""
        is_new, is_again = self._link.changed()
        if is_again:
            self._reconnected(now)
        frame = self._notes.undelivered
        if is_new and frame is not None:
            self._notes.undelivered = None
            self.note_arrived(frame)

    def _reconnected(self, now: float) -> None:
        is_blamed = now - self._notes.sent_at < _REFUSED_WITHIN
        if is_blamed:
            self._refused += 1
            self._notes.sent_at = float("-inf")
            logger.warning(
                f"{self}: the session was lost right after a note; the next note is delivered "
                "another way, or not at all if no way is left."
            )
        if is_blamed or not self._following.talk.telling.notes_on:
            talk = self._new_conversation()
            self._record(talk)
            self._following.begin_again(talk, now)
        else:
            self._following.reconnected()
