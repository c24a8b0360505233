"""One reply of the model: its text against its audio, and how much of the text was heard.

The server sends text and audio of a reply in pieces that do not belong together, faster than they
are played. This module keeps both and answers one question: which part of the text lies in the
first so many milliseconds of the audio? By the word times, where the server sends them; else by
matching the pauses of the audio with the punctuation of the text (`alignment`) and counting spoken
units (`spoken_units`) between them. It does no work before it is asked. It knows nothing of
playback, of the conversation, or of the Live API; how much was played is an argument.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, isfinite, sqrt
from typing import Literal

from gemini_live_interrupt.heard.alignment import Aligner, Alignment, Anchor
from gemini_live_interrupt.heard.arrival import Arrivals
from gemini_live_interrupt.heard.pace import Pace
from gemini_live_interrupt.heard.pauses import DEFAULT_SAMPLE_RATE, Loudness, Pauses, find_pauses
from gemini_live_interrupt.heard.spoken_units import Token, is_unspaced, language_of, tokenize
from gemini_live_interrupt.heard.syllables import Syllables

__all__ = ["Heard", "ModelTurn", "Pace", "WordTime"]

How = Literal["nothing", "everything", "word timestamps", "pauses", "rate", "proportion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTime:
    """A word and its time, as the server's transcription may carry them."""

    text: str
    """The word."""
    start_ms: float
    """From the start of the turn's audio."""
    end_ms: float
    """From the start of the turn's audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How much of a turn's text was heard."""

    end: int
    """Characters: `text[:end]` was heard. Whole words, rounded down, less where in doubt; never
    inside a word or a grapheme."""
    position: float
    """Characters, the estimate before it was rounded."""
    uncertainty: float
    """Words, about one standard deviation of the estimate; 0 where it is exact."""
    how: How
    """Where the estimate comes from: `word timestamps` of the server; `pauses` that were matched
    with the text; the `rate` of speech, where no pause could be; a `proportion` of the text, where
    audio and text do not fit each other."""


_NOTHING = Heard(end=0, position=0.0, uncertainty=0.0, how="nothing")


class ModelTurn:
    """One reply.

    Example:
        >>> turn = ModelTurn()
        >>> turn.add_text("Hello there.")
        >>> turn.heard_at(500.0).how
        'nothing'
        >>> turn.add_audio(bytes(48_000))
        >>> turn.received_ms
        1000.0
        >>> turn.complete()
        >>> turn.heard_at(1000.0).end
        12
    """

    def __init__(self, pace: Pace | None = None) -> None:
        """`pace`: the session's speaking rate, which this turn uses and, when it is complete,
        improves."""
        self._pace = pace
        self._text = _GrowingText()
        self._loudness = Loudness()
        self._syllables = Syllables()
        self._words = _WordTimes()
        self._is_complete = False
        self._aligner: Aligner | None = None
        self._estimate: _Estimate | None = None

    # --- what arrives; nothing here may cost anything
    # ---------------------------------------------------------------

    def add_text(self, text: str, words: Sequence[WordTime] = ()) -> None:
        """Take a piece of text exactly as received, and the times of its words where they are
        known."""
        self._text.add(text, self.received_ms)
        if words:
            self._words.add(words)
        self._estimate = None

    def add_audio(self, pcm: bytes, sample_rate: int = DEFAULT_SAMPLE_RATE) -> None:
        """Take a piece of audio: mono, signed 16 bit, little endian. A rate of 0 or less counts as
        24,000 Hz."""
        self._loudness.add(pcm, sample_rate)
        self._estimate = None

    def complete(self) -> None:
        """No more text or audio will come.

        Not for a reply that was cut off: its text and its audio end at different words.
        """
        if self._is_complete:
            return
        self._is_complete = True
        self._estimate = None
        if self._pace is not None:
            self._pace.expect(self._lesson)

    @property
    def text(self) -> str:
        """Everything received so far, concatenated."""
        return self._text.whole()

    @property
    def received_ms(self) -> float:
        """Length of the audio received so far."""
        return self._loudness.received_ms

    @property
    def is_full(self) -> bool:
        """Whether the next `add_audio` takes milliseconds: once every 20 s of audio."""
        return self._loudness.is_full

    @property
    def is_complete(self) -> bool:
        """Whether `complete` was called."""
        return self._is_complete

    # --- what was heard
    # ---------------------------------------------------------------------------------------------

    def heard_at(self, played_ms: float) -> Heard:
        """How much of the text lies in the first `played_ms` of the audio.

        Never raises. Grows with `played_ms` as long as nothing is added in between.

        Args:
            played_ms: From the turn's first sample; larger values count as all that was received.
        """
        received_ms = self.received_ms
        if not played_ms > 0.0 or received_ms <= 0.0:
            return _NOTHING
        text = self.text
        if played_ms >= received_ms:
            if self._is_complete:
                return Heard(
                    end=len(text), position=float(len(text)), uncertainty=0.0, how="everything"
                )
            played_ms = received_ms
        timed = self._words.heard_at(played_ms, text)
        if timed is not None:
            return timed
        return self._aligned().heard_at(played_ms)

    def _aligned(self) -> _Estimate:
        """The estimate for what has arrived by now; only what is new is worked on."""
        if self._estimate is None:
            if self._aligner is None:
                self._aligner = Aligner(self._pace.rate if self._pace else None)
            tokens = self._text.tokens()
            levels = self._loudness.levels()
            self._syllables.update(levels)
            pauses = self._syllables.even_out(
                find_pauses(levels, is_complete=self._is_complete), levels
            )
            alignment = self._aligner.align(
                pauses,
                tokens,
                is_complete=self._is_complete,
                arrivals_s=self._text.arrivals.of(tokens),
            )
            self._estimate = _Estimate(self.text, tokens, pauses, alignment, self._is_complete)
        return self._estimate

    def _lesson(self) -> tuple[float, float] | None:
        """Seconds of speech and the spoken units said in them, for `Pace`."""
        return self._aligned().lesson()


