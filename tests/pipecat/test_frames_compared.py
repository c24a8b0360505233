"""With our processor every neighbour sees what it sees without, but for what is listed here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from call import Call, Parts
from comparing import Shape, differences, hear
from others_on_the_way import Elsewhere, Filler, Gatherer, Louder, Mute, Passing, Simli, Tavus
from pipecat.frames.frames import (
    ControlFrame,
    DataFrame,
    EndFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMMessagesAppendFrame,
    OutputAudioRawFrame,
    SystemFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.pipeline.llm_switcher import LLMSwitcher
from pipecat.pipeline.parallel_pipeline import ParallelPipeline
from pipecat.processors.audio.audio_buffer_processor import AudioBufferProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from speakers import DeafSpeaker, FastSpeaker, LateSpeaker, StarvingSpeaker
from test_changed_text import Anew, Changer, blank
from test_own_sound import ask, tone

from gemini_live_interrupt.testing import Reply, speak
from gemini_live_interrupt.testing.server.plan import ToolCall

STORY = "There was a miller who lived by a river. He had three sons. The youngest got the cat."
GREETING = "Hello and welcome to the mill."
SECOND = "And that is the end."
ANSWER = Reply("It is Paris.", to="capital", then="stop")
QUESTION = speak("What is the capital of France?", voice="en-us+m3", sample_rate=16_000)

# --- what happens in a call; at fixed times, so that the same happens without us


async def two_replies(call: Call) -> None:
    await ask(call, "Hello.")
    await asyncio.sleep(4.0)
    await ask(call, "And then?")
    await asyncio.sleep(3.0)


async def a_barge_in(call: Call) -> None:
    await ask(call, "Tell me a story.")
    await asyncio.sleep(3.0)
    await call.user.say(QUESTION)
    await asyncio.sleep(3.5)


async def a_greeting_and_a_barge_in(call: Call) -> None:
    await ask(call, "Hello.")
    await asyncio.sleep(4.0)
    if isinstance(call.output, DeafSpeaker):
        call.output.is_connected = True
    await a_barge_in(call)


@dataclass
class AppsData(DataFrame):
    what: str = ""


@dataclass
class AppsControl(ControlFrame):
    what: str = ""


@dataclass
class AppsSystem(SystemFrame):
    what: str = ""


async def frames_of_the_app(call: Call) -> None:
    await ask(call, "Hello.")
    for number in range(3):
        await asyncio.sleep(0.6)
        for kind in (AppsData, AppsControl, AppsSystem):
            await call.task.queue_frame(kind(what=f"down {number}"))
            up = kind(what=f"up {number}")
            await call.after.push_frame(up, FrameDirection.UPSTREAM)
    await asyncio.sleep(3.0)


async def a_jingle(call: Call) -> None:
    for frame in (TTSStartedFrame(), OutputAudioRawFrame(tone(1.0), 24_000, 1), TTSStoppedFrame()):
        await call.llm.queue_frame(frame)
    await asyncio.sleep(2.0)
    await two_replies(call)


async def the_end_right_behind_the_goodbye(call: Call) -> None:
    await ask(call, "Hello.")
    await call.until(lambda: call.record.turns and call.record.turns[0].ended_ms is not None)
    await asyncio.sleep(0.1)
    await call.task.queue_frame(EndFrame())
    await asyncio.sleep(5.0)


async def the_end_in_the_middle(call: Call) -> None:
    await ask(call, "Tell me a story.")
    await asyncio.sleep(2.0)


async def nobody_says_anything(call: Call) -> None:
    await asyncio.sleep(5.0)


async def text_in(call: Call) -> None:
    typed = InputTextRawFrame("Hello.")
    typed.append_to_context = False
    await call.task.queue_frame(typed)
    await asyncio.sleep(4.0)
    message = {"role": "user", "content": "And then?"}
    await call.task.queue_frame(LLMMessagesAppendFrame(messages=[message], run_llm=True))
    await asyncio.sleep(4.0)


async def a_stop_button(call: Call) -> None:
    await ask(call, "Tell me a story.")
    await asyncio.sleep(2.0)
    await call.task.queue_frame(InterruptionFrame())
    await asyncio.sleep(3.0)


async def push_to_talk(call: Call) -> None:
    await ask(call, "Tell me a story.")
    await asyncio.sleep(2.5)
    for frame in (UserStartedSpeakingFrame(), InterruptionFrame()):
        await call.task.queue_frame(frame)
    await call.user.say(QUESTION)
    await call.task.queue_frame(UserStoppedSpeakingFrame())
    await asyncio.sleep(5.0)


async def a_muted_reply(call: Call) -> None:
    await ask(call, "Hello.")
    mute.is_on = True
    await asyncio.sleep(4.0)
    mute.is_on = False
    await a_barge_in(call)


# --- pipelines


def tools(call: Call) -> None:
    async def weather(params: Any) -> None:
        await asyncio.sleep(0.3)
        await params.result_callback({"weather": "cold"})

    call.llm.register_function("weather", weather)


def parallel(parts: Parts) -> list[FrameProcessor]:
    stages = parts.in_order()
    stages[stages.index(parts.output)] = ParallelPipeline([parts.output], [Passing()])
    return stages


def two_outputs(parts: Parts) -> list[FrameProcessor]:
    stages = parts.in_order()
    deaf = DeafSpeaker(parts.output._ear, parts.output._params)  # type: ignore[attr-defined]
    stages[stages.index(parts.output)] = ParallelPipeline([parts.output], [deaf])
    return stages


def switched(parts: Parts) -> list[FrameProcessor]:
    stages = parts.in_order()
    stages[stages.index(parts.llm)] = LLMSwitcher([parts.llm])
    return stages


def muted() -> Any:
    global mute
    mute = Mute()
    return lambda call: mute


mute = Mute()
TWO = [GREETING, SECOND]
CUT = [STORY, ANSWER]
SPEECH = {"speech": [QUESTION]}


def cut(script: Any = a_barge_in, model: Any = CUT, **options: Any) -> Shape:
    server = {**SPEECH, **options.pop("server", {})}
    return Shape(script=script, model=model, options=options, server=server, cut=STORY)


def whole(script: Any = two_replies, model: Any = TWO, **options: Any) -> Shape:
    server = options.pop("server", {})
    return Shape(script=script, model=model, options=options, server=server)


SHAPES: dict[str, Shape] = {
    "two replies": whole(),
    "a barge-in": cut(),
    "a barge-in, local and server VAD": cut(local_vad=True),
    "a barge-in, local VAD only": cut(local_vad=True, server_vad=False),
    "a barge-in, without aggregators": cut(aggregators=False),
    "a barge-in, Vertex": cut(vertex=True, server={"profile": "2.5-vertex"}),
    "a barge-in, metrics": cut(enable_metrics=True),
    "an avatar that streams": whole(between=lambda call: Tavus()),
    "an avatar with TTS frames, a barge-in": cut(between=lambda call: Simli()),
    "sound past the pipeline": whole(between=lambda call: Elsewhere(call.ear)),
    "a filler, a barge-in": cut(between=lambda call: Filler(tone(1.0))),
    "a jingle": whole(a_jingle),
    "sound in new frames": whole(between=lambda call: Louder()),
    "sound cut anew": whole(between=lambda call: Gatherer()),
    "a muted reply, then a barge-in": cut(
        a_muted_reply, [GREETING, STORY, ANSWER], between_of=muted
    ),
    "text changed in place": whole(between=lambda call: Changer(str.upper)),
    "text in new frames": whole(between=lambda call: Anew(blank)),
    "audio out off": whole(audio_out=False),
    "a late client, then a barge-in": cut(
        a_greeting_and_a_barge_in, [GREETING, STORY, ANSWER], speaker=DeafSpeaker
    ),
    "all at once, a barge-in": cut(speaker=FastSpeaker),
    "200 ms late": whole(speaker=LateSpeaker),
    "200 ms late, a barge-in": cut(speaker=LateSpeaker),
    "a bad network": whole(speaker=StarvingSpeaker),
    "a recorder behind the output": whole(behind=lambda call: AudioBufferProcessor(num_channels=1)),
    "parallel pipelines": whole(arrange=parallel),
    "two outputs": whole(arrange=two_outputs),
    "a switcher": whole(arrange=switched),
    "a tool": whole(
        model=[
            Reply("It is {weather}.", tool=ToolCall(name="weather", args={"city": "Oslo"})),
            SECOND,
        ],
        setup=tools,
    ),
    "frames of the app": whole(frames_of_the_app),
    "text in": whole(text_in),
    "the user is idle": whole(nobody_says_anything, user_params={"user_idle_timeout": 2.0}),
    "the end behind the goodbye": whole(the_end_right_behind_the_goodbye),
    "the end in the middle": cut(the_end_in_the_middle, [STORY]),
    "a stop button": cut(a_stop_button, [STORY]),
    "push to talk": cut(push_to_talk),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_nobody_sees_anything_else(shape: str) -> None:
    one = SHAPES[shape]
    without, ours = await hear(one, with_resume=False), await hear(one, with_resume=True)
    assert differences(without, ours) == []
    assert (
        without.played_ms > 0.0 or one.script is nobody_says_anything or "audio_out" in one.options
    )
    assert ours.played_ms == pytest.approx(without.played_ms, abs=120.0)
