"""What an app writes for the user in several messages, of which only the last asks for an answer.

Knows that content may be sent with `turn_complete=False`, and that an empty one with True asks for the
answer to it. Must not know how a message looks, or what words lead to. The server keeps a draft until the
model replies to something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joints import joint

_MOST_CHARACTERS = 8_000
"""Of a draft: more than any note quotes, and no more than that is kept of a call that never asks."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Text of the user was sent that asks for no answer yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer was asked for, without a word."""


Sent = e.Event | Drafted | Asked


class Draft:
    """That of one session.

    Args:
        replies: how many replies the model has begun.

    >>> draft = Draft(lambda: 0)
    >>> list(draft.put_together([Drafted("Tell me")])), list(draft.put_together([Drafted("more.")]))
    ([], [])
    >>> [event.text for event in draft.put_together([Asked()])]
    ['Tell me more.']
    """

    def __init__(self, replies: Callable[[], int]) -> None:
        self._replies = replies
        self._text, self._before = "", 0

    def put_together(self, sent: Iterable[Sent]) -> Iterator[e.Event]:
        """The events of what was sent."""
        for one in sent:
            if isinstance(one, Drafted):
                text = self._take()
                self._text = (text + joint(text, one.text) + one.text)[:_MOST_CHARACTERS]
                self._before = self._replies()
            elif isinstance(one, Asked):
                text = self._take()
                yield e.UserTyped(text=text) if text else e.AppInterrupts()
            else:
                if isinstance(one, e.UserTyped):
                    self._take()
                yield one

    def _take(self) -> str:
        text, self._text = self._text, ""
        return text if self._before == self._replies() else ""
