"""The processor frame by frame, with Pipecat's own `run_test` and a stand-in for the llm.

The stand-in makes what it is sent anew, so that it counts as made by it.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from typing import Any

import pytest
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.tests.utils import SleepFrame, run_test
from pipecat.utils.utils import obj_id

from gemini_live_interrupt import HeardSoFar
from gli_pipecat import InterruptionContextFrame, InterruptResume, InterruptResumeParams

TEXT = "One two three four five six seven eight nine ten."
NOISE = bytes(range(1, 255)) * 189  # About a second at 24 kHz.


class StandIn(FrameProcessor):
    """Makes the frames that an llm makes, and passes the others on; has no session."""

    MAKES = (
        FunctionCallInProgressFrame,
        FunctionCallResultFrame,
        LLMFullResponseEndFrame,
        LLMFullResponseStartFrame,
        TTSAudioRawFrame,
        TTSStartedFrame,
        TTSStoppedFrame,
        TTSTextFrame,
    )

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, self.MAKES):
            frame = copy.copy(frame)
            frame.id = obj_id()
        await self.push_frame(frame, direction)


def text(words: str) -> TTSTextFrame:
    frame = TTSTextFrame(words, "sentence")
    frame.includes_inter_frame_spaces = True
    return frame


def audio(seconds: int) -> TTSAudioRawFrame:
    return TTSAudioRawFrame(audio=NOISE * seconds, sample_rate=24_000, num_channels=1)


def reply(words: str = TEXT, seconds: int = 4) -> list[Frame]:
    return [TTSStartedFrame(), LLMFullResponseStartFrame(), text(words), audio(seconds)]


async def sent(
    frames: Sequence[Frame], params: InterruptResumeParams | None = None, spoil: Any = None
) -> tuple[list[Frame], list[Frame]]:
    """What came out downstream and upstream."""
    llm = StandIn()
    params = params or InterruptResumeParams(rtvi=False, playout_latency_ms=0.0)
    resume = InterruptResume(llm, params=params)
    if spoil is not None:
        spoil(resume)
    down, up = await run_test(Pipeline([llm, resume]), frames_to_send=frames)
    return list(down), list(up)


def said(frames: list[Frame]) -> str:
    return "".join(frame.text for frame in frames if isinstance(frame, TTSTextFrame))


def kinds(frames: list[Frame], *wanted: type[Frame]) -> list[str]:
    return [type(frame).__name__ for frame in frames if isinstance(frame, wanted)]


async def test_what_was_heard_can_be_asked_at_any_time() -> None:
    asked: list[HeardSoFar] = []

    async def ask(resume: InterruptResume) -> None:
        while True:
            asked.append(resume.heard)
            await asyncio.sleep(0.04)

    tasks = []
    frames = [*reply(seconds=2), LLMFullResponseEndFrame(), SleepFrame(sleep=2.4)]
    down, _ = await sent(
        frames, spoil=lambda resume: tasks.append(asyncio.create_task(ask(resume)))
    )
    tasks[0].cancel()
    texts = [one.text for one in asked]
    assert texts == sorted(texts, key=len)
    assert {one.text + one.unheard for one in asked} == {"", TEXT}
    assert len(set(texts)) > 6
    assert texts[-1] == said(down) == TEXT
    assert (asked[-1].reply, asked[-1].audible) == (1, False)


async def test_text_goes_on_word_by_word_and_the_end_waits_until_it_was_heard() -> None:
    down, up = await sent([*reply(seconds=1), LLMFullResponseEndFrame(), SleepFrame(sleep=1.3)])
    assert said(down) == TEXT
    words = [frame for frame in down if isinstance(frame, TTSTextFrame)]
    assert len(words) == 10 and all(frame.includes_inter_frame_spaces for frame in words)
    order = kinds(down, LLMFullResponseStartFrame, LLMFullResponseEndFrame, TTSTextFrame)
    assert order[0] == "LLMFullResponseStartFrame" and order[-1] == "LLMFullResponseEndFrame"
    assert order.count("LLMFullResponseEndFrame") == 1
    assert not kinds(up, InterruptionContextFrame)


async def test_two_interruption_frames_are_one_interruption() -> None:
    frames = [*reply(), SleepFrame(sleep=1.5), InterruptionFrame(), InterruptionFrame()]
    down, up = await sent([*frames, SleepFrame(sleep=0.9), InterruptionFrame(), SleepFrame()])
    heard = said(down)
    assert TEXT.startswith(heard) and 1 <= len(heard.split()) <= 6
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    assert note.heard.strip() == heard.strip()
    assert note.heard + note.unheard == TEXT
    assert note.continuation == TEXT
    assert note.kind == "note" and note.delivery == "silent"
    assert kinds(down, InterruptionFrame) == ["InterruptionFrame"] * 3


async def test_nobody_gets_the_tail_of_a_reply_that_was_cut() -> None:
    tail = [
        TTSStartedFrame(),
        LLMFullResponseStartFrame(),
        text(" Eleven twelve."),
        audio(1),
        LLMFullResponseEndFrame(),
    ]
    down, up = await sent(
        [
            *reply(),
            SleepFrame(sleep=1.2),
            InterruptionFrame(),
            SleepFrame(sleep=0.1),
            *tail,
            SleepFrame(sleep=0.8),
        ]
    )
    assert "Eleven" not in said(down)
    after = down[max(i for i, one in enumerate(down) if isinstance(one, InterruptionFrame)) :]
    assert not kinds(after, *StandIn.MAKES)
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    assert note.unheard.endswith("nine ten. Eleven twelve.")


async def test_a_note_waits_for_the_tool_that_the_model_waits_for() -> None:
    call = FunctionCallInProgressFrame(
        function_name="weather",
        tool_call_id="1",
        arguments={"city": "Oslo"},
        cancel_on_interruption=True,
    )
    result = FunctionCallResultFrame(
        function_name="weather", tool_call_id="1", arguments={}, result="cold"
    )
    params = InterruptResumeParams(
        rtvi=False, playout_latency_ms=0.0, model="gemini-2.5-flash-native-audio"
    )
    cut = [*reply(), SleepFrame(sleep=1.2), call, SleepFrame(sleep=0.1), InterruptionFrame()]
    _, up = await sent([*cut, SleepFrame(sleep=1.0)], params)
    assert not kinds(up, InterruptionContextFrame)
    _, up = await sent([*cut, SleepFrame(sleep=0.9), result, SleepFrame(sleep=0.3)], params)
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    assert "weather" in note.note and "result was given" in note.note


async def test_without_a_session_the_note_goes_in_as_realtime_text_outside_the_context() -> None:
    _, up = await sent(
        [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.0)]
    )
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    [fallback] = [frame for frame in up if isinstance(frame, InputTextRawFrame)]
    assert fallback.text == note.note
    assert fallback.append_to_context is False


async def test_an_error_of_ours_is_pushed_once_and_the_pipeline_goes_on() -> None:
    def spoil(resume: InterruptResume) -> None:
        def fail(*_: Any) -> Any:
            raise RuntimeError("broken")

        resume._voices[0].following.talk.apply = fail  # type: ignore[method-assign]

    down, up = await sent([*reply(), LLMFullResponseEndFrame(), SleepFrame(sleep=0.2)], spoil=spoil)
    [error] = [frame for frame in up if isinstance(frame, ErrorFrame)]
    assert "broken" in error.error and not error.fatal
    assert said(down) == TEXT  # As without us.
    assert kinds(down, LLMFullResponseEndFrame)


async def test_a_builder_that_fails_is_reported_and_replaced() -> None:
    def builder(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        raise ValueError("no note today")

    params = InterruptResumeParams(rtvi=False, playout_latency_ms=0.0, prompt_builder=builder)
    _, up = await sent(
        [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.0)], params
    )
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    assert "Continuation text" in note.note
    [error] = [frame for frame in up if isinstance(frame, ErrorFrame)]
    assert "no note today" in error.error


async def test_a_builder_may_be_async_and_gets_what_was_heard() -> None:
    async def builder(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        return f"They heard <{heard}>."

    params = InterruptResumeParams(rtvi=False, playout_latency_ms=0.0, prompt_builder=builder)
    down, up = await sent(
        [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.0)], params
    )
    [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
    assert note.note == f"They heard <{said(down)}>."


@pytest.mark.parametrize("latency", [300.0, lambda: 300.0])
async def test_latency_is_a_number_or_asked_for(latency: Any) -> None:
    async def heard_ms(params: InterruptResumeParams) -> float:
        frames = [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.0)]
        _, up = await sent(frames, params)
        [note] = [frame for frame in up if isinstance(frame, InterruptionContextFrame)]
        assert note.interruption is not None
        return note.interruption.heard_ms

    without = await heard_ms(InterruptResumeParams(rtvi=False, playout_latency_ms=0.0))
    late = await heard_ms(InterruptResumeParams(rtvi=False, playout_latency_ms=latency))
    assert without - late == pytest.approx(300.0, abs=120.0)
