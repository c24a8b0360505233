"""The wrappers around google-genai: put on once, taken off without a trace."""

from __future__ import annotations

import asyncio
import threading
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
    Interruption,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)


def test_disable_restores_the_very_same_attributes() -> None:
    enable_interrupt_resume()
    assert all(now is not was for now, was in zip(attributes(), ORIGINALS, strict=True))
    disable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


def test_disable_without_enable_is_nothing() -> None:
    disable_interrupt_resume()
    disable_interrupt_resume()
    assert attributes() == ORIGINALS


async def test_enabling_twice_is_enabling_once(here: LiveSocket) -> None:
    enable_interrupt_resume()
    once = attributes()
    enable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), once, strict=True))
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1


async def test_enabling_in_many_threads_is_enabling_once(here: LiveSocket) -> None:
    threads = [threading.Thread(target=enable_interrupt_resume) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
    disable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


async def test_enabling_again_changes_the_settings_of_later_sessions(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "first")
    async with here.connect() as one:
        enable_interrupt_resume(lambda *_: "second")
        async with here.connect() as two:
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=0)
            await receive(one, 3)
            await here.until_notes(1)
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=1)
            await receive(two, 3)
            assert await here.until_notes(2) == ["first", "second"]


@pytest.mark.parametrize("from_thread", [False, True])
async def test_disable_quiets_live_sessions(here: LiveSocket, from_thread: bool) -> None:
    enable_interrupt_resume(false_interruption_after=0.2)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
        if from_thread:
            await asyncio.to_thread(disable_interrupt_resume)
        else:
            disable_interrupt_resume()
        before = len(here.sent)
        await asyncio.sleep(0.7)  # a nudge was due
        assert await notes_of_one_barge_in(here, session) == 0
        assert len(here.sent) == before
        with pytest.raises(LookupError):
            interrupt_resume_for(session)


@pytest.mark.real_time
async def test_disable_while_the_heard_text_is_measured(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from gemini_live_interrupt.core.replies import Replies

    cut = Replies.cut

    def slow(self: Replies, now: float) -> Any:
        time.sleep(0.1)
        return cut(self, now)

    monkeypatch.setattr(Replies, "cut", slow)
    enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session)
        await asyncio.sleep(0.03)
        disable_interrupt_resume()
        await asyncio.sleep(0.2)
        assert here.sent == []


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
async def test_disable_leaves_what_others_put_on_later(
    here: LiveSocket, put_on: Callable[[list[str]], None]
) -> None:
    calls: list[str] = []
    enable_interrupt_resume()
    put_on(calls)
    theirs = vars(live.AsyncSession)["_receive"]
    disable_interrupt_resume()
    assert vars(live.AsyncSession)["_receive"] is theirs
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 0
    assert calls


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
@pytest.mark.parametrize("disabled_between", [False, True])
async def test_enabling_again_over_others_follows_once(
    here: LiveSocket, put_on: Callable[[list[str]], None], disabled_between: bool
) -> None:
    calls: list[str] = []
    seen: list[Interruption] = []
    enable_interrupt_resume()
    put_on(calls)
    for _ in range(3):
        if disabled_between:
            disable_interrupt_resume()
        enable_interrupt_resume(on_interruption=seen.append)
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        await asyncio.sleep(0.15)
    assert len(here.notes) == 1
    assert len(calls) == 3
    [interruption] = seen
    assert interruption.heard + interruption.unheard == "One two. Three four."  # not twice
