"""Where a session is at home: the event loop and the context in which it was connected.

Knows how something is called there, from there or from elsewhere: another loop, another thread, a
loop that is closed. Must not know what is called. The context is that of the moment of connecting,
so that what the app set for this conversation is there in its callbacks.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable

TOGETHER = 0.01
"""Seconds: calls that are wanted within so much of each other are made in one turn of the loop."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs in this thread."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Home:
    """The event loop and the context of one session; the running ones, if there are."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.Context()
        here = running_loop()
        if here is not None:
            self.move(here)

    def move(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on it is there, and in the context of this moment."""
        self.loop = loop
        self._context = contextvars.copy_context()

    @property
    def is_gone(self) -> bool:
        """Whether nothing can be called there: there is no loop, or it is closed."""
        return self.loop is None or self.loop.is_closed()

    @property
    def is_here(self) -> bool:
        """Whether this is called there."""
        return self.loop is not None and self.loop is running_loop()

    def soon(self, call: Callable[[], None]) -> bool:
        """Call this there as soon as it can be; False if nothing can be called there."""
        loop = self.loop
        if loop is None:
            return False
        # A copy, since an app may run a loop inside a callback, and no context is entered twice.
        context = self._context.copy()
        try:
            if loop is running_loop():
                loop.call_soon(call, context=context)
            else:
                loop.call_soon_threadsafe(call, context=context)
        except RuntimeError:  # It is closed.
            return False
        return True

    def within(self, seconds: float, call: Callable[[], None]) -> None:
        """Call this there in so many seconds at most, right behind what others want called then: the
        same code for several sessions in turn costs less than now and then. Only called there."""
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        loop.call_at(at - at % TOGETHER, call, context=self._context.copy())

    def later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Call this there in so many seconds. Only called there."""
        return asyncio.get_running_loop().call_later(seconds, call, context=self._context.copy())
