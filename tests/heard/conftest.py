"""Lets the tests of heard words import what they share, ``spoken_turns``, which stands here; with numpy and without."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gemini_live_interrupt.heard import arrays

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(params=[False, True], ids=["one by one", "in arrays"])
def with_arrays_and_without(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once without numpy, and once with it."""
    pytest.importorskip("numpy", reason="one of the two ways needs numpy")
    arrays.load_arrays()
    if not request.param:
        monkeypatch.setattr(arrays, "_numpy", None)
