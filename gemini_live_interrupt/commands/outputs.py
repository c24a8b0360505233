"""Files that a command will write: looked at before its work begins.

Knows paths. Must not know what is written. A run takes minutes and may cost money, so a path that
cannot be written is told first.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def problem_with(paths: Iterable[Path | None]) -> str | None:
    """Why one of these files cannot be written; None if all can. Nothing is left behind.

    Args:
        paths: the files; None entries are none.
    """
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
