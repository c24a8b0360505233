"""The sound of a reply, reduced as it arrives: two bytes for every 10 ms, and no samples.

How loud it is tells where the voice pauses and where its vowels are; how often the wave crosses zero
tells hissing consonants from humming ones. Both are read off mono 16-bit PCM a message at a time,
about 2 us for each 10 ms, so that nothing is left to reduce when somebody asks and no samples are
kept. It knows nothing of speech or text.
"""

from __future__ import annotations

import sys
from array import array
from itertools import pairwise
from math import ceil, exp, log

__all__ = ["DEFAULT_SAMPLE_RATE", "FRAME_MS", "STEPS_PER_DB", "Sound"]

FRAME_MS = 10
DEFAULT_SAMPLE_RATE = 24000
"""What the Live API sends when the MIME type does not say otherwise (documented)."""

# Levels are stored as `_SCALE * ln(peak to peak + 1)`, 0 to 221: one byte a frame, 0.43 dB a step.
_SCALE = 20.0
STEPS_PER_DB = _SCALE * log(10.0) / 20.0
# The level of each difference that two samples can have; a logarithm takes five times as long.
_FROM = [ceil(exp(level / _SCALE)) - 1 for level in range(223)]
_LEVELS = b"".join(
    bytes([level]) * (after - before)
    for level, (before, after) in enumerate(pairwise([*_FROM[:-1], 1 << 16]))
)

# Peaks of every eighth sample at 24 kHz are those of all of them but for a dB, at an eighth of the
# work.
_PEAK_SAMPLES_PER_SECOND = 3000

# Outside of these it is no rate of speech but a mistake.
_LEAST_SAMPLE_RATE, _MOST_SAMPLE_RATE = 4000, 192_000

# A frame's worth of bytes more than this in one message is left for the messages after it, or for
# the question: so that no message takes a millisecond.
_MOST_FRAMES_AT_ONCE = 200

# The sign of a sample by the upper of its two bytes.
_SIGNS = bytes(128) + b"\x01" * 128
_MOST_CROSSINGS = 255


class Sound:
    """The level and the crossings of every 10 ms of a reply's audio.

    Example:
        >>> sound = Sound()
        >>> sound.add(bytes(48_000), 24_000)
        >>> sound.received_ms, len(sound.levels), len(sound.crossings)
        (1000.0, 100, 100)
    """

    def __init__(self) -> None:
        self.levels = bytearray()
        """Of each whole 10 ms, 0 for silence, `STEPS_PER_DB` for a decibel."""
        self.crossings = bytearray()
        """Of each whole 10 ms: how often the wave rose or fell through zero, one way only."""
        self._rest = b""
        self._sample_rate = DEFAULT_SAMPLE_RATE
        # Frames end at multiples of 10 ms from here, also where a rate such as 22,050 has no whole
        # number of samples.
        self._rate_bytes = 0
        self._frames = 0
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
        if not _LEAST_SAMPLE_RATE <= sample_rate <= _MOST_SAMPLE_RATE:
            sample_rate = DEFAULT_SAMPLE_RATE
        if sample_rate != self._sample_rate:
            self._change_rate(sample_rate)
        self._rate_bytes += len(pcm)
        if levels is not None:
            self.levels += levels
            self.crossings += (crossings or b"")[: len(levels)].ljust(len(levels), b"\0")
            return
        self._rest = self._rest + pcm if self._rest else pcm
        self._reduce(_MOST_FRAMES_AT_ONCE)

    def catch_up(self) -> None:
        """Reduce what one long message has left."""
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
        frames = min((done + len(self._rest) // 2) * 100 // rate - first, most)
        if frames <= 0:
            return
        used = (first + frames) * rate // 100 - done
        raw, self._rest = self._rest[: 2 * used], self._rest[2 * used :]
        samples = array("h", raw)
        if sys.byteorder == "big":
            samples.byteswap()
        signs = raw[1::2].translate(_SIGNS)
        step = max(1, rate // _PEAK_SAMPLES_PER_SECOND)
        levels, crossings = self.levels, self.crossings
        at = 0
        for frame in range(first + 1, first + frames + 1):
            end = frame * rate // 100 - done
            part = samples[at:end:step]
            levels.append(_LEVELS[max(part) - min(part)])
            crossings.append(min(signs.count(b"\x00\x01", at, end), _MOST_CROSSINGS))
            at = end
        self._frames = first + frames

    def _change_rate(self, sample_rate: int) -> None:
        if self._rate_bytes:
            self.catch_up()
            # The part of a frame that is left counts as a whole one if it is most of one.
            if len(self._rest) * 100 >= self._sample_rate:
                self.levels.append(self.levels[-1] if self.levels else 0)
                self.crossings.append(self.crossings[-1] if self.crossings else 0)
            self._earlier_ms = self.received_ms
        self._rest = b""
        self._rate_bytes = self._frames = 0
        self._sample_rate = sample_rate
