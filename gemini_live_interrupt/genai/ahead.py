"""What an interruption will ask is worked out ahead, a piece at a time, while nothing else is to do.

Knows that there is such work, and that the event loop is left to others between two pieces. Must not know
what the work is. In the loop and not in a thread: pieces of half a millisecond hold nobody up, while a
thread at work for several is in the way of all that the loop does. One piece right behind the other, but
for what else waits in the loop: after a while each would find the processor's caches empty.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.genai.home import Home

_AGAIN = 0.01
"""Seconds after which to try again where the conversation is in use."""


class Ahead:
    """The work ahead of one session.

    Args:
        core: its conversation.
        lock: guards it.
        home: where the work is done.
        is_wanted: asked before each piece.
        failed: told of an error.
    """

    __slots__ = ("_core", "_failed", "_home", "_is_due", "_is_wanted", "_lock")

    def __init__(
        self,
        core: Conversation,
        lock: threading.Lock,
        home: Home,
        is_wanted: Callable[[], bool],
        failed: Callable[[Exception], None],
    ) -> None:
        self._core, self._lock, self._home = core, lock, home
        self._is_wanted, self._failed = is_wanted, failed
        self._is_due = False

    def go_on(self) -> None:
        """Do what there is, from now on. Only called at home."""
        if not self._is_due and self._core.can_prepare:
            self._is_due = True
            self._home.soon(self._work)

    def _work(self) -> None:
        self._is_due = False
        if not self._is_wanted():
            return
        if not self._lock.acquire(blocking=False):
            # Another thread asks for something: nobody waits for it here.
            self._is_due = True
            self._home.later(_AGAIN, self._work)
            return
        try:
            self._core.prepare()
        except Exception as error:
            self._failed(error)
        finally:
            self._lock.release()
        self.go_on()
