"""One reply of the model: its text against its audio, and how much of the text was heard.

The server sends text and audio of a reply in pieces that do not belong together, faster than they
are played. This module keeps both and answers one question: which part of the text lies in the
first so many milliseconds of the audio? By the word times, where the server sends them; else by
matching the pauses of the audio with the punctuation of the text (`alignment`) and counting spoken
units (`spoken_units`) between them. It does no work before it is asked. It knows nothing of
playback, of the conversation, or of the Live API; how much was played is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence

from gemini_live_interrupt.heard.alignment import Aligner
from gemini_live_interrupt.heard.growing_text import GrowingText
from gemini_live_interrupt.heard.pace import Pace
from gemini_live_interrupt.heard.pauses import DEFAULT_SAMPLE_RATE, Loudness, find_pauses
from gemini_live_interrupt.heard.position import Estimate, Heard
from gemini_live_interrupt.heard.syllables import Syllables
from gemini_live_interrupt.heard.word_times import WordTime, WordTimes

__all__ = ["Heard", "ModelTurn", "Pace", "WordTime"]

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
        self._loudness = Loudness()
        self._syllables = Syllables()
        self._words = WordTimes()
        self._is_complete = False
        self._aligner: Aligner | None = None
        self._estimate: Estimate | None = None
        self._is_worked_out = False

    # --- what arrives; nothing here may cost anything
    # ---------------------------------------------------------------

    def add_text(self, text: str, words: Sequence[WordTime] = ()) -> None:
        """Take a piece of text exactly as received, and the times of its words where they are
        known."""
        self._text.add(text, self.received_ms)
        if words:
            self._words.add(words)
        self._is_worked_out = False

    def add_audio(
        self, pcm: bytes, sample_rate: int = DEFAULT_SAMPLE_RATE, levels: bytes | None = None
    ) -> None:
        """Take a piece of audio: mono, signed 16 bit, little endian. A rate of 0 or less counts as
        24,000 Hz.

        Args:
            pcm: the audio.
            sample_rate: its rate, in Hz.
            levels: what `levels` gave after this piece when it was first listened to: then that is
                believed, and of the audio only its length matters. None: listen to it.
        """
        self._loudness.add(pcm, sample_rate, levels)
        self._is_worked_out = False

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
    def text(self) -> str:
        """Everything received so far, concatenated."""
        return self._text.whole()

    @property
    def received_ms(self) -> float:
        """Length of the audio received so far."""
        return self._loudness.received_ms

    def levels(self, start: int = 0) -> bytes:
        """How loud each whole 10 ms was, from the one at `start` on; see `Loudness`."""
        return self._loudness.levels()[start:]

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
        if not lately:
            return self._aligned().heard_at(played_ms)
        return _NOTHING if self._estimate is None else self._estimate.heard_at(played_ms)

    @property
    def is_worked_out(self) -> bool:
        """Whether nothing came since `heard_at` was worked out: it costs microseconds now."""
        return self._is_worked_out

    def _aligned(self) -> Estimate:
        """The estimate for what has arrived by now; only what is new is worked on."""
        if self._estimate is None or not self._is_worked_out:
            self._is_worked_out = True
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
            self._estimate = Estimate(self.text, tokens, pauses, alignment, self._is_complete)
        return self._estimate

    def _lesson(self) -> tuple[float, float] | None:
        """Seconds of speech and the spoken units said in them, for `Pace`."""
        return self._aligned().lesson()
