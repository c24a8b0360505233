"""Breaking a silence that nobody wants: when the model is asked to go on, and how often.

Knows how long it has been quiet, and who could be waiting for whom. Must not know how a note is
told, how words were heard, or how anything is sent. A *nudge* asks for a reply: after a cut that no
words of the user stood behind, after a connection was resumed, and, as a reminder, when the user's
words got no reply. Never while the user or the model speaks, or where nothing could tell that the
user does, or while a function call is pending; at most two in one silence; and not for ever where
each reply is cut at once again (an echo, a phantom).
Owns the count of nudges, the question that waits for its answer, and the app's wish for silence.
"""

from __future__ import annotations

from collections.abc import Callable

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.note import Why, build_nudge, build_reminder
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.sending import Still, Undo
from gemini_live_interrupt.core.speaking import Speaking
from gemini_live_interrupt.core.tool_calls import ToolCalls
from gemini_live_interrupt.core.user_turn import Utterance

_MOST_NUDGES = 2
_MOST_IN_VAIN = 4
"""Nudges in a row that the user neither said a word to nor heard a few seconds of."""
_WORTH = 3_000.0
"""Audio of a reply, in ms, that makes the nudge before it worth while."""
_AFTER_RESUMING = 2.0
"""Seconds of quiet after a resumption at most: a reply that the connection broke off never goes on
by itself (measured, 3.8)."""
_RECENT = 15.0
"""Seconds for which a question that a phantom `interrupted` cut off counts as asked just now."""
_AFTER_A_NUDGE = 1.5
"""Times the wait before the first nudge: one that is on its way is not answered yet."""
_AFTER_UNHEARD = 0.3
"""Seconds after a message of ours was answered without a sound: nothing more comes of that answer."""
_LOOK_AGAIN = 0.5
"""Seconds until somebody's speech is looked at again."""
_NEVER_SEEN = 15.0
"""Seconds until the app is told of a silence in which nobody can tell whether the user speaks."""
_MUTED = "The server takes no messages"
_UNSEEN = "No microphone was seen, so the user may be speaking"


