"""What the app sends, as the core's events.

Knows the forms that google-genai's methods take, and their fields by name only: nothing here imports
google-genai. Must not know what an event leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai.draft import Asked, Drafted, Sent
from gemini_live_interrupt.genai.fields import bytes_in, field, id_in, items_in, rate_in, text_in
from gemini_live_interrupt.heard.control_tokens import words_of

_PCM = re.compile(r"audio/(?:x-)?(?:pcm|raw)\b", re.IGNORECASE)
_USER_RATE = 16_000
"""Hz of the user's sound whose MIME type names no rate."""


def from_realtime_input(arguments: Mapping[str, Any]) -> Iterator[e.Event]:
    """The events of one `send_realtime_input(**arguments)`."""
    if arguments.get("activity_start") is not None:
        yield e.Activity(started=True, by_app=True)
    if arguments.get("activity_end") is not None:
        yield e.Activity(started=False, by_app=True)
    if isinstance(text := arguments.get("text"), str):
        yield e.UserTyped(text=text) if words_of(text) else e.AppInterrupts()
    for key in ("audio", "media"):
        blob = arguments.get(key)
        data, mime = bytes_in(field(blob, "data")), text_in(field(blob, "mime_type"))
        if data and (_is_pcm(mime) or (key == "audio" and not mime)):
            yield e.UserAudio(pcm=data, sample_rate=rate_in(mime, _USER_RATE))
        elif blob is not None and not mime.lower().startswith("audio/"):
            yield e.ContextGrew()  # A picture (PIL's have no such fields), a document.
    if arguments.get("video") is not None:
        yield e.ContextGrew()


def sound_in(arguments: Mapping[str, Any]) -> tuple[bytes, int] | None:
    """What most calls of `send_realtime_input(**arguments)` send, and nothing else: microphone audio. This
    is on the host's path, for every message.

    Returns:
        The samples, and their rate in Hz; None: look at it.
    """
    try:
        [blob] = arguments.values()
        if type(blob) is dict:
            pcm, mime = blob["data"], blob["mime_type"]
        else:
            pcm, mime = blob.data, blob.mime_type
        rate = _rate_of_microphone(mime)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # Something else, or in another form.
    known = "audio" in arguments or "media" in arguments
    return (pcm, rate) if rate and known and type(pcm) is bytes and pcm else None


@lru_cache(maxsize=32)
def _rate_of_microphone(mime: str) -> int:
    """Hz; 0 if it is no sound, or in no form whose samples can be read."""
    return rate_in(mime, _USER_RATE) if _is_pcm(mime) else 0


def _is_pcm(mime: str) -> bool:
    """Whether its samples can be read: of compressed sound nobody here knows how loud it is."""
    return _PCM.match(mime) is not None


def from_client_content(turns: Any, turn_complete: bool) -> Iterator[Sent]:
    """The events of one `send_client_content(turns=…, turn_complete=…)`.

    Only what asks for an answer, and only its last user turn, is something the user says now: the
    rest is history or context, and cuts a reply, if it does, by the app's own doing.
    """
    if not turns:
        yield Asked() if turn_complete else e.AppInterrupts()
        return
    said = tuple(_typed(turns))
    if not turn_complete:
        yield from (Drafted(typed.text) for typed in said)
        said = ()
    if not said or len(items_in(turns)) > 1 or None in _texts(_last(turns)):
        yield e.ContextGrew()
    yield from said or (e.AppInterrupts(),)


def _last(turns: Any) -> Any:
    many = items_in(turns)
    return many[-1] if many else turns


def _texts(turn: Any) -> list[Any]:
    """The texts of its parts, with None for a part without one."""
    if isinstance(turn, str):
        return [turn]
    return [field(part, "text") for part in items_in(field(turn, "parts"))]


def _typed(turns: Any) -> Iterator[e.UserTyped]:
    """What of content is the user's: by its role, or by having none (genai-processors sends "")."""
    last = _last(turns)
    role = None if isinstance(last, str) else field(last, "role")
    if str(getattr(role, "value", role) or "user").lower() == "user":
        text = "".join(text for text in _texts(last) if isinstance(text, str))
        if words_of(text):
            yield e.UserTyped(text=text)


def from_tool_response(responses: Any) -> Iterator[e.Event]:
    """The events of one `send_tool_response(function_responses=…)`."""
    many = items_in(responses) or [responses]
    ids = tuple(filter(None, map(id_in, many)))
    if ids:
        yield e.ToolAnswered(ids=ids)
    if any(map(_is_told_at_once, many)):
        yield e.AppInterrupts()


def _is_told_at_once(response: Any) -> bool:
    """Whether it interrupts what the model says: `scheduling` stands in it, or in its response."""
    for thing in (response, field(response, "response")):
        how = field(thing, "scheduling")
        if str(getattr(how, "value", how) or "").upper() == "INTERRUPT":
            return True
    return False


def from_send(sent: Any, end_of_turn: bool) -> Iterator[Sent]:
    """The events of one `send(input=…, end_of_turn=…)`, the older call for everything."""
    many = items_in(sent) or [sent]
    first = many[0]
    if not sent:
        yield Asked()  # It goes out as content without a turn.
    elif field(sent, "function_responses") is not None:
        yield from from_tool_response(field(sent, "function_responses"))
    elif field(first, "response") is not None:
        yield from from_tool_response(sent)
    elif field(sent, "turns") is not None or field(sent, "turn_complete") is not None:
        yield from from_client_content(field(sent, "turns"), bool(field(sent, "turn_complete")))
    elif isinstance(sent, str) or field(first, "parts") is not None:
        yield from from_client_content(sent, end_of_turn)
    elif isinstance(first, str):
        yield from from_client_content({"parts": [{"text": each} for each in sent]}, end_of_turn)
    elif field(first, "data") is not None:
        for each in many:
            yield from from_realtime_input({"media": each})
    else:
        keys = ("activity_start", "activity_end", "text", "audio")
        yield from from_realtime_input({key: field(sent, key) for key in keys})
        for chunk in items_in(field(sent, "media_chunks")):
            yield from from_realtime_input({"media": chunk})
