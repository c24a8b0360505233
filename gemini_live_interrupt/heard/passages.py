"""A long reply in passages of about a minute, so that neither its memory nor a question grows with it.

A passage ends at a pause of which the place in the text is beyond doubt, some time before what came
last; what is behind it is then listened to as if the reply began there. Of the passages of the last ten
minutes all is kept, so that an answer about them is as exact as one about the end. Of earlier ones only
where they ended, in sound and in text, is known: there, words count as said evenly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from gemini_live_interrupt.heard.alignment import Anchor
from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.position import Estimate, Heard
from gemini_live_interrupt.heard.said_words import SURE, EvenWords
from gemini_live_interrupt.heard.sound import FRAME_MS, Sound
from gemini_live_interrupt.heard.spoken_units import tokenize

__all__ = ["LONG_MS", "LOOK_EVERY_MS", "MOST_MS", "Passages", "anywhere", "where_to_end"]

LONG_MS, LOOK_EVERY_MS = 60_000.0, 5000.0
"""Sound after which a passage may end, and how much later to look again."""
MOST_MS = 600_000.0
"""Sound of ended passages of which all is kept; and of one after which it ends wherever it can."""
_SHORTEST_MS, _REST_MS = 30_000.0, 20_000.0
"""Of a passage, and of what is behind it: as much as tells a voice."""
_REST_OF_TEXT = 0.7
"""Of the speech behind the end of a passage, the share that the text behind it must take: where less of
it has come, what was matched may be taken for what it is not."""


def where_to_end(
    anchors: Sequence[Anchor], units: Sequence[float], pauses: Pauses, matched_ms: float
) -> int | None:
    """Which of the anchors a passage ends at, if at any: of those beyond doubt that of the longest pause.

    Args:
        anchors: places known in both.
        units: spoken units before each token, and in all.
        pauses: of the sound.
        matched_ms: sound of which the pauses are matched.
    """
    must = matched_ms > MOST_MS
    best: int | None = None
    most = 0.0
    for n, anchor in enumerate(anchors):
        pause = anchor.pause
        if pause is None or pause.start_ms < _SHORTEST_MS or pause.end_ms > matched_ms - _REST_MS:
            continue
        rest_s = (units[-1] - units[anchor.tokens]) * anchor.rate
        has_text = rest_s > _REST_OF_TEXT * (pauses.spoken_s - pause.spoken_s)
        good = pause.length_s if anchor.margin > SURE and has_text else 0.001 * must
        if good > most:
            best, most = n, good
    return best


def anywhere(
    anchors: Sequence[Anchor], units: Sequence[float], pauses: Pauses, received_ms: float
) -> tuple[Pause, int, Sequence[Anchor]]:
    """Where a passage ends that must, and of which no place is known.

    Returns:
        A pause of no length, the tokens that were said before it at the pace that is known, and the
        anchors that lie before it.
    """
    ms = float(int(received_ms - _REST_MS) // FRAME_MS * FRAME_MS)
    inner = [pause for pause in pauses.inner if pause.start_ms <= ms]
    spoken_s = max(ms - pauses.lead_ms, 0.0) / 1000.0
    if inner:
        spoken_s = inner[-1].spoken_s + max(ms - inner[-1].end_ms, 0.0) / 1000.0
    before = [one for one in anchors if one.spoken_s <= spoken_s]
    said = units[before[-1].tokens] + (spoken_s - before[-1].spoken_s) / before[-1].rate
    spoken = min(bisect_right(units, said), len(units)) - 1
    return Pause(start_ms=ms, end_ms=ms, spoken_s=spoken_s), spoken, before


@dataclass(frozen=True, slots=True)
class _Passage:
    begin_ms: float
    end_ms: float
    estimate: Estimate
    sound: Sound


class Passages:
    """Those that have ended.

    Example:
        >>> Passages().begin_at(5000.0)
        (0.0, 0)
    """

    def __init__(self) -> None:
        self._kept: deque[_Passage] = deque()
        self._ends_ms, self._ends = [0.0], [0]
        """Of each, and before the first: the end of its sound, and of its text."""

    @property
    def end_ms(self) -> float:
        """Where their sound ends."""
        return self._ends_ms[-1]

    @property
    def end(self) -> int:
        """Characters of their text."""
        return self._ends[-1]

    def begin_at(self, played_ms: float) -> tuple[float, int]:
        """Where the passage of a moment begins, in sound and in text; or the first of which all is
        kept."""
        first = len(self._ends) - 1 - len(self._kept)
        n = max(bisect_right(self._ends_ms, played_ms) - 1, first)
        return self._ends_ms[n], self._ends[n]

    def add(self, sound: Sound, end: int, estimate: Estimate) -> None:
        """One more has ended, whose text goes up to a character."""
        begin_ms = self.end_ms
        self._ends_ms.append(begin_ms + sound.received_ms)
        self._ends.append(end)
        self._kept.append(_Passage(begin_ms, self.end_ms, estimate, sound))
        while self.end_ms - self._kept[0].end_ms > MOST_MS:
            self._kept.popleft()

    def heard_at(self, played_ms: float, text: str, language: str) -> Heard:
        """What was heard at a moment in one of them."""
        for passage in reversed(self._kept):
            if played_ms >= passage.begin_ms:
                return passage.estimate.heard_at(played_ms - passage.begin_ms)
        n = bisect_right(self._ends_ms, played_ms)
        begin, begin_ms = self._ends[n - 1], self._ends_ms[n - 1]
        tokens = tokenize(text[: self._ends[n]], start=begin, language=language)
        units = [0.0]
        for token in tokens:
            units.append(units[-1] + token.units)
        words = EvenWords(units, 0.0, self._ends_ms[n] - begin_ms)
        evenly = Estimate(tokens, words, "proportion", may_grow=False, begin=begin)
        return evenly.heard_at(played_ms - begin_ms)

    def reduced(self, name: str, start: int) -> bytes:
        """Of their sound the levels or the crossings, from the frame at `start` on; silence in place
        of what is not kept."""
        first = round(self.begin_at(0.0)[0]) // FRAME_MS
        kept = b"".join(getattr(passage.sound, name) for passage in self._kept)
        return bytes(max(0, first - start)) + kept[max(0, start - first) :]
