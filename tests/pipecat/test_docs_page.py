"""The blocks of Pipecat's page: the pipeline that it shows, and the handler that rewrites a note, in a call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from call import Parts, calling
from docs_stage import ROOT, blocks
from pipecat.processors.frame_processor import FrameProcessor

from gemini_live_interrupt.testing import LiveServer, speak
from gli_pipecat import InterruptionContextFrame, InterruptResume

STORY = "Once upon a time there was a fox. One day he found a boat. He let it drift to the sea."


async def test_the_pages_pipeline_tells_the_model_with_the_pages_handler() -> None:
    pipeline, handler = blocks(ROOT / "docs" / "pipecat.md")

    def arrange(parts: Parts) -> list[FrameProcessor]:
        names: dict[str, Any] = {
            "Pipeline": list,
            "transport": SimpleNamespace(
                input=lambda: parts.microphone, output=lambda: parts.output
            ),
            "user_aggregator": parts.user[0],
            "assistant_aggregator": parts.assistant[0],
            "llm": parts.llm,
        }
        exec(compile(pipeline.code, pipeline.id, "exec"), names)
        stages: list[FrameProcessor] = names["pipeline"]
        [resume] = [stage for stage in stages if isinstance(stage, InterruptResume)]
        exec(
            compile(handler.code, handler.id, "exec"),
            {"resume": resume, "InterruptionContextFrame": InterruptionContextFrame},
        )
        return stages

    async with (
        LiveServer([STORY], voice="en-us", speech=[speak("Yes?", sample_rate=16_000)]) as server,
        calling(server, first="Tell me a story.", with_resume=False, arrange=arrange) as call,
    ):
        await call.ear.wait_heard(1500.0)
        await call.user.say("Yes?")
        await call.until(lambda: call.notes and len(call.record.turns) > 1)
        [note] = call.notes
        assert "Once upon" in note.text and note.text.endswith("\nBe brief.")
