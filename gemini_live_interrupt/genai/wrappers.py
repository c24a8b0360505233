"""What is done around each call of a live session, so that what passes is followed.

Knows the signatures of `AsyncSession`'s methods. Must not know how the wrappers get there, or which
sessions are followed. The message or the call is the host's: it passes whatever we make of it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import messages
from gemini_live_interrupt.genai.following import shell_of
from gemini_live_interrupt.genai.sending import OURS, close_code


async def _receive(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
    shell = shell_of(session)
    if shell is None:
        return await wrapped(*args, **kwargs)
    try:
        message = await wrapped(*args, **kwargs)
    except Exception as error:
        code = close_code(error)
        if code is not None:
            shell.close(wanted=False, code=code)
        shell.noticed("receive raised", error)
        raise
    content = getattr(message, "server_content", None)
    urgent = bool(getattr(content, "interrupted", None))
    shell.receive(messages.from_server(message), urgent=urgent)
    if shell.recorder is not None:
        shell.recorder.message(message, messages.now_said(message), time.monotonic())
    update = getattr(message, "session_resumption_update", None)
    if update is not None and getattr(update, "new_handle", None):
        with contextlib.suppress(Exception):  # The message is the host's, whatever we make of it.
            shell.on_handle(update.new_handle)
    return message


def _observing(read: Callable[..., Iterable[e.Event]]) -> Any:
    """A wrapper for a method that sends: afterwards, `read` says what it meant."""

    async def wrapper(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
        result = await wrapped(*args, **kwargs)
        shell = shell_of(session)
        if shell is not None and not OURS.get():
            shell.take(read(*args, **kwargs))
        return result

    return wrapper


def _read_realtime_input(**arguments: Any) -> Iterable[e.Event]:
    return messages.from_realtime_input(arguments)


def _read_client_content(*, turns: Any = None, turn_complete: bool = True) -> Iterable[e.Event]:
    return messages.from_client_content(turns, turn_complete)


def _read_tool_response(*, function_responses: Any = None, **_: Any) -> Iterable[e.Event]:
    return messages.from_tool_response(function_responses)


def _send(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
    # Not awaited here: it warns of its deprecation, and the warning names who awaits it.
    shell = shell_of(session)
    if shell is not None and not OURS.get():
        shell.take(_read_send(*args, **kwargs))
    return wrapped(*args, **kwargs)


def _read_send(
    input: Any = None, end_of_turn: bool | None = False, *_: Any, **__: Any
) -> Iterable[e.Event]:
    return messages.from_send(input, bool(end_of_turn))


METHODS: dict[str, Any] = {
    "_receive": _receive,
    "send_realtime_input": _observing(_read_realtime_input),
    "send_client_content": _observing(_read_client_content),
    "send_tool_response": _observing(_read_tool_response),
    "send": _send,
}
"""The wrapper of each method of `AsyncSession`."""
