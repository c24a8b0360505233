"""Is the first cause that `explain` names the fault that was put into the call?

Holds calls with faults drawn from the local server's catalogue (`bad_calls.py`), explains the record of the
first session in which one struck, and compares its first cause with the faults that struck.

    python bench/explanations.py --calls 40 --seed 7
    python bench/explanations.py --calls 0 --fine 20     # no fault at all: it should name no cause
    python bench/explanations.py --keep DIR --calls 0     # judge the calls of an earlier run again
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bad_calls import TRUTH, BadCall, hold_all
from loguru import logger

from gemini_live_interrupt.record.explaining.explanation import explain
from gemini_live_interrupt.record.folders import kept
from gemini_live_interrupt.record.reading import read_record
from gemini_live_interrupt.testing.server.faults import FAULTS

CAUSE_OF: dict[str, tuple[str, ...]] = {
    "freeze": ("model fell silent", "model stays silent"),
    "phantom": ("phantom",),
    "phantom_after": ("phantom",),
    "phantom_idle": ("phantom",),
    "phantom_in_vain": ("phantom",),
    "phantom_burst": ("phantom", "repeated interrupted"),
    "phantom_activity": ("phantom",),
    "interrupted_after_generation": ("phantom",),
    "repeated_interrupted": ("repeated interrupted",),
    "late_content": ("late content",),
    "early_turn_complete": ("early turnComplete",),
    "no_turn_complete": ("no turnComplete",),
    "no_input_transcript": ("no transcript of the user",),
    "no_output_transcript": ("no transcript of the model",),
    "duplicate_transcript": ("duplicate transcript",),
    "late_transcript": ("late transcript",),
    "noise_transcript": ("noise transcript",),
    "wrong_language": ("wrong language",),
    "control_tokens": ("control tokens",),
    "unspoken_text": ("unspoken text",),
    "text_only_turn": ("reply without sound",),
    "digital_silence": ("digital silence",),
    "slow": ("slow service",),
    "unknown_message": ("unknown message",),
    "refuse_content": ("message refused", "no notes"),
    "close_after_content": ("closed after a message",),
    "internal_error": ("connection broke",),
    "drop": ("connection broke",),
    "go_away": ("go away",),
    "go_away_after_generation": ("go away",),
    "stall": ("reply stopped in the middle",),
    "reads_note_aloud": ("note read aloud",),
    "unread_notes": ("note not in the prompt", "note not used"),
    "tool_call": ("function call", "slow function call", "call without an answer"),
}
"""What a fault is called in an explanation. Those that are not here spoil nothing: the library and the
app bear them."""
OBEYS = "obeys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One call."""

    faults: tuple[str, ...]
    """Those that struck and spoil something."""
    first: str
    """The first cause; "" for none."""
    truth: dict[str, Any]

    @property
    def is_right(self) -> bool:
        """Whether the first cause is one of the faults, or there is neither."""
        if not self.faults:
            return not self.first
        return any(self.first in CAUSE_OF[name] for name in self.faults)


def judge(folder: Path, truths: Iterable[dict[str, Any]]) -> Iterator[Verdict]:
    """What was made of each call."""
    paths = {one.path.name.rpartition("Z-")[2]: one.path for one in kept(folder)}
    for truth in truths:
        faults = tuple(
            name
            for name in truth["faults"]
            if name in CAUSE_OF and FAULTS[name].name in truth["struck"]
        )
        names = truth["records"]
        session = names[min(truth["first_with_fault"], len(names) - 1)]
        causes = explain(read_record(paths[session])).causes
        yield Verdict(faults=faults, first=causes[0].name if causes else "", truth=truth)


def report(verdicts: list[Verdict]) -> int:
    """Print what came of it; the number of bad calls whose first cause is wrong."""
    bad = [one for one in verdicts if one.faults]
    fine = [one for one in verdicts if not one.faults and one.truth["temperament"] == OBEYS]
    wrong = [one for one in bad if not one.is_right]
    for one in (*wrong, *(one for one in fine if not one.is_right)):
        print(
            f"  {', '.join(one.faults) or 'nothing spoilt'} ({one.truth['family']}, seed "
            f"{one.truth['seed']}, {one.truth['temperament']}): {one.first or 'no cause'}"
        )
    print(
        f"first cause right in {len(bad) - len(wrong)} of {len(bad)} calls with a fault that spoils"
    )
    print(
        f"no cause named in {sum(one.is_right for one in fine)} of {len(fine)} calls in which nothing "
        "spoils anything and the model does as it is told"
    )
    return len(wrong)


def main() -> int:
    """Hold calls, explain them, and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--fine", type=int, default=0, help="so many calls without a fault, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="where to keep the records; else nowhere")
    options = parser.parse_args()
    logger.remove()
    with TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        if options.calls or options.fine:
            seeds = range(options.seed * 100_000, options.seed * 100_000 + options.calls)
            calls = [BadCall.draw(seed) for seed in seeds]
            fine = range(seeds.stop, seeds.stop + options.fine)
            calls += [BadCall.draw(seed, fault="", temperament=OBEYS) for seed in fine]
            truths = asyncio.run(hold_all(calls, folder, parallel=options.parallel))
            (folder / TRUTH).write_text(json.dumps(truths, indent=1))
        truths = json.loads((folder / TRUTH).read_text())
        return 1 if report(list(judge(folder, truths))) else 0


if __name__ == "__main__":
    sys.exit(main())
