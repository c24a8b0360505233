"""What models have refused in this process, so that later sessions do not try the same again.

Knows families of models on each backend, and when a server refused which delivery. Must not know how
it showed that. A refusal is forgotten after an hour: a model changes, and one that was a mistake
must not cost a process its notes for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.locks import Lock

FORGOTTEN_AFTER = 3600.0
"""Seconds."""


class Refusals:
    """The refusals of one process.

    Args:
        clock: gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._at: dict[tuple[str, str, Delivery], float] = {}

    def add(self, profile: Profile, delivery: Delivery) -> None:
        """A server has refused a message of this delivery."""
        with self._lock:
            self._at[profile.family, profile.backend, delivery] = self._clock()

    def of(self, profile: Profile) -> frozenset[Delivery]:
        """What was refused lately."""
        since = self._clock() - FORGOTTEN_AFTER
        with self._lock:
            self._at = {key: at for key, at in self._at.items() if at > since}
            return frozenset(
                delivery
                for family, backend, delivery in self._at
                if (family, backend) == (profile.family, profile.backend)
            )

    def clear(self) -> None:
        """Begin anew, as in a new process."""
        with self._lock:
            self._at.clear()


refusals = Refusals()
"""Those of this process."""
