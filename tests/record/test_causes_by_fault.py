"""Faults of the local server, in whole calls over a socket: the first cause names the fault.

The real SDK, a user who speaks, a speaker in real time. Recorded without words, as by default.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench"))

from bad_calls import BadCall, hold_all
from explanations import judge
from soak_talk import QUESTION

WORDS_AND_SIGNALS = (
    "phantom",
    "phantom_activity",
    "interrupted_after_generation",
    "repeated_interrupted",
    "no_input_transcript",
    "no_output_transcript",
    "noise_transcript",
    "wrong_language",
    "late_transcript",
    "duplicate_transcript",
)
LINE_AND_MODEL = (
    "freeze",
    "text_only_turn",
    "digital_silence",
    "unknown_message",
    "close_after_content",
    "drop",
    "go_away",
    "reads_note_aloud",
    "unread_notes",
    "refuse_content",
)


@pytest.mark.parametrize("faults", [WORDS_AND_SIGNALS, LINE_AND_MODEL])
async def test_the_first_cause_is_the_fault_that_struck(
    faults: tuple[str, ...], tmp_path: Path
) -> None:
    calls = []
    for seed, name in enumerate(faults):
        call = BadCall.draw(seed, fault=name)
        plan = replace(
            call.plan,
            family="3.8",
            barge_ins=((2.0, QUESTION),),
            reports_playback=True,
            spoken_request=False,
        )
        calls.append(replace(call, plan=plan, words=False))
    verdicts = list(judge(tmp_path, await hold_all(calls, tmp_path, parallel=len(calls))))
    assert sorted(name for one in verdicts for name in one.faults) == sorted(faults)
    assert {one.faults: one.first for one in verdicts if not one.is_right} == {}
