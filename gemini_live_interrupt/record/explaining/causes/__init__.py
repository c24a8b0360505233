"""Every kind of cause that is looked for: one function each, with what it needs to be sure.

A cause that is added here is looked for in each call. Its weight says how much it explains of a bad
call, and how sure it is, so that the first of all is the likeliest: 90 and more ends a call, 60 to 90
spoils a reply, 40 to 60 may, 20 to 40 seldom does; below that it is only worth knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gemini_live_interrupt.record.explaining.call import Call
from gemini_live_interrupt.record.explaining.causes import (
    app,
    barge_in,
    connection,
    pieces,
    playback,
    signals,
    silence,
    telling,
    words,
)
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding

Look = Callable[[Call, Microphone], Iterator[Finding]]

_USE = ("note not used", "note not in the prompt", "a route that this model ignores")
CAUSES: tuple[Look, ...] = (
    connection.refused_or_broken,
    connection.closed_by_the_app,
    connection.resumed,
    connection.unknown_message,
    silence.frozen,
    silence.unanswered,
    silence.stalled,
    signals.phantom,
    signals.nothing_to_cut,
    signals.went_on,
    signals.idle_signals,
    signals.echo,
    signals.noise,
    signals.repeated,
    signals.late_content,
    signals.ends,
    words.no_words_of_the_model,
    words.no_words_of_the_user,
    words.only_noise,
    words.wrong_language,
    words.late_words,
    words.same_words_again,
    words.split_words,
    words.control_tokens,
    words.unspoken,
    words.digital_silence,
    words.cut_with_text,
    telling.builder,
    telling.too_late,
    telling.tools,
    telling.sends,
    telling.read_aloud,
    telling.unused,
    telling.untold,
    barge_in.noticed_late,
    barge_in.not_noticed,
    pieces.sound_is_missing,
    pieces.pieces_twice,
    playback.unreported,
    playback.too_many,
    playback.too_few,
    playback.plays_on,
    app.own_cuts,
    app.loop,
    app.reads_late,
    app.microphone_stopped,
    app.dry,
    app.failures,
    app.unseen_microphone,
    app.reasons,
)


CONSEQUENCES: dict[str, tuple[str, ...]] = {
    "reason of the service": ("model fell silent", "model stays silent"),
    "call without an answer": ("model fell silent", "model stays silent"),
    "cut by the app": (*_USE, "note after the reply", "slow service"),
    "echo": (*_USE, "phantom", "noise", "no transcript of the user", "interrupted late"),
    "interrupted late": (*_USE, "phantom", "late content", "early turnComplete"),
    "noise transcript": ("model fell silent", "model stays silent", "noise"),
    "noise": _USE,
    "pieces twice": _USE,
    "wrong playback reports": _USE,
    "event loop stood still": ("the app reads late", "slow service", "slow send", "busy machine"),
    "the app reads late": ("slow service", "interrupted late"),
}
"""What often follows from what. A consequence comes after its cause, however sure it is."""
_SURE = 35.0
"""Weight of a cause that is sure enough for that."""


def findings(call: Call) -> list[Finding]:
    """The likely causes of what went wrong in a call, the likeliest first."""
    microphone = Microphone(call)
    found = [finding for look in CAUSES for finding in look(call, microphone)]
    for cause in sorted(found, key=lambda one: -one.weight):
        if cause.weight >= _SURE:
            follow = CONSEQUENCES.get(cause.name, ())
            below = cause.weight - 0.5
            found = [
                replace(one, weight=below) if one.name in follow and one.weight > below else one
                for one in found
            ]
    return sorted(found, key=lambda one: (-one.weight, one.t))
