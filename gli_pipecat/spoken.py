"""Which words of the model go on to the context, and when: those that were heard, word by word.

Knows the replies of the core that are arriving or audible, and how far each has been handed on.
Must not know frames or timers. A word that was handed on cannot be taken back, so a reply's later
and better estimate only ever adds words.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from gemini_live_interrupt.core.replies import Reply

_WORD = re.compile(r"\s*\S+\s*$|\s*\S+|\s+$")


def words_in(text: str) -> list[str]:
    """`text` in words with the space before each; joined, they are `text` again.

    >>> words_in("Once upon a  time. ")
    ['Once', ' upon', ' a', '  time. ']
    """
    return _WORD.findall(text)


@dataclass(slots=True, kw_only=True)
class Spoken:
    """One reply and what of it was handed on."""

    reply: Reply
    number: int
    """Counts the replies of the session from 1."""
    told: int = 0
    """Characters handed on."""

    def news(self, position_ms: float) -> str:
        """Text that was heard since the last call.

        Args:
            position_ms: The playback position on the session's line.
        """
        text = self.reply.turn.text
        if self.reply.generated and self.reply.end_ms <= position_ms:
            end = len(text)
        else:
            end = self.reply.heard(position_ms).end
        news = text[self.told : end]
        self.told = max(self.told, end)
        return news

    @property
    def is_complete(self) -> bool:
        """Whether all of it was handed on, and no more will come."""
        return self.reply.generated and self.told >= len(self.reply.turn.text)


class SpokenWords:
    """The replies that have not been handed on completely, the oldest first."""

    def __init__(self) -> None:
        self._replies: deque[Spoken] = deque()
        self._count = 0

    def of(self, reply: Reply) -> Spoken:
        """The record of the reply that is arriving."""
        if not self._replies or self._replies[-1].reply is not reply:
            self._count += 1
            self._replies.append(Spoken(reply=reply, number=self._count))
        return self._replies[-1]

    @property
    def current(self) -> Spoken | None:
        """The reply that is being heard."""
        return self._replies[0] if self._replies else None

    def news(self, position_ms: float) -> list[tuple[Spoken, str]]:
        """What was heard since the last call, by reply."""
        heard: list[tuple[Spoken, str]] = []
        while self._replies:
            spoken = self._replies[0]
            text = spoken.news(position_ms)
            if text:
                heard.append((spoken, text))
            if not spoken.is_complete or spoken.reply.end_ms > position_ms:
                break
            self._replies.popleft()
        return heard

    def holds(self, spoken: Spoken) -> bool:
        """Whether some of it is still to be handed on."""
        return any(one is spoken for one in self._replies)

    def cut(self) -> None:
        """The rest is not going to be heard."""
        self._replies.clear()
