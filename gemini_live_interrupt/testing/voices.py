"""Speech with known word times: what a test needs to say what was heard.

Renders text with espeak-ng through the library that the PyPI wheel ``espeakng-loader`` carries, so
no system package and no network are needed. Its WORD and phoneme events say at which sample a word
begins and ends. Knows nothing about the Live API or about estimates. The wheel is GPL-3 inside: a
tool of tests and benches, never imported by the library itself.

Needs ``pip install "gemini-live-interrupt[testing]"``.
"""

from __future__ import annotations

import ctypes
import math
import random
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gemini_live_interrupt.testing.prosody import Prosody, clauses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["Prosody", "Speech", "SpokenWord", "speak"]


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
            resampled. pitch: 0 to 100. prosody: Read with varied prosody; default is espeak-ng's
            even reading.

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
    np = _numpy()
    with _engine(voice, pitch) as engine:
        if prosody is None:
            samples, times = engine.render(text, words_per_minute)
        else:
            samples, times = _render_varied(engine, text, words_per_minute, prosody)
    resampled = _resample(samples, _ESPEAK_RATE, sample_rate)
    pcm = np.clip(np.rint(resampled), -32768, 32767).astype("<i2").tobytes()
    to_ms = 1000.0 / _ESPEAK_RATE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A word between characters ``start`` and ``end``, said between samples ``first`` and
    ``last``."""

    start: int
    end: int
    first: int
    last: int


def _render_varied(
    engine: _Espeak, text: str, words_per_minute: int, prosody: Prosody
) -> tuple[Samples, list[_Span]]:
    """Render each clause by itself, and join them with the pauses that ``prosody`` draws."""
    np = _numpy()
    rng = random.Random(prosody.seed)
    parts: list[Samples] = []
    spans: list[_Span] = []
    length = 0

    def append(part: Samples) -> None:
        nonlocal length
        parts.append(part)
        length += len(part)

    def silence(ms: float) -> Samples:
        result: Samples = np.zeros(int(ms * _ESPEAK_RATE / 1000.0), dtype=np.float32)
        return result

    for clause in clauses(text):
        said = text[clause.start : clause.end]
        reading = prosody.draw(clause, len(_tokens(said)), rng)
        samples, times = engine.render(said, max(80, round(words_per_minute * reading.rate)))
        done = times[0].first if times else 0
        for i, time in enumerate(times):
            pause_ms = reading.hesitations_ms[i] if i < len(reading.hesitations_ms) else 0.0
            if pause_ms:
                append(_faded(samples[done : time.first]))
                append(silence(pause_ms))
                done = time.first
            shift = length - done
            spans.append(
                _Span(
                    start=time.start + clause.start,
                    end=time.end + clause.start,
                    first=time.first + shift,
                    last=time.last + shift,
                )
            )
        # The release of the last sound rings on for a moment after its event.
        append(_faded(samples[done : times[-1].last + _TAIL if times else len(samples)]))
        append(silence(reading.pause_ms))
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return joined, spans


def _faded(samples: Samples) -> Samples:
    """The samples with 4 ms faded out at their end, so that a cut does not click."""
    np = _numpy()
    fade = min(len(samples), _ESPEAK_RATE // 250)
    result: Samples = samples.copy()
    result[len(result) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return result


def _resample(samples: Samples, source: int, target: int) -> Samples:
    """Change the sample rate with a windowed-sinc filter, one matrix product for all phases.

    With ``target / source = up / down`` in lowest terms, every ``up`` output samples lean on the
    input in the same way, ``down`` samples further on; so the outputs are rows of overlapping
    input times one matrix.
    """
    np = _numpy()
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


def _numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ImportError(_MISSING) from error
    return numpy


# --- espeak-ng through ctypes: names and numbers of its public header speak_lib.h (1.52)
# ---------------------------------

_MISSING = 'speech needs the extra "testing": pip install "gemini-live-interrupt[testing]"'
_ESPEAK_RATE = 22050
_TAIL = _ESPEAK_RATE // 50

_OUTPUT_SYNCHRONOUS = 2
_PHONEME_EVENTS, _DONT_EXIT = 0x0001, 0x8000
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CHARS_UTF8 = 1
_EVENT_WORD, _EVENT_END, _EVENT_PHONEME = 1, 5, 7


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)

# espeak-ng keeps its state in globals of the library: one caller at a time.
_lock = threading.Lock()


@contextmanager
def _engine(voice: str, pitch: int) -> Iterator[_Espeak]:
    """A freshly loaded espeak-ng.

    It is loaded anew for every text (2 ms) because its noise and flutter go on where the last text
    ended: without that the same text gives other samples, and other word times by some
    milliseconds, on the second call.
    """
    try:
        import espeakng_loader  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(_MISSING) from error
    with _lock:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        try:
            yield _Espeak(library, espeakng_loader.get_data_path(), voice, pitch)
        finally:
            library.espeak_Terminate()
            _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    close = getattr(_ctypes, "dlclose", None) or getattr(_ctypes, "FreeLibrary", None)
    if close is not None:
        close(library._handle)


class _Espeak:
    """One loaded library with one voice."""

    def __init__(self, library: ctypes.CDLL, data_path: str, voice: str, pitch: int) -> None:
        self._library = library
        self._pcm: list[bytes] = []
        # (type, character, sample, is a pause)
        self._events: list[tuple[int, int, int, bool]] = []
        self._callback = _Callback(self._receive)
        library.espeak_Initialize(
            _OUTPUT_SYNCHRONOUS, 0, str(data_path).encode(), _PHONEME_EVENTS | _DONT_EXIT
        )
        library.espeak_SetSynthCallback(self._callback)
        if hasattr(library, "espeak_ng_SetRandSeed"):
            library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        library.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)

    def render(self, text: str, words_per_minute: int) -> tuple[Samples, list[_Span]]:
        """The samples at espeak-ng's own rate, and the words with their samples."""
        np = _numpy()
        self._pcm.clear()
        self._events.clear()
        self._library.espeak_SetParameter(_PARAMETER_RATE, words_per_minute, 0)
        encoded = text.encode("utf-8", "replace")
        self._library.espeak_Synth(
            encoded, ctypes.c_size_t(len(encoded) + 1), 0, 1, 0, _CHARS_UTF8, None, None
        )
        self._library.espeak_Synchronize()
        samples: Samples = np.frombuffer(b"".join(self._pcm), dtype="<i2").astype(np.float32)
        return samples, _word_spans(text, self._events, len(samples))

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        if wave and count:
            self._pcm.append(ctypes.string_at(wave, count * 2))
        i = 0
        while events[i].type:
            event = events[i]
            i += 1
            if event.type in (_EVENT_WORD, _EVENT_END, _EVENT_PHONEME):
                pause = event.type == _EVENT_END or (
                    event.type == _EVENT_PHONEME and event.id.string in (b"_", b"_:", b"_::", b"_|")
                )
                self._events.append((event.type, event.text_position - 1, event.sample, pause))
        return 0


