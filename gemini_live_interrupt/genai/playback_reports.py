"""How an app tells what its speaker does.

Knows the two units of a report, and checks what it is given: an app's mistake is an error in the app's own call. Must
not know what a report leads to.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable

from gemini_live_interrupt.core import events as e

_MOST_MS, _MOST_BYTES = 86_400_000.0, 10**10
"""A day of sound, and about that in bytes: one report of more is a mistake, and counts as that."""


class PlaybackReports:
    """How an app tells what its speaker does. Safe to call from any thread, also from an audio
    callback."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[e.Event], None]) -> None:
        self._tell = tell

    def on_play_ms(self, ms: float) -> None:
        """The speaker played `ms` more of the model's audio (an increment, in ms).

        Raises:
            TypeError: if it is not a number.
            ValueError: if it is negative or not finite.
        """
        if isinstance(ms, bool) or not isinstance(ms, numbers.Real):
            raise TypeError(f"on_play_ms takes a number of milliseconds, not {type(ms).__name__}")
        if not 0 <= ms < math.inf:
            raise ValueError(f"on_play_ms takes an increment of at least 0 ms, not {ms}")
        self._tell(e.Played(ms=float(min(ms, _MOST_MS))))

    def on_play_bytes(self, played: int | bytes | bytearray | memoryview) -> None:
        """The speaker played these bytes, or so many bytes, of the model's audio as it was
        received.

        Raises:
            TypeError: if it is neither bytes nor a whole number.
            ValueError: if it is negative.
        """
        if isinstance(played, (bytes, bytearray, memoryview)):
            size = memoryview(played).nbytes
        elif isinstance(played, numbers.Integral) and not isinstance(played, bool):
            size = int(played)
        else:
            raise TypeError(f"on_play_bytes takes bytes or how many, not {type(played).__name__}")
        if size < 0:
            raise ValueError(f"on_play_bytes takes an increment of at least 0 bytes, not {size}")
        self._tell(e.Played(size=min(size, _MOST_BYTES)))

    def flush(self, *, for_good: bool = False) -> None:
        """The app emptied its speaker by itself, say for its own voice detection: the rest will not
        be played.

        Args:
            for_good: the user wants silence, say by a stop button: the model is not asked to go on
                when nobody says a word, as it would be after a noise. What still comes of this
                reply is taken for dropped, however long it comes.
        """
        self._tell(e.Flushed(for_good=for_good, drops_rest=for_good))
