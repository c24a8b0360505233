"""What 10 ms of sound are reduced to: how loud they are, and how often the wave crosses zero.

Knows samples, and two ways to the same numbers: frame by frame, and many frames at once in arrays, at a
tenth of the cost, where numpy is installed and was loaded. Must not know where the samples come from, or
what the numbers mean.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from math import ceil, exp, log
from typing import Any

__all__ = ["FRAME_MS", "STEPS_PER_DB", "at_once", "in_arrays", "load_arrays", "one_by_one"]

FRAME_MS = 10

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

# The sign of a sample by the upper of its two bytes.
_SIGNS = bytes(128) + b"\x01" * 128
_MOST_CROSSINGS = 255

_numpy: Any = None


def load_arrays() -> bool:
    """Use numpy from now on, where it is installed; whether it is.

    Importing it takes some 0.1 s, so this is for the start of a program. Never in a thread beside
    others: a process that forks in the middle of it has a child that can import nothing any more.
    """
    global _numpy
    with suppress(Exception):  # Nothing of ours depends on it, so a broken one is none.
        _numpy = import_module("numpy")
        in_arrays(bytes(960), 240, 24_000)  # The first time takes longest.
    return _numpy is not None


def at_once() -> bool:
    """Whether many frames cost little more than a few: whoever has time should collect some."""
    return _numpy is not None


def one_by_one(raw: bytes, ends: Sequence[int], rate: int) -> tuple[bytes, bytes]:
    """Reduce sound to the level and the crossings of each frame.

    Args:
        raw: samples, signed 16 bit, little endian.
        ends: the sample behind each frame.
        rate: samples in a second.

    Returns:
        The levels, 0 for silence and `STEPS_PER_DB` for a decibel, and the crossings: how often the
        wave fell through zero. A byte for each frame.

    Example:
        >>> square = (bytes((0, 16)) * 30 + bytes((0, 240)) * 30) * 8
        >>> levels, crossings = one_by_one(bytes(480) + square, [240, 480, 720], 24_000)
        >>> list(levels), list(crossings)
        ([0, 180, 180], [0, 4, 4])
    """
    samples = array("h", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    signs = raw[1::2].translate(_SIGNS)
    step = max(1, rate // _PEAK_SAMPLES_PER_SECOND)
    levels, crossings = bytearray(), bytearray()
    at = 0
    for end in ends:
        part = samples[at:end:step]
        levels.append(_LEVELS[max(part) - min(part)])
        crossings.append(min(signs.count(b"\x00\x01", at, end), _MOST_CROSSINGS))
        at = end
    return bytes(levels), bytes(crossings)


def in_arrays(raw: bytes, size: int, rate: int) -> tuple[bytes, bytes]:
    """The same for frames of `size` samples each. `load_arrays` must have said yes."""
    samples = _numpy.frombuffer(raw, dtype="<i2").reshape(-1, size)
    part = samples[:, :: max(1, rate // _PEAK_SAMPLES_PER_SECOND)]
    peaks = part.max(axis=1).astype("i4") - part.min(axis=1)
    levels = _numpy.frombuffer(_LEVELS, dtype="u1")[peaks]
    below = samples < 0
    falls = _numpy.count_nonzero(below[:, 1:] > below[:, :-1], axis=1)
    return levels.tobytes(), _numpy.minimum(falls, _MOST_CROSSINGS).astype("u1").tobytes()
