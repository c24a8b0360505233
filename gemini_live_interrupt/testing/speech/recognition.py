"""What the user said: by matching known utterances, or by a recogniser if there is one.

A test knows what its user is going to say, so the server is told beforehand and finds those
utterances again in what it hears, whatever the chunking, level, silence and moderate noise around
them. Other speech goes to a recogniser, where one is installed; else its words stay unknown, and
unknown is what the record says. Knows sound and text; nothing of sessions or messages.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loguru import logger

from gemini_live_interrupt.testing.speech.hearing import RATE, Resampler

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gemini_live_interrupt.testing.speech.voices import Speech

    Samples = NDArray[np.float32]

__all__ = ["KnownSpeech", "Recogniser", "Transcriber", "Transcript", "installed_recogniser"]

Recogniser = Callable[[bytes], str]
"""Takes 16 kHz mono s16le, returns the words."""

# Compared below 2 kHz, where the energy of speech is: robust to the resampler and to codecs.
_DECIMATION = 4
# Measured on eight short utterances of one voice: the right one 0.94 and more down to 5 dB, two
# that share a vowel ("Nope", "Yes.") up to 0.55.
_MATCH = 0.65


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words of one utterance."""

    text: str
    """The words; empty where they are not known."""
    source: str
    """``matched``, ``recognised``, or ``unknown``."""
    score: float = 0.0
    """Correlation of the match, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownSpeech:
    """An utterance that the server will recognise."""

    text: str
    """Its words, as the transcript shall have them."""
    samples: Samples
    """Its sound at 4 kHz, without silence at either end."""

    @classmethod
    def of(cls, speech: Speech | bytes, text: str | None = None, rate: int = RATE) -> KnownSpeech:
        """From rendered speech, or from PCM (mono s16le at ``rate``) and its words."""
        if isinstance(speech, bytes):
            if text is None:
                raise TypeError("PCM needs its text: expect_speech(pcm, text)")
            return cls(text, _trimmed(_decimated(_at_16k(speech, rate))))
        if not hasattr(speech, "pcm"):
            raise TypeError(
                f"what was spoken is a Speech, such as speak(text), not {speech!r:.100}"
            )
        words = speech.text if text is None else text
        return cls(words, _trimmed(_decimated(_at_16k(speech.pcm, speech.sample_rate))))


class Transcriber:
    """Knows a list of utterances, and perhaps a recogniser for the rest."""

    def __init__(
        self, known: Iterable[KnownSpeech] = (), recogniser: Recogniser | None = None
    ) -> None:
        self._known = list(known)
        self._recogniser = recogniser
        self._lock = threading.Lock()

    def use(self, recogniser: Recogniser | None) -> None:
        """Take another recogniser."""
        self._recogniser = recogniser

    def expect(self, known: KnownSpeech) -> None:
        """Add an utterance."""
        self._known.append(known)

    def transcribe(self, pcm: bytes) -> Transcript:
        """The words in ``pcm`` (16 kHz mono s16le): one utterance or several in a row.

        Takes some 10 ms for seconds of audio and a handful of utterances; a recogniser takes
        longer. Run it in a thread.
        """
        heard = _decimated(pcm)
        found: list[tuple[int, int, float, str]] = []
        for known in self._known:
            score, start = _correlation(heard, known.samples)
            if score >= _MATCH:
                found.append((start, start + len(known.samples), score, known.text))
        if found:
            # Where two matched the same stretch, the better one is right.
            chosen: list[tuple[int, int, float, str]] = []
            for match in sorted(found, key=lambda match: -match[2]):
                if all(_apart(match, other) for other in chosen):
                    chosen.append(match)
            chosen.sort()
            text = " ".join(match[3] for match in chosen)
            return Transcript(text=text, source="matched", score=min(m[2] for m in chosen))
        if self._recogniser is not None:
            with self._lock:  # recognisers need not be thread-safe, and sessions are several
                text = self._recogniser(pcm).strip()
            if text:
                return Transcript(text=text, source="recognised")
        return Transcript(text="", source="unknown")


def installed_recogniser() -> Recogniser | None:
    """moonshine-voice or pocketsphinx, whichever is installed, else None.

    Only releases that carry their model work without a network: ``moonshine-voice==0.1.0`` and
    pocketsphinx 5.
    """
    for load in (_moonshine, _pocketsphinx):
        try:
            return load()
        except ImportError:
            continue
        except Exception as error:  # a release without its model, say: then do without
            logger.debug("live server: {} does not work here: {}", load.__name__, error)
    return None


def _moonshine() -> Recogniser:
    moonshine: Any = importlib.import_module("moonshine_voice")
    path = moonshine.get_model_path("tiny-en")
    transcriber = moonshine.Transcriber(str(path), moonshine.ModelArch.TINY)

    def recognise(pcm: bytes) -> str:
        import numpy as np

        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        result = transcriber.transcribe_without_streaming(samples.tolist(), RATE)
        return " ".join(line.text for line in result.lines)

    return recognise


def _pocketsphinx() -> Recogniser:
    pocketsphinx: Any = importlib.import_module("pocketsphinx")

    def recognise(pcm: bytes) -> str:
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return str(hypothesis.hypstr) if hypothesis else ""

    return recognise


def _at_16k(pcm: bytes, rate: int) -> bytes:
    return pcm if rate == RATE else Resampler(rate).take(pcm)


def _decimated(pcm: bytes) -> Samples:
    """16 kHz to 4 kHz by averaging, without the mean."""
    import numpy as np

    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    whole = len(samples) // _DECIMATION * _DECIMATION
    low = samples[:whole].reshape(-1, _DECIMATION).mean(axis=1)
    return np.asarray(low - low.mean(), dtype=np.float32) if len(low) else low


def _trimmed(samples: Samples) -> Samples:
    import numpy as np

    if not len(samples):
        raise ValueError("an utterance to be recognised has no sound")
    loud = np.flatnonzero(np.abs(samples) > 0.02 * float(np.abs(samples).max() or 1.0))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def _correlation(heard: Samples, known: Samples) -> tuple[float, int]:
    """Highest normalised correlation of ``known`` with a stretch of ``heard``, and where.

    ``heard`` may have lost either end of the utterance: it is padded by half of it, and the
    energy of the whole utterance counts, so that half of it does not pass for all of it.
    """
    import numpy as np

    margin = len(known) // 2
    padded = np.pad(heard, (margin, margin))
    if len(padded) < len(known):
        padded = np.pad(padded, (0, len(known) - len(padded)))
    size = 1 << (len(padded) + len(known) - 1).bit_length()
    product = np.fft.rfft(padded, size) * np.conj(np.fft.rfft(known, size))
    lags = len(padded) - len(known) + 1
    dots = np.fft.irfft(product, size)[:lags]
    energy = np.concatenate(([0.0], np.cumsum(padded.astype(np.float64) ** 2)))
    windows = energy[len(known) :] - energy[: len(energy) - len(known)]
    # A stretch much softer than the loudest is silence, whatever its shape.
    floor = 0.05 * float(windows.max()) + 1e-9
    norms = np.sqrt(np.maximum(windows, floor) * float(np.sum(known.astype(np.float64) ** 2)))
    scores = dots / norms
    best = int(np.argmax(scores))
    return float(scores[best]), best - margin


def _apart(one: tuple[int, int, float, str], other: tuple[int, int, float, str]) -> bool:
    overlap = min(one[1], other[1]) - max(one[0], other[0])
    return overlap < 0.3 * min(one[1] - one[0], other[1] - other[0])
