"""The user's side: what was said, in utterances.

Knows: transcript chunks, typed text and activity signals. Does not know the model's side, or the
sound of the microphone (`speaking.py`). Owns which utterance words belong to, and whether the user
began one since the reply did. The words of an utterance are the raw concatenation of its chunks;
only whole utterances (gemini-3.8-live sends one message for each) are joined with a space.
`<noise>`, control tokens and white space are no words.
"""

from __future__ import annotations

from typing import Literal

from gemini_live_interrupt.core.events import Role
from gemini_live_interrupt.core.joints import is_new_sentence, joint
from gemini_live_interrupt.heard.control_tokens import words_of

_EARLIER_WORDS = 0.3
"""Seconds after a cut in which words are taken for those of the question before, if that has none
yet (reported: 2.5 sends the words of a barge-in 0.7 to 1.1 s after `interrupted`)."""
_MOST_CHARACTERS = 8_000
"""Of one utterance."""
_TYPED_INTERRUPTS = 1.0
"""Seconds after typed text in which an `interrupted` is due to it (measured, 3.8: 14 to 21 ms). 2.5
answers such text after its reply, so later ones are not."""

_APP_INTERRUPTS = 0.5
"""The same after a message of the app that is not the user's: enough for a slow way there and
back, and too short for much else to happen in."""


class Utterance:
    """What the user said in one go, chunk by chunk; a turn of the history."""

    role: Role = "user"

    def __init__(self, *, whole_messages: bool = False) -> None:
        self._whole_messages = whole_messages
        self._raw = ""
        self._interim = ""
        self._finished = False
        self._text: str | None = ""
        """The words, where they were looked for since the last chunk."""
        self.last_words_at: float | None = None

    @property
    def text(self) -> str:
        """The words so far; "" if there are none."""
        if self._text is None:
            self._text = words_of(self._raw + self._joint(self._interim) + self._interim)
        return self._text

    @property
    def finished(self) -> bool:
        """Whether the server has said that these are all the words."""
        return self._finished or (self._whole_messages and bool(self.text) and not self._interim)

    def add(
        self,
        text: str,
        now: float,
        *,
        interim: bool = False,
        finished: bool = False,
        whole: bool = False,
    ) -> None:
        """A further chunk; with `whole`, all of a further text."""
        comes_again = not interim and text.strip() == self._raw.strip()
        if interim:
            self._interim = text[:_MOST_CHARACTERS]
        else:
            # Final text replaces the guess.
            self._interim = ""
            between = joint(self._raw, text) if whole else self._joint(text)
            self._raw = (self._raw + between + text)[:_MOST_CHARACTERS]
            self._finished = finished
        self._text = None
        if words_of(text) and not comes_again:  # Or the user, who waited, would wait anew.
            self.last_words_at = now

    def finish(self) -> None:
        """The server says that there is no more to it."""
        self._finished = True
        self._text = None

    def _joint(self, text: str) -> str:
        apart = self._whole_messages or self._finished or is_new_sentence(self._raw, text)
        return joint(self._raw, text) if apart else ""


