"""The probe's main experiment: the caller breaks in, and the model is told in one way or another.

The model counts aloud, and the caller breaks in after a few seconds with "okay, right, good". The number
that it goes on with shows what it believes was heard. Knows how each route is taken and what to
look for; what it means is `conclusions`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from itertools import pairwise

from gemini_live_interrupt.commands.probe.call import INSTRUCTION, Call, Line
from gemini_live_interrupt.commands.probe.conclusions import HEARD, Run, is_where_it_was_cut
from gemini_live_interrupt.commands.probe.counting import first_number
from gemini_live_interrupt.commands.probe.frame import frame_of
from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.note import build_note, build_repair
from gemini_live_interrupt.core.profiles import Route
from gemini_live_interrupt.testing.speech.voices import Speech

COUNT_LONG = "Count from one to sixty."
GO_ON = "Okay, right, good."
_ENOUGH = "Thank you, stop."
_BREAK_IN_AFTER = 14_000.0
"""ms of the count that must have been received before the caller breaks in: far more than the note
says was heard, and it comes in a quarter of the time."""
_LONGEST_COUNT = 8.0
"""Seconds after which the caller breaks in in any case."""
_LATE = 0.5
"""Seconds after `interrupted` in which content is of the cut reply."""
_LOOKED_AT = 2.5
"""Seconds of a reply that are looked at: its first number comes in them."""
_QUIET = 0.7
"""Seconds after a reply before a repair, as the library waits."""


async def break_in(line: Line, speak: Callable[[str], Speech], run: Run, trial: int) -> None:
    """Make one call over a run's route, and write down what came of it."""
    go_on = await asyncio.to_thread(speak, GO_ON)
    async with line.call(f"break in, route: {run.route}", trial) as call:
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
        interruption = _interruption(call.said(0.0))
        await _tell_at_once(call, run, build_note(interruption))
        await asyncio.gather(speaking, return_exceptions=True)
        sent = call.now
        if run.route == "answering":
            await call.until("user_words", since=at, within=4.0)
            # Deltas of a transcript come within a moment.
            await asyncio.sleep(0.1 if call.since(at, "activity_end") else 0.3)
            sent = call.now
            await call.content(build_note(interruption), answer=True)
        await _watch(call, run, began=began, cut=at, sent=sent)
        if run.route == "silent_and_repair" and run.replies:
            await _repair(call, run, interruption)
        await _count_tokens(call, run)
        run.closed = call.closed.code if call.closed else None


async def _tell_at_once(call: Call, run: Run, note: str) -> None:
    """What is sent at `interrupted`, by the run's route."""
    match run.route:
        case "silent" | "silent_and_repair":
            await call.content(note, answer=False)
        case "system":
            # It takes the place of the instruction, so that has to stay in it.
            await call.content(f"{INSTRUCTION}\n\n{note}", answer=False, role="system")
        case "frame":
            await call.show(await asyncio.to_thread(frame_of, note), note)
        case "none" | "answering":
            pass


async def _watch(call: Call, run: Run, *, began: float, cut: float, sent: float) -> None:
    """Follow the reply to a break-in."""
    spoke_until = call.spoke_until
    reply = await call.until("audio", since=max(spoke_until, cut + 0.4) + 0.05, within=9.0)
    run.closed = call.closed.code if call.closed else None
    if reply is None:
        return
    run.delay = reply.at - spoke_until
    await asyncio.sleep(_LOOKED_AT)
    run.went_on_with = first_number(call.said(spoke_until))
    # The caller is still speaking then, so it is of no other reply.
    late = call.since(cut + 0.001, "audio", "text")
    run.late = len([one for one in late if one.at <= cut + _LATE])
    words = call.since(began, "user_words")
    run.transcripts = len(words)
    run.words_before_reply = words[0].at < reply.at if words else None
    run.activity = bool(call.since(began, "activity_start"))
    run.echo = any(one.at <= sent + 1.0 for one in call.since(max(sent, cut + 0.3), "interrupted"))
    run.replies = _replies(call, spoke_until)


async def _repair(call: Call, run: Run, interruption: Interruption) -> None:
    """Where the reply was short and did not come back to the count, ask once to go on, as the
    library does."""
    if is_where_it_was_cut(run.went_on_with) or run.went_on_with is not None:
        return  # It went on, here or elsewhere: the library leaves that alone.
    spoke_until = call.spoke_until
    if await call.until("turn_complete", since=spoke_until, within=3.0) is None:
        return
    await asyncio.sleep(_QUIET)
    sent = call.now
    await call.content(build_repair(interruption), answer=True)
    run.repaired = True
    if await call.until("audio", since=sent, within=9.0) is not None:
        await asyncio.sleep(_LOOKED_AT)
        run.went_on_with = first_number(call.said(sent))


async def _count_tokens(call: Call, run: Run) -> None:
    """What entered the prompt between the cut turn and the reply to the caller."""
    if call.closed is not None or not run.replies:
        return
    at = call.now
    if len(call.since(0.0, "usage")) < 2:
        await call.ask(_ENOUGH)
        await call.until("usage", since=at, within=4.0)
    for first, second in list(pairwise(call.since(0.0, "usage")))[:1]:
        run.entered = second.prompt - first.prompt - first.said


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


def note_tokens(route: Route) -> int:
    """About how many tokens a note over a route adds to the prompt."""
    if route == "frame":
        return 258  # An image's (recorded, 2.5).
    note = build_note(_interruption("one, " * 20))
    return len(note if route != "system" else INSTRUCTION + note) // 4


def _interruption(received: str) -> Interruption:
    """A cut after `HEARD` numbers, as the library would see it."""
    words = list(re.finditer(r"[\w-]+", received))
    end = words[HEARD - 1].end() if len(words) >= HEARD else len(received) // 4
    return Interruption(
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
