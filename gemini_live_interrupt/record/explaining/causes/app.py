"""What the app does, or does not: its microphone, its event loop, its own cuts, its callbacks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.explaining.call import Call, Reply
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import (
    Finding,
    clock,
    lines_of,
    plain,
    seconds,
    some,
)

_HOLE = 0.7
"""Seconds in which nothing came from an app that sends its microphone all the time."""
_LONG = 2.0
"""Seconds of standing still that spoil a call."""
_HOLE_IN_READING = 1.0
"""Seconds in which an app that reads all the time read nothing."""
_DEAF = 6.0
"""Seconds without a microphone that are no pause."""
_DRY = 0.4
"""Seconds in a reply in which the speaker had nothing to play."""
_USUAL, _SLOW = "4 to 5", 2.75
"""How many times as fast as it is played sound comes (measured, 3.8), and from which pace on down it is
slow: in 120 calls of the local server, whose pace is the measured one, none was below 3.0."""
_JERKS = 0.27
"""The share of all waiting that the longest tenth of the waits has where sound comes in jerks."""
_LONG_ENOUGH = 2_000.0
"""ms of a reply whose pace can be told."""


def own_cuts(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app itself took the floor."""
    for cut in call.cuts:
        if isinstance(cut.event, e.Flushed) and cut.event.cause == "app":
            yield Finding(
                name="cut by the app",
                weight=35.0,
                says=f"The app itself emptied its speaker at {clock(call, cut.t)}: the service did "
                "not cut this reply.",
                lines=lines_of(cut),
                do="If the user did not want that, look for what calls `flush` (or drops frames) "
                "there. `flush(for_good=True)` says that the "
                "user wants silence.",
                t=cut.t,
            )
            return


