"""One conversation over several connections, over a socket: what plays on, and closes after our messages."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from live_socket import (
    CONFIG,
    GENERATED,
    INTERRUPTED,
    LiveSocket,
    audio,
    quiet_microphone,
    receive,
    text,
)

from gemini_live_interrupt import SessionTracker, enable_interrupt_resume, interrupt_resume_for

SAYS = "One two three four. Five six seven eight. Nine ten eleven twelve."


def config(handle: str | None) -> dict[str, Any]:
    return {**CONFIG, "session_resumption": {"handle": handle}}


def new_handle(handle: str) -> dict[str, Any]:
    return {"sessionResumptionUpdate": {"newHandle": handle, "resumable": True}}


async def plays(handle: SessionTracker, ms: int) -> None:
    """The app's speaker reports so much, ten times as fast as it would play."""
    playback = handle.playback
    for _ in range(ms // 100):
        playback.on_play_ms(100.0)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("reports_to", ["old", "new"])
@pytest.mark.parametrize("closes", ["first", "first by its method", "afterwards"])
async def test_what_plays_on_over_a_planned_handover_is_not_lost(
    here: LiveSocket, closes: str, reports_to: str
) -> None:
    name = f"planned-{closes}-{reports_to}"
    enable_interrupt_resume(
        on_interruption=(seen := []).append,
        on_event=(notices := []).append,
        false_interruption_after=0.2,
    )
    old = here.connect(config=config(None))
    session = await old.__aenter__()
    await here.say(new_handle(name), text(SAYS), audio(6_000), GENERATED)
    await receive(session, 4)
    handle = interrupt_resume_for(session)
    await plays(handle, 2_000)
    if closes == "first by its method":
        reading = asyncio.ensure_future(receive(session, 1))
        await asyncio.sleep(0.01)
        await session.close()
        with pytest.raises(Exception, match="1000"):
            await reading
    if closes != "afterwards":
        await old.__aexit__(None, None, None)
    async with here.connect(config=config(name)) as session:
        if closes == "afterwards":
            await old.__aexit__(None, None, None)
        await quiet_microphone(session)
        if reports_to == "new":
            handle = interrupt_resume_for(session)
        await plays(handle, 1_000)
        await asyncio.sleep(0.6)
        assert (here.notes, seen, notices) == ([], [], [])
        await here.say(INTERRUPTED)
        await receive(session, 1)
        [note] = await here.until_notes(1)
        await asyncio.sleep(0.05)
        [cut] = seen
        assert cut.heard + cut.unheard == SAYS and "connection" not in note
        assert cut.heard_ms == pytest.approx(3_000, abs=1) and 10 < len(cut.heard) < 50
        assert handle.heard.text == cut.heard


async def test_a_flush_by_the_handle_of_an_earlier_connection_counts(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    first = handle = None
    for number in range(3):
        async with here.connect(config=config(f"flush-{number}" if number else None)) as session:
            first = first or interrupt_resume_for(session)
            await here.say(new_handle(f"flush-{number + 1}"))
            await receive(session, 1)
            if number == 2:
                await quiet_microphone(session)
                await here.say(text(SAYS), audio(6_000))
                await receive(session, 2)
                await asyncio.sleep(0.1)
                first.playback.flush()
                await here.until_notes(1)
                await asyncio.sleep(0.05)
                handle = interrupt_resume_for(session)
    assert handle is not None
    assert [cut.session_id for cut in seen] == [handle.session_id]


async def test_a_handle_that_was_stopped_says_nothing_to_anybody(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect(config=config(None)) as old:
        await here.say(new_handle("stopped"))
        await receive(old, 1)
        handle = interrupt_resume_for(old)
        handle.stop()
        async with here.connect(config=config("stopped")) as session:
            await here.say(text(SAYS), audio(6_000))
            await receive(session, 2)
            handle.playback.flush()
            await asyncio.sleep(0.2)
    assert [cut.cause for cut in seen if cut.cause == "app"] == []


async def test_two_closes_right_after_nudges_end_them(here: LiveSocket) -> None:
    enable_interrupt_resume(on_event=(notices := []).append, false_interruption_after=0.2)
    nudges = []
    for attempt in range(4):
        async with here.connect(config=config(f"closes-{attempt}" if attempt else None)) as session:
            await here.say(new_handle(f"closes-{attempt + 1}"))
            await quiet_microphone(session)
            if not attempt:
                await here.say(text(SAYS), audio(6_000), INTERRUPTED)
                await receive(session, 4)
            answering = len(_answering(here))
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    while len(_answering(here)) == answering:
                        await asyncio.sleep(0.02)
            nudges.append(len(_answering(here)) - answering)
            await here.sockets[-1].close(1008, "Operation is not implemented, or supported.")
            with pytest.raises(Exception, match="1008"):
                await receive(session, 9)
    assert nudges == [1, 1, 0, 0]
    kinds = [notice.kind for notice in notices]
    assert "notes off" in kinds and kinds[-1] == "gave up"


def _answering(here: LiveSocket) -> list[Any]:
    contents = [message.get("client_content", {}) for message in here.sent]
    return [content for content in contents if content.get("turnComplete")]
