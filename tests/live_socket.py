"""A bare Live socket for tests of the shells: a real TLS WebSocket that a test drives by hand.

Unlike `gemini_live_interrupt.testing.LiveServer` it knows nothing of speech or of rules: `say`
sends a message, `sent` holds what the client sent. It needs only websockets and trustme, so that
these tests also run on an older google-genai.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

import trustme
from conversation_steps import silence, sound
from google import genai
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from gemini_live_interrupt import Interruption

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
MODEL = "gemini-3.8-live"


class LiveSocket:
    """The server's end. One object serves all connections; `sockets` has them in order."""

    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self.setups: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        """Everything that clients sent after the setup."""
        self.port = 0
        self._arrived = asyncio.Event()
        self._connected = asyncio.Event()
        self._context: ssl.SSLContext | None = None

    async def serve(self, socket: ServerConnection) -> None:
        self.setups.append(json.loads(await socket.recv()))
        await socket.send(b'{"setupComplete": {}}')
        self.sockets.append(socket)
        self._connected.set()
        with suppress(ConnectionClosed):
            async for message in socket:
                self.sent.append(json.loads(message))
                self._arrived.set()

    def client(self, *, vertex: bool = False) -> genai.Client:
        """A `genai.Client` that connects here."""
        options = {
            "base_url": f"https://127.0.0.1:{self.port}",
            "async_client_args": {"ssl": self._context},
        }
        if not vertex:
            return genai.Client(api_key="local", vertexai=False, http_options=options)
        from google.oauth2.credentials import Credentials

        return genai.Client(
            vertexai=True,
            project="local",
            location="here",
            credentials=Credentials(token="local"),
            http_options=options,
        )

    @asynccontextmanager
    async def connect(
        self, *, model: str = MODEL, config: Any = CONFIG, vertex: bool = False
    ) -> AsyncIterator[Any]:
        """A session of google-genai."""
        self._connected.clear()
        live = self.client(vertex=vertex).aio.live
        async with live.connect(model=model, config=config) as session:
            await asyncio.wait_for(self._connected.wait(), 5.0)
            yield session

    async def say(self, *messages: dict[str, Any] | bytes, to: int = -1) -> None:
        """Send messages to a client (the last that connected)."""
        for message in messages:
            data = message if isinstance(message, bytes) else json.dumps(message).encode()
            await self.sockets[to].send(data)

    async def until_sent(self, count: int, seconds: float = 5.0) -> list[dict[str, Any]]:
        """Wait until clients have sent so many messages."""
        async with asyncio.timeout(seconds):
            while len(self.sent) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.sent

    @property
    def notes(self) -> list[str]:
        """Texts of the client content."""
        return [
            turn["parts"][0]["text"]
            for message in self.sent
            for turn in message.get("client_content", {}).get("turns", [])
        ]

    async def until_notes(self, count: int, seconds: float = 5.0) -> list[str]:
        """Wait for so many notes."""
        async with asyncio.timeout(seconds):
            while len(self.notes) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.notes


@cache
def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's and the client's; made once, since that takes a tenth of a second."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    return context, trusting


@asynccontextmanager
async def live_socket() -> AsyncIterator[LiveSocket]:
    """A running server."""
    here = LiveSocket()
    context, here._context = _contexts()
    async with serve(here.serve, "127.0.0.1", 0, ssl=context, ping_interval=None) as server:
        here.port = next(iter(server.sockets)).getsockname()[1]
        yield here


def text(chunk: str) -> dict[str, Any]:
    """A transcript chunk of the model."""
    return {"serverContent": {"outputTranscription": {"text": chunk}}}


def audio(ms: float) -> dict[str, Any]:
    """Sound of the model."""
    data = base64.b64encode(sound(ms)).decode()
    part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": data}}
    return {"serverContent": {"modelTurn": {"parts": [part]}}}


def user(words: str) -> dict[str, Any]:
    """A transcript of the user."""
    return {"serverContent": {"inputTranscription": {"text": words}}}


INTERRUPTED: dict[str, Any] = {"serverContent": {"interrupted": True}}
GENERATED: dict[str, Any] = {"serverContent": {"generationComplete": True}}
TURN_COMPLETE: dict[str, Any] = {"serverContent": {"turnComplete": True}}


async def receive(session: Any, count: int, seconds: float = 5.0) -> list[Any]:
    """The next messages, as a host gets them."""
    got: list[Any] = []
    async with asyncio.timeout(seconds):
        while len(got) < count:
            async for message in session.receive():
                got.append(message)
                if len(got) == count:
                    break
    return got


async def quiet_microphone(session: Any) -> None:
    """The app sends sound of the microphone, and there is none in it."""
    await session.send_realtime_input(
        audio={"data": silence(20, 16_000), "mime_type": "audio/pcm;rate=16000"}
    )


async def barge_in(here: LiveSocket, session: Any, reply: str = "One two. Three four.") -> None:
    """The model says something, and is interrupted at once."""
    await here.say(text(reply), audio(4_000), INTERRUPTED)
    await receive(session, 3)


async def notes_of_one_barge_in(here: LiveSocket, session: Any) -> int:
    """How many notes one barge-in of this session leads to."""
    before = len(here.notes)
    await barge_in(here, session)
    with suppress(TimeoutError):  # None may be what is right; a busy machine takes its time.
        await here.until_notes(before + 1, seconds=0.6)
    await asyncio.sleep(0.15)  # A second one would be as wrong.
    return len(here.notes) - before


def slow_down(session: Any, seconds: float) -> list[float]:
    """Every send over this session's socket takes so long. Returns when sends began."""
    send = session._ws.send
    began: list[float] = []

    async def slowly(data: str) -> None:
        began.append(time.monotonic())
        await asyncio.sleep(seconds)
        await send(data)

    session._ws.send = slowly
    return began


class Seen:
    """What the app's callback got."""

    def __init__(self) -> None:
        self.all: list[Interruption] = []
        self._came = asyncio.Event()

    def __call__(self, interruption: Interruption) -> None:
        self.all.append(interruption)
        self._came.set()

    async def one(self) -> Interruption:
        await asyncio.wait_for(self._came.wait(), 5.0)
        return self.all[-1]
