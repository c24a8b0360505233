"""All words of a reply come before whatever ends it, with the latencies that transports really have.

Frames of a stand-in for the llm go through an output transport in real time. What comes behind our
processor is read as others read it: by a transcript that ends a message where the bot stops, and by
the order of frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    CancelFrame,
    EndFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    StopFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.tests.utils import SleepFrame, run_test
from pipecat.transports.base_transport import TransportParams
from speakers import DeafSpeaker, Ear, FastSpeaker, LateSpeaker, Speaker
from test_processor import StandIn, text

from gemini_live_interrupt import Interruption
from gemini_live_interrupt.testing import speak
from gli_pipecat import InterruptResume, InterruptResumeParams

FIRST = "The mill stood by the river, and the miller had three sons."
SECOND = "The youngest of them got the cat, and nothing else at all."
GOODBYE = "Good night, and sleep well."


class Transcript(FrameProcessor):
    """Messages of the bot, as Pipecat's own transcripts and many an app make them: words until the
    frame that ends them."""

    def __init__(self, *ends: type[Frame]) -> None:
        super().__init__()
        self._ends = (*ends, InterruptionFrame, EndFrame, CancelFrame)
        self._words: list[str] = []
        self.messages: list[str] = []

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if direction is FrameDirection.DOWNSTREAM:
            if isinstance(frame, TTSTextFrame):
                self._words.append(frame.text)
            elif isinstance(frame, self._ends) and self._words:
                self.messages.append("".join(self._words).strip())
                self._words.clear()
        await self.push_frame(frame, direction)


def reply(words: str, *, text_first: bool = False, ends: bool = True) -> list[Frame]:
    """The frames of a reply as Gemini Live makes them: chunks of text and of sound."""
    speech = speak(words, voice="en-us", sample_rate=24_000)
    size = 24_000  # 500 ms
    sounds: list[Frame] = [
        TTSAudioRawFrame(speech.pcm[at : at + size], 24_000, 1)
        for at in range(0, len(speech.pcm), size)
    ]
    parts = words.split(" ")
    each = -(-len(parts) // len(sounds))
    texts: list[Frame] = []
    for at in range(0, len(parts), each):
        chunk = " ".join(parts[at : at + each])
        texts.append(text(chunk if at == 0 else f" {chunk}"))
    frames: list[Frame] = [TTSStartedFrame(), LLMFullResponseStartFrame()]
    if text_first:
        frames += [*texts, *sounds]
    else:
        for number, sound in enumerate(sounds):
            frames += [*texts[number : number + 1], sound]
    if ends:
        frames += [TTSStoppedFrame(), LLMFullResponseEndFrame()]
    return frames


async def played(
    frames: Sequence[Frame],
    speaker: type[Speaker],
    latency_ms: float = 0.0,
    *behind: FrameProcessor,
) -> list[Frame]:
    """What came out behind our processor."""
    io = TransportParams(audio_out_enabled=True, audio_out_sample_rate=24_000)
    llm = StandIn()
    params = InterruptResumeParams(rtvi=False, playout_latency_ms=latency_ms)
    resume = InterruptResume(llm, params=params)
    pipeline = Pipeline([llm, speaker(Ear(), io), resume, *behind])
    down, _ = await run_test(pipeline, frames_to_send=list(frames))
    return list(down)


def words_between(frames: list[Frame], ends: Any) -> list[str]:
    """The words in front of each frame that ends something."""
    found, words = [], ""
    for frame in frames:
        if isinstance(frame, TTSTextFrame):
            words += frame.text
        elif isinstance(frame, ends) and words:
            found.append(words.strip())
            words = ""
    return [*found, *([words.strip()] if words else [])]


SPEAKERS: dict[str, tuple[type[Speaker], float]] = {
    "no latency": (Speaker, 0.0),
    "latency 100": (Speaker, 100.0),
    "latency 200": (LateSpeaker, 200.0),
    "latency 400": (Speaker, 400.0),
    "all at once": (FastSpeaker, 0.0),
    "all at once, latency 200": (FastSpeaker, 200.0),
    "nobody takes it": (DeafSpeaker, 200.0),
}
ENDS: dict[str, type[Frame]] = {
    "the bot stops": BotStoppedSpeakingFrame,
    "the sound stops": TTSStoppedFrame,
    "the response ends": LLMFullResponseEndFrame,
}


@pytest.mark.parametrize("speaker", SPEAKERS)
@pytest.mark.parametrize("text_first", [False, True])
async def test_two_replies_back_to_back_are_two_messages(speaker: str, text_first: bool) -> None:
    kind, latency = SPEAKERS[speaker]
    by_stop, by_end = Transcript(TTSStoppedFrame), Transcript(LLMFullResponseEndFrame)
    frames = [*reply(FIRST, text_first=text_first), *reply(SECOND, text_first=text_first)]
    frames = [*frames, SleepFrame(sleep=9.0)]
    down = await played(frames, kind, latency, by_stop, by_end)
    assert by_stop.messages == by_end.messages == [FIRST, SECOND]
    assert words_between(down, LLMFullResponseEndFrame) == [FIRST, SECOND]
    starts = [f for f in down if isinstance(f, LLMFullResponseStartFrame)]
    assert len(starts) == 2


@pytest.mark.parametrize("speaker", SPEAKERS)
async def test_a_transcript_that_ends_where_the_bot_stops_has_all_words(speaker: str) -> None:
    kind, latency = SPEAKERS[speaker]
    transcript = Transcript(BotStoppedSpeakingFrame)
    frames = [*reply(FIRST), SleepFrame(sleep=5.0), *reply(SECOND), SleepFrame(sleep=5.0)]
    await played(frames, kind, latency, transcript)
    assert transcript.messages == [FIRST, SECOND]


@pytest.mark.parametrize("speaker", SPEAKERS)
async def test_the_goodbye_is_whole_when_the_call_ends_behind_it(speaker: str) -> None:
    """The test tool sends an `EndFrame` right behind what it was given."""
    kind, latency = SPEAKERS[speaker]
    transcript = Transcript(LLMFullResponseEndFrame)
    down = await played(reply(GOODBYE), kind, latency, transcript)
    assert transcript.messages == [GOODBYE]
    assert words_between(down, LLMFullResponseEndFrame) == [GOODBYE]


@pytest.mark.parametrize("speaker", ["latency 200", "all at once, latency 200"])
async def test_the_goodbye_is_whole_when_the_pipeline_stops_behind_it(speaker: str) -> None:
    """A `StopFrame` ends the call and leaves the processors for another one."""
    kind, latency = SPEAKERS[speaker]
    transcript = Transcript(LLMFullResponseEndFrame, StopFrame)
    await played([*reply(GOODBYE), StopFrame()], kind, latency, transcript)
    assert transcript.messages == [GOODBYE]


@pytest.mark.parametrize("speaker", SPEAKERS)
async def test_a_goodbye_that_pipecat_does_not_end_is_whole_all_the_same(speaker: str) -> None:
    kind, latency = SPEAKERS[speaker]
    transcript = Transcript()
    await played(reply(GOODBYE, ends=False), kind, latency, transcript)
    assert transcript.messages == [GOODBYE]


@pytest.mark.parametrize("end", ENDS)
async def test_what_ends_a_reply_comes_once_and_in_pipecats_order(end: str) -> None:
    down = await played([*reply(FIRST), SleepFrame(sleep=5.0)], LateSpeaker, 200.0)
    order = [type(frame) for frame in down if isinstance(frame, tuple(ENDS.values()))]
    assert order == list(ENDS.values())
    last_word = max(i for i, frame in enumerate(down) if isinstance(frame, TTSTextFrame))
    assert last_word < next(i for i, frame in enumerate(down) if isinstance(frame, ENDS[end]))


@pytest.mark.parametrize("speaker", ["latency 200", "all at once"])
async def test_words_still_go_on_when_they_are_heard(speaker: str) -> None:
    """Not all at the end: a cut in the middle leaves the rest out."""
    kind, latency = SPEAKERS[speaker]
    cut = [*reply(FIRST), SleepFrame(sleep=1.7), InterruptionFrame(), SleepFrame(sleep=1.0)]
    down = await played(cut, kind, latency)
    said = "".join(frame.text for frame in down if isinstance(frame, TTSTextFrame))
    assert FIRST.startswith(said) and 2 <= len(said.split()) <= 8


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
async def test_on_a_line_of_any_rate_it_is_known_what_was_heard(rate: int) -> None:
    """Between the model's 24 kHz and the telephone's 8, a resampler holds sound back."""
    io = TransportParams(audio_out_enabled=True, audio_out_sample_rate=rate)
    llm = StandIn()
    resume = InterruptResume(llm, params=InterruptResumeParams(playout_latency_ms=0.0))
    told: list[str] = []

    async def on_told(processor: InterruptResume, interruption: Interruption) -> None:
        told.append(interruption.heard)

    resume.add_event_handler("on_interruption_told", on_told)
    cut = [*reply(FIRST), SleepFrame(sleep=2.5), InterruptionFrame(), SleepFrame(sleep=1.0)]
    down, _ = await run_test(Pipeline([llm, Speaker(Ear(), io), resume]), frames_to_send=cut)
    said = "".join(frame.text for frame in down if isinstance(frame, TTSTextFrame))
    assert 5 <= len(said.split()) <= 11
    assert told == [said.rstrip()]
