"""How well outcomes are read, on the hand-written replies of `bench/outcomes.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parents[1] / "bench" / "outcomes.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("outcomes_bench", BENCH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["tuned on", "held out", "fresh"])
def test_outcomes_are_read_right(bench: ModuleType, part: str) -> None:
    read = [(case.kind, case.read().kind) for case in bench.cases() if case.part == part]
    assert len(read) > 60
    unclear = sum(found == "unclear" for _, found in read)
    right = sum(found == kind for kind, found in read)
    assert unclear <= 0.05 * len(read)
    assert right >= 0.97 * (len(read) - unclear)
    assert ("skipped", "resumed") not in read


def test_there_are_enough_replies_of_enough_languages(bench: ModuleType) -> None:
    every = list(bench.cases())
    assert len(every) >= 150
    assert len({case.language for case in every}) >= 8
    assert sum(case.part == "held out" for case in every) >= len(every) / 4
