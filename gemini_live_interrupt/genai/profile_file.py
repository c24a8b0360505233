"""Where profiles of models are kept: a file that `gemini-live-interrupt probe --save FILE` wrote.

Knows files and the environment. Must not know what a profile says (`core/profiles.py`) or how it
reads as text (`core/profile_text.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

from gemini_live_interrupt.core.profile_text import MOST_CHARACTERS, FoundProfiles

ENVIRONMENT = "GEMINI_LIVE_INTERRUPT_PROFILE"
"""Names the file for a process whose code does not."""


def load_profiles(path: str | os.PathLike[str] | None) -> FoundProfiles:
    """The profiles of a file, or of the one that the environment names; none without either.

    Args:
        path: the file; None: the environment's.

    Raises:
        ValueError: if it cannot be read, or is no such file; names it.
    """
    named = os.fspath(path) if path is not None else os.environ.get(ENVIRONMENT) or None
    if named is None:
        return FoundProfiles()
    by = "" if path is not None else f" (from {ENVIRONMENT})"
    try:
        # Editors of Windows begin a file with a mark of its encoding.
        with Path(named).open(encoding="utf-8-sig") as file:
            return FoundProfiles.from_text(file.read(MOST_CHARACTERS + 1))
    except OSError as error:
        raise ValueError(f"The profile {named}{by} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # Also text that is not UTF-8.
        raise ValueError(f"The profile {named}{by} cannot be used: {error}.") from error


def save_profiles(path: str | os.PathLike[str], found: FoundProfiles) -> None:
    """Write profiles to a file that `load_profiles` reads.

    Raises:
        OSError: if it cannot be written.
    """
    Path(path).write_text(found.to_text(), "utf-8")
