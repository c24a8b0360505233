"""What an application does with a note may fail, hang, be cancelled or be slow: the note goes out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from loguru import logger
from pipecat.frames.frames import ErrorFrame, Frame, InterruptionFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.tests.utils import SleepFrame, run_test
from test_processor import StandIn, reply

import gli_pipecat.notes as notes
from gli_pipecat import InterruptionContextFrame, InterruptResume, InterruptResumeParams


async def hangs(*_: Any) -> str:
    await asyncio.sleep(60.0)
    return "never"


async def is_cancelled(*_: Any) -> str:
    raise asyncio.CancelledError


def is_cancelled_at_once(*_: Any) -> str:
    raise asyncio.CancelledError


async def answers_nothing(*_: Any) -> None:
    return None


async def fails_as_in_a_test(*_: Any) -> str:
    pytest.fail("the app's own check")


def fails_in_a_group(*_: Any) -> str:
    raise BaseExceptionGroup("of a task group", [asyncio.CancelledError()])


BUILDERS: dict[str, Callable[..., Any]] = {
    "hangs": hangs,
    "is cancelled": is_cancelled,
    "is cancelled at once": is_cancelled_at_once,
    "answers nothing": answers_nothing,
    "fails as in a test": fails_as_in_a_test,
    "fails in a group": fails_in_a_group,
}
CUT = [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.6)]


async def cut_with(
    frames: list[Frame],
    setup: Callable[[InterruptResume], None] = lambda resume: None,
    **params: Any,
) -> list[Frame]:
    """What goes upstream."""
    llm = StandIn()
    chosen = InterruptResumeParams(playout_latency_ms=0.0, **params)
    resume = InterruptResume(llm, params=chosen)
    setup(resume)
    _, up = await run_test(Pipeline([llm, resume]), frames_to_send=frames)
    return list(up)


def of(frames: list[Frame], kind: type[Any]) -> list[Any]:
    return [frame for frame in frames if isinstance(frame, kind)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "BUILD_TIMEOUT", 0.3)


@pytest.mark.parametrize("builder", BUILDERS)
async def test_a_builder_that_makes_no_text_is_replaced_and_named(builder: str) -> None:
    up = await cut_with(CUT, prompt_builder=BUILDERS[builder])
    [note] = of(up, InterruptionContextFrame)
    assert "Continuation text" in note.note
    [error] = of(up, ErrorFrame)
    assert "builder" in error.error


async def test_after_a_builder_that_hung_the_next_interruption_has_its_note() -> None:
    again = [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.6)]
    up = await cut_with([*CUT, SleepFrame(sleep=1.0), *again], prompt_builder=hangs)
    assert len(of(up, InterruptionContextFrame)) == 2


async def test_a_handler_that_hangs_holds_no_note_up() -> None:
    async def handler(processor: Any, frame: InterruptionContextFrame) -> None:
        await asyncio.sleep(60.0)

    up = await cut_with(CUT, lambda resume: resume.add_event_handler("on_interruption", handler))
    [note] = of(up, InterruptionContextFrame)
    assert "Continuation text" in note.note
    [error] = of(up, ErrorFrame)
    assert "on_interruption" in error.error


async def test_a_handler_that_leaves_no_text_is_named_and_the_next_one_is_asked() -> None:
    async def handler(processor: Any, frame: InterruptionContextFrame) -> None:
        frame.note = 5  # type: ignore[assignment]

    frames = [*CUT, SleepFrame(sleep=0.5), *CUT]
    up = await cut_with(frames, lambda resume: resume.add_event_handler("on_interruption", handler))
    notes = of(up, InterruptionContextFrame)
    assert len(notes) == 2 and all("Continuation text" in note.note for note in notes)
    assert all("the note is int" in error.error for error in of(up, ErrorFrame))


async def test_a_slow_synchronous_builder_is_named_in_a_warning() -> None:
    def slow(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        time.sleep(0.15)
        return f"They heard <{heard}>."

    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="WARNING")
    try:
        up = await cut_with(CUT, prompt_builder=slow)
    finally:
        logger.remove(sink)
    [note] = of(up, InterruptionContextFrame)
    assert note.note.startswith("They heard <One")
    [line] = [line for line in lines if "kept the whole pipeline waiting" in line]
    assert "async" in line


LATENCIES: dict[str, Callable[[], Any]] = {
    "fails": lambda: [][0],
    "gives nothing": lambda: None,
    "gives a text": lambda: "200",
    "gives no number": lambda: float("nan"),
}


@pytest.mark.parametrize("latency", LATENCIES)
async def test_where_the_app_cannot_say_the_latency_the_usual_one_is_taken(latency: str) -> None:
    frames = [*reply(), SleepFrame(sleep=1.2), InterruptionFrame(), SleepFrame(sleep=1.6)]
    llm = StandIn()
    resume = InterruptResume(
        llm, params=InterruptResumeParams(playout_latency_ms=LATENCIES[latency])
    )
    _, up = await run_test(Pipeline([llm, resume]), frames_to_send=frames)
    assert of(list(up), ErrorFrame) == []
    [note] = of(list(up), InterruptionContextFrame)
    assert note.heard


def test_a_latency_that_needs_to_be_told_something_is_an_error() -> None:
    takes_one: Any = lambda transport: 100.0  # noqa: E731
    with pytest.raises(TypeError, match="playout_latency_ms must be a function"):
        InterruptResumeParams(playout_latency_ms=takes_one)
    no_flag: Any = "no"
    with pytest.raises(TypeError, match="rtvi must be True or False"):
        InterruptResumeParams(rtvi=no_flag)


async def test_a_note_that_somebody_keeps_on_the_way_is_named_and_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notes, "ARRIVES_WITHIN", 0.3)

    class Keeper(FrameProcessor):
        async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
            await super().process_frame(frame, direction)
            if not isinstance(frame, InterruptionContextFrame):
                await self.push_frame(frame, direction)

    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="WARNING")
    told: list[Any] = []
    llm = StandIn()
    resume = InterruptResume(llm, params=InterruptResumeParams(playout_latency_ms=0.0))

    async def on_told(processor: Any, interruption: Any) -> None:
        told.append(interruption)

    resume.add_event_handler("on_interruption_told", on_told)
    try:
        twice = [*CUT, SleepFrame(sleep=0.5), *CUT]
        await run_test(Pipeline([llm, Keeper(), resume]), frames_to_send=twice)
    finally:
        logger.remove(sink)
    assert [one.note for one in told] == ["", ""]  # It may let the next one pass.
    [line] = lines
    assert "keeps InterruptionContextFrame" in line
