"""What only the service can tell: the probe's questions, and how each of them is asked.

Knows which calls to make and what to look for in them; what it means is `conclusions`. The main experiment is
the library's own case: the model counts aloud, the caller breaks in after a few seconds with
"okay, continue", and the number the model goes on with shows what it believes was heard. It is done
without a note (what the server believes by itself), with a silent one, and with an answering one.
Must not know how answers are shown.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from gemini_live_interrupt.commands.probe.call import Call, Line
from gemini_live_interrupt.commands.probe.conclusions import (
    HEARD,
    Arm,
    BreakIn,
    Collected,
    Findings,
    conclude,
)
from gemini_live_interrupt.commands.probe.counting import first_number
from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.testing.speech.voices import Speech

COUNT_LONG, COUNT_SHORT = "Count from one to sixty.", "Count from one to ten."
GO_ON, OTHER = "Okay, right, good, continue.", "What is two plus two?"
_BREAK_IN_AFTER = 14_000.0
"""ms of the count that must have been received before the caller breaks in: far more than the note
says was heard, and it comes in a quarter of the time."""
_LONGEST_COUNT = 8.0
"""Seconds after which the caller breaks in in any case."""
_LATE = 0.5
"""Seconds after `interrupted` in which content is of the cut reply."""


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
    notes = Collected()
    gate = asyncio.Semaphore(at_once)
    # Calls come one after the other unless asked otherwise; the first shows whether any can be set up.
    async with line.call("setup"):
        pass

    async def one(about: str, work: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            progress(about)
            await work()

    await asyncio.gather(*(one(about, work) for about, work in _plan(line, speak, notes, trials)))
    return conclude(line.model, notes)


def _plan(
    line: Line, speak: Callable[[str], Speech], notes: Collected, trials: int
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
    line: Line, speak: Callable[[str], Speech], notes: Collected, arm: Arm, trial: int
) -> None:
    run = BreakIn(arm=arm)
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


async def _watch(call: Call, run: BreakIn, *, began: float, cut: float, sent: float) -> None:
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


async def _mid_reply(line: Line, notes: Collected, kind: str, trial: int) -> None:
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


async def _after_complete(line: Line, speak: Callable[[str], Speech], notes: Collected) -> None:
    other = await asyncio.to_thread(speak, OTHER)
    async with line.call("speech after turnComplete") as call:
        await call.ask(COUNT_SHORT)
        done = await call.until("turn_complete", within=40.0)
        if done is None:
            return
        await call.say(other)
        cut = await call.until("interrupted", since=done.at, within=0.5)
        notes.after_complete.append(cut is not None)


async def _taken(line: Line, notes: Collected, what: str) -> None:
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
