"""Pipecat has an environment of its own (no release of it takes google-genai 3.x): without it, this
folder is skipped."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

_SPEC = importlib.util.find_spec("pipecat")
HAS_PIPECAT = _SPEC is not None and _SPEC.origin is not None
"""This very folder passes for a package of that name without an origin, as `tests` is on the path."""
collect_ignore_glob = [] if HAS_PIPECAT else ["test_*.py"]


def _without_downloads() -> None:
    """Early releases split sentences with data that nltk would download: do without."""
    import re

    import pipecat.utils.string as strings

    if hasattr(strings, "sent_tokenize"):
        try:
            strings.sent_tokenize("One. Two.")
        except LookupError:
            strings.sent_tokenize = lambda text: re.findall(r"\S[^.!?]*[.!?]*", text) or [text]


if HAS_PIPECAT:
    _without_downloads()


class _Missing(pytest.Item):
    def runtest(self) -> None:
        pytest.skip('Pipecat is not installed: pip install "gemini-live-interrupt[pipecat]"')


class _Folder(pytest.File):
    def collect(self) -> list[pytest.Item]:
        return [_Missing.from_parent(self, name="pipecat")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """One skipped test that says why, in place of the folder."""
    if not HAS_PIPECAT and file_path == HERE / "conftest.py":
        return _Folder.from_parent(parent, path=file_path)
    return None
