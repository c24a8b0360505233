"""A small part of `bench/recovery_soak.py`: random conversations with combined faults go on.

The real SDK over a real socket, in real time. What is asserted comes from the server's record. A
conversation that the machine itself stalled is not judged by its times.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import recovery_soak
from soak_verdict import is_spent, judged_by_time, left_open


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


def connection(*happened: tuple[str, float], index: int = 0) -> Any:
    """What the server saw of one connection."""
    plea = "[App context; never read it out.]\nGo on."
    record = SimpleNamespace(index=index, setup=True, notes=[], speech=[], turns=[], played=[])
    for what, at in happened:
        match what:
            case "asked":
                record.notes.append(SimpleNamespace(at_ms=at, turn_complete=True, text=plea))
            case "said":
                record.speech.append(SimpleNamespace(start_ms=at, end_ms=at + 300.0, text="Who?"))
            case "noise":
                record.speech.append(SimpleNamespace(start_ms=at, end_ms=at + 300.0, text=""))
            case "heard":
                record.turns.append(turn(at, 5_000.0))
                record.played.append((0.0, 3_500.0, at))
            case "heard to its end":
                record.turns.append(turn(at, 3_500.0))
                record.played.append((0.0, 3_500.0, at))
            case "cut short":
                record.turns.append(turn(at, 900.0))
            case "text":
                record.turns.append(turn(at, 0.0))
    return record


def turn(at: float, audio_ms: float) -> Any:
    return SimpleNamespace(
        started_ms=at, stream_start_ms=0.0, audio_ms=audio_ms, generated_ms=at + 100.0
    )


@pytest.mark.parametrize(
    ("before", "now", "spent"),
    [
        ([], [("asked", 2e3), ("asked", 8e3), ("text", 9e3)], True),
        ([], [("asked", 2e3), ("text", 3e3)], False),
        ([], [("asked", 2e3), ("asked", 12e3)], False),
        ([("asked", 1e3)], [("asked", 2e3), ("text", 3e3)], True),
        ([("asked", 1e3), ("cut short", 2e3)], [("asked", 2e3)], False),
        ([("asked", n * 1e3) for n in (1, 2, 3)] + [("cut short", 4e3)], [("asked", 2e3)], True),
        ([("asked", 1e3), ("asked", 2e3), ("heard", 3e3)], [("asked", 2e3)], False),
        ([("asked", 1e3), ("asked", 2e3), ("said", 3e3)], [("asked", 2e3)], False),
        ([("asked", n * 1e3) for n in (1, 2, 3)] + [("noise", 4e3)], [("asked", 2e3)], True),
    ],
)
def test_a_long_silence_is_excused_only_where_no_message_was_left(
    before: list[tuple[str, float]], now: list[tuple[str, float]], spent: bool
) -> None:
    records = [connection(*before), connection(*now, index=1)]
    host: Any = SimpleNamespace(server=SimpleNamespace(records=records))
    assert is_spent(host, records[1], 10e3) is spent


@pytest.mark.parametrize(
    ("before", "waits"),
    [
        ([("heard to its end", 0.0)], False),
        ([("heard to its end", 0.0), ("noise", 3e3)], False),
        ([("heard to its end", 0.0), ("said", 3e3)], True),
        ([("heard", 0.0), ("noise", 3e3)], True),
        ([("said", 1e3)], True),
        ([("noise", 1e3)], False),
    ],
)
def test_who_waits_when_a_connection_ends(before: list[tuple[str, float]], waits: bool) -> None:
    records = [connection(*before), connection(index=1)]
    host: Any = SimpleNamespace(server=SimpleNamespace(records=records))
    assert left_open(host, records[1]) is waits
