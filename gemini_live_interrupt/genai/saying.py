"""What is said to the developer: lines in the log, and warnings where there is something to change.

Knows loguru, the standard `logging` and Python's warnings, and how to name a function, a place or an
error without repeating what people said. Must not know what is wrong. A line goes to loguru where
the app has enabled it for us, else to the standard logger `gemini_live_interrupt`, never to both:
an app that has configured nothing sees the warnings on its standard error. Nothing here raises.
"""

from __future__ import annotations

import inspect
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import Any, Literal

from loguru import logger

Level = Literal["DEBUG", "INFO", "WARNING"]

NAME = "gemini_live_interrupt"
"""Of the logger, in both."""
MOST_SHOWN = 300
"""Characters of a text from outside in a line."""

_standard = logging.getLogger(NAME)
_LEVELS = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARNING": logging.WARNING}
_MOST_SAID = 1_000
_SPEAKS_OF_CODE = (NameError, AttributeError, TypeError, ImportError, ArithmeticError)
"""Errors whose text names what is wrong in the code. That of others may be what somebody said."""
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PASSED_ON_BY = ("contextlib", "importlib._bootstrap", "wrapt", "google.genai")
"""Modules between the app's line and ours."""


class InterruptResumeWarning(UserWarning):
    """Something keeps interrupt-resume from working; the text says what to change."""


_said: dict[object, None] = {}
_lock = threading.Lock()


def is_new(key: object) -> bool:
    """Whether `key` is asked for the first time in this process."""
    with _lock:
        if key in _said:
            return False
        if len(_said) >= _MOST_SAID:
            del _said[next(iter(_said))]
        _said[key] = None
        return True


def say(level: Level, message: str) -> None:
    """One line in the log.

    Args:
        level: "DEBUG" if anything in it was said by people.
        message: texts from outside in it have gone through `printable`.
    """
    try:
        if not _to_loguru(level, message):
            _standard.log(_LEVELS[level], "%s", message)
    except Exception:  # A handler of the app's is broken.
        pass


def say_once(message: str, level: Level = "WARNING") -> None:
    """One line in the log of this process."""
    if is_new(message):
        say(level, message)


def _to_loguru(level: Level, message: str) -> bool:
    """Whether loguru has written the line: it asks for the text only then."""
    asked: list[bool] = []

    def text() -> str:
        asked.append(True)
        return message

    logger.opt(lazy=True).log(level, "{}", text)
    return bool(asked)


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


# --- what went wrong


def app_failed(function: Callable[..., Any] | str, error: BaseException, follows: str) -> None:
    """Code of the app failed: say so once for each function, and at DEBUG each time.

    Args:
        function: what was called, or its name.
        error: what it raised.
        follows: what happens now, as a sentence.
    """
    try:
        name = function if isinstance(function, str) else name_of(function)
        if is_new(("failed", name)):
            say("WARNING", f"{name} failed: {what(error)}. {follows} (Said once.)")
        say("DEBUG", f"{name} failed: {_whole(error)}")
    except Exception:
        pass


def our_failure(error: BaseException, follows: str) -> None:
    """Code of ours failed: say so once for each place."""
    try:
        if is_new(("ours", what(error))):
            say(
                "WARNING",
                f"An error of gemini-live-interrupt's own: {what(error)}. {follows} "
                "(Said once; the whole traceback is at DEBUG.)",
            )
        say("DEBUG", _whole(error))
    except Exception:
        pass


def name_of(function: Callable[..., Any]) -> str:
    """A function and where it stands, for a log."""
    inner = inspect.unwrap(function)
    inner = getattr(inner, "func", inner)  # functools.partial
    name = getattr(inner, "__qualname__", None) or type(inner).__qualname__
    code = getattr(inner, "__code__", None)
    place = f" ({code.co_filename}:{code.co_firstlineno})" if code is not None else ""
    return printable(f"{name}{place}")


def what(error: BaseException) -> str:
    """An error and where it came from, without what people said."""
    text = f": {error}" if isinstance(error, _SPEAKS_OF_CODE) and str(error) else ""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return printable(f"{type(error).__name__}{text}{place}")


def _whole(error: BaseException) -> str:
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(printable(line) for line in lines)


def printable(text: object, most: int = MOST_SHOWN) -> str:
    r"""A text from outside for a log or a terminal: one line, no control characters, not long.

    >>> printable("a\n\x1b[31mb")
    'a\\n\\x1b[31mb'
    """
    shown = str(text)
    if len(shown) > most:
        shown = shown[:most] + "…"
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


# Loguru's convention for libraries: silent until the app enables it.
logger.disable(NAME)
