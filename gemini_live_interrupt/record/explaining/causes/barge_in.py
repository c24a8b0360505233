"""The user spoke over a reply, and the service noticed it late, or not at all.

Knows when somebody was loud while a reply could be heard. Must not know signals that nobody caused.
"""

from __future__ import annotations

from collections.abc import Iterator

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call, Cut, Point, Reply, Words
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding, clock, lines_of, seconds

_AT_ONCE = 1.2
"""Seconds from the first sound of the user to `interrupted` that are too many (measured, 3.8: 0.14 to
0.26)."""
_LONG_AGO = 4.0
"""Seconds after the end of what the user said in which a signal may still be due to it."""
_VOICE = 0.4
"""Seconds of voice that no cough has."""
_LEFT = 1.5
"""Seconds of a reply that were still to be heard when somebody spoke over it."""
_UNDERSTOOD = 6.0
"""Seconds after it in which words show that it was speech."""
_ASKS = 3
"""Words of the user that rather ask than acknowledge, which need not cut a reply."""


def noticed_late(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`interrupted` came long after the user had begun to speak."""
    for cut in call.cuts:
        began = late_since(call, cut, microphone)
        if began is not None and microphone.is_even(began, cut.t):
            yield Finding(
                name="interrupted late",
                weight=83.0,
                says=f"The user began to speak at {clock(call, began)}, over the reply, and "
                f"`interrupted` came at {clock(call, cut.t)}, {seconds(cut.t - began)} later. Until then "
                "both spoke.",
                lines=lines_of(Point(t=began, line=microphone.line(began, cut.t)), cut),
                do="The network or the service is slow, or the sensitivity is low "
                "(startOfSpeechSensitivity HIGH). An app that hears the user itself may empty its "
                "speaker then, and say so with `playback.flush()`.",
                t=began,
            )
            return


def late_since(call: Call, cut: Cut, microphone: Microphone) -> float | None:
    """When the user began to speak, if the service noticed that late; else None."""
    if not isinstance(cut.event, e.Interrupted) or cut.reply is None:
        return None
    before = max((one.t for one in call.cuts if one.t < cut.t), default=0.0)
    spoken = microphone.stretches(before, cut.t)
    if not spoken or cut.t - spoken[-1][1] > _LONG_AGO:
        return None
    began, ended = spoken[-1]
    if cut.t - began < _AT_ONCE or ended - began < _VOICE:
        return None
    over = (one for one in call.replies if one.t + 0.3 <= began < one.t + one.ms / 1000)
    if not any(one.cut is None or one.cut.t > began + _AT_ONCE for one in over):
        return None
    return began if _understood(call, began, cut.t + _UNDERSTOOD) else None


def not_noticed(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user spoke over a reply, and nothing cut it."""
    realtime = call.header.config.get("realtime_input_config")
    off = isinstance(realtime, dict) and realtime.get("activity_handling") == "NO_INTERRUPTION"
    for reply in call.replies:
        end = reply.t + reply.ms / 1000
        if reply.cut is not None or end - reply.t < _LEFT:
            continue
        for began, ended in microphone.stretches(reply.t + 0.3, end):
            words = _understood(call, began, ended + _UNDERSTOOD)
            is_asked = words is not None and len(words_of(words.text).split()) >= _ASKS
            if ended - began < _VOICE or end - began < _LEFT or not (is_asked or (off and words)):
                continue
            if any(began - 0.3 < cut.t < ended + _LONG_AGO for cut in call.cuts):
                continue
            yield _unnoticed(call, reply, began, ended, microphone, off=off)
            return


def _unnoticed(
    call: Call, reply: Reply, began: float, ended: float, microphone: Microphone, *, off: bool
) -> Finding:
    said = (
        f"The user spoke for {seconds(ended - began)} from {clock(call, began)} on, over the reply "
        f"that began at {clock(call, reply.t)}, and the service did not cut it"
    )
    lines = lines_of(reply, Point(t=began, line=microphone.line(began, ended)))
    if off:
        return Finding(
            name="interruptions are off",
            weight=40.0,
            says=f"{said}: the session asks for activityHandling NO_INTERRUPTION.",
            lines=(1, *lines),
            do="Leave activityHandling out if users shall be able to cut in.",
            t=began,
        )
    return Finding(
        name="no interrupted",
        weight=66.0,
        says=f"{said}: no `interrupted` came.",
        lines=lines,
        do="The service missed it, or ended the turn before. Higher sensitivity helps against the "
        "first (startOfSpeechSensitivity HIGH). An app that hears the user itself may empty its "
        "speaker then, and say so with `playback.flush()`.",
        t=began,
    )


def _understood(call: Call, start: float, end: float) -> Words | None:
    """What the user said between two moments."""
    spoken = (one for one in call.words if not one.typed and words_of(one.text))
    found = [one for one in spoken if start < one.t < end]
    if not found:
        return None
    text = " ".join(one.text for one in found if not one.interim) or found[-1].text
    return Words(t=found[0].t, line=found[0].line, text=text)
