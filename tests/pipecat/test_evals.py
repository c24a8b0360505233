"""The voice bot under Pipecat's own evaluation harness: a recorded caller barges in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("pipecat.evals.session", reason="this Pipecat has no evals (1.4 has)")
pytest.importorskip("pipecat.evals.fastapi_transport", reason="evals over /ws need Pipecat 1.13")
pytest.importorskip("aiortc", reason="the runner's pages need the extra pipecat-ai[webrtc]")

from bot_process import running_bot
from browser import write_wav
from pipecat.evals.scenario import EvalScenarioFile
from pipecat.evals.session import EvalSession

from gemini_live_interrupt.testing import speak

pytestmark = pytest.mark.real_time
HERE = Path(__file__).resolve().parent


async def test_the_bot_answers_and_goes_on_with_the_sentence_that_was_cut(tmp_path: Path) -> None:
    line = speak("What is her name?", voice="en-us+m3", sample_rate=16_000)
    recording = write_wav(tmp_path / "line.wav", line.pcm, 16_000)
    shutil.copy(HERE / "barge_in.yaml", tmp_path)
    [scenario] = EvalScenarioFile.load(tmp_path / "barge_in.yaml").scenarios
    async with running_bot(f"{recording}=What is her name?") as port:
        session = EvalSession.from_scenario(scenario, f"ws://localhost:{port}/ws")
        result = await session.run()
    assert result.passed, [str(failure) for failure in result.failures]
