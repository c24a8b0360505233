"""What a session is called, and that the handle, the records and the log say so."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from live_socket import (
    GENERATED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    barge_in,
    quiet_microphone,
    receive,
    text,
)

from gemini_live_interrupt import (
    Interruption,
    Notice,
    Outcome,
    attach_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
    interrupt_resume_settings,
)

CALL: contextvars.ContextVar[str] = contextvars.ContextVar("call")


async def test_two_sessions_have_names_of_their_own(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as one, here.connect() as two:
        names = [interrupt_resume_for(session).session_id for session in (one, two)]
    assert len(set(names)) == 2
    assert all(name and name.isprintable() for name in names)


async def test_a_label_is_the_name_and_a_second_time_with_a_number(here: LiveSocket) -> None:
    enable_interrupt_resume(session_label="order 4711")
    async with here.connect() as one, here.connect() as two:
        names = [interrupt_resume_for(session).session_id for session in (one, two)]
    assert names == ["order 4711", "order 4711.2"]


async def test_a_function_names_each_session_in_the_context_of_its_task(here: LiveSocket) -> None:
    enable_interrupt_resume(session_label=CALL.get)

    async def call(name: str) -> str:
        CALL.set(name)
        async with here.connect() as session:
            return interrupt_resume_for(session).session_id

    assert await asyncio.gather(call("red"), call("blue")) == ["red", "blue"]


@pytest.mark.parametrize("label", [lambda: 1 / 0, lambda: 17, lambda: ""])
async def test_a_label_that_fails_costs_the_name_alone(here: LiveSocket, label: Any) -> None:
    enable_interrupt_resume(session_label=label)
    async with here.connect() as session:
        assert interrupt_resume_for(session).session_id
        await barge_in(here, session)
        await here.until_notes(1)


async def test_a_label_cannot_write_into_the_log(
    here: LiveSocket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gemini_live_interrupt")
    enable_interrupt_resume(session_label="a\nERROR: \x1b[31mbreak-in" + "x" * 500)
    async with here.connect() as session:
        name = interrupt_resume_for(session).session_id
    assert name.isprintable() and len(name) < 120
    assert all("\n" not in line and "\x1b" not in line for line in caplog.messages)


async def test_the_handle_shows_its_name_model_and_state(here: LiveSocket) -> None:
    enable_interrupt_resume(session_label="shown")
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        assert repr(handle) == "<SessionTracker shown: gemini-3.8-live, followed, 0 interruptions>"
        await barge_in(here, session)
        await here.until_notes(1)
        assert repr(handle).endswith("followed, 1 interruption>")
        handle.stop()
        assert "not followed any more" in repr(handle)
        assert handle.model == "gemini-3.8-live"


async def test_records_say_of_which_session_and_model_they_are_and_when(here: LiveSocket) -> None:
    seen: list[Interruption | Notice | Outcome] = []
    enable_interrupt_resume(
        on_interruption=seen.append,
        on_event=seen.append,
        on_outcome=seen.append,
        session_label="recorded",
        false_interruption_after=0.2,
    )
    async with here.connect() as session:
        await quiet_microphone(session)
        await barge_in(here, session)
        await here.say(TURN_COMPLETE)
        await receive(session, 1)
        await until(lambda: Notice in map(type, seen))
        await here.say(text("Three four."), audio(500), GENERATED, TURN_COMPLETE)
        await receive(session, 4)
        await until(lambda: {Interruption, Outcome} <= set(map(type, seen)))
    for record in seen:
        assert (record.session_id, record.model) == ("recorded", "gemini-3.8-live")
        assert record.time > 1_700_000_000
        plain = json.loads(json.dumps(record.to_dict()))
        assert plain["session_id"] == "recorded"
        assert _types_in(record.to_dict()) <= {str, int, float, bool, type(None), dict, list}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(8.0):
        while not condition():
            await asyncio.sleep(0.02)


def _types_in(value: Any) -> set[type]:
    inside: list[Any] = []
    if isinstance(value, dict):
        inside = [*value, *value.values()]
    elif isinstance(value, (list, tuple)):
        inside = [*value]
    return {type(value)}.union(*map(_types_in, inside))


async def test_a_record_can_be_printed_anywhere_without_what_people_said(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect() as session:
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": "My card is 4929."}]}, turn_complete=True
        )
        await barge_in(here, session, "Your card 4929. Is it yours?")
        await here.until_notes(2)
        await asyncio.sleep(0.05)
    shown = repr(seen[0])
    assert "4929" not in shown and "Is it yours" not in shown
    assert "heard=<" in shown and "cause='speech'" in shown
    assert seen[0].heard + seen[0].unheard == "Your card 4929. Is it yours?"


async def test_a_session_can_be_named_when_it_is_attached(here: LiveSocket) -> None:
    async with here.connect() as session:
        assert attach_interrupt_resume(session, session_label="mine").session_id == "mine"
    with interrupt_resume_settings(session_label="not for attach"):
        async with here.connect() as session:
            assert attach_interrupt_resume(session).session_id != "not for attach"
