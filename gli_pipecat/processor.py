"""The Pipecat processor: frames in, the core's events out, and the core's commands carried out.

Knows Pipecat's frames, the clock, and one task of its own; decides nothing about interruptions:
that is `gemini_live_interrupt.conversation`. It stands after the output transport, so it sees what
was played, and listens to the llm's hooks, so it sees what was generated, from where, and when. It
runs in direct mode: no queue of its own that an interruption could empty or reorder.

Three rules of this place:

- The llm's text is swallowed here and handed on word by word as it is heard, because what the
  assistant aggregator gets, the context keeps.
- After a cut, what still arrives of the reply is emptied on its way out of the llm: it is neither
  played into the next turn nor recorded as one.
- No error of ours stops the pipeline: it is pushed once, and from then on frames only pass.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    FunctionCallCancelFrame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    InputAudioRawFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMMessagesAppendFrame,
    LLMTextFrame,
    MetricsFrame,
    TranscriptionFrame,
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

from gemini_live_interrupt import events as e
from gemini_live_interrupt.conversation import Conversation, Floor, Options
from gli_pipecat.downstream import Downstream
from gli_pipecat.frames import InterruptionContextFrame, InterruptionMetricsData
from gli_pipecat.notes import OURS, Notes
from gli_pipecat.params import InterruptResumeParams, latency_of
from gli_pipecat.playout import Playout
from gli_pipecat.session_link import SessionLink, profile_of
from gli_pipecat.spoken import Spoken, SpokenWords

_STALE = object()
"""In `Frame.metadata`: of a reply that was cut; else a `Spoken` tells whose a frame is."""
_LOOK_EVERY = 0.08
"""Seconds between looks at what was heard, while something is audible. A look costs at most a few
ms while a reply arrives, and nothing measurable afterwards."""
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
        self._talk = self._new_conversation()
        self._playout = Playout()
        self._spoken = SpokenWords()
        self._latency_ms = 0.0
        self._todo: deque[e.Command] = deque()
        self._down = Downstream(self.push_frame)
        self._notes = Notes(self, self._link, self._params.prompt_builder)
        self._wake = asyncio.Event()
        self._wakes_at: float | None = None
        self._worker: asyncio.Task[None] | None = None
        self._active = True
        # The stream as the llm makes it.
        self._stale_response = False
        self._passing: deque[int] = deque(maxlen=64)
        self._broken_off = False
        self._user_speaks = False
        self._user_said = False
        self._warned_of_text = False

        self._register_event_handler("on_interruption", sync=True)
        self._register_event_handler("on_interruption_told")
        self._register_event_handler("on_notice")
        llm.add_event_handler("on_before_push_frame", self._on_llm_pushes)
        llm.add_event_handler("on_before_process_frame", self._on_llm_gets)

    def _new_conversation(self) -> Conversation:
        params = self._params
        profile = profile_of(self._link.llm, params.model)
        wanted: tuple[e.Delivery, ...] = (
            profile.deliveries if params.delivery == "auto" else (params.delivery,)
        )
        delivery = wanted[self._refused] if self._refused < len(wanted) else None
        options = Options(
            max_history=params.max_history,
            delivery=delivery or "silent",
            notes=delivery is not None,
            false_interruption_after=params.false_interruption_after,
            reply_timeout=params.reply_timeout,
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
        self._worker = self.create_task(self._work())

    async def cleanup(self) -> None:
        """Stop."""
        self._active = False
        if self._worker is not None:
            await self.cancel_task(self._worker)
            self._worker = None
        await super().cleanup()  # type: ignore[no-untyped-call]

    async def _break(self, error: Exception) -> None:
        """An error of ours: frames only pass from now on."""
        if self._active:
            self._active = False
            await self.push_error(
                error_msg=f"Interrupt-resume stopped because of an error of its own: {error!r}",
                exception=error,
            )

    # --- the llm: what it gets, and what it makes

    async def _on_llm_gets(self, llm: FrameProcessor, frame: Frame) -> None:
        if not self._active:
            return
        try:
            await self._llm_gets(frame)
        except Exception as error:
            await self._break(error)

    async def _llm_gets(self, frame: Frame) -> None:
        match frame:
            case InterruptionContextFrame():
                if OURS in frame.metadata:
                    self.create_task(self._deliver(frame))
            case InterruptionFrame():
                self._passing.append(frame.id)
                await self._interrupted(e.Flushed(drops_rest=True, cause=self._local_cause()))
            case UserStartedSpeakingFrame():
                self._user_speaks = True
            case TranscriptionFrame():
                self._passing.append(frame.id)
            case InputTextRawFrame():
                if OURS not in frame.metadata:
                    self._apply(e.UserTyped(text=frame.text), time.monotonic())
            case LLMMessagesAppendFrame():
                if frame.run_llm and (text := _last_user_text(frame.messages)):
                    self._apply(e.UserTyped(text=text), time.monotonic())

    def _local_cause(self) -> e.Cause:
        return "speech" if self._user_speaks else "app"

    async def _on_llm_pushes(self, llm: FrameProcessor, frame: Frame) -> None:
        if not self._active:
            return
        try:
            await self._llm_pushes(frame)
        except Exception as error:
            await self._break(error)

    async def _llm_pushes(self, frame: Frame) -> None:
        now = time.monotonic()
        match frame:
            case TTSAudioRawFrame():
                self._generated_audio(frame, now)
            case TTSTextFrame():
                await self._generated_text(frame, now)
            case LLMTextFrame():
                self._generated_raw_text(frame, now)
            case TTSStartedFrame() | LLMFullResponseStartFrame():
                if self._talk.is_late(now):
                    self._stale_response = True
                    frame.metadata[OURS] = _STALE
            case TTSStoppedFrame():
                if self._stale_response:
                    frame.metadata[OURS] = _STALE
            case LLMFullResponseEndFrame():
                await self._response_ends(frame, now)
            case InterruptionFrame():
                # What the llm was given passes through it; what it was not given is the server's.
                known = frame.id in self._passing or frame.broadcast_sibling_id in self._passing
                self._passing.append(frame.id)
                if not known:
                    await self._interrupted(e.Interrupted())
            case TranscriptionFrame():
                if frame.id not in self._passing:
                    await self._user_words(frame, now)
            case FunctionCallInProgressFrame():
                if frame.cancel_on_interruption:  # Else the model does not wait for it.
                    self._apply(e.ToolCalled(calls=(_tool_call(frame),)), now)
            case FunctionCallResultFrame():
                properties = frame.properties
                if properties is None or getattr(properties, "is_final", True):
                    self._apply(e.ToolAnswered(ids=(frame.tool_call_id,)), now)
            case FunctionCallCancelFrame():
                self._apply(e.ToolCancelled(ids=(frame.tool_call_id,)), now)

    def _arriving(self) -> Spoken | None:
        """The reply that content belongs to now; None if it is nobody's."""
        reply = self._talk.replies.arriving
        if reply is None:
            return None
        self._stale_response = False
        return self._spoken.of(reply)

    def _begins(self, now: float) -> None:
        """Content is about to be told to the core."""
        self._look_at_session(now)
        if self._broken_off:
            # It comes from a new session: what the old one had begun to say is over.
            self._broken_off = False
            self._apply(e.TurnComplete(), now)

    def _generated_audio(self, frame: TTSAudioRawFrame, now: float) -> None:
        self._begins(now)
        before = self._talk.playback.total
        self._apply(e.ModelAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now)
        if self._arriving() is None:
            frame.audio, frame.num_frames = b"", 0
            return
        self._playout.received(self._talk.playback.total - before, now)
        if self._talk.playback.source == "clock":
            self._apply(e.Played(ms=0.0), now)  # From now on we say what was played.
        self._wake_by(now + _LOOK_EVERY)

    async def _generated_text(self, frame: TTSTextFrame, now: float) -> None:
        self._begins(now)
        self._apply(e.ModelText(text=frame.text), now)
        spoken = self._arriving()
        frame.metadata[OURS] = spoken or _STALE
        if spoken is None:
            frame.text = ""
        else:
            self._down.message("bot-received", reply=spoken.number, text=frame.text)
            await self._down.flush()

    def _generated_raw_text(self, frame: LLMTextFrame, now: float) -> None:
        """The same text again, for RTVI clients; or a reply in a session with TEXT modality."""
        if frame.append_to_context:
            if not self._warned_of_text:
                self._warned_of_text = True
                logger.warning(
                    f"{self}: the session's modality is TEXT, which is not followed; use AUDIO."
                )
        elif self._talk.is_late(now):
            frame.text = ""

    async def _response_ends(self, frame: Frame, now: float) -> None:
        spoken = self._arriving()
        self._apply(e.TurnComplete(), now)
        if spoken is not None:
            frame.metadata[OURS] = spoken
        elif self._stale_response:
            frame.metadata[OURS] = _STALE
        self._stale_response = False

    async def _user_words(self, frame: TranscriptionFrame, now: float) -> None:
        self._report_playback(now)
        was_replying = self._talk.floor is Floor.REPLYING
        if was_replying:
            await self._hand_on(now)
        # Pipecat groups the words by sentence; each is final.
        self._apply(e.UserWords(text=frame.text, finished=True), now)
        if was_replying and self._talk.floor is Floor.CUT:
            # The server had finished, so it says nothing; but the user talks over the rest of it.
            self._after_cut(now)
            await self.broadcast_interruption()  # type: ignore[no-untyped-call]

    # --- the cut

    async def _interrupted(self, event: e.Interrupted | e.Flushed) -> None:
        now = time.monotonic()
        self._report_playback(now)
        await self._hand_on(now)
        self._apply(event, now)
        self._after_cut(now)
        await self._down.flush()

    def _after_cut(self, now: float) -> None:
        if self._talk.floor is Floor.REPLYING:
            return
        spoken = self._spoken.current
        if spoken is not None:
            self._down.message("bot-cut", reply=spoken.number)
        self._spoken.cut()
        self._playout.flush(now)
        self._broken_off = False
        if self._user_speaks and not self._user_said:
            self._user_said = True
            self._apply(e.Activity(started=True), now)

    # --- what was heard

    def _report_playback(self, now: float) -> None:
        if self._talk.playback.source == "clock":
            return
        position = self._playout.position(now, self._latency())
        news = position - self._talk.playback.position(now)
        if news > 0.0:
            self._apply(e.Played(ms=news), now)

    def _latency(self) -> float:
        chosen = self._params.playout_latency_ms
        if callable(chosen):
            return float(chosen())
        return self._latency_ms if chosen is None else chosen

    async def _hand_on(self, now: float) -> None:
        """Push the words that were heard since the last call."""
        for spoken, text in self._spoken.news(self._talk.playback.position(now)):
            self._down.words(spoken, text)
        ending = self._down.ending
        if ending is not None and not self._spoken.holds(ending):
            self._down.release_end()
        await self._down.flush()

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
        now = time.monotonic()
        match frame:
            case TTSAudioRawFrame():
                # A chunk that was being written at a cut comes after it and counts for nothing.
                if self._talk.floor is Floor.REPLYING:
                    samples = len(frame.audio) / (2 * max(1, frame.num_channels))
                    self._playout.taken(samples / max(1, frame.sample_rate) * 1000.0, now)
            case TTSTextFrame():
                return OURS not in frame.metadata
            case LLMFullResponseEndFrame():
                return await self._pass_end(frame, now)
            case LLMFullResponseStartFrame():
                if frame.metadata.get(OURS) is _STALE:
                    return False
                await self._close_response(now)
                self._down.opened()
            case TTSStartedFrame() | TTSStoppedFrame():
                return frame.metadata.get(OURS) is not _STALE
            case InterruptionFrame():
                if frame.id not in self._passing:  # It did not come by the llm.
                    self._passing.append(frame.id)
                    await self._interrupted(e.Flushed(drops_rest=True, cause=self._local_cause()))
                await self._down.flush()
                self._down.interrupted()
            case InputAudioRawFrame():
                self._look_at_session(now)
                self._apply(e.UserAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now)
            case UserStartedSpeakingFrame():
                self._user_speaks = True
                # While the model is audible, an interruption frame decides whether it is one.
                if self._talk.floor is not Floor.REPLYING:
                    self._user_said = True
                    self._apply(e.Activity(started=True), now)
            case UserStoppedSpeakingFrame():
                self._user_speaks = False
                if self._user_said:
                    self._user_said = False
                    self._apply(e.Activity(started=False), now)
            case EndFrame() | CancelFrame():
                await self._close_response(now)
        return True

    async def _pass_end(self, frame: Frame, now: float) -> bool:
        """The end of a reply waits until all of it was heard."""
        mark = frame.metadata.get(OURS)
        if mark is _STALE:
            return False
        self._report_playback(now)
        await self._hand_on(now)
        if isinstance(mark, Spoken) and self._spoken.holds(mark):
            self._down.hold_end(frame, mark)
            self._wake_by(now + _LOOK_EVERY)
            return False
        self._down.ended()
        return True

    async def _close_response(self, now: float) -> None:
        """Something else follows: let the end that was held go first."""
        if self._down.ending is not None:
            self._report_playback(now)
            await self._hand_on(now)
            self._down.release_end()
            await self._down.flush()

    # --- our own task

    def _apply(self, event: e.Event, now: float) -> None:
        commands = self._talk.apply(event, now)
        self._todo.extend(commands)
        deadline = self._talk.deadline()
        if commands:
            self._wake.set()
        elif deadline is not None:
            self._wake_by(deadline)

    def _wake_by(self, at: float) -> None:
        if self._wakes_at is None or at < self._wakes_at:
            self._wake.set()

    async def _work(self) -> None:
        if self._params.playout_latency_ms is None:
            self._latency_ms = latency_of(self.previous)
        while self._active:
            try:
                await self._work_once()
            except Exception as error:
                await self._break(error)

    async def _work_once(self) -> None:
        while self._todo:
            await self._carry_out(self._todo.popleft())
        self._wake.clear()
        now = time.monotonic()
        self._wakes_at = self._next_look(now)
        if self._wakes_at is None or self._wakes_at > now:
            try:
                wait = None if self._wakes_at is None else self._wakes_at - now
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                pass
        now = time.monotonic()
        self._look_at_session(now)
        self._report_playback(now)
        await self._hand_on(now)
        deadline = self._talk.deadline()
        if deadline is not None and deadline <= now:
            self._apply(e.Tick(), now)
        if self._broken_off and not self._talk.replies.audible(now):
            # All that the lost connection had brought was heard, in the middle of a reply.
            await self._interrupted(e.Flushed(cause="connection"))
            self._down.close()
            await self._down.flush()

    def _next_look(self, now: float) -> float | None:
        deadline = self._talk.deadline()
        if self._spoken.current is None and self._down.ending is None:
            return deadline
        soon = now + _LOOK_EVERY
        return soon if deadline is None else min(soon, deadline)

    async def _carry_out(self, command: e.Command) -> None:
        match command:
            case e.BuildNote():
                built = await self._notes.build(command.interruption, self._talk.options.delivery)
                self._apply(built, time.monotonic())
            case e.SendNote():
                await self._notes.send(command)
            case e.Notify():
                await self._told(command.interruption)
            case e.Announce():
                logger.info(f"{self}: {command.notice.kind}: {command.notice.detail}")
                await self._call_event_handler("on_notice", command.notice)
            case e.Log():
                logger.log(command.level, f"{self}: {command.message}")

    # --- notes

    async def _deliver(self, frame: InterruptionContextFrame) -> None:
        """The frame has reached the llm."""
        try:
            answer = await self._notes.deliver(frame, self._talk.profile)
            if answer is not None:
                self._apply(answer, time.monotonic())
        except Exception as error:
            await self._break(error)

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

    def _look_at_session(self, now: float) -> None:
        is_new, is_again = self._link.changed()
        if is_again:
            self._reconnected(now)
        frame = self._notes.undelivered
        if is_new and frame is not None:
            self._notes.undelivered = None
            self.create_task(self._deliver(frame))

    def _reconnected(self, now: float) -> None:
        """The conversation goes on in another session; what is in the transport plays on."""
        if now - self._notes.sent_at < _REFUSED_WITHIN:
            self._refused += 1
            logger.warning(
                f"{self}: the session was lost right after a note; the next note is delivered "
                "another way, or not at all if no way is left."
            )
            carried = self._talk.carry(now)
            self._talk = self._new_conversation()
            self._todo.extend(self._talk.resume(carried, now))
            self._spoken.cut()
            self._playout = Playout()
            self._notes.sent_at = float("-inf")
            self._wake.set()
        elif self._talk.replies.arriving is not None:
            self._broken_off = True


def _tool_call(frame: FunctionCallInProgressFrame) -> e.ToolCall:
    arguments = json.dumps(frame.arguments or {}, ensure_ascii=False, default=str)
    return e.ToolCall(id=frame.tool_call_id, name=frame.function_name, arguments=arguments[:2_000])


def _last_user_text(messages: list[Any]) -> str:
    """The text of the last message, if it is the user's."""
    last = messages[-1] if messages else None
    if not isinstance(last, dict) or last.get("role") != "user":
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""
