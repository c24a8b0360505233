"""How loud a call was, a hundred times a second, for a picture of its sound.

Knows the stereo WAV of a record, and the levels that stand in for it where there is none. Must not
know what is drawn with it.
"""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

RATE = 50
"""Values a second."""
_FULL = 32_768.0


def of_wav(path: Path) -> tuple[bytes, bytes]:
    """The user's side and the model's: a byte for each 20 ms, 255 for the loudest there can be.

    Raises:
        ValueError: it is not the stereo WAV of a record.
    """
    with wave.open(str(path), "rb") as sound:
        if sound.getnchannels() != 2 or sound.getsampwidth() != 2:
            raise ValueError(f"{path} is not stereo with 16 bits")
        size = sound.getframerate() // RATE
        left, right = bytearray(), bytearray()
        while frames := sound.readframes(size):
            samples = array("h", frames[: len(frames) // 4 * 4])
            left.append(_byte(samples[0::2]))
            right.append(_byte(samples[1::2]))
    return bytes(left), bytes(right)


def of_levels(levels: Iterable[tuple[float, float, int]], seconds: float) -> bytes:
    """The same of the microphone's levels, where no sound was recorded.

    Args:
        levels: from when to when, in seconds, and how loud, peak to peak.
        seconds: how long the call was.
    """
    out = bytearray(math.ceil(max(0.0, seconds) * RATE))
    for start, end, peak in levels:
        for i in range(int(start * RATE), min(len(out), math.ceil(end * RATE))):
            out[i] = max(out[i], _scaled(peak / 2.0))
    return bytes(out)


def _byte(samples: array[int]) -> int:
    return _scaled(max(map(abs, samples), default=0))


def _scaled(peak: float) -> int:
    # The square root shows quiet speech beside loud: a bar of a tenth is at -40 dB.
    return min(255, round(255 * math.sqrt(min(1.0, abs(peak) / _FULL))))
