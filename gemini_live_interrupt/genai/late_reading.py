"""Whether an app reads its messages long after they came, as one does that plays each before the next.

Knows when the app asked for a message and when it got it. Must not know what was in it.
"""

from __future__ import annotations

AWAY = 0.3
"""Seconds for which an app that reads in time does something else at most: less than a reply needs
to begin."""
_AT_ONCE = 0.02
"""Seconds in which a message is there that was waiting: google-genai takes up to 5 ms for the first
of a kind, and more on a busy machine."""


class LateReading:
    """The reading of one session.

    >>> reading = LateReading()
    >>> reading.changes(10.0, 10.2), reading.changes(11.2, 11.21), reading.is_late
    (False, True, True)
    >>> reading.changes(11.21, 11.21), reading.changes(11.21, 11.3), reading.is_late
    (False, True, False)
    """

    __slots__ = ("is_late", "read_at")

    def __init__(self) -> None:
        self.is_late = False
        """Messages wait for the app, and not the app for them."""
        self.read_at = float("inf")
        """When the app got the last one, in seconds."""

    def changes(self, asked_at: float, read_at: float) -> bool:
        """The app has got a message.

        Args:
            asked_at: when it asked for it, in seconds.
            read_at: when it got it.

        Returns:
            Whether `is_late` is another than before.
        """
        before, self.read_at = self.read_at, read_at
        if not self.is_late and asked_at - before <= AWAY:
            return False
        was_there = read_at - asked_at <= _AT_ONCE
        late = was_there and (self.is_late or asked_at - before > AWAY)
        if late is self.is_late:
            return False
        self.is_late = late
        return True
