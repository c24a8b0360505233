"""How much of the model's audio the user has heard by now, from what a transport lets us see.

Knows: audio that was generated, audio that the transport has taken, flushes, and the time it is
told. Must not know frames or text. No transport of Pipecat reports playback. Most take audio at the
pace it is heard, and what they have taken is the best measure; some take it faster (an avatar, a
long queue), and then real time is: nobody hears audio before it arrived, or faster than it lasts.
So the position is the smaller of the two, a latency ago.
"""

from __future__ import annotations

from collections import deque

from gemini_live_interrupt.core.playback import Playback


class Playout:
    """The playback position of one transport, in ms on one line that runs through the session.

    >>> playout = Playout()
    >>> playout.received(1_000.0, now=5.0)
    >>> playout.taken(1_000.0, now=5.0)  # all at once: real time counts
    >>> playout.position(now=5.4, latency_ms=0.0)
    400.0
    >>> playout.position(now=5.6, latency_ms=100.0)
    500.0
    """

    def __init__(self) -> None:
        self._real_time = Playback()
        self._taken: deque[tuple[float, float]] = deque([(float("-inf"), 0.0)])
        self._position = 0.0

    @property
    def total(self) -> float:
        """Audio received since the session began, in ms."""
        return self._real_time.total

    def received(self, ms: float, now: float) -> None:
        """The model's audio arrived: `ms` of it, at `now` seconds."""
        self._real_time.received(ms, now)

    def taken(self, ms: float, now: float) -> None:
        """The transport took `ms` more of it."""
        # A transport pads the end of a reply with silence: that is nothing of the model.
        self._taken.append((now, min(self._taken[-1][1] + ms, self.total)))

    def flush(self, now: float) -> None:
        """The transport's queue was emptied: the rest is not going to be heard."""
        self._real_time.flush(now)
        self._taken = deque([(float("-inf"), self.total)])
        self._position = self.total

    def position(self, now: float, latency_ms: float) -> float:
        """How far the user has heard; never less than before.

        Args:
            now: Seconds.
            latency_ms: How much later than the transport takes audio the user hears it.
        """
        then = now - max(0.0, latency_ms) / 1000.0
        while len(self._taken) > 1 and self._taken[1][0] <= then:
            self._taken.popleft()
        taken = self._taken[0][1] if self._taken[0][0] <= then else 0.0
        self._position = max(self._position, min(taken, self._real_time.position(then)))
        return self._position
