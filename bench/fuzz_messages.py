"""Mutated messages through the patched SDK and the bare one: the host must see the same."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import random
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any
from unittest import mock

from google import genai
from google.genai import live

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume

CONFIG: Any = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
PLAIN: tuple[dict[str, Any], ...] = (
    {"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AAA="}}]}}},
    {"serverContent": {"outputTranscription": {"text": " Once upon a time."}}},
    {"serverContent": {"modelTurn": {"role": "model", "parts": [{"text": "a thought", "thought": True}]}}},
    {"serverContent": {"interrupted": True}},
    {"serverContent": {"turnComplete": True}, "usageMetadata": {"promptTokenCount": 9, "responseTokenCount": 3}},
    {"serverContent": {"generationComplete": True}},
    {"serverContent": {"inputTranscription": {"text": " What?", "finished": True}}},
    {"toolCall": {"functionCalls": [{"id": "a", "name": "f", "args": {"x": [1, {"y": None}]}}]}},
    {"toolCallCancellation": {"ids": ["a"]}},
    {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
    {"goAway": {"timeLeft": "5s"}},
    {"voiceActivity": {"voiceActivityType": "ACTIVITY_START"}},
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**12, 0.5, "", " " * 5_000, "audio/pcm;rate=" + "9" * 400, "\ud800", "\x1b[31m", [], {},
    [[]], ["x"], {"unknown": 1}, "AAAA", "=", "ACTIVITY_END", [{"inlineData": None}], [{"text": 5}], "<noise>" * 300,
)  # fmt: skip


def mutated(draw: random.Random) -> dict[str, Any]:
    """A message of the service, with up to three things wrong."""
    message = copy.deepcopy(draw.choice(PLAIN))
    if draw.random() < 0.3:
        message |= copy.deepcopy(draw.choice(PLAIN))
    for _ in range(draw.randrange(4)):
        places: list[tuple[Any, Any]] = []
        todo: list[Any] = [message]
        while todo:
            thing = todo.pop()
            keys = list(thing) if isinstance(thing, dict) else range(len(thing))
            places += [(thing, key) for key in keys]
            todo += [thing[key] for key in keys if isinstance(thing[key], (dict, list))]
        if not places:
            break
        where, key = draw.choice(places)
        kind = draw.random()
        if kind < 0.2:
            del where[key]
        elif kind < 0.3 and isinstance(where, dict):
            where[draw.choice(("interrupted", "parts", "text", "unknownField"))] = draw.choice(ODD)
        else:
            where[key] = copy.deepcopy(draw.choice(ODD))
    return message


class Socket:
    """Gives these messages, then the end."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self._frames = iter([b'{"setupComplete": {}}', *(json.dumps(m).encode() for m in messages)])

    async def send(self, data: str | bytes) -> None:
        pass

    async def recv(self, decode: bool | None = None) -> bytes:
        frame = next(self._frames, None)
        if frame is None:
            raise EOFError
        return frame

    async def close(self) -> None:
        pass


_socket: ContextVar[Any] = ContextVar("socket")


@asynccontextmanager
async def _connect(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
    yield _socket.get()


def sockets_are_ours() -> AbstractContextManager[Any]:
    """The SDK connects to what `connected` names, and to nothing else."""
    return mock.patch.object(live, "ws_connect", _connect)


@asynccontextmanager
async def connected(socket: Any) -> AsyncIterator[Any]:
    """A session of the SDK on this socket; several may connect at the same time."""
    _socket.set(socket)
    client = CLIENT or _client()
    async with client.aio.live.connect(model="gemini-3.8-live", config=CONFIG) as session:
        yield session


CLIENT: genai.Client | None = None


def _client() -> genai.Client:
    global CLIENT
    CLIENT = genai.Client(api_key="local", vertexai=False)
    return CLIENT


async def seen(messages: list[dict[str, Any]]) -> list[str]:
    """What a host sees of these messages: each as text, and each error."""
    said: list[str] = []
    async with connected(Socket(messages)) as session:
        while True:
            try:
                async for message in session.receive():
                    said.append(repr(message.model_dump()))
                    await asyncio.sleep(0)
            except EOFError:
                await asyncio.sleep(0)
                return said
            except Exception as error:
                said.append(f"{type(error).__name__}: {error}")


class _Failures(logging.Handler):
    """What the library says of errors of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "own: " in record.getMessage():
            self.found.append(record.getMessage())


def run(count: int, seed: int) -> list[str]:
    """So many messages, 50 in a session; what the host saw otherwise, and errors of ours."""
    failures, found = _Failures(), []
    logger = logging.getLogger("gemini_live_interrupt")
    logger.addHandler(failures)
    try:
        for index in range(-(-count // 50)):
            draw = random.Random(seed * 1_000_003 + index)
            messages = [mutated(draw) for _ in range(50)]
            with sockets_are_ours():
                bare = asyncio.run(seen(messages))
                enable_interrupt_resume()
                try:
                    ours = asyncio.run(seen(messages))
                finally:
                    disable_interrupt_resume()
            if bare != ours:
                at = next(
                    (i for i, (a, b) in enumerate(zip(bare, ours, strict=False)) if a != b), -1
                )
                found.append(f"session {index} of seed {seed}: message {at} is not the same")
    finally:
        logger.removeHandler(failures)
    return found + failures.found
