"""Nobody said anything: replies that never came, stopped in the middle, or were given up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call, Cut, Reply
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding, clock, lines_of, seconds

_STOPPED = 1.2
"""Seconds in a reply without anything of it that are no hesitation: it comes 4 to 5 times faster
than it plays."""
_PAUSE, _STEADY = 0.5, 5.0
"""The same where the app's microphone went on meanwhile, and the pauses before were so many times shorter."""
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", '"', "”", "’", "»")
_PATIENCE = 6.0
"""Seconds of silence after somebody has spoken that are no pause for thought any more."""


def frozen(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user spoke, and the model did not answer by itself."""
    for cut in call.cuts:
        spoken = [one for one in cut.words if not one.interim and words_of(one.text)]
        if isinstance(cut.event, e.Tick) or not spoken or not _took_long(call, cut, spoken[-1].t):
            continue
        asked = [one for one in cut.messages if one.kind == "nudge" and one.t > spoken[-1].t]
        how = (
            f"it answered only after it was reminded at {clock(call, asked[0].t)}"
            if asked and cut.next is not None
            else f"nothing came for {seconds(min(cut.until, call.end) - spoken[-1].t)}"
        )
        yield Finding(
            name="model fell silent",
            weight=86.0,
            says=f"After the cut at {clock(call, cut.t)} the user's words had come by "
            f"{clock(call, spoken[-1].t)}, and the model "
            f"stayed silent: {how}.",
            lines=lines_of(cut, spoken[-1], *asked[:1], cut.next),
            do=_patience_advice(call),
            t=cut.t,
        )


def _took_long(call: Call, cut: Cut, since: float) -> bool:
    if cut.next is None:
        return call.closed is None and call.end - since > _PATIENCE
    helped = any(one.kind == "nudge" and since < one.t < cut.next.t for one in cut.messages)
    return helped or cut.next.t - since > _PATIENCE + 2.0


def unanswered(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The user asked something while nobody spoke, and the model did not answer by itself."""
    for at, notice in call.notices:
        if notice.kind not in ("stalled", "gave up"):
            continue
        cut = call.cut_before(at.t)
        if cut is not None and cut.next is None and frozen_says(call, cut, microphone):
            continue
        yield Finding(
            name="model stays silent",
            weight=68.0,
            says=f"At {clock(call, at.t)} the library gave up: {notice.detail}",
            lines=(at.line,),
            do="Act on this notice in `on_event`: connect again with the resumption handle, or "
            "tell the user.",
            t=at.t,
        )
        return


def frozen_says(call: Call, cut: Cut, microphone: Microphone) -> bool:
    """Whether `frozen` speaks of this cut."""
    return any(finding.t == cut.t for finding in frozen(call, microphone))


def stalled(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """A reply stopped in the middle, and nobody said that it was over."""
    for cut in call.cuts:
        if isinstance(cut.event, e.Tick) and cut.reply is not None:
            reply = cut.reply
            yield Finding(
                name="reply stopped in the middle",
                weight=88.0,
                says=f"The reply that began at {clock(call, reply.t)} stopped after "
                f"{seconds(reply.ms / 1000)} of sound, without a word "
                f"from the service. After {seconds(cut.t - reply.last_t)} the model was asked to "
                "go on.",
                lines=(reply.last_line, cut.line),
                do="Nothing in your app caused it; `reply_timeout` is what mends it. If it happens "
                "often, connect again at the "
                'notice "stalled", and report it to google-gemini/gemini-live-api-examples.',
                t=reply.last_t,
            )
    yield from _cut_when_it_had_stopped(call, microphone)
    last = call.replies[-1] if call.replies else None
    if last is None or last.generated or last.complete or last.cut or call.closed is not None:
        return
    quiet = call.end - max(last.last_t, last.t + last.ms / 1000)
    if quiet > _PATIENCE and last.ms:
        yield Finding(
            name="reply stopped in the middle",
            weight=84.0,
            says=f"The reply that began at {clock(call, last.t)} stopped after "
            f"{seconds(last.ms / 1000)} of sound, and nothing came "
            f"for {seconds(quiet)}.",
            lines=(last.line, last.last_line),
            do="Set `reply_timeout` (4 s, say): the model is then asked to go on.",
            t=last.last_t,
        )


def _cut_when_it_had_stopped(call: Call, microphone: Microphone) -> Iterator[Finding]:
    # Some services never say that a reply is generated: then its last words tell.
    says_so = any(one.generated for one in call.replies)
    for cut in call.cuts:
        reply = cut.reply
        if reply is None or isinstance(cut.event, e.Tick) or reply.generated or reply.complete:
            continue
        quiet = cut.t - reply.last_t
        whole = not says_so and reply.text.rstrip().endswith(_SENTENCE_ENDS)
        if whole or isinstance(cut.event, e.Disconnected):
            continue
        at_once = says_so and quiet > _PAUSE and microphone.is_there(reply.last_t, cut.t)
        if quiet > _STOPPED or (at_once and quiet > _STEADY * _longest_pause(reply)):
            yield Finding(
                name="reply stopped in the middle",
                weight=47.0 if quiet > _STOPPED else 24.0,
                says=f"When the reply that began at {clock(call, reply.t)} was cut at "
                f"{clock(call, cut.t)}, nothing of it had come for {seconds(quiet)}, and the "
                "service had not called it generated: it had stopped after "
                f"{seconds(reply.ms / 1000)} of sound.",
                lines=(*lines_of(reply, cut), reply.last_line),
                do="Nothing in your app caused it. If the user had waited, `reply_timeout` would "
                "have made the model go on.",
                t=reply.last_t,
            )
            return


def _longest_pause(reply: Reply) -> float:
    """Seconds between two pieces of a reply, at most."""
    return max((after[0] - before[0] for before, after in pairwise(reply.pieces)), default=0.0)


def _patience_advice(call: Call) -> str:
    if call.header.options.get("reply_timeout") is None:
        return (
            "Set `reply_timeout` (4 s, say): the model is then reminded of the user's words, and "
            "`on_event` says when that did not help. "
            "gemini-3.8-live may also choose not to answer."
        )
    return (
        "The reminder is what mends it. If it happens often, connect again with the resumption "
        "handle at the notice "
        '"stalled", and report it to google-gemini/gemini-live-api-examples.'
    )
