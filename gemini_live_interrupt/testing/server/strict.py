"""Strict scripts: a session spelled out message by message, for unit tests.

A list of steps takes the place of the scripted model, of its voice and of the profiles: the server
sends exactly what the steps say and expects exactly what they say. A message that no step expects,
or a step that is left over, fails the test when the server is left. Knows messages; nothing of
speech or of sockets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gemini_live_interrupt.testing.server.connection import Connection
from gemini_live_interrupt.testing.server.wire import ClientMessage, camel, text_of

__all__ = ["Close", "Expect", "ExpectNote", "Pause", "Send", "Step", "recording", "replay", "run"]

Json = dict[str, Any]
What = Literal[
    "setup",
    "client_content",
    "tool_response",
    "context_update",
    "audio",
    "text",
    "activity_start",
    "activity_end",
    "audio_stream_end",
]
_KINDS: dict[str, What] = {
    "setup": "setup",
    "clientContent": "client_content",
    "toolResponse": "tool_response",
    "contextUpdate": "context_update",
}
_PARTS: dict[str, What] = {
    "text": "text",
    "activityStart": "activity_start",
    "activityEnd": "activity_end",
    "audioStreamEnd": "audio_stream_end",
}


@dataclass(frozen=True, slots=True)
class Expect:
    """The client's next message is of this kind. Microphone audio passes unless it is expected."""

    what: What
    """Its kind; the parts of realtime input are kinds of their own."""
    containing: str | Sequence[str] = ()
    """Text that the message holds somewhere, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectNote:
    """The client's next message is a note: client content of role ``user`` alone."""

    contains: str | Sequence[str] = ()
    """Text that stands in it."""
    lacks: str | Sequence[str] = ()
    """Text that does not."""
    turn_complete: bool = False
    """Silent or answering."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message, as it is."""

    message: Json
    """camelCase, as the service sends it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass; whatever the client sends meanwhile waits for the next step."""

    ms: float
    """How long."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    code: int = 1000
    """WebSocket close code; 1006 drops the connection without a close frame."""
    reason: str = ""
    """Close reason."""


Step = Expect | ExpectNote | Send | Pause | Close


async def run(connection: Connection, steps: Iterable[Step]) -> list[str]:
    """Play ``steps`` on a connection, then see whether the client sends more.

    Returns:
        What went wrong, in words; empty if all went as the steps say.
    """
    left = list(steps)
    expects_audio = any(isinstance(step, Expect) and step.what == "audio" for step in left)
    while left:
        step = left[0]
        if isinstance(step, Expect | ExpectNote):
            message = await _next(connection, expects_audio)
            if message is None:
                return [f"the client left before {step}", *_leftover(left[1:])]
            if wrong := _differs(message, step):
                return [f"{wrong} in {_short(message)}", *_leftover(left[1:])]
        elif isinstance(step, Send):
            await connection.send_raw(step.message)
        elif isinstance(step, Pause):
            await connection.sleep(step.ms)
        elif step.code == 1006:
            connection.drop()
        else:
            await connection.close(step.code, step.reason)
        left.pop(0)
        if isinstance(step, Close):
            return _leftover(left)
    message = await _next(connection, expects_audio)
    return [] if message is None else [f"no step expects {_short(message)}"]


def replay(path: Path | str) -> list[Step]:
    """A recording of the real service as steps.

    What the service sent is sent; what the client sent then is expected in its place, by kind.
    Microphone audio passes.

    Args:
        path: JSON lines of ``{"direction": "sent" | "received", "message": {...}}``.
    """
    steps: list[Step] = []
    for entry in recording(path):
        message = camel(entry["message"])
        if entry["direction"] == "received":
            steps.append(Send(entry["message"]))
            continue
        steps += [Expect(_KINDS[key]) for key in message if key in _KINDS]
    return steps


def recording(path: Path | str) -> list[Json]:
    """The entries of a recording, in order."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def kind_of(message: ClientMessage) -> What:
    """The kind of a message, in the words of `Expect`."""
    if message.kind in _KINDS:
        return _KINDS[message.kind]
    return next((_PARTS[key] for key in message.body if key in _PARTS), "audio")


async def _next(connection: Connection, expects_audio: bool) -> ClientMessage | None:
    while (message := await connection.receive()) is not None:
        if kind_of(message) != "audio" or expects_audio:
            return message
    return None


def _differs(message: ClientMessage, step: Expect | ExpectNote) -> str:
    """What is wrong with ``message``; empty if it is what ``step`` expects."""
    kind = kind_of(message)
    if isinstance(step, Expect):
        if kind != step.what:
            return f"expected {step.what}, got {kind}"
        text = json.dumps(message.body, ensure_ascii=False)
        missing = [part for part in _several(step.containing) if part not in text]
        return f"{missing[0]!r} is missing" if missing else ""
    if kind != "client_content":
        return f"expected a note, got {kind}"
    roles = {turn.get("role") for turn in message.turns}
    if roles != {"user"}:
        return f"a note has role user alone, not {sorted(map(str, roles))}"
    if message.turn_complete != step.turn_complete:
        return f"turnComplete is {message.turn_complete}"
    text = "\n".join(text_of(turn) for turn in message.turns)
    for part in _several(step.contains):
        if part not in text:
            return f"{part!r} is missing"
    for part in _several(step.lacks):
        if part in text:
            return f"{part!r} should not be there"
    return ""


def _leftover(steps: Sequence[Step]) -> list[str]:
    return [f"left over: {step}" for step in steps]


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _short(message: ClientMessage) -> str:
    text = json.dumps({message.kind: message.body}, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"
