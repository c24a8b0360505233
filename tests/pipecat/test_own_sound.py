"""A reply is followed by its own sound, whoever plays it, and whatever else is played.

Whole calls in real time; what was heard is known from the samples that came out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from call import Call, Parts, calling
from others_on_the_way import (
    Elsewhere,
    Filler,
    Gatherer,
    Louder,
    Mute,
    Passing,
    Simli,
    Tavus,
)
from pipecat.frames.frames import (
    InputTextRawFrame,
    OutputAudioRawFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameProcessor
from speakers import DeafSpeaker

from gemini_live_interrupt.testing import LiveServer, Reply, Speech, speak

STORY = (
    "Once upon a time there was a miller who lived by a river. He had three sons and an old mill. "
    "The eldest son got the mill, because he was the strongest. The second son got the donkey. "
    "The youngest son got only the cat, and he was very sad about it. But the cat could speak."
)
GREETING = "Hello and welcome to the mill. It is a fine day for a story, is it not?"
ANSWER = Reply("It is Paris.", to="capital")


def question() -> Speech:
    return speak("What is the capital of France?", voice="en-us+m3", sample_rate=16_000)


def tone(seconds: float) -> bytes:
    """A sound that is nobody's words."""
    wave = b"".join(
        (3_000 if (i // 40) % 2 else -3_000).to_bytes(2, "little", signed=True)
        for i in range(2_400)
    )
    return wave * round(seconds * 10)


async def ask(call: Call, text: str) -> None:
    typed = InputTextRawFrame(text)
    typed.append_to_context = False
    await call.llm.queue_frame(typed)


async def talk_over(call: Call) -> None:
    """Ask, and wait until the interruption is finished."""
    told = len(call.told)
    await call.user.say(question())
    await call.until(lambda: len(call.told) > told)
    await asyncio.sleep(0.2)


def assert_heard_is_true(call: Call, turn: int = 0, since: int = 0) -> None:
    """Record, note and context have what came out, within one word."""
    reply = call.record.turns[turn]
    true = call.words_heard(reply, since=since)
    assert true > 2
    heard = call.told[-1].heard
    assert abs(len(heard.split()) - true) <= 1, (heard, true)
    in_context = call.said_in_context()[-1].strip()
    assert reply.text.startswith(in_context)
    assert abs(len(in_context.split()) - true) <= 1, (in_context, true)


async def wait_words(call: Call, turn: int, count: int, since: int = 0) -> None:
    """Until so many words of a reply came out of the speaker."""
    await call.until(lambda: len(call.record.turns) > turn)
    await call.until(lambda: call.words_heard(call.record.turns[turn], since=since) >= count, 40.0)


# --- A: who plays it

PLAYERS: dict[str, Callable[[Call], FrameProcessor]] = {
    "an avatar that streams": lambda call: Tavus(),
    "an avatar that is slow to begin": lambda call: Tavus(delay_s=1.6),
    "an avatar with TTS frames": lambda call: Simli(),
    "a processor with frames of its own": lambda call: Louder(),
    "a processor that cuts the sound anew": lambda call: Gatherer(),
    "a processor without queues": lambda call: Passing(enable_direct_mode=True),
}


@pytest.mark.parametrize("player", PLAYERS)
async def test_sound_that_somebody_else_makes_of_a_reply_is_its_own(player: str) -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", between=PLAYERS[player]) as call,
    ):
        await wait_words(call, 0, 9)
        await talk_over(call)
        assert_heard_is_true(call)


@pytest.mark.parametrize("player", PLAYERS)
async def test_with_them_a_reply_that_nobody_cuts_is_kept_whole_and_ends(player: str) -> None:
    async with (
        LiveServer([GREETING, "And the end."], voice="en-us") as server,
        calling(server, first="Hello.", between=PLAYERS[player]) as call,
    ):
        await call.until(lambda: call.said_in_context(), 30.0)
        await call.ear.wait_quiet(0.6)
        await ask(call, "And then?")
        await call.until(lambda: len(call.said_in_context()) > 1, 30.0)
        assert call.said_in_context() == [GREETING, "And the end."]
        assert not call.told


async def test_sound_that_is_played_past_the_pipeline_goes_by_real_time() -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(
            server, first="Tell me a story.", between=lambda call: Elsewhere(call.ear, delay_s=0.1)
        ) as call,
    ):
        await wait_words(call, 0, 11)
        await talk_over(call)
        assert_heard_is_true(call)


