"""LiveKit Agents: a whole `AgentSession` with Google's realtime model on the local server.

No LiveKit server and no room: the session gets a microphone and a loudspeaker of its own, as it
does in LiveKit's console. Everything between them is LiveKit's, its interruption handling too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

pytest.importorskip(
    "livekit.plugins.google",
    reason="LiveKit Agents with Google's plugin are not installed: "
    'pip install "livekit-agents[google]"',
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
    until,
)
from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.agents.voice import io
from livekit.agents.voice.events import ConversationItemAddedEvent, UserInputTranscribedEvent
from livekit.plugins.google.realtime import RealtimeModel

from gemini_live_interrupt import (
    Interruption,
    disable_interrupt_resume,
    enable_interrupt_resume,
)
from gemini_live_interrupt.testing import LiveServer, SpeakerSim


class Microphone(io.AudioInput):
    """Audio frames from the synthetic user."""

    def __init__(self) -> None:
        super().__init__(label="synthetic user")
        self._frames: asyncio.Queue[rtc.AudioFrame] = asyncio.Queue()

    async def send(self, pcm: bytes) -> None:
        """The microphone's next audio."""
        self._frames.put_nowait(rtc.AudioFrame(pcm, 16000, 1, len(pcm) // 2))

    async def __anext__(self) -> rtc.AudioFrame:
        return await self._frames.get()


class Loudspeaker(io.AudioOutput):
    """Plays into a `SpeakerSim`, and tells LiveKit when and how far a segment was played."""

    def __init__(self, speaker: SpeakerSim) -> None:
        super().__init__(
            label="loudspeaker",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=24000,
        )
        self._speaker = speaker
        self._began_ms: float | None = None
        self._ending: asyncio.Task[None] | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if self._began_ms is None:
            self._began_ms = self._speaker.played_ms
            self.on_playback_started(created_at=time.time())
        self._speaker.feed(bytes(frame.data))

    def flush(self) -> None:
        super().flush()
        if self._began_ms is not None:
            self._ending = asyncio.create_task(self._play_to_the_end())

    def clear_buffer(self) -> None:
        if self._began_ms is not None:
            if self._ending is not None:
                self._ending.cancel()
            self._speaker.flush()
            self._finished(interrupted=True)

    async def _play_to_the_end(self) -> None:
        await self._speaker.wait_quiet()
        self._finished(interrupted=False)

    def _finished(self, *, interrupted: bool) -> None:
        assert self._began_ms is not None
        played_ms, self._began_ms = self._speaker.played_ms - self._began_ms, None
        self.on_playback_finished(playback_position=played_ms / 1000, interrupted=interrupted)


class Call:
    """An app on LiveKit: an `AgentSession`, and what its events said."""

    def __init__(self, session: AgentSession, speaker: SpeakerSim) -> None:
        self.seen = Seen()
        self.speaker = speaker
        self.session = session
        self.microphone = Microphone()
        self.send = self.microphone.send
        session.input.audio = self.microphone
        session.output.audio = Loudspeaker(speaker)
        session.on("conversation_item_added", self._item)
        session.on("user_input_transcribed", self._transcribed)
        session.on("error", lambda event: self.seen.problems.append(str(event.error)))

    def _item(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if item.type == "message" and item.role == "assistant":
            self.seen.model_words += item.text_content or ""
            self.seen.interrupted += item.interrupted
            self.seen.finished += not item.interrupted

    def _transcribed(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final:
            self.seen.user_words += f"{event.transcript} "


@asynccontextmanager
async def call(server: LiveServer, speaker: SpeakerSim) -> AsyncIterator[Call]:
    model = RealtimeModel(model=MODEL, api_key="local", http_options=server.http_options())
    async with AgentSession(llm=model) as session, speaker:
        the_call = Call(session, speaker)
        await session.start(Agent(instructions="You tell stories."))
        yield the_call


async def test_the_model_resumes() -> None:
    enable_interrupt_resume()
    async with live_server() as server, call(server, SpeakerSim()) as app:
        session = await barge_in(server, app.speaker, app.microphone.send)
        assert_one_note(session)
        assert_resumed(session)
        await assert_went_on(app.seen, session)


async def test_reports_of_a_slow_loudspeaker_are_believed() -> None:
    reports = Reports()
    enable_interrupt_resume(on_session=reports.on_session)
    speaker = SpeakerSim(latency_ms=DEVICE_MS, on_play_ms=reports.on_play_ms)
    async with live_server() as server, call(server, speaker) as app:
        session = await barge_in(server, app.speaker, app.microphone.send)
    assert_one_note(session)
    assert_resumed(session)


async def test_the_app_tells_that_livekit_cut_the_reply_itself() -> None:
    """The server does not hear of `session.interrupt()`: the library does, by `playback.flush()`."""
    reports = Reports()
    enable_interrupt_resume(on_session=reports.on_session, false_interruption_after=None)

    def playback_finished(event: io.PlaybackFinishedEvent) -> None:
        if event.interrupted:
            reports.handles[-1].playback.flush()

    async with live_server() as server, call(server, SpeakerSim()) as app:
        assert app.session.output.audio is not None
        app.session.output.audio.on("playback_finished", playback_finished)

        async def cut() -> None:
            await app.session.interrupt()
            await asyncio.sleep(DEVICE_MS / 1000)

        session = await barge_in(server, app.speaker, app.microphone.send, before=cut)
        assert_one_note(session)
        assert_resumed(session)
        await assert_went_on(app.seen, session)


async def test_interrupted_is_seen_although_livekit_takes_it_out_of_the_message() -> None:
    """The plugin clears `interrupted` of a message that comes while no reply is being generated."""
    found: list[Interruption] = []
    enable_interrupt_resume(on_interruption=found.append, output_latency_ms=5_000)
    async with live_server() as server:
        model = RealtimeModel(model=MODEL, api_key="local", http_options=server.http_options())
        realtime = model.session()
        await until(lambda: server.sessions, "the framework connects")
        session = server.sessions[0]
        silence = {"mimeType": "audio/pcm;rate=24000", "data": "AAAA" * 24_000}
        try:
            for content in (
                {"outputTranscription": {"text": "Once there was a keeper."}},
                {"modelTurn": {"parts": [{"inlineData": silence}]}},
                {"turnComplete": True},
                {"interrupted": True},
            ):
                await session.send({"serverContent": content})
            await until(lambda: session.record.notes, "the note reaches the server")
        finally:
            await realtime.aclose()
    (note,) = session.record.notes
    assert note.roles == ("user",) and not note.turn_complete
    assert [one.heard for one in found] == [""]


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
        session = await barge_in(server, app.speaker, app.microphone.send)
        assert_not_resumed(session)
        await assert_went_on(app.seen, session)
