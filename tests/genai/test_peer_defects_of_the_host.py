"""One test for each defect that was measured in gemini-live-interrupt 0.1.0, so that none comes back: the
host, other sessions, the process.

The numbers are those of the survey of that package. Each test drives the public API with the real
google-genai SDK on a real socket, except where a sequence needs the clock; those drive the core.
What 0.1.0 did is in each docstring.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import wrapt
from google.genai import live
from live_socket import (
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    barge_in,
    receive,
    text,
    user,
)

from gemini_live_interrupt import (
    InterruptResumeWarning,
    attach_interrupt_resume,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)


@pytest.mark.parametrize("what", ["builder", "send"])
async def test_15_our_errors_come_out_of_receive(here: LiveSocket, what: str) -> None:
    """0.1.0 raised out of `receive()`, and the app never saw the `interrupted`."""

    def broken(*_: Any) -> str:
        raise ZeroDivisionError

    enable_interrupt_resume(broken if what == "builder" else None)
    async with here.connect() as session:
        if what == "send":

            async def no_send(data: str) -> None:
                raise ConnectionError

            session._ws.send = no_send
        await here.say(text("One two."), audio(2_000), INTERRUPTED, TURN_COMPLETE)
        got = await receive(session, 4)
        assert got[2].server_content.interrupted
        await asyncio.sleep(0.1)
        await here.say(TURN_COMPLETE)
        await receive(session, 1)


async def test_16_the_app_learns_of_the_barge_in_after_the_send(here: LiveSocket) -> None:
    """0.1.0 awaited its send inside `_receive`: 251 ms late with a 250 ms send."""
    enable_interrupt_resume()
    async with here.connect() as session:
        send = session._ws.send

        async def slow(data: str) -> None:
            await asyncio.sleep(0.25)
            await send(data)

        session._ws.send = slow
        await here.say(text("One two."), audio(2_000))
        await receive(session, 2)
        begin = time.perf_counter()
        await here.say(INTERRUPTED)
        await receive(session, 1)
        await here.say(TURN_COMPLETE)
        await receive(session, 1)
        assert time.perf_counter() - begin < 0.2
        await here.until_notes(1)


async def test_17_async_builders(here: LiveSocket) -> None:
    """0.1.0 sent a coroutine, or nothing."""

    async def build(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        await asyncio.sleep(0.01)
        return "from a coroutine"

    enable_interrupt_resume(build)
    async with here.connect() as session:
        await barge_in(here, session)
        assert await here.until_notes(1) == ["from a coroutine"]


async def test_21_a_reconnect_loses_everything(here: LiveSocket) -> None:
    """0.1.0 kept its state on the session object: the next session knew nothing."""
    enable_interrupt_resume()
    config = {
        "response_modalities": ["AUDIO"],
        "input_audio_transcription": {},
        "output_audio_transcription": {},
        "session_resumption": {},
    }
    update = {"sessionResumptionUpdate": {"newHandle": "h-21", "resumable": True}}
    async with here.connect(config=config) as session:
        await here.say(update, user("A story."), text("One two. Three four."), audio(8_000))
        await receive(session, 4)
        await here.sockets[-1].close(1011, "gone")
        with pytest.raises(Exception, match="1011"):
            await receive(session, 1)
    await asyncio.sleep(0.1)
    async with here.connect(config=config | {"session_resumption": {"handle": "h-21"}}):
        [note] = await here.until_notes(1)
    assert '"A story."' in note
    assert '"One two. Three four."' in note


def test_22_disable_removes_the_wrappers_of_others() -> None:
    """0.1.0 put back a saved original, over whatever others had put on later."""
    original = vars(live.AsyncSession)["_receive"]
    enable_interrupt_resume()
    try:
        wrapt.wrap_function_wrapper(
            live.AsyncSession, "_receive", lambda wrapped, _, args, kwargs: wrapped(*args, **kwargs)
        )
        theirs = vars(live.AsyncSession)["_receive"]
        disable_interrupt_resume()
        assert vars(live.AsyncSession)["_receive"] is theirs
    finally:
        live.AsyncSession._receive = original  # type: ignore[method-assign]


async def test_23_sessions_get_each_others_builder(here: LiveSocket) -> None:
    """0.1.0 bound its builder for the process, lazily: A got B's."""
    enable_interrupt_resume(lambda *_: "A")
    async with here.connect() as one:
        enable_interrupt_resume(lambda *_: "B")
        async with here.connect() as two:
            attach_interrupt_resume(two, lambda *_: "C")
            for number, session in enumerate((one, two)):
                await here.say(text("One two."), audio(2_000), INTERRUPTED, to=number)
                await receive(session, 3)
                await here.until_notes(number + 1)
    assert here.notes == ["A", "C"]


async def test_24_silence_where_transcripts_are_missing(here: LiveSocket) -> None:
    """0.1.0 did nothing and said nothing."""
    enable_interrupt_resume()
    with pytest.warns(InterruptResumeWarning, match='"output_audio_transcription": {}'):
        async with here.connect(config={"response_modalities": ["AUDIO"]}):
            pass


async def test_25_every_framework_is_hit_by_the_global_patch(here: LiveSocket) -> None:
    """0.1.0 knew only the process: one session could not be had alone."""
    async with here.connect() as framework, here.connect() as own:
        attach_interrupt_resume(own)
        await here.say(text("One two."), audio(2_000), INTERRUPTED, to=0)
        await receive(framework, 3)
        await asyncio.sleep(0.15)
        assert here.sent == []
        with pytest.raises(LookupError):
            interrupt_resume_for(framework)


async def test_26_a_model_that_refuses_notes_loses_every_session(here: LiveSocket) -> None:
    """0.1.0 sent client content whatever the model; 3.1 closed with 1007 for part of 2026."""
    enable_interrupt_resume(delivery="silent")
    for session_number in range(3):
        async with here.connect(model="gemini-3.1-flash-live-preview") as session:
            before = len(here.sent)
            await barge_in(here, session)
            await asyncio.sleep(0.15)
            assert len(here.sent) - before == (1 if session_number == 0 else 0)
            if session_number == 0:
                await here.sockets[-1].close(1007, "Request contains an invalid argument.")
                with pytest.raises(Exception, match="1007"):
                    await receive(session, 1)
                await asyncio.sleep(0.1)