@pytest.mark.parametrize("audio_out", [True, False])
async def test_an_output_that_plays_nothing_leaves_all_of_the_text_in_the_context(
    audio_out: bool,
) -> None:
    """No sound at all is heard: no client, or an output for text."""
    async with (
        LiveServer([GREETING, "And the end."], voice="en-us") as server,
        calling(server, first="Hello.", speaker=DeafSpeaker, audio_out=audio_out) as call,
    ):
        await call.until(lambda: call.said_in_context(), 30.0)
        await ask(call, "And then?")
        await call.until(lambda: len(call.said_in_context()) > 1, 30.0)
        assert call.said_in_context() == [GREETING, "And the end."]


# --- I: lost sound


async def test_a_greeting_that_nobody_could_hear_shifts_nothing() -> None:
    async with (
        LiveServer([GREETING, STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Hello.", speaker=DeafSpeaker) as call,
    ):
        await call.until(lambda: call.said_in_context(), 30.0)
        call.output.is_connected = True
        await ask(call, "Tell me a story.")
        await wait_words(call, 1, 12)
        await talk_over(call)
        assert_heard_is_true(call, turn=1)
        # The greeting was lost, but it was said: no less than Pipecat has without us.
        assert call.said_in_context()[0] == GREETING


async def test_a_reply_that_was_muted_shifts_nothing() -> None:
    mute = Mute()
    async with (
        LiveServer(
            ["First.", GREETING, STORY, ANSWER], voice="en-us", speech=[question()]
        ) as server,
        calling(server, first="Hello.", between=lambda call: mute) as call,
    ):
        await call.until(lambda: call.said_in_context(), 30.0)
        mute.is_on = True
        await ask(call, "Say hello.")
        await call.until(lambda: len(call.said_in_context()) > 1, 30.0)
        mute.is_on = False
        await ask(call, "Tell me a story.")
        await wait_words(call, 2, 8)
        await talk_over(call)
        assert_heard_is_true(call, turn=2)
        assert call.said_in_context()[:2] == ["First.", GREETING]


async def test_where_the_start_of_a_reply_was_lost_nothing_of_it_is_claimed() -> None:
    """The caller connects in the middle of the greeting. What they heard is no start of it."""
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", speaker=DeafSpeaker) as call,
    ):
        await call.until(lambda: call.after.of(TTSStartedFrame))
        await asyncio.sleep(0.3)
        call.output.is_connected = True
        await call.ear.wait_heard(1500.0)
        await talk_over(call)
        assert call.told[-1].heard == ""
        assert call.told[-1].unheard.startswith("Once upon a time")


# --- B: sound of others


async def test_a_filler_in_front_of_a_reply_is_not_the_model() -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", between=lambda call: Filler(tone(4.4))) as call,
    ):
        await wait_words(call, 0, 6)
        await talk_over(call)
        reply = call.record.turns[0]
        assert abs(len(call.told[-1].heard.split()) - call.words_heard(reply)) <= 1
        # The filler's own text is in the context, as without us, and the model's heard words.
        assert call.said_in_context()[-1].strip().startswith(Filler.TEXT)
        assert call.said_in_context()[-1].strip().endswith(call.told[-1].heard.strip())


@pytest.mark.parametrize("through", ["the llm", "the output"])
@pytest.mark.parametrize("kind", [TTSAudioRawFrame, OutputAudioRawFrame])
async def test_a_jingle_of_the_app_is_not_the_model(through: str, kind: Any) -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server) as call,
    ):
        jingle = kind(tone(2.5), 24_000, 1)
        entry = call.llm if through == "the llm" else call.output
        for frame in (TTSStartedFrame(), jingle, TTSStoppedFrame()):
            await entry.queue_frame(frame)
        await ask(call, "Tell me a story.")
        await wait_words(call, 0, 7)
        await talk_over(call)
        assert_heard_is_true(call)


async def test_what_is_played_over_by_a_second_output_does_not_count() -> None:
    """Two outputs, one of which has no client: what the other one played was heard."""
    from pipecat.pipeline.parallel_pipeline import ParallelPipeline

    deaf: list[DeafSpeaker] = []

    def arrange(parts: Parts) -> list[FrameProcessor]:
        deaf.append(DeafSpeaker(parts.output._ear, parts.output._params))
        stages = parts.in_order()
        at = stages.index(parts.output)
        stages[at] = ParallelPipeline([parts.output], [deaf[0]])
        return stages

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", arrange=arrange) as call,
    ):
        await wait_words(call, 0, 9)
        await talk_over(call)
        assert_heard_is_true(call)
