"""What was heard so far, asked of the handle at any time and from any thread."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from conversation_steps import STORY
from live_socket import GENERATED, INTERRUPTED, LiveSocket, audio, receive, text

from gemini_live_interrupt import (
    HeardSoFar,
    SessionTracker,
    enable_interrupt_resume,
    interrupt_resume_for,
)


def asked_for(handle: SessionTracker, seconds: float) -> list[HeardSoFar]:
    """The answers of a thread of its own that asks every 40 ms, as a screen would."""
    answers = []
    for _ in range(round(seconds / 0.04)):
        answers.append(handle.heard)
        time.sleep(0.04)
    return answers


@pytest.mark.real_time
async def test_captions_grow_while_the_reply_is_heard(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        assert handle.heard == HeardSoFar()
        await here.say(text(STORY), audio(3_000), GENERATED)
        await receive(session, 3)
        answers = await asyncio.to_thread(asked_for, handle, 3.4)
    texts = [answer.text for answer in answers]
    assert texts == sorted(texts, key=len)
    assert len(set(texts)) > 10
    assert {answer.text + answer.unheard for answer in answers[2:]} == {STORY}
    assert (texts[-1], answers[-1].audible) == (STORY, False)


async def test_reports_of_the_speaker_count_at_once(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        await here.say(text(STORY), audio(10_000), GENERATED)
        await receive(session, 3)
        await asyncio.to_thread(handle.playback.on_play_ms, 5_000.0)
        answers = await asyncio.to_thread(asked_for, handle, 0.4)
        assert answers[-1].ms == 5_000.0
        assert 10 <= len(answers[-1].text.split()) <= 20
        await here.say(INTERRUPTED)
        await receive(session, 1)
        answers = await asyncio.to_thread(asked_for, handle, 0.2)
        assert (answers[-1].ms, answers[-1].audible) == (5_000.0, False)


async def test_an_answer_never_waits_for_work(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        await here.say(text(STORY), audio(10_000))
        await receive(session, 2)
        await asyncio.to_thread(asked_for, handle, 0.2)
        before = handle.heard
        at_work, done = threading.Event(), threading.Event()

        def work() -> None:
            with handle._followed._lock:
                at_work.set()
                done.wait(5.0)

        thread = threading.Thread(target=work)
        thread.start()
        await asyncio.to_thread(at_work.wait, 5.0)
        answer = await asyncio.wait_for(asyncio.to_thread(lambda: handle.heard), 1.0)
        done.set()
        await asyncio.to_thread(thread.join)
    assert answer.text == before.text


async def test_after_the_session_the_last_answer_stays(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        handle = interrupt_resume_for(session)
        await here.say(text("One two."), audio(200), GENERATED)
        await receive(session, 3)
        await asyncio.sleep(0.4)
    await asyncio.sleep(0.1)
    assert handle.heard.text == "One two."
