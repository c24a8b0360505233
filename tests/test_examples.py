"""The examples run as they stand, and do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import quick_time

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
STORY = "Once a fox lived in a wood. Her den was dry and warm. In winter the snow lay deep."
QUESTION = "What was she called?"


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What the examples without a server of their own print; they run at the same time."""
    names = ("raw_sdk", "custom_prompt", "playback_reports")
    running = {
        name: subprocess.Popen(
            [sys.executable, quick_time.__file__, str(EXAMPLES / f"{name}.py")],
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
    lines = [line for line in printed["raw_sdk"].splitlines() if line.startswith("---")]
    cut = next(line for line in lines if "cause" in line)
    outcome = next(line for line in lines if "Outcome" in line)
    assert "cause speech" in cut and "a note of" in cut
    assert ": Outcome of interruption 1: resumed" in outcome
    assert not any(word in line for word in ("clockmaker", "Tomas") for line in lines)


def test_a_custom_prompt_is_what_the_model_gets(printed: dict[str, str]) -> None:
    told = printed["custom_prompt"].partition("the model was told: ")[2]
    assert told.startswith('[Context from the app.] The user had asked "Tell me a story."')


def test_reports_count_where_the_speaker_is_late(printed: dict[str, str]) -> None:
    [line] = [line for line in printed["playback_reports"].splitlines() if line.startswith("---")]
    assert "5.2 s heard (reported)" in line or "5.3 s heard (reported)" in line
