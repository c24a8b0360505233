"""Processors that people put between the llm and the output, as their services behave.

The avatars are made after Pipecat's own services for Tavus and HeyGen, and for Simli; those need an
account.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMFullResponseStartFrame,
    OutputAudioRawFrame,
    SpeechOutputAudioRawFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

STEP_MS = 20.0
RATE = 24_000


class Passing(FrameProcessor):
    """Passes every frame on."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)


class Streaming(Passing):
    """Takes the model's sound and speaks it later, by itself, in real time.

    Args:
        delay_s: Until it begins.
    """

    kind: type[OutputAudioRawFrame] = SpeechOutputAudioRawFrame
    streams_silence = True

    def __init__(self, delay_s: float = 0.4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._delay_s = delay_s
        self._pcm = bytearray()
        self._ready_at = 0.0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, StartFrame):
            await super().process_frame(frame, direction)
            self._task = self.create_task(self._stream())
            return
        if isinstance(frame, TTSAudioRawFrame):
            await FrameProcessor.process_frame(self, frame, direction)
            self.takes(frame)
            return
        if isinstance(frame, (TTSStartedFrame, TTSStoppedFrame)):
            await FrameProcessor.process_frame(self, frame, direction)
            return
        if isinstance(frame, InterruptionFrame):
            self._pcm.clear()
        await super().process_frame(frame, direction)

    def takes(self, frame: TTSAudioRawFrame) -> None:
        assert frame.audio, "an avatar was given a frame without sound"
        if not self._pcm:
            self._ready_at = time.monotonic() + self._delay_s
        self._pcm += frame.audio

    async def cleanup(self) -> None:
        await self.cancel_task(self._task)
        await super().cleanup()

    async def _stream(self) -> None:
        size = int(RATE * STEP_MS / 1000.0) * 2
        due = time.monotonic()
        while True:
            pcm = bytes(size)
            if self._pcm and time.monotonic() >= self._ready_at:
                pcm = bytes(self._pcm[:size]).ljust(size, b"\0")
                del self._pcm[:size]
            if any(pcm) or self.streams_silence:
                await self.says(pcm)
            due += STEP_MS / 1000.0
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def says(self, pcm: bytes) -> None:
        await self.push_frame(self.kind(audio=pcm, sample_rate=RATE, num_channels=1))


class Tavus(Streaming):
    """Speaks in a stream that never stops, and is silent in between. HeyGen is like it."""


class Simli(Streaming):
    """Speaks in TTS frames, and only while there is sound; fails on a frame without any."""

    kind = TTSAudioRawFrame
    streams_silence = False


class Elsewhere(Streaming):
    """Plays the sound to the caller itself, past the pipeline."""

    def __init__(self, ear: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ear = ear

    async def says(self, pcm: bytes) -> None:
        self._ear.chunks.append((time.monotonic(), pcm))


class Louder(Passing):
    """Makes a new frame of each frame of sound."""

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        if isinstance(frame, TTSAudioRawFrame):
            frame = TTSAudioRawFrame(frame.audio, frame.sample_rate, frame.num_channels)
        await super().push_frame(frame, direction)


class Gatherer(Passing):
    """Cuts the sound anew, in pieces of 700 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._pcm = bytearray()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, TTSAudioRawFrame):
            await FrameProcessor.process_frame(self, frame, direction)
            self._pcm += frame.audio
            while len(self._pcm) >= 33_600:
                await self._say(33_600)
            return
        if isinstance(frame, InterruptionFrame):
            self._pcm.clear()
        if isinstance(frame, TTSStoppedFrame) and self._pcm:
            await self._say(len(self._pcm))
        await super().process_frame(frame, direction)

    async def _say(self, size: int) -> None:
        pcm = bytes(self._pcm[:size])
        del self._pcm[:size]
        await self.push_frame(TTSAudioRawFrame(pcm, RATE, 1))


class Mute(Passing):
    """A button: while it is on, the bot makes no sound."""

    is_on = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, OutputAudioRawFrame) and self.is_on:
            await FrameProcessor.process_frame(self, frame, direction)
            return
        await super().process_frame(frame, direction)


class Filler(Passing):
    """Says something of its own in front of each reply, as a second TTS does."""

    TEXT = "Let me check that for you."

    def __init__(self, pcm: bytes) -> None:
        super().__init__()
        self._pcm = pcm

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, LLMFullResponseStartFrame):
            await self.push_frame(TTSStartedFrame())
            await self.push_frame(TTSAudioRawFrame(self._pcm, RATE, 1))
            await self.push_frame(TTSTextFrame(self.TEXT, "sentence"))
            await self.push_frame(TTSStoppedFrame())
        await super().process_frame(frame, direction)