class Silence:
    """What is said to the model when nobody says anything.

    Args:
        options: what the application chose.
        speaking: who speaks.
        calls: the function calls that are pending.
        send: sends an answering message: `(text, now, out)`, as `Telling.ask` has it.
    """

    def __init__(
        self,
        options: Options,
        speaking: Speaking,
        calls: ToolCalls,
        send: Callable[..., None],
    ) -> None:
        self._options = options
        self._language = options.language
        self._speaking = speaking
        self._calls = calls
        self._send = send
        self._on = options.nudges
        self._muted = options.muted
        self._open = False
        self._why: Why = "noise"
        self._interruption: e.Interruption | None = None
        self._lost = False
        self._cut_at = 0.0
        self._has_words = False
        self._for_good = self._doubted = self._gave_up = False
        self.hopeless = False
        """Nothing more is done about this silence: the app was told."""
        self._nudges = 0
        self._nudged_at = self._unheard_at = float("-inf")
        self._nudges_before = self._carried = self._in_vain = 0
        self._question: Utterance | None = None
        self._reminded = False
        self.deadline: float | None = None
        """When to look again, in seconds."""

    # --- what happens

    def begin(
        self,
        interruption: e.Interruption | None,
        now: float,
        *,
        lost: bool = False,
        why: Why = "noise",
        has_words: bool = False,
    ) -> None:
        """The floor was taken.

        Args:
            interruption: what was cut; None if nothing of the model that is known was lost.
            now: when.
            lost: sound was cut that had no text yet.
            why: what cut the reply: a "connection" that broke before this one, a "stall" that has
                lasted long enough already, or else something that may have been a noise.
            has_words: the user's words are known already.
        """
        if interruption is None or interruption.heard_ms >= _WORTH:
            self._in_vain = self._in_vain if lost else 0
        self._open = True
        self._why = why
        self._interruption = interruption
        self._lost = lost
        self._cut_at = now
        self._has_words = has_words
        self._for_good = self._doubted = self._gave_up = self.hopeless = False
        self._nudges = self._carried = 0

    def count_on(self, nudges: int, in_vain: int) -> None:
        """The silence began in an earlier connection, which had sent these.

        Args:
            nudges: in this silence.
            in_vain: in a row in all, as `_MOST_IN_VAIN` counts them.
        """
        self._nudges = self._carried = nudges
        self._in_vain = in_vain

    @property
    def counted(self) -> tuple[int, int]:
        """What a later connection counts on from: who reconnects because the nudges did not help
        gets new ones, as long as they are not in vain for ever."""
        return (0 if self._gave_up else self._nudges), self._in_vain

    def lost(self, interruption: e.Interruption) -> None:
        """More of the cut reply came late: this is what the user does not know now."""
        self._interruption = interruption

    def repaired(self, now: float) -> None:
        """A repair was sent: should it cut the reply that answers it, it counts as a nudge."""
        self._nudges_before += 1
        self._nudged_at = now

    def reopen(self, now: float) -> None:
        """A message of ours cut the reply that had begun: the model is about to begin again."""
        self._open = True
        self._cut_at = now
        self._nudges = self._nudges_before

    def words(self, utterance: Utterance, *, resumed: bool = False) -> None:
        """The user said something: nothing false about it, and it wants an answer."""
        if utterance.text:
            self._has_words = not resumed
            self._in_vain = 0
            if utterance is not self._question:
                self._question = utterance
                self._reminded = False
                if not self._open:
                    self._nudges = 0

    @property
    def question(self) -> str:
        """What the user said and has had no answer to."""
        return self._question.text if self._question is not None else ""

    def replied(self) -> None:
        """The model speaks."""
        if self._open:
            self._nudges_before = self._nudges
        self._open = False
        self._question = None
        self._reminded = False
        self._nudges = 0

    @property
    def _resumed(self) -> bool:
        return self._why == "connection"

    @property
    def nudges(self) -> int:
        """How many were sent in this silence."""
        return self._nudges

    @property
    def can_ask(self) -> bool:
        """Whether an answering message may be sent at all."""
        return self._on and not self._muted

    @property
    def is_lost(self) -> bool:
        """Whether a reply was cut of which no text is known, and the user waits for it."""
        return self._open and self._lost and not self._for_good

    @property
    def is_wanted(self) -> bool:
        """Whether the app wants nothing said until the user speaks."""
        return self._open and self._for_good

    @property
    def is_doubted(self) -> bool:
        """Whether the reply may well play on, as nobody has said that it was cut."""
        return self._open and self._doubted

    def keep(self) -> None:
        """No nudge in this silence: the app wants nothing said."""
        self._for_good = True

    def doubt(self) -> None:
        """Nobody has said that the reply was cut: it may well play on, so no nudge."""
        self._doubted = True

    def confirm(self) -> None:
        """The server or the app says so now."""
        self._doubted = False

    def taken_back(self) -> None:
        """Nothing was cut: nobody waits for it."""
        self._open = self._doubted = False

    def unheard(self, now: float) -> None:
        """The model has answered without a sound: it need not be waited for any longer."""
        self._unheard_at = now

    def mute(self) -> None:
        """The server takes no message any more: a nudge that is due is announced instead, so that
        the app can help itself."""
        self._muted = True

    def stop(self) -> None:
        """The session is over."""
        self._on = False
        self._open = False
        self._question = None
        self.deadline = None

    # --- what follows from it

    def proceed(self, now: float, idle: bool, settled: bool, out: list[e.Command]) -> bool:
        """Do what is due at `now`.

        Args:
            now: in seconds.
            idle: the model is neither sending nor audible.
            settled: nothing waits to be told that might say otherwise.
            out: gets the commands.

        Returns:
            True if a nudge was sent, which says all that a note would have said.
        """
        self.deadline = None
        if not self._on:
            return False
        if self._calls.pending(now):
            self._wake(self._calls.until(now))
            return False
        due = self._nudge_due(now)
        if due is not None and self._is_due(due, now, idle, settled):
            return self._nudge(now, out)
        due = self._reminder_due(now)
        if due is not None and self._is_due(due, now, idle, settled):
            self._remind(now, out)
        return False

    def _is_due(self, due: float, now: float, idle: bool, settled: bool) -> bool:
        if now < due or not settled:
            self._wake(max(due, now))
            return False
        if not idle or self._speaking.may_begin(now):
            self._wake(now + _LOOK_AGAIN)
            return False
        return True

    def _wake(self, at: float | None) -> None:
        if at is not None:
            self.deadline = at if self.deadline is None else min(self.deadline, at)

    def _after_quiet(self, start: float, wait: float, now: float) -> float:
        """`wait` seconds after `start` and after the user was last heard, or sooner where our message
        at `start` was answered without a sound; the microphone is only asked if need be."""
        is_unheard = self._unheard_at > start == self._nudged_at
        if is_unheard and self._speaking.quiet_since(now) <= start:
            start, wait = self._unheard_at, min(wait, _AFTER_UNHEARD)
        earliest = max(start, self._calls.settled_at) + wait
        return earliest if now < earliest else max(earliest, self._speaking.quiet_since(now) + wait)

    # --- nobody said anything

    def _nudge_due(self, now: float) -> float | None:
        after = self._patience()
        if after is None or not self._open or self._has_words:
            return None
        is_owed = self._is_asked or self._interruption is not None or self._lost
        if self._for_good or self._gave_up or self._doubted or not is_owed:
            return None
        if self._nudges > self._carried:
            return self._after_quiet(self._nudged_at, _AFTER_A_NUDGE * after, now)
        wait = {"noise": after, "connection": min(after, _AFTER_RESUMING), "stall": 0.0}[self._why]
        if self._may_be_speech:
            wait = max(wait, _NEVER_SEEN)
        return self._after_quiet(self._cut_at, wait, now)

    @property
    def _may_be_speech(self) -> bool:
        """Whether somebody made a sound, and nothing can tell whether they have stopped."""
        return self._why == "noise" and not self._speaking.can_tell

    def _patience(self) -> float | None:
        stalled, noise = self._options.reply_timeout, self._options.false_interruption_after
        return stalled if self._why == "stall" else noise

    @property
    def _is_asked(self) -> bool:
        """Whether it is a question that waits."""
        asked_at = self._question.last_words_at if self._question is not None else None
        if asked_at is None or self._resumed:
            return asked_at is not None
        return self._interruption is None and self._cut_at - asked_at < _RECENT

    def _plea(self) -> str:
        """What to say."""
        if self._is_asked:
            return build_reminder(self.question, language=self._language)
        return build_nudge(self._interruption, why=self._why, language=self._language)

    def _nudge(self, now: float, out: list[e.Command]) -> bool:
        spent = self._nudges >= _MOST_NUDGES or self._in_vain >= _MOST_IN_VAIN
        unseen = self._may_be_speech
        if self._nudges == 0 and self._why == "noise" and not (spent or unseen):
            out.append(self._announce("false interruption", "Nobody had said anything."))
        if spent or unseen or self._muted:
            self._gave_up = self.hopeless = True
            why = "The nudges did not help" if spent else _UNSEEN if unseen else _MUTED
            out.append(self._announce("gave up", f"{why}; the model stays silent."))
            return False
        self._in_vain += 1
        before = self._count(now)
        self._send(self._plea(), now, out, still=self._may_still_nudge(), dropped=before)
        out.append(self._announce("nudge", f"Nudge {self._nudges}: asked the model to go on."))
        self._wake(self._nudge_due(now))
        return True

    # --- the user said something, and nobody answers

    def _reminder_due(self, now: float) -> float | None:
        timeout = self._options.reply_timeout
        asked = self._question
        if timeout is None or asked is None or asked.last_words_at is None:
            return None
        return self._after_quiet(max(asked.last_words_at, self._nudged_at), timeout, now)

    def _remind(self, now: float, out: list[e.Command]) -> None:
        assert self._question is not None and self._options.reply_timeout is not None
        in_vain = self._reminded and self._unheard_at < self._nudged_at
        if self._muted or in_vain or self._nudges >= _MOST_NUDGES:
            self._question = None
            self.hopeless = self._open
            out.append(self._announce("stalled", "The user spoke and no reply came; reconnect."))
            return
        self._reminded = True
        asked = self._question
        text = build_reminder(asked.text, language=self._language)

        def still(now: float) -> bool:
            return self._question is asked and not self._speaking.may_begin(now)

        self._send(text, now, out, still=still, dropped=self._count(now))
        out.append(self._announce("nudge", "Reminded the model of the user's words."))
        self._wake(now + self._options.reply_timeout)

    def _may_still_nudge(self) -> Still:
        """Whether a nudge that had to wait may go out."""
        cut_at = self._cut_at

        def may(now: float) -> bool:
            silent = self._open and self._cut_at == cut_at and not self._has_words
            unwanted = self._for_good or self._doubted
            return silent and not unwanted and not self._speaking.may_begin(now)

        return may

    def _count(self, now: float) -> Undo:
        """One more; what is returned takes it back."""
        cut_at, before = self._cut_at, self._nudged_at
        self._nudges += 1
        self._nudged_at = now

        def take_back() -> None:
            if self._cut_at == cut_at and self._nudges:
                self._nudges -= 1
                self._in_vain = max(0, self._in_vain - 1)
                self._nudged_at = before
                self._reminded = False

        return take_back

    def _announce(self, kind: e.NoticeKind, detail: str) -> e.Announce:
        id_ = self._interruption.id if self._open and self._interruption is not None else 0
        return e.Announce(notice=e.Notice(kind=kind, interruption=id_, detail=detail))
