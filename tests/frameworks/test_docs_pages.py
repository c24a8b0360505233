"""The frameworks' pages: each whole program goes on after a barge-in, with two users at once where it has them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docs_stage import ROOT, blocks, run_program, stage_server, was_cut_and_told

PAGES = [
    ("adk.md", "google.adk"),
    ("genai_processors.md", "genai_processors"),
    ("pydantic_ai.md", "pydantic_ai.realtime.google"),
]


@pytest.mark.parametrize(("page", "needs"), PAGES)
async def test_a_program_goes_on_after_a_barge_in(page: str, needs: str, tmp_path: Path) -> None:
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    (program,) = [block for block in blocks(ROOT / "docs" / page) if block.is_program]
    printed = await run_program(program, tmp_path, users=2)
    assert "Traceback" not in printed
    assert "alice heard" in printed and "bob heard" in printed


async def test_an_agent_of_livekit_goes_on_after_a_barge_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """LiveKit calls the entrypoint of a room; here a context without a room does, twice at once."""
    needs = "livekit.plugins.google"
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    from livekit.agents import NOT_GIVEN

    (program,) = blocks(ROOT / "docs" / "livekit.md")
    names: dict[str, Any] = {"__name__": "agent"}
    exec(compile(program.code, program.id, "exec"), names)
    async with stage_server(asks=True) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        contexts = [SimpleNamespace(job=SimpleNamespace(id=i), room=NOT_GIVEN) for i in "12"]
        await asyncio.gather(*(names["entrypoint"](context) for context in contexts))
        async with asyncio.timeout(20.0):
            while sum(was_cut_and_told(session.record) for session in server.sessions) < 2:
                await asyncio.sleep(0.05)
    printed = capsys.readouterr().out
    assert "1 heard" in printed and "2 heard" in printed
