"""Twilio, as its documentation describes Media Streams, with a caller who plays in real time.

Its messages: https://www.twilio.com/docs/voice/media-streams/websocket-messages. Audio comes as
fast as it likes and is buffered; a mark comes back when the audio before it was played; a clear
empties the buffer and brings all marks back that wait.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from twilio_phone import _CODES, from_phone
from websockets.asyncio.client import ClientConnection, connect

from gemini_live_interrupt.testing import SpeakerSim


class Twilio:
    """One call.

    Args:
        socket: a connection to the app.
        latency_ms: from the arrival of audio to its sound.
        returns_marks: False for a service that has no marks.
    """

    def __init__(
        self, socket: ClientConnection, *, latency_ms: float = 0.0, returns_marks: bool = True
    ) -> None:
        self.speaker = SpeakerSim(rate=8000, latency_ms=latency_ms, on_play_ms=self._played)
        self.clears = 0
        self.marks_unplayed = 0
        """Marks that a clear brought back."""
        self.pieces: list[int] = []
        """Sizes of the audio of each message, in bytes."""
        self._socket = socket
        self._returns_marks = returns_marks
        self._marks: deque[tuple[float, str]] = deque()
        self._received_ms = 0.0
        self._dropped_ms = 0.0
        self._numbers = itertools.count(1)
        self._sending: set[asyncio.Task[None]] = set()

    async def send(self, event: str, **more: Any) -> None:
        number = str(next(self._numbers))
        message = {"event": event, "sequenceNumber": number, "streamSid": "MZ1", **more}
        await self._socket.send(json.dumps(message))

    async def start(self, token: str) -> None:
        """What Twilio says first."""
        hello = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
        await self._socket.send(json.dumps(hello))
        about = {
            "accountSid": "AC1",
            "streamSid": "MZ1",
            "callSid": "CA1",
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": token},
        }
        await self.send("start", start=about)

    async def speak(self, pcm: bytes) -> None:
        """The caller's microphone: 16 kHz PCM, 20 ms."""
        samples = np.frombuffer(pcm, dtype="<i2").astype(int)
        narrow = (samples[0::2] + samples[1::2]) // 2
        payload = base64.b64encode(_CODES[narrow + 32768].tobytes()).decode()
        media = {"track": "inbound", "chunk": "1", "timestamp": "5", "payload": payload}
        await self.send("media", media=media)

    async def echo(self, way_ms: float) -> None:
        """A phone on speaker: its microphone hears what it plays, there and back on the way."""
        sent = 0
        while True:
            await asyncio.sleep(0.02)
            now = asyncio.get_running_loop().time()
            played = [pcm for at, pcm in self.speaker.audio if at + 2 * way_ms / 1000 <= now]
            heard = np.frombuffer(b"".join(played[sent:]), dtype="<i2") // 8  # It is a poor echo.
            sent = len(played)
            wide = np.repeat(heard, 2).astype("<i2").tobytes()
            await self.speak(wide or bytes(640))

    async def run(self) -> None:
        """Take what comes until the app hangs up."""
        async for text in self._socket:
            match json.loads(text):
                case {"event": "media", "streamSid": "MZ1", "media": {"payload": payload}}:
                    codes = base64.b64decode(payload)
                    self.pieces.append(len(codes))
                    self._received_ms += len(codes) / 8
                    self.speaker.feed(from_phone(codes))
                case {"event": "mark", "streamSid": "MZ1", "mark": {"name": name}}:
                    self._marks.append((self._received_ms, name))
                case {"event": "clear", "streamSid": "MZ1"}:
                    self.clears += 1
                    self._dropped_ms += self.speaker.flush()
                    self.marks_unplayed += len(self._marks)
                    self._return_marks(float("inf"))
                case other:
                    raise AssertionError(f"Twilio knows no such message: {other}")

    def _played(self, ms: float) -> None:
        # Half a millisecond for the sums of floats.
        self._return_marks(self.speaker.played_ms + self._dropped_ms + 0.5)

    def _return_marks(self, position_ms: float) -> None:
        while self._marks and self._marks[0][0] <= position_ms:
            name = self._marks.popleft()[1]
            if self._returns_marks:
                task = asyncio.create_task(self.send("mark", mark={"name": name}))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)


@asynccontextmanager
async def calling(port: int, token: str, **more: Any) -> AsyncIterator[Twilio]:
    """A call to the app."""
    async with connect(f"ws://127.0.0.1:{port}/twilio") as socket:
        twilio = Twilio(socket, **more)
        async with twilio.speaker:
            running = asyncio.create_task(twilio.run())
            await twilio.start(token)
            try:
                yield twilio
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
