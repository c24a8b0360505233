"""What the probe's calls mean: from what was seen to an answer, and to the delivery that fits.

Knows what a run can show. Must not know how a run is made, or how an answer is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from gemini_live_interrupt.core.events import Delivery

Arm = Literal["none", "silent", "answering"]

HEARD = 6
"""What the note says was heard: "… five, six"."""
_SLOWER = 0.6
"""Seconds by which a note must delay the reply to be called a delay: replies vary by 0.4 (3.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found out."""

    id: str
    question: str
    answer: Literal["yes", "no", "mixed", "unknown"]
    evidence: str
    """The figures behind it, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All answers about one model."""

    model: str
    answers: tuple[Answer, ...]
    fits: Delivery | None
    """The delivery that fits; None: no notes."""
    because: str
    """Why, in one sentence."""

    def __getitem__(self, id_: str) -> Answer:
        return next(answer for answer in self.answers if answer.id == id_)


@dataclass(slots=True, kw_only=True)
class BreakIn:
    """One run of the main experiment."""

    arm: Arm
    went_on_with: int | None = None
    delay: float | None = None
    """Seconds from the caller's last word to the reply."""
    replies: int = 0
    late: int = 0
    """Content messages of the cut reply after `interrupted`."""
    transcripts: int = 0
    words_before_reply: bool | None = None
    activity: bool = False
    cut_seen: bool = False
    echo: bool = False
    """`interrupted` right after our own message."""
    closed: int | None = None


@dataclass(slots=True, kw_only=True)
class Collected:
    """What was collected."""

    runs: list[BreakIn] = field(default_factory=list)
    mid_reply: dict[str, list[str]] = field(default_factory=dict)
    after_complete: list[bool] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    """Message: "accepted" or how it was refused."""


def conclude(model: str, notes: Collected) -> Findings:
    arms = {
        arm: [run for run in notes.runs if run.arm == arm]
        for arm in ("none", "silent", "answering")
    }
    cut = [run for run in notes.runs if run.cut_seen]
    transcripts = [run.transcripts for run in cut if run.transcripts]
    answers = [
        _used(arms["silent"], "silent_note_used", "Is a silent note used by the next spoken turn?"),
        _used(arms["answering"], "answering_note_used", "Is an answering note after the user used?"),
        _used(arms["none"], "knows_by_itself", "Does the model know by itself how far it was heard?"),
        _closes(arms, "silent"),
        _closes(arms, "answering"),
        _mid(notes, "silent", "silent_note_cuts", "Does a silent note cut a running reply?"),
        _mid(notes, "answering", "answering_text_cuts", "Does answering content cut a running reply?"),
        _mid(notes, "typed", "typed_text_cuts", "Does realtime text cut a running reply?"),
        _delays(arms),
        _yes_no(
            "late_content", "Does content of the cut reply come after `interrupted`?",
            [run.late > 0 for run in cut], f"messages: {[run.late for run in cut]}",
        ),
        _yes_no(
            "interrupted_after_complete", "Is speech right after `turnComplete` called `interrupted`?",
            notes.after_complete, f"{notes.after_complete}",
        ),
        _yes_no(
            "double_reply", "Does an answering note lead to two replies?",
            [run.replies > 1 or run.echo for run in arms["answering"] if run.replies],
            f"replies: {[run.replies for run in arms['answering']]}, "
            f"cut by the note: {[run.echo for run in arms['answering']]}",
        ),
        _yes_no(
            "whole_transcripts", "Is the user's transcript one message?",
            # One utterance in several messages is enough to know; a short one may come in one.
            [all(count == 1 for count in transcripts)] if transcripts else [],
            f"messages: {[run.transcripts for run in cut]}",
        ),
        _yes_no(
            "words_before_reply", "Do the user's words come before the reply?",
            [run.words_before_reply for run in cut if run.words_before_reply is not None],
            f"{[run.words_before_reply for run in cut]}",
        ),
        _yes_no(
            "activity", "Does the server report voice activity unasked?",
            [run.activity for run in cut], f"{[run.activity for run in cut]}",
        ),
        *(_taken_answer(notes, what) for what in ("no role", "role system", "context update")),
    ]  # fmt: skip
    fits, because = _verdict({answer.id: answer for answer in answers})
    return Findings(model=model, answers=tuple(answers), fits=fits, because=because)


def _used(runs: list[BreakIn], id_: str, question: str) -> Answer:
    went_on = [run.went_on_with for run in runs]
    return _yes_no(
        id_,
        question,
        [HEARD - 1 <= number <= HEARD + 4 for number in went_on if number is not None],
        f"{HEARD} were heard; went on with {went_on}",
    )


def _closes(arms: dict[str, list[BreakIn]], arm: str) -> Answer:
    codes = [run.closed for run in arms[arm]]
    return _yes_no(
        f"{arm}_note_closes",
        f"Does {'a silent' if arm == 'silent' else 'an answering'} note close the connection?",
        [code is not None for code in codes],
        f"close codes: {codes}",
    )


def _mid(notes: Collected, kind: str, id_: str, question: str) -> Answer:
    results = notes.mid_reply.get(kind, [])
    return _yes_no(id_, question, [result == "cuts" for result in results], ", ".join(results))


def _delays(arms: dict[str, list[BreakIn]]) -> Answer:
    without, with_ = ([run.delay for run in arms[arm] if run.delay] for arm in ("none", "silent"))
    question = "Does a silent note delay the reply?"
    if not without or not with_:
        return Answer(
            id="silent_note_delays",
            question=question,
            answer="unknown",
            evidence="no replies to compare",
        )
    slower = median(with_) - median(without)
    return Answer(
        id="silent_note_delays",
        question=question,
        answer="yes" if slower > _SLOWER else "no",
        evidence=f"median {median(without):.2f} s without, {median(with_):.2f} s with",
    )


def _taken_answer(notes: Collected, what: str) -> Answer:
    how = notes.taken.get(what, "not asked")
    answer: Literal["yes", "no", "unknown"] = "yes" if how == "accepted" else "no"
    if how.startswith("not"):
        answer = "unknown"
    is_role = "role" in what
    return Answer(
        id="takes_" + what.replace(" ", "_"),
        question=f"Is client content with {what} taken?" if is_role else f"Is a {what} taken?",
        answer=answer,
        evidence=how,
    )


def _yes_no(id_: str, question: str, seen: list[bool], evidence: str) -> Answer:
    answer: Literal["yes", "no", "mixed", "unknown"] = "mixed"
    if not seen:
        answer = "unknown"
    elif all(seen) or not any(seen):
        answer = "yes" if seen[0] else "no"
    return Answer(id=id_, question=question, answer=answer, evidence=evidence)


def _verdict(answers: dict[str, Answer]) -> tuple[Delivery | None, str]:
    silent_closes = answers["silent_note_closes"].answer in ("yes", "mixed")
    answering_closes = answers["answering_note_closes"].answer in ("yes", "mixed")
    if silent_closes and answering_closes:
        return None, "Both kinds of note close the connection: leave notes off for this model."
    if not silent_closes and answers["silent_note_used"].answer == "yes":
        if answers["silent_note_cuts"].answer == "yes":
            return (
                "silent",
                "A silent note is used; it cuts a running reply, but none runs when it is sent.",
            )
        return (
            "silent",
            "A silent note is used by the next spoken turn, and nothing speaks against it.",
        )
    if not answering_closes and answers["answering_note_used"].answer == "yes":
        twice = answers["double_reply"].answer in ("yes", "mixed")
        price = " The reply may be started twice." if twice else ""
        why = "closes the connection" if silent_closes else "was not used by the next spoken turn"
        return "answering", f"A silent note {why}; an answering one is used.{price}"
    if not silent_closes:
        return (
            "silent",
            "No kind of note was seen to be used each time; a silent one does the least harm.",
        )
    return "answering", "A silent note closes the connection; an answering one does not."
