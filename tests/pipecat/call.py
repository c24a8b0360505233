"""A call to a bot, for tests: a real pipeline with a real llm service, in real time.

The transport plays into an `Ear` (`speakers.py`), so what was heard is known from the samples.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipecat.frames.frames import Frame, InputAudioRawFrame, StartFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_transport import TransportParams
from speakers import Ear, Speaker

from gemini_live_interrupt.testing import LiveServer, SyntheticUser
from gemini_live_interrupt.testing.server.record import SessionRecord, Turn
from gli_pipecat import InterruptResume, InterruptResumeParams


class Microphone(BaseInputTransport):
    """Takes what a `SyntheticUser` says."""

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def hear(self, pcm: bytes) -> None:
        await self.push_audio_frame(
            InputAudioRawFrame(audio=pcm, sample_rate=16_000, num_channels=1)
        )


class Tap(FrameProcessor):
    """Keeps what passes, with its direction."""

    def __init__(self) -> None:
        super().__init__(enable_direct_mode=True)
        self.frames: list[tuple[float, Frame, FrameDirection]] = []

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        self.frames.append((time.monotonic(), frame, direction))
        await self.push_frame(frame, direction)

    def of(self, *kinds: type[Frame]) -> list[Any]:
        return [frame for _, frame, _ in self.frames if isinstance(frame, kinds)]


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a pipeline, and where the user speaks into."""

    input: FrameProcessor
    output: FrameProcessor
    hear: Callable[[bytes], Awaitable[None]]


class Call:
    """One call. The parts are there to be looked at."""

    def __init__(self) -> None:
        self.server: LiveServer
        self.llm: Any
        self.resume: InterruptResume
        self.output: Any
        self.context = LLMContext([])
        self.ear = Ear()
        self.user: SyntheticUser
        self.after = Tap()
        """Right after the processor."""
        self.before_llm = Tap()
        """Between the user aggregator and the llm."""
        self.task: PipelineTask
        self.told: list[Any] = []
        """Finished interruptions."""
        self.notices: list[str] = []
        self.outcomes: list[Any] = []
        self.errors: list[Any] = []
        """Error frames that came to the start of the pipeline."""

    @property
    def record(self) -> SessionRecord:
        return self.server.records[-1]

    @property
    def notes(self) -> list[Any]:
        return [note for record in self.server.records for note in record.silent_notes()]

    def said_in_context(self) -> list[str]:
        """The assistant's messages."""
        return [m["content"] for m in self.context.get_messages() if m["role"] == "assistant"]

    def asked_in_context(self) -> list[str]:
        return [m["content"] for m in self.context.get_messages() if m["role"] == "user"]

    async def until(self, so: Callable[[], Any], within: float = 20.0) -> None:
        until = time.monotonic() + within
        while not so():
            assert time.monotonic() < until, "it did not happen"
            await asyncio.sleep(0.01)

    def heard_of(self, turn: Turn, *, since: int = 0) -> list[tuple[float, float]]:
        """The stretches of a turn's own audio that came out of the speaker, from the samples.

        Args:
            turn: The reply.
            since: The first chunk of the ear to look at.
        """
        pcm = self.server._rendered(turn.plan).pcm
        spans: list[list[float]] = []
        position = 0
        for _, chunk in self.ear.chunks[since:]:
            if not any(chunk):
                continue
            if pcm[position : position + len(chunk)] != chunk:
                found = pcm.find(chunk)
                if found < 0:
                    continue
                position = found
            start, position = position, position + len(chunk)
            if spans and abs(spans[-1][1] - start / 48.0) < 500.0 and spans[-1][1] <= start / 48.0:
                spans[-1][1] = position / 48.0  # Silence between them is not looked up.
            else:
                spans.append([start / 48.0, position / 48.0])
        return [(low, high) for low, high in spans]

    def words_heard(self, turn: Turn, *, since: int = 0) -> int:
        """Words of the turn that came out to their end, from its start on."""
        spans = self.heard_of(turn, since=since)
        end = spans[0][1] if spans and spans[0][0] < 100.0 else 0.0
        return sum(word.end_ms <= end + 1.0 for word in turn.words)


@dataclass(kw_only=True)
class Parts:
    """The processors of a call; optional ones are lists that may be empty."""

    microphone: FrameProcessor
    user: list[FrameProcessor]
    before_llm: FrameProcessor
    llm: FrameProcessor
    between: list[FrameProcessor]
    output: FrameProcessor
    behind: list[FrameProcessor]
    resume: list[FrameProcessor]
    after: FrameProcessor
    assistant: list[FrameProcessor]

    def in_order(self) -> list[FrameProcessor]:
        """As the docs say."""
        return [
            self.microphone,
            *self.user,
            self.before_llm,
            self.llm,
            *self.between,
            self.output,
            *self.behind,
            *self.resume,
            self.after,
            *self.assistant,
        ]


def vad() -> Any:
    """Pipecat's local voice detector."""
    from pipecat.audio.vad.silero import SileroVADAnalyzer
    from pipecat.audio.vad.vad_analyzer import VADParams

    return SileroVADAnalyzer(params=VADParams(stop_secs=0.3))


