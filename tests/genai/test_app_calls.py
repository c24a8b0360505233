"""What is called in the app: its builder and its callbacks, sync or async, right or wrong."""

from __future__ import annotations

import asyncio
import functools
import re
import time
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


# --- slow ones


def _is_slow(*_: Any) -> str:
    time.sleep(0.3)
    return "mine"


def _is_slow_to_hear(interruption: Interruption) -> None:
    time.sleep(0.3)


@pytest.mark.parametrize(
    "arguments",
    [
        {"prompt_builder": _is_slow},
        {"on_interruption": _is_slow_to_hear},
        {"prompt_builder": functools.partial(_is_slow)},
    ],
)
async def test_what_holds_the_event_loop_is_named_once(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, arguments: dict[str, Any]
) -> None:
    enable_interrupt_resume(**arguments)
    for count in (1, 2):
        async with here.connect() as session:
            await barge_in(here, session)
            await here.until_notes(count)
            await asyncio.sleep(0.4)
    [line] = [line for line in caplog.messages if "held the event loop" in line]
    assert "_is_slow" in line and "test_app_calls.py:" in line
    assert re.search(r"for (3|4)\d\d ms", line)


@pytest.mark.parametrize("can_be_cancelled", [True, False])
async def test_a_builder_that_hangs_gets_the_built_in_note_sent_and_holds_up_no_other(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, can_be_cancelled: bool
) -> None:
    hangs = [True]

    async def build(*_: Any) -> str:
        while hangs[0]:
            try:
                await asyncio.sleep(1.0)
            except asyncio.CancelledError:
                if can_be_cancelled:
                    raise
        return "mine"

    enable_interrupt_resume(build)
    async with here.connect() as one:
        await barge_in(here, one)
        assert (await here.until_notes(1, seconds=15.0))[0].startswith("[App context")
    hangs[0] = False
    async with here.connect() as two:
        await barge_in(here, two)
        assert (await here.until_notes(2))[1] == "mine"
    [line] = [line for line in caplog.messages if "build" in line]
    assert "TimeoutError" in line and "The built-in note is sent instead." in line


async def test_callbacks_that_never_return_are_bounded(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini_live_interrupt.genai.app_calls._MOST_CALLBACKS", 3)
    running: list[int] = []

    async def never_returns(interruption: Interruption) -> None:
        running.append(interruption.id)
        await asyncio.Event().wait()

    enable_interrupt_resume(on_interruption=never_returns)
    before = asyncio.all_tasks()
    async with here.connect() as session:
        for count in range(1, 6):
            await barge_in(here, session, f"Reply {count}. And more.")
            await here.until_notes(count)
            await here.say(TURN_COMPLETE)
            await receive(session, 1)
            await asyncio.sleep(0.7)
        assert running == [1, 2, 3]
    for task in asyncio.all_tasks() - before:
        task.cancel()
    [line] = [line for line in caplog.messages if "never_returns" in line]
    assert "TimeoutError" in line
