"""Every kind of cause that is looked for: one function each, with what it needs to be sure.

A cause that is added here is looked for in each call. Its weight says how much it explains of a bad
call, and how sure it is, so that the first of all is the likeliest: 90 and more ends a call, 60 to 90
spoils a reply, 40 to 60 may, 20 to 40 seldom does; below that it is only worth knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gemini_live_interrupt.record.explaining.call import Call
from gemini_live_interrupt.record.explaining.causes import (
    app,
    connection,
    signals,
    silence,
    telling,
    words,
)
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding

Look = Callable[[Call, Microphone], Iterator[Finding]]

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
    app.playback,
    app.reports,
    app.own_cuts,
    app.loop,
    app.dry,
    app.failures,
    app.unseen_microphone,
    app.reasons,
)


def findings(call: Call) -> list[Finding]:
    """The likely causes of what went wrong in a call, the likeliest first."""
    microphone = Microphone(call)
    found = [finding for look in CAUSES for finding in look(call, microphone)]
    return sorted(found, key=lambda one: (-one.weight, one.t))
