"""Where the model pauses, from the sound of its voice alone.

Reduces mono 16-bit PCM to one level for every 10 ms and finds the stretches without speech. It
knows nothing about text; pauses are what audio and text have in common, and `alignment` matches the
two.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import log

__all__ = ["Clock", "Loudness", "Pause", "Pauses", "find_pauses", "loud_level"]

FRAME_MS = 10
DEFAULT_SAMPLE_RATE = 24000
"""What the Live API sends when the MIME type does not say otherwise (documented)."""

# Levels are stored as `_SCALE * ln(peak to peak + 1)`, 0 to 221: one byte a frame, 0.43 dB a step.
_SCALE = 20.0
STEPS_PER_DB = _SCALE * log(10.0) / 20.0

# Peaks of every eighth sample at 24 kHz are those of all of them but for a dB, at an eighth of the
# work.
_PEAK_SAMPLES_PER_SECOND = 3000

# Below this it is no rate of speech but a mistake.
_LEAST_SAMPLE_RATE = 4000

# Raw audio is kept until it is asked for, because most of it never is; but no more than this.
_BACKLOG_BYTES = 1_000_000

_SHORTEST_PAUSE_FRAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch without speech."""

    start_ms: float
    """From the turn's first sample."""
    end_ms: float
    """From the turn's first sample."""
    spoken_s: float
    """Seconds of speech, pauses left out, before it."""

    @property
    def length_s(self) -> float:
        """Seconds."""
        return (self.end_ms - self.start_ms) / 1000.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds of speech, pauses left out, by any moment of the audio."""

    ms: tuple[float, ...] = (0.0,)
    """Moments, in order."""
    spoken_s: tuple[float, ...] = (0.0,)
    """Seconds of speech before each; between two it is in proportion."""

    def at(self, played_ms: float) -> float:
        """Seconds of speech in the first `played_ms`."""
        after = bisect_right(self.ms, played_ms)
        if after == 0:
            return 0.0
        if after == len(self.ms):
            return self.spoken_s[-1]
        from_ms, from_s = self.ms[after - 1], self.spoken_s[after - 1]
        share = (played_ms - from_ms) / (self.ms[after] - from_ms)
        return from_s + share * (self.spoken_s[after] - from_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The pauses of a turn's audio, as far as it was received."""

    inner: tuple[Pause, ...]
    """Those between speech; the last one may still be going on."""
    lead_ms: float
    """Silence before the first word."""
    end_ms: float
    """End of the last speech, or of the audio where that still goes on."""
    spoken_s: float
    """Seconds of speech in all."""
    clock: Clock = Clock()
    """Seconds of speech by when."""


