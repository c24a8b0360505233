"""One interruption, from the cut to the next reply: when its note is sent, and what it says by then.

Knows every condition for a note: which delivery was chosen, function calls that are pending, whether the user has
finished, and whether a reply has begun. Must not know how the words were heard, how a note reads, or how anything goes
over a wire. At most one note for one interruption; an answering one only after the user, and never over a reply. Owns
the interruption that is open. When the app gets the record is in `reporting.py`; what follows silence in `silence.py`.

A note goes through these stages, and each waits for the thing in its name::

    FOR_TURN ──► FOR_TEXT ──► FOR_TOOLS ──► DONE
    (user done,   (builder)    (user done,    (sent, dropped, or not wanted)
     no tools)                  no tools)

A reply that begins before the send ends the way at once: a note must not talk into it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.finished import earlier, look_again_at
from gemini_live_interrupt.core.learned import Learned
from gemini_live_interrupt.core.note import Why, build_words
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.records import with_more
from gemini_live_interrupt.core.reporting import Reporting
from gemini_live_interrupt.core.sending import Out, Sending, Still, Undo
from gemini_live_interrupt.core.silence import Silence
from gemini_live_interrupt.core.speaking import Speaking
from gemini_live_interrupt.core.tool_calls import ToolCalls
from gemini_live_interrupt.core.unanswered import Unanswered
from gemini_live_interrupt.core.user_turn import Utterance


class _Stage(Enum):
    FOR_TURN = "for the user and the tools"
    FOR_TEXT = "for the prompt builder"
    FOR_TOOLS = "for the tools"
    DONE = "done"


class Telling:
    """What the model is told, and when.

    Args:
        options: what the application chose.
        speaking: who speaks.
        calls: the function calls that are pending.
        ours: sends our messages.
        learned: which delivery has shown what.
    """

    def __init__(
        self,
        options: Options,
        speaking: Speaking,
        calls: ToolCalls,
        ours: Sending,
        learned: Learned,
    ) -> None:
        self._options = options
        self._speaking = speaking
        self._learned = learned
        self.calls = calls
        self.silence = Silence(options, speaking, self.calls, self.ask)
        self.open = False
        """The floor was taken and the model has not replied since."""
        self.notes_on = options.notes
        self._interruption: e.Interruption | None = None
        self._utterance: Utterance | None = None
        self._stage = _Stage.DONE
        self._text = ""
        self._delivery = options.delivery
        self._told_by: e.Delivery | None = None
        self._cut_at = 0.0
        self._told = True
        """There is nothing that the model should still know."""
        self._hold_until = float("-inf")
        self._words_owed = False
        """A silent note went out without the user's words, and the app wants them to follow."""
        self._ours = ours
        self.reports = Reporting(ours)
        self._deadline: float | None = None

    # --- what happens

    def begin(
        self,
        interruption: e.Interruption,
        utterance: Utterance | None,
        now: float,
        out: list[e.Command],
        *,
        why: Why = "noise",
        told: bool = False,
    ) -> None:
        """The reply was cut, and something of it was lost.

        Args:
            interruption: what was lost.
            utterance: the words that did it, where they are known.
            now: when.
            out: gets the commands.
            why: what cut it, as `Silence.begin` has it.
            told: the model knows of it already.
        """
        self._abandon("the user interrupted again", out)
        self.reports.begin(interruption, done=told, out=out)
        self._open(now, utterance)
        self._interruption = interruption
        self._told = told
        self._stage = _Stage.DONE if told else _Stage.FOR_TURN
        self.silence.begin(interruption, now, why=why, has_words=self.has_words)
        if utterance is not None:
            self.silence.words(utterance, resumed=why == "connection")

    def begin_nothing(
        self,
        now: float,
        *,
        lost: bool = False,
        asked: Utterance | None = None,
        why: Why = "noise",
    ) -> None:
        """The floor was taken, and no text of the model was `lost`, though perhaps sound without
        text; `asked` is a question that the connection before this one left unanswered."""
        self._open(now, None)
        self._interruption = None
        self._stage = _Stage.DONE
        self.silence.begin(None, now, lost=lost, why=why)
        if asked is not None:
            self.silence.words(asked, resumed=True)

    def _open(self, now: float, utterance: Utterance | None) -> None:
        self.open, self._cut_at = True, now
        self._utterance, self._text, self._told_by = utterance, "", None
        self._delivery = self._learned.best(
            self._options.delivery,
            self._options.other_delivery,
            repairs=self._options.repair != "never",
        )
        self._hold_until, self._words_owed = float("-inf"), False
        self.calls.cut(now)

    def hold(self, until: float) -> None:
        """The note waits, since more of the cut reply may come, or no longer."""
        self._hold_until = until

    def lost(self, text: str, ms: float) -> None:
        """More of the cut reply came, text or `ms` of sound: nobody is going to hear it either."""
        cut = self._interruption
        if self.open and cut is not None:
            self._interruption = with_more(cut, text, ms)
            self.silence.lost(self._interruption)

    def words(self, utterance: Utterance) -> None:
        """Words of the user came: of the interruption, or a question in its turn."""
        if self.open:
            self._utterance = utterance
        self.silence.words(utterance)

    def is_typed(self) -> None:
        """The user wrote something in this interruption: if the app made it, it did so for that."""
        cut = self._interruption
        if self.open and cut is not None and cut.cause == "app":
            self._interruption = replace(cut, cause="typed")

    @property
    def has_words(self) -> bool:
        """Whether the user said something in this interruption."""
        return self._utterance is not None and bool(self._utterance.text)

    def replied(self, out: list[e.Command]) -> None:
        """The model has begun a reply."""
        self._ours.answered()
        self._abandon("the reply had begun", out)
        self.open = False
        self._told = True
        self._words_owed = False
        self.silence.replied()

    def taken_back(self) -> None:
        """Nothing was cut after all: who was not told of it need not be."""
        self._stage = _Stage.DONE
        self.open = self._words_owed = False
        self._told = self.reports.done = True
        self.silence.taken_back()

    def reopen(self, now: float) -> None:
        """A message of ours cut the reply that had begun: the model is about to begin again."""
        self.open = True
        self._cut_at = now
        self.silence.reopen(now)

    def built(self, id_: int, text: str, out: list[e.Command]) -> None:
        """The builder's text is there."""
        if self._stage is not _Stage.FOR_TEXT or id_ != self.reports.open_id:
            return
        self._text = text
        if text.strip():
            self._stage = _Stage.FOR_TOOLS
        else:
            # A builder that returns nothing wants nothing sent: no nudge either.
            self.silence.keep()
            self._told = True
            self._finish(out)

    def sent(self, id_: int, now: float, out: list[e.Command]) -> None:
        """A message of ours is on the wire."""
        self._ours.sent(id_, now)
        self._told = self.reports.sent(id_, out) or self._told

    def failed(self, event: e.NoteFailed, out: list[e.Command]) -> None:
        """A message of ours was not sent: this session takes no more, unless somebody kept it."""
        self._ours.failed(event.id, out)
        self.reports.failed(event.id, out)
        if self._stage is not _Stage.DONE:
            self._finish(out)
        if event.gone:
            self._stop()
        elif not event.kept:
            self._give_up(f"A note could not be sent ({event.error}); no more are sent", out)

    def closed_with(self, code: int | None, now: float, out: list[e.Command]) -> None:
        """The connection was closed: perhaps over a message of ours."""
        if not self._ours.is_blamed(code, now):
            return
        if self.open and self._interruption is not None:
            self._told = False
        self._give_up(
            f"The server closed the connection ({code}) right after a note; the next session with this "
            "model gets another delivery, or none if none is left. `gemini-live-interrupt probe` tells "
            "what the model takes",
            out,
        )
        self._ours.refused(out, code)

    def _give_up(self, detail: str, out: list[e.Command]) -> None:
        if self.notes_on:
            self.notes_on = False
            self._words_owed = False
            self.silence.mute()
            out.append(e.Log(level="WARNING", message=f"{detail}."))
            out.append(self._announce("notes off", detail))

    def _stop(self) -> None:
        self.notes_on = False
        self._words_owed = False
        self.silence.stop()

    def unanswered(self) -> Unanswered | None:
        """The interruption whose reply has not begun, if one is open of which something was lost."""
        if not self.open or self._interruption is None:
            return None
        return Unanswered(
            interruption=self._current(),
            utterance=self._utterance,
            told_by=None if self.reports.waits_for_its_turn else self._told_by,
            wants_none=self.silence.is_wanted or self.silence.is_doubted,
            nudges=self.silence.nudges,
        )

    def unfinished(self) -> tuple[e.Interruption | None, bool]:
        """The interruption that got no reply yet, if any, and whether the model was told of it."""
        if not self.open or self._interruption is None:
            return None, True
        return self._current(), self._told

    def close(self, out: list[e.Command]) -> tuple[e.Interruption | None, bool]:
        """The connection is gone: what `unfinished` says of it."""
        unfinished = self.unfinished()
        self._stage = _Stage.DONE
        self.reports.close(out)
        self.open, self._deadline = False, None
        self._stop()
        return unfinished

    # --- what follows from it

    def proceed(self, now: float, idle: bool, out: list[e.Command]) -> None:
        """Do what is due at `now`; `idle` says whether the model is neither sending nor audible."""
        self._deadline = None
        self._ours.proceed(now, idle, out)
        if idle or self._delivery == "silent" or self._stage is _Stage.DONE:
            self._proceed_note(now, out)
        else:
            self._wake(now + 0.5)
        if self._words_owed and self.has_words and self._may_tell(now, done=True):
            self._words_owed, said = False, self._utterance.text if self._utterance else ""
            words = build_words(said, language=self._options.language)
            self._ours.send(words, "silent", now, out, still=self._still(self._interruption))
        if self.silence.proceed(now, idle, self._ours.all_is_told, out):
            self._words_owed = False

    @property
    def deadline(self) -> float | None:
        """When something may become due, in seconds; None if only an event can make it so."""
        return earlier(self._deadline, self.silence.deadline, self._ours.deadline)

    def _wake(self, at: float | None) -> None:
        self._deadline = earlier(self._deadline, at)

    # --- the note

    def _proceed_note(self, now: float, out: list[e.Command]) -> None:
        if self._stage is _Stage.FOR_TURN:
            if not self.notes_on:
                self._finish(out)
            elif self._may_tell(now):
                self._stage = _Stage.FOR_TEXT
                out.append(e.BuildNote(interruption=self._current()))
        if self._stage is _Stage.FOR_TOOLS and self._may_tell(now):
            self._stage = _Stage.DONE
            self._words_owed = self._options.user_words_note and not self.has_words
            record = replace(self._current(), note=self._text)
            by = self._told_by = self._delivery
            still = self._still(record, in_quiet=by == "answering")
            sent = self._ours.send(self._text, by, now, out, still=still, dropped=self._not_sent)
            self.reports.wait(sent, record)

    def _still(self, record: e.Interruption | None, *, in_quiet: bool = False) -> Still:
        """Whether this is still the interruption that waits for a reply; and nobody speaks."""
        return lambda now: (
            (self.open and (record is None or self.reports.is_open(record)))
            and (not in_quiet or self._may_tell(now))
        )

    def _may_tell(self, now: float, *, done: bool = False) -> bool:
        """Whether nothing stands against a note any more; with `done`, only after the user."""
        if now < self._hold_until:
            self._wake(self._hold_until)
            return False
        if self.calls.pending(now):
            # A call that was cut holds the note up only until the user has finished: then the reply
            # begins, whether the tool still runs, or the server has forgotten it without a word.
            was_cut = not self.calls.pending(now, but_cut=True)
            if not (was_cut and self._user_is_done(now)):
                self._wake(self.calls.until(now))
                return False
        if self._delivery == "silent" and not done:
            return True
        return self._user_is_done(now)

    def _user_is_done(self, now: float) -> bool:
        at = look_again_at(self._utterance, self._speaking, self._cut_at, now)
        if at == now:
            return True
        self._wake(at)
        return False

    def _current(self) -> e.Interruption:
        """The record, with what has become known since the cut."""
        assert self._interruption is not None
        words = self._utterance.text if self._utterance is not None else ""
        return replace(self._interruption, user_text=words, tool_calls=self.calls.of_cut)

    def _not_sent(self, id_: int, out: list[e.Command]) -> None:
        """A message had to wait, and nobody wants it any more, or not now."""
        record, is_open = self.reports.take(id_), self.open and self._interruption is not None
        due = record if is_open and record and self.reports.is_open(record) else None
        if due is not None and due.note:
            self._stage = _Stage.FOR_TOOLS  # It wants an answer, and somebody speaks.
            return
        self._say_dropped("A message that had to wait was not sent: it is out of date.", out)
        if due is not None:  # A nudge in the place of a note: the note is due again.
            self._stage = _Stage.FOR_TURN
        elif record is not None:
            self.reports.report(replace(record, note=""), out)

    def _finish(self, out: list[e.Command]) -> None:
        self._stage = _Stage.DONE
        self.reports.report(self._current(), out)

    def _abandon(self, why: str, out: list[e.Command]) -> None:
        if self._stage is not _Stage.DONE:
            self._say_dropped(f"The note was not sent: {why}.", out)
            self._finish(out)

    def _say_dropped(self, detail: str, out: list[e.Command]) -> None:
        out.append(e.Log(level="INFO", message=detail))
        out.append(self._announce("note dropped", detail))

    def ask(self, text: str, now: float, out: Out, *, still: Still, dropped: Undo) -> None:
        """Send an answering message: a nudge or a repair. As `Sending.send` has it."""

        def back(id_: int, out: Out) -> None:
            dropped()
            self._not_sent(id_, out)

        sent = self._ours.send(text, "answering", now, out, still=still, dropped=back)
        if self._stage is not _Stage.DONE:
            # A nudge says all that the note would have said.
            self._stage = _Stage.DONE
            self.reports.wait(sent, self._current())

    def _announce(self, kind: e.NoticeKind, detail: str) -> e.Announce:
        id_ = self._interruption.id if self._interruption is not None else 0
        return e.Announce(notice=e.Notice(kind=kind, interruption=id_, detail=detail))
