"""Text that somebody changes on the way stays changed, and goes on once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from others_on_the_way import Passing
from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.tests.utils import SleepFrame, run_test
from pipecat.transports.base_transport import TransportParams
from speakers import Ear, FastSpeaker, LateSpeaker, Speaker
from test_ends import reply
from test_processor import StandIn

from gli_pipecat import InterruptResume, InterruptResumeParams
from gli_pipecat.wording import Stage, Wording, changed_upto

SAID = "Your code is swordfish, so keep it. Do not tell anybody at all."


class Changer(Passing):
    """Changes what the model said.

    Args:
        change: What it makes of one frame's text.
    """

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, TTSTextFrame):
            await FrameProcessor.process_frame(self, frame, direction)
            await self.changed(frame)
        else:
            await super().process_frame(frame, direction)

    async def changed(self, frame: TTSTextFrame) -> None:
        frame.text = self._change(frame.text)
        await self.push_frame(frame)


class Anew(Changer):
    """The same with a frame of its own."""

    async def changed(self, frame: TTSTextFrame) -> None:
        fresh = TTSTextFrame(self._change(frame.text), "sentence")
        fresh.includes_inter_frame_spaces = True
        await self.push_frame(fresh)


class Stripped(Changer):
    """The same with a frame that leaves out how it joins to the one before it."""

    async def changed(self, frame: TTSTextFrame) -> None:
        await self.push_frame(TTSTextFrame(self._change(frame.text).strip(), "sentence"))


class WordByWord(Changer):
    """The same with a frame for each word."""

    async def changed(self, frame: TTSTextFrame) -> None:
        for word in self._change(frame.text).split():
            await self.push_frame(TTSTextFrame(word, "word"))


class BySentence(Changer):
    """Keeps text until a sentence is whole."""

    _kept = ""

    async def changed(self, frame: TTSTextFrame) -> None:
        self._kept += frame.text
        if self._kept.rstrip().endswith("."):
            fresh = TTSTextFrame(self._change(self._kept), "sentence")
            fresh.includes_inter_frame_spaces = True
            self._kept = ""
            await self.push_frame(fresh)


class AtTheEnd(Changer):
    """Keeps text until the response ends."""

    _kept = ""

    async def changed(self, frame: TTSTextFrame) -> None:
        self._kept += frame.text

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, LLMFullResponseEndFrame):
            fresh = TTSTextFrame(self._change(self._kept), "sentence")
            fresh.includes_inter_frame_spaces = True
            await self.push_frame(fresh)
        await super().process_frame(frame, direction)


class InItsOwnTask(Changer):
    """Changes text one after the other, by itself, while more of it comes."""

    async def changed(self, frame: TTSTextFrame) -> None:
        if not hasattr(self, "_waiting"):
            self._waiting: asyncio.Queue[str] = asyncio.Queue()
            self._task = self.create_task(self._work())
        self._waiting.put_nowait(frame.text)

    async def _work(self) -> None:
        while True:
            text = await self._waiting.get()
            await asyncio.sleep(0.05)
            fresh = TTSTextFrame(self._change(text), "sentence")
            fresh.includes_inter_frame_spaces = True
            await self.push_frame(fresh)

    async def cleanup(self) -> None:
        await self.cancel_task(self._task)
        await super().cleanup()


class Censor(Changer):
    """Takes out each frame that has the word."""

    async def changed(self, frame: TTSTextFrame) -> None:
        if "swordfish" not in frame.text:
            await self.push_frame(frame)


def blank(text: str) -> str:
    return text.replace("swordfish", "*********")


async def through(
    frames: Sequence[Frame],
    before: Sequence[FrameProcessor] = (),
    behind: Sequence[FrameProcessor] = (),
    speaker: type[Speaker] = LateSpeaker,
) -> str:
    """The text that comes out behind our processor."""
    io = TransportParams(audio_out_enabled=True, audio_out_sample_rate=24_000)
    llm, params = StandIn(), InterruptResumeParams(rtvi=False, playout_latency_ms=200.0)
    stages = [llm, *before, speaker(Ear(), io), *behind, InterruptResume(llm, params=params)]
    down, _ = await run_test(Pipeline(stages), frames_to_send=list(frames))
    return "".join(frame.text for frame in down if isinstance(frame, TTSTextFrame))


CHANGERS: dict[str, Callable[[Callable[[str], str]], Changer]] = {
    "in place": Changer,
    "in a new frame": Anew,
    "in a new frame without its space": Stripped,
    "in a frame for each word": WordByWord,
    "in a frame for each sentence": BySentence,
    "all at the end": AtTheEnd,
}


@pytest.mark.parametrize("place", ["before the output", "behind the output"])
@pytest.mark.parametrize("changer", CHANGERS)
async def test_a_word_that_was_blanked_stays_so(changer: str, place: str) -> None:
    one = [CHANGERS[changer](blank)]
    before, behind = (one, []) if place == "before the output" else ([], one)
    said = await through([*reply(SAID), SleepFrame(sleep=6.0)], before, behind)
    assert " ".join(said.split()) == blank(SAID)


@pytest.mark.parametrize("speaker", [LateSpeaker, FastSpeaker])
async def test_text_that_was_changed_in_a_task_stays_in_order(speaker: type[Speaker]) -> None:
    frames = [*reply(SAID), SleepFrame(sleep=6.0)]
    said = await through(frames, [InItsOwnTask(blank)], speaker=speaker)
    assert " ".join(said.split()) == blank(SAID)


@pytest.mark.parametrize("speaker", [Speaker, FastSpeaker])
async def test_text_that_was_taken_out_stays_out(speaker: type[Speaker]) -> None:
    said = await through(reply(SAID), [Censor(blank)], speaker=speaker)
    assert "swordfish" not in said and said.startswith("Your code") and said.endswith("at all.")


@pytest.mark.parametrize("text_first", [False, True])
async def test_a_cut_ends_changed_text_where_it_was_heard(text_first: bool) -> None:
    frames = [*reply(SAID, text_first=text_first), SleepFrame(sleep=1.9), InterruptionFrame()]
    plain = await through([*frames, SleepFrame(sleep=0.8)])
    changed = await through([*frames, SleepFrame(sleep=0.8)], [Anew(str.upper)])
    assert SAID.startswith(plain) and SAID.upper().startswith(changed)
    assert abs(len(plain.split()) - len(changed.split())) <= 1
    assert 2 <= len(changed.split()) < len(SAID.split())


async def test_text_of_others_goes_on_as_it_is() -> None:
    class Adds(Passing):
        async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
            await super().process_frame(frame, direction)
            if isinstance(frame, LLMFullResponseEndFrame):
                await self.push_frame(TTSTextFrame("(A card is shown.)", "sentence"))

    said = await through(reply(SAID), [Adds()])
    assert said == f"{SAID}(A card is shown.)"


# --- the mapping by itself


def test_words_around_a_change_go_on_one_by_one_and_the_change_when_all_of_it_was_heard() -> None:
    said, now = "one two three four five", "one 2 and 3 four five"
    ends = [3, 7, 13, 18, 23]
    heard = [changed_upto(said, now, end) for end in ends]
    assert heard == ["one", "one", "one 2 and 3", "one 2 and 3 four", now]


def test_nothing_is_told_twice_or_out_of_order() -> None:
    text = "one two three four"
    wording = Wording(lambda: text)
    for start, end in ((0, 7), (7, 13), (13, 18)):
        wording.made(start, end)
    assert wording.news(18) == ""  # Nothing has arrived.
    wording.reaches((7, 13), Stage.QUEUED)
    wording.reaches((0, 7), Stage.ARRIVED)
    assert wording.news(18) == "one two"
    wording.reaches((13, 18), Stage.ARRIVED)  # So what was queued before it was kept by somebody.
    assert wording.news(18) == " four"
    assert wording.news(18) == "" and wording.is_told


def test_at_a_cut_what_is_still_queued_counts_as_far_as_it_was_heard() -> None:
    text = "one two three four"
    wording = Wording(lambda: text)
    wording.made(0, 13)
    wording.made(13, 18)
    wording.reaches((0, 13), Stage.QUEUED)
    assert wording.news(7) == ""
    assert wording.news(7, at_least=Stage.QUEUED) == "one two"


def test_what_has_arrived_by_one_branch_stays_so_when_it_comes_out_of_another() -> None:
    text = "one two three"
    wording = Wording(lambda: text)
    wording.made(0, len(text))
    for stage in (Stage.QUEUED, Stage.ARRIVED, Stage.MADE):
        wording.reaches((0, len(text)), stage)
    assert wording.news(len(text)) == text