@asynccontextmanager
async def calling(
    server: LiveServer,
    *,
    params: InterruptResumeParams | None = None,
    local_vad: bool = False,
    server_vad: bool = True,
    aggregators: bool = True,
    speaker: type[Speaker] = Speaker,
    between: Callable[[Call], FrameProcessor] | None = None,
    behind: Callable[[Call], FrameProcessor] | None = None,
    arrange: Callable[[Parts], list[FrameProcessor]] = Parts.in_order,
    follows: Callable[[FrameProcessor], FrameProcessor] = lambda llm: llm,
    audio_out: bool = True,
    model: str = "models/gemini-3.8-live",
    vertex: bool = False,
    first: str | None = None,
    with_resume: bool = True,
    setup: Callable[[Call], Awaitable[None] | None] | None = None,
    llm_settings: dict[str, Any] | None = None,
    enable_metrics: bool = False,
    user_params: dict[str, Any] | None = None,
    output_params: dict[str, Any] | None = None,
    chunk_ms: float = 40.0,
    ends: Ends | None = None,
) -> Any:
    """A call that is up.

    Args:
        server: The local Live server.
        params: Of the processor; the latency is the speaker's, unless it is set here.
        local_vad: Pipecat's own voice detection beside, or instead of, the server's.
        server_vad: The server's voice detection.
        aggregators: With Pipecat's context aggregators.
        speaker: The output transport.
        between: Makes a processor between the llm and the output.
        behind: Makes a processor between the output and ours.
        arrange: Another order of the parts.
        follows: What our processor is given, instead of the llm itself.
        audio_out: False: the output plays no sound.
        model: Model name.
        vertex: The Vertex backend, in the shape the server gives it.
        first: Something the user types at once.
        with_resume: False leaves our processor out.
        setup: Called before the pipeline is built.
        llm_settings: More settings of the service.
        enable_metrics: As in Pipecat.
        user_params: More of the user aggregator's parameters.
        output_params: More of the transport's parameters.
        chunk_ms: How much of the microphone comes at once.
        ends: A real transport, in place of the microphone and the speaker.
    """
    call = Call()
    call.server = server
    from pipecat.services.google.gemini_live.llm import GeminiVADParams

    settings = dict(llm_settings or {})
    settings["model"] = model
    if not server_vad:
        settings["vad"] = GeminiVADParams(disabled=True)

    class Service(GeminiLiveLLMService):
        def create_client(self) -> None:
            self._client = server.client(vertex=vertex)

        if vertex:

            def _get_history_config(self) -> None:
                return None

    call.llm = Service(
        api_key="local",
        settings=GeminiLiveLLMService.Settings(**settings),
        inference_on_context_initialization=False,
    )
    io = TransportParams(
        audio_in_enabled=True,
        audio_in_sample_rate=16_000,
        audio_out_enabled=audio_out,
        audio_out_sample_rate=24_000,
        **(output_params or {}),
    )
    if ends is None:
        microphone = Microphone(io)
        ends = Ends(microphone, speaker(call.ear, io), microphone.hear)
    call.output = output = ends.output
    params = params or InterruptResumeParams()
    if params.playout_latency_ms is None and isinstance(output, Speaker):
        params = replace(params, playout_latency_ms=getattr(output, "LATENCY_MS", 0.0))
    if with_resume:
        call.resume = InterruptResume(follows(call.llm), params=params)

        async def told(processor: Any, interruption: Any) -> None:
            call.told.append(interruption)

        async def noticed(processor: Any, notice: Any) -> None:
            call.notices.append(notice.kind)

        call.resume.add_event_handler("on_interruption_told", told)

        async def concluded(processor: Any, outcome: Any) -> None:
            call.outcomes.append(outcome)

        call.resume.add_event_handler("on_notice", noticed)
        call.resume.add_event_handler("on_outcome", concluded)
    pair = LLMContextAggregatorPair(
        call.context,
        user_params=LLMUserAggregatorParams(
            vad_analyzer=vad() if local_vad else None, **(user_params or {})
        ),
    )
    stages = arrange(
        Parts(
            microphone=ends.input,
            user=[pair.user()] if aggregators else [],
            before_llm=call.before_llm,
            llm=call.llm,
            between=[between(call)] if between else [],
            output=output,
            behind=[behind(call)] if behind else [],
            resume=[call.resume] if with_resume else [],
            after=call.after,
            assistant=[pair.assistant()] if aggregators else [],
        )
    )
    if setup is not None:
        result = setup(call)
        if asyncio.iscoroutine(result):
            await result
    call.task = PipelineTask(
        Pipeline(stages),
        params=PipelineParams(enable_metrics=enable_metrics),
        cancel_on_idle_timeout=False,
    )

    async def failed(task: Any, frame: Any) -> None:
        call.errors.append(frame)

    call.task.add_event_handler("on_pipeline_error", failed)
    runner = PipelineRunner(handle_sigint=False)
    running = asyncio.create_task(runner.run(call.task))
    try:
        await call.until(lambda: getattr(call.llm, "_session", None) is not None)
        if aggregators:
            from pipecat.frames.frames import LLMContextFrame

            await call.llm.queue_frame(LLMContextFrame(call.context))
        await call.until(lambda: server.sessions)
        call.llm._ready_for_realtime_input = True
        async with SyntheticUser(ends.hear, chunk_ms=chunk_ms) as call.user:
            if first is not None:
                from pipecat.frames.frames import InputTextRawFrame

                typed = InputTextRawFrame(first)
                typed.append_to_context = False
                await call.llm.queue_frame(typed)
            yield call
    finally:
        await call.task.cancel()
        await asyncio.wait_for(running, 10.0)
