"""The people at the ends of a session: a user who speaks, and the speaker they listen to.

`SyntheticUser` sends a microphone's stream, silence and speech, in real time.
`SpeakerSim` plays what the model sends in real time, drops it at ``interrupted``, and knows
to the millisecond what was heard. Both work on a google-genai session and, through a function, on
anything else. They know nothing of the server or of the library.
"""

from __future__ import annotations

import asyncio
import wave
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gemini_live_interrupt.testing.speech.hearing import RATE, Resampler
from gemini_live_interrupt.testing.speech.voices import Speech, speak

__all__ = ["PlayedSpan", "SpeakerSim", "SyntheticUser", "speech_from_wav"]

SendAudio = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedSpan:
    """A stretch of received audio that was played without a gap."""

    from_ms: float
    """Where it begins in the session's received audio."""
    to_ms: float
    """Where it ends."""
    at: float
    """When it began, on the event loop's clock, in seconds."""


class SpeakerSim:
    """A loudspeaker: plays in real time, one millisecond of audio each millisecond.

    Args:
        latency_ms: From the arrival of audio at an idle speaker to its sound.
        on_play_ms: Called with the ms of audio played since the last call, at every tick and at
            every flush: what an app would report to ``handle.playback.on_play_ms``.
        rate: Samples a second of what is fed.
        tick_ms: How often it looks at the clock.
        pace: As the server's.

    Example:
        >>> speaker = SpeakerSim()
        >>> speaker.feed(bytes(48 * 1000), now=10.0)  # one second of audio at 24 kHz
        >>> speaker.advance(now=10.25)
        >>> speaker.played_ms, speaker.flush(now=10.3)
        (250.0, 700.0)
    """

    def __init__(
        self,
        *,
        latency_ms: float = 0.0,
        on_play_ms: Callable[[float], object] | None = None,
        rate: int = 24000,
        tick_ms: float = 20.0,
        pace: float = 1.0,
    ) -> None:
        self.spans: list[PlayedSpan] = []
        self.audio: list[tuple[float, bytes]] = []
        self.flushes: list[tuple[float, float]] = []
        self._latency_ms = latency_ms
        self._on_play_ms = on_play_ms
        self._bytes_per_ms = rate * 2 / 1000
        self._tick_ms = tick_ms
        self._pace = pace
        self._queue: deque[bytes] = deque()
        self._queued = 0  # bytes
        self._position_ms = 0.0  # in the received audio
        self._clock = 0.0  # played up to here
        self._task: asyncio.Task[None] | None = None
        self._ticked = asyncio.Event()

    @property
    def played_ms(self) -> float:
        """All audio played so far."""
        return round(sum(span.to_ms - span.from_ms for span in self.spans), 6)

    @property
    def buffered_ms(self) -> float:
        """Audio received and not yet played."""
        return self._queued / self._bytes_per_ms

    def take(self, message: Any) -> None:
        """Play the audio of a google-genai ``LiveServerMessage``; flush if it says interrupted."""
        content = message.server_content
        if content is None:
            return
        if content.interrupted:
            self.flush()
        if content.model_turn is not None:
            for part in content.model_turn.parts or []:
                if part.inline_data is not None and part.inline_data.data:
                    self.feed(part.inline_data.data)

    def feed(self, pcm: bytes, *, now: float | None = None) -> None:
        """Queue audio (mono s16le)."""
        now = self._now(now)
        self.advance(now=now)
        if not self._queued:
            self._clock = max(self._clock, now + self._latency_ms / 1000 / self._pace)
        self._queue.append(pcm)
        self._queued += len(pcm)

    def flush(self, *, now: float | None = None) -> float:
        """Drop what is not played yet, as an app does at ``interrupted``.

        Returns:
            Dropped audio, ms.
        """
        now = self._now(now)
        self.advance(now=now)
        dropped = round(self.buffered_ms, 6)
        self._position_ms += dropped
        self._queue.clear()
        self._queued = 0
        self.flushes.append((now, dropped))
        return dropped

    def advance(self, *, now: float | None = None) -> None:
        """Play what is due at ``now`` (the event loop's clock, seconds)."""
        now = self._now(now)
        due_ms = (now - self._clock) * 1000 * self._pace
        size = min(self._queued, int(round(due_ms * self._bytes_per_ms) / 2) * 2)
        if size <= 0:
            return
        pcm = self._dequeue(size)
        played = size / self._bytes_per_ms
        start = self._position_ms
        self._position_ms += played
        last = self.spans[-1] if self.spans else None
        if last is not None and last.to_ms == start and self._is_gapless(last):
            self.spans[-1] = PlayedSpan(from_ms=last.from_ms, to_ms=self._position_ms, at=last.at)
        else:
            self.spans.append(PlayedSpan(from_ms=start, to_ms=self._position_ms, at=self._clock))
        self.audio.append((self._clock, pcm))
        self._clock += played / 1000 / self._pace
        if self._on_play_ms is not None:
            self._on_play_ms(played)

    async def wait_played(self, ms: float, *, within_ms: float | None = None) -> bool:
        """Wait until ``ms`` of audio were played in all, or until ``within_ms`` have passed.

        Returns:
            Whether it was played.
        """
        return await self._wait(lambda: self.played_ms >= ms, within_ms)

    async def wait_quiet(self, *, within_ms: float | None = None) -> bool:
        """Wait until nothing is left to play, or until ``within_ms`` have passed."""
        return await self._wait(lambda: not self._queued, within_ms)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._tick_ms / 1000 / self._pace)
            self.advance()
            self._ticked.set()
            self._ticked.clear()

    async def _wait(self, is_so: Callable[[], bool], within_ms: float | None) -> bool:
        begun = self._now(None)
        while not is_so():
            waited_ms = (self._now(None) - begun) * 1000 * self._pace
            if within_ms is not None and waited_ms >= within_ms:
                return False
            await self._tick()
        return True

    async def _tick(self) -> None:
        if self._task is None or self._task.done():
            raise RuntimeError("the speaker does not play: use `async with SpeakerSim()`")
        await self._ticked.wait()

    def _is_gapless(self, last: PlayedSpan) -> bool:
        played_s = (last.to_ms - last.from_ms) / 1000 / self._pace
        return abs(last.at + played_s - self._clock) < 1e-3

    def _dequeue(self, size: int) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            chunk = self._queue.popleft()
            wanted = size - len(taken)
            taken += chunk[:wanted]
            if chunk[wanted:]:
                self._queue.appendleft(chunk[wanted:])
        self._queued -= size
        return bytes(taken)

    def _now(self, now: float | None) -> float:
        return asyncio.get_running_loop().time() if now is None else now


