"""What the commands that read a record share: opening it, and saying what is wrong with it.

Knows paths and the terminal's width. Must not know what is done with a record.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.record.lines import NotARecord, Record
from gemini_live_interrupt.record.reading import read_record


def record_from(path: Path, command: str) -> Record | None:
    """The record that a command was given; None if it cannot be read, which is said on stderr."""
    try:
        return read_record(path)
    except NotARecord as error:
        why = str(error)
    except OSError as error:
        why = str(error) if error.errno is None else f"{path}: {error.strerror}"
    print(f"gemini-live-interrupt {command}: {shown(why)}", file=sys.stderr)
    return None


def width() -> int:
    """Columns for sentences: those of the terminal, and no more than can be read well."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))
