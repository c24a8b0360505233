"""Google ADK: `Runner.run_live` on the local server, over its socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("google.adk", reason='Google ADK is not installed: pip install "google-adk"')

from barge_in_scene import (
    DEVICE_MS,
    MODEL,
    Reports,
    Seen,
    assert_not_resumed,
    assert_one_note,
    assert_resumed,
    assert_went_on,
    barge_in,
    live_server,
    two_users_at_once,
)
from google.adk.agents import Agent, LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.events import Event
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner
from google.genai import types

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, SpeakerSim


class Call:
    """An ADK app: a queue for the microphone, a loop over the runner's events."""

    def __init__(self, speaker: SpeakerSim) -> None:
        self.seen = Seen()
        self.speaker = speaker
        self.queue = LiveRequestQueue()
        self._was_cut = False

    async def send(self, pcm: bytes) -> None:
        """The microphone's next audio."""
        self.queue.send_realtime(types.Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

    async def run(self, runner: InMemoryRunner, session_id: str) -> None:
        """Take the events of the runner until the queue is closed."""
        config = RunConfig(
            streaming_mode=StreamingMode.BIDI, response_modalities=[types.Modality.AUDIO]
        )
        async for event in runner.run_live(
            user_id="user", session_id=session_id, live_request_queue=self.queue, run_config=config
        ):
            self._take(event)

    def _take(self, event: Event) -> None:
        if event.error_code:
            self.seen.problems.append(f"{event.error_code}: {event.error_message}")
        if event.interrupted:
            self.seen.interrupted += 1
            self._was_cut = True
            self.speaker.flush()
        for part in (event.content and event.content.parts) or []:
            if part.inline_data is not None and part.inline_data.data:
                self.speaker.feed(part.inline_data.data)
        said, spoken = event.input_transcription, event.output_transcription
        if said is not None and said.finished:
            self.seen.user_words += f"{said.text} "
        if spoken is not None and event.partial:
            self.seen.model_words += spoken.text or ""
        if event.turn_complete:
            self.seen.finished += not self._was_cut
            self._was_cut = False


@asynccontextmanager
async def call(server: LiveServer, speaker: SpeakerSim) -> AsyncIterator[Call]:
    agent = Agent(
        name="teller",
        model=Gemini(model=MODEL, client=server.client()),
        instruction="You tell stories.",
    )
    runner = InMemoryRunner(agent=agent, app_name="stories")
    session = await runner.session_service.create_session(app_name="stories", user_id="user")
    the_call = Call(speaker)
    async with speaker:
        task = asyncio.create_task(the_call.run(runner, session.id))
        try:
            yield the_call
        finally:
            the_call.queue.close()
            await asyncio.wait({task}, timeout=5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_the_model_resumes() -> None:
    enable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.send)
        assert_one_note(session)
        assert_resumed(session)
        await assert_went_on(app.seen, session)


async def test_reports_of_a_slow_loudspeaker_are_believed() -> None:
    reports = Reports()
    enable_interrupt_resume(on_session=reports.on_session)
    speaker = SpeakerSim(latency_ms=DEVICE_MS, on_play_ms=reports.on_play_ms)
    async with live_server() as server, call(server, speaker) as app:
        session = await barge_in(server, app.speaker, app.send)
    assert_one_note(session)
    assert_resumed(session)


async def test_two_users_at_once() -> None:
    await two_users_at_once(
        lambda server, played, late_ms: call(
            server, SpeakerSim(latency_ms=late_ms, on_play_ms=played)
        )
    )


async def test_works_unchanged_once_disabled() -> None:
    enable_interrupt_resume()
    disable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.send)
        assert_not_resumed(session)
        await assert_went_on(app.seen, session)
