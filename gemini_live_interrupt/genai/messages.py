"""Live API messages as the core's events: what the server sent, and what the app sends.

Knows the field names of google-genai's messages, by `getattr` only: a field that a version lacks,
an unknown enum value or an empty message means nothing, and nothing here imports google-genai. Must
not know what an event leads to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.heard.model_turn import WordTime

_RATE = re.compile(r"rate=(\d+)")
_MODEL_RATE = 24_000
"""Hz of model audio whose MIME type names no rate (Vertex; documented)."""
_USER_RATE = 16_000


def from_server(message: Any) -> Iterator[e.Event]:
    """The events of one `LiveServerMessage`, in the order in which they matter.

    They may be read later, when the host has had the message: livekit-plugins-google takes
    `interrupted` out of the content as soon as it has it.

    Args:
        message: a `google.genai.types.LiveServerMessage`, or None.
    """
    return _events(message, getattr(message, "server_content", None), now_said(message))


def now_said(message: Any) -> dict[str, Any] | None:
    """The fields of a message's content as they are now, for whoever reads them later.

    >>> now_said(SimpleNamespace(server_content=SimpleNamespace(interrupted=True)))
    {'interrupted': True}
    """
    fields = getattr(getattr(message, "server_content", None), "__dict__", None)
    return None if fields is None else dict(fields)


def _events(message: Any, content: Any, fields: dict[str, Any] | None) -> Iterator[e.Event]:
    if fields is not None:
        content = SimpleNamespace(**fields)
    activity = _activity(message)
    if activity is True:
        yield e.Activity(started=True)
    counts = _counts(getattr(message, "usage_metadata", None))
    if counts is not None:
        yield counts
    if content is not None:
        yield from _content(content)
    call = getattr(message, "tool_call", None)
    if call is not None:
        calls = tuple(_call(function) for function in getattr(call, "function_calls", None) or ())
        if calls:
            yield e.ToolCalled(calls=calls)
    cancelled = getattr(getattr(message, "tool_call_cancellation", None), "ids", None)
    if cancelled:
        yield e.ToolCancelled(ids=tuple(cancelled))
    if activity is False:
        yield e.Activity(started=False)


def _content(content: Any) -> Iterator[e.Event]:
    if getattr(content, "interrupted", None):
        yield e.Interrupted()
    for field, interim in (("interim_input_transcription", True), ("input_transcription", False)):
        said = getattr(content, field, None)
        if said is not None:
            text, finished = (
                getattr(said, "text", None) or "",
                bool(getattr(said, "finished", None)),
            )
            if text or finished:
                yield e.UserWords(text=text, finished=finished, interim=interim)
    spoken = getattr(content, "output_transcription", None)
    if spoken is not None and getattr(spoken, "text", None):
        language = str(getattr(spoken, "language_code", None) or "")
        yield e.ModelText(text=spoken.text, words=_words(spoken), language=language)
    turn = getattr(content, "model_turn", None)
    for part in getattr(turn, "parts", None) or ():
        yield from _part(part)
    if getattr(content, "generation_complete", None):
        yield e.GenerationComplete()
    if getattr(content, "turn_complete", None):
        yield e.TurnComplete()


def _part(part: Any) -> Iterator[e.Event]:
    blob = getattr(part, "inline_data", None)
    data = getattr(blob, "data", None)
    mime = getattr(blob, "mime_type", None) or ""
    if data and (not mime or mime.startswith("audio/")):
        yield e.ModelAudio(pcm=data, sample_rate=_rate(mime, _MODEL_RATE))
    text = getattr(part, "text", None)
    if text and not getattr(part, "thought", None):
        yield e.ModelText(text=text, written=True)


def _activity(message: Any) -> bool | None:
    """True: the user began to speak; False: stopped; None: the message does not say."""
    kind = getattr(getattr(message, "voice_activity", None), "voice_activity_type", None)
    if kind is None:
        signal = getattr(message, "voice_activity_detection_signal", None)
        kind = getattr(signal, "vad_signal_type", None)
    name = str(getattr(kind, "value", kind) or "")
    if name.endswith(("ACTIVITY_START", "SIGNAL_TYPE_SOS")):
        return True
    return False if name.endswith(("ACTIVITY_END", "SIGNAL_TYPE_EOS")) else None


def _counts(usage: Any) -> e.TokensCounted | None:
    """Native audio names `response_token_count`, half-cascade on Vertex `candidates_token_count`."""
    prompt, response = _count(usage, "prompt_token_count"), _count(usage, "response_token_count")
    if response is None:
        response = _count(usage, "candidates_token_count")
    if prompt is None and response is None:
        return None
    thoughts = _count(usage, "thoughts_token_count")
    return e.TokensCounted(prompt=prompt, response=response, thoughts=thoughts)


def _count(usage: Any, name: str) -> int | None:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) else None


def _words(transcription: Any) -> tuple[WordTime, ...]:
    times = []
    for word in getattr(transcription, "words", None) or ():
        start, end = (
            _ms(getattr(word, "start_offset", None)),
            _ms(getattr(word, "end_offset", None)),
        )
        text = getattr(word, "word", None)
        if not text or start is None or end is None:
            return ()
        times.append(WordTime(text=text, start_ms=start, end_ms=end))
    return tuple(times)


def _ms(offset: Any) -> float | None:
    """An offset such as "1.880s" in ms."""
    try:
        return float(str(offset).removesuffix("s")) * 1000.0
    except ValueError:
        return None


def _call(function: Any) -> e.ToolCall:
    try:
        arguments = json.dumps(
            getattr(function, "args", None) or {}, ensure_ascii=False, default=str
        )
    except (TypeError, ValueError):
        arguments = ""
    return e.ToolCall(
        id=_call_id(function),
        name=str(getattr(function, "name", None) or ""),
        arguments=arguments[:2_000],
    )


def _call_id(one: Any) -> str:
    """A call's or a response's id; its name on Vertex, where an id may be missing."""
    return str(_get(one, "id") or _get(one, "name") or "")


def _rate(mime: str, default: int) -> int:
    match = _RATE.search(mime)
    return int(match[1]) if match else default


# --- what the app sends


def from_realtime_input(arguments: Mapping[str, Any]) -> Iterator[e.Event]:
    """The events of one `send_realtime_input(**arguments)`."""
    if arguments.get("activity_start") is not None:
        yield e.Activity(started=True, by_app=True)
    if arguments.get("activity_end") is not None:
        yield e.Activity(started=False, by_app=True)
    if isinstance(text := arguments.get("text"), str):
        yield e.UserTyped(text=text)
    for key in ("audio", "media"):
        blob = arguments.get(key)
        data, mime = _get(blob, "data"), _get(blob, "mime_type") or ""
        if isinstance(data, bytes) and (mime.startswith("audio/") or (key == "audio" and not mime)):
            yield e.UserAudio(pcm=data, sample_rate=_rate(mime, _USER_RATE))
        elif mime.startswith(("image/", "video/")):
            yield e.ContextGrew()
    if arguments.get("video") is not None:
        yield e.ContextGrew()


def from_client_content(turns: Any, turn_complete: bool) -> Iterator[e.Event]:
    """The events of one `send_client_content(turns=…, turn_complete=…)`.

    Only what asks for an answer, and only its last user turn, is something the user says now: the
    rest is history or context.
    """
    if not turns:
        return
    if not turn_complete or (isinstance(turns, (list, tuple)) and len(turns) > 1):
        yield e.ContextGrew()
    if not turn_complete:
        return
    last = turns[-1] if isinstance(turns, (list, tuple)) and turns else turns
    if _get(last, "role") not in (None, "user"):
        return
    if isinstance(last, str):
        yield e.UserTyped(text=last)
        return
    texts = [_get(part, "text") for part in _get(last, "parts") or ()]
    text = "".join(text for text in texts if isinstance(text, str))
    if not all(isinstance(text, str) for text in texts):
        yield e.ContextGrew()
    if text:
        yield e.UserTyped(text=text)


def from_tool_response(responses: Any) -> Iterator[e.Event]:
    """The events of one `send_tool_response(function_responses=…)`."""
    many = responses if isinstance(responses, (list, tuple)) else [responses]
    ids = tuple(filter(None, map(_call_id, many)))
    if ids:
        yield e.ToolAnswered(ids=ids)


def from_send(sent: Any, end_of_turn: bool) -> Iterator[e.Event]:
    """The events of one `send(input=…, end_of_turn=…)`, the older call for everything."""
    first = sent[0] if isinstance(sent, (list, tuple)) and sent else sent
    if _get(sent, "function_responses") is not None:
        yield from from_tool_response(_get(sent, "function_responses"))
    elif _get(first, "response") is not None:
        yield from from_tool_response(sent)
    elif _get(sent, "turns") is not None:
        yield from from_client_content(_get(sent, "turns"), bool(_get(sent, "turn_complete")))
    elif isinstance(sent, str) or _get(first, "parts") is not None:
        yield from from_client_content(sent, end_of_turn)
    elif _get(sent, "data") is not None:
        yield from from_realtime_input({"media": sent})
    else:
        keys = ("activity_start", "activity_end", "text", "audio")
        yield from from_realtime_input({key: _get(sent, key) for key in keys})
        for chunk in _get(sent, "media_chunks") or ():
            yield from from_realtime_input({"media": chunk})


def _get(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, Mapping) else getattr(thing, key, None)