class Utterances:
    """Which utterance a transcript belongs to.

    Transcripts are not ordered with the replies: the words of a question may come after its answer
    has begun (reported for 2.5), and those of a barge-in come 0.7 s to several seconds after
    `interrupted`. Words belong to the current utterance until a sign says that a new one began: the
    user's activity, a cut, or the end of the model's turn.
    """

    def __init__(self, *, whole_messages: bool = False) -> None:
        self._whole_messages = whole_messages
        self._current: Utterance | None = None
        self._next_is_new = True
        self._question: Utterance | None = None
        self._question_is_late = False
        self._cut_at = float("-inf")
        self._interrupting: Utterance | None = None
        self._typed_at = self._app_at = self._active_at = float("-inf")
        self.active = False
        """The user started to speak, by the server's or the app's signal, since the reply began."""
        self.active_by_app = False
        """The same, by the app's signal."""
        self.spoke = False
        """The user started to say something since the reply began: a signal, text, or new words."""

    def reply_began(self) -> None:
        """The model answers; if it does so before any words came, they are still to come."""
        self._question_is_late = self._next_is_new
        self._question = None
        self._interrupting = None
        self.active = self.active_by_app = self.spoke = False
        self._typed_at = float("-inf")

    def activity_began(self, now: float, *, by_app: bool = False) -> None:
        """The user started to speak."""
        self._active_at = now
        self.active = self.spoke = True
        self.active_by_app = by_app
        self._next_is_new = True
        self._question_is_late = False

    def turn_completed(self) -> None:
        """The model's turn is over: further words are not those of its question."""
        self._next_is_new = True
        self._question_is_late = False

    def cut(self, now: float) -> Utterance | None:
        """The user takes the floor.

        Returns:
            The utterance that did it, if words of it have come already.
        """
        self._cut_at = now
        began = (self.active or self.just_typed(now)) and not self._next_is_new
        self._interrupting = self._current if began else None
        self._next_is_new = self._interrupting is None
        return self._interrupting

    def just_typed(self, now: float) -> bool:
        """Whether an interruption at `now` can be due to text that the app sent for the user."""
        return now - self._typed_at <= _TYPED_INTERRUPTS

    def app_interrupts(self, now: float) -> None:
        """The app sent something that cuts the reply, and that the user did not say."""
        self._app_at = now

    def by_app(self, now: float) -> bool:
        """Whether an interruption at `now` is due to such a message, and not to what the user did."""
        since = self._app_at - _APP_INTERRUPTS
        by_user = (self.active and self._active_at > since) or self._typed_at > since
        return now - self._app_at <= _APP_INTERRUPTS and not by_user

    @property
    def starts_new(self) -> bool:
        """Whether words that come now would be of a new utterance."""
        none_yet = self._next_is_new or self._current is None or not self._current.text
        return none_yet and not self._question_is_late

    def words(
        self,
        text: str,
        now: float,
        *,
        interim: bool = False,
        finished: bool = False,
        cut: bool = False,
        with_cut: bool = False,
    ) -> tuple[Utterance, Literal["same", "new", "question"]]:
        """Words came; `cut` says whether an interruption waits for its words, `with_cut` whether they
        came in one message with it.

        Returns:
            Their utterance, and whether it goes on, is new, or is the newly seen question of the
            reply that has begun.
        """
        if cut and with_cut:
            self._question_is_late = False
        utterance, kind = self._place(now, cut)
        utterance.add(text, now, interim=interim, finished=finished)
        return utterance, kind

    def finish(self) -> None:
        """The server says, without a word, that the utterance is over."""
        latest = self._question if self._question_is_late else self._current
        if latest is not None:
            latest.finish()

    def _place(self, now: float, cut: bool) -> tuple[Utterance, Literal["same", "new", "question"]]:
        if self._question_is_late and cut and now - self._cut_at >= _EARLIER_WORDS:
            self._question_is_late = False
        if self._question_is_late:
            if self._question is None:
                self._question = Utterance(whole_messages=self._whole_messages)
                return self._question, "question"
            return self._question, "same"
        if cut and self._interrupting is not None:
            return self._interrupting, "same"
        if self._next_is_new or self._current is None:
            self._current = Utterance(whole_messages=self._whole_messages)
            self._next_is_new = False
            self.spoke = True
            if cut:
                self._interrupting = self._current
            return self._current, "new"
        return self._current, "same"

    def typed_text(
        self, text: str, now: float, *, cut: bool = False
    ) -> tuple[Utterance, Literal["same", "new"]]:
        """The app sent text for the user: an utterance of its own, unless an interruption waits for
        its words."""
        self._typed_at = now
        self._question_is_late = False
        if not (cut and self._interrupting is not None):
            self._next_is_new = True
        utterance, kind = self._place(now, cut)
        utterance.add(text, now, finished=True, whole=True)
        return utterance, "same" if kind == "same" else "new"

    @property
    def interrupting(self) -> Utterance | None:
        """The words of the open interruption, if any came."""
        return self._interrupting
