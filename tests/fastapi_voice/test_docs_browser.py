"""The programs of docs/browser.md, as they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from voice_app import browsing_in_python, running_app

from gemini_live_interrupt.testing import LiveServer, Reply, SyntheticUser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "browser.md"
STORY = "Once a fox lived in a wood. Her den was dry and warm. In winter the snow lay deep."
QUESTION = "What was she called?"


def block(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return str(code)


async def test_the_server_resumes_where_the_browser_was(tmp_path: Path) -> None:
    (tmp_path / "shown.py").write_text(block("python"))
    shown = ("-m", "uvicorn", "shown:app", "--app-dir", str(tmp_path), "--log-level", "warning")
    lines = [SyntheticUser(None).line(text) for text in ("Tell me a story.", QUESTION)]
    model = [Reply(STORY), Reply("She was called Vixie.", to="called")]
    async with LiveServer(model, speech=lines, recogniser=None) as gemini:
        async with running_app(gemini, command=shown) as app:
            # Its loudspeaker is late: without the reports, the user would have heard more.
            async with (
                browsing_in_python(app, start=False, latency_ms=700.0) as browser,
                SyntheticUser(browser.socket.send) as user,
            ):
                await user.say("Tell me a story.")
                await browser.speaker.wait_played(2_300, within_ms=20_000)
                await user.say(QUESTION)
                await browser.speaker.wait_played(5_500, within_ms=20_000)
            printed = await app.end()
    record = gemini.records[0]
    [note] = record.notes
    assert 'Continuation text: "Her den was dry' in note.text
    assert record.turns[1].text.startswith("She was called Vixie. Her den was dry and warm.")
    assert "Traceback" not in printed, printed


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_page_is_javascript_with_the_players_names(tmp_path: Path) -> None:
    code = block("js")
    (tmp_path / "shown.mjs").write_text(code)
    done = subprocess.run(["node", "--check", str(tmp_path / "shown.mjs")], capture_output=True)
    assert done.returncode == 0, done.stderr
    player = (PAGE.parent.parent / "examples/fastapi_voice/page/player.js").read_text()
    # The same lines stand at the top of the file itself.
    for line in code.splitlines():
        if "player." in line and not line.startswith(("import", "button")):
            assert line.strip() in player, line