def loop(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app's event loop, or its machine, stood still."""
    moments = [(t, line) for t, _, line in call.microphone]
    if len(moments) < 100:
        return
    gaps = sorted(b[0] - a[0] for a, b in pairwise(moments))
    if gaps[len(gaps) // 2] > 0.1:
        return
    holes = [(a, b) for a, b in pairwise(moments) if b[0] - a[0] > _HOLE]
    all_lines = [line for line in call.lines.values() if line.kind in ("event", "message")]
    for before, after in holes:
        if not any(before[0] + 0.05 < line.t < after[0] - 0.05 for line in all_lines):
            yield Finding(
                name="event loop stood still",
                weight=57.0 if after[0] - before[0] > _LONG else 23.0,
                says=f"For {seconds(after[0] - before[0])} from {clock(call, before[0])} nothing "
                "came from the app or the service: the event loop "
                "was blocked, or the machine stood still.",
                lines=(before[1], after[1]),
                do="Look for a blocking call in the app (`PYTHONASYNCIODEBUG=1` names it).",
                t=before[0],
            )
            return


def reads_late(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app let messages wait before it read them."""
    for at, before in call.read_late:
        waited = at.t - before.t
        if waited > _HOLE_IN_READING and microphone.is_there(before.t, at.t):
            yield Finding(
                name="the app reads late",
                weight=55.0,
                says=f"From {clock(call, before.t)} to {clock(call, at.t)} the app read nothing of "
                "what the service had sent. Sound and signals waited, `interrupted` too.",
                lines=lines_of(before, at),
                do="Do nothing slow in the `async for` of receive(): give it to a task of its own.",
                t=before.t,
            )
            return


def microphone_stopped(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The microphone was always on, and then no more."""
    moments = [(t, line) for t, _, line in call.microphone]
    if len(moments) < 30 or any(event.by_app for _, event in call.activity):
        return
    widest = max(after[0] - before[0] for before, after in pairwise(moments))
    last, line = moments[-1]
    # An app may close its microphone while the model speaks.
    spoken = max((one.t + one.ms / 1000 for one in call.replies), default=0.0)
    if widest < 1.0 and call.end - max(last, spoken) > _DEAF:
        yield Finding(
            name="the microphone stopped",
            weight=44.0,
            says=f"Microphone audio came all the time until {clock(call, last)}, and none in the "
            f"{seconds(call.end - last)} after that. The model could hear nobody.",
            lines=(line,),
            do="If the app did not mean that, look whether the task that sends it has ended.",
            t=last,
        )


def dry(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The service sent more slowly than it is played."""
    for reply in call.replies:
        playing_until, dry_for, first = reply.t, 0.0, 0.0
        end = reply.cut.t if reply.cut is not None else float("inf")
        for t, ms in reply.pieces:
            if t >= end:
                break
            if t > playing_until + 0.02 and playing_until > reply.t:
                dry_for += t - playing_until
                first = first or playing_until
            playing_until = max(playing_until, t) + ms / 1000
        if dry_for >= _DRY:
            says = (
                f"In the reply that began at {clock(call, reply.t)} the speaker had nothing to play "
                f"for {seconds(dry_for)} in all, first at {clock(call, first)}"
            )
            if microphone.is_even(reply.t, reply.last_t):
                yield Finding(
                    name="slow service",
                    weight=49.0,
                    says=f"{says}: the sound came more slowly than it is played.",
                    lines=(reply.line, reply.last_line),
                    do="The network or the service is slow. A short buffer before the app starts to "
                    "play hides it.",
                    t=first,
                )
            else:
                yield Finding(
                    name="busy machine",
                    weight=24.0,
                    says=f"{says}. The microphone had gaps, too, meanwhile: the app or its machine was "
                    "busy with something else.",
                    lines=(reply.line, reply.last_line),
                    do="Look for a blocking call in the app (`PYTHONASYNCIODEBUG=1` names it), and "
                    "for other load on the machine.",
                    t=first,
                )
            return
    paces = [
        (pace, one)
        for one in call.replies
        if (pace := _pace(one)) is not None and microphone.is_even(one.t, one.last_t)
    ]
    if paces and sorted(pace for pace, _ in paces)[len(paces) // 2] < _SLOW:
        pace, reply = min(paces, key=lambda one: one[0])
        yield Finding(
            name="slow service",
            weight=21.0,
            says=f"The sound of the reply that began at {clock(call, reply.t)} came {pace:.1f} times "
            f"as fast as it is played; {_USUAL} is usual. The speaker did not run dry here.",
            lines=(reply.line, reply.last_line),
            do="The network or the service is slow. A short buffer before the app starts to "
            "play helps if it gets worse.",
            t=reply.t,
        )


def _pace(reply: Reply) -> float | None:
    """How many times as fast as it is played a reply came, if it came evenly: in jerks it comes where a
    machine is busy, be it the app's own."""
    gaps = sorted(after[0] - before[0] for before, after in pairwise(reply.pieces))
    took = sum(gaps)
    if reply.ms < _LONG_ENOUGH or sum(gaps[len(gaps) * 9 // 10 :]) >= _JERKS * took:
        return None
    return sum(ms for _, ms in reply.pieces[:-1]) / 1000 / took


def failures(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Errors in the app's callbacks, and our own."""
    for at, what, error in call.noticed:
        if what == "own failure":
            yield Finding(
                name="own failure",
                weight=98.0,
                says=f"The library itself failed at {clock(call, at.t)}, and left the session "
                f"alone from then on: {plain(error)[:200]}.",
                lines=(at.line,),
                do="Please report it with this record; `replay` should show it again.",
                t=at.t,
            )
            return
    failed = [(at, error) for at, what, error in call.noticed if what == "callback failed"]
    if failed:
        at, error = failed[0]
        yield Finding(
            name="callback failed",
            weight=30.0,
            says=f"A callback of the app failed at {clock(call, at.t)}: {plain(error)[:160]}.",
            lines=some([at.line for at, _ in failed]),
            do="Mend the callback; the library goes on without it.",
            t=at.t,
        )


def unseen_microphone(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Whether somebody speaks could not be known."""
    if call.microphone or not call.cuts or call.header.shell == "pipecat":
        return
    if not any(event.by_app for _, event in call.activity):
        yield Finding(
            name="no microphone seen",
            weight=15.0,
            says="No microphone audio was seen in this session, so whether somebody speaks is "
            "known only from what the service says.",
            lines=(1,),
            do="Send it with `send_realtime_input(audio=...)` of the session that is followed, and "
            "notes and nudges know when to wait.",
        )


def reasons(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The service says why a turn ended."""
    for at, message in call.service:
        content = message.get("server_content")
        reason = content.get("turn_complete_reason") if isinstance(content, dict) else None
        if isinstance(reason, str) and reason not in ("TURN_COMPLETE_REASON_UNSPECIFIED", ""):
            known = reason.startswith(
                ("RESPONSE_", "MALFORMED", "PROHIBITED", "INPUT_", "GENERATED_", "BLOCK", "MAX_")
            )
            yield Finding(
                name="reason of the service",
                weight=67.0 if known else 10.0,
                says=f"The service ended a turn at {clock(call, at.t)} for the reason "
                f"{plain(reason)}.",
                lines=(at.line,),
                do="See turnCompleteReason in Google's documentation: safety filters and malformed "
                "function calls end turns so.",
                t=at.t,
            )
            return
