"""What an app says of its speaker, from any thread."""

from __future__ import annotations

import asyncio
import threading
from array import array
from typing import Any

import pytest
from live_socket import (
    GENERATED,
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    quiet_microphone,
    receive,
    text,
)

from gemini_live_interrupt import (
    Notice,
    attach_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)


async def test_playback_reports_from_another_thread(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect() as session:
        playback = interrupt_resume_for(session).playback
        await here.say(text("One two three four five six seven eight nine ten."), audio(4_000))
        await receive(session, 2)
        await asyncio.sleep(0.02)

        def speaker() -> None:
            for _ in range(100):
                playback.on_play_ms(10.0)
            playback.on_play_bytes(48 * 500)
            playback.on_play_bytes(bytes(48 * 250))
            playback.on_play_bytes(memoryview(array("h", bytes(48 * 250))))

        thread = threading.Thread(target=speaker)
        thread.start()
        await asyncio.to_thread(thread.join)
        await here.say(INTERRUPTED)
        await receive(session, 1)
        await here.until_notes(1)
        await asyncio.sleep(0.01)
        assert (seen[0].heard_ms, seen[0].position_from) == (2_000.0, "reported")


async def test_a_flush_from_another_thread_is_a_barge_in(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        await asyncio.to_thread(interrupt_resume_for(session).playback.flush)
        await here.until_notes(1)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (-1, ValueError),
        (float("nan"), ValueError),
        ("20", TypeError),
        (True, TypeError),
        (None, TypeError),
    ],
)
async def test_wrong_reports_are_told_at_once(
    here: LiveSocket, value: Any, error: type[Exception]
) -> None:
    async with here.connect() as session:
        playback = attach_interrupt_resume(session).playback
        with pytest.raises(error):
            playback.on_play_ms(value)
        if isinstance(value, (bool, str)) or value is None or value == -1:
            with pytest.raises(error):
                playback.on_play_bytes(value)


async def test_reports_to_a_session_that_is_over_are_not_kept(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        tracker = interrupt_resume_for(session)
    await asyncio.sleep(0.05)
    for _ in range(1_000):
        tracker.playback.on_play_ms(20.0)
    assert len(tracker._followed.inbox) == 0


async def test_a_flush_at_the_first_message_of_a_reply_means_the_one_before(
    here: LiveSocket,
) -> None:
    notices: list[Notice] = []
    enable_interrupt_resume(
        on_interruption=(seen := []).append,
        on_event=notices.append,
        false_interruption_after=0.3,
    )
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        await quiet_microphone(session)
        await here.say(text("One two. Three four."), audio(8_000), GENERATED, TURN_COMPLETE)
        await receive(session, 4)
        await here.say(text("Five six."), audio(200))
        await receive(session, 2)
        handle.playback.flush()
        await here.say(text(" Seven eight."), audio(1_500), GENERATED, TURN_COMPLETE)
        await receive(session, 4)
        await asyncio.sleep(2.5)
        assert [cut.heard + cut.unheard for cut in seen] == ["One two. Three four."]
        assert here.notes == []
        assert {notice.kind for notice in notices} <= {"note dropped"}
        assert handle.heard.text == "Five six. Seven eight."
