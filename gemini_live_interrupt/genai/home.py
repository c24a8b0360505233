"""Where a session is at home: the event loop and the context in which it was connected.

Knows how something is called there, from there or from elsewhere: another loop, another thread, a
loop that is closed. Must not know what is called. The context is that of the moment of connecting,
so that what the app set for this conversation is there in its callbacks.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable

TOGETHER = 0.05
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
        self.thread: int | None = None
        """In which the loop runs."""
        self._context = contextvars.Context()
        here = running_loop()
        if here is not None:
            self.move(here)

    def move(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on it is there, and in the context of this moment."""
        self.loop, self.thread = loop, threading.get_ident()
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


class Alarm:
    """A call at the latest moment that was named for it.

    What it is for comes later with each message as a rule, so a timer that is early is left alone, and
    set anew when it has run: most of the time that is the cheaper way.

    Args:
        home: where it is called.
        call: is called.
    """

    __slots__ = ("_at", "_call", "_due", "_home", "_timer")

    def __init__(self, home: Home, call: Callable[[], None]) -> None:
        self._home, self._call = home, call
        self._timer: asyncio.TimerHandle | None = None
        self._at = self._due = 0.0
        """When the call is wanted, and when the timer runs out, in seconds of the steady clock."""

    def set(self, at: float | None) -> None:
        """From now on it is wanted then, and at no other time. Only called at home.

        Args:
            at: in seconds of `time.monotonic`; None: not wanted.
        """
        if self._timer is not None:
            if at is not None and self._due <= at:
                self._at = at
                return
            self._timer.cancel()
            self._timer = None
        if at is not None:
            self._begin(at, time.monotonic())

    def _begin(self, at: float, now: float) -> None:
        self._at = self._due = at
        self._timer = self._home.later(max(0.0, at - now), self._runs_out)

    def _runs_out(self) -> None:
        self._timer, now = None, time.monotonic()
        if self._at > self._due and self._at > now:
            self._begin(self._at, now)
        else:
            self._call()
