"""What went wrong, for a log: which function, which error, where; and nothing that people said.

Knows how to name a function, a place or an error. Must not know what follows from it.
"""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import CodeType
from typing import Any

from gemini_live_interrupt.saying.lines import is_new, printable, say

_SPEAKS_OF_CODE = (NameError, AttributeError, TypeError, ImportError, ArithmeticError)
"""Errors whose text names what is wrong in the code. That of others may be what somebody said."""


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
    inner: Any = function
    with suppress(Exception):  # An object may have an answer to any name, or raise at it.
        inner = inspect.unwrap(function)
        inner = inner.func if isinstance(inner, functools.partial) else inner
    name, code = None, None
    with suppress(Exception):
        name, code = getattr(inner, "__qualname__", None), getattr(inner, "__code__", None)
    if not isinstance(name, str):
        name = type(inner).__qualname__
    place = ""
    if type(code) is CodeType:  # That of a mock claims to be one.
        place = f" ({code.co_filename}:{code.co_firstlineno})"
    return printable(f"{name}{place}")


def text_of(error: BaseException) -> str:
    """What an error says; "" if saying it fails."""
    try:
        return str(error)
    except Exception:
        return ""


def what(error: BaseException) -> str:
    """An error and where it came from, without what people said."""
    text = ""
    if isinstance(error, _SPEAKS_OF_CODE) and (said := text_of(error)):
        text = f": {said}"
    elif isinstance(error, OSError) and error.strerror:
        text = f": {error.strerror}"  # The system's words.
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return printable(f"{type(error).__name__}{text}{place}")


def _whole(error: BaseException) -> str:
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(printable(line) for line in lines)
