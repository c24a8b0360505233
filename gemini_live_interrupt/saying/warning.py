"""Python warnings, at the line of the app that has something to change.

Knows which modules are between that line and ours. Must not know what is to be changed.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from gemini_live_interrupt.saying.lines import is_new, say

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PASSED_ON_BY = ("contextlib", "importlib._bootstrap", "wrapt", "google.genai")
"""Modules between the app's line and ours."""


class InterruptResumeWarning(UserWarning):
    """Something keeps interrupt-resume from working; the text says what to change."""


def warn_once(message: str) -> None:
    """A Python warning at the app's line: there is something to change."""
    if not is_new(message):
        return
    try:
        warnings.warn(message, InterruptResumeWarning, stacklevel=_stacklevel())
    except Exception:  # The filters make it an error, and that would be the host's.
        say("WARNING", message)


def _stacklevel() -> int:
    """How many frames are between `warn_once` and the app's line."""
    frame, level = sys._getframe(2), 2
    while frame.f_back is not None and _passes_on(frame.f_code.co_filename, frame.f_globals):
        frame, level = frame.f_back, level + 1
    return level


def _passes_on(filename: str, names: dict[str, Any]) -> bool:
    module = str(names.get("__name__", ""))
    return filename.startswith(_OURS) or module.startswith(_PASSED_ON_BY)
