"""Who said what: the last turns of the conversation, in their order.

Knows which turn stands before which, and that a turn may still grow, or shrink to what was heard.
Must not know playback, signals or notes. Owns the list of turns, and keeps it bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from gemini_live_interrupt.core.events import History, Role
from gemini_live_interrupt.heard.control_tokens import words_of

_MOST_CHARACTERS = 8_000
"""Of one turn, which is kept for hours."""
_SPARE = 12
"""Turns that are kept beyond those that a note gets: more than can be growing."""


class Turn(Protocol):
    """One turn; its text may still grow, or shrink to what was heard."""

    @property
    def role(self) -> Role: ...

    @property
    def text(self) -> str: ...


class Said:
    """A turn whose text is set."""

    __slots__ = ("role", "text")

    def __init__(self, role: Role, text: str = "") -> None:
        self.role = role
        self.text = text


class Saying:
    """A turn of the model, which grows until it is settled.

    Args:
        received: what has come of it.

    >>> turn = Saying(lambda: "One two")
    >>> turn.text
    'One two'
    >>> turn.settle("One")
    >>> turn.text
    'One'
    """

    role: Role = "model"

    def __init__(self, received: Callable[[], str]) -> None:
        self._received = received
        self._settled: str | None = None

    @property
    def text(self) -> str:
        """What was said, as far as it is known now."""
        return self._received() if self._settled is None else self._settled

    def settle(self, text: str) -> None:
        """This is what was heard of it; it grows no more."""
        self._settled = text[-_MOST_CHARACTERS:]

    def grow_again(self) -> None:
        """It was not over after all."""
        self._settled = None


class Turns:
    """The turns of one conversation, the oldest first.

    >>> turns = Turns()
    >>> turns.said(Said("user", "Hello."))
    >>> turns.recent(4)
    (('user', 'Hello.'),)
    """

    def __init__(self) -> None:
        self._turns: list[Turn] = []

    def said(self, turn: Turn) -> None:
        """Somebody said something, or has begun to."""
        self._turns.append(turn)

    def asked(self, question: Turn) -> None:
        """A question came whose answer has begun already: it stands before it all the same."""
        turns = self._turns
        last = (i for i in reversed(range(len(turns))) if turns[i].role == "model")
        turns.insert(next(last, len(turns)), question)

    def said_before(self, history: History) -> None:
        """An earlier connection of this conversation had these turns."""
        self._turns[:0] = [Said(role, text) for role, text in history]

    def forget(self, turn: Turn) -> None:
        """It was never heard."""
        self._turns[:] = [other for other in self._turns if other is not turn]

    def recent(self, most: int, without: Iterable[Turn | None] = ()) -> History:
        """The last `most` turns as `(role, text)`, leaving out empty turns and those in
        `without`."""
        if most == 0:
            return ()
        left_out = {id(turn) for turn in without}
        found: list[tuple[Role, str]] = []
        for turn in reversed(self._turns):
            text = words_of(turn.text)
            if text and id(turn) not in left_out:
                found.append((turn.role, text))
                if len(found) == most:
                    break
        return tuple(reversed(found))

    def trim(self, most: int) -> None:
        """Keep the last `most` turns, those that still grow, and not many more."""
        kept = most + _SPARE
        if len(self._turns) > 2 * kept:
            del self._turns[:-kept]
