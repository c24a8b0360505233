"""What the commands that read a record share: finding it, and saying what is wrong with it.

Knows paths, among them where the demo records, and the terminal's width. Must not know what is done with a record.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.record import folders
from gemini_live_interrupt.record.lines import NotARecord, Record
from gemini_live_interrupt.record.reading import read_record


def add_file(parser: argparse.ArgumentParser) -> None:
    """The argument that names a record; without it, the demo's last call is meant."""
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="a session's folder or its session.jsonl; without it, the demo's last call",
    )


def demo_folder() -> Path:
    """Where the demo records its calls: a folder of this user's cache."""
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gemini-live-interrupt" / "demo"


def chosen(path: Path | None) -> Path:
    """The record that a command is about.

    Args:
        path: as the user named it; None: they named none.

    Raises:
        FileNotFoundError: there is no call of the demo; the text says what to do.
    """
    if path is not None:
        return path
    calls = folders.kept(demo_folder())
    if not calls:
        raise FileNotFoundError(
            "name a session's folder, or run `gemini-live-interrupt demo` first, which records one"
        )
    return calls[-1].path


def record_from(path: Path | None, command: str) -> Record | None:
    """The record that a command was given, or the demo's; None if it cannot be read, which is said on stderr."""
    try:
        return read_record(chosen(path))
    except (NotARecord, OSError) as error:
        print(f"gemini-live-interrupt {command}: {shown(what_is_wrong(error))}", file=sys.stderr)
    return None


def what_is_wrong(error: NotARecord | OSError) -> str:
    """Which file, and why: without the number that the system has for it.

    >>> what_is_wrong(FileExistsError(17, "File exists", "labels"))
    'labels: File exists'
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def width() -> int:
    """Columns for sentences: those of the terminal, and no more than can be read well."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))
