"""Lines in the log.

Knows the standard `logging`. Must not know what a line says. A line goes to loguru where the app has
enabled it for us, else to the standard logger `gemini_live_interrupt`, never to both: an app that has
configured nothing sees the warnings on its standard error. Nothing here raises.
"""

from __future__ import annotations

import logging
from typing import Literal

from gemini_live_interrupt.locks import Lock
from gemini_live_interrupt.saying.by_loguru import to_loguru

Level = Literal["DEBUG", "INFO", "WARNING"]

NAME = "gemini_live_interrupt"
"""Of the logger, in both."""
MOST_SHOWN = 300
"""Characters of a text from outside in a line."""

_standard = logging.getLogger(NAME)
_LEVELS = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARNING": logging.WARNING}
_MOST_SAID = 1_000

_said: dict[object, None] = {}
_lock = Lock()


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
        if not to_loguru(level, message):
            _standard.log(_LEVELS[level], "%s", message)
    except Exception:  # A handler of the app's is broken.
        pass


def say_once(message: str, level: Level = "WARNING") -> None:
    """One line in the log of this process."""
    if is_new(message):
        say(level, message)


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
