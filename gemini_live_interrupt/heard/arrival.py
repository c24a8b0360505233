"""When the text arrived: a hint at when it is said, where the server sends the two in step.

Some models put a word or three of the transcript between the chunks of its audio
(gemini-2.5-flash-native-audio, gemini-3.1-flash-live), others send all of it first (Vertex). By
itself that says little: text may lead or lag, and by how much differs. But where the pauses that
were matched lie about as long after the arrival of their text as each other, a matching that would
have a word said seconds sooner or later than that is a wrong one. It knows no pauses and no clock,
only how much audio had been received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from gemini_live_interrupt.heard.spoken_units import Token

__all__ = ["Arrivals", "Hint", "hint_of", "in_step"]

# Text that comes in longer pieces, characters on average, or in fewer, tells nothing of its words.
_LONGEST_PIECE = 45.0
_FEWEST_PIECES = 4

# Seconds by which lags may differ, half of them by less, for text to count as sent in step; and how
# many it takes to tell. Chosen, with what a hint weighs, on what `bench/heard.py --tuned` measures.
_MOST_APART_S = 1.0
_MOST_DRIFT_S = 0.5
_FEWEST_LAGS = 3
_LEAST_SPREAD_S = 0.2


class Arrivals:
    """How much audio had been received when each part of a turn's text arrived.

    What arrives with no audio in between is one piece, however it was split.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._received_ms: list[float] = []

    def add(self, start: int, received_ms: float) -> None:
        """Text from character `start` arrives when `received_ms` of audio have."""
        if not self._received_ms or received_ms != self._received_ms[-1]:
            self._starts.append(start)
            self._received_ms.append(received_ms)

    def of(self, tokens: Sequence[Token]) -> list[float] | None:
        """Seconds of audio received before each token, and before what follows the last; in
        proportion within a piece. None where pieces are too long or too few to tell."""
        starts, received_ms = self._starts, self._received_ms
        pieces = len(starts)
        if pieces < _FEWEST_PIECES or starts[-1] - starts[0] > _LONGEST_PIECE * (pieces - 1):
            return None
        # How the last piece goes on is not known yet: as the others did.
        per_character = (received_ms[-1] - received_ms[0]) / (starts[-1] - starts[0])
        times, piece = [], 0
        for at in [*(token.start for token in tokens), tokens[-1].end if tokens else 0]:
            while piece + 1 < pieces and starts[piece + 1] <= at:
                piece += 1
            slope = per_character
            if piece + 1 < pieces:
                length = starts[piece + 1] - starts[piece]
                slope = (received_ms[piece + 1] - received_ms[piece]) / length
            times.append((received_ms[piece] + slope * (at - starts[piece])) / 1000.0)
        return times


@dataclass(frozen=True, slots=True)
class Hint:
    """How long after its arrival text is said."""

    lag_s: float
    """Seconds, negative where the text comes after its audio."""
    spread_s: float
    """Seconds, the mean deviation of a Laplace distribution."""


def hint_of(lags_s: Sequence[float]) -> Hint | None:
    """What the lags of matched pauses say of all others; None if they do not agree.

    Example:
        >>> hint_of([0.3, 0.2, 0.9, 0.3])
        Hint(lag_s=0.3, spread_s=0.2)
        >>> hint_of([0.3, 4.0, 9.0])
    """
    if len(lags_s) < _FEWEST_LAGS:
        return None
    lag_s = median(lags_s)
    apart_s = median(abs(other - lag_s) for other in lags_s)
    if apart_s > _MOST_APART_S:
        return None
    return Hint(lag_s, max(_LEAST_SPREAD_S, apart_s / log(2.0)))


def in_step(lags_s: Sequence[float]) -> bool:
    """Whether text keeps its distance: neither drifts nor jumps between the halves of a turn.

    Example:
        >>> in_step([0.3, 0.2, 0.4, 0.3])
        True
        >>> in_step([0.3, 0.8, 1.3, 1.8])
        False
    """
    if len(lags_s) < 2:
        return False
    half = len(lags_s) // 2
    return abs(median(lags_s[:half]) - median(lags_s[-half:])) <= _MOST_DRIFT_S
