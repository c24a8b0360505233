"""The shell around one session, on a real socket: order, slowness, errors, the end."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from typing import Any

import pytest
from live_socket import (
    GENERATED,
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    barge_in,
    live_socket,
    quiet_microphone,
    receive,
    slow_down,
    text,
    user,
)

from gemini_live_interrupt import (
    Interruption,
    Notice,
    enable_interrupt_resume,
    interrupt_resume_for,
)
from gemini_live_interrupt.core.events import ModelAudio
from gemini_live_interrupt.core.joining import add_events
from gemini_live_interrupt.genai.following import shell_of
from gemini_live_interrupt.genai.messages import SOON


async def test_a_barge_in_sends_one_silent_user_note(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session)
        [message] = await here.until_sent(1)
        content = message["client_content"]
        assert content["turnComplete"] is False
        assert [turn["role"] for turn in content["turns"]] == ["user"]
        assert "One two. Three four." in here.notes[0]
        await asyncio.sleep(0.1)
        assert len(here.sent) == 1


async def test_messages_reach_the_host_in_order_and_untouched(here: LiveSocket) -> None:
    messages = [text("a"), audio(20), user("b"), {"serverContent": {}}, {}, TURN_COMPLETE]
    async with here.connect() as session:
        await here.say(*messages)
        bare = await receive(session, len(messages))
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(*messages)
        followed = await receive(session, len(messages))
    assert followed == bare


async def test_a_slow_send_delays_no_message(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        slow_ms = slow_down(session, 0.25)
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        worst = 0.0
        for _ in range(30):
            begin = time.perf_counter()
            await here.say(INTERRUPTED)
            [message] = await receive(session, 1)
            worst = max(worst, time.perf_counter() - begin)
            assert message.server_content.interrupted
        assert slow_ms, "our send was not under way"
        assert worst < 0.2  # the send takes 0.25 s; the rest is a busy machine
        assert len(await here.until_notes(1)) == 1


async def test_a_send_that_fails_turns_notes_off_and_nothing_else(here: LiveSocket) -> None:
    notices: list[Notice] = []
    seen: list[Interruption] = []
    enable_interrupt_resume(on_event=notices.append, on_interruption=seen.append)
    async with here.connect() as session:
        send = session._ws.send

        async def broken(data: str) -> None:
            raise OSError("no route")

        session._ws.send = broken
        await barge_in(here, session)
        await asyncio.sleep(0.1)
        assert [notice.kind for notice in notices] == ["notes off"]
        session._ws.send = send
        await here.say(TURN_COMPLETE)
        await receive(session, 1)
        await asyncio.sleep(0.7)
        await barge_in(here, session)
        await asyncio.sleep(0.1)
        assert here.sent == []
        assert [it.note for it in seen] == ["", ""]
    # It says nothing about the next session.
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)


async def test_a_refused_note_is_not_sent_again_in_later_sessions(here: LiveSocket) -> None:
    enable_interrupt_resume()
    deliveries = []
    for _ in range(3):
        async with here.connect() as session:
            before = len(here.sent)
            await barge_in(here, session)
            await asyncio.sleep(0.35)
            await here.say(user("Wait."))
            await receive(session, 1)
            await asyncio.sleep(0.15)
            deliveries += [m["client_content"]["turnComplete"] for m in here.sent[before:]]
            if len(here.sent) > before:
                await here.sockets[-1].close(1007, "Request contains an invalid argument.")
                with pytest.raises(Exception, match="1007"):
                    await receive(session, 1)
                await asyncio.sleep(0.05)
    assert deliveries == [False, True]  # then none is left


ARRIVED = ("Interrupted", "TurnComplete", "GenerationComplete", "UserTyped", "UserWords")


async def test_heard_text_is_measured_in_the_worker_thread_without_reordering(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gemini_live_interrupt.core.conversation import Conversation

    calls: list[tuple[str, bool]] = []
    apply = Conversation.apply

    def watched(self: Conversation, event: Any, now: float) -> Any:
        main = threading.current_thread() is threading.main_thread()
        calls.append((type(event).__name__, main))
        if type(event).__name__ == "Interrupted":
            time.sleep(0.4)  # a long estimate
        return apply(self, event, now)

    monkeypatch.setattr(Conversation, "apply", watched)
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED, TURN_COMPLETE)
        begin = time.perf_counter()
        await receive(session, 4)
        await here.say(GENERATED)  # not costly: it must not overtake what waits for the worker
        await receive(session, 1)
        await session.send_realtime_input(text="Hello.")
        await here.say(user("Hello"))
        await receive(session, 1)
        assert time.perf_counter() - begin < 0.3, "the estimate held up the event loop"
        await here.until_notes(1)
        await asyncio.sleep(0.05)
    names = [name for name, _ in calls if name in ARRIVED]
    assert names == list(ARRIVED)
    assert ("Interrupted", False) in calls


async def test_closed_in_the_middle_of_a_note(here: LiveSocket) -> None:
    enable_interrupt_resume(on_event=(notices := []).append)
    async with here.connect() as session:
        slow_down(session, 0.3)
        await barge_in(here, session)
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.4)
    assert here.sent == []
    assert notices == []


async def test_the_server_hangs_up_in_the_middle_of_a_note(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        slow_down(session, 0.2)
        await barge_in(here, session)
        await here.sockets[-1].close(1011, "Internal error")
        with pytest.raises(Exception, match="1011"):
            await receive(session, 1)
        await asyncio.sleep(0.3)


async def test_a_tool_call_that_is_pending_holds_the_note(here: LiveSocket) -> None:
    enable_interrupt_resume()
    call = {"toolCall": {"functionCalls": [{"id": "c1", "name": "book", "args": {"seat": 4}}]}}
    async with here.connect(model="gemini-3.1-flash-live-preview") as session:
        await here.say(text("Let me see. I book"), audio(4_000), call, INTERRUPTED)
        await receive(session, 4)
        await asyncio.sleep(0.1)
        assert here.notes == []
        await session.send_tool_response(
            function_responses=[{"id": "c1", "name": "book", "response": {"ok": True}}]
        )
        [note] = await here.until_notes(1)
        assert "tool_response" in here.sent[0]
        assert '"book"' in note


async def test_text_typed_by_the_app_is_the_cause_and_ours_is_not(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        await session.send_realtime_input(text="Stop.")
        await here.until_sent(1)
        await here.say(INTERRUPTED)
        await receive(session, 1)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
        assert [(it.cause, it.user_text) for it in seen] == [("typed", "Stop.")]
        assert interrupt_resume_for(session)._followed._core.turns.recent(9) == (("user", "Stop."),)


async def test_the_older_send_is_understood(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        with pytest.warns(DeprecationWarning) as warned:
            await session.send(input="Stop it.", end_of_turn=True)
        assert warned[0].filename == __file__  # not ours
        await here.say(INTERRUPTED)
        await receive(session, 1)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
        assert seen[0].user_text == "Stop it."


async def test_text_sessions_work_on_the_text_parts(here: LiveSocket) -> None:
    enable_interrupt_resume()
    config = {"response_modalities": ["TEXT"]}
    written = {"serverContent": {"modelTurn": {"parts": [{"text": "First. And sec"}]}}}
    thought = {"serverContent": {"modelTurn": {"parts": [{"text": "Hm.", "thought": True}]}}}
    async with here.connect(config=config, model="gemini-live-2.5-flash") as session:
        await here.say(thought, written, INTERRUPTED)
        await receive(session, 3)
        [note] = await here.until_notes(1)
        assert '"First. And sec"' in note
        assert "Hm." not in note


async def test_vertex_sessions_are_followed(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect(vertex=True, model="gemini-live-2.5-flash-native-audio") as session:
        await barge_in(here, session)
        await here.until_notes(1)
        assert interrupt_resume_for(session).profile.backend == "vertex"


async def test_a_session_that_is_dropped_is_collected(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        tracker = weakref.ref(interrupt_resume_for(session))
        gone = weakref.ref(session)
    await asyncio.sleep(0.05)
    del session
    for _ in range(5):
        gc.collect()
        await asyncio.sleep(0.01)
    assert gone() is None
    assert tracker() is None


def test_sessions_in_one_event_loop_after_another() -> None:
    async def talk() -> None:
        async with live_socket() as here, here.connect() as session:
            await barge_in(here, session)
            await here.until_notes(1)

    enable_interrupt_resume()
    for _ in range(3):
        asyncio.run(talk())


def test_sessions_in_several_threads_at_once() -> None:
    enable_interrupt_resume()
    notes: list[str] = []

    def run(name: str) -> None:
        async def talk() -> None:
            async with live_socket() as here, here.connect() as session:
                await barge_in(here, session, f"{name} one two. {name} three four.")
                notes.extend(await here.until_notes(1))

        asyncio.run(talk())

    threads = [threading.Thread(target=run, args=(name,)) for name in ("red", "green", "blue")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    assert len(notes) == 3
    for note in notes:
        assert sum(name in note for name in ("red", "green", "blue")) == 1


async def test_an_error_of_ours_stops_us_and_not_the_host(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gemini_live_interrupt.core.conversation import Conversation

    def broken(self: Conversation, event: Any, now: float) -> Any:
        raise RuntimeError("a bug")

    enable_interrupt_resume()
    async with here.connect() as session:
        monkeypatch.setattr(Conversation, "apply", broken)
        await barge_in(here, session)
        await here.say(TURN_COMPLETE)
        assert (await receive(session, 1))[0].server_content.turn_complete
        await session.send_realtime_input(text="Still here.")
        await here.until_sent(1)


async def test_a_nudge_breaks_a_silence_by_the_clock(here: LiveSocket) -> None:
    enable_interrupt_resume(false_interruption_after=0.3, on_event=(notices := []).append)
    async with here.connect() as session:
        await quiet_microphone(session)
        await barge_in(here, session)
        await here.say(TURN_COMPLETE)
        await receive(session, 1)
        await here.until_notes(3)  # the note, and two nudges 0.6 s apart
        await asyncio.sleep(0.9)
        complete = [message["client_content"]["turnComplete"] for message in here.sent[1:]]
        assert complete == [False, True, True]
        assert [notice.kind for notice in notices][-1] == "gave up"


async def test_what_a_late_host_leaves_is_followed_in_few_turns_of_the_loop(
    here: LiveSocket,
) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        shell = shell_of(session)
        assert shell is not None
        for _ in range(3_000):
            shell.receive(add_events, (ModelAudio(pcm=bytes(1920)),), None, 0.0)
        turns = 0
        while shell.inbox:
            await asyncio.sleep(0)
            turns += 1
        assert turns < 40


async def test_words_of_the_user_are_followed_before_speech_that_can_wait(
    here: LiveSocket,
) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        shell = shell_of(session)
        assert shell is not None
        await here.say(audio(1_000))
        await receive(session, 1)
        await asyncio.sleep(0.1)
        assert len(shell.inbox) == 1
        await here.say(user(" Wait."))
        await receive(session, 1)
        await asyncio.sleep(SOON + 0.05)
        assert not shell.inbox
