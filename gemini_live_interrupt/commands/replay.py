"""`gemini-live-interrupt replay`: a recorded call through the core again.

Knows the command line, and how two runs are shown. What is done is in `record/replaying.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gemini_live_interrupt import __version__
from gemini_live_interrupt.commands.record_file import add_file, record_from, what_is_wrong
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.record.comparing import differences, outline
from gemini_live_interrupt.record.folders import lines_file
from gemini_live_interrupt.record.lines import NotARecord, Record, read_lines
from gemini_live_interrupt.record.replaying import Answer, as_it_was, as_it_would_be, recorded

DESCRIPTION = """\
Runs a recorded call through the library again: what would have been heard and told, with other settings or by
another version. With the settings and the version of the record it does the same, byte for byte. What the
service and the user did stays as it was: nobody knows what a model would have said to another note."""

EXAMPLES = """\
examples:
  gemini-live-interrupt replay calls/2026-11-26T09-33-12Z-5f2c81/
  gemini-live-interrupt replay calls/2026-11-26T09-33-12Z-5f2c81/ --set delivery=answering --against
  gemini-live-interrupt replay calls/2026-11-26T09-33-12Z-5f2c81/ --set output_latency_ms=800 --against
  gemini-live-interrupt replay calls/2026-11-26T09-33-12Z-5f2c81/ --json > this-version.jsonl
  gemini-live-interrupt replay calls/2026-11-26T09-33-12Z-5f2c81/ --against this-version.jsonl   # by another"""

_RECORDED = Path("-")
"""Stands for the record itself."""
_CALLED = {"output_latency_ms": "latency_ms", "playout_latency_ms": "latency_ms"}
"""Settings that the core has by another name."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommand's arguments."""
    add_file(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another setting, such as delivery=answering or reply_timeout=4; again for more",
    )
    parser.add_argument("--model", help="as if it had been this model")
    parser.add_argument(
        "--against",
        nargs="?",
        type=Path,
        const=_RECORDED,
        metavar="OTHER",
        help="show what differs from the record, from another session's, or from what --json once gave; exit "
        "code 1 if anything does",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the commands as the record has them"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand.

    Returns:
        0 done; 1 if `--against` found a difference; 2 if something cannot be read.
    """
    record = record_from(arguments.file, "replay")
    if record is None:
        return 2
    try:
        settings = dict(_setting(text) for text in arguments.set)
        is_same = not settings and arguments.model is None and _is_of_this_version(record)
        again = (
            as_it_was(record)
            if is_same
            else as_it_would_be(record, model=arguments.model, options=settings)
        )
        other = _other(arguments.against, record) if arguments.against is not None else None
    except (NotARecord, ValueError, TypeError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(what_is_wrong(error))
    if not record.header.words and not arguments.json:
        print("Words were not recorded: nonsense of the same length stands for them.")
    if other is not None:
        return _compare(other, again, words=record.header.words)
    if not again and not arguments.json:
        print("No commands: nothing was cut in this call, and nothing sent.")
    for answer in again:
        text = str(answer) if arguments.json else f"{answer.t:8.2f} s  {outline(answer.command)}"
        print(shown(text))
    return 0


def _compare(before: Sequence[Answer], after: Sequence[Answer], *, words: bool) -> int:
    if list(map(str, before)) == list(map(str, after)):
        print(f"The same {len(after)} commands, byte for byte.")
        return 0
    found = differences(before, after, words=words)
    for one in found:
        if one.before:
            print(shown(f"- {one.t:8.2f} s  {one.before}"))
        if one.after:
            print(shown(f"+ {one.t:8.2f} s  {one.after}"))
    if not found:
        less = "times differ, by less than 50 ms" if words else "their words cannot be compared"
        print(f"The same {len(after)} commands at the same times; {less}.")
    return 1 if found else 0


def _other(path: Path, record: Record) -> list[Answer]:
    """What is compared with: the record's own commands, or those of an earlier `--json`."""
    if path == _RECORDED:
        return recorded(record)
    named = lines_file(path) if path.is_dir() else path
    with named.open(encoding="utf-8", errors="replace") as file:
        lines = [line for line in read_lines(file) if line.kind == "command"]
    if not lines:
        raise NotARecord(f"{path} holds no commands: it is made by `replay FILE --json`")
    return [Answer(t=line.t, command=line.record) for line in lines]


def _setting(text: str) -> tuple[str, Any]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise ValueError(f"--set takes NAME=VALUE, not {text!r}")
    try:
        read = json.loads(value)
    except ValueError:
        read = {"None": None, "True": True, "False": False}.get(value, value)
    return _CALLED.get(name, name), read


def _is_of_this_version(record: Record) -> bool:
    return record.header.versions.get("gemini-live-interrupt", __version__) in ("", __version__)


def _fail(why: str) -> int:
    print(f"gemini-live-interrupt replay: {shown(why)}", file=sys.stderr)
    return 2
