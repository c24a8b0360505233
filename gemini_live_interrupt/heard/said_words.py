"""When each word of a reply is said, found only where it is asked for.

Between two places that are beyond doubt the words are sounded out a piece at a time, each some seconds
long, up to the moment that is asked about; what was found is kept for the state of the turn that it was
found in. Knows which pieces to take and in what order, and leaves the finding to `sounding_out`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from gemini_live_interrupt.heard.alignment import Anchor
from gemini_live_interrupt.heard.boundaries import Boundary
from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.sound import Sound
from gemini_live_interrupt.heard.sounding_out import Open, Saying, sound_out
from gemini_live_interrupt.heard.sounds import SOUNDS
from gemini_live_interrupt.heard.spoken_units import FINAL_LENGTHENING, Token
from gemini_live_interrupt.heard.stretch import MOMENT_S, Stretch
from gemini_live_interrupt.heard.voice import Voice

__all__ = ["SURE", "EvenWords", "SaidWords"]

# An anchor is beyond doubt if the next best place is so many nats less likely; and the likeliest of
# those in doubt is taken where there has been none for so long.
SURE = 5.0
_LONGEST_IN_DOUBT_MS = 12_000.0
# One piece is so long at the most, and if there are pauses to end it at, at the least. Where there are
# none it ends a second and a half early, and the last word is looked at again.
_LONGEST_MS, _SHORTEST_MS, _MARGIN_MS = 7000.0, 2500.0, 1500.0
# Less than this holds no word.
_LEAST_MS = 30.0
# Of the pace between two places that are known.
_KNOWN_SPREAD = 0.05
# Words that a piece may hold: by so much more than its pace, and so many units.
_MOST_FASTER, _MOST_UNITS = 1.6, 20.0
_NOT_THE_END = -20.0
# Words by which a moment may be off: next to a known place, and for each second from it.
_OFF, _OFF_PER_S = 0.1, 0.15
# And where the sound ends right behind it, less the more there is, up to so much.
_OFF_AT_END, _ENOUGH_MS = 0.4, 1500.0
_UNKNOWN = 3.0


@dataclass(slots=True)
class _Span:
    """What lies behind an anchor that is beyond doubt, as far as it was looked at."""

    anchor: Anchor
    after: Anchor | None
    """The next one."""
    tokens: int
    """Tokens before the next piece."""
    until_ms: float
    """Where the next piece begins."""
    times: list[tuple[float, float]] = field(default_factory=list)
    """When the tokens behind the anchor begin and end."""
    is_done: bool = False


class EvenWords:
    """Words said evenly, by their units, where there is nothing else to go by."""

    def __init__(self, units: Sequence[float], begin_ms: float, end_ms: float) -> None:
        """`units`: before each token, and in all; said between the two moments."""
        self._units = units
        self._begin_ms, self._end_ms = begin_ms, end_ms

    def at(self, played_ms: float) -> tuple[int, float, float]:
        """As `SaidWords.at`."""
        units, total = self._units, self._units[-1]
        share = (played_ms - self._begin_ms) / max(self._end_ms - self._begin_ms, 1.0)
        said = min(max(share, 0.0), 1.0) * total
        words = bisect_right(units, said + 1e-6) - 1
        if words + 1 >= len(units):
            return len(units) - 1, 0.0, _UNKNOWN
        part = (said - units[words]) / max(units[words + 1] - units[words], 1e-6)
        return words, part if part > 1e-6 else 0.0, _UNKNOWN


class SaidWords:
    """The words in one state of a turn."""

    def __init__(
        self,
        tokens: Sequence[Token],
        units: Sequence[float],
        pauses: Pauses,
        sound: Sound,
        anchors: Sequence[Anchor],
        end_odds: float,
    ) -> None:
        """
        Args:
            tokens: of the text.
            units: spoken units before each of them, and in all.
            pauses: of the audio.
            sound: the audio.
            anchors: places known in both.
            end_odds: natural log of the odds that text and audio are at their end.
        """
        self._tokens, self._units = tokens, units
        self._pauses, self._sound = pauses, sound
        self._end_odds = end_odds
        self._voice = Voice(pauses, sound)
        sure = self._beyond_doubt(anchors)
        self._spans = [
            _Span(anchor, after, anchor.tokens, self._begin_ms(anchor))
            for anchor, after in zip(sure, [*sure[1:], None], strict=True)
        ]
        self._starts = [-inf, *(self._end_ms(anchor) for anchor in sure[1:])]

    def at(self, played_ms: float) -> tuple[int, float, float]:
        """Which word is being said at a moment.

        Returns:
            Tokens that were said before it; of the next one, the part that was, or 0 if it has not
            begun; and the words by which that may be off, about one standard deviation.
        """
        span = self._spans[bisect_right(self._starts, played_ms) - 1]
        while not span.is_done and span.until_ms <= played_ms:
            self._go_on(span)
        times = span.times
        said = bisect_right(times, played_ms + 1e-6, key=_end)
        share = 0.0
        if said < len(times):
            begun_ms, over_ms = times[said]
            share = max(played_ms - begun_ms, 0.0) / (over_ms - begun_ms)
        return span.anchor.tokens + said, share, self._doubt(span, played_ms)

    def _doubt(self, span: _Span, played_ms: float) -> float:
        """Words by which an answer may be off: more the farther away the next known place is, and
        where there is little sound behind it that could tell."""
        away_ms = max(played_ms - self._begin_ms(span.anchor), 0.0)
        off = _OFF
        if span.after is not None:
            away_ms = min(away_ms, max(self._end_ms(span.after) - played_ms, 0.0))
        elif 0.0 < (behind_ms := self._pauses.end_ms - played_ms) < _ENOUGH_MS:
            off += _OFF_AT_END * (1.0 - behind_ms / _ENOUGH_MS)
        return off + _OFF_PER_S * away_ms / 1000.0

    def _beyond_doubt(self, anchors: Sequence[Anchor]) -> list[Anchor]:
        sure: list[Anchor] = []
        waiting: list[Anchor] = []
        for anchor in anchors:
            if waiting and self._end_ms(anchor) - self._begin_ms(sure[-1]) > _LONGEST_IN_DOUBT_MS:
                best = max(waiting, key=lambda one: one.margin)
                sure.append(best)
                waiting = waiting[waiting.index(best) + 1 :]
            if anchor.margin > SURE:
                sure.append(anchor)
                waiting.clear()
            else:
                waiting.append(anchor)
        return sure

    def _end_ms(self, anchor: Anchor) -> float:
        """Where the speech before an anchor ends."""
        if anchor.pause is not None:
            return anchor.pause.start_ms
        return self._pauses.end_ms if anchor.spoken_s > 0.0 else self._pauses.lead_ms

    def _begin_ms(self, anchor: Anchor) -> float:
        """Where the speech behind an anchor begins."""
        return anchor.pause.end_ms if anchor.pause is not None else self._end_ms(anchor)

    def _go_on(self, span: _Span) -> None:
        """Sound out one more piece of a span."""
        begin_ms, first, after = span.until_ms, span.tokens, span.after
        end_ms = self._end_ms(after) if after else self._pauses.end_ms
        last = after.tokens if after else len(self._tokens)
        rate, spread = span.anchor.rate, span.anchor.rate_spread
        if after is not None and after.tokens > span.anchor.tokens:
            units = self._units[after.tokens] - self._units[span.anchor.tokens]
            rate = (after.spoken_s - span.anchor.spoken_s) / max(units, 1.0)
            spread = _KNOWN_SPREAD
        closing = None if after else self._pauses.closing
        resume_ms = end_ms
        is_last = end_ms - begin_ms <= _LONGEST_MS
        if not is_last:
            closing = self._pause_to_end_at(begin_ms)
            end_ms = resume_ms = begin_ms + _LONGEST_MS - _MARGIN_MS
            if closing is not None:
                end_ms, resume_ms = closing.start_ms, closing.end_ms
        free = None
        if after is None or not is_last:
            most = self._units[first] + _MOST_FASTER * (end_ms - begin_ms) / 1000.0 / rate
            until = bisect_right(self._units, most + _MOST_UNITS)
            at_end = after is None and is_last and until > last
            free = Open(rate / MOMENT_S, spread, self._end_odds if at_end else _NOT_THE_END)
            last = min(until, last)
        if end_ms - begin_ms < _LEAST_MS or last <= first:
            span.is_done = True
            return
        inside = [
            pause
            for pause in self._pauses.inner
            if begin_ms < pause.start_ms and pause.end_ms < end_ms
        ]
        stretch = Stretch(self._sound, self._voice, begin_ms, end_ms, inside, closing)
        words = [_saying(token) for token in self._tokens[first:last]]
        found = sound_out(stretch, words, free)
        if found is None:
            found = self._evenly(first, last, begin_ms, end_ms, rate if free else None)
        if is_last:
            span.times += found
            span.is_done = True
            return
        whole = [time for time in found if time[1] <= end_ms + 1.0]
        if 0 < len(whole) < len(found) and found[len(whole)][0] > begin_ms + _SHORTEST_MS / 2.0:
            # The last word may go on in the next piece.
            resume_ms = found[len(whole)][0]
        span.times += whole
        span.tokens += len(whole)
        span.until_ms = resume_ms

    def _pause_to_end_at(self, begin_ms: float) -> Pause | None:
        """The longest pause at which a piece can end."""
        from_ms, to_ms = begin_ms + _SHORTEST_MS, begin_ms + _LONGEST_MS
        pauses = (p for p in self._pauses.inner if from_ms < p.start_ms and p.end_ms < to_ms)
        return max(pauses, key=lambda pause: pause.length_s, default=None)

    def _evenly(
        self, first: int, last: int, begin_ms: float, end_ms: float, rate: float | None
    ) -> list[tuple[float, float]]:
        """Words that do not fit the sound, by their units alone; at a rate, if one is given."""
        units = self._units[first : last + 1]
        ms = 1000.0 * rate if rate else (end_ms - begin_ms) / max(units[-1] - units[0], 1e-6)
        edges = [begin_ms + (unit - units[0]) * ms for unit in units]
        return list(pairwise(edges))


def _end(time: tuple[float, float]) -> float:
    return time[1]


def _saying(token: Token) -> Saying:
    lengths = [SOUNDS[name].length for name in token.sounds]
    drawn_out = FINAL_LENGTHENING if token.boundary >= Boundary.CLAUSE else 0.0
    scale = max(token.units - drawn_out, 0.5) / sum(lengths)
    lengths = [length * scale for length in lengths]
    if drawn_out:
        # The last syllable is drawn out: its vowel, and what is behind it.
        at = max(token.sounds.rfind("V"), token.sounds.rfind("W"), 0)
        share = drawn_out / (len(lengths) - at)
        lengths[at:] = [length + share for length in lengths[at:]]
    return Saying(token.sounds, tuple(lengths), token.boundary)
