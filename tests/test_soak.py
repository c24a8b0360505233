"""A small part of `bench/recovery_soak.py`: random conversations with combined faults go on.

The real SDK over a real socket, in real time. What is asserted comes from the server's record. A
conversation that the machine itself stalled is not judged by its times.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import recovery_soak
from soak_verdict import judged_by_time


async def test_random_conversations_go_on_whatever_happens() -> None:
    outcomes = await recovery_soak.soak(list(range(7_000_000, 7_000_008)), parallel=8, attempts=1)
    broken = {
        outcome.seed: [*outcome.problems, *outcome.timing * judged_by_time(outcome)]
        for outcome in outcomes
    }
    assert {seed: problems for seed, problems in broken.items() if problems} == {}
    assert len(outcomes) == 8
    assert sum(outcome.notes for outcome in outcomes) >= 4
    assert len({fault for outcome in outcomes for fault in outcome.faults}) >= 5
