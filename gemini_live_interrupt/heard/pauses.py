"""Where the model pauses, from the level of its voice alone.

Finds the stretches without speech while a reply grows. What counts as silence follows the loudest and
the softest parts of this voice as heard by then, so what was found once stays found, and only what is
new is looked at. It knows nothing about text; pauses are what audio and text have in common, and
`alignment` matches the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from gemini_live_interrupt.heard.sound import FRAME_MS, STEPS_PER_DB
from gemini_live_interrupt.heard.sounds import HISSING, HISSING_DB

__all__ = ["SETTLED_MS", "Pause", "PauseFinder", "Pauses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch without speech."""

    start_ms: float
    """From the turn's first sample."""
    end_ms: float
    """From the turn's first sample."""
    spoken_s: float
    """Seconds of speech, pauses left out, before it."""
    hissed_s: float = 0.0
    """Seconds of speech that hissed before it."""

    @property
    def length_s(self) -> float:
        """Seconds."""
        return (self.end_ms - self.start_ms) / 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The pauses of a turn's audio, as far as it was received."""

    inner: Sequence[Pause]
    """Those between speech; the last one may still be going on."""
    lead_ms: float
    """Silence before the first word."""
    end_ms: float
    """End of the last speech, or of the audio where that still goes on."""
    spoken_s: float
    """Seconds of speech in all."""
    loud: int
    """Level of the loud parts of the voice."""
    hissed_s: float = 0.0
    """Seconds of speech that hissed in all."""

    @property
    def closing(self) -> Pause | None:
        """The pause with which the audio received so far ends, if it does."""
        last = self.inner[-1] if self.inner else None
        return last if last is not None and last.start_ms >= self.end_ms else None


# The levels of so many frames are judged together, by all up to their end; those of the first ten
# seconds by as many of them as there are.
_BLOCK = 256
_SETTLED = 4 * _BLOCK

SETTLED_MS = float(_SETTLED * FRAME_MS)
"""Pauses that begin later change no more once they are over."""

# Below this beside the loud parts nothing is a vowel, and no speech goes without one for so long: a
# breath, or noise in a pause. Chosen on breaths 20 to 32 dB below the voice.
_VOICED_DB = 24
_LONGEST_UNVOICED_FRAMES = 18
_SHORTEST_PAUSE_FRAMES = 8
_VOICED = b"\x02"
_HISSING = bytes(HISSING) + b"\x01" * (256 - HISSING)
_UNVOICED = re.compile(rb"[\x00\x01]{%d,}" % _SHORTEST_PAUSE_FRAMES)
_SILENCE = re.compile(rb"\x00{%d,}" % _SHORTEST_PAUSE_FRAMES)


