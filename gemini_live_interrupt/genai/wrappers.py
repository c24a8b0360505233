"""What is done around each call of a live session, so that what passes is followed.

Knows the parameters of `AsyncSession`'s methods. Must not know how the wrappers get there, or which
sessions are followed. The host's call is made as the host made it; what we make of it is behind
`guarded`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import app_messages, messages
from gemini_live_interrupt.genai.boundary import OURS, contained, guarded
from gemini_live_interrupt.genai.draft import Sent
from gemini_live_interrupt.genai.following import inboxes, missed, shell_of
from gemini_live_interrupt.genai.going_on import goes_on
from gemini_live_interrupt.genai.ours import is_ours
from gemini_live_interrupt.genai.sending import close_code
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.genai.wrapping import Around, afterwards, named, waits
from gemini_live_interrupt.record.messages import is_only_speech

Arguments = dict[str, Any]
Call = Callable[..., Any]
Events = tuple[e.Event, ...]
Read = Callable[[Arguments], Iterable[Sent]]


# --- what comes


class _Receiving:
    """Around `_receive`.

    Args:
        at_class: it is around the class's method, not that of one session.
    """

    def __init__(self, *, at_class: bool) -> None:
        passes = "_receive" if at_class else None

        def arrived(session: Any, message: Any, asked_at: float) -> None:
            # As `guarded`, but without one more call for each message.
            try:
                # Looked up only now: the session may have been attached while this was waiting.
                inbox = inboxes.get(id(session)) if at_class else None
                if inbox is not None and goes_on(inbox, message, time.monotonic(), asked_at):
                    return
                shell = shell_of(session, passes)
                if shell is None:
                    missed(session)
                    return
                handle = None
                if (said := messages.speech_in(message)) is not None:
                    if inbox is not None or not goes_on(
                        shell.inbox, message, time.monotonic(), asked_at
                    ):
                        shell.receive_speech(*said, asked_at)
                else:
                    wait, read, leaves, handle = messages.look_at(message)
                    shell.receive(read, leaves, asked_at, wait)
                if shell.recorder is not None and not is_only_speech(message):
                    shell.recorder.message(message, messages.now_said(message), time.monotonic())
                if handle:
                    shell.hooks.handle(handle)
            except OURS as error:
                contained(error)

        self.arrived = arrived
        self.ended = _ended

    def __call__(self, call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        if waits(call):
            return self._received(call, session, args, kwargs)
        asked_at = time.monotonic()
        return afterwards(
            call(*args, **kwargs),
            lambda message: self.arrived(session, message, asked_at),
            lambda error: self.ended(session, error),
        )

    async def _received(self, call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        asked_at = time.monotonic()
        try:
            message = await call(*args, **kwargs)
        except Exception as error:
            self.ended(session, error)
            raise
        self.arrived(session, message, asked_at)
        return message


@guarded
def _ended(session: Any, error: Exception) -> None:
    shell, code = shell_of(session), close_code(error)
    if shell is not None:
        if code is not None:
            shell.close(wanted=False, code=code)
        shell.noticed("receive raised", error)


# --- what the app sends


def _name(method: str) -> str:
    """What coroutines are called, so that "was never awaited" says what the app knows."""
    return f"AsyncSession.{method}"


def _sending(method: str, read: Read, *names: str, at_class: bool) -> Around:
    """Around a method that sends.

    Args:
        method: its name.
        read: what a call of it means.
        names: its parameters, should a wrapper of somebody else hand them on by position.
        at_class: it is around the class's method, not that of one session.
    """
    passes = method if at_class else None

    async def sent(call: Call, session: Any, args: Any, kwargs: Any, events: Events) -> Any:
        result = await call(*args, **kwargs)
        _follow_sent(session, events)
        return result

    sent.__qualname__ = _name(method)

    def around(call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        events = _meant(call, session, passes, read, names, args, kwargs)
        if events is None:
            return call(*args, **kwargs)
        if waits(call):
            return sent(call, session, args, kwargs, events)
        return afterwards(call(*args, **kwargs), lambda _: _follow_sent(session, events))

    return around


def _sending_live(*, at_class: bool) -> Around:
    """Around `send_realtime_input`: most of what it sends is microphone audio, and goes a short way."""
    name = "send_realtime_input"
    passes = name if at_class else None
    other = _sending(name, app_messages.from_realtime_input, at_class=at_class)

    async def sent(call: Call, shell: FollowedSession, kwargs: Any, pcm: bytes, rate: int) -> Any:
        result = await call(**kwargs)
        try:
            shell.hear_user(pcm, rate)
        except OURS as error:
            contained(error)
        return result

    sent.__qualname__ = _name(name)

    def around(call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        try:
            sound = app_messages.sound_in(kwargs) if not args and waits(call) else None
            shell = None if sound is None else shell_of(session, passes)
        except OURS as error:
            contained(error)
            return call(*args, **kwargs)
        if sound is None or shell is None:
            return other(call, session, args, kwargs)
        return sent(call, shell, kwargs, *sound)

    return around


@guarded
def _meant(
    call: Call,
    session: Any,
    passes: str | None,
    read: Read,
    names: tuple[str, ...],
    args: tuple[Any, ...],
    kwargs: Arguments,
) -> Events | None:
    """What a call of the app means; None if nobody wants to know. Read before it is sent: the app
    may use its objects again."""
    shell = shell_of(session, passes)
    if shell is None or is_ours():
        return None
    return tuple(shell.draft.put_together(read(named(call, args, kwargs, names))))


@guarded
def _follow_sent(session: Any, events: Events) -> None:
    shell = shell_of(session)
    if shell is not None:
        shell.take(events)


def _sending_anything(*, at_class: bool) -> Around:
    """Around the older `send`. It is not awaited here: it warns of its deprecation, and the warning
    names who awaits it."""
    passes = "send" if at_class else None

    def around(call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        names = ("input", "end_of_turn")
        events = _meant(call, session, passes, _read_send, names, args, kwargs)
        if events:
            _follow_sent(session, events)
        return call(*args, **kwargs)

    return around


def _closing(*, at_class: bool) -> Around:
    """Around `close`: the app wants the end of the connection, as where it leaves the context."""
    passes = "close" if at_class else None

    def around(call: Call, session: Any, args: Any, kwargs: Any) -> Any:
        _closes(session, passes)
        return call(*args, **kwargs)

    return around


@guarded
def _closes(session: Any, passes: str | None) -> None:
    shell = shell_of(session, passes)
    if shell is not None:
        shell.close(wanted=True)


def _read_send(arguments: Arguments) -> Iterable[Sent]:
    return app_messages.from_send(arguments.get("input"), bool(arguments.get("end_of_turn")))


def _read_client_content(arguments: Arguments) -> Iterable[Sent]:
    complete = bool(arguments.get("turn_complete", True))
    return app_messages.from_client_content(arguments.get("turns"), complete)


def _read_tool_response(arguments: Arguments) -> Iterable[e.Event]:
    return app_messages.from_tool_response(arguments.get("function_responses"))


def _read_context_update(arguments: Arguments) -> Iterable[e.Event]:
    return (e.ContextGrew(), e.AppInterrupts())


def methods(*, at_class: bool) -> dict[str, Around]:
    """What is around each method of `AsyncSession`.

    Args:
        at_class: around the methods of the class, which only pass on where a session has wrappers
            of its own.
    """
    content, tools = ("turns", "turn_complete"), ("function_responses",)
    return {
        "_receive": _Receiving(at_class=at_class),
        "send_realtime_input": _sending_live(at_class=at_class),
        "send_client_content": _sending(
            "send_client_content", _read_client_content, *content, at_class=at_class
        ),
        "send_tool_response": _sending(
            "send_tool_response", _read_tool_response, *tools, at_class=at_class
        ),
        "send_context_update": _sending(
            "send_context_update", _read_context_update, at_class=at_class
        ),
        "send": _sending_anything(at_class=at_class),
        "close": _closing(at_class=at_class),
    }