class SyntheticUser:
    """A user with a microphone that is always on.

    Args:
        session: A google-genai ``AsyncSession``, or an async function that takes the next audio
            (16 kHz mono s16le).
        voice: espeak-ng voice for what is given as text.
        chunk_ms: Audio in one message; Google advises 20-40 ms.
        noise: Level of the room's noise, standard deviation in units of a sample (full scale is
            32,768); 0 is digital silence.
        pace: As the server's.

    Example:
        ```python
        async with SyntheticUser(session) as user, SpeakerSim() as speaker:
            await speaker.wait_played(6000)
            await user.say("What is the fox called?")
        ```
    """

    def __init__(
        self,
        session: Any,
        *,
        voice: str = "en-us+m3",
        chunk_ms: float = 20.0,
        noise: float = 0.0,
        seed: int = 0,
        pace: float = 1.0,
    ) -> None:
        self.said: list[tuple[float, float, str]] = []
        self.audio: list[tuple[float, bytes]] = []
        self._send: SendAudio = session if callable(session) else _sender(session)
        self._voice = voice
        self._chunk_ms = chunk_ms
        self._noise = noise
        self._seed = seed
        self._pace = pace
        self._speech: deque[tuple[str, bytes, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_muted = False

    def line(self, text: str) -> Speech:
        """``text`` as this user would say it: tell it to the server with ``expect_speech``."""
        return speak(text, voice=self._voice, sample_rate=RATE)

    async def say(self, line: Speech | str) -> None:
        """Say something after what is being said; returns when its last sample was sent."""
        if isinstance(line, str):
            line = await asyncio.to_thread(self.line, line)
        if not isinstance(line, Speech):
            raise TypeError(f"a user says a text or a Speech, not {line!r:.100}")
        pcm = line.pcm
        if line.sample_rate != RATE:
            pcm = Resampler(line.sample_rate).take(pcm)
        said: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._speech.append((line.text, pcm, said))
        if self._task is None or self._task.done():
            raise RuntimeError("the user is not there: use `async with SyntheticUser(...)`")
        await asyncio.wait({said, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not said.done():
            cause = None if self._task.cancelled() else self._task.exception()
            raise ConnectionError("the session ended while the user was speaking") from cause

    def mute(self) -> None:
        """Send nothing at all, not even silence, until `unmute`."""
        self._is_muted = True

    def unmute(self) -> None:
        """Send again."""
        self._is_muted = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        import numpy as np

        rng = np.random.default_rng(self._seed)
        loop = asyncio.get_running_loop()
        size = int(self._chunk_ms * RATE / 1000) * 2
        due, position, began = loop.time(), 0, 0.0
        while True:
            chunk = b""
            # What is said next may be added during the send.
            saying = self._speech[0] if self._speech and not self._is_muted else None
            if saying is not None:
                text, pcm, said = saying
                if not position:
                    began = loop.time()
                chunk = pcm[position : position + size]
                position += size
                if chunk:
                    self.audio.append((loop.time(), chunk))
            chunk += bytes(size - len(chunk))
            if self._noise:
                room = rng.normal(0.0, self._noise, size // 2)
                mixed = np.frombuffer(chunk, dtype="<i2") + room
                chunk = np.clip(np.rint(mixed), -32768, 32767).astype("<i2").tobytes()
            if not self._is_muted:
                await self._send(chunk)
            if saying is not None and position >= len(pcm):
                self._speech.popleft()
                self.said.append((began, loop.time(), text))
                position = 0
                if not said.done():
                    said.set_result(None)
            due += self._chunk_ms / 1000 / self._pace
            await asyncio.sleep(max(0.0, due - loop.time()))


def speech_from_wav(path: Path | str, text: str) -> Speech:
    """A recording as speech, without word times.

    Args:
        path: A WAV file, 16 bit; of several channels the first is taken.
        text: What is said in it.

    Raises:
        ValueError: The file is not 16 bit PCM.
    """
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path}: 16-bit PCM is needed, not {8 * file.getsampwidth()}-bit")
        frames = file.readframes(file.getnframes())
        step = 2 * file.getnchannels()
        pcm = b"".join(frames[at : at + 2] for at in range(0, len(frames), step))
        return Speech(text=text, pcm=pcm, sample_rate=file.getframerate(), words=())


def _sender(session: Any) -> SendAudio:
    async def send(pcm: bytes) -> None:
        from google.genai.types import Blob

        await session.send_realtime_input(audio=Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

    return send
