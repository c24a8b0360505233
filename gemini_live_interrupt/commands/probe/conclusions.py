"""What the probe's calls mean: from what was seen to an answer, and to the delivery that fits.

Knows what a run can show. Must not know how a run is made, or how an answer is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Literal, get_args

from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.profiles import Route, RouteFound

HEARD = 6
"""What the note says was heard: "… five, six"."""
MOSTLY = 0.8
"""Share of the calls that makes a route one to rely on."""
_TOO_MANY_CLOSES = 0.3
"""Share of the calls: a call can end for other reasons, too."""
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
    routes: tuple[RouteFound, ...]
    """What the calls over each route have shown."""
    fits: Delivery | None
    """The delivery that fits; None: no notes."""
    because: str
    """Why, in one sentence."""

    def __getitem__(self, id_: str) -> Answer:
        return next(answer for answer in self.answers if answer.id == id_)


@dataclass(slots=True, kw_only=True)
class Run:
    """One call of the main experiment."""

    route: Route
    went_on_with: int | None = None
    """The first number of the reply, or of the one after the repair; None: it said none."""
    repaired: bool = False
    """Whether a repair was sent."""
    entered: int | None = None
    """Tokens that came into the prompt between the cut turn and the reply; None: not counted."""
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

    @property
    def told(self) -> str:
        """What came of it, in a few words."""
        if self.closed is not None:
            return f"closed with {self.closed}"
        if not self.replies:
            return "no reply"
        said = "no number" if self.went_on_with is None else f"went on with {self.went_on_with}"
        parts = [f"{said} ({'used' if is_where_it_was_cut(self.went_on_with) else 'not used'})"]
        parts += ["after a repair"] * self.repaired
        parts += [f"{self.replies} replies"] * (self.replies > 1)
        parts += [] if self.entered is None else [f"{self.entered} tokens entered the prompt"]
        return ", ".join(parts)


@dataclass(slots=True, kw_only=True)
class Collected:
    """What was collected."""

    runs: list[Run] = field(default_factory=list)
    mid_reply: dict[str, list[str]] = field(default_factory=dict)
    after_complete: list[bool] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    """Message: "accepted" or how it was refused."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found out yet."""
        return not (self.runs or self.mid_reply or self.after_complete or self.taken)


def is_where_it_was_cut(number: int | None) -> bool:
    """Whether a reply that goes on with this number knows what was heard."""
    return number is not None and HEARD - 1 <= number <= HEARD + 4


def conclude(
    model: str, notes: Collected, note_tokens: Callable[[Route], int] = lambda route: 300
) -> Findings:
    """What was found out so far.

    Args:
        model: whom it is about.
        notes: what was seen.
        note_tokens: about how many tokens a note over a route adds to a prompt.
    """
    arms = {run.route: [one for one in notes.runs if one.route == run.route] for run in notes.runs}
    arms |= {route: arms.get(route, []) for route in ("none", "silent", "answering")}
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
    without = [run.entered for run in arms["none"] if run.entered is not None]
    spoken = int(median(without)) if without else 0
    routes = tuple(
        _route_found(route, runs, most=spoken + note_tokens(route) / 2)
        for route in get_args(Route)
        if (runs := arms.get(route))
    )
    fits, because = _verdict(
        {route.route: route for route in routes}, {answer.id: answer for answer in answers}
    )
    return Findings(model=model, answers=tuple(answers), routes=routes, fits=fits, because=because)


def _route_found(route: Route, runs: list[Run], *, most: float) -> RouteFound:
    """What calls over one route have shown.

    Args:
        route: which.
        runs: the calls.
        most: tokens that may enter the prompt without a note.
    """
    counted = [run.entered for run in runs if run.entered is not None and route != "none"]
    replied = [run.replies for run in runs if run.replies]
    return RouteFound(
        route=route,
        calls=len(runs),
        in_prompt=sum(tokens > most for tokens in counted) if counted else None,
        used=sum(is_where_it_was_cut(run.went_on_with) for run in runs),
        replies=round(mean(replied), 2) if replied else None,
        closes=sum(run.closed is not None for run in runs),
    )


def _used(runs: list[Run], id_: str, question: str) -> Answer:
    went_on = [run.went_on_with for run in runs]
    return _yes_no(
        id_,
        question,
        [is_where_it_was_cut(run.went_on_with) for run in runs if run.replies],
        f"{HEARD} were heard; went on with {went_on}",
    )


def _closes(arms: dict[Route, list[Run]], arm: Route) -> Answer:
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


def _delays(arms: dict[Route, list[Run]]) -> Answer:
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


def _verdict(
    routes: dict[Route, RouteFound], answers: dict[str, Answer]
) -> tuple[Delivery | None, str]:
    def closes(route: Route) -> bool:
        found = routes.get(route)
        return found is not None and found.closes >= _TOO_MANY_CLOSES * found.calls

    def is_used(route: Route) -> bool:
        found = routes.get(route)
        return found is not None and not closes(route) and found.used >= MOSTLY * found.calls

    if closes("silent") and closes("answering"):
        return None, "Both kinds of note close the connection: leave notes off for this model."
    if is_used("silent"):
        if answers["silent_note_cuts"].answer == "yes":
            return (
                "silent",
                "A silent note is used; it cuts a running reply, but none runs when it is sent.",
            )
        return (
            "silent",
            "A silent note is used by the next spoken turn, and nothing speaks against it.",
        )
    if is_used("silent_and_repair"):
        return (
            "silent",
            "A silent note is not used by the next spoken turn; the repair after it brings the "
            "story back.",
        )
    if is_used("answering"):
        twice = answers["double_reply"].answer in ("yes", "mixed")
        price = " The reply may be started twice." if twice else ""
        why = (
            "closes the connection" if closes("silent") else "was not used by the next spoken turn"
        )
        return "answering", f"A silent note {why}; an answering one is used.{price}"
    if not closes("silent"):
        return (
            "silent",
            "No kind of note was seen to be used each time; a silent one does the least harm.",
        )
    return "answering", "A silent note closes the connection; an answering one does not."
