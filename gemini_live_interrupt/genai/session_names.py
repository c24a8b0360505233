"""What sessions are called: by the app's label, or by chance.

Knows the labels that were given in this process, so that no two sessions have the same name. Must
not know a session.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable

from gemini_live_interrupt.genai.boundary import ends_process
from gemini_live_interrupt.locks import Lock
from gemini_live_interrupt.saying import app_failed, printable

_MOST_CHARACTERS = 64
_MOST_LABELS = 10_000
_given: OrderedDict[str, int] = OrderedDict()
_lock = Lock()


def name_of_session(label: str | Callable[[], str] | None) -> str:
    """The name of a session that begins.

    Args:
        label: as the app chose it: a text, a function that gives one, or None.

    >>> name_of_session("call-17"), name_of_session("call-17")
    ('call-17', 'call-17.2')
    """
    wanted = _text_of(label)
    if not wanted:
        return secrets.token_hex(6)
    with _lock:
        count = _given.pop(wanted, 0) + 1
        _given[wanted] = count
        if len(_given) > _MOST_LABELS:
            _given.popitem(last=False)
    return wanted if count == 1 else f"{wanted}.{count}"


def _text_of(label: str | Callable[[], str] | None) -> str:
    if callable(label):
        try:
            text = label()
            if not isinstance(text, str):
                raise TypeError(f"it returned {type(text).__name__}, not str")
        except BaseException as error:
            if ends_process(error):
                raise
            app_failed(label, error, "The session gets a random name.")
            return ""
        label = text
    return printable(label, _MOST_CHARACTERS) if label else ""
