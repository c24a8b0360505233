"""Conversations of a pipeline are recorded, too, and replay to the byte."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pipecat.frames.frames import Frame, InterruptionFrame, UserStartedSpeakingFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.tests.utils import SleepFrame, run_test
from test_processor import TEXT, StandIn, reply

from gemini_live_interrupt.record.folders import kept
from gemini_live_interrupt.record.lines import Record
from gemini_live_interrupt.record.reading import read_record
from gemini_live_interrupt.record.replaying import as_it_was
from gemini_live_interrupt.record.writing import writer
from gli_pipecat import InterruptResume, InterruptResumeParams


async def _recorded(folder: Path, frames: list[Frame], **params: Any) -> Record:
    llm = StandIn()
    chosen = InterruptResumeParams(
        rtvi=False, playout_latency_ms=0.0, record_to=folder, record_words=True, **params
    )
    await run_test(Pipeline([llm, InterruptResume(llm, params=chosen)]), frames_to_send=frames)
    assert await asyncio.to_thread(writer.flush)
    [session] = kept(folder)
    return read_record(session.path)


CUT = [*reply(), SleepFrame(0.5), UserStartedSpeakingFrame(), InterruptionFrame(), SleepFrame(1.2)]


async def test_a_cut_is_in_the_record_of_its_pipeline(tmp_path: Path) -> None:
    record = await _recorded(tmp_path, CUT, model="gemini-3.8-live")
    assert record.header.shell == "pipecat" and record.header.model == "gemini-3.8-live"
    values = [line.value for line in record.lines]
    assert {"ModelText", "ModelAudio", "Played", "Flushed", "BuildNote"} <= set(values)
    assert values[-1] == "closed"
    build = next(line.record for line in record.lines if line.value == "BuildNote")
    assert build.interruption.heard + build.interruption.unheard == TEXT
    file = next(tmp_path.glob("*/session.jsonl"))
    written = [line for line in file.read_text().splitlines() if '"command":' in line[:40]]
    assert [str(answer) for answer in as_it_was(record)] == written


async def test_a_builder_that_fails_is_noticed(tmp_path: Path) -> None:
    def build(*_: Any) -> str:
        raise KeyError("the builder's own mistake")

    record = await _recorded(tmp_path, CUT, prompt_builder=build)
    [line] = [line for line in record.lines if line.kind == "noticed"]
    assert line.value == "builder failed" and "own mistake" in line.body["error"]
