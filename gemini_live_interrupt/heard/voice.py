"""What is usual for a voice, so that its sounds can be told whoever speaks.

How loud a vowel is and how often it crosses zero depends on the speaker: twice as often in a small
mouth as in a large one. A hiss is a hiss in every mouth. So crossings are counted beside those of the
loud parts of the voice, as levels are counted beside their level. Knows nothing of text.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, log

from gemini_live_interrupt.heard.pauses import Pauses
from gemini_live_interrupt.heard.sound import STEPS_PER_DB, Sound
from gemini_live_interrupt.heard.sounds import MOST_CROSSINGS, SOUNDS

__all__ = ["Voice"]

# What is at most so much softer than the loud parts is a vowel; of a reply the last so many frames
# tell enough.
_LOUD_DB = 8
_MOST_FRAMES = 2000
# Of the voices that `sounds` was learnt on, 10 ln(crossings + 2); that counts as so many frames of any
# voice. Lower voices are told as they are: there, bringing them up made more errors than it mended.
_USUAL, _MOST = 20.0, 30.0
_INERTIA = 30.0
_HISS = SOUNDS["S"].crossings


class Voice:
    """A voice by what was received of it.

    Example:
        >>> silence = Sound()
        >>> silence.add(bytes(48_000), 24_000)
        >>> pauses = Pauses(inner=[], lead_ms=0.0, end_ms=1000.0, spoken_s=1.0, loud=0)
        >>> Voice(pauses, silence).crossings[50]
        50
    """

    def __init__(self, pauses: Pauses, sound: Sound) -> None:
        """`pauses`: of `sound`, for the level of its loud parts."""
        self.loud = pauses.loud
        """The level of the loud parts."""
        self.crossings = _crossings(round(2.0 * _usual_crossings(sound, pauses.loud)))
        """For each number of crossings in 10 ms, what it would be on the voices of `sounds`."""


def _usual_crossings(sound: Sound, loud: int) -> float:
    """Of the loud parts, the median."""
    from_loud = max(1, int(loud - _LOUD_DB * STEPS_PER_DB))
    mask = bytes(sound.levels[-_MOST_FRAMES:]).translate(
        bytes(from_loud) + b"\xff" * (256 - from_loud)
    )
    frames = mask.count(b"\xff")
    if not frames:
        return _USUAL
    there = int.from_bytes(mask) & int.from_bytes(sound.crossings[-_MOST_FRAMES:])
    # What is not loud is now zero. To count how many there are of each number takes a fifth of the time
    # of bringing them in order.
    of_loud = there.to_bytes(len(mask)).translate(None, b"\0")
    usual = 10.0 * log(_from_the_top(of_loud, frames // 2) + 2)
    return _USUAL + (usual - _USUAL) * frames / (frames + _INERTIA)


def _from_the_top(numbers: bytes, place: int) -> int:
    """Which would be at a place if they were in descending order; 0 behind them."""
    below, number = len(numbers) - place, 0
    while below > 0:
        number += 1
        below -= numbers.count(number)
    return number


@lru_cache(maxsize=64)
def _crossings(halves: int) -> bytes:
    """Of a voice of which half of `halves` is usual: between there and a hiss in proportion."""
    usual = min(max(halves / 2.0, _USUAL), _MOST)
    scale = (_HISS - _USUAL) / (_HISS - usual)
    beside: list[int] = []
    for crossings in range(256):
        seen = 10.0 * log(crossings + 2)
        if seen < usual:
            seen += _USUAL - usual
        elif seen < _HISS:
            seen = _HISS - (_HISS - seen) * scale
        beside.append(min(max(round(exp(seen / 10.0) - 2.0), 0), MOST_CROSSINGS))
    return bytes(beside)
