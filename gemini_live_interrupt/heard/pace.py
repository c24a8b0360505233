"""How fast the model speaks, learnt over a session.

The rate of the voice is what tells where speech is between two pauses, and before the next pause
has arrived. One session has one voice, so each completed turn makes the next estimate better.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import exp, isfinite, log

__all__ = ["Pace"]

# Rates of speech, seconds for a spoken unit, outside of which a turn teaches nothing: text and
# audio did not belong together.
_SLOWEST, _FASTEST = 0.12, 0.015
# Speech, seconds, that one turn needs to teach as much as it can; and how many such turns are
# remembered.
_FULL_WEIGHT_S = 10.0
_MEMORY = 5.0
# A lesson holds its turn in memory until it is learnt.
_MOST_LESSONS = 2

Lesson = Callable[[], tuple[float, float] | None]
"""Gives seconds of speech and the spoken units said in them, or None if the turn teaches nothing."""


class Pace:
    """The session's speaking rate: a running mean over turns, weighted by how much was said.

    Example:
        >>> pace = Pace()
        >>> pace.rate is None
        True
        >>> pace.learn(spoken_s=20.0, units=400.0)
        >>> round(pace.rate, 3)
        0.05
        >>> Pace(pace.rate).rate == pace.rate
        True
    """

    def __init__(self, rate: float | None = None) -> None:
        """`rate`: seconds for one spoken unit, from `Pace.rate` of an earlier session with the same
        voice."""
        usable = rate is not None and isfinite(rate) and _FASTEST <= rate <= _SLOWEST
        self._log = log(rate) if rate is not None and usable else 0.0
        self._weight = 1.0 if usable else 0.0
        self._lessons: deque[Lesson] = deque(maxlen=_MOST_LESSONS)

    @property
    def rate(self) -> float | None:
        """Seconds for one spoken unit, or None before the first completed turn."""
        while self.catch_up():
            pass
        return exp(self._log) if self._weight else None

    def catch_up(self) -> bool:
        """Take one lesson that waits, a millisecond's work: for a moment in which nothing else is to
        do.

        Returns:
            Whether there was one.
        """
        if not self._lessons:
            return False
        lesson = self._lessons.popleft()()
        if lesson is not None:
            self.learn(spoken_s=lesson[0], units=lesson[1])
        return True

    def expect(self, lesson: Lesson) -> None:
        """Learn from a completed turn when the rate is next asked for, which it may never be."""
        self._lessons.append(lesson)

    def learn(self, *, spoken_s: float, units: float) -> None:
        """Take in a completed turn: `units` spoken units were said in `spoken_s` seconds without
        pauses."""
        if spoken_s < 0.5 or units < 5.0 or not _FASTEST <= spoken_s / units <= _SLOWEST:
            return
        weight = min(1.0, spoken_s / _FULL_WEIGHT_S)
        self._weight = min(self._weight, _MEMORY) + weight
        self._log += (log(spoken_s / units) - self._log) * weight / self._weight
