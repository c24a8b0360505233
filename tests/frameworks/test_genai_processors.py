"""genai-processors: `LiveProcessor` with its own audio pacing on the local server, over its socket."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip(
    "genai_processors.core.live_model",
    reason='genai-processors is not installed: pip install "genai-processors"',
)

from barge_in_scene import (
    ANSWER,
    DEVICE_MS,
    MODEL,
    QUESTION,
    REQUEST,
    STORY,
    Reports,
    Seen,
    assert_not_resumed,
    assert_one_note,
    assert_resumed,
    assert_went_on,
    barge_in,
    live_server,
    two_users_at_once,
    until,
)
from genai_processors import content_api, processor
from genai_processors.core.live_model import LiveProcessor
from genai_processors.core.rate_limit_audio import RateLimitAudio

from gemini_live_interrupt import Interruption, disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.testing import PROFILES, LiveServer, Reply, SpeakerSim

CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}


class Call:
    """An app on genai-processors: a stream of parts in, and a loop over the parts that come out."""

    def __init__(self, speaker: SpeakerSim) -> None:
        self.seen = Seen()
        self.speaker = speaker
        self.parts: asyncio.Queue[content_api.ProcessorPart | None] = asyncio.Queue()
        self._was_cut = False

    async def send(self, pcm: bytes) -> None:
        """The microphone's next audio."""
        audio = {"mimetype": "audio/pcm;rate=16000", "substream_name": "realtime", "role": "user"}
        self.parts.put_nowait(content_api.ProcessorPart(pcm, **audio))

    async def run(self, live: processor.Processor) -> None:
        """Take the parts that come out until the stream that goes in has ended."""

        async def microphone() -> AsyncIterator[content_api.ProcessorPart]:
            while (part := await self.parts.get()) is not None:
                yield part

        async for part in live(microphone()):
            self._take(part)

    def _take(self, part: content_api.ProcessorPart) -> None:
        if content_api.is_audio(part.mimetype):
            self.speaker.feed(part.bytes)
        elif part.get_metadata("interrupted"):
            self.seen.interrupted += 1
            self._was_cut = True
            self.speaker.flush()
        elif part.get_metadata("turn_complete"):
            self.seen.finished += not self._was_cut
            self._was_cut = False
        elif part.substream_name == "input_transcription":
            self.seen.user_words += f"{part.text} "
        elif part.substream_name == "output_transcription":
            self.seen.model_words += part.text


@asynccontextmanager
async def call(server: LiveServer, speaker: SpeakerSim) -> AsyncIterator[Call]:
    live = LiveProcessor(
        api_key="local",
        model_name=MODEL,
        realtime_config=CONFIG,
        http_options=server.http_options(),
    )
    paced = live + RateLimitAudio(24_000)
    the_call = Call(speaker)
    async with speaker:
        task = asyncio.create_task(the_call.run(paced))
        try:
            yield the_call
        finally:
            the_call.parts.put_nowait(None)
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


@pytest.mark.parametrize("role", ["", "user"])
async def test_what_is_typed_is_the_users_words(role: str) -> None:
    """A part has the role "" unless the app gives one; it interrupts as speech does."""
    found: list[Interruption] = []
    enable_interrupt_resume(on_interruption=found.append)
    script = [Reply(STORY), Reply(ANSWER, to="where was that")]
    takes_any_role = dataclasses.replace(PROFILES["3.8"], role_required=False)
    async with LiveServer(script, profile=takes_any_role) as server:
        async with call(server, SpeakerSim()) as app:
            await until(lambda: server.sessions, "the framework connects")
            app.parts.put_nowait(content_api.ProcessorPart(REQUEST, role=role))
            assert await app.speaker.wait_played(2_500, within_ms=25_000)
            app.parts.put_nowait(content_api.ProcessorPart(QUESTION, role=role))
            turns = server.sessions[0].record.turns
            await until(lambda: len(turns) > 1, "the model replies to the question")
            await until(lambda: found, "the interruption is told")
    assert [(one.cause, one.user_text) for one in found] == [("typed", QUESTION)]
    assert turns[1].text.startswith(ANSWER)


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
