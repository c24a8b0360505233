"""A small part of `bench/recovery_soak.py`: random conversations with combined faults go on.

The real SDK over a real socket, in real time. What is asserted comes from the server's record. A
conversation that the machine itself stalled is not judged by its times.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench" / "recovery_soak.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recovery_soak", BENCH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["recovery_soak"] = module
    spec.loader.exec_module(module)
    return module


async def test_random_conversations_go_on_whatever_happens(bench: ModuleType) -> None:
    outcomes = await bench.soak(list(range(7_000_000, 7_000_008)), parallel=8, attempts=1)
    broken = {
        outcome.seed: [*outcome.problems, *outcome.timing * bench.judged_by_time(outcome)]
        for outcome in outcomes
    }
    assert {seed: problems for seed, problems in broken.items() if problems} == {}
    assert len(outcomes) == 8
    assert sum(outcome.notes for outcome in outcomes) >= 4
    assert len({fault for outcome in outcomes for fault in outcome.faults}) >= 5
