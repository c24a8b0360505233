"""The examples run as they stand, and do what they say."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini_live_interrupt import disable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, Reply, SpeakerSim, SyntheticUser

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
STORY = "Once a fox lived in a wood. Her den was dry and warm. In winter the snow lay deep."
QUESTION = "What was she called?"


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What the examples without a server of their own print; they run at the same time."""
    names = ("raw_sdk", "custom_prompt", "playback_reports")
    running = {
        name: subprocess.Popen(
            [sys.executable, str(EXAMPLES / f"{name}.py")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": "", "PYTHONIOENCODING": "utf-8"},
        )
        for name in names
    }
    return {name: process.communicate(timeout=120)[0] for name, process in running.items()}


@pytest.mark.parametrize("name", ["raw_sdk", "custom_prompt", "playback_reports"])
def test_the_story_goes_on_at_the_sentence_that_was_cut(printed: dict[str, str], name: str) -> None:
    output = printed[name]
    assert "Traceback" not in output, output
    assert "Wait, what was his name?" in output
    last = [line for line in output.splitlines() if line.startswith("model:")][-1]
    assert last.startswith("model: His name was Tomas. He wound them and he oiled them"), output


def test_the_log_says_what_was_done_and_nothing_that_was_said(printed: dict[str, str]) -> None:
    [line] = [line for line in printed["raw_sdk"].splitlines() if line.startswith("---")]
    assert "cause speech" in line and "a note of" in line
    assert "clockmaker" not in line and "Tomas" not in line


def test_a_custom_prompt_is_what_the_model_gets(printed: dict[str, str]) -> None:
    told = printed["custom_prompt"].partition("the model was told: ")[2]
    assert told.startswith('[Context from the app.] The user had asked "Tell me a story."')


def test_reports_count_where_the_speaker_is_late(printed: dict[str, str]) -> None:
    [line] = [line for line in printed["playback_reports"].splitlines() if line.startswith("---")]
    assert "5.2 s heard (reported)" in line or "5.3 s heard (reported)" in line


async def test_the_fastapi_app_resumes_and_takes_the_browsers_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uvicorn = pytest.importorskip("uvicorn", reason="FastAPI's server is in the extra `dev`")
    pytest.importorskip("fastapi", reason="FastAPI is in the extra `dev`")
    import websockets

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.syspath_prepend(str(EXAMPLES))
    lines = [SyntheticUser(None).line(text) for text in ("Tell me a story.", QUESTION)]
    model = [Reply(STORY), Reply("She was called Vixie.", to="called")]
    async with LiveServer(model, speech=lines, recogniser=None) as gemini:
        for name, value in gemini.environment().items():
            monkeypatch.setenv(name, value)
        import fastapi_app

        config = uvicorn.Config(fastapi_app.app, port=port, log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            async with asyncio.timeout(10):
                while not server.started:
                    await asyncio.sleep(0.02)
            async with websockets.connect(f"ws://127.0.0.1:{port}/live") as web:
                await _browse(web)
        finally:
            server.should_exit = True
            await serving
            disable_interrupt_resume()
    record = gemini.records[0]
    [note] = record.notes
    assert not note.turn_complete
    # Half a second late: by the clock, the user would have heard more than the browser has played.
    assert 'Continuation text: "Her den was dry' in note.text
    assert record.turns[-1].text.startswith("She was called Vixie. Her den was dry and warm.")
    assert record.turns[0].is_cut


async def _browse(web: Any) -> None:
    """A browser: sends its microphone, plays, reports what it played, and flushes when told."""
    reports: list[asyncio.Task[None]] = []

    def report(ms: float) -> None:
        reports.append(asyncio.create_task(web.send(json.dumps({"played_ms": ms}))))

    async def receive(speaker: SpeakerSim) -> None:
        async for message in web:
            if isinstance(message, bytes):
                speaker.feed(message)
            elif json.loads(message) == {"flush": True}:
                speaker.flush()

    speaker = SpeakerSim(latency_ms=500.0, on_play_ms=report)
    async with SyntheticUser(web.send) as user, speaker:
        receiving = asyncio.create_task(receive(speaker))
        await web.send("not a report")
        await web.send(json.dumps({"played_ms": "many"}))
        await user.say("Tell me a story.")
        await speaker.wait_played(2_300, within_ms=20_000)
        await user.say(QUESTION)
        await speaker.wait_played(4_000, within_ms=20_000)
        receiving.cancel()
