"""What is said to the developer, once: a line in the log, and a warning where there is something to
change.

Knows loguru and Python's warnings. Must not know what is wrong.
"""

from __future__ import annotations

import warnings

from loguru import logger


class InterruptResumeWarning(UserWarning):
    """Something keeps interrupt-resume from working; the text says what to change."""


_said: set[str] = set()


def say_once(message: str, level: str = "WARNING") -> bool:
    """One log line in this process; whether it was the first time."""
    if message in _said:
        return False
    _said.add(message)
    logger.log(level, message)
    return True


def warn_once(message: str) -> None:
    """The same, and a Python warning: there is something to change."""
    if say_once(message):
        warnings.warn(message, InterruptResumeWarning, stacklevel=4)
