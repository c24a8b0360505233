"""What a server refuses is remembered for a while; what merely fails is not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from live_socket import LiveSocket, barge_in, notes_of_one_barge_in, receive

from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.refused import FORGOTTEN_AFTER, Refusals, refusals


def test_a_refusal_is_forgotten_after_an_hour() -> None:
    now = [0.0]
    kept = Refusals(lambda: now[0])
    new, old = profile_for("gemini-3.8-live"), profile_for("gemini-2.5-flash-native-audio")
    kept.add(new, "silent")
    now[0] = FORGOTTEN_AFTER / 2
    kept.add(new, "answering")
    assert kept.of(new) == {"silent", "answering"}
    assert kept.of(old) == kept.of(profile_for("gemini-3.8-live", vertex=True)) == set()
    now[0] = FORGOTTEN_AFTER + 1
    assert kept.of(new) == {"answering"}
    now[0] = 2 * FORGOTTEN_AFTER
    assert kept.of(new) == set()


async def _fails(data: str) -> None:
    raise ConnectionResetError("no route")


async def _is_cancelled(data: str) -> None:
    raise asyncio.CancelledError


async def _is_slow(data: str) -> None:
    await asyncio.sleep(60)


async def _is_wrong(data: str) -> None:
    raise ValueError("somebody's wrapper does not like it")


@pytest.mark.parametrize("send", [_fails, _is_cancelled, _is_slow, _is_wrong])
async def test_sends_that_fail_say_nothing_about_the_model(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, send: Callable[[str], Any]
) -> None:
    monkeypatch.setattr("gemini_live_interrupt.genai.sending._SEND_TIMEOUT", 0.05)
    enable_interrupt_resume(on_event=(notices := []).append)
    for count in (1, 2):
        async with here.connect() as session:
            session._ws.send = send
            await barge_in(here, session)
            async with asyncio.timeout(5):
                while len(notices) < count:
                    await asyncio.sleep(0.01)
    assert [notice.kind for notice in notices] == ["notes off", "notes off"]
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1


async def test_a_send_that_somebody_cancels_leaves_nothing_behind(here: LiveSocket) -> None:
    enable_interrupt_resume(on_event=(notices := []).append)
    async with here.connect() as session:
        session._ws.send = _is_slow
        before = asyncio.all_tasks()
        await barge_in(here, session)
        while not (ours := asyncio.all_tasks() - before):
            await asyncio.sleep(0.005)
        for task in ours:
            task.cancel()
        await asyncio.sleep(0.05)
        assert [notice.kind for notice in notices] == ["notes off"]
        del session._ws.send
        await here.say({"serverContent": {"turnComplete": True}})
        await receive(session, 1)
        assert await notes_of_one_barge_in(here, session) == 0


async def test_a_session_that_sends_less_for_it_says_so(
    here: LiveSocket, caplog: pytest.LogCaptureFixture
) -> None:
    refusals.add(profile_for("gemini-3.8-live"), "silent")
    enable_interrupt_resume()
    with caplog.at_level(logging.WARNING, "gemini_live_interrupt"):
        async with here.connect():
            pass
        refusals.add(profile_for("gemini-3.8-live"), "answering")
        async with here.connect():
            pass
    first, second = caplog.messages
    assert "has refused silent notes" in first and "sends answering ones instead" in first
    assert "has refused answering and silent notes" in second and "sends none" in second
