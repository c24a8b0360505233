"""The way of our messages to the server, and how the end of a connection looks.

Knows `send_client_content` and the errors of google-genai and websockets. Must not know what a
message says, or when it is due: that is the core's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai.ours import ours
from gemini_live_interrupt.saying import printable, what

_SEND_TIMEOUT = 10.0
"""Seconds for one of our sends."""


class LiveSession(Protocol):
    """What we need of a google-genai `AsyncSession`."""

    async def send_client_content(
        self, *, turns: Any = None, turn_complete: bool = True
    ) -> None: ...


class Outbox:
    """Our messages to one session. The core has one on its way at a time.

    Args:
        session: gives the session, or None when it is gone.
        answer: is told what has become of each.
    """

    def __init__(
        self,
        session: Callable[[], LiveSession | None],
        answer: Callable[[e.NoteSent | e.NoteFailed], None],
    ) -> None:
        self._session = session
        self._answer = answer
        self._under_way: set[asyncio.Task[None]] = set()

    def put(self, command: e.SendNote) -> None:
        """Send this. Called in the event loop."""
        task = asyncio.get_running_loop().create_task(self._send(command))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def cancel(self) -> None:
        """Give up what is under way. Called in the event loop."""
        for task in list(self._under_way):
            task.cancel()

    async def _send(self, command: e.SendNote) -> None:
        session = self._session()
        try:
            if session is None:
                raise ConnectionError("the session is gone")
            async with asyncio.timeout(_SEND_TIMEOUT):
                with ours():
                    await session.send_client_content(
                        turns={"role": "user", "parts": [{"text": command.text}]},
                        turn_complete=command.delivery == "answering",
                    )
        except (Exception, asyncio.CancelledError) as error:
            # Also where somebody cancels all tasks: what waits behind it must not wait for ever.
            closed = close_code(error) is not None
            # The server's own words may be shown. Those of other errors may quote the note.
            named = printable(f"{type(error).__name__}: {error}") if closed else what(error)
            gone = closed or session is None
            self._answer(e.NoteFailed(id=command.id, error=named, gone=gone))
            if isinstance(error, asyncio.CancelledError):
                raise
        else:
            self._answer(e.NoteSent(id=command.id))


def close_code(error: BaseException) -> int | None:
    """The WebSocket's close code, if `error` is the end of a connection; 1006 if it has none.

    google-genai raises websockets' exceptions from sends, and `APIError` with the close code as
    `code` from `receive` (1.68 and later).
    """
    if "ConnectionClosed" in type(error).__name__:
        frame = getattr(error, "rcvd", None)
        code = getattr(frame, "code", None)
        return code if isinstance(code, int) else 1006
    code = getattr(error, "code", None)
    return code if isinstance(code, int) and 1000 <= code < 5000 else None
