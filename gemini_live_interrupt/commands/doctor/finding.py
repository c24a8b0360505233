"""One line of the doctor's report.

Knows how bad a finding is. Must not know what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "note", "bad"]
""""good": as it should be. "note": works, but somebody may want to know. "bad": interruptions are not
resumed, or not well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, what was seen, and what to do about it."""

    level: Level
    what: str
    """One sentence."""
    do: str = ""
    """What to do; "" if nothing."""


def good(what: str) -> Finding:
    """As it should be."""
    return Finding(level="good", what=what)


def note(what: str, do: str = "") -> Finding:
    """It works, but somebody may want to know."""
    return Finding(level="note", what=what, do=do)


def bad(what: str, do: str) -> Finding:
    """Interruptions are not resumed, or not well."""
    return Finding(level="bad", what=what, do=do)
