"""What an app writes for the user in several messages, and asks about with an empty one."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest
from conversation_steps import QUESTION
from live_socket import (
    INTERRUPTED,
    LiveSocket,
    Seen,
    audio,
    barge_in,
    quiet_microphone,
    receive,
    text,
)

from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for


def users(words: str) -> dict[str, Any]:
    return {"role": "user", "parts": [{"text": words}]}


async def ask(session: Any, how: str) -> None:
    if how == "content":
        await session.send_client_content(turn_complete=True)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            await session.send(input=None, end_of_turn=True)


@pytest.mark.parametrize("how", ["content", "send"])
async def test_it_is_the_users_question(here: LiveSocket, how: str) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await session.send_client_content(turns=users("Tell me"), turn_complete=False)
        await session.send_client_content(turns=users("a story."), turn_complete=False)
        await ask(session, how)
        await barge_in(here, session)
        assert (await seen.one()).history[0] == ("user", "Tell me a story.")


async def test_it_is_what_the_user_interrupts_with(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()), on_event=(notices := []).append)
    async with here.connect() as session:
        await quiet_microphone(session)
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        await session.send_client_content(turns=users(QUESTION), turn_complete=False)
        await ask(session, "content")
        await here.say(INTERRUPTED)
        await receive(session, 1)
        assert (await seen.one()).user_text == QUESTION
        await asyncio.sleep(10.0)
    assert notices == []


@pytest.mark.parametrize("what", ["a reply", "other text"])
async def test_what_was_answered_is_asked_no_more(here: LiveSocket, what: str) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await session.send_client_content(turns=users("It is noon."), turn_complete=False)
        if what == "a reply":
            await here.say(text("Good morning."), {"serverContent": {"turnComplete": True}})
            await receive(session, 2)
            await asyncio.sleep(1.0)
        else:
            await session.send_client_content(turns=users("Who are you?"))
        await ask(session, "content")
        await asyncio.sleep(0.1)
        state = interrupt_resume_for(session).export_state()
    assert "noon" not in state
