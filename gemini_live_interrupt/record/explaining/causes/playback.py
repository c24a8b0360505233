"""What the app says it has played, against what there was to play.

Knows the app's reports, the sound that came, and what the microphone hears of it. Must not know what an
app does otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

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

_LATE = 0.35
"""Seconds of an echo that are more than any speaker beside a microphone needs."""
_EXCESS = re.compile(r"reported (\d+) ms more playback than audio was received")
_ROUNDING = 150.0
"""ms of playback that an app may report too much, by its buffer's rounding."""
_FAR_TOO_MUCH, _SLIP = 1.15, 500.0
"""The share of all sound, and the ms beside it, that no rounding reports."""
_TOO_LITTLE, _MISSING = 0.7, 1.3
"""The share of what could have been played, and the seconds short of it, that are too little."""
_EMPTIED = 0.3
"""Seconds after a cut by which a speaker is empty."""
_PLAYS_ON = 500.0
"""ms that are more than a buffer's rest."""
_NO_REPORTS = "Report playback (`handle.playback.on_play_ms`), or set `output_latency_ms`."
_INCREMENTS = (
    "Report increments since the last report, not positions, in ms or in bytes as the method says, "
    "and only of the model's sound."
)


def unreported(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """Nobody says what was played."""
    cuts = [one for one in call.cuts if one.interruption is not None]
    unsure = [one for one in cuts if one.interruption and one.interruption.position_from == "clock"]
    if call.played or not unsure:
        return
    late = _lateness(call, microphone)
    if late is not None:
        delay, line = late
        yield Finding(
            name="late speaker",
            weight=77.0,
            says=f"The app reports no playback, and its speaker is {seconds(delay)} late: the "
            "microphone hears the model so much later than "
            "the clock has it. What is told as heard was not heard yet.",
            lines=(line, *some([one.interruption_line for one in unsure], 3)),
            do=_NO_REPORTS,
            t=unsure[0].t,
        )
        return
    yield Finding(
        name="no playback reports",
        weight=18.0,
        says="The app reports no playback, so what was heard rests on the assumption that sound "
        f"plays when it comes ({len(unsure)} of {len(cuts)} interruptions). With a speaker that is "
        "later, too much is told as heard.",
        lines=some([one.interruption_line for one in unsure]),
        do=_NO_REPORTS,
        t=unsure[0].t,
    )


def _lateness(call: Call, microphone: Microphone) -> tuple[float, int] | None:
    for reply in call.replies:
        # Without the user's own first words.
        end = reply.cut.t - 0.6 if reply.cut is not None else reply.t + reply.ms / 1000
        found = microphone.echo([(reply, end)])
        if found is not None and found.is_alike and found.delay >= _LATE:
            return found.delay, reply.line
    return None


def too_many(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app reports more than there is."""
    reported, received = played_ms(call, 0.0, inf), sum(one.ms for one in call.replies)
    if reported > _FAR_TOO_MUCH * received + _SLIP:
        first = call.played[0][0]
        yield Finding(
            name="wrong playback reports",
            weight=83.0,
            says=f"The app reported {seconds(reported / 1000)} of playback in all, and only "
            f"{seconds(received / 1000)} of sound had come. What is told as heard was not heard.",
            lines=(first.line, call.played[-1][0].line),
            do=_INCREMENTS,
            t=first.t,
        )
        return
    unsaid = [one for one in call.cuts if not isinstance(one.event, e.Interrupted)]
    for at, log in call.logs:
        found = _EXCESS.search(log.message)
        if not found or any(0.0 < at.t - one.t < 15.0 for one in unsaid):
            continue  # The app plays on after a cut that the service did not signal.
        yield Finding(
            name="wrong playback reports",
            weight=63.0 if float(found[1]) > _ROUNDING else 6.0,
            says=f"At {clock(call, at.t)}: {plain(log.message)}",
            lines=(at.line,),
            do=_INCREMENTS,
            t=at.t,
        )
        return


def too_few(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app's reports stop, or fall behind what a speaker plays."""
    if not call.played:
        return
    could, said = 0.0, 0.0
    for reply in call.replies:
        end = min(reply.cut.t if reply.cut else call.end, reply.t + reply.ms / 1000)
        began = next((at.t for at, _ in call.played if reply.t <= at.t < end), reply.t)
        could += min(end - began, _received_ms(reply, end) / 1000)
        said += played_ms(call, began, end) / 1000
    if said < _TOO_LITTLE * could and could - said > _MISSING:
        last = call.played[-1][0]
        yield Finding(
            name="playback reports fall behind",
            weight=61.0,
            says=f"{seconds(could)} of the model's sound could have been played before it was cut or "
            f"over, and the app reported {seconds(said)} in that time, last at "
            f"{clock(call, last.t)}. What was heard is told as unheard.",
            lines=lines_of(call.replies[0], call.played[0][0], last),
            do=f"{_INCREMENTS} If the speaker really stood still, look there.",
            t=call.played[0][0].t,
        )


def plays_on(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The service cut a reply, and the app played the rest of it."""
    for cut in call.cuts:
        if not isinstance(cut.event, e.Interrupted) or len(cut.late) > 1:
            continue
        start, end = cut.t + _EMPTIED, min(cut.until, call.end)
        ms = played_ms(call, start, end)
        if ms > _PLAYS_ON:
            after = [at for at, _ in call.played if start <= at.t < end]
            yield Finding(
                name="the app plays on",
                weight=62.0,
                says=f"After the cut at {clock(call, cut.t)} the app reported {seconds(ms / 1000)} more "
                "of playback: it did not empty its speaker, and the model talked over the user.",
                lines=lines_of(cut, after[0], after[-1]),
                do="Empty the speaker at `interrupted`, at once.",
                t=cut.t,
            )
            return


def played_ms(call: Call, start: float, end: float) -> float:
    """ms of playback that the app reported between two moments."""
    found = (one for at, one in call.played if start <= at.t < end)
    return sum(one.ms + one.size / 48.0 for one in found)


def _received_ms(reply: Reply, until: float) -> float:
    return sum(ms for t, ms in reply.pieces if t < until)
