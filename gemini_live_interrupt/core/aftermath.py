"""What came of an interruption: the reply after it is followed to its end, and read.

Knows which reply follows which interruption, when it is complete, and what its outcome says of the
way in which the model was told. Must not know how texts are compared (`retold.py`) or when a repair
is due (`repair.py`). Owns the reply that is followed. An interruption is not over when its note is
sent but when this is known: one outcome for the first reply, one for the answer to a repair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.acknowledgements import asked_last, only_acknowledges
from gemini_live_interrupt.core.finished import earlier
from gemini_live_interrupt.core.learned import Learned, LearnedRoute
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.core.prompt_counts import PromptCounts
from gemini_live_interrupt.core.repair import Repair, Request, answers, repair_for
from gemini_live_interrupt.core.replies import Reply
from gemini_live_interrupt.core.retold import Retold, retold
from gemini_live_interrupt.core.unanswered import Unanswered
from gemini_live_interrupt.core.user_turn import Utterance

_END_AWAITED = 1.0
"""Seconds after the last sound of a reply in which the server may still call it complete."""
_LOOK_AGAIN = 0.5
"""Seconds until the end of a reply is looked for again."""
_ANSWER_AWAITED = 10.0
"""Seconds in which a repair may be answered; without an answer its outcome is "silent"."""
_MOST_REPLY = 500
"""Characters of a reply in an outcome."""


@dataclass(slots=True, kw_only=True)
class _Followed:
    """A reply whose outcome is not known yet."""

    after: Unanswered
    reply: Reply
    to: Request | None = None
    """The repair that it answers, if it answers one."""
    utterance: Utterance | None = None
    """What the user said before it."""
    alone: bool = True
    """Nobody has spoken since what it replies to, and the app does not want silence."""
    over: bool = False
    """The server has called it complete."""
    silent_since: float | None = None
    """When nothing more of it was audible, though it is not complete."""


@dataclass(slots=True, kw_only=True)
class _Asked:
    """A repair that has no answer yet."""

    request: Request
    at: float
    """When it was sent, in seconds."""
    alone: bool = True
    """Nobody has spoken since, so that the next reply answers it."""


class Aftermath:
    """Follows the replies after interruptions.

    Args:
        options: what the application chose.
        profile: what is known of the model.
        counts: what is in the prompt.
        learned: gets what each outcome shows.
        repair: sends the repair.
        can_ask: whether an answering message may be sent at all.
    """

    def __init__(
        self,
        options: Options,
        profile: Profile,
        counts: PromptCounts,
        learned: Learned,
        repair: Repair,
        can_ask: Callable[[], bool],
    ) -> None:
        self._options = options
        self._profile = profile
        self._counts = counts
        self._learned = learned
        self._repair = repair
        repair.dropped = self._not_asked
        self._can_ask = can_ask
        self._followed: _Followed | None = None
        self._asked: _Asked | None = None
        self._told = 0
        """The last interruption of whose reply, or silence, the app was told."""
        self._hears_words = False
        """Words of the user have come in this session, so that their absence means silence."""
        self._deadline: float | None = None

    # --- what happens

    def reply_begins(
        self, reply: Reply, after: Unanswered | None, now: float, out: list[e.Command]
    ) -> None:
        """The model begins a reply; `after` is the interruption before it, if one is open."""
        self._conclude(now, out)
        self._repair.cancel()
        asked, self._asked = self._asked, None
        if asked is not None:
            request = asked.request
            self._followed = _Followed(
                after=request.after, reply=reply, to=request, alone=asked.alone
            )
        elif after is not None and self._is_open(after):
            self._followed = _Followed(after=after, reply=reply, utterance=after.utterance)

    def hears_words(self) -> None:
        """The session transcribes what the user says."""
        self._hears_words = True

    def question(self, utterance: Utterance) -> None:
        """Words of the user came late: they belong before the reply that has begun."""
        if self._followed is not None and self._followed.utterance is None:
            self._followed.utterance = utterance

    def is_left_alone(self) -> None:
        """Somebody says something new, or the app wants silence: no repair for what was cut."""
        self._repair.cancel()
        if self._followed is not None:
            self._followed.alone = False
        if self._asked is not None:
            self._asked.alone = False

    def _not_asked(self, request: Request) -> None:
        """A repair was not sent after all: nothing answers it."""
        if self._asked is not None and self._asked.request is request:
            self._asked = None
        if self._followed is not None and self._followed.to is request:
            self._followed = None

    def begins_anew(self, now: float) -> None:
        """A message of ours cut the reply that had begun: another will come for it."""
        followed, self._followed = self._followed, None
        if followed is not None and followed.to is not None:
            self._asked = _Asked(request=followed.to, at=now)

    def turn_over(self) -> None:
        """The server called a reply complete that has been played already."""
        if self._followed is not None:
            self._followed.over = True

    def cut(self, now: float, out: list[e.Command]) -> None:
        """The user takes the floor: what came of the reply so far is what came of it.

        A reply that had not come back to the cut text, and had not all come, might still have.
        """
        self.is_left_alone()
        self._conclude(now, out, broken_off=True)

    def was_no_cut(self, after: Unanswered, now: float, out: list[e.Command]) -> None:
        """The reply plays on: nothing of it was lost."""
        if self._is_open(after):
            self._told = after.interruption.id
            went_on = Retold(kind="resumed")
            self._tell(after, went_on, after.interruption.unheard, None, False, now, out)

    def close(self, after: Unanswered | None, now: float, out: list[e.Command]) -> None:
        """The connection is gone; `after` is the interruption that got no reply, if one is open."""
        self.cut(now, out)
        if after is not None:
            self._was_silent(after, now, out)
        self._got_no_answer(now, out)

    # --- what follows from it

    @property
    def follows(self) -> bool:
        """Whether a reply is followed, whose reading will take milliseconds."""
        return self._followed is not None

    @property
    def about(self) -> e.Interruption | None:
        """What the reply that is followed may come back to."""
        return self._followed.after.interruption if self._followed is not None else None

    @property
    def has_all(self) -> bool:
        """Whether it is complete, and waits to be read."""
        followed = self._followed
        return followed is not None and (followed.over or followed.reply.over)

    @property
    def deadline(self) -> float | None:
        """When to look again, in seconds."""
        return earlier(self._deadline, self._repair.deadline)

    def proceed(
        self,
        now: float,
        idle: bool,
        settled: bool,
        hopeless: Unanswered | None,
        out: list[e.Command],
    ) -> None:
        """Do what is due at `now`.

        Args:
            now: in seconds.
            idle: the model is neither sending nor audible.
            settled: nothing waits to be told that might say otherwise.
            hopeless: the interruption about whose silence nothing more is done, if there is one.
            out: gets the commands.
        """
        self._deadline = None
        if self._is_complete(now, idle):
            self._conclude(now, out)
        if hopeless is not None:
            self._was_silent(hopeless, now, out)
        request = self._repair.proceed(now, idle, settled, out)
        if request is not None:
            self._asked = _Asked(request=request, at=now)
            what = "offer to go on" if request.offers else "go on"
            detail = f"Asked the model to {what} with what was cut."
            cut = request.after.interruption.id
            out.append(e.Announce(notice=e.Notice(kind="repair", interruption=cut, detail=detail)))
        if self._asked is not None:
            due = self._asked.at + _ANSWER_AWAITED
            if now >= due and idle:
                self._got_no_answer(now, out)
            else:
                self._wake(max(due, now + _LOOK_AGAIN))

    def _wake(self, at: float) -> None:
        self._deadline = at if self._deadline is None else min(self._deadline, at)

    def _is_complete(self, now: float, idle: bool) -> bool:
        followed = self._followed
        if followed is None:
            return False
        if followed.over or followed.reply.over:
            return True
        if not followed.reply.generated:
            return False
        if not idle:
            followed.silent_since = None
            self._wake(now + _LOOK_AGAIN)
            return False
        if followed.silent_since is None:
            followed.silent_since = now
        due = followed.silent_since + _END_AWAITED
        if now < due:
            self._wake(due)
        return now >= due

    def _conclude(self, now: float, out: list[e.Command], *, broken_off: bool = False) -> None:
        """Read the reply that is followed, tell, learn, and prepare a repair if it needs one."""
        followed, self._followed = self._followed, None
        if followed is None:
            return
        after, reply = followed.after, followed.reply.own_text
        cut = after.interruption
        text = cut.heard + cut.unheard
        found = retold(
            text, sentence=len(text) - len(cut.continuation), heard=len(cut.heard), reply=reply
        )
        has_all = followed.over or followed.reply.over or followed.reply.generated
        if broken_off and found.kind == "answered" and not has_all:
            found = Retold(kind="unclear")
        said = self._said(followed)
        is_first = followed.to is None
        entered = self._counts.note_entered if is_first and after.told_by is not None else None
        self._told = max(self._told, cut.id)
        self._tell(after, found, followed.reply.turn.text, entered, not is_first, now, out)
        self._learn(followed, found, said, entered, out)
        if is_first and found.kind == "answered" and followed.alone:
            request = repair_for(after, reply, said, self._options, self._profile, self._learned)
            if request is not None and self._can_ask():
                self._repair.prepare(request)

    def _is_open(self, after: Unanswered) -> bool:
        """Whether something was unheard that a reply may come back to, and no outcome was told."""
        cut = after.interruption
        return bool(cut.continuation.strip()) and cut.id > self._told

    def _said(self, followed: _Followed) -> str | None:
        """What the user had said to interrupt; None if it is not known."""
        text = followed.utterance.text if followed.utterance is not None else ""
        if text or self._hears_words or followed.after.interruption.cause == "phantom":
            return text
        return None

    # --- what it shows

    def _learn(
        self,
        followed: _Followed,
        found: Retold,
        said: str | None,
        entered: bool | None,
        out: list[e.Command],
    ) -> None:
        route: LearnedRoute | None = "repair"
        if followed.to is None:  # A reply after a nudge shows nothing of the note.
            route = followed.after.told_by if not followed.after.nudges else None
        worked = _worked(followed, found, said, entered)
        if route is not None and worked is not None:
            self._saw(route, worked, out)

    def _saw(self, route: LearnedRoute, worked: bool, out: list[e.Command]) -> None:
        self._learned.saw(route, worked=worked)
        out.append(e.Learn(route=route, worked=worked))

    # --- what is told

    def _tell(
        self,
        after: Unanswered,
        found: Retold | None,
        reply: str,
        entered: bool | None,
        repaired: bool,
        now: float,
        out: list[e.Command],
    ) -> None:
        outcome = Outcome(
            interruption=after.interruption.id,
            session_id=self._options.session_id,
            model=self._options.model,
            time=now + self._options.epoch,
            kind=found.kind if found is not None else "silent",
            skipped_words=found.skipped_words if found is not None else 0,
            repeated_words=found.repeated_words if found is not None else 0,
            reply=reply[:_MOST_REPLY],
            note_in_prompt=entered,
            repaired=repaired,
        )
        out.append(e.Conclude(outcome=outcome))

    def _was_silent(self, after: Unanswered, now: float, out: list[e.Command]) -> None:
        if self._is_open(after):
            self._told = after.interruption.id
            self._tell(after, None, "", None, False, now, out)

    def _got_no_answer(self, now: float, out: list[e.Command]) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self._tell(asked.request.after, None, "", None, True, now, out)
            if asked.alone:
                self._saw("repair", False, out)


def _worked(
    followed: _Followed, found: Retold, said: str | None, entered: bool | None
) -> bool | None:
    """Whether the model did as it was told; None if its reply does not show it."""
    if found.kind == "resumed":
        return True
    if followed.to is not None and followed.to.offers:
        return asked_last(followed.reply.own_text)
    if found.kind == "unclear" or (found.kind == "answered" and not followed.alone):
        return None
    if found.kind == "answered" and followed.to is None:
        # After a question an answer is what it should be; after a mere "mm-hm" it is not.
        acknowledged = said is not None and only_acknowledges(said)
        should_go_on = acknowledged and not answers(followed.after, said or "")
        return False if should_go_on or entered is False else None
    return False
