"""The public record of an interruption: its number, and what goes into it.

Knows how a cut reply, the user's words and the history become one `Interruption`. Must not know when
the record is told to anybody. Owns the numbers, which count from 1 in
each conversation, and the conversation's language.
"""

from __future__ import annotations

from dataclasses import replace

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.cut_text import CutText, resume_at, whole_words
from gemini_live_interrupt.core.note_words import words_for
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.replies import MOST_TEXT
from gemini_live_interrupt.core.turns import Turns
from gemini_live_interrupt.core.user_turn import Utterance

_NEAR = 500
"""Characters behind what was heard that may tell where its sentence begins."""


class Records:
    """Makes the records of one conversation.

    Args:
        options: what the application chose.
        turns: who said what.
        playback: how it is known what was played.
    """

    def __init__(self, options: Options, turns: Turns, playback: Playback) -> None:
        self._options = options
        self._turns = turns
        self._playback = playback
        self.made = 0
        """Interruptions so far."""
        self.language = ""
        """The code of the conversation's language, as the server said last; "" if it never did."""

    def new(
        self, cut: CutText, cause: e.Cause, utterance: Utterance | None, now: float
    ) -> e.Interruption:
        """The record of the next interruption.

        Args:
            cut: what was cut.
            cause: who or what did it.
            utterance: the words that did it, where they are known.
            now: in seconds.
        """
        self.made += 1
        return self.of(cut, cause, utterance, now)

    def carried(self, earlier: e.Interruption, cause: e.Cause) -> e.Interruption:
        """The record of an interruption of the connection before, under a number of this one."""
        self.made += 1
        return replace(
            earlier,
            id=self.made,
            note="",
            cause=cause,
            session_id=self._options.session_id,
            model=self._options.model,
        )

    def of(
        self, cut: CutText, cause: e.Cause, utterance: Utterance | None, now: float
    ) -> e.Interruption:
        """A record like that of the last interruption, without counting it."""
        most = self._options.max_history
        history = self._turns.recent(most, without=(cut.entry, utterance))
        said = " ".join((cut.heard + cut.unheard, *(text for _, text in reversed(history))))
        record = e.Interruption(
            id=self.made,
            heard=cut.heard,
            unheard=cut.unheard,
            continuation=cut.continuation,
            user_text=utterance.text if utterance else "",
            history=history,
            heard_ms=cut.heard_ms,
            received_ms=cut.received_ms,
            position=cut.estimate.position,
            uncertainty=cut.estimate.uncertainty,
            position_from=self._playback.source,
            estimated_by=cut.estimate.how,
            cause=cause,
            note="",
            tool_calls=(),
            time=now + self._options.epoch,
            language=words_for(self._options.language or self.language, said).language,
            session_id=self._options.session_id,
            model=self._options.model,
        )
        before = cut.before
        if before is None:
            return record
        return replace(
            record,
            heard=before.heard,
            unheard=before.unheard,
            continuation=before.continuation,
            position=before.position,
            uncertainty=before.uncertainty,
            estimated_by=before.estimated_by,
            language=before.language,
        )


def with_more(cut: e.Interruption, text: str, ms: float) -> e.Interruption:
    """The same when more of the cut reply came late: text, or `ms` of sound."""
    received_ms = cut.received_ms + ms
    text = text[: max(0, MOST_TEXT - len(cut.heard) - len(cut.unheard))]
    if not text:
        return replace(cut, received_ms=received_ms)
    if len(cut.unheard) > _NEAR:  # What comes so far behind changes nothing of where to go on.
        unheard, continuation = cut.unheard + text, cut.continuation + text
        return replace(cut, unheard=unheard, continuation=continuation, received_ms=received_ms)
    whole = cut.heard + cut.unheard + text
    end = whole_words(whole, len(cut.heard))
    return replace(
        cut,
        heard=whole[:end],
        unheard=whole[end:],
        continuation=whole[resume_at(whole, end, generated=False) :],
        received_ms=received_ms,
    )
