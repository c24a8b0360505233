"""Signals of the service that nobody behind them explains, that come too often, or never."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call, Cut, Point, Reply
from gemini_live_interrupt.record.explaining.causes.barge_in import late_since
from gemini_live_interrupt.record.explaining.causes.playback import played_ms
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import (
    Finding,
    clock,
    lines_of,
    seconds,
    some,
    times,
)

_ONSET = 1.2
"""Seconds before a signal in which the user's voice must have begun (measured, 3.8: 0.14 to 0.26)."""
_SOME_VOICE = 0.08
"""Seconds of voice that are no click."""
_ON_ITS_WAY = 0.1
"""Seconds after a cut in which what was on its way still comes, as it should."""
_FAR = 1.0
"""Seconds of an echo that no room has."""
_MANY, _GOES_ON = 8, 0.4
"""Pieces, and seconds, of a reply that are no tail."""
_EARLY = 800.0
"""ms of a reply that are no rounding of when it ends."""
_BURST = 3.0
"""Seconds after a cut in which a further signal belongs to it."""


def phantom(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`interrupted`, or speech, that nobody caused."""
    found = [(cut, *_silent_user(call, cut, microphone)) for cut in call.cuts]
    silent = [(cut, sure, why) for cut, sure, why in found if sure]
    if not silent:
        return
    cut, sure, why = max(silent, key=lambda one: one[1])
    what = (
        "reported that the user speaks"
        if isinstance(cut.event, e.Activity)
        else "sent `interrupted`"
    )
    where = _where(cut)
    lost = cut.interruption is not None or (
        cut.reply is not None and cut.reply.ms > 0 and not where
    )
    yield Finding(
        name="phantom",
        weight=sure if lost else sure - 36.0,
        says=f"At {clock(call, cut.t)} the service {what}{where}, and nobody had spoken: {why}."
        + (f" That happened {times(len(silent))} in this call." if len(silent) > 1 else ""),
        lines=some([one.line for one, _, _ in silent]),
        do="The library asks the model to go on after `false_interruption_after` seconds. Less of "
        "it: a higher threshold "
        "(startOfSpeechSensitivity LOW), or automatic detection off and your own. It is known of "
        "2.5 models right after "
        "turnComplete.",
        t=cut.t,
    )


def nothing_to_cut(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`interrupted` while the user spoke, and the model had not said anything."""
    for cut in call.cuts:
        if not isinstance(cut.event, e.Interrupted) or cut.reply is not None:
            continue
        if not _silent_user(call, cut, microphone)[0]:
            yield Finding(
                name="phantom",
                weight=20.5,
                says=f"At {clock(call, cut.t)} the service sent `interrupted`, and there was no "
                "reply that it could cut.",
                lines=lines_of(cut),
                do="Nothing: it cut nothing. An app must not take it for the end of a reply.",
                t=cut.t,
            )
            return


def went_on(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`interrupted` came, and the reply went on as if nothing had been."""
    for cut in call.cuts:
        late = [one for one in cut.late if one.t - cut.t < 3.0]
        if (
            len(late) >= _MANY
            and late[-1].t - cut.t > _GOES_ON
            and isinstance(cut.event, e.Interrupted)
        ):
            yield Finding(
                name="phantom",
                weight=81.0,
                says=f"`interrupted` came at {clock(call, cut.t)}, and the reply went on for "
                f"{seconds(late[-1].t - cut.t)} as if nothing had been: the service had not cut "
                "it.",
                lines=some([cut.line, *[one.line for one in late]]),
                do="A signal that means nothing. The library takes what still comes for the cut "
                "reply for up "
                "to 2 s; an app that drops it drops the reply's beginning.",
                t=cut.t,
            )
            return


def _silent_user(call: Call, cut: Cut, microphone: Microphone) -> tuple[float, str]:
    """How sure it is that a cut had no user behind it, and what shows that."""
    if not isinstance(cut.event, (e.Interrupted, e.Activity)):
        return 0.0, ""
    if isinstance(cut.event, e.Activity) and cut.event.by_app:
        return 0.0, ""
    if any(words_of(one.text) and one.t - cut.t < 6.0 for one in cut.words):
        return 0.0, ""
    typed = [one for one in call.words if one.typed and 0.0 <= cut.t - one.t < 1.0]
    asked = [one for one in call.messages if one.delivery == "answering"]
    ours = [one for one in asked if 0.0 < cut.t - (one.sent or one).t < 1.0]
    if typed or ours:
        return 0.0, ""
    if microphone.loud(cut.t - _ONSET, cut.t + 0.1) >= _SOME_VOICE:
        return 0.0, ""
    if late_since(call, cut, microphone) is not None:
        return 0.0, ""
    if microphone.is_there(cut.t - _ONSET, cut.t):
        return 82.0, "the microphone was on and quiet, and no words came"
    began = any(
        at.t > cut.t - _ONSET and event.started for at, event in call.activity if at.t <= cut.t
    )
    if began and not isinstance(cut.event, e.Activity):
        return 0.0, ""
    return 50.0, "no words came, and no microphone was seen that could tell otherwise"


def _where(cut: Cut) -> str:
    if cut.reply is None or (cut.reply.complete is not None and cut.interruption is None):
        return " while the model was silent"
    return " after all was generated" if cut.reply.generated is not None else ""


def idle_signals(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The server said that the user speaks, and nothing followed."""
    for at, event in call.activity:
        if not event.started or event.by_app:
            continue
        ended = next((t for t, one in call.activity if t.t > at.t and not one.started), None)
        until = (ended.t if ended else at.t) + 3.0
        if any(abs(cut.t - at.t) < 1.5 for cut in call.cuts):
            continue
        if any(at.t - 1.0 < one.t < until + 2.0 and not one.typed for one in call.words):
            continue
        if not microphone.is_there(at.t - _ONSET, at.t):
            continue
        if microphone.loud(at.t - _ONSET, at.t + 0.1) < _SOME_VOICE:
            yield Finding(
                name="phantom",
                weight=40.0,
                says=f"At {clock(call, at.t)} the service reported that the user speaks; the "
                "microphone was quiet, no words came, and "
                "nothing was cut.",
                lines=lines_of(at, ended),
                do="Harmless by itself. If replies are cut by it, turn the sensitivity down "
                "(startOfSpeechSensitivity LOW).",
                t=at.t,
            )
            return


def echo(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The microphone hears the model: what cuts a reply is the reply."""
    cut_ones = [
        (cut, cut.reply)
        for cut in call.cuts
        if cut.reply is not None and isinstance(cut.event, (e.Interrupted, e.Activity, e.UserWords))
    ]
    for cut, reply in cut_ones:
        own = _own_words(call, cut)
        found = microphone.echo([(reply, cut.t + 0.3)])
        if own is not None:
            yield _echoed(call, cut, microphone, 85.0, _ITS_WORDS, own)
            return
        if found and found.is_alike and found.delay < _FAR:
            yield _echoed(call, cut, microphone, 79.0, _loudness(found.delay))
            return
    # Cut by its own sound at once, again and again: each reply is too short to tell, all are not.
    together = microphone.echo([(reply, cut.t + 0.3) for cut, reply in cut_ones])
    if len(cut_ones) > 1 and together and together.is_alike and together.delay < _FAR:
        yield _echoed(call, cut_ones[0][0], microphone, 83.0, _loudness(together.delay))


_ITS_WORDS = "the user's transcript is what the model had just said"


def _loudness(delay: float) -> str:
    return f"the microphone's loudness follows the model's, {seconds(delay)} later"


def _echoed(
    call: Call,
    cut: Cut,
    microphone: Microphone,
    weight: float,
    shows: str,
    words: Point | None = None,
) -> Finding:
    assert cut.reply is not None
    return Finding(
        name="echo",
        weight=weight,
        says=f"The reply that began at {clock(call, cut.reply.t)} was cut at "
        f"{clock(call, cut.t)} by its own sound: {shows}.",
        lines=lines_of(cut, words, Point(t=0.0, line=microphone.line(cut.t - 1.0, cut.t))),
        do="Echo cancellation on the device (in a browser: echoCancellation in getUserMedia), "
        "headphones, or the microphone muted while the model speaks. activityHandling "
        "NO_INTERRUPTION is the last resort.",
        t=cut.t,
    )


def _own_words(call: Call, cut: Cut) -> Point | None:
    """Words of the "user" that are those of the reply that was cut."""
    assert cut.reply is not None
    said = _plain_words(cut.reply.text)
    for one in cut.words:
        words = _plain_words(one.text)
        runs = range(len(said) - len(words) + 1)
        if len(words) >= 3 and any(said[i : i + len(words)] == words for i in runs):
            return one
    return None


def _plain_words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.casefold()).split()


def noise(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """A sound that was no words cut a reply."""
    for at, notice in call.notices:
        if notice.kind != "false interruption":
            continue
        cut = call.cut_before(at.t)
        if cut is None or not microphone.is_there(cut.t - _ONSET, cut.t):
            continue
        loud = microphone.loud(cut.t - _ONSET, cut.t + 1.0)
        if loud >= _SOME_VOICE:
            yield Finding(
                name="noise",
                weight=56.0,
                says=f"At {clock(call, cut.t)} the reply was cut by a sound of {seconds(loud)} "
                "that was no words; "
                f"{seconds(at.t - cut.t)} later the model was asked to go on.",
                lines=lines_of(Point(t=0.0, line=microphone.line(cut.t - _ONSET, cut.t)), cut, at),
                do="Noise suppression on the device, or a higher threshold "
                "(startOfSpeechSensitivity LOW). "
                "`false_interruption_after` says how soon the model goes on.",
                t=cut.t,
            )
            return


def repeated(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """One barge-in, many signals."""
    for cut in call.cuts:
        again = [one for one in cut.again if one.t - cut.t < _BURST]
        if len(again) >= 2:
            yield Finding(
                name="repeated interrupted",
                weight=27.0,
                says=f"`interrupted` came {len(again) + 1} times for the cut at "
                f"{clock(call, cut.t)}. The library counts it once.",
                lines=some([cut.line, *[one.line for one in again]]),
                do="An app that empties its speaker at each must not empty what the next reply has "
                "brought.",
                t=cut.t,
            )
            return


def late_content(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """More of a reply came after it was cut."""
    for cut in call.cuts:
        behind = cut.late[-1].t - cut.t if cut.late else 0.0
        if len(cut.late) >= _MANY and behind > _GOES_ON:
            continue  # That is no tail: see `went_on`.
        if len(cut.late) > 1 and behind > _ON_ITS_WAY and isinstance(cut.event, e.Interrupted):
            yield Finding(
                name="late content",
                weight=29.0,
                says=f"After the cut at {clock(call, cut.t)}, {len(cut.late)} more pieces of the "
                "cut reply came, until "
                f"{seconds(cut.late[-1].t - cut.t)} later. The library takes them for unheard.",
                lines=some([cut.line, *[one.line for one in cut.late]]),
                do="An app that plays them lets the cut reply talk into the user's words: drop "
                "what comes after `interrupted` until "
                "turnComplete.",
                t=cut.t,
            )
            return


def ends(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`turnComplete` and `generationComplete` that are missing, doubled, or early."""
    yield from _doubled(call)
    whole = [one for one in call.replies if one.cut is None and one.ms > 0]
    over = [one for one in whole if call.end - max(one.last_t, one.t + one.ms / 1000) > 2.5]
    lost = next((one for one in over if one.generated and not one.complete), None)
    cut = next((one for one in call.cuts if _is_never_completed(call, one)), None)
    if lost is not None or cut is not None:
        at: Point = lost or cut  # type: ignore[assignment]
        yield Finding(
            name="no turnComplete",
            weight=25.0,
            says=f"turnComplete never came for the reply that {'began' if lost else 'was cut'} at "
            f"{clock(call, at.t)}.",
            lines=(at.line, (lost.generated.line if lost and lost.generated else at.line)),
            do="Nothing, for the library: it goes by what was played. An app whose loop waits for "
            "turnComplete seems frozen, since "
            "receive() does not end: do not wait for it.",
            t=at.t,
        )
    silent = next((one for one in whole if one.complete and not one.generated), None)
    if silent is not None:
        yield Finding(
            name="no generationComplete",
            weight=16.0,
            says="generationComplete never came for the reply that began at "
            f"{clock(call, silent.t)}.",
            lines=lines_of(silent, silent.complete),
            do="Nothing: until turnComplete the library takes it that more may come, so that the "
            "end of the reply is a little less sure.",
            t=silent.t,
        )
    early = next((one for one in call.replies if _is_early(call, one)), None)
    if early is not None and early.complete is not None:
        after = early.ms / 1000 - (early.complete.t - early.t)
        beside = [cut for cut in call.cuts if cut.reply is early and cut.t > early.complete.t]
        yield Finding(
            name="early turnComplete",
            weight=64.0 if beside and _plays_on(call, beside[0]) else 31.0 if beside else 20.5,
            says=f"turnComplete came at {clock(call, early.complete.t)}, when {seconds(after)} of "
            "the reply were still to be played. From then "
            "on the service sends no `interrupted` for it.",
            lines=lines_of(early, early.complete, *beside[:1]),
            do="Nothing, for the library: words or activity of the user cut such a reply. An app "
            "must empty its speaker by itself then "
            "(`on_interruption`), and say so with `playback.flush()`.",
            t=early.complete.t,
        )


def _plays_on(call: Call, cut: Cut) -> bool:
    """Whether the app went on playing what was cut, since nobody told it."""
    return any(cut.t < at.t < cut.t + 15.0 and is_excess(log.message) for at, log in call.logs)


def is_excess(message: str) -> bool:
    """Whether a line of the log says that more was reported than there is."""
    return "more playback than audio was received" in message


def _doubled(call: Call) -> Iterator[Finding]:
    for (before, kind), (at, other) in pairwise(call.signals):
        between = any(before.line < one.line < at.line for one in call.replies)
        if kind == other == "complete" and at.t - before.t < 1.0 and not between:
            yield Finding(
                name="turnComplete twice",
                weight=7.0,
                says=f"turnComplete came twice at {clock(call, at.t)}.",
                lines=(before.line, at.line),
                do="Nothing: the second one means nothing.",
                t=at.t,
            )
            return


def _is_never_completed(call: Call, cut: Cut) -> bool:
    if not isinstance(cut.event, e.Interrupted) or cut.reply is None or cut.reply.complete:
        return False
    until = min(cut.until, call.end)
    ended = any(cut.t <= at.t <= until + 0.5 and kind == "complete" for at, kind in call.signals)
    return (not ended and until - cut.t > 1.5 and call.closed is None) or (
        not ended and cut.next is not None
    )


def _is_early(call: Call, reply: Reply) -> bool:
    if reply.complete is None:
        return False
    said = played_ms(call, reply.t, reply.complete.t + 0.001)
    left = reply.ms - max(said, (reply.complete.t - reply.t) * 1000.0)
    return left > max(_EARLY, 0.3 * reply.ms)
