"""Files and folders that a command will write: looked at before its work begins.

Knows paths. Must not know what is written. A run takes minutes and may cost money, so a path that
cannot be written is told first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path


def problem_with(paths: Iterable[Path | None], *, folder: Path | None = None) -> str | None:
    """Why one of these cannot be written; None if all can. No file is left behind.

    Args:
        paths: the files; None entries are none.
        folder: a folder for files, which is made.
    """
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return f"{folder} cannot be written: {error.strerror}"
    for path in paths:
        if path is None:
            continue
        is_new = not path.exists()
        try:
            with path.open("ab"):
                pass
            if is_new:
                path.unlink()
        except OSError as error:
            return f"{path} cannot be written: {error.strerror}"
    return None
