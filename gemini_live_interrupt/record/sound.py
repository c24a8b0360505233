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


def revived(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a line, with sound in them that sounds as loud as it was.

    Raises:
        ValueError: what is said of the sound is none.
    """
    heard = {name: body[name] for name in ("levels", "crossings") if name in body}
    found = body.get("peaks")
    if heard and all(isinstance(one, str) for one in heard.values()):
        return {**body, **{name: read_levels(one) for name, one in heard.items()}}
    if isinstance(found, list):
        size, rate = body.get("pcm"), body.get("sample_rate", 16_000)
        if not isinstance(size, int) or not isinstance(rate, int) or not 0 <= size <= MOST_BYTES:
            raise ValueError(f"{size!r:.20} bytes at {rate!r:.20} Hz are no sound")
        return {**body, "pcm": as_loud([int(peak) for peak in found], size, rate)}
    return body


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
    frame = max(1, sample_rate * FRAME_MS // 1000)
    samples = array("h", bytes(size // 2 * 2))
    for index, peak in enumerate(peaks_):
        start = index * frame
        middle, end = start + frame // 2, min(start + frame, len(samples))
        high = min(peak // 2, 32_767)
        samples[start:middle] = array("h", [high]) * max(0, min(middle, end) - start)
        samples[middle:end] = array("h", [max(-32_768, high - peak)]) * max(0, end - middle)
    return samples.tobytes()
