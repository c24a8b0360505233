"""One reply of the model: its text against its audio, and how much of the text was heard.

The server sends text and audio of a reply in pieces that do not belong together, faster than they
are played. This module keeps both and answers one question: which part of the text lies in the
first so many milliseconds of the audio? By the word times, where the server sends them; else by
matching the pauses of the audio with the punctuation of the text (`alignment`) and sounding out the
words between them (`said_words`). Sound is reduced as it arrives, and of a long reply all but the last
half minute is matched; all else waits until somebody asks, or has time for it when all has come. It knows
nothing of playback, of the conversation, or of the Live API; how much was played is an argument.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gemini_live_interrupt.heard.alignment import Aligner, Anchor
from gemini_live_interrupt.heard.growing_text import GrowingText
from gemini_live_interrupt.heard.pace import Pace
from gemini_live_interrupt.heard.passages import (
    LONG_MS,
    LOOK_EVERY_MS,
    MOST_MS,
    Passages,
    anywhere,
    where_to_end,
)
from gemini_live_interrupt.heard.pauses import PauseFinder, Pauses
from gemini_live_interrupt.heard.position import Estimate, Heard, How
from gemini_live_interrupt.heard.said_words import EvenWords, SaidWords
from gemini_live_interrupt.heard.sound import DEFAULT_SAMPLE_RATE, FRAME_MS, Sound
from gemini_live_interrupt.heard.word_times import WordTime, WordTimes

__all__ = ["Heard", "ModelTurn", "Pace", "WordTime"]

# Natural log of the odds that text and audio are at their end: when the server has said so, when the
# text ends like a sentence, and else.
_COMPLETE, _PERHAPS_COMPLETE, _NOT_COMPLETE = 6.0, 0.0, -4.0
# Of a text far longer than its audio only so much is looked at: seconds for a unit of the fastest
# speech, and units beyond that.
_FASTEST, _FURTHER_UNITS = 0.018, 200.0

# What is softer than 60 dB below full scale is no voice, nor what sounds for so small a share of the
# time.
_LEAST_LOUD, _LEAST_SPOKEN = 83, 0.03

_BACKLOG_MS = 30_000.0
"""Audio that may wait for the question. Most of what it costs is what waits; but most of what waits is never
asked for, and what is matched while its text comes is matched again."""

_COLUMNS = 2
"""Pauses that are matched in one piece of preparing."""

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
        self._text = GrowingText()
        self._sound = Sound()
        self._pauses = PauseFinder()
        self._words = WordTimes()
        self._is_complete = False
        self._aligner: Aligner | None = None
        self._anchors: tuple[Anchor, ...] = ()
        self._estimate: Estimate | None = None
        self._is_worked_out = False
        self._pieces: Iterator[None] | None = None
        """What is left of preparing."""
        self._last = (0.0, _NOTHING)
        """What was answered last, and for which moment, counted as the sound."""
        self._unchanged = 0
        """Tokens that are as they were when they were matched last."""
        self._caught_up_ms = 0.0
        """Audio of which the pauses are matched."""
        self._to_match: tuple[Pauses, float] | None = None
        """Pauses that wait to be matched, and the audio they are of: what came later can wait."""
        self._look_at_ms = LONG_MS
        """Matched audio at which to look whether a passage can end."""
        self._passages = Passages()
        """What lies before all of the above but the text and the word times."""
        self._said = (0.0, 0.0)
        """In them: seconds of speech, and spoken units."""

    # --- what arrives; nothing here may cost anything
    # ---------------------------------------------------------------

    def add_text(self, text: str, words: Sequence[WordTime] = ()) -> None:
        """Take a piece of text exactly as received, and the times of its words where they are
        known."""
        self._text.add(text)
        if words:
            self._words.add(words)
        self._is_worked_out = False

    def add_audio(
        self,
        pcm: bytes,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        levels: bytes | None = None,
        crossings: bytes | None = None,
    ) -> None:
        """Take a piece of audio: mono, signed 16 bit, little endian. A rate that no sound has
        counts as 24,000 Hz.

        Args:
            pcm: the audio.
            sample_rate: its rate, in Hz.
            levels: what `levels` gave after this piece when it was first listened to: then that is
                believed, and of the audio only its length matters. None: listen to it.
            crossings: the same of `crossings`.
        """
        self._sound.add(pcm, sample_rate, levels, crossings)
        self._is_worked_out = False
        if self._pace is not None:
            # What the reply before has to teach must not be left to the cut.
            self._pace.catch_up()
        if self._sound.received_ms > self._caught_up_ms + _BACKLOG_MS:
            self.catch_up()

    def catch_up(self) -> None:
        """Match one pause that waits, a fraction of a millisecond's work.

        A reply of more than half a minute does so by itself as it arrives, so that no question about
        it takes much longer than one about a short one.
        """
        pauses, received_ms = self._to_match or (self._reduced(), self._sound.received_ms)
        self._to_match = pauses, received_ms
        aligner = self._match(pauses, most=1)
        matched = len(aligner)
        if matched < len(pauses.inner):
            self._caught_up_ms = pauses.inner[matched - 1].end_ms if matched else 0.0
            return
        self._caught_up_ms = received_ms
        self._to_match = None
        if self._caught_up_ms > self._look_at_ms and not self._is_complete:
            self._look_at_ms += LOOK_EVERY_MS
            self._end_passage(aligner, pauses, received_ms)

    def _end_passage(self, aligner: Aligner, pauses: Pauses, received_ms: float) -> None:
        """Go on with what is behind a pause that is known for certain, if there is one."""
        sound, units = self._sound, aligner.text.units
        anchors = aligner.anchors(pauses, _NOT_COMPLETE)
        n = where_to_end(anchors, units, pauses, self._caught_up_ms)
        if n is not None:
            before: Sequence[Anchor] = anchors[: n + 1]
            pause, spoken = before[-1].pause, before[-1].tokens
        elif self._caught_up_ms > MOST_MS:
            pause, spoken, before = anywhere(anchors, units, pauses, received_ms)
        else:
            return
        assert pause is not None
        tokens, units = self._text.tokens[:spoken], units[: spoken + 1]
        inner = [one for one in pauses.inner if one.end_ms <= pause.end_ms]
        ended = replace(pauses, inner=inner, end_ms=pause.start_ms, spoken_s=pause.spoken_s)
        first = sound.split(round(pause.end_ms) // FRAME_MS)
        words = SaidWords(tokens, units, ended, first, before, _COMPLETE)
        begin = self._passages.end
        self._passages.add(
            first,
            tokens[-1].end if tokens else begin,
            Estimate(tokens, words, "pauses", may_grow=False, begin=begin),
        )
        self._said = (self._said[0] + pause.spoken_s, self._said[1] + units[-1])
        self._text.let_go(spoken)
        if n is not None:
            self._pauses.let_go(pause)
            self._aligner = aligner.behind(n, self._pauses.pauses(is_complete=False).inner)
            self._unchanged = len(self._text.tokens)
        else:
            self._pauses, self._unchanged = PauseFinder(), 0
            self._aligner = Aligner(before[-1].rate)
        self._caught_up_ms -= first.received_ms
        self._look_at_ms = LONG_MS
        self._last = (self._last[0] - first.received_ms, self._last[1])
        self._estimate, self._is_worked_out = None, False

    def complete(self) -> None:
        """No more text or audio will come.

        Not for a reply that was cut off: its text and its audio end at different words.
        """
        if self._is_complete:
            return
        self._is_complete = True
        self._is_worked_out = False
        if self._pace is not None:
            self._pace.expect(self._lesson)

    @property
    def can_prepare(self) -> bool:
        """Whether all has come, and `heard_at` would have to work."""
        known = self._is_worked_out or self._words or not self.received_ms
        return self._is_complete and not known

    def prepare(self) -> None:
        """Do a piece of what `heard_at` would do, where it `can_prepare`: less than a millisecond's work. Not
        while the reply arrives: what is matched while its text comes is matched again."""
        if self._pieces is None:
            self._pieces = self._in_pieces()
        next(self._pieces, None)

    def _in_pieces(self) -> Iterator[None]:
        is_whole = self._aligner is None
        self._sound.catch_up()
        yield
        self._pauses.update(self._sound.levels, self._sound.crossings)
        yield
        tokens, pauses = -1, self._reduced(times=0)
        while tokens < len(self._text.tokens):
            tokens, pauses = len(self._text.tokens), self._reduced(times=1)
            yield
        while len(self._match(pauses, most=_COLUMNS)) < len(pauses.inner):
            yield
        yield
        self._aligned()
        if is_whole:
            self._aligner, self._unchanged = None, 0  # Hundreds of objects, for what still comes.

    def rest(self) -> None:
        """Let go of what was worked out, which takes some hundred objects: it is worked out again, should
        somebody ask. With a thousand calls the garbage collector walks over all of them."""
        if self._passages.end_ms:
            return  # What was learnt in those of the voice would not come back.
        self._aligner, self._anchors, self._estimate, self._pieces = None, (), None, None
        self._pauses, self._to_match, self._caught_up_ms = PauseFinder(), None, 0.0
        self._text.forget_tokens()
        self._unchanged, self._is_worked_out = 0, False

    @property
    def text(self) -> str:
        """Everything received so far, concatenated."""
        return self._text.whole()

    @property
    def word_times(self) -> tuple[WordTime, ...]:
        """The times of its words, where they are known."""
        return self._words.all

    @property
    def received_ms(self) -> float:
        """Length of the audio received so far."""
        return self._passages.end_ms + self._sound.received_ms

    def levels(self, start: int = 0) -> bytes:
        """How loud each whole 10 ms was, from the one at `start` on; see `Sound`."""
        return self._made("levels", start)

    def crossings(self, start: int = 0) -> bytes:
        """How often the wave crossed zero in each of them; see `Sound`."""
        return self._made("crossings", start)

    def _made(self, name: str, start: int) -> bytes:
        """What was made of the sound."""
        self._sound.catch_up()
        before = round(self._passages.end_ms) // FRAME_MS
        ours: bytearray = getattr(self._sound, name)
        if start >= before:
            return bytes(ours[start - before :])
        return self._passages.reduced(name, start) + ours

    def begin_at(self, played_ms: float) -> tuple[float, int]:
        """A millisecond, and a character, from which on all must be known to tell what is heard from
        `played_ms` on: the beginning, if the turn is not long."""
        return self._passages.begin_at(played_ms)

    @property
    def is_complete(self) -> bool:
        """Whether `complete` was called."""
        return self._is_complete

    # --- what was heard
    # ---------------------------------------------------------------------------------------------

    def heard_at(self, played_ms: float, *, lately: bool = False) -> Heard:
        """How much of the text lies in the first `played_ms` of the audio.

        Never raises. Grows with `played_ms` as long as nothing is added in between.

        Args:
            played_ms: From the turn's first sample; larger values count as all that was received.
            lately: By what had come when it was worked out last: costs microseconds, claims less.
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
        if played_ms < self._passages.end_ms:
            return self._passages.heard_at(played_ms, text, self._text.language)
        played_ms -= self._passages.end_ms
        if not lately:
            self._aligned()
        if self._estimate is not None:
            self._last = (played_ms, self._estimate.heard_at(played_ms))
            return self._last[1]
        last_ms, last = self._last
        if played_ms >= last_ms and last.end >= self._passages.end:
            return last
        return replace(_NOTHING, end=self._passages.end, position=float(self._passages.end))

    @property
    def is_worked_out(self) -> bool:
        """Whether nothing came since `heard_at` was worked out: it costs microseconds now."""
        return self._is_worked_out

    def _aligned(self) -> Estimate:
        """The estimate for what has arrived by now; only what is new is worked on."""
        if self._estimate is None or not self._is_worked_out:
            self._is_worked_out, self._pieces = True, None
            self._sound.catch_up()
            pauses = self._reduced()
            aligner = self._match(pauses, most=None)
            tokens, text = self._text.tokens, self._text
            end_odds = self._end_odds()
            self._anchors = aligner.anchors(pauses, end_odds)
            how: How = "pauses" if any(anchor.pause for anchor in self._anchors) else "rate"
            units = aligner.text.units
            words: SaidWords | EvenWords
            if not self._has_voice(pauses):
                how, words = "proportion", EvenWords(units, 0.0, self._sound.received_ms)
            elif how == "rate" and self._is_complete and len(self._anchors) == 1:
                # Sung, or no speech: all there is to go by is that the text was said in this time.
                how, words = "proportion", EvenWords(units, pauses.lead_ms, pauses.end_ms)
            else:
                words = SaidWords(tokens, units, pauses, self._sound, self._anchors, end_odds)
            self._estimate = Estimate(
                tokens,
                words,
                how,
                may_grow=text.may_grow and not self._is_complete,
                begin=self._passages.end,
            )
        return self._estimate

    def _has_voice(self, pauses: Pauses) -> bool:
        """Whether there is a voice in what came, or silence, as a test may send it."""
        is_loud = pauses.loud >= _LEAST_LOUD
        return is_loud and 1000.0 * pauses.spoken_s > _LEAST_SPOKEN * self._sound.received_ms

    def _match(self, pauses: Pauses, most: int | None) -> Aligner:
        """Match the pauses that are new, `most` of them at the most."""
        tokens = self._text.tokens
        if self._aligner is None:
            self._aligner = Aligner(self._pace.rate if self._pace else None)
        self._aligner.extend(pauses, tokens, self._unchanged, most=most)
        self._unchanged = len(tokens)
        return self._aligner

    def _reduced(self, times: int = sys.maxsize) -> Pauses:
        """The pauses so far, and as many tokens as can be in them; `times` as `cut_up` has it."""
        self._to_match = None
        self._pauses.update(self._sound.levels, self._sound.crossings)
        pauses = self._pauses.pauses(is_complete=self._is_complete)
        unchanged = self._text.cut_up(pauses.spoken_s / _FASTEST + _FURTHER_UNITS, times)
        self._unchanged = min(self._unchanged, unchanged)
        return pauses

    def _end_odds(self) -> float:
        """Natural log of the odds that nothing more will come, of text or of audio."""
        if not self._text.is_cut_up:
            return _NOT_COMPLETE
        if self._is_complete:
            return _COMPLETE
        return _PERHAPS_COMPLETE if self._text.ends_a_sentence else _NOT_COMPLETE

    def _lesson(self) -> tuple[float, float]:
        """Seconds of speech and the spoken units said in them, for `Pace`."""
        self._sound.catch_up()
        pauses = self._reduced()
        spoken_s, units = self._said
        units += sum(token.units for token in self._text.tokens)
        return spoken_s + pauses.spoken_s, units