class PauseFinder:
    """Finds the stretches of at least 80 ms of silence, or 180 ms without a vowel.

    Silence is 36 dB below the loud parts over digital silence, else 8 dB above the noise but at most
    20 dB below the loud parts.

    Example:
        >>> finder = PauseFinder()
        >>> finder.update(bytes([200] * 50 + [0] * 20 + [200] * 30), bytes(100))
        >>> [(pause.start_ms, pause.end_ms) for pause in finder.pauses(is_complete=True).inner]
        [(500.0, 700.0)]
    """

    def __init__(self) -> None:
        self._counts = [0] * 256
        """Frames of each level, of those that were looked at."""
        self._looked_at = 0
        self._counted = 0
        """Frames in whole blocks."""
        self._before = 0
        """Frames that were let go."""
        self._marks = bytearray()
        """Of each frame: 0 silent, 1 audible, 2 perhaps a vowel."""
        self._hisses = bytearray()
        """Of each frame: 1 if it hisses."""
        self._hissed = 0
        """Frames that hiss up to `_hissed_at`."""
        self._hissed_at = 0
        self._found: list[Pause] = []
        """Those that can change no more."""
        self._open: list[Pause] = []
        """Those after the last vowel."""
        self._scanned = 0
        """Frames up to the last vowel that was looked at."""
        self._silent = 0
        """Frames of `_found` and of the lead."""
        self._lead: int | None = None
        self._loud = 0
        self._hissed_in_all = 0

    def update(self, levels: bytes | bytearray, crossings: bytes | bytearray) -> None:
        """Look at what is new.

        Args:
            levels: all of the turn so far, from `Sound.levels`.
            crossings: as many, from `Sound.crossings`.
        """
        frames = len(levels)
        if frames == len(self._marks):
            return
        if self._before + self._counted < _SETTLED:
            self._forget()
        # The last block may be a part of one; it is marked again when it has grown.
        del self._marks[self._counted :], self._hisses[self._counted :]
        while self._counted < frames:
            start, end = self._counted, min(self._counted + _BLOCK, frames)
            if self._before + end <= _SETTLED:
                end = min(frames, _SETTLED)
            counts = self._counts
            for level in levels[self._looked_at : end]:
                counts[level] += 1
            self._looked_at = end
            in_all = self._before + end
            self._mark(levels[start:end], crossings[start:end], in_all)
            if in_all % _BLOCK or in_all < _SETTLED:
                break
            self._counted = end
        self._scan()

    def _forget(self) -> None:
        self._counted = 0
        self._found, self._scanned, self._silent, self._lead = [], 0, 0, None
        self._hissed = self._hissed_at = 0

    def _mark(self, block: bytes | bytearray, crossings: bytes | bytearray, frames: int) -> None:
        loud, soft = _percentiles(self._counts, frames)
        audible = loud - 36 * STEPS_PER_DB
        if soft >= loud - 60 * STEPS_PER_DB:
            audible = max(audible, min(loud - 20 * STEPS_PER_DB, soft + 8 * STEPS_PER_DB))
        from_1 = max(1, int(audible))
        from_2 = max(from_1, int(loud - _VOICED_DB * STEPS_PER_DB))
        table = bytes(from_1) + b"\x01" * (from_2 - from_1) + b"\x02" * (256 - from_2)
        self._marks += block.translate(table)
        from_hiss = max(1, int(loud - HISSING_DB * STEPS_PER_DB))
        loud_enough = block.translate(bytes(from_hiss) + b"\x01" * (256 - from_hiss))
        both = int.from_bytes(loud_enough) & int.from_bytes(crossings.translate(_HISSING))
        self._hisses += both.to_bytes(len(block))
        self._loud = loud

    def _scan(self) -> None:
        """Find pauses behind the last vowel that was looked at, and that vowel."""
        marks = self._marks
        self._open = []
        last_vowel = marks.rfind(_VOICED, 0, self._counted)
        silent, hissed, hissed_at = self._silent, self._hissed, self._hissed_at
        for start, end in _silences(marks, self._scanned):
            final = end <= last_vowel
            if start == 0:
                self._lead = end
                silent += end
                if final:
                    self._silent = silent
                continue
            hissed += self._hisses.count(1, hissed_at, start)
            pause = Pause(
                start_ms=float(start * FRAME_MS),
                end_ms=float(end * FRAME_MS),
                spoken_s=(start - silent) * FRAME_MS / 1000.0,
                hissed_s=hissed * FRAME_MS / 1000.0,
            )
            silent += end - start
            hissed_at = end
            if final:
                self._found.append(pause)
                self._silent, self._hissed, self._hissed_at = silent, hissed, hissed_at
            else:
                self._open.append(pause)
        self._scanned = last_vowel + 1
        self._hissed_in_all = hissed + self._hisses.count(1, hissed_at)

    def let_go(self, pause: Pause) -> None:
        """Go on behind a pause that was found, as if the sound began there, with the same ear for
        its voice."""
        frames = round(pause.end_ms) // FRAME_MS
        spoken, hissed = round(100.0 * pause.spoken_s), round(100.0 * pause.hissed_s)
        self._before += frames
        del self._marks[:frames], self._hisses[:frames]
        self._looked_at -= frames
        self._counted -= frames
        self._scanned -= frames
        self._hissed_at -= frames
        self._silent -= frames - spoken
        self._hissed -= hissed
        self._hissed_in_all -= hissed
        self._lead = None
        self._found = [_behind(pause, one) for one in self._found if one.start_ms > pause.start_ms]
        self._open = [_behind(pause, one) for one in self._open]

    def pauses(self, *, is_complete: bool) -> Pauses:
        """What was found.

        Args:
            is_complete: No more audio will come, so that silence at the end is not a pause between
                words.
        """
        inner = [*self._found, *self._open]
        lead_ms = float((self._lead or 0) * FRAME_MS)
        end_ms = float(len(self._marks) * FRAME_MS)
        spoken_s = (end_ms - lead_ms) / 1000.0
        if inner:
            last = inner[-1]
            spoken_s = last.spoken_s + (end_ms - last.end_ms) / 1000.0
            if last.end_ms >= end_ms:
                end_ms = last.start_ms
                if is_complete:
                    inner.pop()
        return Pauses(
            inner=inner,
            lead_ms=lead_ms,
            end_ms=end_ms,
            spoken_s=spoken_s,
            loud=self._loud,
            hissed_s=self._hissed_in_all * FRAME_MS / 1000.0,
        )


def _behind(earlier: Pause, pause: Pause) -> Pause:
    """A pause as it is counted from the end of an earlier one."""
    return Pause(
        start_ms=pause.start_ms - earlier.end_ms,
        end_ms=pause.end_ms - earlier.end_ms,
        spoken_s=pause.spoken_s - earlier.spoken_s,
        hissed_s=pause.hissed_s - earlier.hissed_s,
    )


def _silences(marks: bytes | bytearray, start: int) -> Iterator[tuple[int, int]]:
    """Where nothing is heard, or no vowel for too long."""
    for match in _UNVOICED.finditer(marks, start):
        begin, end = match.span()
        if end - begin >= _LONGEST_UNVOICED_FRAMES:
            yield begin, end
        else:
            for silence in _SILENCE.finditer(marks, begin, end):
                yield silence.span()


def _percentiles(counts: Sequence[int], frames: int) -> tuple[int, int]:
    """Levels of the loud parts, the 95th percentile, and of the soft ones, the 5th."""
    up_to = [*accumulate(counts)]
    loud, soft = (bisect_right(up_to, frames * share // 100) for share in (95, 5))
    return loud, soft