class Loudness:
    """The level of every 10 ms of a turn's audio; the samples are dropped once they are reduced."""

    def __init__(self) -> None:
        self._levels = bytearray()
        self._chunks: list[bytes] = []
        self._backlog = 0
        self._sample_rate = DEFAULT_SAMPLE_RATE
        # Frames end at multiples of 10 ms from here, also where a rate such as 22,050 has no whole
        # number of samples.
        self._rate_bytes = 0
        self._reduced_frames = 0
        self._earlier_ms = 0.0

    @property
    def received_ms(self) -> float:
        """Length of the audio added so far."""
        return self._earlier_ms + self._rate_bytes // 2 / self._sample_rate * 1000.0

    def add(self, pcm: bytes, sample_rate: int, levels: bytes | None = None) -> None:
        """Take more audio: keeps a reference, and works only when it `is_full`.

        With `levels`, which an earlier ear made of it, these are taken instead of the audio.
        """
        if not pcm:
            return
        if sample_rate < _LEAST_SAMPLE_RATE:
            sample_rate = DEFAULT_SAMPLE_RATE
        if sample_rate != self._sample_rate:
            self._change_rate(sample_rate)
        if self.is_full:
            self._reduce()
        self._rate_bytes += len(pcm)
        if levels is not None:
            self._levels += levels
            return
        self._chunks.append(pcm)
        self._backlog += len(pcm)

    @property
    def is_full(self) -> bool:
        """Whether so much has piled up that the next `add` takes milliseconds."""
        return self._backlog >= _BACKLOG_BYTES

    def levels(self) -> bytes:
        """One byte for every whole 10 ms received."""
        if self._backlog >= self._sample_rate // 50:
            self._reduce()
        return bytes(self._levels)

    def _reduce(self) -> None:
        raw = b"".join(self._chunks)
        even = len(raw) & ~1
        samples = array("h")
        samples.frombytes(raw[:even])
        if sys.byteorder == "big":
            samples.byteswap()
        rate, first = self._sample_rate, self._reduced_frames
        # Sample `done` of this rate is the first of `samples`.
        done = first * rate // 100
        frames = (done + len(samples)) * 100 // rate - first
        step = max(1, rate // _PEAK_SAMPLES_PER_SECOND)
        append = self._levels.append
        at = 0
        for frame in range(first + 1, first + frames + 1):
            end = frame * rate // 100 - done
            part = samples[at:end:step]
            append(int(_SCALE * log(max(part) - min(part) + 1)) if part else 0)
            at = end
        self._reduced_frames = first + frames
        rest = raw[2 * at :]
        self._chunks = [rest] if rest else []
        self._backlog = len(rest)

    def _change_rate(self, sample_rate: int) -> None:
        if self._rate_bytes:
            self._reduce()
            # The part of a frame that is left counts as a whole one if it is most of one.
            if self._backlog * 100 >= self._sample_rate:
                self._levels.append(self._levels[-1] if self._levels else 0)
            self._earlier_ms = self.received_ms
        self._chunks, self._backlog = [], 0
        self._rate_bytes = self._reduced_frames = 0
        self._sample_rate = sample_rate


def find_pauses(levels: bytes, *, is_complete: bool) -> Pauses:
    """Find the stretches of at least 80 ms of silence, or 180 ms without a vowel.

    What counts as silence follows the loudest and the softest parts of this audio, because voices,
    volumes and noise floors differ: 36 dB below the loud parts over digital silence, else 8 dB
    above the noise but at most 20 dB below the loud parts.

    Args:
        levels: From `Loudness.levels`.
        is_complete: No more audio will come, so that silence at the end is not a pause between
            words.
    """
    frames = len(levels)
    if not frames:
        return Pauses(inner=(), lead_ms=0.0, end_ms=0.0, spoken_s=0.0)
    audible, voiced = _thresholds(levels)
    marks = levels.translate(
        bytes(audible) + b"\x01" * (voiced - audible) + b"\x02" * (256 - voiced)
    )
    silences = [match.span() for match in _SILENCE.finditer(marks)]
    lead = end = None
    if silences and silences[0][0] == 0:
        lead = silences.pop(0)[1]
    if silences and silences[-1][1] == frames and is_complete:
        end = silences.pop()[0]
    lead_frames = lead or 0
    end_frames = max(frames if end is None else end, lead_frames)
    lengths = accumulate((stop - start for start, stop in silences), initial=0)
    inner = tuple(
        Pause(
            start_ms=float(start * FRAME_MS),
            end_ms=float(stop * FRAME_MS),
            spoken_s=(start - lead_frames - before) * FRAME_MS / 1000.0,
        )
        for (start, stop), before in zip(silences, lengths, strict=False)
    )
    silent = sum(stop - start for start, stop in silences)
    lead_ms, end_ms = float(lead_frames * FRAME_MS), float(end_frames * FRAME_MS)
    spoken_s = (end_frames - lead_frames - silent) * FRAME_MS / 1000.0
    edges = [(at, pause.spoken_s) for pause in inner for at in (pause.start_ms, pause.end_ms)]
    knots = [(lead_ms, 0.0), *edges, (end_ms, spoken_s)]
    return Pauses(
        inner=inner,
        lead_ms=lead_ms,
        end_ms=end_ms,
        spoken_s=spoken_s,
        clock=Clock(tuple(at for at, _ in knots), tuple(spoken for _, spoken in knots)),
    )


# Below this beside the loud parts nothing is a vowel, and no speech goes without one for so long: a
# breath, or noise in a pause. Chosen on breaths 20 to 32 dB below the voice.
_VOICED_DB = 24
_LONGEST_UNVOICED_FRAMES = 18

_SILENCE = re.compile(
    rb"[\x00\x01]{%d,}|\x00{%d,}" % (_LONGEST_UNVOICED_FRAMES, _SHORTEST_PAUSE_FRAMES)
)


def loud_level(levels: bytes) -> int:
    """The level of the loud parts: the 95th percentile."""
    return sorted(levels)[len(levels) * 95 // 100] if levels else 0


def _thresholds(levels: bytes) -> tuple[int, int]:
    """The level from which a frame is not silent, and that from which it may be a vowel."""
    loud, soft = loud_level(levels), sorted(levels)[len(levels) * 5 // 100]
    audible = loud - 36 * STEPS_PER_DB
    if soft >= loud - 60 * STEPS_PER_DB:
        audible = max(audible, min(loud - 20 * STEPS_PER_DB, soft + 8 * STEPS_PER_DB))
    voiced = max(audible, loud - _VOICED_DB * STEPS_PER_DB)
    return max(1, int(audible)), max(1, int(voiced))
