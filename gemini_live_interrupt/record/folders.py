"""The folder of records on disk: one folder a session, the oldest removed when there are too many.

Knows names and sizes of files. Must not know what stands in them. Only folders that bear a name of
ours and hold nothing but our files are ever removed: one into which somebody has put a file is
theirs.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LINES = "session.jsonl"
SOUND = "call.wav"
_OURS = frozenset({LINES, SOUND})
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[\w.-]+")
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+", re.ASCII)


def name_of(session: str, began: float) -> str:
    """A folder's name: sorted by name, sessions are sorted by time.

    >>> name_of("user 7/b", 1764150000.0)
    '2025-11-26T09-40-00Z-user-7-b'
    """
    when = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(began))
    return f"{when}-{_NOT_IN_A_NAME.sub('-', session)[:80] or 'session'}"


def new_folder(parent: Path, session: str, began: float) -> Path:
    """Make a session's folder.

    Raises:
        OSError: it cannot be made.
    """
    name = name_of(session, began)
    for number in range(1, 1_000):
        path = parent / (name if number == 1 else f"{name}.{number}")
        with suppress(FileExistsError):
            path.mkdir(parents=True)
            return path
    raise FileExistsError(f"{parent / name} is there already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session's folder that is there."""

    path: Path
    size: int
    """Bytes in it."""


def kept(parent: Path) -> list[Kept]:
    """The sessions in a folder, the oldest first; those that hold files of others are left out."""
    with suppress(OSError):
        return sorted(_kept(parent), key=lambda one: one.path.name)
    return []


def _kept(parent: Path) -> Iterator[Kept]:
    for path in parent.iterdir():
        if not _NAME.fullmatch(path.name) or not path.is_dir() or path.is_symlink():
            continue
        with suppress(OSError):
            files = list(path.iterdir())
            if files and all(file.name in _OURS for file in files):
                yield Kept(path=path, size=sum(file.stat().st_size for file in files))


def make_room(parent: Path, *, most_sessions: int, most_bytes: float, but: set[Path]) -> None:
    """Remove the oldest sessions until no more are left than there may be.

    Args:
        parent: the folder.
        most_sessions: sessions that may stay.
        most_bytes: bytes that may stay.
        but: folders that are being written.
    """
    there = kept(parent)
    count, size = len(there), sum(one.size for one in there)
    for one in there:
        if count <= most_sessions and size <= most_bytes:
            break
        if one.path in but:
            continue
        count, size = count - 1, size - one.size
        with suppress(OSError):
            for file in list(one.path.iterdir()):
                if file.name in _OURS:
                    file.unlink()
            one.path.rmdir()


def lines_file(path: Path) -> Path:
    """The file with the lines of a session: `path` itself, or the one in the folder `path`, or in the
    only session that the folder holds.

    Raises:
        OSError: there is none; the text says what was looked for.
    """
    if path.is_dir():
        inside = path / LINES
        if inside.is_file():
            return inside
        sessions = kept(path)
        if len(sessions) == 1:
            return sessions[0].path / LINES
        if sessions:
            raise FileNotFoundError(
                f"{path} holds {len(sessions)} sessions; name one, such as {sessions[-1].path}"
            )
        raise FileNotFoundError(f"{path} is no session's folder: it has no {LINES}")
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    return path
