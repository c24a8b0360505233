"""Whether a note entered the prompt, by the service's own token counts.

Knows the counts of consecutive turns, and what went to the model between them. Must not know what a
note says, or what came of it. Owns the counts, and the doubts about them.

The server keeps a whole reply in its prompt after a cut, also what it made and nobody heard
(recorded, 2.5). So what entered between two turns is `prompt2 - prompt1 - response1 - thoughts1`:
8 tokens in a recording without a note, and a note has hundreds. It says nothing where the prompt
does not simply grow: with compression, tools, pictures, other content of the app, or a turn whose
counts are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

_LEAST_PER_CHARACTER = 0.15
"""Tokens of a note for each character, at least: English has 0.25, other scripts more."""
_HALF = 0.5
"""The share of a note's least size that decides: less entered, or more than all else explains."""
_SPEECH = 32.0
"""Tokens of the user's speech for each second, at most (documented: about 25; recorded, 2.5: 1)."""
_AROUND = 24.0
"""Tokens that a turn needs beside its content, at most."""
_ONSET = 0.5
"""Seconds for which the user had spoken before the reply was cut."""
_PER_TYPED_CHARACTER = 1.0
"""Tokens of text that the app sent for the user, for each character, at most."""


@dataclass(frozen=True, slots=True)
class _Counts:
    prompt: int
    made: int
    """Tokens of the reply, thoughts included."""


class PromptCounts:
    """The prompt of one conversation, as far as the counts tell.

    Args:
        compresses: the session's context is compressed, so that the counts do not add up.

    >>> counts = PromptCounts()
    >>> counts.reply_begins(0.0)
    >>> counts.counted(1_200, 110, 30)
    >>> counts.turn_over()
    >>> counts.floor_taken(9.0)
    >>> counts.sent(1_600)
    >>> counts.reply_begins(12.0)
    >>> counts.counted(1_790, 40, 0)
    >>> counts.note_entered
    True
    """

    def __init__(self, *, compresses: bool = False) -> None:
        self._compresses = compresses
        self._before: _Counts | None = None
        """Of the turn before this one."""
        self._now: _Counts | None = None
        """Of this turn, so far."""
        self._is_open = False
        """A turn has begun, and the server has not called it complete."""
        self._taken_at = 0.0
        self._sent = self._typed = 0
        """Characters that went to the model since the last reply began."""
        self._doubted = False
        """Something else did."""
        self._least: float | None = None
        """Tokens that must have entered before this turn with the note in the prompt; None: nothing
        can be said."""
        self._others = 0.0
        """Tokens that may have entered beside it."""
        self.note_entered: bool | None = None
        """Whether our messages before the turn that has begun last were in its prompt."""

    def floor_taken(self, now: float) -> None:
        """The reply was cut."""
        self._taken_at = now

    def sent(self, characters: int) -> None:
        """A message of ours went out."""
        self._sent += characters

    def typed(self, characters: int) -> None:
        """The app sent text for the user."""
        self._typed += characters

    def doubt(self) -> None:
        """Something went to the model whose size nobody knows: a picture, a result of a tool."""
        self._doubted = True
        self._least = None

    def reply_begins(self, now: float) -> None:
        """A turn of the model begins."""
        if self._is_open:
            self._before = None  # The turn before had no end, and so no counts.
        self._is_open = True
        self._now = None
        self.note_entered = None
        self._least = None
        if self._sent and not self._doubted and not self._compresses:
            self._least = _HALF * _LEAST_PER_CHARACTER * self._sent
            seconds = max(0.0, now - self._taken_at) + _ONSET
            self._others = seconds * _SPEECH + _AROUND + self._typed * _PER_TYPED_CHARACTER
        self._sent = self._typed = 0
        self._doubted = False

    def counted(self, prompt: int | None, response: int | None, thoughts: int | None) -> None:
        """The server named the counts of a turn; None where it left one out. Thoughts may be left
        out: half-cascade models have none."""
        if prompt is None or response is None:
            self._now = None
            return
        self._now = _Counts(prompt, response + (thoughts or 0))
        if self._least is None or self._before is None:
            return
        entered = prompt - self._before.prompt - self._before.made
        if entered - self._others >= self._least:
            self.note_entered = True
        elif 0 <= entered < self._least:
            self.note_entered = False

    def turn_over(self) -> None:
        """The server called a turn complete."""
        self._before, self._now = self._now, None
        self._is_open = False
