"""Who interrupted, and what follows: the app's interruption is the app's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from call import Call, calling
from pipecat.frames import frames
from pipecat.frames.frames import (
    Frame,
    InputTextRawFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    LLMMessagesAppendFrame,
    TranscriptionFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from test_own_sound import ANSWER, STORY, question, wait_words

from gemini_live_interrupt.testing import LiveServer, Reply, speak
from gli_pipecat import InterruptResumeParams

PARAMS = InterruptResumeParams(false_interruption_after=1.0)


async def queue(call: Call, *some: Frame) -> None:
    for frame in some:
        await call.task.queue_frame(frame)


async def stop_button(call: Call) -> None:
    await queue(call, InterruptionFrame())


async def rtvi_interrupts(call: Call) -> None:
    await call.task.rtvi.interrupt_bot()


async def typed_by_a_client(call: Call) -> None:
    data = {"content": "What is the time?", "options": {"run_immediately": True}}
    message = {"label": "rtvi-ai", "type": "send-text", "id": "1", "data": data}
    await queue(call, InputTransportMessageFrame(message=message))


async def typed_by_the_app(call: Call) -> None:
    text = InputTextRawFrame("What is the time?")
    text.append_to_context = False
    await queue(call, text, InterruptionFrame())


async def added_by_the_app_in_parts(call: Call) -> None:
    content = [{"type": "text", "text": "What is the time?"}]
    added = LLMMessagesAppendFrame([{"role": "user", "content": content}], run_llm=True)
    await queue(call, added, InterruptionFrame())


async def push_to_talk(call: Call) -> None:
    await queue(call, UserStartedSpeakingFrame(), InterruptionFrame())
    await asyncio.sleep(0.3)
    await queue(call, UserStoppedSpeakingFrame())


async def push_to_talk_the_other_way(call: Call) -> None:
    await queue(call, InterruptionFrame(), UserStartedSpeakingFrame())
    await asyncio.sleep(0.3)
    await queue(call, UserStoppedSpeakingFrame())


WAYS: dict[str, tuple[Callable[[Call], Awaitable[None]], str]] = {
    "a stop button": (stop_button, "app"),
    "rtvi.interrupt_bot()": (rtvi_interrupts, "app"),
    "text of a client": (typed_by_a_client, "typed"),
    "text of the app": (typed_by_the_app, "typed"),
    "a message of the app": (added_by_the_app_in_parts, "typed"),
    "push to talk": (push_to_talk, "activity"),
    "push to talk, the other way round": (push_to_talk_the_other_way, "app"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_the_apps_interruption_is_its_own_and_nobody_asks_the_model_to_go_on(
    way: str,
) -> None:
    interrupts, cause = WAYS[way]
    # The local server takes a text for a turn; the story's tail must not be taken for an answer.
    async with (
        LiveServer([STORY, Reply("It is noon.", to="time")], voice="en-us") as server,
        calling(server, first="Tell me a story.", params=PARAMS) as call,
    ):
        await wait_words(call, 0, 6)
        await interrupts(call)
        await call.until(lambda: call.told, 10.0)
        assert call.told[0].cause == cause
        if cause == "typed":
            assert call.told[0].user_text == "What is the time?"
        await asyncio.sleep(2.5)
        assert "nudge" not in call.notices and "false interruption" not in call.notices
        assert all(note.turn_complete is False for note in call.notes)


async def cough(call: Call) -> None:
    """As the user aggregator has it where its voice detector hears one."""
    await queue(
        call,
        VADUserStartedSpeakingFrame(),
        UserStartedSpeakingFrame(),
        InterruptionFrame(),
        VADUserStoppedSpeakingFrame(),
        UserStoppedSpeakingFrame(),
    )


async def test_a_voice_that_was_none_is_a_false_alarm_all_the_same() -> None:
    async with (
        LiveServer([STORY], voice="en-us") as server,
        calling(server, first="Tell me a story.", params=PARAMS) as call,
    ):
        await wait_words(call, 0, 6)
        await cough(call)
        await call.until(lambda: "nudge" in call.notices, 10.0)
        assert call.told[0].cause == "speech"


@pytest.mark.parametrize("words", ["Mm-hm.", "Okay, I see.", "Really, and what is his name?"])
async def test_an_acknowledgement_is_told_by_pipecats_own_frame(words: str) -> None:
    kind: Any = getattr(frames, "UserBackchannelFrame", None)
    if kind is None:
        pytest.skip("before 1.14, Pipecat has no frame for it")
    said = speak(words, voice="en-us+m3", sample_rate=16_000)
    is_one = not words.endswith("?")
    answer = STORY if is_one else Reply("His name is Hans.", to="name")
    async with (
        LiveServer([STORY, answer, ANSWER], voice="en-us", speech=[said, question()]) as server,
        calling(server, first="Tell me a story.", params=PARAMS) as call,
    ):
        await wait_words(call, 0, 6)
        await call.user.say(said)
        await call.until(lambda: call.outcomes, 40.0)
        await asyncio.sleep(0.2)
        found = call.before_llm.of(kind)
        assert [frame.text for frame in found] == ([words] if is_one else [])
        assert [f.text for f in call.before_llm.of(TranscriptionFrame)][-1] == words
