"""A call to a bot, for tests: a real pipeline with a real llm service, in real time.

The transport plays at the pace of sound into an `Ear`, which keeps every chunk that was audible, so
what was heard is known from the samples themselves and not from any clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    StartFrame,
)
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
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

from gemini_live_interrupt.testing import LiveServer, SyntheticUser
from gemini_live_interrupt.testing.server.record import SessionRecord, Turn
from gli_pipecat import InterruptResume, InterruptResumeParams

CHUNK_MS = 40.0


class Ear:
    """What came out of the speaker, chunk by chunk."""

    def __init__(self) -> None:
        self.chunks: list[tuple[float, bytes]] = []
        """When each began, on the monotonic clock, and its samples at 24 kHz."""

    @property
    def heard_ms(self) -> float:
        return sum(len(pcm) for _, pcm in self.chunks) / 48.0

    async def wait_heard(self, ms: float, within: float = 30.0) -> None:
        """Wait until `ms` more were heard."""
        wanted = self.heard_ms + ms
        until = time.monotonic() + within
        while self.heard_ms < wanted:
            assert time.monotonic() < until, f"only {self.heard_ms:.0f} of {wanted:.0f} ms came"
            await asyncio.sleep(0.01)

    async def wait_quiet(self, seconds: float = 1.0, within: float = 60.0) -> None:
        """Wait until nothing was heard for `seconds`."""
        until = time.monotonic() + within
        while not self.chunks or time.monotonic() - self.chunks[-1][0] < seconds:
            assert time.monotonic() < until, "the bot does not stop"
            await asyncio.sleep(0.02)


class Speaker(BaseOutputTransport):
    """Plays in real time, or takes all at once."""

    def __init__(self, ear: Ear, params: TransportParams, *, is_paced: bool = True) -> None:
        super().__init__(params)
        self._ear = ear
        self._is_paced = is_paced
        self._due = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        now = time.monotonic()
        if not self._is_paced:
            return True
        self._due = max(now, self._due)
        await asyncio.sleep(self._due - now)
        self._ear.chunks.append((time.monotonic(), frame.audio))
        self._due += len(frame.audio) / 48_000.0
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        return True


class FastSpeaker(Speaker):
    """Takes all audio at once, as an avatar service does, and plays it from a queue of its own,
    which an interruption empties."""

    def __init__(self, ear: Ear, params: TransportParams) -> None:
        super().__init__(ear, params, is_paced=False)
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        self._player = self.create_task(self._play())

    async def cleanup(self) -> None:
        await self.cancel_task(self._player)
        await super().cleanup()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, InterruptionFrame):
            while not self._queue.empty():
                self._queue.get_nowait()
        await super().process_frame(frame, direction)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        self._queue.put_nowait(frame.audio)
        return True

    async def _play(self) -> None:
        due = 0.0
        while True:
            was_empty = self._queue.empty()
            pcm = await self._queue.get()
            if was_empty:  # Else it plays without a gap, however late this loop is.
                due = max(due, time.monotonic())
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._ear.chunks.append((time.monotonic(), pcm))
            due += len(pcm) / 48_000.0


class StarvingSpeaker(Speaker):
    """Runs dry for half a second now and then, as on a bad network."""

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        if len(self._ear.chunks) % 40 == 39:
            await asyncio.sleep(0.5)
        return await super().write_audio_frame(frame)


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


class Call:
    """One call. The parts are there to be looked at."""

    def __init__(self) -> None:
        self.server: LiveServer
        self.llm: Any
        self.resume: InterruptResume
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
    model: str = "models/gemini-3.8-live",
    vertex: bool = False,
    first: str | None = None,
    with_resume: bool = True,
    setup: Callable[[Call], Awaitable[None] | None] | None = None,
    llm_settings: dict[str, Any] | None = None,
    enable_metrics: bool = False,
) -> Any:
    """A call that is up.

    Args:
        server: The local Live server.
        params: Of the processor; a latency of 0 is set, since this speaker has none.
        local_vad: Pipecat's own voice detection beside, or instead of, the server's.
        server_vad: The server's voice detection.
        aggregators: With Pipecat's context aggregators.
        speaker: The output transport.
        model: Model name.
        vertex: The Vertex backend, in the shape the server gives it.
        first: Something the user types at once.
        with_resume: False leaves our processor out.
        setup: Called before the pipeline is built.
        llm_settings: More settings of the service.
        enable_metrics: As in Pipecat.
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
        audio_out_enabled=True,
        audio_out_sample_rate=24_000,
    )
    microphone, output = Microphone(io), speaker(call.ear, io)
    params = params or InterruptResumeParams()
    if params.playout_latency_ms is None:
        params.playout_latency_ms = 0.0
    middle: list[FrameProcessor] = []
    if with_resume:
        call.resume = InterruptResume(call.llm, params=params)

        async def told(processor: Any, interruption: Any) -> None:
            call.told.append(interruption)

        async def noticed(processor: Any, notice: Any) -> None:
            call.notices.append(notice.kind)

        call.resume.add_event_handler("on_interruption_told", told)
        call.resume.add_event_handler("on_notice", noticed)
        middle = [call.resume]
    stages: list[FrameProcessor]
    if aggregators:
        pair = LLMContextAggregatorPair(
            call.context,
            user_params=LLMUserAggregatorParams(vad_analyzer=vad() if local_vad else None),
        )
        stages = [microphone, pair.user(), call.before_llm, call.llm, output, *middle, call.after]
        stages.append(pair.assistant())
    else:
        stages = [microphone, call.before_llm, call.llm, output, *middle, call.after]
    if setup is not None:
        result = setup(call)
        if asyncio.iscoroutine(result):
            await result
    call.task = PipelineTask(
        Pipeline(stages),
        params=PipelineParams(enable_metrics=enable_metrics),
        cancel_on_idle_timeout=False,
    )
    runner = PipelineRunner(handle_sigint=False)
    running = asyncio.create_task(runner.run(call.task))
    try:
        await call.until(lambda: getattr(call.llm, "_session", None) is not None)
        if aggregators:
            from pipecat.frames.frames import LLMContextFrame

            await call.llm.queue_frame(LLMContextFrame(call.context))
        await call.until(lambda: server.sessions)
        call.llm._ready_for_realtime_input = True
        async with SyntheticUser(microphone.hear) as call.user:
            if first is not None:
                from pipecat.frames.frames import InputTextRawFrame

                typed = InputTextRawFrame(first)
                typed.append_to_context = False
                await call.llm.queue_frame(typed)
            yield call
    finally:
        await call.task.cancel()
        await asyncio.wait_for(running, 10.0)
