"""The caller's ear, and output transports that play into it as real ones do.

What was heard is known from the samples that came out, not from any clock.
"""

from __future__ import annotations

import asyncio
import time

from pipecat.frames.frames import Frame, InterruptionFrame, OutputAudioRawFrame, StartFrame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams


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

    def _sounded_at(self) -> float:
        sounds = (at for at, pcm in reversed(self.chunks) if any(pcm))
        return next(sounds, float("inf"))

    async def wait_quiet(self, seconds: float = 1.0, within: float = 60.0) -> None:
        """Wait until nothing but silence was heard for `seconds`."""
        until = time.monotonic() + within
        while time.monotonic() - self._sounded_at() < seconds:
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
        self._due += len(frame.audio) / 2.0 / frame.sample_rate
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


class LateSpeaker(Speaker):
    """Is heard 200 ms after it took the sound, as over a network; an interruption empties what is on
    its way."""

    LATENCY_MS = 200.0

    def __init__(self, ear: Ear, params: TransportParams) -> None:
        super().__init__(ear, params)
        self._on_its_way: set[asyncio.TimerHandle] = set()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, InterruptionFrame):
            for one in self._on_its_way:
                one.cancel()
            self._on_its_way.clear()
        await super().process_frame(frame, direction)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        self._due = max(time.monotonic(), self._due)
        await asyncio.sleep(self._due - time.monotonic())
        heard_at, pcm = time.monotonic() + self.LATENCY_MS / 1000.0, frame.audio
        loop = asyncio.get_running_loop()
        self._on_its_way.add(
            loop.call_later(
                self.LATENCY_MS / 1000.0, lambda: self._ear.chunks.append((heard_at, pcm))
            )
        )
        self._due += len(pcm) / 48_000.0
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        return True


class DeafSpeaker(Speaker):
    """Takes nothing while nobody is connected."""

    is_connected = False

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        return self.is_connected and await super().write_audio_frame(frame)
