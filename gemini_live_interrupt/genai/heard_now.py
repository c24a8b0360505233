"""What was heard so far, for whoever asks, from any thread and as often as they like.

Knows the conversation and the lock that guards it. Must not know how words are found, or who asks.
An answer never waits, and nothing is worked out for it: it is by what was worked out last. Whoever
asks is told whether that is out of date, so that it can be worked out beside the host's loop.
"""

from __future__ import annotations

import threading
import time

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.events import Command, HeardSoFar

_WORK_EVERY = 0.2
"""Seconds between two times that it is worked out at least: each takes up to some 25 ms of the
worker while a long reply arrives, and nothing once all of it has come."""


class HeardNow:
    """What was heard so far in one session.

    Args:
        core: its conversation.
        lock: guards it.
    """

    def __init__(self, core: Conversation, lock: threading.Lock) -> None:
        self._core = core
        self._lock = lock
        self._last = HeardSoFar()
        self._worked_at = float("-inf")
        self.is_out_of_date = False
        """More has come since it was worked out, so that the answer claims less than it could."""

    def ask(self) -> HeardSoFar:
        """The answer, at once; the last one again where the conversation is at work."""
        if self._lock.acquire(blocking=False):
            try:
                now = time.monotonic()
                self._last = self._core.heard(now, lately=True)
                worked_out = self._core.heard_is_worked_out(now)
            finally:
                self._lock.release()
            self.is_out_of_date = not worked_out and now - self._worked_at >= _WORK_EVERY
        return self._last

    def work_out(self) -> list[Command]:
        """Bring it up to date; takes milliseconds, and leads to no command."""
        with self._lock:
            self._worked_at = time.monotonic()
            self._core.heard(self._worked_at)
            self.is_out_of_date = False
        return []
