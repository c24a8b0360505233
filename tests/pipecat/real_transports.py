"""Pipecat's own transports with a caller at the other end, in this process: a browser's part.

A web socket is played by a client with a buffer of 200 ms, as players in browsers have it. WebRTC is
played by aiortc, with its jitter buffer.
"""

from __future__ import annotations

import asyncio
import fractions
import socket
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import av
import numpy as np
import uvicorn
import websockets
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from call import Ends
from fastapi import FastAPI, WebSocket
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.transports.base_transport import TransportParams
from pipecat.transports.smallwebrtc.connection import SmallWebRTCConnection
from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport
from pipecat.transports.websocket.fastapi import (
    FastAPIWebsocketParams,
    FastAPIWebsocketTransport,
)
from speakers import Ear

SOUND = {
    "audio_in_enabled": True,
    "audio_in_sample_rate": 16_000,
    "audio_out_enabled": True,
    "audio_out_sample_rate": 24_000,
}
BUFFER_S = 0.2


class Plain(FrameSerializer):
    """Samples as they are, and a word when the player must stop."""

    async def serialize(self, frame: Frame) -> str | bytes | None:
        if isinstance(frame, OutputAudioRawFrame):
            return frame.audio
        return "stop" if isinstance(frame, InterruptionFrame) else None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        return InputAudioRawFrame(audio=bytes(data), sample_rate=16_000, num_channels=1)  # type: ignore[arg-type]


@asynccontextmanager
async def web_socket(ear: Ear) -> AsyncIterator[Ends]:
    """A call by FastAPI's web socket, on a server of its own."""
    app, over = FastAPI(), asyncio.Event()
    answered: asyncio.Future[FastAPIWebsocketTransport] = asyncio.Future()

    @app.websocket("/ws")
    async def answer(websocket: WebSocket) -> None:
        await websocket.accept()
        params = FastAPIWebsocketParams(**SOUND, serializer=Plain())
        answered.set_result(FastAPIWebsocketTransport(websocket, params))
        await over.wait()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    async with websockets.connect(f"ws://127.0.0.1:{port}/ws", ping_interval=None) as client:
        playing = asyncio.create_task(_play(client, ear))
        transport = await answered
        yield Ends(transport.input(), transport.output(), client.send)
        playing.cancel()
        over.set()
    server.should_exit = True
    await serving


async def _play(client: Any, ear: Ear) -> None:
    loop = asyncio.get_running_loop()
    waiting: set[asyncio.TimerHandle] = set()
    due = 0.0
    async for data in client:
        if data == "stop":
            for one in waiting:
                one.cancel()
            due = 0.0
            continue
        due = max(due, loop.time() + BUFFER_S)
        heard = (due, data)
        waiting.add(loop.call_at(due, lambda heard=heard: ear.chunks.append(heard)))
        due += len(data) / 48_000.0


class _Voice(MediaStreamTrack):
    """The caller's microphone: what is put in, in real time, else silence."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._samples: deque[bytes] = deque()
        self._at = 0
        self._began = 0.0

    async def put(self, pcm: bytes) -> None:
        self._samples.append(pcm)

    async def recv(self) -> av.AudioFrame:
        self._began = self._began or time.monotonic()
        await asyncio.sleep(max(0.0, self._began + self._at / 16_000 - time.monotonic()))
        pcm = self._samples.popleft() if self._samples else bytes(640)
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(pcm, dtype="<i2").reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = 16_000, self._at
        frame.time_base = fractions.Fraction(1, 16_000)
        self._at += frame.samples
        return frame


@asynccontextmanager
async def web_rtc(ear: Ear) -> AsyncIterator[Ends]:
    """A call by Pipecat's small WebRTC transport, on the loopback."""
    caller, voice = RTCPeerConnection(), _Voice()
    caller.addTrack(voice)
    caller.createDataChannel("chat")
    listening: list[asyncio.Task[None]] = []

    @caller.on("track")
    def hears(track: MediaStreamTrack) -> None:
        listening.append(asyncio.create_task(_listen(track, ear)))

    await caller.setLocalDescription(await caller.createOffer())
    connection = SmallWebRTCConnection()
    await connection.initialize(caller.localDescription.sdp, caller.localDescription.type)
    answer = connection.get_answer()
    assert answer is not None
    transport = SmallWebRTCTransport(connection, TransportParams(**SOUND))
    output = transport.output()
    await caller.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
    try:
        yield Ends(transport.input(), output, voice.put)
    finally:
        for task in listening:
            task.cancel()
        await caller.close()
        await connection.disconnect()


async def _listen(track: MediaStreamTrack, ear: Ear) -> None:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=24_000)
    while True:
        frame = await track.recv()
        now = time.monotonic()
        for one in resampler.resample(frame):  # type: ignore[arg-type]
            ear.chunks.append((now, one.to_ndarray().astype("<i2").tobytes()))
