"""What only the service can tell: the probe's questions, and how each of them is asked.

Knows which calls to make and how to read their answers from what happened. The main experiment is
the library's own case: the model counts aloud, the caller breaks in after a few seconds with
"okay, continue", and the number the model goes on with shows what it believes was heard. It is done
without a note (what the server believes by itself), with a silent one, and with an answering one.
Must not know how answers are shown.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

from gemini_live_interrupt.commands.probe.call import Call, Line
from gemini_live_interrupt.core.events import Delivery, Interruption
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.testing.speech.voices import Speech

Arm = Literal["none", "silent", "answering"]

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty")
NUMBERS = (
    *_ONES,
    *(f"{ten}{one}" for ten in _TENS for one in ("", *(f"-{word}" for word in _ONES[:9]))),
)
"""Spelled out, from one."""
COUNT_LONG, COUNT_SHORT = "Count from one to sixty.", "Count from one to ten."
GO_ON, OTHER = "Okay, right, good, continue.", "What is two plus two?"
HEARD = 6
"""What the note says was heard: "… five, six"."""
_BREAK_IN_AFTER = 14_000.0
"""ms of the count that must have been received before the caller breaks in: far more than the note
says was heard, and it comes in a quarter of the time."""
_LONGEST_COUNT = 8.0
"""Seconds after which the caller breaks in in any case."""
_LATE = 0.5
"""Seconds after `interrupted` in which content is of the cut reply."""
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
class _BreakIn:
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
class _Notes:
    """What was collected."""

    runs: list[_BreakIn] = field(default_factory=list)
    mid_reply: dict[str, list[str]] = field(default_factory=dict)
    after_complete: list[bool] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    """Message: "accepted" or how it was refused."""


async def ask_all(
    line: Line,
    speak: Callable[[str], Speech],
    *,
    trials: int = 2,
    at_once: int = 1,
    progress: Callable[[str], object] = lambda _: None,
) -> Findings:
    """Ask everything.

    Args:
        line: whom to call.
        speak: the caller's voice, 16 kHz.
        trials: how often each experiment is done.
        at_once: calls at the same time; services limit them.
        progress: told what is being asked.

    Raises:
        Exception: whatever google-genai raises if no call can be set up.
    """
    notes = _Notes()
    gate = asyncio.Semaphore(at_once)
    # Calls come one after the other unless asked otherwise; the first shows whether any can be set up.
    async with line.call("setup"):
        pass

    async def one(about: str, work: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            progress(about)
            await work()

    await asyncio.gather(*(one(about, work) for about, work in _plan(line, speak, notes, trials)))
    return _conclude(line.model, notes)


def _plan(
    line: Line, speak: Callable[[str], Speech], notes: _Notes, trials: int
) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
    arms: tuple[Arm, ...] = ("none", "silent", "answering")
    return [
        *(
            (f"break in, note: {arm}", _bind(_break_in, line, speak, notes, arm, trial))
            for trial in range(trials)
            for arm in arms
        ),
        *(
            (f"{kind} text in mid-reply", _bind(_mid_reply, line, notes, kind, trial))
            for trial in range(trials)
            for kind in ("silent", "answering", "typed")
        ),
        ("speech after turnComplete", _bind(_after_complete, line, speak, notes)),
        *(
            (f"is it taken: {what}", _bind(_taken, line, notes, what))
            for what in ("no role", "role system", "context update")
        ),
    ]


def _bind(work: Callable[..., Awaitable[None]], *arguments: Any) -> Callable[[], Awaitable[None]]:
    return lambda: work(*arguments)


# --- the experiments


async def _break_in(
    line: Line, speak: Callable[[str], Speech], notes: _Notes, arm: Arm, trial: int
) -> None:
    run = _BreakIn(arm=arm)
    notes.runs.append(run)
    go_on = await asyncio.to_thread(speak, GO_ON)
    async with line.call(f"break in, note: {arm}", trial) as call:
        await call.ask(COUNT_LONG)
        first = await call.until("audio", within=15.0)
        if first is None:
            run.closed = call.closed.code if call.closed else None
            return
        while call.now < first.at + _LONGEST_COUNT and call.sound(0.0) < _BREAK_IN_AFTER:
            await call.until("audio", "closed", since=call.now, within=1.0)
        began = call.now
        speaking = asyncio.create_task(call.say(go_on))
        cut = await call.until("interrupted", since=began, within=4.0)
        run.cut_seen = cut is not None
        at = cut.at if cut is not None else call.now
        note = _note(call.said(0.0))
        if arm == "silent":
            await call.content(note, answer=False)
        await asyncio.gather(speaking, return_exceptions=True)
        sent = call.now
        if arm == "answering":
            await call.until("user_words", since=at, within=4.0)
            # Deltas of a transcript come within a moment.
            await asyncio.sleep(0.1 if call.since(at, "activity_end") else 0.3)
            sent = call.now
            await call.content(note, answer=True)
        await _watch(call, run, began=began, cut=at, sent=sent)


async def _watch(call: Call, run: _BreakIn, *, began: float, cut: float, sent: float) -> None:
    """Follow the reply to a break-in."""
    spoke_until = call.spoke_until
    reply = await call.until("audio", since=max(spoke_until, cut + 0.4) + 0.05, within=9.0)
    run.closed = call.closed.code if call.closed else None
    if reply is None:
        return
    run.delay = reply.at - spoke_until
    await asyncio.sleep(2.5)
    run.went_on_with = first_number(call.said(spoke_until))
    # The caller is still speaking then, so it is of no other reply.
    late = call.since(cut + 0.001, "audio", "text")
    run.late = len([one for one in late if one.at <= cut + _LATE])
    words = call.since(began, "user_words")
    run.transcripts = len(words)
    run.words_before_reply = words[0].at < reply.at if words else None
    run.activity = bool(call.since(began, "activity_start"))
    run.echo = any(one.at <= sent + 1.0 for one in call.since(max(sent, cut + 0.3), "interrupted"))
    gaps = _replies(call, spoke_until)
    run.replies = gaps
    run.closed = call.closed.code if call.closed else None


def _replies(call: Call, since: float) -> int:
    """How many replies began since then: sound after `turn_complete` or `interrupted` is a new one."""
    count, is_open = 0, False
    for one in call.since(since, "audio", "turn_complete", "interrupted"):
        if one.kind == "audio":
            count += not is_open
            is_open = True
        else:
            is_open = False
    return count


async def _mid_reply(line: Line, notes: _Notes, kind: str, trial: int) -> None:
    async with line.call(f"{kind} text in mid-reply", trial) as call:
        await call.ask(COUNT_SHORT)
        if await call.until("audio", within=15.0) is None:
            return
        await asyncio.sleep(0.3)
        at = call.now
        if kind == "typed":
            await call.ask(OTHER)
        elif kind == "answering":
            await call.content(OTHER, answer=True)
        else:
            await call.content(
                "[App context, not from the user: the caller's name is Sam.]", answer=False
            )
        seen = await call.until("interrupted", "closed", since=at, within=1.5)
        if seen is not None:
            result = "cuts" if seen.kind == "interrupted" else f"closes with {seen.code}"
        elif kind == "silent":
            result = "does not cut"
        else:
            done = await call.until("turn_complete", since=at, within=20.0)
            later = done and await call.until("audio", since=done.at + 0.01, within=5.0)
            result = "is queued" if later else "is ignored"
        notes.mid_reply.setdefault(kind, []).append(result)


async def _after_complete(line: Line, speak: Callable[[str], Speech], notes: _Notes) -> None:
    other = await asyncio.to_thread(speak, OTHER)
    async with line.call("speech after turnComplete") as call:
        await call.ask(COUNT_SHORT)
        done = await call.until("turn_complete", within=40.0)
        if done is None:
            return
        await call.say(other)
        cut = await call.until("interrupted", since=done.at, within=0.5)
        notes.after_complete.append(cut is not None)


async def _taken(line: Line, notes: _Notes, what: str) -> None:
    async with line.call(f"is it taken: {what}") as call:
        try:
            if what == "context update":
                await call.update_context("Answer in one short sentence.")
            else:
                role = None if what == "no role" else "system"
                await call.content(
                    "[App context: the caller's name is Sam.]", answer=False, role=role
                )
        except (AttributeError, TypeError, ValueError) as error:
            notes.taken[what] = f"not offered by this google-genai: {error}"
            return
        closed = await call.until("closed", within=3.0)
        notes.taken[what] = f"closes with {closed.code}: {closed.text}" if closed else "accepted"


def _note(received: str) -> str:
    """The library's own note for a cut after `HEARD` numbers."""
    words = list(re.finditer(r"[\w-]+", received))
    end = words[HEARD - 1].end() if len(words) >= HEARD else len(received) // 4
    return build_note(
        Interruption(
            id=1,
            heard=received[:end],
            unheard=received[end:],
            continuation=received[end:].lstrip(" ,."),
            user_text="",
            history=(),
            heard_ms=0.0,
            received_ms=0.0,
            position=float(end),
            uncertainty=0.0,
            position_from="clock",
            estimated_by="word timestamps",
            cause="speech",
            note="",
            tool_calls=(),
            time=0.0,
        )
    )


