"""Which content after a cut still belongs to the reply that was cut.

Knows when the cut was, what came since, and what the server and the app have said of it. Must not
know what is done with late content. The server cancels a reply, but what was on its way still
arrives (reported of models before 3.8); taken for the next reply it would end the interruption
before the model was told. Time tells it from the next reply, unless the app reads so late that the
reply is read at once behind the cut: then what comes after the cut turn's end, or after the user's
words, is the reply.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e

_GAP = 0.6
"""Seconds without content after which content is a new reply, not the tail of the cut one, if the
server has not said `turn_complete`. A reply cannot begin sooner: a typed turn is answered after 0.5
s (measured, 3.8), a spoken one later."""
_GAP_COMPLETE = 0.3
"""The same, once `turn_complete` of the cut turn has come."""
_MOST = 2.0
"""Seconds after a cut in which content can be late at all: what goes on for longer is a reply."""
_MOST_SOUND = 2_000.0
"""ms of sound that can be late: what was on its way is half a second's worth, sent at four times its
speed. More is a reply that goes on although the server said `interrupted`, if nobody spoke."""
_MOST_KEPT = 1_000_000
"""Bytes that are kept, 20 s of sound: so much is a reply, whoever speaks."""
_EACH = 100
"""Bytes of an event, beside its sound or text."""

Content = e.ModelText | e.ModelAudio


class LateContent:
    """The tail of the last reply that was cut.

    Example:
        >>> late = LateContent()
        >>> late.cut(10.0, arriving=True)
        >>> late.is_late(10.1, has_words=False), late.is_late(10.7, has_words=False)
        (True, False)
    """

    def __init__(self) -> None:
        self.rest_is_dropped = False
        """The app drops what still comes of the reply, and the server has not heard of the cut."""
        self.by_order = False
        """The app reads messages long after they came: their times say nothing."""
        self._at = float("-inf")
        self._was_arriving = False
        self._complete = False
        self._last = float("-inf")
        self._kept: list[tuple[Content, float]] = []
        self._size = 0
        self._sound_ms = 0.0
        self._heard_until = float("-inf")

    def cut(self, now: float, *, arriving: bool, drops_rest: bool = False) -> None:
        """A reply was cut.

        Args:
            now: when.
            arriving: the server was still sending it, so that more may come.
            drops_rest: the app did it, and drops what comes until the server is done.
        """
        self.rest_is_dropped = drops_rest and arriving
        self._at = now
        self._was_arriving = arriving
        self._complete = False
        self._last = float("-inf")
        self._kept, self._size, self._sound_ms = [], 0, 0.0

    def came(self, event: Content, now: float) -> None:
        """Content came that was late."""
        self._last = now
        if self.rest_is_dropped:
            return  # Nobody hears it, however much it is.
        self._kept.append((event, now))
        self._size += _EACH
        if isinstance(event, e.ModelAudio):
            self._size += len(event.pcm)
            ms = len(event.pcm) / 2 / max(1, event.sample_rate) * 1000.0
            self._sound_ms += ms
            self._heard_until = max(self._heard_until, now) + ms / 1000.0
        else:
            self._size += len(event.text)

    def is_a_reply(self, *, somebody_speaks: bool) -> bool:
        """Whether more came than can be late, and the app plays it; far more, if `somebody_speaks`."""
        is_long = self._sound_ms >= _MOST_SOUND and not somebody_speaks
        return bool(self._kept) and (is_long or self._size >= _MOST_KEPT)

    def taken(self) -> list[tuple[Content, float]]:
        """All that came, with its time: it is late no more."""
        kept, self._kept, self._size = self._kept, [], 0
        self.goes_on()
        return kept

    def is_heard(self, now: float) -> bool:
        """Whether an app that plays what comes late still plays it."""
        return now < self._heard_until

    def turn_complete(self) -> None:
        """The server is done with the reply."""
        self._complete = True
        self.rest_is_dropped = False

    def goes_on(self) -> None:
        """The reply had only stopped: what still comes is no tail."""
        self._was_arriving = False

    def is_late(self, now: float, *, has_words: bool) -> bool:
        """Whether content that comes now belongs to the reply that was cut.

        Args:
            now: when.
            has_words: the user's words have come, so that the next reply is near.
        """
        if not self._was_arriving or (self._complete and has_words):
            return False
        if self.by_order and (self._complete or has_words):
            return False
        if now - self._at > _MOST and not self.rest_is_dropped:
            return False
        gap = _GAP_COMPLETE if self._complete or has_words else _GAP
        return now - max(self._at, self._last) < gap

    def rest_until(self, now: float) -> float:
        """Until when, in seconds, what comes at `now` may be followed by more that is dropped."""
        return now + _GAP

    def rest_comes(self, now: float) -> bool:
        """Whether what the app drops is still coming."""
        return self.rest_is_dropped and now - self._last < _GAP
