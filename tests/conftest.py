"""What all tests share: where the recordings of the real service are, the step words, and a record of
every conversation that a test holds, which is kept if it fails."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("busy machine", deadline=None)
hypothesis.settings.load_profile("busy machine")

HERE = Path(__file__).resolve().parent
RECORDINGS = HERE.parent.parent / "shared" / "recordings"

# The step modules (`conversation_steps`, `live_socket`) stand beside the tests.
sys.path.insert(0, str(HERE))
pytest.register_assert_rewrite("conversation_steps")

from quick_time import QuickLoop  # noqa: E402 - it stands beside the tests

# --- time

_QUICK = ("frameworks", "pipecat", "genai", "record", "phone", "testing", "test_soak.py",
          "test_docs_programs.py")  # fmt: skip
"""Tests whose parts all run in one process and on one loop, below this folder."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "real_time: other processes or threads take part, which know real time"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Nobody waits, except where others than this process take part."""
    where = item.path.relative_to(HERE).parts[0]
    if where in _QUICK and not item.get_closest_marker("real_time"):
        return {"quick": QuickLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder with recordings of the real service."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"the recordings of the real service are not at {RECORDINGS}")
    return RECORDINGS


def pytest_collection_finish() -> None:
    """Switch off what the examples switch on where a test file imports them."""
    _begin_anew()


def _begin_anew() -> bool:
    """As in a new process, for the next test; return whether this one had left the library on."""
    from gemini_live_interrupt.genai import enabling, remembered

    left_on = enabling.is_enabled()
    enabling.disable()
    remembered.forget_all()
    return left_on


# --- the records of failed tests

FAILED_RECORDS = HERE.parent / "failed-records"
"""Where they are kept: `gemini-live-interrupt explain failed-records/TEST/SESSION`."""
_REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let the fixture below know how its test went."""
    report = yield
    item.stash.setdefault(_REPORTS, {})[report.when] = report  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def recorded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Every session that a test follows is recorded, words and all, also in its child processes."""
    from gemini_live_interrupt.record.recording import VARIABLE

    name = re.sub(r"[^\w.-]+", "-", request.node.nodeid.removeprefix("tests/"))[-120:]
    folder = tmp_path_factory.getbasetemp() / "records" / name
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setenv(f"{VARIABLE}_WORDS", "1")
    yield
    was_left_on = _begin_anew()
    _keep_if_failed(request, folder)
    if was_left_on:
        pytest.fail("this test left the library enabled, and what runs after it would be followed")


def _keep_if_failed(request: pytest.FixtureRequest, folder: Path) -> None:
    from gemini_live_interrupt.record.writing import writer

    if not folder.exists() and not writer.is_busy:
        return
    writer.flush()
    report = request.node.stash.get(_REPORTS, {}).get("call")
    if report is not None and report.failed and folder.exists():
        kept = FAILED_RECORDS / folder.name
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        report.sections.append(("Records of its sessions", str(kept)))
    shutil.rmtree(folder, ignore_errors=True)
