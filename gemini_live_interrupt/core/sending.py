"""Our own messages to the model: their numbers, and what the server seems to have made of them.

Knows when a message went out, by which delivery, and how a server shows that it does not take one.
Must not know what a message says, or why it is sent. Owns the count of messages and the times of
the last ones. An answering message that cuts a reply is followed by an `interrupted` that is ours,
not the user's; and a connection that closes with 1007 right after a message was closed over it.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e

_OWN_INTERRUPTED = 1.0
"""Seconds after an answering message of ours in which an `interrupted` is its echo (measured: 12 to
78 ms)."""
REFUSED = 1007
"""How the service closes a connection over a message that it does not take."""
_REFUSED_WITHIN = 2.0
"""Seconds after a message of ours in which such a close is blamed on it."""


class Sending:
    """The messages of one conversation.

    >>> sending, out = Sending(), []
    >>> sending.send("Go on.", "answering", 10.0, out)
    1
    >>> sending.is_echo(10.5), sending.is_echo(12.0)
    (True, False)
    """

    def __init__(self) -> None:
        self._count = 0
        self._last: tuple[float, e.Delivery] | None = None
        self._answering = 0
        self._answering_at = float("-inf")

    def send(self, text: str, delivery: e.Delivery, now: float, out: list[e.Command]) -> int:
        """Send a message.

        Returns:
            Its number, which `NoteSent` and `NoteFailed` will name.
        """
        self._count += 1
        self._last = (now, delivery)
        if delivery == "answering":
            self._answering = self._count
            self._answering_at = now
        out.append(e.SendNote(id=self._count, text=text, delivery=delivery))
        return self._count

    def sent(self, id_: int, now: float) -> None:
        """A message is on the wire."""
        if id_ == self._answering:
            self._answering_at = now
        if self._last is not None:
            self._last = (now, self._last[1])

    def is_echo(self, now: float) -> bool:
        """Whether an `interrupted` at `now` can be due to our own answering message."""
        return now - self._answering_at <= _OWN_INTERRUPTED

    def refused(self, out: list[e.Command]) -> None:
        """The server does not take messages like the last one."""
        if self._last is not None:
            out.append(e.Refused(delivery=self._last[1]))

    def is_blamed(self, code: int | None, now: float) -> bool:
        """Whether a connection that closes with `code` at `now` does so over our last message."""
        return code == REFUSED and self._last is not None and now - self._last[0] <= _REFUSED_WITHIN
