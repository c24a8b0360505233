"""Nothing is sent over a turn of the model that has begun, though nothing of it is heard yet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from live_socket import TURN_COMPLETE, LiveSocket, audio, barge_in, quiet_microphone, receive, text

from gemini_live_interrupt import enable_interrupt_resume

_DUE = 0.5
"""Seconds after the cut at which a nudge is due."""


def written(words: str, **more: bool) -> dict[str, Any]:
    """Text that nobody speaks."""
    return {"serverContent": {"modelTurn": {"parts": [{"text": words, **more}]}}}


@asynccontextmanager
async def nobody_spoke(here: LiveSocket) -> AsyncIterator[None]:
    """A nudge will be due, and the app goes on reading."""
    enable_interrupt_resume(false_interruption_after=_DUE)
    async with here.connect() as session:
        await quiet_microphone(session)
        await barge_in(here, session)
        await here.say(TURN_COMPLETE)
        await receive(session, 1)
        reading = asyncio.create_task(receive(session, 1_000, 30.0))
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def test_a_turn_of_text_is_let_finish(here: LiveSocket) -> None:
    async with nobody_spoke(here):
        for _ in range(6):
            await asyncio.sleep(_DUE / 4)
            await here.say(written("Once upon a time. "))
        assert len(here.notes) == 1  # That of the cut.
        await here.say(TURN_COMPLETE)
        await here.until_notes(2)


async def test_a_thought_is_the_start_of_a_reply(here: LiveSocket) -> None:
    async with nobody_spoke(here):
        await asyncio.sleep(_DUE * 0.8)
        await here.say(written("The user waits.", thought=True))
        await asyncio.sleep(_DUE)
        await here.say(text("As I said."), audio(300), TURN_COMPLETE)
        await asyncio.sleep(_DUE * 2)
        assert len(here.notes) == 1


async def test_a_reply_that_comes_when_a_nudge_is_due_is_read_first(here: LiveSocket) -> None:
    async with nobody_spoke(here):
        await asyncio.sleep(_DUE * 0.8)
        await here.say(text("As I said."), audio(300), TURN_COMPLETE)
        time.sleep(_DUE)  # noqa: ASYNC251 - the host has something else to do.
        await asyncio.sleep(_DUE)
        assert len(here.notes) == 1