class _GrowingText:
    """Text in pieces, joined and cut into tokens only when asked, and then only what is new."""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self._length = 0
        self._pieces: list[str] = []
        self._joined = ""
        self._tokens: list[Token] = []
        self._tokenized = ""
        self._language = ""

    def add(self, text: str, received_ms: float) -> None:
        if text:
            self.arrivals.add(self._length, received_ms)
            self._length += len(text)
            self._pieces.append(text)

    def whole(self) -> str:
        if self._pieces:
            self._joined += "".join(self._pieces)
            self._pieces.clear()
        return self._joined

    def tokens(self) -> list[Token]:
        text = self.whole()
        if len(text) == len(self._tokenized):
            return self._tokens
        language = language_of(text)
        if language != self._language:
            self._language, self._tokens = language, []
        # The last two tokens may change with what follows: their length, and the boundary after
        # them.
        kept = self._tokens[:-1]
        start = kept[-1].end if kept else 0
        self._tokens = kept + tokenize(text, start=start, language=language)
        self._tokenized = text
        return self._tokens


class _Estimate:
    """Positions in one state of a turn."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        pauses: Pauses,
        alignment: Alignment,
        is_complete: bool,
    ) -> None:
        self._tokens = tokens
        self._pauses = pauses
        self._anchors = alignment.anchors
        self._times = [self._time_of(anchor) for anchor in self._anchors]
        self._doubt = alignment.doubt
        self._units = list(accumulate((token.units for token in tokens), initial=0.0))
        self._how: How = "pauses" if any(anchor.pause for anchor in self._anchors) else "rate"
        self._rate = self._tail_rate(alignment.rate)
        if is_complete and self._how == "rate" and self._units[-1]:
            slowest = pauses.spoken_s / self._units[-1]
            if slowest > self._rate:
                # Sung, or very slow: all there is to go by is that the text was said in this time.
                self._rate, self._how = slowest, "proportion"
        # A word at the end may still grow, so it was not heard as it stands.
        self._whole_tokens = len(tokens)
        may_grow = not is_complete and text[-1:].isalnum() and not is_unspaced(text[-1])
        if may_grow and tokens and tokens[-1].end == len(text):
            self._whole_tokens -= 1

    def _time_of(self, anchor: Anchor) -> float:
        """Milliseconds of audio before an anchor."""
        if anchor.pause is not None:
            return anchor.pause.start_ms
        return self._pauses.end_ms if anchor.spoken_s > 0.0 else -inf

    def _tail_rate(self, rate: float) -> float:
        """The rate after the last anchor: this turn's so far, while little was said held to the one
        it was aligned at."""
        last = self._anchors[-1]
        units = self._units[last.tokens]
        return (last.spoken_s + _RATE_INERTIA * rate) / (units + _RATE_INERTIA)

    def lesson(self) -> tuple[float, float] | None:
        """Seconds of speech up to the last anchor, and the units in them; None where the matching
        is in doubt."""
        last = self._anchors[-1]
        return (last.spoken_s, self._units[last.tokens]) if self._doubt < 0.5 else None

    def heard_at(self, played_ms: float) -> Heard:
        unit, sure, variance = self._unit_at(played_ms)
        # Words without length of their own, an emoji say, are heard with the word before them.
        end_token = min(self._tokens_by(sure), self._whole_tokens)
        end = self._tokens[end_token - 1].end if end_token else 0
        per_word = self._units[-1] / len(self._tokens) if self._tokens else 1.0
        return Heard(
            end=end,
            position=max(self._position(self._tokens_by(unit), unit), float(end)),
            uncertainty=round(sqrt(variance) / max(per_word, 1.0), 2),
            how=self._how,
        )

    def _tokens_by(self, unit: float) -> int:
        """Tokens that end by then."""
        return min(bisect_right(self._units, unit + 1e-6) - 1, len(self._tokens))

    def _unit_at(self, played_ms: float) -> tuple[float, float, float]:
        """Spoken units said by then, those to claim, and the variance."""
        units = self._units
        at = max(bisect_right(self._times, played_ms) - 1, 0)
        before = self._anchors[at]
        u0 = units[before.tokens]
        known = _MATCH_NOISE + _DOUBT_NOISE * self._doubt
        since = max(self._pauses.clock.at(played_ms) - before.spoken_s, 0.0)
        if at + 1 < len(self._anchors):
            after = self._anchors[at + 1]
            span = after.spoken_s - before.spoken_s
            share = min(since / span, 1.0) if span > 0.0 else 1.0
            between = units[after.tokens] - u0
            said = share * between
            noise = (_UNIT_NOISE + _PACE_NOISE**2 * between) * said * (1.0 - share)
            sure = said - _CAUTION * sqrt(noise)
        else:
            between = units[-1] - u0
            said = since / self._rate
            sure = said - _CAUTION * sqrt((_UNIT_NOISE + _PACE_NOISE**2 * said) * said)
            said = min(said, between)
            noise = (_UNIT_NOISE + _PACE_NOISE**2 * said) * said
        # No less than at the anchor; so it grows with `played_ms`, for what is taken off is concave.
        return u0 + said, u0 + min(max(sure, 0.0), between), known + noise

    def _position(self, i: int, unit: float) -> float:
        if i >= len(self._tokens):
            return float(self._tokens[-1].end) if self._tokens else 0.0
        token = self._tokens[i]
        share = (unit - self._units[i]) / token.units if token.units > 0.0 else 0.0
        if share <= 1e-6:
            return float(self._tokens[i - 1].end) if i else 0.0
        return token.start + share * (token.end - token.start)


# Of what is said since the last anchor so many standard deviations are not claimed. It halves how
# often too much is, for an eighth of a word less on average (`bench/heard.py --tuned`).
_CAUTION = 0.25
# Units of speech that count as much as the rate the turn was aligned at.
_RATE_INERTIA = 60.0
# Variance of what is said in a given time, in units squared: of each unit by itself; of the pace, as
# a share; of the matching, when it seems certain and when it does not. Chosen so that errors on the
# tuned half of the bench are about as large as stated.
_UNIT_NOISE = 0.9
_PACE_NOISE = 0.08
_MATCH_NOISE = 1.5
_DOUBT_NOISE = 100.0


class _WordTimes:
    """Word times of the server, found again in the text."""

    def __init__(self) -> None:
        self._words: list[WordTime] = []
        self._found: list[tuple[float, float, int, int]] = []
        self._found_in = -1

    def add(self, words: Sequence[WordTime]) -> None:
        self._words.extend(words)
        self._found_in = -1

    def heard_at(self, played_ms: float, text: str) -> Heard | None:
        """What was heard by the times; None where there are none for this moment."""
        if not self._words:
            return None
        if self._found_in != len(text):
            self._found, self._found_in = self._find(text), len(text)
        if not self._found:
            return None
        end, position = 0, 0.0
        for start_ms, end_ms, first, last in self._found:
            if end_ms <= played_ms:
                end, position = last, float(last)
            elif start_ms < played_ms:
                share = (played_ms - start_ms) / (end_ms - start_ms)
                position = max(position, first + share * (last - first))
                break
            else:
                break
        return Heard(end=end, position=position, uncertainty=0.0, how="word timestamps")

    def _find(self, text: str) -> list[tuple[float, float, int, int]]:
        """`(start_ms, end_ms, first character, one past the last)`; a word that is not in the text
        is left out."""
        found = []
        lowered = text.casefold() if len(text.casefold()) == len(text) else text
        at = 0
        tokens = tokenize(text)
        ends = [token.end for token in tokens]
        for word in self._words:
            wanted = word.text.strip().casefold()
            if not wanted or not isfinite(word.end_ms) or not isfinite(word.start_ms):
                continue
            first = lowered.find(wanted, at, at + _WORD_SEARCH + len(wanted))
            if first < 0:
                continue
            at = first + len(wanted)
            # Punctuation after a word is heard with it.
            i = bisect_right(ends, at - 1)
            last = ends[i] if i < len(ends) and tokens[i].start <= first else at
            found.append((word.start_ms, word.end_ms, first, max(last, at)))
        return found


# Characters to look ahead for a word, past what the transcript has and the word times have not.
_WORD_SEARCH = 120
