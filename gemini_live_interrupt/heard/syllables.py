"""How much was said by when: time evened out by counting the syllables of the voice.

The same words take a fifth more or less time from one clause to the next, but they always have the
same syllables, and the vowel of a syllable is louder than what is around it. So a clock that runs
partly by time and partly by syllables tells better than time alone how much text lies between two
places: over sentences at three rates the spread of spoken units a second falls by a quarter
(`tests/test_syllables.py`). It knows levels and pauses, and nothing of text.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise

from gemini_live_interrupt.heard.pauses import FRAME_MS, STEPS_PER_DB, Clock, Pauses, loud_level

__all__ = ["Syllables"]

# Between two syllables the level, averaged over 50 ms, falls and rises again by at least 3 dB; and
# no vowel is 25 dB below the loud parts.
_AROUND = 2
_WINDOW = 2 * _AROUND + 1
_DIP = round(3.0 * STEPS_PER_DB) * _WINDOW
_LEAST_DB = 25

# Of the clock, so much runs by time, and the rest by this for each syllable, in seconds: about what
# one takes, so that the clock runs about as fast as time. One counts as no less and no more than
# these shares of the time that it took. Chosen on what `bench/heard.py --tuned` measures.
_BY_TIME = 0.6
_SYLLABLE_S = 0.2
_LEAST, _MOST = 0.4, 2.5


class Syllables:
    """The syllables of one turn, found while it grows.

    Example:
        >>> from gemini_live_interrupt.heard.pauses import find_pauses
        >>> levels = (bytes(20) + bytes([200] * 30)) * 4
        >>> syllables = Syllables()
        >>> syllables.update(levels)
        >>> evened = syllables.even_out(find_pauses(levels, is_complete=True), levels)
        >>> [pause.start_ms for pause in evened.inner]
        [500.0, 1000.0, 1500.0]
    """

    def __init__(self) -> None:
        self._frames: list[int] = []
        """Of each peak, in order."""
        self._heights: list[int] = []
        """Sums of the levels around them."""
        self._looked = _AROUND
        self._rising = True
        self._high = self._low = 0
        self._high_at = 0

    def update(self, levels: bytes) -> None:
        """Look at what is new.

        Args:
            levels: all of the turn so far, from `Loudness.levels`.
        """
        end = len(levels) - _AROUND
        if end <= self._looked:
            return
        rising, high, high_at, low = self._rising, self._high, self._high_at, self._low
        level = sum(levels[self._looked - _AROUND : self._looked + _AROUND])
        for frame in range(self._looked, end):
            level += levels[frame + _AROUND]
            if rising:
                if level > high:
                    high, high_at = level, frame
                elif level < high - _DIP:
                    self._frames.append(high_at)
                    self._heights.append(high)
                    rising, low = False, level
            elif level < low:
                low = level
            elif level > low + _DIP:
                rising, high, high_at = True, level, frame
            level -= levels[frame - _AROUND]
        self._looked = end
        self._rising, self._high, self._high_at, self._low = rising, high, high_at, low

    def even_out(self, pauses: Pauses, levels: bytes) -> Pauses:
        """The same pauses, with speech counted by syllables too.

        Args:
            pauses: of these levels.
            levels: what `update` has seen.
        """
        frames = self._vowels(levels)
        knots_ms, knots_s = [pauses.lead_ms], [0.0]
        inner = []
        start_ms = pauses.lead_ms
        for pause in pauses.inner:
            self._count(frames, start_ms, pause.start_ms, knots_ms, knots_s)
            inner.append(replace(pause, spoken_s=knots_s[-1]))
            start_ms = pause.end_ms
            knots_ms.append(start_ms)
            knots_s.append(knots_s[-1])
        self._count(frames, start_ms, pauses.end_ms, knots_ms, knots_s)
        return replace(
            pauses,
            inner=tuple(inner),
            spoken_s=knots_s[-1],
            clock=Clock(tuple(knots_ms), tuple(knots_s)),
        )

    def _vowels(self, levels: bytes) -> list[int]:
        """Frames of the peaks that are loud enough, the last one also if no dip follows it yet."""
        least = _WINDOW * (loud_level(levels) - _LEAST_DB * STEPS_PER_DB)
        frames = [
            frame
            for frame, height in zip(self._frames, self._heights, strict=True)
            if height >= least
        ]
        if self._rising and self._high >= least and self._high_at < self._looked - 1:
            frames.append(self._high_at)
        return frames

    @staticmethod
    def _count(
        frames: list[int],
        start_ms: float,
        end_ms: float,
        knots_ms: list[float],
        knots_s: list[float],
    ) -> None:
        """Add a stretch of speech between two pauses to the clock."""
        if end_ms <= start_ms:
            return
        first = bisect_left(frames, start_ms / FRAME_MS)
        last = bisect_left(frames, end_ms / FRAME_MS, lo=first)
        share = 1.0 if last > first else 0.5
        between = [
            (before + after) * FRAME_MS / 2.0 for before, after in pairwise(frames[first:last])
        ]
        for from_ms, to_ms in pairwise((start_ms, *between, end_ms)):
            seconds = (to_ms - from_ms) / 1000.0
            by_syllable = min(max(share * _SYLLABLE_S, _LEAST * seconds), _MOST * seconds)
            knots_ms.append(to_ms)
            knots_s.append(knots_s[-1] + _BY_TIME * seconds + (1.0 - _BY_TIME) * by_syllable)
