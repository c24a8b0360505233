"""The sound of a call as it was: on the left what the user said, on the right what they heard.

Knows where on the call's clock each piece of sound belongs: the microphone's when the app sent it,
the model's when it was *played*, which is later than it came, in part, or never. Must not know files
or how the playback is known. Output is stereo, 16 bit, 24 kHz; silence stands where nothing was.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from dataclasses import dataclass

from gemini_live_interrupt.core import events as e

RATE = 24_000
"""Hz of the output, and of the model's sound as it comes."""
BEHIND = 1.5
"""Seconds after which nothing is added to what was: a report of playback tells of the past."""
_JOINS = 0.08
"""Seconds between two pieces of the microphone that are taken for jitter, not for a pause."""
_MOST_AHEAD = 60.0
"""Seconds that a track may run ahead of the clock: an app may send a file at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How far the playback was around one event, in ms on the session's line of model audio."""

    before: float
    """When the event came."""
    after: float
    """When it had been dealt with. It jumps where a speaker was emptied."""
    received: float
    """All that had been received when it had been dealt with."""
    reported: bool = False
    """The app says what was played, afterwards; else it plays from when it came."""


class CallSound:
    """Mixes one call.

    >>> call = CallSound()
    >>> call.saw(e.ModelAudio(pcm=bytes([1, 0]) * 24_000), 0.0, Played(before=0, after=0, received=1_000))
    >>> call.saw(e.Tick(), 0.5, Played(before=500, after=500, received=1_000))
    >>> sound = array("h", call.take(0.6))
    >>> len(sound), sum(sound[0::2]), sum(sound[1::2])
    (28800, 0, 12000)
    """

    def __init__(self) -> None:
        self._user = _Track()
        self._model = _Track()
        self._unheard: deque[tuple[float, array[int]]] = deque()
        """Pieces of the model's sound that were received, each with where it begins on the line."""
        self._position = 0.0
        self._seen = 0.0
        """When something was seen last."""
        self._written = 0
        """Frames that were taken."""

    def saw(self, event: e.Event, t: float, played: Played) -> None:
        """Something happened, `t` seconds after the call began."""
        if isinstance(event, e.UserAudio):
            samples = at_rate(event.pcm, event.sample_rate)
            begins = t - len(samples) / RATE
            self._user.put(samples, self._user.end if begins - self._user.end < _JOINS else begins)
        self._hear(played.before, t, reported=played.reported)
        if isinstance(event, e.Played):
            self._hear(played.after, t, reported=True)
        self._seen = t
        self._position = max(self._position, played.after)
        if isinstance(event, e.ModelAudio):
            samples = at_rate(event.pcm, event.sample_rate)
            if played.received > played.before and samples:
                begins = played.received - len(samples) / RATE * 1000.0
                self._unheard.append((begins, samples))

    def _hear(self, position: float, t: float, *, reported: bool) -> None:
        """The playback got to `position` by `t`."""
        ms = position - self._position
        if ms <= 0.0:
            return
        begins = max(self._model.end, t - ms / 1000.0 if reported else self._seen)
        while self._unheard and self._unheard[0][0] < position:
            start, samples = self._unheard[0]
            first = max(0, round((self._position - start) * RATE / 1000))
            last = min(len(samples), round((position - start) * RATE / 1000))
            if last > first:
                offset = max(0.0, start - self._position) / 1000.0
                self._model.put(samples[first:last], max(self._model.end, begins + offset))
            if last < len(samples):
                break
            self._unheard.popleft()
        self._position = position

    def take(self, until: float) -> bytes:
        """The stereo sound from where the last call ended until `until` seconds."""
        frames = round(until * RATE) - self._written
        if frames <= 0:
            return b""
        mixed = array("h", bytes(4 * frames))
        mixed[0::2] = self._user.take(self._written, frames)
        mixed[1::2] = self._model.take(self._written, frames)
        self._written += frames
        return mixed.tobytes()


class _Track:
    """One side: pieces of sound, each at its time."""

    def __init__(self) -> None:
        self.end = 0.0
        """Seconds at which the last piece ends."""
        self._pieces: deque[tuple[int, array[int]]] = deque()

    def put(self, samples: array[int], begins: float) -> None:
        begins = max(0.0, begins)
        if begins - self.end > -1e-6 and begins < self.end + _MOST_AHEAD * 1_000:
            self._pieces.append((round(begins * RATE), samples))
            self.end = begins + len(samples) / RATE

    def take(self, start: int, frames: int) -> array[int]:
        out = array("h", bytes(2 * frames))
        while self._pieces and self._pieces[0][0] < start + frames:
            at, samples = self._pieces.popleft()
            skipped = max(0, start - at)
            first = max(0, at - start)
            fits = samples[skipped : skipped + frames - first]
            out[first : first + len(fits)] = fits
            if skipped + len(fits) < len(samples):
                self._pieces.appendleft((at + skipped + len(fits), samples[skipped + len(fits) :]))
                break
        return out


def at_rate(pcm: bytes, rate: int) -> array[int]:
    """Mono 16-bit sound at 24 kHz, between two samples in a straight line."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if rate == RATE or not samples or rate <= 0:
        return samples
    step, last = rate / RATE, len(samples) - 1
    samples.append(samples[-1])
    places = (i * step for i in range(int((last + 1) / step)))
    return array(
        "h",
        (
            samples[at] + int((place - at) * (samples[at + 1] - samples[at]))
            for place in places
            for at in (int(place),)
        ),
    )


def wav_header(size: int) -> bytes:
    """The head of a WAV file with so many bytes of sound."""
    size = min(size, 0xFFFF_FFFF - 36)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, RATE, RATE * 4, 4, 16, b"data", size,
    )  # fmt: skip
