"""pydantic-ai: `Agent.realtime` with Google's model on the local server, over its socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip(
    "pydantic_ai.realtime.google",
    reason='pydantic-ai with Google is not installed: pip install "pydantic-ai-slim[google-realtime]"',
)

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
from pydantic_ai import Agent, PartEndEvent, SpeechPart
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.realtime import (
    RealtimeResponseInterruptedEvent,
    RealtimeSession,
    RealtimeSessionErrorEvent,
    RealtimeTurnCompleteEvent,
)
from pydantic_ai.realtime.google import GoogleRealtimeModel

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, SpeakerSim

_AHEAD_MS = 100.0
"""What the loudspeaker buffers."""


class Call:
    """An app on pydantic-ai: a loop over the session's events, and one that plays its audio.

    The audio is played as pydantic-ai's documentation says: no faster than the loudspeaker plays,
    so that the session itself drops what was not played (`handle_barge_in`).
    """

    def __init__(self, session: RealtimeSession, speaker: SpeakerSim, opens_ms: float) -> None:
        self.seen = Seen()
        self.speaker = speaker
        self.session = session
        self.send = session.send_audio
        self._audio = session.stream_audio()
        self._opens_ms = opens_ms
        self._was_cut = False

    async def play(self) -> None:
        """Play the model's audio; the loudspeaker opens when the first comes."""
        opened = False
        async for chunk in self._audio:
            if not opened:
                await asyncio.sleep(self._opens_ms / 1000)
                opened = True
            self.speaker.feed(chunk)
            await asyncio.sleep(max(0.0, self.speaker.buffered_ms - _AHEAD_MS) / 1000)

    async def watch(self) -> None:
        """Take the events of the session."""
        async for event in self.session:
            match event:
                case RealtimeResponseInterruptedEvent():
                    self.seen.interrupted += 1
                    self._was_cut = True
                    self.speaker.flush()
                case PartEndEvent(part=SpeechPart(speaker="user", transcript=words)):
                    self.seen.user_words += f"{words} "
                case PartEndEvent(part=SpeechPart(speaker="assistant", transcript=words)):
                    self.seen.model_words += words or ""
                case RealtimeTurnCompleteEvent():
                    self.seen.finished += not self._was_cut
                    self._was_cut = False
                case RealtimeSessionErrorEvent():
                    self.seen.problems.append(event.message)
                case _:
                    pass


@asynccontextmanager
async def call(
    server: LiveServer, speaker: SpeakerSim, opens_ms: float = 0.0
) -> AsyncIterator[Call]:
    agent = Agent(instructions="You tell stories.")
    model = GoogleRealtimeModel(MODEL, provider=GoogleProvider(client=server.client()))
    async with speaker, agent.realtime(model).session(handle_barge_in=True) as session:
        the_call = Call(session, speaker, opens_ms)
        tasks = [asyncio.create_task(the_call.watch()), asyncio.create_task(the_call.play())]
        try:
            yield the_call
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_model_resumes() -> None:
    enable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.session.send_audio)
        assert_one_note(session)
        assert_resumed(session)
        await assert_went_on(app.seen, session)


async def test_reports_of_a_slow_loudspeaker_are_believed() -> None:
    reports = Reports()
    enable_interrupt_resume(on_session=reports.on_session)
    speaker = SpeakerSim(on_play_ms=reports.on_play_ms)
    async with live_server() as server, call(server, speaker, DEVICE_MS) as app:
        session = await barge_in(server, app.speaker, app.session.send_audio)
    assert_one_note(session)
    assert_resumed(session)


async def test_two_users_at_once() -> None:
    await two_users_at_once(
        lambda server, played, late_ms: call(server, SpeakerSim(on_play_ms=played), late_ms)
    )


async def test_works_unchanged_once_disabled() -> None:
    enable_interrupt_resume()
    disable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.session.send_audio)
        assert_not_resumed(session)
        await assert_went_on(app.seen, session)