# A word of the result: one Han character, or a run without white space and Han; marks that are
# written without a space after them end it too.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(
    rf"[“‘「『（]*[{_HAN}][^\w\s“‘「『（]*|[^\s{_HAN}]+?(?:[。、！？，；：]+[」』”’）]*|(?=[\s{_HAN}]|$))"
)


def _tokens(text: str) -> list[tuple[int, int]]:
    return [
        match.span() for match in _TOKEN.finditer(text) if any(c.isalnum() for c in match.group())
    ]


def _word_spans(text: str, events: Sequence[tuple[int, int, int, bool]], total: int) -> list[_Span]:
    """Words with their samples, from the events of one rendering.

    espeak-ng reports several events for a number or an address, which are one word here, and one
    for pairs that it says as one ("of the"), which are divided between their words by letters, at
    the start of a phoneme.
    """
    tokens = _tokens(text)
    # (first token, sample): a token begins with the first event at one of its characters.
    begins: list[tuple[int, int]] = []
    for kind, character, sample, _ in events:
        if kind != _EVENT_WORD:
            continue
        token = bisect_left(tokens, character + 1, key=lambda span: span[1])
        if token < len(tokens) and (not begins or token > begins[-1][0]):
            begins.append((token, sample))
    if begins:
        begins[0] = (0, begins[0][1])
    spans: list[_Span] = []
    for i, (token, first) in enumerate(begins):
        after, limit = begins[i + 1] if i + 1 < len(begins) else (len(tokens), total)
        last, sounds = first, []
        sounding = False
        for kind, _, sample, pause in events:
            if kind == _EVENT_WORD or sample < first:
                continue
            if sounding:
                last = min(sample, limit)
            if sample >= limit:
                break
            sounding = not pause
            if sounding:
                sounds.append(sample)
        spans.extend(_divide(tokens[token:after], first, max(first, last), sounds))
    return spans


def _divide(
    tokens: Sequence[tuple[int, int]], first: int, last: int, sounds: Sequence[int]
) -> list[_Span]:
    """Share the samples between tokens that were said as one."""
    letters = sum(end - start for start, end in tokens)
    edges = [first]
    done = 0
    for start, end in tokens[:-1]:
        done += end - start
        wanted = first + (last - first) * done / letters
        edges.append(max(edges[-1], min(sounds, key=lambda s: abs(s - wanted), default=first)))
    edges.append(last)
    return [
        _Span(start=start, end=end, first=edges[i], last=edges[i + 1])
        for i, (start, end) in enumerate(tokens)
    ]
