"""The fuzzers of `bench/fuzz.py`, in short: nothing is found, and a fault that was put there is."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from gemini_live_interrupt import disable_interrupt_resume
from gemini_live_interrupt.genai import following, handover

BENCH = str(Path(__file__).parents[1] / "bench")
COUNT = {"core": 6_000, "messages": 1_000, "sessions": 100}


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCH)
    return importlib.import_module("fuzz")


@pytest.mark.parametrize("part", COUNT)
def test_nothing_is_found(fuzz: ModuleType, part: str) -> None:
    assert fuzz.PARTS[part](COUNT[part], seed=2) == []


@pytest.mark.parametrize("part", COUNT)
def test_a_fault_is_found(fuzz: ModuleType, part: str) -> None:
    try:
        with fuzz.fault(part):
            assert fuzz.PARTS[part](COUNT[part], seed=2)
    finally:
        disable_interrupt_resume()
        following._followed.clear()
        following.inboxes.clear()
        handover._holders.clear()
