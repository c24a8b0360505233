"""What 10 ms of sound are reduced to: how loud they are, and how often the wave crosses zero.

Knows samples, and two ways to the same numbers: frame by frame, and many frames at once in arrays, at a
tenth of the cost, where numpy is installed and was loaded. Must not know where the samples come from, or
what the numbers mean.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import ceil, exp, log
from typing import Any

from gemini_live_interrupt.heard.arrays import arrays

__all__ = ["FRAME_MS", "STEPS_PER_DB", "in_arrays", "one_by_one"]

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


def in_arrays(raw: bytes, count: int, rate: int) -> tuple[bytes, bytes]:
    """The same for the first `count` frames, all of `rate // 100` samples, where there are `arrays`.

    Its operations are few rather than small: between two seconds of a call much else has run, so that
    finding the code of each anew takes longer than what it does.
    """
    view, most, least, less, total, sample, unsigned, byte, zero, levels = _tools()
    size, step = rate // 100, max(1, rate // _PEAK_SAMPLES_PER_SECOND)
    # Of each frame a column: the largest of a column is found faster than that of a row.
    part = view((-(-size // step), count), sample, raw, 0, (2 * step, 2 * size)).copy()
    # Their difference is right as an unsigned one, also where it is too large for a signed one.
    peaks = (most(part) - least(part)).view(unsigned)
    below = less(view((count, size), sample, raw), zero)
    falls = less(below[:, :-1], below[:, 1:]).view(byte)
    if size // 2 <= _MOST_CROSSINGS:
        crossings = total(falls, 1, byte)
    else:
        crossings = total(falls, 1, unsigned).clip(max=_MOST_CROSSINGS).astype(byte)
    return levels[peaks].tobytes(), crossings.tobytes()


@cache
def _tools() -> tuple[Any, ...]:
    """What `in_arrays` is made of: types by their names and methods by way of functions take time."""
    numpy = arrays()
    sample, unsigned, byte = map(numpy.dtype, ("<i2", "u2", "u1"))
    return (
        numpy.ndarray,
        numpy.maximum.reduce,
        numpy.minimum.reduce,
        numpy.less,
        numpy.add.reduce,
        sample,
        unsigned,
        byte,
        numpy.zeros((), sample),
        numpy.frombuffer(_LEVELS, byte),
    )
