"""`gemini-live-interrupt export`: a record in, files of another format out.

Knows files. What the formats look like is in `record/exports.py`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gemini_live_interrupt.commands.record_file import add_file, chosen, what_is_wrong
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.record.exports import FORMATS
from gemini_live_interrupt.record.lanes import timeline_of
from gemini_live_interrupt.record.lines import NotARecord
from gemini_live_interrupt.record.reading import read_record

__all__ = ["DESCRIPTION", "EXAMPLES", "add_arguments", "run"]

DESCRIPTION = "Writes a recorded call in a format that another program opens:\n\n" + "\n".join(
    f"  {name:10} {about}" for name, (_, about) in FORMATS.items()
)

EXAMPLES = """\
examples:
  gemini-live-interrupt export calls/2026-... --to audacity -o labels/
  gemini-live-interrupt export calls/2026-... --to webvtt -o call.vtt
  gemini-live-interrupt export calls/2026-... --to perfetto -o trace.json
  gemini-live-interrupt export calls/2026-... --to otel -o traces.json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `export`."""
    add_file(parser)
    parser.add_argument("--to", required=True, choices=tuple(FORMATS), help="the format")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="the file (audacity: the folder) to write"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files."""
    make, _ = FORMATS[arguments.to]
    try:
        record = read_record(chosen(arguments.file))
        texts = make(timeline_of(record), record.header)
        for path, text in _places(texts, arguments.out).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            print(shown(str(path)))
    except (OSError, NotARecord) as error:
        print(f"gemini-live-interrupt export: {shown(what_is_wrong(error))}", file=sys.stderr)
        return 2
    return 0


def _places(texts: dict[str, str], out: Path | None) -> dict[Path, str]:
    """Where each text goes: a single one to `out` itself, several into it as a folder."""
    if len(texts) > 1:
        folder = out or Path("labels")
        return {folder / name: text for name, text in texts.items()}
    [(name, text)] = texts.items()
    if out is None:
        return {Path(name): text}
    return {out / name if out.is_dir() else out: text}
