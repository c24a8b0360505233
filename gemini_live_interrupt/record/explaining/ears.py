"""What the microphone and the speaker tell about a moment: was somebody speaking, was it an echo?

Knows loudness over time. Must not know words, or what follows from an answer. Speech is told from
the noise of the room as the core does it: 10 dB above the quiet parts, two frames in a row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from gemini_live_interrupt.record.explaining.call import Call, Reply

_ABOVE_FLOOR = 3.16
_QUIETEST_SPEECH = 260
_FRAME = 0.03
_LATEST_ECHO = 3.0
"""Seconds between a sound of the speaker and its echo, at most."""
_ALIKE, _ALIKE_IN_FEW = 0.55, 0.65
"""Correlation of the two loudnesses from which on one is the echo of the other: in 120 calls without an
echo the best of all delays had up to 0.52."""
_MANY = 90
"""Frames that are many: a chance likeness is not to be had."""
_AROUND = 0.2
"""Seconds before and after, so that a gap at either end is seen."""
_GAP, _GAPS = 0.17, 4.0
"""Seconds without audio, and how many times the usual, that are a gap."""
_BETWEEN_WORDS = 0.7
"""Seconds of quiet within what somebody says."""
_LEAST = 40
"""Frames that must be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """How the microphone follows the model's voice."""

    delay: float
    """Seconds."""
    correlation: float
    """Of the two loudnesses, -1 to 1."""
    frames: int
    """How many were compared."""

    @property
    def is_alike(self) -> bool:
        """Whether one is the echo of the other."""
        return self.correlation >= (_ALIKE if self.frames >= _MANY else _ALIKE_IN_FEW)


class Microphone:
    """The microphone of one call.

    Args:
        call: the call.
    """

    def __init__(self, call: Call) -> None:
        self._times = [t for t, _, _ in call.microphone]
        self._peaks = [peak for _, peak, _ in call.microphone]
        self._lines = [line for _, _, line in call.microphone]
        levels = sorted(self._peaks)
        floor = levels[len(levels) // 10] if levels else 0
        self._loud = max(floor * _ABOVE_FLOOR, _QUIETEST_SPEECH)

    def is_there(self, start: float, end: float) -> bool:
        """Whether the microphone was on all that time, as far as the app let its audio pass by."""
        found = self._within(start, end)
        return len(found) * _FRAME > 0.4 * (end - start)

    def is_even(self, start: float, end: float) -> bool:
        """Whether its audio came without gaps between two moments, or there is none at all: else the
        app or its machine was busy."""
        came = [self._times[frame] for frame in self._within(start - _AROUND, end + _AROUND)]
        gaps = sorted(after - before for before, after in pairwise(came))
        return not gaps or gaps[-1] < max(_GAP, _GAPS * gaps[len(gaps) // 2])

    def loud(self, start: float, end: float) -> float:
        """Seconds between two moments in which somebody, or something, was loud."""
        frames = self._within(start, end)
        both = sum(self._peaks[a] > self._loud < self._peaks[b] for a, b in pairwise(frames))
        return both * _FRAME

    def line(self, start: float, end: float) -> int:
        """The line of the first loud frame between two moments; else of the first frame; 0 for
        none."""
        frames = self._within(start, end)
        loud = (frame for frame in frames if self._peaks[frame] > self._loud)
        found = next(loud, frames[0] if frames else None)
        return self._lines[found] if found is not None else 0

    def echo(self, replies: Sequence[tuple[Reply, float]]) -> Echo | None:
        """Whether the microphone's loudness is that of the model, some time later.

        Args:
            replies: which replies, each with the moment up to which the microphone is compared.

        Returns:
            The best delay and how alike the two are; None if there is too little to tell.
        """
        best: Echo | None = None
        for step in range(int(_LATEST_ECHO / _FRAME)):
            pairs = []
            for reply, end in replies:
                for frame in self._within(reply.t, end):
                    at = round((self._times[frame] - reply.t - step * _FRAME) * 100)
                    if 3 <= at < len(reply.levels):
                        pairs.append((self._peaks[frame], max(reply.levels[at - 3 : at])))
            if len(pairs) >= _LEAST:
                found = Echo(
                    delay=step * _FRAME, correlation=_correlation(pairs), frames=len(pairs)
                )
                if best is None or found.correlation > best.correlation:
                    best = found
        return best

    def stretches(self, start: float, end: float) -> list[tuple[float, float]]:
        """When somebody, or something, was loud between two moments: from, to. Pauses between words
        do not part them."""
        found: list[tuple[float, float]] = []
        for frame in self._within(start, end):
            if self._peaks[frame] <= self._loud:
                continue
            t = self._times[frame]
            if found and t - found[-1][1] < _BETWEEN_WORDS:
                found[-1] = (found[-1][0], t)
            else:
                found.append((t - _FRAME, t))
        return found

    def _within(self, start: float, end: float) -> range:
        return range(bisect_left(self._times, start), bisect_left(self._times, end))


def _correlation(pairs: Sequence[tuple[int, int]]) -> float:
    """Of the ranks: one loud word of somebody else does not hide an echo."""
    one, other = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    middle = (len(pairs) - 1) / 2
    both = sum((a - middle) * (b - middle) for a, b in zip(one, other, strict=True))
    spread_one, spread_other = (sqrt(sum((a - middle) ** 2 for a in side)) for side in (one, other))
    return both / (spread_one * spread_other) if spread_one and spread_other else 0.0


def _ranks(values: Sequence[int]) -> list[float]:
    """The place of each value among them; equal ones share theirs."""
    ordered = sorted(values)
    places: dict[int, tuple[int, int]] = {}
    for place, value in enumerate(ordered):
        places[value] = (places.get(value, (place, place))[0], place)
    return [sum(places[value]) / 2 for value in values]
