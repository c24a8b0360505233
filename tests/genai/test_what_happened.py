"""What the core makes of messages, over a socket: read whole, and whose doing a cut is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live_socket import (
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    quiet_microphone,
    receive,
    text,
)

from gemini_live_interrupt import enable_interrupt_resume


async def test_text_that_comes_with_interrupted_is_in_the_note(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two. Three"), audio(4_000))
        more = {"outputTranscription": {"text": " four."}, "inputTranscription": {"text": "Stop!"}}
        await here.say({"serverContent": {"interrupted": True, **more}})
        await receive(session, 3)
        [note] = await here.until_notes(1)
        assert "Three four." in note
        assert '"Stop!"' in note


@pytest.mark.parametrize("how", ["empty", "context", "result"])
async def test_what_the_app_cuts_is_its_own_doing(here: LiveSocket, how: str) -> None:
    enable_interrupt_resume(
        on_interruption=(seen := []).append,
        on_event=(notices := []).append,
        false_interruption_after=0.3,
    )
    async with here.connect() as session:
        await quiet_microphone(session)
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        await asyncio.sleep(0.05)
        await _cut(session, how)
        await here.say(INTERRUPTED, TURN_COMPLETE)
        await receive(session, 2)
        await asyncio.sleep(1.2)
        assert [cut.cause for cut in seen] == ["app"]
        assert notices == []


async def _cut(session: Any, how: str) -> None:
    if how == "empty":
        await session.send_client_content(turns=None, turn_complete=True)
    elif how == "context":
        turn = {"role": "user", "parts": [{"text": "[The page was turned.]"}]}
        await session.send_client_content(turns=turn, turn_complete=False)
    else:
        result = {"id": "1", "name": "look", "response": {"a": 1}, "scheduling": "INTERRUPT"}
        await session.send_tool_response(function_responses=[result])
