"""Words of a question that come while its answer is heard cut nothing; words over the answer do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from call import calling
from pipecat.frames import frames
from pipecat.frames.frames import InterruptionFrame, TranscriptionFrame
from test_own_sound import assert_heard_is_true, question

from gemini_live_interrupt.testing import LiveServer, Reply, speak
from gemini_live_interrupt.testing.server.faults import EarlyTurnComplete, LateTranscript

TEXT = "It is Paris, and it lies on the river Seine, in the north of France, where it often rains."
ANSWER = Reply(TEXT, to="capital", then="stop")
MODELS: dict[str, dict[str, Any]] = {
    "3.8": {},
    "2.5": {"model": "models/gemini-2.5-flash-native-audio-preview-09-2025"},
    "Vertex": {"model": "models/gemini-live-2.5-flash-native-audio", "vertex": True},
}


@pytest.mark.skipif(
    not hasattr(frames, "LLMContextAssistantTurnFrame"),
    reason="before 1.4, Pipecat itself interrupts at every transcript",
)
@pytest.mark.parametrize(
    ("model", "late_ms"), [("3.8", 300.0), ("3.8", 3000.0), ("2.5", 3000.0), ("Vertex", 3500.0)]
)
async def test_late_words_of_the_question_cut_nothing(model: str, late_ms: float) -> None:
    faults = [EarlyTurnComplete(), LateTranscript(after_ms=late_ms)]
    async with (
        LiveServer([ANSWER], voice="en-us", speech=[question()], faults=faults) as server,
        calling(server, **MODELS[model]) as call,
    ):
        await call.user.say(question())
        await call.until(lambda: call.before_llm.of(TranscriptionFrame))
        await call.until(lambda: call.said_in_context())
        await asyncio.sleep(0.5)
        assert call.said_in_context() == [TEXT]
        assert not call.told and not call.notes
        assert not call.after.of(InterruptionFrame)


async def test_words_over_an_answer_that_the_server_is_done_with_cut_it() -> None:
    stop = speak("Stop it, please.", voice="en-us+m3", sample_rate=16_000)
    async with (
        LiveServer(
            [ANSWER, Reply("All right.", to="stop", then="stop")],
            voice="en-us",
            speech=[question(), stop],
            faults=[EarlyTurnComplete()],
        ) as server,
        calling(server, **MODELS["2.5"]) as call,
    ):
        await call.user.say(question())
        await call.until(lambda: call.ear.heard_ms > 1500.0)
        await call.user.say(stop)
        await call.until(lambda: call.told)
        assert_heard_is_true(call)
