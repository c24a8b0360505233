"""A reply that stopped in the middle, without a word from the server; or a turn without a sound.

Knows when content of the model came last, what of a turn that nobody hears, and how long to wait for
more. Must not know what is done about a stall. Owns the time of the last content, and when to look
again. It happens on real services: the sound ends inside a sentence, and neither `turn_complete` nor
anything else comes; or all that comes of a turn is text that nobody speaks.
"""

from __future__ import annotations

from collections.abc import Callable

_LOOK_AGAIN = 0.5
"""Seconds until a reply that seems to have stopped is looked at again."""
_AT_WORK = 3.0
"""Seconds after text that nobody speaks, or a thought, in which more of that turn may come."""


class Stall:
    """Looks at the reply that is arriving.

    Args:
        timeout: seconds without content or sound after which it has stopped; None: never.

    >>> stall = Stall(2.0)
    >>> stall.content(10.0)
    >>> stall.has_stopped(now=11.0, heard_until=11.5, waits=lambda: False), stall.look_at
    (False, 13.5)
    >>> stall.has_stopped(now=13.5, heard_until=11.5, waits=lambda: False)
    True
    """

    def __init__(self, timeout: float | None) -> None:
        self._timeout = timeout
        self._content_at = float("-inf")
        self._has_text = False
        self._worked_at = float("-inf")
        self._unheard_since: float | None = None
        self.look_at: float | None = None
        """When to look again, in seconds; None: no need."""

    def content(self, now: float) -> None:
        """Content of the reply came."""
        self._content_at = now
        self._has_text, self._unheard_since = False, None
        self._worked_at = float("-inf")

    def nothing_to_hear(self, now: float, *, is_text: bool) -> None:
        """A part of a turn came that nobody hears, and no reply is arriving: text, or a thought."""
        self._has_text = self._has_text or is_text
        self._worked_at = now

    def is_at_work(self, now: float) -> bool:
        """Whether the model has begun a turn of which nothing can be heard yet."""
        return now - self._worked_at < _AT_WORK

    def turn_over(self, now: float, *, asked: bool) -> bool:
        """The server is done with a turn.

        Args:
            now: in seconds.
            asked: the user's words still wait for an answer, and will be brought back.

        Returns:
            Whether all of it was text that nobody speaks.
        """
        had_text, self._has_text = self._has_text, False
        self._worked_at = float("-inf")
        if had_text:
            self._unheard_since = None if asked else now
        return had_text

    def is_unheard(self, now: float, *, heard_until: float, waits: Callable[[], bool]) -> bool:
        """Whether a turn without a sound ended so long ago, and nothing came since; says so once.

        Args:
            now: in seconds.
            heard_until: when what came before it will have been heard, in seconds.
            waits: as in `has_stopped`.
        """
        if self._timeout is None or self._unheard_since is None:
            return False
        due = max(heard_until, self._unheard_since) + self._timeout
        if now < due or waits():
            self.look_at = due if now < due else now + _LOOK_AGAIN
            return False
        self._unheard_since = None
        return True

    def has_stopped(self, now: float, *, heard_until: float, waits: Callable[[], bool]) -> bool:
        """Whether the reply that is arriving has stopped.

        Args:
            now: in seconds.
            heard_until: when what has come of it will have been heard, in seconds.
            waits: whether somebody speaks, or the model waits for a call; asked only if need be.
        """
        self.look_at = None
        if self._timeout is None:
            return False
        due = max(heard_until, self._content_at) + self._timeout
        if now < due:
            self.look_at = due
            return False
        if waits():
            self.look_at = now + _LOOK_AGAIN
            return False
        return True

    def nothing_arrives(self) -> None:
        """There is no reply to look at."""
        self.look_at = None

    def look_again(self, at: float) -> None:
        """A reply whose end is to be looked for in another way, at `at` seconds."""
        self.look_at = at
