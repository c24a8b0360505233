"""A conversation as a WAV file: the user on the left, the model on the right, as they were heard.

Knows sound and times; nothing of sessions.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]

__all__ = ["wav_files", "write_conversation"]

RATE = 24_000
"""Samples a second of the file: the model's own rate."""
USER_RATE = 16_000

Heard = Sequence[tuple[float, bytes]]
"""When, in seconds on any clock, and mono s16le that sounded from then on."""


def wav_files(path: Path) -> tuple[Path, Path]:
    """The files of one run: with the library, and without."""
    return path, path.with_name(f"{path.stem}-without{path.suffix}")


def write_conversation(path: Path, user: Heard, model: Heard, *, begin: float) -> float:
    """Write a stereo file.

    Args:
        path: Where to.
        user: What the user said, at 16 kHz.
        model: What was played of the model, at 24 kHz.
        begin: The file's first moment, on the same clock.

    Returns:
        Its length in seconds.
    """
    import numpy as np

    left = _placed(((at, _at_24k(pcm)) for at, pcm in _joined(user)), begin)
    right = _placed(((at, np.frombuffer(pcm, dtype="<i2")) for at, pcm in model), begin)
    frames = np.zeros((max(len(left), len(right)), 2), dtype="<i2")
    frames[: len(left), 0] = left
    frames[: len(right), 1] = right
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return len(frames) / RATE


def _joined(heard: Heard) -> list[tuple[float, bytes]]:
    """Chunks that follow each other as one, so that timers leave no gaps in a word."""
    joined: list[tuple[float, bytes]] = []
    for at, pcm in heard:
        if joined and at - (joined[-1][0] + len(joined[-1][1]) / 2 / USER_RATE) < 0.1:
            joined[-1] = (joined[-1][0], joined[-1][1] + pcm)
        else:
            joined.append((at, pcm))
    return joined


def _at_24k(pcm: bytes) -> Samples:
    import numpy as np

    samples = np.frombuffer(pcm, dtype="<i2")
    at = np.arange(len(samples) * RATE // USER_RATE) * (USER_RATE / RATE)
    result: Samples = np.rint(np.interp(at, np.arange(len(samples)), samples)).astype(np.int16)
    return result


def _placed(pieces: Iterable[tuple[float, Samples]], begin: float) -> Samples:
    import numpy as np

    track = np.zeros(0, dtype="<i2")
    for at, samples in pieces:
        start = max(0, round((at - begin) * RATE))
        missing = start + len(samples) - len(track)
        if missing > 0:
            track = np.concatenate([track, np.zeros(missing, dtype="<i2")])
        track[start : start + len(samples)] = samples
    return track
