"""A client with a user and a loudspeaker on a real google-genai session, for tests of the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.genai import errors, types

from gemini_live_interrupt.testing import (
    LiveServer,
    LiveSession,
    Reply,
    ServerProfile,
    SpeakerSim,
    SyntheticUser,
)

PACE = 4.0
"""Sessions run four times as fast as life; times in records and tests are session time."""

STORY = (
    "Once upon a time there was a small red fox. It lived at the edge of a dark wood. "
    "Every morning it walked down to the water. One day it met an old grey goose. "
    "The goose told it about the sea. The fox had never seen the sea before. "
    "So it packed a bag and left at dawn. The road was long and full of stones. "
    "After three days it saw the waves. They were taller than any tree in the wood. "
    "The fox sat down on the sand and watched them. A crab came by and asked where it was from. "
    "From the wood, said the fox, where the water is quiet. Then stay a while, said the crab. "
    "So the fox stayed until the moon was high. In the morning it began the long way home. "
    "It told the goose about all that it had seen. And the goose said that it had known all along."
)
QUESTION = "What was the fox called?"
ANSWER = "It was called Rusty."

AUDIO = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}


SCRIPT = [Reply(STORY), Reply(ANSWER, to="called")]
SHORT = "Hello there, my friend."


@dataclass
class Talk:
    """A client in conversation; ``messages`` grows as the session goes on."""

    session: Any
    live: LiveSession
    user: SyntheticUser
    speaker: SpeakerSim
    messages: list[tuple[float, types.LiveServerMessage]] = field(default_factory=list)
    error: Exception | None = None

    def contents(self) -> list[types.LiveServerContent]:
        return [message.server_content for _, message in self.messages if message.server_content]

    def said(self) -> str:
        """The output transcript as it arrived, joined raw."""
        found = (content.output_transcription for content in self.contents())
        return "".join(item.text or "" for item in found if item)

    def user_words(self) -> list[str]:
        found = (content.input_transcription for content in self.contents())
        return [item.text or "" for item in found if item]

    def count(self, name: str) -> int:
        return sum(bool(getattr(content, name)) for content in self.contents())

    async def until(self, is_so: Callable[[], object], within_ms: float = 12_000) -> None:
        """Wait in session time; fails the test when it takes longer."""
        begun = self.live.now()
        while not is_so():
            if self.live.now() - begun > within_ms:
                summary = [
                    c.model_dump(exclude_none=True, exclude={"model_turn"}) for c in self.contents()
                ]
                pytest.fail(f"not within {within_ms} ms; error {self.error!r}; got {summary}")
            await asyncio.sleep(0.005)

    async def hear(self, ms: float) -> None:
        """Wait until so much of the model was played; fails the test when it is not."""
        assert await self.speaker.wait_played(ms, within_ms=8000)

    async def rest(self, ms: float) -> None:
        await self.live.connection.sleep(ms)

    async def note(
        self, text: str, *, turn_complete: bool = False, role: str | None = "user"
    ) -> None:
        content = types.Content(role=role, parts=[types.Part(text=text)])
        await self.session.send_client_content(turns=content, turn_complete=turn_complete)


@asynccontextmanager
async def talk(
    server: LiveServer,
    model: str = "gemini-3.8-live",
    *,
    vertex: bool = False,
    config: dict[str, Any] | None = None,
    pace: float = PACE,
) -> AsyncIterator[Talk]:
    """Connect the real SDK and keep receiving until the block is left."""
    live_api = server.client(vertex=vertex).aio.live
    async with (
        live_api.connect(model=model, config=AUDIO if config is None else config) as session,
        SyntheticUser(session, pace=pace) as user,
        SpeakerSim(pace=pace) as speaker,
    ):
        for line in (QUESTION, "Mm-hm."):
            server.expect_speech(user.line(line))
        conversation = Talk(session, server.session_of(session), user, speaker)

        async def receive() -> None:
            while True:
                async for message in session.receive():
                    conversation.messages.append((conversation.live.now(), message))
                    speaker.take(message)

        async def receive_until_closed() -> None:
            try:
                await receive()
            except (errors.APIError, TypeError) as error:
                conversation.error = error

        task = asyncio.create_task(receive_until_closed())
        try:
            yield conversation
            conversation.live.report_playback(speaker.spans)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def server(model: Any = SCRIPT, **options: Any) -> LiveServer:
    """A local server at the pace of these tests; it tells a story and answers a question."""
    return LiveServer(model, pace=PACE, recogniser=None, **options)


def on(local: LiveServer, profile: ServerProfile, **options: Any) -> Any:
    """A talk with the model of a profile, on its backend."""
    return talk(local, profile.model, vertex=profile.backend == "vertex", **options)
