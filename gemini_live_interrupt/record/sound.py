"""Sound as a record keeps it: how loud it was, which is all that the core hears.

Knows levels and peaks, and makes sound of them again that the core cannot tell from what was there.
Must not know how a level leads to a pause or to speech. A record has 200 bytes for a second of
speech where the sound has 48,000, and nobody can listen to them.
"""

from __future__ import annotations

import base64
from array import array
from typing import Any

from gemini_live_interrupt.core.speaking import FRAME_MS, peaks

MOST_BYTES = 20_000_000
"""Of one piece of sound. More is none."""
MOST_PEAKS = 2_000
"""Of one piece of microphone sound: a minute."""
_LOUDEST = 65_535
"""Peak to peak."""


def revived(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a line, with sound in them that sounds as loud as it was.

    Raises:
        ValueError: what is said of the sound is none.
    """
    heard = {name: body[name] for name in ("levels", "crossings") if name in body}
    if heard and all(isinstance(one, str) for one in heard.values()):
        return {**body, **{name: read_levels(one) for name, one in heard.items()}}
    microphone = microphone_in(body)
    return body if microphone is None else {**body, "pcm": as_loud(*microphone)}


def microphone_in(body: dict[str, Any]) -> tuple[list[int], int, int] | None:
    """What a line says of the microphone: the peaks of its sound, how many bytes it has, and its rate in
    Hz; None if it says nothing.

    Raises:
        ValueError: what it says is no sound.
    """
    peaks_ = body.get("peaks")
    if not isinstance(peaks_, list):
        return None
    size, rate = body.get("pcm"), body.get("sample_rate", 16_000)
    if type(size) is not int or type(rate) is not int or not 0 <= size <= MOST_BYTES:
        raise ValueError(f"{size!r:.20} bytes at {rate!r:.20} Hz are no sound")
    # Few peaks must not stand for much sound: as many bytes are made of them.
    if size // 2 // _frame(rate) > len(peaks_) < MOST_PEAKS:
        raise ValueError(f"{len(peaks_)} peaks are too few for {size} bytes at {rate} Hz")
    if not all(type(peak) is int and 0 <= peak <= _LOUDEST for peak in peaks_):
        raise ValueError("its peaks are none of any sound")
    return peaks_, size, rate


def written(levels: bytes) -> str:
    """Levels of the model's voice as text.

    >>> read_levels(written(bytes([0, 120, 221])))
    b'\\x00x\\xdd'
    """
    return base64.b64encode(levels).decode()


def read_levels(text: str) -> bytes:
    """What `written` wrote.

    Raises:
        ValueError: it is something else.
    """
    return base64.b64decode(text, validate=True)


def loudness_of_microphone(pcm: bytes, sample_rate: int) -> list[int]:
    """Peak to peak of each frame of a piece of microphone sound."""
    return peaks(pcm, sample_rate)[:MOST_PEAKS]


def as_loud(peaks_: list[int], size: int, sample_rate: int) -> bytes:
    """A piece of sound of `size` bytes with these peaks.

    >>> loudness_of_microphone(as_loud([900, 0], 1920, 16_000), 16_000)
    [900, 0]
    """
    frame = _frame(sample_rate)
    samples = array("h", bytes(size // 2 * 2))
    for index, peak in enumerate(peaks_):
        start = index * frame
        middle, end = start + frame // 2, min(start + frame, len(samples))
        high = min(peak // 2, 32_767)
        samples[start:middle] = array("h", [high]) * max(0, min(middle, end) - start)
        samples[middle:end] = array("h", [max(-32_768, high - peak)]) * max(0, end - middle)
    return samples.tobytes()


def _frame(sample_rate: int) -> int:
    """Samples of which there is one peak."""
    return max(1, sample_rate * FRAME_MS // 1000)
