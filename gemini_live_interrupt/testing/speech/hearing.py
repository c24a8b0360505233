"""The server's ear: finds where the user speaks in the microphone's stream.

A real voice activity detector listens to the audio that arrived, so that a barge-in is caused by
speech and by nothing else. A detector takes 9 MiB, so an ear has one only while there is sound to
judge. Knows sound and stream time; knows nothing of messages, words or wall clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_live_interrupt.testing.speech.detection import DETECTORS, RATE, Detector, Lender

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["RATE", "Ear", "Resampler", "SpeechEnded", "SpeechStarted"]

WINDOW = 512
"""Samples that Silero takes at a time: 32 ms."""
_WINDOW_MS = WINDOW / RATE * 1000

# Two windows in a row above one half decide that speech began: on 16 short barge-ins the decision
# fell 78-80 ms after the onset at 5 to 30 dB, with no false alarm in room noise.
_THRESHOLD = 0.5
_ONSET_WINDOWS = 2
# Silero's own advice: leave speech 0.15 below where it was entered.
_RELEASE = 0.35
# Kept before the onset, so that a soft first consonant is still there to be recognised.
_PADDING_MS = 320.0
# Below this nobody speaks: -63 dB of full scale (r.m.s.), the noise of a very quiet microphone. The
# detector itself finds speech down to about there.
_SOUND = 24.0
# After so long without sound and speech the detector is given back.
_GIVEN_BACK_MS = 3_000.0
# The longest utterance kept for recognition; older audio of it is dropped.
_LONGEST_MS = 60_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """The user began to speak."""

    at_ms: float
    """Onset in the stream of received audio, to a window of 32 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded:
    """The user has been silent for long enough."""

    start_ms: float
    """Onset in the stream."""
    end_ms: float
    """End of the last window with speech."""
    pcm: bytes
    """The utterance with some silence around it, 16 kHz mono s16le."""


class Ear:
    """Listens to one microphone stream.

    Args:
        silence_ms: Silence that ends an utterance.
        lender: Where to get a detector when there is sound; what came meanwhile is judged as soon
            as there is one.
    """

    def __init__(self, *, silence_ms: float, lender: Lender = DETECTORS.borrow) -> None:
        self._silence_ms = silence_ms
        self._lender = lender
        self._detector: Detector | None = None
        self._pending = b""  # s16le at 16 kHz, not judged yet
        self._resampler: Resampler | None = None
        self._received_ms = 0.0
        self._heard_ms = 0.0
        self._sound_ms = float("-inf")  # when there was last any sound
        self._above = 0
        self._onset_ms: float | None = None
        self._last_speech_ms = 0.0
        self._kept: list[bytes] = []

    @property
    def stream_ms(self) -> float:
        """Audio that came so far."""
        return self._received_ms

    @property
    def is_speech(self) -> bool:
        """Whether an utterance is going on, or its closing silence."""
        return self._onset_ms is not None

    def listen(self, pcm: bytes, rate: int = RATE) -> Iterator[SpeechStarted | SpeechEnded]:
        """Take the next audio (mono s16le) and say what happened in it."""
        if rate != RATE:
            if self._resampler is None or self._resampler.rate != rate:
                self._resampler = Resampler(rate)
            pcm = self._resampler.take(pcm)
        self._received_ms += len(pcm) / 2 / RATE * 1000
        self._pending += pcm
        size = WINDOW * 2
        while len(self._pending) >= size:
            window = self._pending[:size]
            if not self._can_judge(window):
                return
            self._pending = self._pending[size:]
            yield from self._window(window)

    def close(self) -> None:
        """Nothing more comes."""
        if self._detector is not None:
            DETECTORS.give_back(self._detector)
            self._detector = None

    def end_of_stream(self) -> SpeechEnded | None:
        """The stream paused (audioStreamEnd): an utterance that is going on is over now."""
        return self._ended() if self._onset_ms is not None else None

    def _can_judge(self, window: bytes) -> bool:
        """Whether there is a detector, or none is needed; False while one is being loaded."""
        if _loudness(window) >= _SOUND:
            self._sound_ms = self._heard_ms
            if self._detector is None:
                self._detector = self._lender()
                if self._detector is None:
                    return False
                for before in self._kept:  # so that it has listened for a while
                    self._detector.process(_floats(before))
        elif not self.is_speech and self._heard_ms - self._sound_ms > _GIVEN_BACK_MS:
            self.close()
        return True

    def _window(self, pcm: bytes) -> Iterator[SpeechStarted | SpeechEnded]:
        likelihood = self._detector.process(_floats(pcm)) if self._detector else 0.0
        self._heard_ms += _WINDOW_MS
        self._keep(pcm)
        if self._onset_ms is None:
            self._above = self._above + 1 if likelihood >= _THRESHOLD else 0
            if self._above == _ONSET_WINDOWS:
                self._onset_ms = self._heard_ms - _ONSET_WINDOWS * _WINDOW_MS
                self._last_speech_ms = self._heard_ms
                yield SpeechStarted(at_ms=self._onset_ms)
        elif likelihood >= _RELEASE:
            self._last_speech_ms = self._heard_ms
        elif self._heard_ms - self._last_speech_ms >= self._silence_ms:
            yield self._ended()

    def _ended(self) -> SpeechEnded:
        assert self._onset_ms is not None
        event = SpeechEnded(
            start_ms=self._onset_ms, end_ms=self._last_speech_ms, pcm=b"".join(self._kept)
        )
        self._onset_ms = None
        self._above = 0
        self._kept.clear()
        return event

    def _keep(self, pcm: bytes) -> None:
        self._kept.append(pcm)
        longest = _PADDING_MS if self._onset_ms is None else _LONGEST_MS
        excess = len(self._kept) - int(longest / _WINDOW_MS)
        if excess > 0:
            del self._kept[:excess]


class Resampler:
    """Brings a stream of any rate to 16 kHz, chunk by chunk, by interpolation between samples."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._step = rate / RATE
        self._position = 0.0  # of the next output sample, in input samples after the tail
        self._tail = b""

    def take(self, pcm: bytes) -> bytes:
        """The next audio at 16 kHz."""
        import numpy as np

        source = np.frombuffer(self._tail + pcm[: len(pcm) // 2 * 2], dtype="<i2")
        count = int((len(source) - 1 - self._position) / self._step) + 1 if len(source) > 1 else 0
        if count <= 0:
            self._tail += pcm
            return b""
        at = self._position + self._step * np.arange(count)
        smooth = _smoothed(source.astype(np.float32), self._step)
        result = np.interp(at, np.arange(len(source)), smooth)
        following = self._position + self._step * count
        # Two samples stay behind, so that the smoothing of the next chunk has a left side.
        keep_from = max(0, min(int(following), len(source)) - 2)
        self._position = following - keep_from
        self._tail = source[keep_from:].tobytes()
        return bytes(np.rint(result).astype("<i2").tobytes())


def _smoothed(samples: Samples, step: float) -> Samples:
    """Against aliasing: a moving average over one output sample's width, where there is one."""
    import numpy as np

    width = int(step)
    if width < 2:
        return samples
    padded = np.pad(samples, (width // 2, width - 1 - width // 2), mode="edge")
    kernel = np.full(width, 1.0 / width, dtype=np.float32)
    return np.convolve(padded, kernel, mode="valid").astype(np.float32)


def _floats(pcm: bytes) -> bytes:
    import numpy as np

    return bytes((np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0).tobytes())


def _loudness(pcm: bytes) -> float:
    import numpy as np

    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples**2)))
