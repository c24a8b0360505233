"""Our own messages to the model: one after the other, and what the server seems to have made of them.

Knows when a message went out, by which delivery, and how a server shows that it does not take one.
Must not know what a message says, or why it is sent. Owns the messages that wait, because the one
before them is still on its way: each is looked at again when its turn has come, and dropped if
nobody wants it any more. An answering message that cuts a reply is followed by an `interrupted` that
is ours, not the user's. A connection that closes with 1007 right after a message was closed over it;
with any other code once may be chance, and twice running is not, unless the message was answered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gemini_live_interrupt.core import events as e

_OWN_INTERRUPTED = 1.0
"""Seconds after an answering message of ours in which an `interrupted` is its echo (measured: 12 to
78 ms)."""
REFUSED = 1007
"""How the service closes a connection over a message that it does not take."""
_REFUSED_WITHIN = 2.0
"""Seconds after a message of ours in which such a close is blamed on it."""
_UNDER_WAY = 12.0
"""Seconds for which an answer about a message is awaited: a shell gives a send up sooner."""

Out = list[e.Command]
Still = Callable[[float], bool]
"""Whether a message that had to wait is still wanted, at a time in seconds."""
Undo = Callable[[], None]
"""Takes back what was noted of a message that was not sent after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A message whose turn has not come."""

    message: e.SendNote
    still: Still
    dropped: Callable[[int, Out], None]


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
        self._waiting: deque[_Waiting] = deque()
        self._under_way: tuple[int, float] | None = None
        self._last: tuple[float, e.Delivery] | None = None
        self._answering = 0
        self._answering_at = float("-inf")
        self.all_is_told = True
        """Nothing has come that the core does not know yet, such as the start of a reply: only then
        an answering message goes out."""
        self._look_at: float | None = None
        self.suspected: set[e.Delivery] = set()
        """Right after the last message of this delivery a connection closed by itself."""
        self.refused_here: set[e.Delivery] = set()
        """This conversation has no more messages of this delivery, over all its connections."""

    def send(
        self,
        text: str,
        delivery: e.Delivery,
        now: float,
        out: Out,
        *,
        still: Still = lambda now: True,
        dropped: Callable[[int, Out], None] = lambda id_, out: None,
    ) -> int:
        """Send a message, when those before it are sent.

        Args:
            text: what it says.
            delivery: how.
            now: in seconds.
            out: gets the commands.
            still: whether it is still wanted, should it have had to wait.
            dropped: is called with its number if it is not.

        Returns:
            Its number, which `NoteSent` and `NoteFailed` will name.
        """
        self._count += 1
        message = e.SendNote(id=self._count, text=text, delivery=delivery)
        may_be_over = delivery == "answering" and not self.all_is_told
        if self._under_way is not None or self._waiting or may_be_over:
            self._waiting.append(_Waiting(message=message, still=still, dropped=dropped))
            self._look_at = now
        else:
            self._goes_out(message, now, out)
        return message.id

    def proceed(self, now: float, idle: bool, out: Out) -> None:
        """Send what waits, if its turn has come and it is still wanted.

        Args:
            now: in seconds.
            idle: the model is neither sending nor audible.
            out: gets the commands.
        """
        self._look_at = None
        if self._under_way is not None and now >= self._under_way[1] + _UNDER_WAY:
            self._under_way = None
        while self._waiting and self._under_way is None:
            waiting = self._waiting[0]
            asks = waiting.message.delivery == "answering"
            is_wanted = waiting.still(now) and (idle or not asks)
            if is_wanted and asks and not self.all_is_told:
                self._look_at = now
                return
            self._waiting.popleft()
            if is_wanted:
                self._goes_out(waiting.message, now, out)
            else:
                waiting.dropped(waiting.message.id, out)

    def _goes_out(self, message: e.SendNote, now: float, out: Out) -> None:
        self._under_way = (message.id, now)
        self._acquit(now)
        self._last = (now, message.delivery)
        if message.delivery == "answering":
            self._answering = message.id
            self._answering_at = now
        out.append(message)

    @property
    def deadline(self) -> float | None:
        """When to look again, in seconds, if no answer comes."""
        if self._under_way is None or not self._waiting:
            return self._look_at
        return self._under_way[1] + _UNDER_WAY

    def waits(self, id_: int) -> bool:
        """Whether a message has not gone out yet."""
        return any(waiting.message.id == id_ for waiting in self._waiting)

    def sent(self, id_: int, now: float) -> None:
        """A message is on the wire."""
        self._is_answered(id_)
        if id_ == self._answering:
            self._answering_at = now
        if self._last is not None:
            self._last = (now, self._last[1])

    def failed(self, id_: int, out: Out) -> None:
        """A message could not be sent: what waits behind it is not wanted either."""
        self._is_answered(id_)
        while self._waiting:
            waiting = self._waiting.popleft()
            waiting.dropped(waiting.message.id, out)

    def _is_answered(self, id_: int) -> None:
        if self._under_way is not None and self._under_way[0] == id_:
            self._under_way = None

    def answered(self) -> None:
        """A reply has begun: if the last message asked for one, it was taken, however soon the connection
        closes."""
        if self._last is not None and self._last[1] == "answering":
            self.suspected.discard("answering")
            self._last = None

    def is_echo(self, now: float) -> bool:
        """Whether an `interrupted` at `now` can be due to our own answering message."""
        return now - self._answering_at <= _OWN_INTERRUPTED

    def refused(self, out: list[e.Command], code: int | None = REFUSED) -> None:
        """The server does not take messages like the last one; `code` is how it said so.

        Other conversations hear of it only where the code is that of a refusal: 1008, say, has many
        reasons.
        """
        if self._last is not None:
            self.refused_here.add(self._last[1])
            if code == REFUSED:
                out.append(e.Refused(delivery=self._last[1]))

    def is_blamed(self, code: int | None, now: float) -> bool:
        """Whether a connection that closes by itself at `now` does so over our last message: the
        code says so, or it is the second time running."""
        if self._last is None:
            return False
        at, delivery = self._last
        self._acquit(now)
        if now - at > _REFUSED_WITHIN:
            return False
        if code == REFUSED or delivery in self.suspected:
            return True
        self.suspected.add(delivery)
        return False

    def _acquit(self, now: float) -> None:
        """A connection that has lived on after a message takes such messages."""
        if self._last is not None and now - self._last[0] > _REFUSED_WITHIN:
            self.suspected.discard(self._last[1])
