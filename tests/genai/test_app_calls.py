"""What is called in the app: its builder and its callbacks, sync or async, right or wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live_socket import (
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    barge_in,
    receive,
    text,
)

from gemini_live_interrupt import (
    Interruption,
    enable_interrupt_resume,
)


@pytest.mark.parametrize("kind", ["sync", "async", "wrong type", "awaits wrong type"])
async def test_a_failing_builder_costs_nothing_but_its_text(here: LiveSocket, kind: str) -> None:
    def broken(heard: str, user_text: str, history: list[tuple[str, str]]) -> Any:
        if kind == "wrong type":
            return 42
        raise ZeroDivisionError

    async def broken_later(heard: str, user_text: str, history: list[tuple[str, str]]) -> Any:
        await asyncio.sleep(0)
        if kind == "awaits wrong type":
            return None
        raise ZeroDivisionError

    enable_interrupt_resume(broken if kind in ("sync", "wrong type") else broken_later)
    async with here.connect() as session:
        await barge_in(here, session)
        [note] = await here.until_notes(1)
        assert note.startswith("[App context")
        await here.say(TURN_COMPLETE)
        assert (await receive(session, 1))[0].server_content.turn_complete


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_builder_gets_the_facts_and_its_text_is_sent(
    here: LiveSocket, is_async: bool
) -> None:
    got: list[Any] = []

    def build(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        got.append((heard, user_text, history))
        return "mine \ud800"

    async def build_later(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        await asyncio.sleep(0.01)
        return build(heard, user_text, history)

    enable_interrupt_resume(build_later if is_async else build)
    async with here.connect() as session:
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": "Count."}]}, turn_complete=True
        )
        await barge_in(here, session)
        assert (await here.until_notes(2))[1] == "mine ?"
        assert got == [("", "", [("user", "Count.")])]


async def test_a_builder_that_returns_nothing_sends_nothing(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "", on_interruption=(seen := []).append)
    async with here.connect() as session:
        await barge_in(here, session)
        await asyncio.sleep(0.1)
        assert here.sent == []
        assert [it.note for it in seen] == [""]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_failing_callback_reaches_nobody(here: LiveSocket, is_async: bool) -> None:
    called: list[Interruption] = []

    def fail(interruption: Interruption) -> None:
        called.append(interruption)
        raise RuntimeError

    async def fail_later(interruption: Interruption) -> None:
        await asyncio.sleep(0)
        fail(interruption)

    enable_interrupt_resume(on_interruption=fail_later if is_async else fail)
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        await here.say(TURN_COMPLETE, text("Next."), audio(100), INTERRUPTED)
        await receive(session, 4)
        await here.until_notes(1)
    assert called
    assert called[0].note == here.notes[0]
