"""Reading a record from disk.

Knows where the lines of a session are, and how much of a file is read at most. Must not know what
they mean (`lines.py`).
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from gemini_live_interrupt.record import folders
from gemini_live_interrupt.record.lines import NotARecord, Record, read_texts

MOST_LINES = 5_000_000
"""Lines of one file."""


def read_record(path: Path) -> Record:
    """Read a session's folder, or its `session.jsonl`.

    A line that was cut off, or is none, is left out.

    Raises:
        OSError: there is no such file, or it cannot be read.
        NotARecord: it is none; the text begins with its name.
    """
    file = folders.lines_file(path)
    with file.open(encoding="utf-8", errors="replace", newline="\n") as texts:
        try:
            return read_texts(islice(texts, MOST_LINES))
        except NotARecord as error:
            raise NotARecord(f"{file} is no record of a session: {error}") from error
