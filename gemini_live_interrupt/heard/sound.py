"""The sound of a reply, reduced as it arrives: two bytes for every 10 ms, and no samples.

How loud it is tells where the voice pauses and where its vowels are; how often the wave crosses zero
tells hissing consonants from humming ones. Both are read off mono 16-bit PCM as it comes (`frames.py`):
a message at a time, or eight seconds at a time where arrays make that the cheaper way. So little is left
to reduce when somebody asks, and no samples are kept. It knows nothing of speech or text.
"""

from __future__ import annotations

import sys

from gemini_live_interrupt.heard import frames
from gemini_live_interrupt.heard.arrays import arrays
from gemini_live_interrupt.heard.frames import FRAME_MS, STEPS_PER_DB

__all__ = ["DEFAULT_SAMPLE_RATE", "FRAME_MS", "STEPS_PER_DB", "Sound"]

DEFAULT_SAMPLE_RATE = 24000
"""What the Live API sends when the MIME type does not say otherwise (documented)."""

# Outside of these it is no rate of speech but a mistake.
_LEAST_SAMPLE_RATE, _MOST_SAMPLE_RATE = 4000, 192_000

# What is more than this in one message is left for the messages after it, or for the question: so
# that no message takes a millisecond.
_MOST_AT_ONCE, _MOST_IN_ARRAYS = 400, 2000
# Frames that are waited for where arrays reduce them: half as many take three quarters of the time.
_COLLECTED = 800
# Fewer than these cost more in arrays.
_FEW = 8


class Sound:
    """The level and the crossings of every 10 ms of a reply's audio.

    Example:
        >>> sound = Sound()
        >>> sound.add(bytes(48_000), 24_000)
        >>> sound.catch_up()
        >>> sound.received_ms, len(sound.levels), len(sound.crossings)
        (1000.0, 100, 100)
    """

    __slots__ = (
        "_earlier_ms",
        "_enough",
        "_frames",
        "_known",
        "_rate_bytes",
        "_rest",
        "_sample_rate",
        "crossings",
        "levels",
    )

    def __init__(self) -> None:
        self.levels = bytearray()
        """Of each whole 10 ms, 0 for silence, `STEPS_PER_DB` for a decibel."""
        self.crossings = bytearray()
        """Of each whole 10 ms: how often the wave rose or fell through zero, one way only."""
        self._rest: list[bytes] = []
        self._sample_rate = DEFAULT_SAMPLE_RATE
        # Frames end at multiples of 10 ms from here, also where a rate such as 22,050 has no whole
        # number of samples.
        self._rate_bytes = 0
        self._known = 0
        """Of these, bytes that came with their levels."""
        self._frames = 0
        """Those that were made of the others."""
        self._enough = self._enough_from(0)
        """Bytes of this rate at which those that wait are reduced."""
        self._earlier_ms = 0.0

    @property
    def received_ms(self) -> float:
        """Length of the audio added so far."""
        return self._earlier_ms + self._rate_bytes // 2 / self._sample_rate * 1000.0

    def add(
        self,
        pcm: bytes,
        sample_rate: int,
        levels: bytes | None = None,
        crossings: bytes | None = None,
    ) -> None:
        """Take more audio.

        With `levels` and `crossings`, which an earlier ear made of it, these are taken instead of
        the audio.
        """
        if not pcm:
            return
        if sample_rate != self._sample_rate:
            self._change_rate(sample_rate)
        self._rate_bytes = received = self._rate_bytes + len(pcm)
        if levels is not None:
            self.levels += levels
            self.crossings += (crossings or b"")[: len(levels)].ljust(len(levels), b"\0")
            self._known += len(pcm)
            self._enough += len(pcm)
            return
        self._rest.append(pcm)
        if received >= self._enough:
            self._reduce(_MOST_IN_ARRAYS if _by_arrays(self._sample_rate) else _MOST_AT_ONCE)

    def catch_up(self) -> None:
        """Reduce what waits."""
        self._reduce(sys.maxsize)

    def split(self, frames: int) -> Sound:
        """Take off the first so many frames, as a sound of their own."""
        first = Sound()
        for ours, its in ((self.levels, first.levels), (self.crossings, first.crossings)):
            its += ours[:frames]
            del ours[:frames]
        first._earlier_ms = float(frames * FRAME_MS)
        self._earlier_ms -= first._earlier_ms
        return first

    def _reduce(self, most: int) -> None:
        rate, first = self._sample_rate, self._frames
        # Sample `done` of this rate is the first that is left.
        done = first * rate // 100
        count = min((done + self._waiting() // 2) * 100 // rate - first, most)
        if count <= 0:
            return
        rest = self._rest[0] if len(self._rest) == 1 else b"".join(self._rest)
        used = (first + count) * rate // 100 - done
        if count >= _FEW and _by_arrays(rate):
            levels, crossings = frames.in_arrays(rest, count, rate)
        else:
            ends = [frame * rate // 100 - done for frame in range(first + 1, first + count + 1)]
            levels, crossings = frames.one_by_one(rest[: 2 * used], ends, rate)
        self.levels += levels
        self.crossings += crossings
        left = rest[2 * used :]
        self._rest, self._frames = [left] if left else [], first + count
        self._enough = self._enough_from(self._known + 2 * (done + used))

    def _waiting(self) -> int:
        """Bytes of `_rest`."""
        return self._rate_bytes - self._known - 2 * (self._frames * self._sample_rate // 100)

    def _enough_from(self, reduced: int) -> int:
        """With how many bytes those behind the first `reduced` are enough."""
        rate = self._sample_rate
        return reduced + _COLLECTED * rate // 50 if _by_arrays(rate) else 0

    def _change_rate(self, sample_rate: int) -> None:
        if not _LEAST_SAMPLE_RATE <= sample_rate <= _MOST_SAMPLE_RATE:
            sample_rate = DEFAULT_SAMPLE_RATE
            if sample_rate == self._sample_rate:
                return
        if self._rate_bytes:
            self.catch_up()
            # The part of a frame that is left counts as a whole one if it is most of one.
            if self._waiting() * 100 >= self._sample_rate:
                self.levels.append(self.levels[-1] if self.levels else 0)
                self.crossings.append(self.crossings[-1] if self.crossings else 0)
            self._earlier_ms = self.received_ms
        self._rest = []
        self._rate_bytes = self._known = self._frames = 0
        self._sample_rate = sample_rate
        self._enough = self._enough_from(0)


def _by_arrays(rate: int) -> bool:
    """Whether arrays can reduce sound of this rate."""
    return rate % 100 == 0 and arrays() is not None
