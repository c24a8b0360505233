"""A call in plain sentences: how it began, each interruption, and how it ended.

Knows how to say what `call.py` has read. Must not know what went wrong: that is in `causes/`.
"""

from __future__ import annotations

import time

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call, Cut, Message
from gemini_live_interrupt.record.explaining.finding import clock, plain, quoted, seconds, times
from gemini_live_interrupt.record.explaining.followed import followed

_WHO = {
    "speech": "The user had begun to speak",
    "typed": "The app had sent text",
    "activity": "The user had begun to speak, as the app's activity signal says",
    "app": "The app had emptied its speaker",
    "phantom": "Nobody was heard speaking",
    "connection": "The connection broke",
}
_KNOWN_BY = {
    "word timestamps": "by the service's word times",
    "pauses": "by matching the pauses of the sound with the text",
    "rate": "by the rate of speech",
    "proportion": "by proportion, since sound and text do not fit each other",
    "everything": "since all of it had been played",
    "nothing": "since nothing had been played",
}


_A = {"silent": "a silent", "answering": "an answering"}


def opening(call: Call) -> str:
    """What kind of call it was."""
    header = call.header
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(header.began))
    model = plain(header.model) or f"a model of the {header.profile.get('family', '?')} family"
    backend = "Vertex AI" if header.profile.get("backend") == "vertex" else "the Developer API"
    replies = len(call.replies)
    parts = [
        f"Session {plain(header.session)} with {model} on {backend}, {when}, for "
        f"{seconds(call.end)}:",
        f"the model spoke {times(replies)}," if replies else "the model did not speak,",
        f"and the floor was taken {times(len(call.cuts))}."
        if call.cuts
        else "and nobody took the floor.",
    ]
    how = (
        "The app reported what was played."
        if call.played
        else "The app reported no playback; what was heard goes by the clock."
    )
    parts.append(how)
    delivery = str(header.options.get("delivery", ""))
    if delivery in _A:
        parts.append(f"Notes went to the model by {delivery} messages.")
    if not header.words:
        parts.append("Words were not recorded: nonsense of the same length stands for them.")
    if call.lost:
        parts.append(f"{call.lost} lines are missing in the record.")
    if call.ended is None:
        parts.append("The record has no end: the call still goes on, or the process was killed.")
    return " ".join(parts)


def interruption(call: Call, cut: Cut) -> list[str]:
    """One interruption: who cut, what was heard, what the model was told, what followed."""
    told = [_who(call, cut), _heard(cut)]
    told += [_message(call, cut, one) for one in cut.messages] or [_nothing_told(cut)]
    told += [
        f"At {clock(call, at.t)} the app was told: {notice.kind} ({plain(notice.detail)}) "
        f"[{at.line}]"
        for at, notice in cut.notices
        if notice.kind != "nudge"
    ]
    told.append(_what_followed(call, cut))
    return [sentence for sentence in told if sentence]


def _who(call: Call, cut: Cut) -> str:
    it = cut.interruption
    if isinstance(cut.event, Carried):
        return (
            f"At {clock(call, cut.t)} this session took over what an earlier connection had left "
            f"[{cut.line}]."
        )
    if isinstance(cut.event, e.Tick):
        return f"At {clock(call, cut.t)} the reply was given up: it had stopped [{cut.line}]."
    signal = {
        e.Interrupted: "the service sent `interrupted`",
        e.Activity: "speech began after the service was done",
        e.UserWords: "words came after the service was done",
        e.Flushed: "the app emptied its speaker",
        e.Disconnected: "the connection was gone",
    }.get(type(cut.event), "the floor passed")
    who = f" {_WHO.get(it.cause, it.cause)}." if it is not None else ""
    said = " ".join(words_of(one.text) for one in cut.words if words_of(one.text))
    words = f" The user said {quoted(said)}." if said else " No words of the user are known."
    again = f" The signal came {times(len(cut.again))} more." if cut.again else ""
    return f"At {clock(call, cut.t)} {signal} [{cut.line}].{who}{words}{again}"


def _heard(cut: Cut) -> str:
    it = cut.interruption
    if it is None:
        return "No text of the model was lost."
    known = (
        "as the app reported"
        if it.position_from == "reported"
        else "by the clock, since the app reports no playback"
    )
    how = _KNOWN_BY.get(it.estimated_by, f"by {it.estimated_by}")
    heard = quoted(it.heard, end=True) if it.heard else "no word"
    return (
        f"Of {it.received_ms / 1000:.1f} s of the reply, {it.heard_ms / 1000:.1f} s had been "
        f"heard, {known} [{cut.interruption_line}]. The words: {heard}, {how}, give or take "
        f"{it.uncertainty:.1f} words. "
        f"Unheard: {quoted(it.unheard) if it.unheard.strip() else 'nothing'}."
    )


def _message(call: Call, cut: Cut, message: Message) -> str:
    what = {
        "note": "was told",
        "words": "got the user's words",
        "nudge": "was asked to go on",
        "repair": "was asked for what its reply had left out",
    }.get(message.kind, "got a message")
    before = cut.next.t - message.t if cut.next is not None else None
    against = (
        "No reply followed"
        if before is None
        else f"Its next reply began {seconds(before)} later"
        if before >= 0
        else f"Its reply had begun {seconds(-before)} before"
    )
    state = (
        f"; it could not be sent: {plain(message.failed.error)}"
        if message.failed is not None
        else ""
        if message.sent is not None
        else "; no answer says that it was sent"
    )
    return (
        f"The model {what} at {clock(call, message.t)}, {seconds(message.t - cut.t)} after the cut, "
        f"by {_A[message.delivery]} message of {len(message.text)} characters [{message.line}]{state}. "
        f"{against}."
    )


def _nothing_told(cut: Cut) -> str:
    return "" if cut.interruption is None else "The model was told nothing."


def _words(number: int) -> str:
    return f"{number} heard word" + ("" if number == 1 else "s")


def _what_followed(call: Call, cut: Cut) -> str:
    if cut.next is None:
        rest = "The call ended without a further reply."
        return rest if call.closed is None else "No further reply came on this connection."
    did = followed(cut)
    said = {
        "resumed": "it came back to the text that was cut"
        + (f", {_words(did.repeated_words)} said again" if did.repeated_words else ""),
        "restarted": f"it began again further back, and said {_words(did.repeated_words)} twice",
        "skipped": f"it went on beyond what was heard, and {did.skipped_words} words were never "
        "said",
        "answered": "it said something else, and did not touch the text that was cut",
        "unclear": "whether it came back to the text that was cut is in doubt",
        "silent": "nobody said anything",
    }.get(did.kind, "")
    prompt = {
        True: " The service's counts say that the note was in its prompt.",
        False: " The service's counts say that the note was not in its prompt.",
        None: "",
    }[did.in_prompt]
    mended = f" After the repair: {did.repaired}." if did.repaired else ""
    text = quoted(cut.next.text) if cut.next.text.strip() else "without a transcript"
    return (
        f"The next reply began at {clock(call, cut.next.t)} [{cut.next.line}], {text}"
        f"{': ' + said if said else ''}.{prompt}{mended}"
    )


def ending(call: Call) -> str:
    """How the call ended."""
    if call.closed is None:
        return ""
    at, event = call.closed
    code = f" with code {event.code}" if event.code is not None else ""
    who = "The app closed the connection" if event.wanted else "The connection was closed"
    return f"{who} at {clock(call, at.t)}{code} [{at.line}]."
