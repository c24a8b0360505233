"""Trouble on the line: refusals, breaks, reconnects, messages that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from gemini_live_interrupt.record.explaining.call import Call, Point
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding, clock, plain, seconds, some

_REFUSED = 1007
_BLAMED = 2.5
"""Seconds after a message of ours in which a close may be due to it."""
_SOON = 1.3
"""Seconds after it in which the answer need not have begun."""
_NORMAL = 1000
_BY_ITSELF = (1006, 1011)
"""Codes of connections that break by themselves; soon after a message they may do so by chance."""
_CODES = {
    1000: "a normal end",
    1001: "the service goes away",
    1006: "without a word: the network, a proxy, or the service's end of the socket is gone",
    1007: "which is how the service refuses a message",
    1008: "for policy: limits and quotas end so",
    1011: "for an internal error of the service",
}


def refused_or_broken(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The connection was closed, and not by the app."""
    if call.closed is None or call.closed[1].wanted:
        return
    at, event = call.closed
    code = event.code
    after = [
        one
        for one in call.messages
        if 0.0 <= (since := at.t - (one.sent or one).t) <= _BLAMED
        and (since < _SOON or not any(one.t < reply.last_t < at.t for reply in call.replies))
    ]
    means = _CODES.get(code or 0, "")
    closed = (
        f"The connection was closed at {clock(call, at.t)} ({code}{', ' + means if means else ''})"
    )
    if after and code == _REFUSED:
        last = after[-1]
        yield Finding(
            name="message refused",
            weight=99.0,
            says=f"{closed}, {seconds(at.t - last.t)} after our {last.delivery} {last.kind}: the "
            "model takes no "
            "such message.",
            lines=(last.line, at.line),
            do="The next session of this process with this model gets another delivery, or none. "
            "`gemini-live-interrupt "
            "probe` tells which the model takes; set `delivery` to that.",
            t=at.t,
        )
    elif after and code != _NORMAL:
        last = after[-1]
        yield Finding(
            name="closed after a message",
            weight=88.0 if code in _BY_ITSELF else 94.0,
            says=f"{closed}, {seconds(at.t - last.t)} after our {last.delivery} {last.kind}. Once "
            "may be chance; "
            "if it happens again, the message is why.",
            lines=(last.line, at.line),
            do="Look at the next record of this conversation. If it ends in the same way, set "
            "`delivery` to the other one, "
            "and report it with both records.",
            t=at.t,
        )
    warned = _go_away(call)
    if warned is not None:
        yield Finding(
            name="go away",
            weight=95.0,
            says=f"The service said at {clock(call, warned.t)} that it would close (goAway); "
            f"{closed[0].lower()}{closed[1:]}, "
            "because the app had not moved to a new connection by then.",
            lines=(warned.line, at.line),
            do="At goAway, connect again with the latest resumption handle before the time is "
            "over, and only then close the "
            "old connection.",
            t=warned.t,
        )
    elif code in (_NORMAL, 1001):
        yield _normal_end(call, at, closed)
    elif not after or code in _BY_ITSELF:
        lost = " in the middle of a reply" if any(one.line == at.line for one in call.cuts) else ""
        yield Finding(
            name="connection broke",
            weight=90.0,
            says=f"{closed}{lost}. What was not played of the reply is lost, and the service never "
            "goes on with it by itself.",
            lines=(at.line,),
            do=_resume_advice(call),
            t=at.t,
        )
    if not _can_resume(call) and code != 1000:
        yield Finding(
            name="no handle to resume with",
            weight=38.0,
            says="The session had no resumption handle when its connection was closed, so the next "
            "one begins without its memory.",
            lines=(at.line,),
            do='Ask for handles with "session_resumption": {} in the LiveConnectConfig, keep the '
            "latest one, and connect with it "
            "after a break.",
            t=at.t,
        )


def _normal_end(call: Call, at: Point, closed: str) -> Finding:
    lost = any(one.line == at.line for one in call.cuts)
    return Finding(
        name="closed in a reply" if lost else "closed",
        weight=39.0 if lost else 9.0,
        says=f"{closed}{', in the middle of a reply' if lost else ''}.",
        lines=(at.line,),
        do="Nothing, if the app closed it (`session.close()`), or asked for no more.",
        t=at.t,
    )


def closed_by_the_app(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The app closed the connection: the service had asked for it, or a reply was in the air."""
    if call.closed is None or not call.closed[1].wanted:
        return
    at, _ = call.closed
    warned = _go_away(call)
    lost = next((one for one in call.cuts if one.line == at.line), None)
    if warned is not None:
        yield Finding(
            name="go away",
            weight=62.0 if lost is not None else 24.0,
            says=f"The service said at {clock(call, warned.t)} that it would close (goAway), and "
            "the app closed at "
            f"{clock(call, at.t)}" + (", in the middle of a reply." if lost is not None else "."),
            lines=(warned.line, at.line),
            do="Connect again with the latest resumption handle before you close the old "
            "connection, so that what still plays "
            "is carried over.",
            t=warned.t,
        )


def resumed(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """This session goes on with another one's conversation, or should."""
    if not call.header.resumes:
        return
    if call.resumed is None:
        yield Finding(
            name="resumed without a state",
            weight=32.0,
            says="The session was resumed with a handle, but nothing was known here of the "
            "conversation before: which reply "
            "was cut, and what was heard of it.",
            lines=(1,),
            do="Where sessions are resumed on another machine or after a restart, give both a "
            "`store` (RedisStore, say), or carry the "
            "state with `export_state` and `restore_state`.",
        )
        return
    cut = next((one for one in call.cuts if one.line == call.resumed.line), None)
    if cut is not None:
        yield Finding(
            name="connection broke before",
            weight=58.0,
            says="The connection before this one had ended in the middle of a reply; the model was "
            "told here what was heard of it.",
            lines=(call.resumed.line, *some([one.line for one in cut.messages])),
            do="The record of the session before this one says why it ended: the folder in which a "
            "handle has the digest "
            f"{plain(call.header.resumes)}.",
        )


def unknown_message(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """`receive()` raised something that is no end of a connection."""
    found = [(at, error) for at, what, error in call.noticed if what == "receive raised"]
    found = [(at, error) for at, error in found if not _is_close(error)]
    if found:
        at, error = found[0]
        yield Finding(
            name="unknown message",
            weight=96.0,
            says=f"At {clock(call, at.t)} receive() of google-genai raised {plain(error)[:160]}: a "
            "message of a kind that this version "
            "does not know. It does so with or without this library.",
            lines=(at.line,),
            do="Call receive() again after such an error instead of leaving the loop, and update "
            "google-genai.",
            t=at.t,
        )


def _is_close(error: str) -> bool:
    return error.startswith(("APIError", "ConnectionClosed")) or "ConnectionClosed" in error[:40]


def _go_away(call: Call) -> Point | None:
    return next((at for at, message in call.service if message.get("go_away") is not None), None)


def _can_resume(call: Call) -> bool:
    has_handle = any(
        (message.get("session_resumption_update") or {}).get("new_handle")
        for _, message in call.service
    )
    return has_handle or call.header.shell == "pipecat" or bool(call.header.resumes)


def _resume_advice(call: Call) -> str:
    if _can_resume(call):
        return (
            "Connect again with the latest resumption handle (wait 1 to 2 s first: sooner, the "
            "service closed 12 of 12 with 1011). "
            "The model is then told what was heard, and asked to go on."
        )
    return (
        'Set "session_resumption": {} in the LiveConnectConfig and connect again with the latest '
        "handle."
    )
