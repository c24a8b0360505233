"""What an interruption will ask is worked out ahead, a piece at a time, while nothing else is to do.

Knows that there is such work, and how long the event loop is left to others between two pieces. Must not
know what the work is. In the loop and not in a thread: pieces of half a millisecond hold nobody up, while a
thread at work for several is in the way of all that the loop does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.genai.home import Home

_PAUSE = 0.02
"""Seconds between two pieces: a reply of half a minute is prepared in some 0.3 s, and is heard for longer."""


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
            self._home.later(_PAUSE, self._work)

    def _work(self) -> None:
        self._is_due = False
        if not self._is_wanted():
            return
        # Where another thread is at work on the conversation, nobody waits for it here.
        if self._lock.acquire(blocking=False):
            try:
                self._core.prepare()
            except Exception as error:
                self._failed(error)
            finally:
                self._lock.release()
        self.go_on()
