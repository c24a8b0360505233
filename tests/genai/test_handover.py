"""A conversation goes on over a reconnect, in this process and on another machine."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from live_socket import INTERRUPTED, LiveSocket, Seen, audio, receive, text

import gemini_live_interrupt as gli
from gemini_live_interrupt import Interruption, RedisStore, SessionTracker
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.genai import handover
from gemini_live_interrupt.genai.resumption import Shelf
from gemini_live_interrupt.testing import LiveServer, Reply, SpeakerSim
from gemini_live_interrupt.testing.server.faults import Drop, ResumeTooSoon

STORY = (
    "Once there was a fox who lived near a wide river. Each morning he went down to the water. "
    "One day he found a boat without an owner. He stepped in and let it drift to the sea."
)


CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}


class Memory:
    """A store that remembers what was asked of it."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.puts = 0

    async def put(self, key: str, state: str, seconds: float) -> None:
        self.puts += 1
        self.states[key] = state

    async def take(self, key: str) -> str | None:
        return self.states.pop(key, None)


class Broken:
    """A store that is down."""

    async def put(self, key: str, state: str, seconds: float) -> None:
        raise ConnectionError("down")

    async def take(self, key: str) -> str | None:
        raise ConnectionError("down")


class App:
    """A small voice app: connects, plays, and knows the latest handle."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.live = server.client().aio.live
        self.handle: str | None = None
        self.handle_used: str | None = None
        self.errors: list[Exception] = []

    @asynccontextmanager
    async def connect(self, *, resume: bool = True) -> AsyncIterator[Any]:
        self.handle_used = self.handle
        config = CONFIG | {"session_resumption": {"handle": self.handle if resume else None}}
        async with self.live.connect(model="gemini-3.8-live", config=config) as session:
            speaker = SpeakerSim()
            async with speaker:
                reading = asyncio.create_task(self._read(session, speaker))
                session.speaker = speaker
                try:
                    yield session
                finally:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, session: Any, speaker: SpeakerSim) -> None:
        try:
            while True:
                async for message in session.receive():
                    speaker.take(message)
                    update = message.session_resumption_update
                    if update is not None and update.new_handle:
                        self.handle = update.new_handle
        except Exception as error:
            self.errors.append(error)

    async def until_lost(self) -> None:
        await until(lambda: self.errors)


@pytest.fixture
def enabled() -> Iterator[list[Interruption]]:
    """The library on; what `on_interruption` got."""
    seen: list[Interruption] = []
    gli.enable_interrupt_resume(on_interruption=seen.append)
    yield seen
    gli.disable_interrupt_resume()


def server_that_drops(at_ms: float = 2000.0) -> LiveServer:
    return LiveServer([Reply(STORY)], faults=[Drop(times=1, at_ms=at_ms)], profile="3.8")


async def until(condition: Any, seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def lose_a_reply(app: App) -> None:
    async with app.connect() as session:
        await session.send_realtime_input(text="Tell me a story.")
        await app.until_lost()


async def test_the_resumed_session_is_told_once_and_the_story_goes_on(
    enabled: list[Interruption],
) -> None:
    async with server_that_drops() as server:
        app = App(server)
        await lose_a_reply(app)
        async with app.connect():
            record = server.records[1]
            await until(lambda: record.notes)
            assert record.resumed
            [note] = record.silent_notes()
            assert "The connection broke" in note.text and "noise." not in note.text
            await until(lambda: record.turns)
        assert len(record.silent_notes()) == 1
        # The user heard two seconds at most: the model starts again in the first sentence or two.
        assert "river" in record.turns[0].text
    assert enabled[0].cause == "connection"
    assert STORY.startswith(enabled[0].heard)


async def test_the_state_waits_until_the_server_lets_the_app_resume(
    enabled: list[Interruption],
) -> None:
    faults = [Drop(times=1, at_ms=2_000.0), ResumeTooSoon()]
    async with LiveServer([Reply(STORY)], faults=faults, profile="3.8") as server:
        app = App(server)
        await lose_a_reply(app)
        notes: list[Any] = []
        refused = 0
        while not notes:
            try:
                async with app.connect():
                    await until(server.records[-1].silent_notes)
                    notes = server.records[-1].silent_notes()
            except Exception as error:
                assert "1011" in str(error), error
                refused += 1
                await asyncio.sleep(0.4)
    assert refused and ["The connection broke" in note.text for note in notes] == [True]
    assert {cut.cause for cut in enabled} == {"connection"}


async def test_a_session_without_a_handle_starts_clean(enabled: list[Interruption]) -> None:
    async with server_that_drops() as server:
        app = App(server)
        await lose_a_reply(app)
        async with app.connect(resume=False) as session:
            await asyncio.sleep(2.5)
            assert server.records[1].notes == []
            assert json.loads(gli.interrupt_resume_for(session).export_state())["history"] == []


async def test_an_app_that_resumes_before_it_closes_the_old_session(
    enabled: list[Interruption],
) -> None:
    async with LiveServer([Reply(STORY)], profile="3.8") as server:
        app = App(server)
        async with app.connect() as old:
            await old.send_realtime_input(text="Tell me a story.")
            await old.speaker.wait_played(1500, within_ms=6000)
            first = app.handle
            async with app.connect():
                await until(lambda: server.records[1].notes)
        await asyncio.sleep(0.3)
        assert len(server.records[1].silent_notes()) == 1
        assert server.records[0].notes == []
        # Told once: not again, neither by the new handle nor by the old one.
        for handle in (app.handle, first):
            app.handle = handle
            async with app.connect():
                await asyncio.sleep(0.3)
                assert server.records[-1].notes == []


async def test_an_attached_session_takes_over_by_the_handle_it_is_told() -> None:
    async with server_that_drops() as server:
        app = App(server)
        async with app.connect() as session:
            gli.attach_interrupt_resume(session, model="gemini-3.8-live")
            await session.send_realtime_input(text="Tell me a story.")
            await app.until_lost()
        async with app.connect() as session:
            gli.attach_interrupt_resume(
                session, model="gemini-3.8-live", resumption_handle=app.handle_used
            )
            await until(lambda: server.records[1].notes)
            assert "The connection broke" in server.records[1].notes[0].text


async def test_the_state_goes_to_another_machine_as_text(enabled: list[Interruption]) -> None:
    async with LiveServer([Reply(STORY)], profile="3.8") as server:
        app = App(server)
        async with app.connect() as session:
            await session.send_realtime_input(text="Tell me a story.")
            await session.speaker.wait_played(1500, within_ms=6000)
            state = gli.interrupt_resume_for(session).export_state()
        _forget_this_process()
        async with app.connect() as session:
            handle = gli.interrupt_resume_for(session)
            assert isinstance(handle, SessionTracker)
            with pytest.raises(ValueError, match="not a state"):
                handle.restore_state("{}")
            handle.restore_state(state)
            await until(lambda: server.records[1].notes)
            assert "Once there was a fox" in server.records[1].notes[0].text


def _forget_this_process() -> None:
    """What a new process does not know."""
    handover._shelf = Shelf()
    handover._holders.clear()


async def test_a_process_that_dies_leaves_its_state_in_the_store() -> None:
    store = Memory()
    gli.enable_interrupt_resume(store=store)
    try:
        async with LiveServer([Reply(STORY)], profile="3.8") as server:
            app = App(server)
            async with app.connect() as session:
                await session.send_realtime_input(text="Tell me a story.")
                await session.speaker.wait_played(5700, within_ms=9000)
                # The process dies: nothing that comes later is seen by the next one.
                left = dict(store.states)
                assert 1 <= store.puts <= 2
            await handover.settled()
            _forget_this_process()
            store.states = left
            async with app.connect():
                await until(lambda: server.records[1].notes)
                assert "Once there was a fox" in server.records[1].notes[0].text
            await handover.settled()
    finally:
        gli.disable_interrupt_resume()


async def test_a_session_with_a_broken_store_is_like_any_other() -> None:
    seen: list[Interruption] = []
    gli.enable_interrupt_resume(store=Broken(), on_interruption=seen.append)
    try:
        async with server_that_drops() as server:
            app = App(server)
            await lose_a_reply(app)
            _forget_this_process()
            async with app.connect() as session:
                await session.send_realtime_input(text="Hello?")
                await until(lambda: server.records[1].turns)
            await handover.settled()
            assert [type(error).__name__ for error in app.errors] == ["APIError"]
    finally:
        gli.disable_interrupt_resume()


async def test_through_redis_to_another_machine(redis_url: str) -> None:
    store = RedisStore(redis_url)
    gli.enable_interrupt_resume(store=store)
    try:
        async with server_that_drops() as server:
            app = App(server)
            await lose_a_reply(app)
            await handover.settled()
            _forget_this_process()
            async with app.connect():
                await until(lambda: server.records[1].notes)
                assert "The connection broke" in server.records[1].notes[0].text
        await handover.settled()
    finally:
        gli.disable_interrupt_resume()
        await store.close()


@pytest.mark.real_time
async def test_a_state_that_takes_long_to_work_out_holds_up_neither_the_host_nor_what_follows(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go = threading.Event(), threading.Event()
    carry = Conversation.carry

    def slow(self: Conversation, now: float) -> Carried:
        begun.set()
        let_go.wait(10.0)
        return carry(self, now)

    monkeypatch.setattr(Conversation, "carry", slow)
    store, seen = Memory(), Seen()
    gli.enable_interrupt_resume(store=store, on_interruption=seen)
    # A sentence that is longer than the state may wait to be asked for.
    story = "One two three four five six seven eight nine ten eleven twelve thirteen."
    handle = {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}}
    async with here.connect() as session:
        await here.say(handle, text(story), audio(10_000))
        await receive(session, 3)
        async with asyncio.timeout(5.0):
            while not begun.is_set():  # The loop runs, although the state is being worked out.
                await asyncio.sleep(0.01)
        begin = time.monotonic()
        await here.say(*[audio(40)] * 50, INTERRUPTED)
        await receive(session, 51)
        await asyncio.sleep(0.2)
        assert time.monotonic() - begin < 5.0
        assert not store.states
        let_go.set()
        assert (await seen.one()).continuation == story
        async with asyncio.timeout(5.0):
            while not store.states:
                await asyncio.sleep(0.01)
