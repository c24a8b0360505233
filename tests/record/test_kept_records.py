"""A test of ours that fails leaves the record of its conversation behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gemini_live_interrupt.record.reading import read_record

TESTS = Path(__file__).resolve().parent.parent
PROGRAM = """
import pytest
from live_socket import barge_in, live_socket
from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume

@pytest.mark.parametrize("fails", [True, False])
async def test_a_conversation(fails):
    enable_interrupt_resume()
    try:
        async with live_socket() as here, here.connect() as session:
            await barge_in(here, session, "Rumpelstiltskin danced. He sang.")
            await here.until_notes(1)
    finally:
        disable_interrupt_resume()
    assert not fails
"""


def test_the_record_of_a_failed_test_is_kept_with_its_words(tmp_path: Path) -> None:
    for name in ("conftest.py", "quick_time.py", "live_socket.py", "conversation_steps.py"):
        (tmp_path / "tests").mkdir(exist_ok=True)
        (tmp_path / "tests" / name).write_text((TESTS / name).read_text())
    (tmp_path / "tests" / "test_it.py").write_text(PROGRAM)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\naddopts = --import-mode=importlib\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    [record] = (tmp_path / "failed-records").glob("*/*/session.jsonl")
    assert record.parent.parent.name == "test_it.py-test_a_conversation-True-"
    assert str(record.parent.parent) in done.stdout
    lines = read_record(record).lines
    said = [line.record.text for line in lines if line.value == "ModelText"]
    assert said == ["Rumpelstiltskin danced. He sang."]
