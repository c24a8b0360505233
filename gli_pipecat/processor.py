"""The Pipecat processor: frames in, the core's events out, and the core's commands carried out.

Knows Pipecat's frames, the clock, and one task of its own; decides nothing about interruptions:
that is `gemini_live_interrupt.core.conversation`. It stands after the output transport; what was generated,
from where, and when, is seen at the llm (`at_llm.py`), and what became of it on the way in
`trail.py` and `hearing.py`. It runs in direct mode: no queue of its own that an interruption could
empty or reorder.

Two rules of this place:

- The llm's text is swallowed here and handed on word by word as it is heard, because what the
  assistant aggregator gets, the context keeps.
- No error of ours stops the pipeline: it is pushed once, and from then on frames only pass. The same
  where the processor stands in a place in which it cannot work.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections.abc import Coroutine
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    OutputAudioRawFrame,
    StartFrame,
    StopFrame,
    TextFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import (
    FrameDirection,
    FrameProcessor,
    FrameProcessorSetup,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.heard.arrays import load_arrays
from gli_pipecat.downstream import Downstream
from gli_pipecat.hearing import Hearing
from gli_pipecat.params import InterruptResumeParams, latency_by, settings_of
from gli_pipecat.reports import Reports
from gli_pipecat.surroundings import Surroundings, llms_in, look_around
from gli_pipecat.trail import Trail
from gli_pipecat.voice import Voice
from gli_pipecat.wording import Stage

_LEAST_WAIT = 0.01
"""Seconds between two looks at least."""

_taken: weakref.WeakKeyDictionary[FrameProcessor, FrameProcessor] = weakref.WeakKeyDictionary()
"""Which processor follows an llm."""


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
    - on_outcome: Called with the `Outcome` of each interruption: what the next reply did about it.

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
            llm: The `GeminiLiveLLMService` (or its Vertex variant) of the same pipeline, or an
                `LLMSwitcher` or a pipeline that contains some: each is followed by itself.
            params: Settings; None: the defaults.
            **kwargs: Passed on to `FrameProcessor`, such as `name`.

        Raises:
            TypeError: If `llm` is no processor, or there is another argument that nobody takes.
        """
        self._params = settings_of(params, kwargs, FrameProcessor)
        super().__init__(enable_direct_mode=True, **kwargs)
        load_arrays()
        self._down = Downstream(self.push_frame)
        reports = Reports(self, self._down)
        self._hearing = Hearing(Trail(), self._sound_moved)
        self._voices = [
            Voice(self, one, self._params, reports, self._down, self._hearing, self._wake_by)
            for one in llms_in(llm)
        ]
        self._latency_here = latency_by(self._params.playout_latency_ms, self)
        self._wake = asyncio.Event()
        self._wakes_at: float | None = None
        self._worker: asyncio.Task[None] | None = None
        self._active = False
        self._around = Surroundings()

        self._register_event_handler("on_interruption", sync=True)
        self._register_event_handler("on_interruption_told")
        self._register_event_handler("on_notice")
        self._register_event_handler("on_outcome")

    @property
    def heard(self) -> e.HeardSoFar:
        """What the user has heard by now of the reply that is audible, or of the last one: for
        captions, say.

        Costs microseconds. Ask it in the pipeline's event loop.
        """
        now = time.monotonic()
        heard = [voice.following.heard(now) for voice in self._voices]
        heard = heard or [e.HeardSoFar()]
        return next((one for one in heard if one.audible), heard[0])

    # --- lifecycle

    # Pipecat's own processors take another argument here than their base does.
    async def setup(self, setup: FrameProcessorSetup) -> None:  # type: ignore[override]
        """Look where we stand, and start the task that keeps the timers and carries out commands.

        Args:
            setup: Pipecat's setup.
        """
        await super().setup(setup)
        self._around = self._settle_in()
        if self._around.error:
            return
        self._active = True
        if self._params.rtvi:
            # Here, since it loads Pipecat's base transports.
            from pipecat.processors.frameworks.rtvi import RTVIServerMessageFrame

            self._down.message_frame = RTVIServerMessageFrame
        self._worker = self.create_task(self._work())

    def _settle_in(self) -> Surroundings:
        """Follow the llms, the outputs and those between, if that can be done."""
        llms = [voice.llm for voice in self._voices]
        around = look_around(self, llms)
        if around.error:
            return around
        for llm in llms:
            other = _taken.get(llm)
            if other not in (None, self):
                return Surroundings(
                    error=f"{other} follows {llm} already. One InterruptResume is enough for a "
                    "pipeline, and each llm can have only one."
                )
        for voice in self._voices:
            _taken[voice.llm] = self
            voice.listen()
        for one in around.between:
            self._hearing.trail.watch(one)
        for output in around.outputs:
            self._hearing.follow(output, latency_by(self._params.playout_latency_ms, output))
        self._hearing.is_last = around.is_last
        return around

    async def cleanup(self) -> None:
        """Stop, and leave everybody else as they were."""
        self._active = False
        for voice in self._voices:
            if _taken.get(voice.llm) is self:
                del _taken[voice.llm]
            voice.stop()
        self._hearing.stop()
        if self._worker is not None:
            await self.cancel_task(self._worker)
            self._worker = None
        await super().cleanup()  # type: ignore[no-untyped-call]

    def start(self, step: Coroutine[Any, Any, None]) -> None:
        """Take a step in a task of its own."""
        self.create_task(self.guarded(step))

    async def guarded(self, step: Coroutine[Any, Any, bool | None]) -> bool | None:
        """Take a step of ours; nothing that goes wrong in it reaches the caller.

        Returns:
            What the step returns; None where it failed, or we have stopped.
        """
        if not self._active:
            step.close()
            return None
        try:
            return await step
        except Exception as error:
            await self._break(error)
            return None

    async def _break(self, error: Exception) -> None:
        """An error of ours: frames only pass from now on."""
        if self._active:
            self._active = False
            for voice in self._voices:
                voice.noticed("own failure", error)
                voice.give_up()
            await self.push_error(
                error_msg=f"Interrupt-resume stopped because of an error of its own: {error!r}",
                exception=error,
            )

    # --- the frames that come by

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Follow a frame, and pass it on unless it is the llm's text or has to wait.

        Args:
            frame: The frame.
            direction: Its direction.
        """
        await super().process_frame(frame, direction)
        passes: bool | None = True
        if direction is FrameDirection.DOWNSTREAM:
            passes = await self.guarded(self._follow(frame))
        if passes is not False:
            await self.push_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            for behind in self._down.interrupted():
                await self.push_frame(behind)
        elif isinstance(frame, StartFrame) and self._around.error:
            await self._say_misplaced()

    async def _say_misplaced(self) -> None:
        error = f"{self} does nothing: {self._around.error}"
        if self._around.in_a_circle:
            logger.error(error)  # A frame would go round for ever.
        else:
            await self.push_error(error)

    async def _follow(self, frame: Frame) -> bool:
        """What a frame means here.

        Returns:
            Whether it goes on.
        """
        now = time.monotonic()
        match frame:
            case OutputAudioRawFrame():
                if not self._hearing.has_output:
                    self._hearing.arrives(frame, self._latency_here)
                    await self._sound_moved()
            case TextFrame():
                return not self._hearing.text(frame, Stage.ARRIVED)
            case LLMFullResponseEndFrame() | TTSStoppedFrame():
                return await self._passes_end(frame, now)
            case BotStoppedSpeakingFrame():
                return await self._passes_bot_stopped(frame, now)
            case LLMFullResponseStartFrame() | TTSStartedFrame() | BotStartedSpeakingFrame():
                return self._passes_start(frame)
            case InterruptionFrame():
                for voice in self._voices:
                    if voice.is_new(frame):  # It did not come by the llm.
                        await voice.following.cut_locally(now)
                await self._down.flush()
            case InputAudioRawFrame():
                for voice in self._voices:
                    voice.look_at_session(now)
                    voice.following.apply(
                        e.UserAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now
                    )
            case UserStartedSpeakingFrame():
                for voice in self._voices:
                    voice.following.user_started(now)
            case UserStoppedSpeakingFrame():
                for voice in self._voices:
                    voice.following.user_stopped(now)
            case EndFrame() | StopFrame():
                for voice in self._voices:
                    await voice.following.close(now)
                self._down.release(lambda spoken: True, now, all_at_once=True)
                await self._down.flush()
        return True

    def _passes_start(self, frame: Frame) -> bool:
        if self._down.holds:
            self._down.hold(frame, None)
            return False
        self._down.passes(frame)
        return True

    async def _passes_end(self, frame: Frame, now: float) -> bool:
        cargo = self._hearing.trail.of(frame)
        spoken = cargo.ends if cargo is not None else None
        passes = True
        for voice in self._voices:
            if spoken is not None and voice.following.owns(spoken):
                passes = await voice.following.passes_end(frame, spoken, now)
        if passes and self._down.holds:
            self._down.hold(frame, None)
            passes = False
        if passes:
            await self._down.flush()
            self._down.passes(frame)
        return passes

    async def _passes_bot_stopped(self, frame: BotStoppedSpeakingFrame, now: float) -> bool:
        for voice in self._voices:
            if not await voice.following.passes_bot_stopped(frame, now):
                return False
        if self._down.holds:
            self._down.hold(frame, None)
            return False
        await self._down.flush()
        return True

    async def _sound_moved(self) -> None:
        now = time.monotonic()
        for voice in self._voices:
            await self.guarded(voice.following.sound_moved(now))

    # --- our own task

    def _wake_by(self, at: float | None) -> None:
        if at is None or self._wakes_at is None or at < self._wakes_at:
            self._wake.set()

    async def _work(self) -> None:
        while self._active:
            await self.guarded(self._work_once())

    async def _work_once(self) -> None:
        for voice in self._voices:
            await voice.carry_out()
        self._wake.clear()
        if any(voice.following.todo for voice in self._voices):
            return
        now = time.monotonic()
        looks = [voice.following.next_look(now) for voice in self._voices]
        self._wakes_at = min((at for at in looks if at is not None), default=None)
        # Never less than a moment: a deadline that stays must not keep the loop busy.
        wait = None if self._wakes_at is None else max(_LEAST_WAIT, self._wakes_at - now)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait)
        now = time.monotonic()
        for voice in self._voices:
            voice.look_at_session(now)
            await voice.following.look(now)
