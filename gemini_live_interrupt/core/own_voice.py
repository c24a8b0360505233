"""A TEXT session whose replies the app says with a voice of its own, and reports what it played.

Knows about how long a text takes to say, and that the reports of a speaker stop when it is done.
Must not know what is done about a cut. The voice is the app's, so its sound is never seen here:
silence of the length that it probably has stands for it, and is stretched as long as reports come.
Owns the pace of that voice.
"""

from __future__ import annotations

from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.heard.spoken_units import tokenize

_RATE = 24_000
"""Hz of the silence."""
_MS_PER_UNIT = 62.0
"""A letter of English at a usual pace, pauses included."""
_SLOWEST, _FASTEST = 130.0, 25.0
"""ms: a pace beyond comes of reports that do not fit."""
_MARGIN = 300.0
"""ms that are kept ahead of a voice that takes longer than was thought."""
_LONGEST = 1_000.0
"""ms of one character at most: an app that reports positions, not increments, would have it last for days."""
_AT_ONCE = 96_000
"""Bytes of silence that are made at once."""
_LEAST_LESSON = 1_000.0
"""ms of a reply that says something of the pace."""
DONE_AFTER = 1.0
"""Seconds without a report after which the voice is done."""


class OwnVoice:
    """The voice of one session.

    >>> voice, turn = OwnVoice(), ModelTurn()
    >>> turn.add_text("Hello there, how are you?")
    >>> 1_000 < voice.says(turn, turn.text) < 2_000
    True
    """

    def __init__(self) -> None:
        self.is_heard = False
        """The app has reported what it played, and no sound has come."""
        self._ms_per_unit = _MS_PER_UNIT

    def says(self, turn: ModelTurn, text: str) -> float:
        """Text will be said.

        Returns:
            How long that may take, in ms.
        """
        return _lengthen(turn, _units(text) * self._ms_per_unit)

    def takes_longer(self, turn: ModelTurn, ms: float) -> float:
        """So much more was said than all of it should have taken.

        Returns:
            By how much it was lengthened, in ms.
        """
        room = max(0.0, len(turn.text) * _LONGEST - turn.received_ms)
        return _lengthen(turn, min(ms + _MARGIN, room))

    def has_said(self, text: str, ms: float) -> None:
        """All of a text was said, in so many ms."""
        if ms >= _LEAST_LESSON and (units := _units(text)):
            self._ms_per_unit = min(_SLOWEST, max(_FASTEST, ms / units))


def _units(text: str) -> float:
    return sum(token.units for token in tokenize(text))


def _lengthen(turn: ModelTurn, ms: float) -> float:
    before, left = turn.received_ms, 2 * round(ms * _RATE / 1000.0)
    while left > 0:
        turn.add_audio(bytes(min(left, _AT_ONCE)), _RATE)
        left -= _AT_ONCE
    return turn.received_ms - before
