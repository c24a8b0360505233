"""A few seconds of speech in moments of 30 ms, the pauses in it taken out.

What `sounding_out` looks at: how loud each moment is and how often it crosses zero, where pauses were,
and which millisecond of the audio each moment is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from gemini_live_interrupt.heard.likelihoods import pause_costs, skip_cost
from gemini_live_interrupt.heard.pauses import Pause
from gemini_live_interrupt.heard.sound import FRAME_MS, STEPS_PER_DB, Sound
from gemini_live_interrupt.heard.sounds import LOUDEST_DB, SOFTEST_DB
from gemini_live_interrupt.heard.voice import Voice

__all__ = ["MOMENT_S", "Hush", "Stretch"]

_FRAMES = 3
MOMENT_S = _FRAMES * FRAME_MS / 1000.0


@dataclass(frozen=True, slots=True)
class Hush:
    """What a pause costs."""

    inside: float
    """Inside a word."""
    behind: tuple[float, ...]
    """Behind a word, by the kind of boundary."""


class Stretch:
    """The moments of a stretch of audio."""

    def __init__(
        self,
        sound: Sound,
        voice: Voice,
        begin_ms: float,
        end_ms: float,
        pauses: Sequence[Pause],
        closing: Pause | None,
    ) -> None:
        """
        Args:
            sound: of the whole turn.
            voice: what is usual for it.
            begin_ms: where the stretch begins.
            end_ms: where it ends.
            pauses: those inside it.
            closing: that with which it ends, if it does with one.
        """
        self.levels = bytearray()
        """Of each moment, dB above the softest that is told apart."""
        self.crossings = bytearray()
        self.hushes = [_hush(pause) for pause in pauses]
        self.hush_at: list[int] = []
        """The moment before which each of them was."""
        self.closing = _hush(closing) if closing is not None else None
        self._parts: list[tuple[int, float, float]] = []
        """Between pauses: the first moment, its millisecond, and milliseconds for a moment."""
        edges = [
            begin_ms,
            *(ms for pause in pauses for ms in (pause.start_ms, pause.end_ms)),
            end_ms,
        ]
        for n in range(0, len(edges), 2):
            if n:
                self.hush_at.append(len(self.levels))
            self._add(sound, voice, edges[n], edges[n + 1])

    def _add(self, sound: Sound, voice: Voice, begin_ms: float, end_ms: float) -> None:
        first = int(begin_ms) // FRAME_MS
        frames = int(end_ms) // FRAME_MS - first
        moments = max(1, round(frames / _FRAMES))
        self._parts.append((len(self.levels), begin_ms, (end_ms - begin_ms) / moments))
        frames = max(frames, 1)
        levels = _up_to_each(sound.levels[first : first + frames], frames)
        crossings = _up_to_each(sound.crossings[first : first + frames], frames)
        add_level, add_crossings = self.levels.append, self.crossings.append
        loud, beside = voice.loud, voice.crossings
        a = 0
        for moment in range(1, moments + 1):
            b = frames * moment // moments
            width = b - a
            db = ((levels[b] - levels[a]) / width - loud) / STEPS_PER_DB
            db = SOFTEST_DB if db < SOFTEST_DB else LOUDEST_DB if db > LOUDEST_DB else db
            add_level(int(db - SOFTEST_DB + 0.5))
            add_crossings(beside[(crossings[b] - crossings[a] + width // 2) // width])
            a = b

    def __len__(self) -> int:
        return len(self.levels)

    def ms_at(self, moment: int, *, is_end: bool) -> float:
        """When a moment begins; what ends there where a pause was has ended before it."""
        part = len(self._parts) - 1
        while part and moment - is_end < self._parts[part][0]:
            part -= 1
        first, ms, length_ms = self._parts[part]
        return ms + (moment - first) * length_ms


def _up_to_each(frames: bytearray, count: int) -> list[int]:
    """The sum of the first 0, 1, ..., `count`: what is missing is silent."""
    return [*accumulate(frames.ljust(count, b"\0"), initial=0)]


def _hush(pause: Pause) -> Hush:
    return Hush(skip_cost(pause.length_s), tuple(pause_costs(pause.length_s)))
