"""When all of a reply has come, what an interruption would ask is worked out ahead, a piece at a time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from conversation_steps import STORY
from live_socket import GENERATED, INTERRUPTED, LiveSocket, audio, receive, text

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.genai.ahead import Ahead
from gemini_live_interrupt.genai.following import shell_of
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.heard.model_turn import ModelTurn


def followed(session: object) -> FollowedSession:
    shell = shell_of(session)
    assert shell is not None
    return shell


async def a_whole_reply(here: LiveSocket, session: Any) -> None:
    await here.say(text(STORY), audio(10_000), GENERATED)
    await receive(session, 3)


async def until_prepared(talk: Conversation) -> None:
    async with asyncio.timeout(5.0):
        while not (talk.replies.queue and talk.heard_is_worked_out(time.monotonic())):
            await asyncio.sleep(0.02)


async def test_a_reply_that_has_come_is_ready_for_an_interruption(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        talk = followed(session)._core
        await here.say(text(STORY), audio(10_000))
        await receive(session, 2)
        await asyncio.sleep(0.8)
        assert not talk.heard_is_worked_out(time.monotonic())  # More of it may come.
        await here.say(GENERATED)
        await receive(session, 1)
        await until_prepared(talk)
        await here.say(INTERRUPTED)
        await receive(session, 1)
        [note] = await here.until_notes(1)
    assert "miller" in note


async def test_the_loop_is_free_between_two_pieces(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, seen = 0, []
    prepare = ModelTurn.prepare

    def watched(turn: ModelTurn) -> None:
        seen.append(turns)
        prepare(turn)

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(ModelTurn, "prepare", watched)
    enable_interrupt_resume()
    async with here.connect() as session:
        await a_whole_reply(here, session)
        task = asyncio.create_task(another())
        await until_prepared(followed(session)._core)
        task.cancel()
    assert len(seen) > 4
    assert len(set(seen)) == len(seen)


async def test_an_error_in_it_is_ours_alone(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(turn: ModelTurn) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ModelTurn, "prepare", fails)
    enable_interrupt_resume()
    async with here.connect() as session:
        shell = followed(session)
        await a_whole_reply(here, session)
        async with asyncio.timeout(5.0):
            while shell.is_active:
                await asyncio.sleep(0.02)
        await here.say(INTERRUPTED)
        [message] = await receive(session, 1)
    assert message.server_content.interrupted
    assert "ZeroDivisionError" in caplog.text


async def test_nothing_is_worked_on_once_the_session_is_left_alone(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0

    def endless(turn: ModelTurn) -> None:
        nonlocal count
        count += 1

    monkeypatch.setattr(ModelTurn, "prepare", endless)
    enable_interrupt_resume()
    async with here.connect() as session:
        await a_whole_reply(here, session)
        async with asyncio.timeout(5.0):
            while count < 2:
                await asyncio.sleep(0.02)
        disable_interrupt_resume()
        await asyncio.sleep(0.05)
        before = count
        await asyncio.sleep(0.2)
    assert count == before


async def test_it_waits_where_another_thread_has_the_conversation(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = 0
    work = Ahead._work

    def watched(ahead: Ahead) -> None:
        nonlocal turns
        turns += 1
        work(ahead)

    monkeypatch.setattr(Ahead, "_work", watched)
    enable_interrupt_resume()
    async with here.connect() as session:
        shell = followed(session)
        await a_whole_reply(here, session)
        async with asyncio.timeout(5.0):
            while not turns:
                await asyncio.sleep(0)
        with shell._lock:  # As a store's thread would.
            before = turns
            await asyncio.sleep(0.1)
            assert 2 <= turns - before <= 12
        await until_prepared(shell._core)
