"""The frameworks' example files, run as a newcomer runs them: without a key, each in its own process.
They bring their own server, so nobody need wait while the story is spoken."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
import quick_time

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")
FILES = [
    ("adk_app.py", "google.adk"),
    ("genai_processors_app.py", "genai_processors"),
    ("livekit_agent.py", "livekit.plugins.google"),
    ("pydantic_ai_app.py", "pydantic_ai.realtime.google"),
]


async def printed_by(file: str, *arguments: str) -> list[str]:
    """The lines that an example prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, quick_time.__file__, str(EXAMPLES / file), *arguments),
        env={name: value for name, value in os.environ.items() if name not in KEYS},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(100):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, errors.decode()
    return output.decode().splitlines()


@pytest.mark.parametrize(("file", "needs"), FILES)
async def test_an_example_shows_the_interruption_and_the_resumed_story(
    file: str, needs: str
) -> None:
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    lines = await printed_by(file)
    assert "user:  Tell me a story." in lines and "user:  Wait, where was that?" in lines
    assert sum("the model is told:" in line for line in lines) == 1
    (resumed,) = [line for line in lines if line.startswith("model: On Skerry Rock")]
    assert "Every evening she climbed two hundred steps" in resumed
    assert resumed.endswith("every candle in the house.")


@pytest.mark.parametrize(("file", "needs"), FILES)
async def test_two_users_of_an_example_are_each_resumed_where_they_were(
    file: str, needs: str
) -> None:
    """The second listens 3.5 s longer, to the story's third sentence and beyond."""
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    lines = await printed_by(file, "2")
    (first,) = [line for line in lines if line.startswith("1 model: On Skerry Rock")]
    (second,) = [line for line in lines if line.startswith("2 model: On Skerry Rock")]
    assert any(line.startswith("1 --- interrupted after 6.") for line in lines)
    assert any(line.startswith("2 --- interrupted after 9.") for line in lines)
    assert "north. Every evening she climbed two hundred steps" in first
    assert "steps" not in second and second.endswith("every candle in the house.")