def first_number(text: str) -> int | None:
    """The first number in a text, in digits or words; None if there is none.

    >>> first_number("Sure! Twenty-one, twenty-two"), first_number(" 7, 8"), first_number("Ok.")
    (21, 7, None)
    """
    for word in re.findall(r"[a-z]+(?:[- ][a-z]+)?|\d+", text.lower()):
        if word.isdigit():
            return int(word)
        for candidate in (word.replace(" ", "-"), re.split(r"[- ]", word)[0], word.split(" ")[-1]):
            if candidate in NUMBERS:
                return NUMBERS.index(candidate) + 1
    return None


# --- what it means


def _conclude(model: str, notes: _Notes) -> Findings:
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


def _used(runs: list[_BreakIn], id_: str, question: str) -> Answer:
    went_on = [run.went_on_with for run in runs]
    return _yes_no(
        id_,
        question,
        [HEARD - 1 <= number <= HEARD + 4 for number in went_on if number is not None],
        f"{HEARD} were heard; went on with {went_on}",
    )


def _closes(arms: dict[str, list[_BreakIn]], arm: str) -> Answer:
    codes = [run.closed for run in arms[arm]]
    return _yes_no(
        f"{arm}_note_closes",
        f"Does {'a silent' if arm == 'silent' else 'an answering'} note close the connection?",
        [code is not None for code in codes],
        f"close codes: {codes}",
    )


def _mid(notes: _Notes, kind: str, id_: str, question: str) -> Answer:
    results = notes.mid_reply.get(kind, [])
    return _yes_no(id_, question, [result == "cuts" for result in results], ", ".join(results))


def _delays(arms: dict[str, list[_BreakIn]]) -> Answer:
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


def _taken_answer(notes: _Notes, what: str) -> Answer:
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
