"""Google ADK: `Runner.run_live` on the local server, over its socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("google.adk", reason='Google ADK is not installed: pip install "google-adk>=2"')

from google.adk.agents import Agent, LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner
from google.genai import types
from scene import (
    MODEL,
    Seen,
    assert_not_resumed,
    assert_one_note,
    assert_resumed,
    assert_went_on,
    barge_in,
    live_server,
)

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, SpeakerSim


class Call:
    """An ADK app: a queue for the microphone, a loop over the runner's events."""

    def __init__(self, queue: LiveRequestQueue, speaker: SpeakerSim) -> None:
        self.seen = Seen()
        self.speaker = speaker
        self._queue = queue

    async def send(self, pcm: bytes) -> None:
        self._queue.send_realtime(types.Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

    async def run(self, runner: InMemoryRunner, session_id: str) -> None:
        config = RunConfig(
            streaming_mode=StreamingMode.BIDI, response_modalities=[types.Modality.AUDIO]
        )
        async for event in runner.run_live(
            user_id="user", session_id=session_id, live_request_queue=self._queue, run_config=config
        ):
            if event.error_code:
                self.seen.problems.append(f"{event.error_code}: {event.error_message}")
            if event.interrupted:
                self.seen.interrupted += 1
                self.speaker.flush()
            for part in (event.content and event.content.parts) or []:
                if part.inline_data is not None and part.inline_data.data:
                    self.speaker.feed(part.inline_data.data)
            if event.input_transcription is not None and event.input_transcription.finished:
                self.seen.user_words += f"{event.input_transcription.text} "
            if event.output_transcription is not None and event.partial:
                self.seen.model_words += event.output_transcription.text or ""
            if event.turn_complete:
                self.seen.replies += 1


@asynccontextmanager
async def call(server: LiveServer, speaker: SpeakerSim) -> AsyncIterator[Call]:
    agent = Agent(
        name="teller",
        model=Gemini(model=MODEL, client=server.client()),
        instruction="You tell stories.",
    )
    runner = InMemoryRunner(agent=agent, app_name="stories")
    session = await runner.session_service.create_session(app_name="stories", user_id="user")
    queue = LiveRequestQueue()
    the_call = Call(queue, speaker)
    async with speaker:
        task = asyncio.create_task(the_call.run(runner, session.id))
        try:
            yield the_call
        finally:
            queue.close()
            await asyncio.wait({task}, timeout=5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_the_model_resumes() -> None:
    enable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.send)
    assert_one_note(session)
    assert_resumed(session)
    assert_went_on(app.seen)


async def test_works_unchanged_once_disabled() -> None:
    enable_interrupt_resume()
    disable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.send)
    assert_not_resumed(session)
    assert_went_on(app.seen)
