"""The user's side: what was said, in utterances, and whether somebody is speaking right now.

Knows: transcript chunks, typed text, activity signals, and microphone audio if the app's audio
passes by us. Does not know the model's side. The words of an utterance are the raw concatenation of
its chunks; only whole-utterance messages (gemini-3.8-live sends one for each) are joined with a
space. `<noise>` and white space are no words.

Whether somebody speaks is known from the server's or the app's activity signals where there are
any. Where there are none (2.5, 3.1), the microphone audio is asked: the last seconds are kept as
references and looked at only when a message of ours would otherwise be sent into somebody's speech.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from typing import Literal

from gemini_live_interrupt.core.events import Role

_NOISE = re.compile(r"\s*<noise>\s*", re.IGNORECASE)
_EARLIER_WORDS = 0.3
"""Seconds after a cut in which words are taken for those of the question before, if that has none
yet (reported: 2.5 sends the words of a barge-in 0.7 to 1.1 s after `interrupted`)."""
_MOST_CHARACTERS = 8_000
"""Of one utterance."""
_TYPED_INTERRUPTS = 1.0
"""Seconds after typed text in which an `interrupted` is due to it (measured, 3.8: 14 to 21 ms). 2.5
answers such text after its reply, so later ones are not."""
_WINDOW = 8.0
"""Seconds of microphone audio that are kept."""
_MOST_MICROPHONE = 500_000
"""Bytes of it at most: an app may send a file faster than anybody speaks."""
_LOOKED_RECENTLY = 0.25
"""Seconds for which an answer of the microphone is good."""
_FRAME_MS = 30
_JUST_NOW = 0.3
"""Seconds of quiet within speech, and after it before it counts as over."""
_BEGINNING = 1.0
"""Seconds for which speech has just begun."""
_ABOVE_FLOOR = 3.16
"""Speech is 10 dB above the noise floor: adaptive energy found 15 of 16 short barge-ins at 15 dB
SNR within 150 ms, with no false alarm in noise."""
_QUIETEST_SPEECH = 260
"""Peak to peak, about -48 dBFS: below it nothing is speech, whatever the floor."""
_ACTIVITY_EXPIRES = 20.0
"""Seconds after which a start of speech without an end is no longer believed, if nothing else was
heard."""


def words_of(raw: str) -> str:
    """What of a transcript is words: without `<noise>` and outer white space.

    >>> words_of(" <noise> What about <noise> Rome?")
    'What about Rome?'
    """
    return _NOISE.sub(" ", raw).strip()


class Utterance:
    """What the user said in one go, chunk by chunk; a turn of the history."""

    role: Role = "user"

    def __init__(self, *, whole_messages: bool = False) -> None:
        self._whole_messages = whole_messages
        self._raw = ""
        self._interim = ""
        self._finished = False
        self.last_words_at: float | None = None

    @property
    def text(self) -> str:
        """The words so far; "" if there are none."""
        return words_of(self._raw + self._joint(self._interim) + self._interim)

    @property
    def finished(self) -> bool:
        """Whether the server has said that these are all the words."""
        return self._finished or (self._whole_messages and bool(self.text) and not self._interim)

    def add(self, text: str, now: float, *, interim: bool = False, finished: bool = False) -> None:
        """A further chunk, or a whole further message."""
        if interim:
            self._interim = text[:_MOST_CHARACTERS]
        else:
            # Final text replaces the guess.
            self._interim = ""
            self._raw = (self._raw + self._joint(text) + text)[:_MOST_CHARACTERS]
            self._finished = finished
        if words_of(text):
            self.last_words_at = now

    def finish(self) -> None:
        """The server says that there is no more to it."""
        self._finished = True

    def _joint(self, text: str) -> str:
        apart = self._raw and text and not self._raw[-1].isspace() and not text[0].isspace()
        return " " if apart and (self._whole_messages or self._finished) else ""


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
        self._typed_at = float("-inf")
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

    def activity_began(self, *, by_app: bool = False) -> None:
        """The user started to speak."""
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
    ) -> tuple[Utterance, Literal["same", "new", "question"]]:
        """Words came; `cut` says whether an interruption waits for its words.

        Returns:
            Their utterance, and whether it goes on, is new, or is the newly seen question of the
            reply that has begun.
        """
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
        utterance.add(text, now, finished=True)
        return utterance, "same" if kind == "same" else "new"

    @property
    def interrupting(self) -> Utterance | None:
        """The words of the open interruption, if any came."""
        return self._interrupting


class Speaking:
    """Whether somebody is speaking, and since when nobody is."""

    def __init__(self) -> None:
        self.signalled = False
        """True once the server or the app has sent an activity signal: then those are believed."""
        self._active = False
        self._changed_at = float("-inf")
        self._microphone: deque[tuple[float, bytes, int]] = deque()
        self._microphone_size = 0
        self._looked_at = self._loud_at = self._loud_since = float("-inf")

    def activity(self, started: bool, now: float) -> None:
        """The server or the app says that the user started or stopped."""
        self.signalled = True
        self._active = started
        self._changed_at = now

    def audio(self, pcm: bytes, sample_rate: int, now: float) -> None:
        """Microphone audio; keeps a reference only."""
        self._microphone.append((now, pcm, sample_rate))
        self._microphone_size += len(pcm)
        while self._microphone and (
            self._microphone[0][0] < now - _WINDOW or self._microphone_size > _MOST_MICROPHONE
        ):
            self._microphone_size -= len(self._microphone.popleft()[1])

    def now(self, now: float) -> bool:
        """Whether the user is speaking."""
        if self._active and now - self._changed_at < _ACTIVITY_EXPIRES:
            return True
        if self.signalled and not self._active:
            return False
        return now - self._last_loud_at(now) < 0.5

    def may_begin(self, now: float) -> bool:
        """Whether the user is speaking, or may have begun just now: asked before a message that must
        not go into speech.

        Looks at the microphone afresh, and believes it also where the server's signal has not come
        yet, which takes 0.14 to 0.26 s (measured, 3.8). Steady noise is no beginning.
        """
        self._looked_at = float("-inf")
        loud_at = self._last_loud_at(now)
        began = now - loud_at < _JUST_NOW and now - self._loud_since < _BEGINNING
        return began or self.now(now)

    def hears_nothing(self, now: float, seconds: float = 2.0) -> bool:
        """Whether the microphone is on, and nobody has spoken into it for so many seconds."""
        on = bool(self._microphone) and now - self._microphone[-1][0] < 1.0
        return on and not self._active and now - self._last_loud_at(now) > seconds

    def quiet_since(self, now: float) -> float:
        """When the user was last heard, in seconds; -inf if never."""
        if self.now(now):
            return now
        if self.signalled and not self._active:
            return self._changed_at
        return self._last_loud_at(now)

    def _last_loud_at(self, now: float) -> float:
        if now - self._looked_at >= _LOOKED_RECENTLY:
            self._looked_at = now
            self._loud_since, self._loud_at = self._look()
        return self._loud_at

    def _look(self) -> tuple[float, float]:
        """From when to when it was loud last."""
        frames: list[tuple[float, int]] = []
        for at, pcm, rate in self._microphone:
            samples = array("h", pcm[: len(pcm) // 2 * 2])
            size = max(1, rate * _FRAME_MS // 1000)
            count = max(1, len(samples) // size)
            for index in range(count):
                frame = samples[index * size : (index + 1) * size : 4]
                if frame:
                    end = at - (count - 1 - index) * _FRAME_MS / 1000.0
                    frames.append((end, max(frame) - min(frame)))
        levels = sorted(level for _, level in frames)
        floor = levels[len(levels) // 10] if levels else 0
        loud = max(floor * _ABOVE_FLOOR, _QUIETEST_SPEECH)
        since = until = float("-inf")
        # Two frames in a row: a click is not speech.
        for (_, before), (end, level) in zip(reversed(frames[:-1]), reversed(frames), strict=False):
            if level > loud and before > loud:
                if until == float("-inf"):
                    until = end
                elif end < since - _JUST_NOW:
                    break
                since = end
        return since, until
