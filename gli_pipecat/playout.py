"""How much of what was put into one output the user has heard by now.

Knows: sound that was put in, sound that the output has taken or lost, flushes, and the time it is
told. Must not know frames, text, or whose sound it is. No transport of Pipecat reports playback. Most
take sound at the pace it is heard, and what they have taken is the best measure; some take it faster
(an avatar, a long queue), and then real time is: nobody hears sound before it was put in, or faster
than it lasts. So the position is the smaller of the two, a latency ago.
"""

from __future__ import annotations

from collections import deque


class Playout:
    """The playback position of one output, in ms on one line that runs through the session.

    >>> playout = Playout()
    >>> playout.put_in(1_000.0, now=5.0)
    >>> playout.takes(1_000.0, now=5.0)  # all at once: real time counts
    >>> round(playout.position(now=5.4, latency_ms=0.0))
    400
    >>> round(playout.position(now=5.6, latency_ms=100.0))
    500
    """

    def __init__(self) -> None:
        self.total = 0.0
        """Sound put in since the session began, in ms."""
        self._real_time = _RealTime()
        self._taken: deque[tuple[float, float]] = deque([(float("-inf"), 0.0)])
        self._position = 0.0

    @property
    def taken(self) -> float:
        """How far the output has taken it, in ms."""
        return self._taken[-1][1]

    def put_in(self, ms: float, now: float) -> None:
        """`ms` of sound went into the output, at `now` seconds."""
        self._real_time.put_in(self.total, ms, now)
        self.total += ms

    def takes(self, ms: float, now: float, *, upto: float | None = None) -> None:
        """The output took `ms` more, but no further than `upto`."""
        # An output pads the end of a reply with silence: that is nothing of what was put in.
        most = self.total if upto is None else min(upto, self.total)
        self._moves_to(min(self.taken + ms, most), now)

    def loses(self, upto: float, now: float) -> None:
        """The output is done with everything before `upto`, and has taken nothing more of it."""
        self._moves_to(upto, now)
        self._real_time.skip(upto, now)

    def _moves_to(self, position: float, now: float) -> None:
        if position > self.taken:
            self._taken.append((now, position))

    def flush(self) -> None:
        """The output's queue was emptied: the rest is not going to be heard."""
        self._real_time.flush()
        self._taken = deque([(float("-inf"), self.total)])
        self._position = self.total

    def position(self, now: float, latency_ms: float) -> float:
        """How far the user has heard; never less than before.

        Args:
            now: Seconds.
            latency_ms: How much later than the output takes sound the user hears it.
        """
        then = now - max(0.0, latency_ms) / 1000.0
        while len(self._taken) > 1 and self._taken[1][0] <= then:
            self._taken.popleft()
        taken = self._taken[0][1] if self._taken[0][0] <= then else 0.0
        played = self._real_time.position(then, self.total)
        self._position = max(self._position, min(taken, played))
        return self._position

    def leaves(self, upto: float, now: float) -> float:
        """How much of what lies before `upto` the output has still to play, in ms, the latency not
        counted."""
        return upto - min(self.taken, self._real_time.position(now, self.total))


class _RealTime:
    """Sound that plays at real time from when it was put in, one after the other."""

    def __init__(self) -> None:
        self._runs: deque[tuple[float, float, float]] = deque()
        """Start on the line, length in ms, and when it begins in seconds; no gap inside."""

    def put_in(self, start: float, ms: float, now: float) -> None:
        if self._runs:
            first, length, begins = self._runs[-1]
            if begins + length / 1000.0 >= now:
                self._runs[-1] = (first, length + ms, begins)
                return
        self._runs.append((start, ms, now))
        while len(self._runs) > 2:
            self._runs.popleft()

    def skip(self, upto: float, now: float) -> None:
        while self._runs:
            start, length, begins = self._runs.popleft()
            if start + length > upto:
                self._runs.appendleft(
                    (max(start, upto), start + length - max(start, upto), max(now, begins))
                )
                break

    def flush(self) -> None:
        self._runs.clear()

    def position(self, now: float, total: float) -> float:
        for start, length, begins in self._runs:
            if now < begins:
                return start
            if now < begins + length / 1000.0:
                return start + (now - begins) * 1000.0
        return total
