"""espeak-ng through ctypes: text to samples, and the sample at which each word begins and ends.

Loads the library that the PyPI wheel `espeakng-loader` carries; the names and numbers are those of its
public header `speak_lib.h` (1.52). Its WORD and phoneme events are made into word times here. Knows
one voice at one rate; `voices` makes speech of it.
"""

from __future__ import annotations

import ctypes
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["SAMPLE_RATE", "Espeak", "Span", "engine", "load_numpy", "words_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A word between characters ``start`` and ``end``, said between samples ``first`` and
    ``last``."""

    start: int
    end: int
    first: int
    last: int


def load_numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ImportError(_MISSING) from error
    return numpy


_MISSING = 'speech needs the extra "testing": pip install "gemini-live-interrupt[testing]"'
SAMPLE_RATE = 22050

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
def engine(voice: str, pitch: int) -> Iterator[Espeak]:
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
            yield Espeak(library, espeakng_loader.get_data_path(), voice, pitch)
        finally:
            library.espeak_Terminate()
            _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    close = getattr(_ctypes, "dlclose", None) or getattr(_ctypes, "FreeLibrary", None)
    if close is not None:
        close(library._handle)


class Espeak:
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

    def render(self, text: str, words_per_minute: int) -> tuple[Samples, list[Span]]:
        """The samples at espeak-ng's own rate, and the words with their samples."""
        np = load_numpy()
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


def words_of(text: str) -> list[tuple[int, int]]:
    return [
        match.span() for match in _TOKEN.finditer(text) if any(c.isalnum() for c in match.group())
    ]


def _word_spans(text: str, events: Sequence[tuple[int, int, int, bool]], total: int) -> list[Span]:
    """Words with their samples, from the events of one rendering.

    espeak-ng reports several events for a number or an address, which are one word here, and one
    for pairs that it says as one ("of the"), which are divided between their words by letters, at
    the start of a phoneme.
    """
    tokens = words_of(text)
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
    spans: list[Span] = []
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
) -> list[Span]:
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
        Span(start=start, end=end, first=edges[i], last=edges[i + 1])
        for i, (start, end) in enumerate(tokens)
    ]
