"""The fixture, in a test run of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.refused import refusals
from gemini_live_interrupt.genai.remembered import remember, shown_before
from gemini_live_interrupt.testing import Expect, Send

async def test_connects(live_server):
    server = await live_server("Hello.")
    async with server.client().aio.live.connect(model="gemini-3.8-live", config={}):
        assert len(server.sessions) == 1

async def test_has_a_client(live_client):
    client, server = await live_client("Hello.")
    async with client.aio.live.connect(model="gemini-3.8-live", config={}):
        assert len(server.sessions) == 1

@pytest.mark.parametrize("call", [1, 2])
async def test_knows_nothing_of_the_test_before(live_client, call):
    client, server = await live_client("Hello.")
    profile = profile_for("gemini-3.8-live")
    assert not shown_before("gemini-3.8-live", profile) and not refusals.of(profile)
    refusals.add(profile, "silent")
    remember("gemini-3.8-live", profile, "silent", False)

async def test_a_script_that_is_not_followed(live_server):
    server = await live_server(steps=[Expect("setup"), Send({"setupComplete": {}}), Expect("text")])
    async with server.client().aio.live.connect(model="gemini-3.8-live", config={}):
        pass
"""


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_servers_start_and_scripts_are_checked(mode: str, tmp_path: Path) -> None:
    plugin = "gemini_live_interrupt.testing.pytest_plugin"
    (tmp_path / "conftest.py").write_text(f'pytest_plugins = ["{plugin}"]\n')
    (tmp_path / "test_app.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nasyncio_mode = {mode}\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert "5 passed, 1 error" in run.stdout, run.stdout + run.stderr
    assert "the client left before" in run.stdout
