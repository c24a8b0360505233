"""Which words of the model go on to the context, and when: those that were heard, word by word.

Knows the replies of the core that are arriving or audible, and how far each has been handed on.
Must not know frames or timers. A word that was handed on cannot be taken back, so a reply's later
and better estimate only ever adds words.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gemini_live_interrupt.core.replies import Reply
from gli_pipecat.wording import Stage, Wording


class Spoken:
    """One reply, and what of it was handed on.

    Args:
        reply: The core's.
        number: Counts the replies of the session from 1.
        among: Where it is kept.
    """

    def __init__(self, reply: Reply, number: int, among: SpokenWords | None = None) -> None:
        self.reply = reply
        self.number = number
        self.among = among
        self.wording = Wording(lambda: reply.turn.text)
        self.is_over = False
        """All of it has come out of the output, or was lost on the way: nothing more will be
        heard."""

    def news(self, position_ms: float, *, is_cut: bool = False) -> str:
        """Text that was heard since the last call.

        Args:
            position_ms: The playback position on the session's line.
            is_cut: What is still queued will not arrive any more.
        """
        reply = self.reply
        if self.is_over or (reply.generated and reply.end_ms <= position_ms):
            upto = len(reply.turn.text)
        else:
            upto = reply.heard(position_ms).end
        return self.wording.news(upto, at_least=Stage.QUEUED if is_cut else Stage.ARRIVED)

    def rest(self) -> str:
        """All that has arrived and was not handed on yet."""
        return self.wording.news(len(self.reply.turn.text))

    def is_done(self, position_ms: float) -> bool:
        """Whether all of it was handed on, and no more will come."""
        heard = self.is_over or (self.reply.generated and self.reply.end_ms <= position_ms)
        return heard and self.wording.is_told


class SpokenWords:
    """The replies that have not been handed on completely, the oldest first."""

    def __init__(self) -> None:
        self._replies: deque[Spoken] = deque()
        self.last: Spoken | None = None
        """The newest reply."""

    def of(self, reply: Reply) -> Spoken:
        """The record of the reply that is arriving."""
        last = self.last
        if last is None or last.reply is not reply:
            last = self.last = Spoken(reply, last.number + 1 if last is not None else 1, self)
        if not self.holds(last):  # New, or text of it comes after all that was there was heard.
            self._replies.append(last)
        return last

    @property
    def current(self) -> Spoken | None:
        """The reply that is being heard."""
        return self._replies[0] if self._replies else None

    @property
    def newest_first(self) -> list[Spoken]:
        """All of them."""
        return list(reversed(self._replies))

    def before(self, spoken: Spoken) -> list[Spoken]:
        """Those that came before this one."""
        return [one for one in self._replies if one.number < spoken.number]

    def news(
        self, reached: Callable[[Spoken], float], *, is_cut: bool = False
    ) -> list[tuple[Spoken, str]]:
        """What was heard since the last call, by reply.

        Args:
            reached: How far a reply was heard, on the session's playback line.
            is_cut: What is still queued will not arrive any more.
        """
        heard: list[tuple[Spoken, str]] = []
        while self._replies:
            spoken = self._replies[0]
            position_ms = reached(spoken)
            text = spoken.news(position_ms, is_cut=is_cut)
            if text:
                heard.append((spoken, text))
            if not spoken.is_done(position_ms):
                break
            spoken.is_over = True
            self._replies.popleft()
        return heard

    def holds(self, spoken: Spoken) -> bool:
        """Whether some of it is still to be handed on."""
        return any(one is spoken for one in self._replies)

    def cut(self) -> None:
        """The rest is not going to be heard."""
        self._replies.clear()
