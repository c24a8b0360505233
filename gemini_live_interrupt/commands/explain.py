"""`gemini-live-interrupt explain`: a recorded call in plain sentences, and what went wrong in it.

Knows the command line, and how an explanation is shown. What it says is in `record/explaining`.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator

from gemini_live_interrupt.commands.record_file import add_file, record_from, width
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.record.explaining.explanation import Explanation, explain
from gemini_live_interrupt.record.explaining.finding import Finding

DESCRIPTION = """\
Tells a recorded call in plain sentences: likely causes of what went wrong, with the lines of the record that
show each and what to change, and each interruption: who cut, what was heard and how that is known, what the
model was told and when, what its reply did. Calls are recorded with record_to="calls/"."""

EXAMPLES = """\
examples:
  gemini-live-interrupt explain                 the demo's last call
  gemini-live-interrupt explain calls/2026-11-26T09-33-12Z-5f2c81/
  gemini-live-interrupt explain calls/2026-11-26T09-33-12Z-5f2c81/session.jsonl --causes
  gemini-live-interrupt explain calls/2026-11-26T09-33-12Z-5f2c81/ --json | jq '.causes[0].name'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommand's arguments."""
    add_file(parser)
    parser.add_argument("--causes", action="store_true", help="only what went wrong")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand.

    Returns:
        0 if the record was explained; 2 if it cannot be read.
    """
    record = record_from(arguments.file, "explain")
    if record is None:
        return 2
    explanation = explain(record)
    if arguments.json:
        print(json.dumps(explanation.to_dict(), indent=1))
        return 0
    for line in told(explanation, only_causes=arguments.causes, columns=width()):
        print(shown(line))
    sys.stdout.flush()
    return 0


def told(explanation: Explanation, *, only_causes: bool, columns: int) -> Iterator[str]:
    """An explanation as lines of text."""
    if not only_causes:
        yield from _wrapped(explanation.opening, columns)
        yield ""
    if explanation.causes:
        yield "What probably went wrong, the likeliest first"
        for number, finding in enumerate(explanation.causes, start=1):
            yield from _finding(finding, f"{number}. ", columns)
    else:
        yield "Nothing went wrong that this record shows."
    if only_causes:
        return
    if explanation.interruptions:
        yield ""
        yield "Interruptions (numbers in brackets are lines of the record)"
    for number, sentences in enumerate(explanation.interruptions, start=1):
        for index, sentence in enumerate(sentences):
            lead = f"{number}. " if index == 0 else "   "
            yield from _wrapped(sentence, columns, lead=lead)
    if explanation.ending:
        yield ""
        yield from _wrapped(explanation.ending, columns)
    if explanation.remarks:
        yield ""
        yield "Worth knowing"
        for finding in explanation.remarks:
            yield from _finding(finding, "- ", columns)


def _finding(finding: Finding, lead: str, columns: int) -> Iterator[str]:
    lines = ", ".join(map(str, finding.lines))
    where = f" [line{'s' if len(finding.lines) > 1 else ''} {lines}]" if lines else ""
    yield from _wrapped(f"{finding.name}: {finding.says}{where}", columns, lead=lead)
    yield from _wrapped(f"What to do: {finding.do}", columns, lead=" " * len(lead))


def _wrapped(text: str, columns: int, *, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        columns,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
