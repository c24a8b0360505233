"""Speech with known word times: what a test needs to say what was heard.

Renders text with espeak-ng through the library that the PyPI wheel ``espeakng-loader`` carries, so
no system package and no network are needed. Its WORD and phoneme events say at which sample a word
begins and ends. Knows nothing about the Live API or about estimates. The wheel is GPL-3 inside: a
tool of tests and benches, never imported by the library itself.

Needs ``pip install "gemini-live-interrupt[testing]"``.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gemini_live_interrupt.testing.speech.espeak import (
    SAMPLE_RATE,
    Espeak,
    Span,
    engine,
    load_numpy,
    words_of,
)
from gemini_live_interrupt.testing.speech.prosody import Prosody, clauses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["Prosody", "Speech", "SpokenWord", "speak"]


# The release of the last sound rings on for a moment after its event.
_TAIL = SAMPLE_RATE // 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """One word of a rendered text and when it is said."""

    text: str
    """As in the text, with its punctuation, without the spaces around it; one Han character is one
    word."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""
    start_ms: float
    """From the first sample."""
    end_ms: float
    """From the first sample; silence after the word is not part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A rendered text."""

    text: str
    """What was rendered."""
    pcm: bytes
    """Mono, signed 16-bit little endian."""
    sample_rate: int
    """Samples a second."""
    words: tuple[SpokenWord, ...]
    """In the order of the text, times never falling."""

    @property
    def duration_ms(self) -> float:
        """Length of the audio."""
        return len(self.pcm) / 2 / self.sample_rate * 1000.0

    def words_played(self, played_ms: float) -> float:
        """Words played by ``played_ms``: those that are over, plus the part of the one being said.

        Example:
            >>> speech = speak("One two three.")
            >>> speech.words_played(0.0), speech.words_played(speech.duration_ms)
            (0.0, 3.0)
        """
        played = 0.0
        for word in self.words:
            if word.end_ms > played_ms:
                length = word.end_ms - word.start_ms
                return played + (max(0.0, played_ms - word.start_ms) / length if length else 0.0)
            played += 1.0
        return played


def speak(
    text: str,
    *,
    voice: str = "en-us",
    words_per_minute: int = 175,
    sample_rate: int = 24000,
    pitch: int = 50,
    prosody: Prosody | None = None,
) -> Speech:
    """Render ``text`` to speech with the time of every word.

    A pure function of its arguments: the same call gives the same samples, in this process or
    another.

    Args:
        text: What to say. Scripts the voice cannot read come out as letter names.
        voice: A name of espeak-ng, with a variant if wanted: ``"de"``, ``"cmn"``, ``"en-us+f3"``.
        words_per_minute: espeak-ng's rate, 80 to 450.
        sample_rate: Samples a second of the result; espeak-ng makes 22,050 and the rest is
            resampled.
        pitch: 0 to 100.
        prosody: Read with varied prosody; default is espeak-ng's even reading.

    Returns:
        The audio and its words.

    Raises:
        ImportError: numpy or espeakng-loader is missing (extra ``testing``).
        ValueError: espeak-ng has no such voice.

    Example:
        >>> speech = speak("Hello there.")
        >>> [word.text for word in speech.words]
        ['Hello', 'there.']
        >>> 0.5e3 < speech.duration_ms < 1.5e3
        True
    """
    return _speak(text, voice, words_per_minute, sample_rate, pitch, prosody)


@lru_cache(maxsize=64)
def _speak(
    text: str,
    voice: str,
    words_per_minute: int,
    sample_rate: int,
    pitch: int,
    prosody: Prosody | None,
) -> Speech:
    np = load_numpy()
    with engine(voice, pitch) as espeak:
        if prosody is None:
            samples, times = espeak.render(text, words_per_minute)
        else:
            samples, times = _render_varied(espeak, text, words_per_minute, prosody)
    resampled = _resample(samples, SAMPLE_RATE, sample_rate)
    pcm = np.clip(np.rint(resampled), -32768, 32767).astype("<i2").tobytes()
    to_ms = 1000.0 / SAMPLE_RATE
    words = tuple(
        SpokenWord(
            text=text[t.start : t.end],
            start=t.start,
            end=t.end,
            start_ms=t.first * to_ms,
            end_ms=t.last * to_ms,
        )
        for t in times
    )
    return Speech(text=text, pcm=pcm, sample_rate=sample_rate, words=words)


def _render_varied(
    espeak: Espeak, text: str, words_per_minute: int, prosody: Prosody
) -> tuple[Samples, list[Span]]:
    """Render each clause by itself, and join them with the pauses that ``prosody`` draws."""
    np = load_numpy()
    rng = random.Random(prosody.seed)
    parts: list[Samples] = []
    spans: list[Span] = []
    length = 0

    def append(part: Samples) -> None:
        nonlocal length
        parts.append(part)
        length += len(part)

    def silence(ms: float) -> Samples:
        result: Samples = np.zeros(int(ms * SAMPLE_RATE / 1000.0), dtype=np.float32)
        return result

    for clause in clauses(text):
        said = text[clause.start : clause.end]
        reading = prosody.draw(clause, len(words_of(said)), rng)
        samples, times = espeak.render(said, max(80, round(words_per_minute * reading.rate)))
        done = times[0].first if times else 0
        for i, time in enumerate(times):
            pause_ms = reading.hesitations_ms[i] if i < len(reading.hesitations_ms) else 0.0
            if pause_ms:
                append(_faded(samples[done : time.first]))
                append(silence(pause_ms))
                done = time.first
            shift = length - done
            spans.append(
                Span(
                    start=time.start + clause.start,
                    end=time.end + clause.start,
                    first=time.first + shift,
                    last=time.last + shift,
                )
            )
        append(_faded(samples[done : times[-1].last + _TAIL if times else len(samples)]))
        append(silence(reading.pause_ms))
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return joined, spans


def _faded(samples: Samples) -> Samples:
    """The samples with 4 ms faded out at their end, so that a cut does not click."""
    np = load_numpy()
    fade = min(len(samples), SAMPLE_RATE // 250)
    result: Samples = samples.copy()
    result[len(result) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return result


def _resample(samples: Samples, source: int, target: int) -> Samples:
    """Change the sample rate with a windowed-sinc filter, one matrix product for all phases.

    With ``target / source = up / down`` in lowest terms, every ``up`` output samples lean on the
    input in the same way, ``down`` samples further on; so the outputs are rows of overlapping
    input times one matrix.
    """
    np = load_numpy()
    if source == target or not len(samples):
        return samples
    common = math.gcd(source, target)
    up, down = target // common, source // common
    reach = 16 * max(1, math.ceil(source / target))
    cutoff = min(1.0, target / source)
    at = np.arange(up) * down / up
    taps = np.arange(-reach, down + reach)[:, None] - at[None, :]
    window = np.where(np.abs(taps) < reach, np.cos(np.pi * taps / (2 * reach)) ** 2, 0.0)
    matrix = (cutoff * np.sinc(cutoff * taps) * window).astype(np.float32)
    length = len(samples) * target // source
    rows = -(-length // up)
    padded = np.zeros((rows + 1) * down + 2 * reach, dtype=np.float32)
    padded[reach : reach + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, down + 2 * reach)[::down][:rows]
    result: Samples = (frames @ matrix).reshape(-1)[:length]
    return result
