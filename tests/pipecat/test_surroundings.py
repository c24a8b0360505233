"""Where the processor stands: right, or one clear error that names the place to put it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from call import Parts, calling
from loguru import logger
from others_on_the_way import Passing
from pipecat.pipeline.llm_switcher import LLMSwitcher
from pipecat.pipeline.parallel_pipeline import ParallelPipeline
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from test_own_sound import (
    ANSWER,
    STORY,
    ask,
    assert_heard_is_true,
    question,
    talk_over,
    wait_words,
)

from gemini_live_interrupt.testing import LiveServer
from gli_pipecat import InterruptResume, InterruptResumeParams
from gli_pipecat.surroundings import llms_in, look_around

PLACE = "before the assistant aggregator"
GREETING = "Hello and welcome to the mill."


def moved(name: str, before: str) -> Callable[[Parts], list[FrameProcessor]]:
    """The usual order with our processor in another place."""

    def arrange(parts: Parts) -> list[FrameProcessor]:
        stages = parts.in_order()
        [us] = parts.resume
        stages.remove(us)
        if before == "the end":
            return [*stages, us]
        stages.insert(stages.index(getattr(parts, before)), us)
        return stages

    arrange.__name__ = name
    return arrange


def in_a_branch(parts: Parts) -> list[FrameProcessor]:
    stages = parts.in_order()
    at = stages.index(parts.output)
    branches = ParallelPipeline([parts.output, *parts.resume], [Passing()])
    return [*stages[:at], branches, parts.after, *parts.assistant]


WRONG = {
    "before the output": (moved("before the output", "output"), "stands before the output"),
    "before the llm": (moved("before the llm", "llm"), "stands before the llm"),
    "at the end": (moved("at the end", "the end"), "stands behind LLMAssistantAggregator"),
    "first of all": (moved("first", "microphone"), "stands before the llm"),
    "in a branch beside another": (in_a_branch, "goes past it, by another branch"),
}


@pytest.mark.parametrize("where", WRONG)
async def test_in_a_wrong_place_it_says_so_once_and_changes_nothing(where: str) -> None:
    arrange, says = WRONG[where]
    async with (
        LiveServer([GREETING]) as server,
        calling(server, first="Hello.", arrange=arrange) as call,
    ):
        await call.until(lambda: call.said_in_context(), 20.0)
        assert call.said_in_context() == [GREETING]
        [error] = [e for e in _errors(call) if "InterruptResume" in e]
        assert says in error and PLACE in error


def _errors(call: Any) -> list[str]:
    return [frame.error for frame in call.errors]


def put(*stages: FrameProcessor) -> None:
    Pipeline(list(stages))


def service() -> GeminiLiveLLMService:
    return GeminiLiveLLMService(api_key="x")


Output = type("BaseOutputTransport", (Passing,), {})
"""Counts as an output by its name."""


def test_outputs_and_those_between_are_found_through_nested_and_parallel_pipelines() -> None:
    llm, us, output, other, recorder = Passing(), Passing(), Output(), Passing(), Passing()
    put(Passing(), Pipeline([llm, other]), ParallelPipeline([output], [Passing()]), recorder, us)
    around = look_around(us, [llm])
    assert around.error == "" and around.outputs == (output,)
    assert around.between[0] is other and recorder in around.between
    assert not around.is_last


def test_right_behind_the_output_nobody_can_change_anything_any_more() -> None:
    llm, us, output = Passing(), Passing(), Output()
    put(Passing(), llm, Passing(), Pipeline([output]), Pipeline([us]), Passing())
    assert look_around(us, [llm]).is_last


def test_an_llm_that_is_somewhere_else_is_named() -> None:
    llm, us = Passing(name="other"), Passing()
    put(Passing(), Output(), us)
    error = look_around(us, [llm]).error
    assert "other" in error and PLACE in error


def test_the_members_of_a_switcher_or_a_pipeline_are_found() -> None:
    first, second, other = service(), service(), Passing()
    assert llms_in(LLMSwitcher([first, second])) == [first, second]
    assert llms_in(Pipeline([other, first])) == [first]
    assert llms_in(ParallelPipeline([first], [Pipeline([second])])) == [first, second]
    assert llms_in(ParallelPipeline([other])) == []
    assert "no Gemini Live service" in look_around(Passing(), []).error


@pytest.mark.parametrize("given", [None, "llm", Passing])
def test_what_is_no_llm_is_named_at_once(given: Any) -> None:
    with pytest.raises(TypeError, match="needs the llm of the pipeline"):
        InterruptResume(given)


def test_another_service_of_pipecat_is_no_gemini_live() -> None:
    from pipecat.processors.aggregators.llm_context import LLMContext
    from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
    from pipecat.services.llm_service import LLMService

    class Another(LLMService):
        """Of the app, and no Gemini Live all the same."""

    pair = LLMContextAggregatorPair(LLMContext([]))
    for given in (LLMService(), Another(), LLMSwitcher([LLMService()]), pair.user()):
        us = InterruptResume(given)
        put(given, Output(), us)
        assert "no Gemini Live service" in us._settle_in().error
        assert us.heard.text == ""


def test_the_way_that_led_here_before_the_processors_moved_is_none() -> None:
    """A processor that is in another pipeline now keeps its neighbours of the one before."""
    first, second, us = service(), service(), Passing()
    put(Passing(), first, Output(), us)
    assert look_around(us, [first]).error == ""
    put(Passing(), second, Output(), us)
    assert "one InterruptResume of its own, with its own llm" in look_around(us, [first]).error
    assert look_around(us, [second]).error == ""


async def test_one_that_stands_in_the_pipeline_twice_says_so_and_sends_nothing_round() -> None:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="ERROR")

    def arrange(parts: Parts) -> list[FrameProcessor]:
        stages = parts.in_order()
        stages.insert(stages.index(parts.after) + 1, *parts.resume)
        return stages

    try:
        async with (
            LiveServer([STORY], voice="en-us") as server,
            calling(server, first="Tell me a story.", arrange=arrange) as call,
        ):
            await wait_words(call, 0, 4)
    finally:
        logger.remove(sink)
    [line] = lines
    assert "does nothing: it stands in this pipeline twice" in line


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a setting": ({"delivery": "silent"}, r"params=InterruptResumeParams\(delivery=...\)"),
    "a word that nobody knows": ({"parms": InterruptResumeParams()}, "no argument 'parms'"),
    "settings in a dict": ({"params": {"delivery": "silent"}}, "not dict"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_argument_that_would_do_nothing_is_an_error(mistake: str) -> None:
    given, says = MISTAKES[mistake]
    with pytest.raises(TypeError, match=says):
        InterruptResume(Passing(), **given)
    assert str(InterruptResume(Passing(), name="ours")) == "ours"


async def test_two_processors_for_one_llm_are_one_and_an_error() -> None:
    others: list[InterruptResume] = []

    def arrange(parts: Parts) -> list[FrameProcessor]:
        others.append(InterruptResume(parts.llm, params=InterruptResumeParams()))
        stages = parts.in_order()
        stages.insert(stages.index(parts.after), others[0])
        return stages

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", arrange=arrange) as call,
    ):
        await wait_words(call, 0, 7)
        await talk_over(call)
        assert_heard_is_true(call)
        assert len(call.notes) == 1
        [error] = [e for e in _errors(call) if "InterruptResume" in e]
        assert "each llm can have only one" in error


async def test_a_recorder_between_the_output_and_us_takes_nothing_away() -> None:
    from pipecat.processors.audio.audio_buffer_processor import AudioBufferProcessor

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(
            server,
            first="Tell me a story.",
            behind=lambda call: AudioBufferProcessor(num_channels=1),
        ) as call,
    ):
        await wait_words(call, 0, 8)
        await talk_over(call)
        assert_heard_is_true(call)


@pytest.mark.parametrize("given", ["the switcher", "its member"])
async def test_a_switcher_may_be_given_instead_of_the_service(given: str) -> None:
    idle = service()

    switchers: list[LLMSwitcher[Any]] = []

    def wrap(llm: Any) -> FrameProcessor:
        switchers.append(LLMSwitcher([llm, idle]))
        return switchers[0] if given == "the switcher" else llm

    def arrange(parts: Parts) -> list[FrameProcessor]:
        stages = parts.in_order()
        stages[stages.index(parts.llm)] = switchers[0]
        return stages

    idle._connect = _never  # type: ignore[method-assign]
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", arrange=arrange, follows=wrap) as call,
    ):
        await wait_words(call, 0, 8)
        await talk_over(call)
        assert_heard_is_true(call)
        assert len(call.notes) == 1


async def test_after_a_switch_the_other_service_is_followed() -> None:
    from pipecat.frames.frames import LLMContextFrame, ManuallySwitchServiceFrame

    others: list[Any] = []

    def wrap(llm: Any) -> FrameProcessor:
        settings = GeminiLiveLLMService.Settings(model="models/gemini-3.8-live")
        others.append(type(llm)(api_key="local", settings=settings))
        others[0]._inference_on_context_initialization = False
        others.append(LLMSwitcher([llm, others[0]]))
        return others[1]

    def arrange(parts: Parts) -> list[FrameProcessor]:
        stages = parts.in_order()
        stages[stages.index(parts.llm)] = others[1]
        return stages

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, arrange=arrange, follows=wrap) as call,
    ):
        second = others[0]
        await call.until(lambda: second._session is not None and len(server.sessions) == 2)
        await call.task.queue_frame(ManuallySwitchServiceFrame(service=second))
        await asyncio.sleep(0.1)
        await second.queue_frame(LLMContextFrame(call.context))
        second._ready_for_realtime_input = True
        call.llm = second
        server.records.append(server.session_of(second._session).record)  # It is `call.record`.
        await ask(call, "Tell me a story.")
        await wait_words(call, 0, 8)
        await talk_over(call)
        assert_heard_is_true(call)
        assert len(call.record.silent_notes()) == 1


async def _never(*args: Any, **kwargs: Any) -> None:
    return None
