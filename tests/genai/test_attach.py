"""One session: attached with settings of its own, and its handle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from google.genai import live
from live_socket import (
    INTERRUPTED,
    LiveSocket,
    audio,
    barge_in,
    notes_of_one_barge_in,
    receive,
    text,
)
from wrapped_classes import ORIGINALS, attributes, by_closure, by_wrapt

from gemini_live_interrupt import (
    InterruptResumeWarning,
    attach_interrupt_resume,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
async def test_attach_below_others_follows_once(
    here: LiveSocket, put_on: Callable[[list[str]], None]
) -> None:
    enable_interrupt_resume()
    put_on([])
    async with here.connect() as session:
        tracker = attach_interrupt_resume(session, on_interruption=(seen := []).append)
        await barge_in(here, session)
        await here.until_notes(1)
        await asyncio.sleep(0.1)
        assert len(here.notes) == 1
        assert seen[0].heard + seen[0].unheard == "One two. Three four."  # not twice
        assert interrupt_resume_for(session) is tracker


async def test_attach_follows_one_session_and_wraps_no_class(here: LiveSocket) -> None:
    async with here.connect() as one, here.connect() as two:
        attach_interrupt_resume(one, lambda *_: "mine")
        assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))
        for number, session in enumerate((one, two)):
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=number)
            await receive(session, 3)
        await asyncio.sleep(0.15)
        assert here.notes == ["mine"]


async def test_two_sessions_with_settings_of_their_own(here: LiveSocket) -> None:
    async with here.connect() as one, here.connect() as two:
        attach_interrupt_resume(one, lambda *_: "red")
        attach_interrupt_resume(two, lambda *_: "blue")
        for number, session in ((1, two), (0, one)):
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=number)
            await receive(session, 3)
            await here.until_notes(2 - number)
        assert here.notes == ["blue", "red"]


async def test_attaching_again_replaces_the_settings(here: LiveSocket) -> None:
    async with here.connect() as session:
        attach_interrupt_resume(session, lambda *_: "old")
        attach_interrupt_resume(session, lambda *_: "new")
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes == ["new"]


async def test_attach_takes_precedence_over_enable(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "global")
    async with here.connect() as session:
        attach_interrupt_resume(session, lambda *_: "own")
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes == ["own"]


async def test_disable_quiets_attached_sessions_too(here: LiveSocket) -> None:
    async with here.connect() as session:
        plain = dict(vars(session))
        attach_interrupt_resume(session)
        disable_interrupt_resume()
        assert vars(session) == plain
        assert await notes_of_one_barge_in(here, session) == 0


@pytest.mark.parametrize("thing", [None, 5, "session", object()])
def test_what_is_no_session_is_told_apart(thing: Any) -> None:
    with pytest.raises(LookupError, match="attach_interrupt_resume"):
        interrupt_resume_for(thing)
    with pytest.raises(TypeError):
        attach_interrupt_resume(thing)


async def test_a_session_of_a_subclass_is_followed_once(here: LiveSocket) -> None:
    class Mine(live.AsyncSession):
        pass

    enable_interrupt_resume()
    async with here.connect() as session:
        mine = Mine(api_client=session._api_client, websocket=session._ws)
        attach_interrupt_resume(mine, on_interruption=(seen := []).append)
        await barge_in(here, mine)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
        assert len(here.notes) == 1
        assert seen[0].heard + seen[0].unheard == "One two. Three four."


async def test_on_session_gives_the_handle_of_each_session(here: LiveSocket) -> None:
    enable_interrupt_resume(on_session=(handles := []).append)
    async with here.connect() as first, here.connect() as second:
        assert handles == [interrupt_resume_for(first), interrupt_resume_for(second)]


async def test_an_error_of_on_session_leaves_the_session_followed(here: LiveSocket) -> None:
    enable_interrupt_resume(on_session=lambda handle: 1 / 0)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1


async def test_attach_keeps_the_model_and_what_is_not_given(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "kept", session_label="kept")
    async with here.connect(model="gemini-2.5-flash-native-audio") as session:
        handle = attach_interrupt_resume(session, on_interruption=(seen := []).append)
        assert handle.model == "gemini-2.5-flash-native-audio"
        assert handle.profile.family == "2.5"
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes == ["kept"]
        assert seen
        told = attach_interrupt_resume(session, model="gemini-3.8-live")
        assert told.profile.family == "3.8"


async def test_attach_while_a_receive_waits_loses_nothing_where_enabled(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        waiting = asyncio.create_task(receive(session, 2))
        await asyncio.sleep(0.02)
        attach_interrupt_resume(session, on_interruption=(seen := []).append)
        await here.say(text("One two. Three four."), audio(4_000))
        await waiting
        await here.say(INTERRUPTED)
        await receive(session, 1)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
    assert seen[0].heard + seen[0].unheard == "One two. Three four."


async def test_attach_while_a_receive_waits_says_that_it_misses_one(here: LiveSocket) -> None:
    async with here.connect() as session:
        waiting = asyncio.create_task(receive(session, 1))
        await asyncio.sleep(0.02)
        with pytest.warns(InterruptResumeWarning, match="waiting already") as caught:
            attach_interrupt_resume(session)
        assert caught[0].filename == __file__
        await here.say(text("One."))
        await waiting


async def test_enabling_after_a_session_connected_says_so_once(here: LiveSocket) -> None:
    async with here.connect() as session:
        enable_interrupt_resume()
        await here.say(text("One."), text("Two."))
        with pytest.warns(InterruptResumeWarning, match="before enable") as caught:
            await receive(session, 2)
        assert len(caught) == 1
        attach_interrupt_resume(session)
        assert await notes_of_one_barge_in(here, session) == 1
