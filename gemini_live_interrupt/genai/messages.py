"""What the server sends, as the core's events.

Knows the field names of google-genai's messages, by `getattr` only: a field that a version lacks,
an unknown enum value or an empty message means nothing, and nothing here imports google-genai. Must
not know what an event leads to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from math import inf
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joining import Read, Waiting, add_events, speech_events
from gemini_live_interrupt.genai.fields import bytes_in, id_in, items_in, rate_in, text_in
from gemini_live_interrupt.heard.model_turn import WordTime

_MOST_ARGUMENTS = 2_000
"""Characters of a function call's arguments that are kept."""
SOON = 0.05
"""Seconds that the user's words may wait: there are many of them, and the service sends them 1.2 s after the
end of what was said (measured on 3.x), 0.7 s after `interrupted` at the earliest (2.5, reported)."""
_MODEL_RATE = 24_000
"""Hz of model audio whose MIME type names no rate (Vertex; documented)."""


def from_server(message: Any) -> Iterator[e.Event]:
    """The events of one `LiveServerMessage`, in the order in which they matter.

    Args:
        message: a `google.genai.types.LiveServerMessage`, or None.
    """
    if (said := speech_in(message)) is not None:
        return iter(speech_events(*said))
    _, _, leaves, _ = look_at(message)
    return iter(events_of(leaves))


def speech_in(message: Any) -> tuple[bytes, int, str | e.ModelText] | None:
    """What most messages are: sound of the model or a piece of its transcript, or both, and nothing else.
    This is on the host's path, for every message.

    Args:
        message: a `google.genai.types.LiveServerMessage`, or None.

    Returns:
        The sound, its rate in Hz, and the text, as an event where more is known of it, each empty where
        there is none; None: look at it.
    """
    try:
        if len(message.__pydantic_fields_set__) != 1:
            return None
        content = message.server_content
        turn, said = content.model_turn, content.output_transcription
        if len(content.__pydantic_fields_set__) != (turn is not None) + (said is not None):
            return None
        text: Any = ""
        if said is not None:
            text = said.text if said.__pydantic_fields_set__ == _WORDS else _text(_said(said))
            if turn is None:
                return (b"", _MODEL_RATE, text) if text else None
        [part] = turn.parts
        blob = part.inline_data
        pcm, rate = blob.data, rate_of_sound(blob.mime_type or "")
        if part.text is not None or type(pcm) is not bytes or len(pcm) < 2 or not rate:
            return None
        return pcm, rate, text or ""
    except (AttributeError, TypeError, ValueError):
        return None  # Another number of parts, or no model of pydantic's.


def now_said(message: Any) -> dict[str, Any] | None:
    """The fields of a message's content as they are now, for whoever reads them later.

    >>> now_said(SimpleNamespace(server_content=SimpleNamespace(interrupted=True)))
    {'interrupted': True}
    """
    content = getattr(message, "server_content", None)
    return None if content is None else _fields(content).copy()


Leaves = tuple[
    dict[str, Any] | None,
    bool | None,
    tuple[e.ToolCall, ...] | None,
    tuple[str, ...] | None,
    e.TokensCounted | None,
    bool,
]
"""A message's content, activity of the user, calls, calls that were taken back, token counts, and
whether the service used a tool of its own."""


def look_at(message: Any) -> tuple[float, Read, Any, Any]:
    """Look at a `LiveServerMessage` when it comes. This is on the host's path, for every message.

    What the events consist of is looked up now, and made into events later: the host may take the
    message apart as soon as it has it (livekit-plugins-google removes `interrupted`, others empty
    `parts`).

    Args:
        message: a `google.genai.types.LiveServerMessage`, or None.

    Returns:
        Seconds that it may wait at most; what puts its events, and when it came, behind what waits; what
        they consist of; and the session's new resumption handle.
    """
    get = _fields(message).get
    content, update = get("server_content"), get("session_resumption_update")
    leaves, wait, found = None, inf, False
    if content is not None:
        leaves = _fields(content).copy()
        found = any(_is_filled(leaves.get(name)) for name in _FOUND)
        if (turn := leaves.get("model_turn")) is not None:
            found = found or any(map(_ran_code, items_in(getattr(turn, "parts", None))))
            leaves["model_turn"] = _parts(turn)
        if (said := leaves.get("output_transcription")) is not None:
            leaves["output_transcription"] = _said(said)
        if (said := leaves.get("input_transcription")) is not None:
            leaves["input_transcription"] = _said(said)
        if (said := leaves.get("interim_input_transcription")) is not None:
            leaves["interim_input_transcription"] = _said(said)
        if leaves.get("input_transcription"):
            wait = SOON
        if leaves.get("turn_complete") or leaves.get("interrupted"):
            wait = 0.0
    signal = get("voice_activity") or get("voice_activity_detection_signal")
    called, cancelled = get("tool_call"), get("tool_call_cancellation")
    if not (signal is called is cancelled is None):
        wait = 0.0
    if called is not None:
        called = tuple(map(_call, items_in(getattr(called, "function_calls", None))))
    if cancelled is not None:
        cancelled = _cancelled(cancelled)
    handle = None if update is None else getattr(update, "new_handle", None)
    usage = get("usage_metadata")
    counts = None if usage is None else _counts(usage)
    found = found or bool(_count(usage, "tool_use_prompt_token_count"))
    activity = None if signal is None else _activity(signal)
    return wait, _any, (leaves, activity, called, cancelled, counts, found), handle


_WORDS = {"text"}
_FOUND = ("grounding_metadata", "url_context_metadata")
_FIELDS = (
    *_FOUND,
    "server_content",
    "tool_call",
    "tool_call_cancellation",
    "voice_activity",
    "voice_activity_detection_signal",
    "session_resumption_update",
    "usage_metadata",
    "interrupted",
    "model_turn",
    "output_transcription",
    "input_transcription",
    "interim_input_transcription",
    "generation_complete",
    "turn_complete",
    "text",
    "finished",
    "words",
    "language_code",
)


def _fields(thing: Any) -> dict[str, Any]:
    """The fields of a pydantic model, or what else has some of their names."""
    try:
        fields: dict[str, Any] = thing.__dict__
        return fields
    except AttributeError:
        return {name: getattr(thing, name, None) for name in _FIELDS}


_Said = tuple[Any, Any, tuple[WordTime, ...], Any]
"""A transcription: its text, whether it is finished, its words, and the code of its language."""


def _said(transcription: Any) -> _Said:
    fields = _fields(transcription)
    words, language = fields.get("words"), fields.get("language_code")
    return fields.get("text"), fields.get("finished"), _words(words) if words else (), language


def _parts(turn: Any) -> list[tuple[Any, Any, Any, Any]]:
    parts = []
    for part in items_in(getattr(turn, "parts", None)):
        blob, text = getattr(part, "inline_data", None), getattr(part, "text", None)
        data, mime = getattr(blob, "data", None), getattr(blob, "mime_type", None)
        parts.append((data, mime, text, getattr(part, "thought", None)))
    return parts


def _is_filled(found: Any) -> bool:
    """Vertex sends an empty one with each end of a turn (recorded)."""
    return found is not None and any(_fields(found).values())


def _ran_code(part: Any) -> bool:
    names = ("executable_code", "code_execution_result")
    return any(getattr(part, name, None) is not None for name in names)


def _cancelled(cancellation: Any) -> tuple[str, ...]:
    return tuple(items_in(getattr(cancellation, "ids", None)))


def _activity(signal: Any) -> bool | None:
    """True: the user began to speak; False: stopped; None: the message does not say."""
    kind = getattr(signal, "voice_activity_type", None) or getattr(signal, "vad_signal_type", None)
    name = str(getattr(kind, "value", kind) or "")
    if name.endswith(("ACTIVITY_START", "SIGNAL_TYPE_SOS")):
        return True
    return False if name.endswith(("ACTIVITY_END", "SIGNAL_TYPE_EOS")) else None


def events_of(leaves: Leaves) -> list[e.Event]:
    """The events of one message, marked as such where one of them decides something."""
    content, activity, called, cancelled, counts, found = leaves
    read: list[e.Event] = []
    if activity is True:
        read.append(e.Activity(started=True))
    if found:
        read.append(e.ContextGrew())
    if counts is not None:
        read.append(counts)
    if content is not None:
        _content(content, read)
    if called:
        read.append(e.ToolCalled(calls=called))
    if cancelled:
        read.append(e.ToolCancelled(ids=cancelled))
    if activity is False:
        read.append(e.Activity(started=False))
    decides = (e.Interrupted, e.UserWords, e.Activity)
    if len(read) > 1 and any(isinstance(event, decides) for event in read):
        return [e.MessageBegins(), *read, e.MessageEnds()]
    return read


def _content(content: dict[str, Any], read: list[e.Event]) -> None:
    # What comes with `interrupted` is of the reply that is cut, and the words are the user's who did it.
    get = content.get
    interrupted = bool(get("interrupted"))
    if interrupted:
        _reply(content, read)
        read.append(e.Interrupted())
    for name, interim in (("interim_input_transcription", True), ("input_transcription", False)):
        said = get(name)
        if said is not None:
            text, finished, _, _ = said
            if text or finished:
                words = e.UserWords(text=text_in(text), finished=bool(finished), interim=interim)
                read.append(words)
    if not interrupted:
        _reply(content, read)
    if get("turn_complete"):
        read.append(e.TurnComplete())


def _reply(content: dict[str, Any], read: list[e.Event]) -> None:
    said = content.get("output_transcription")
    if said is not None:
        text = _text(said)
        read += () if text is None else (text,)
    for data, mime, text, thought in content.get("model_turn") or ():
        if data:
            read += _sound((data, mime))
        if text:
            read.append(e.ModelText(text="" if thought else text_in(text), written=True))
    if content.get("generation_complete"):
        read.append(e.GenerationComplete())


def _any(leaves: Leaves, at: float, waiting: Waiting) -> None:
    add_events(events_of(leaves), at, waiting)


def _text(said: _Said) -> e.ModelText | None:
    text, _, words, code = said
    return e.ModelText(text=text_in(text), words=words, language=text_in(code)) if text else None


def _sound(blob: tuple[Any, Any]) -> list[e.Event]:
    """Data of a MIME type, if they are sound."""
    data, mime = blob
    rate = rate_of_sound(text_in(mime))
    if not data or not rate:
        return []
    return [e.ModelAudio(pcm=bytes_in(data), sample_rate=rate)]


@lru_cache(maxsize=32)
def rate_of_sound(mime: str) -> int:
    """Hz; 0 if it is no sound."""
    return 0 if mime and not mime.lower().startswith("audio/") else rate_in(mime, _MODEL_RATE)


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


def _words(words: Any) -> tuple[WordTime, ...]:
    times = []
    for word in items_in(words):
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
    name = getattr(function, "name", None)
    try:
        args = getattr(function, "args", None) or {}
        arguments = json.dumps(args, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        arguments = ""
    return e.ToolCall(
        id=id_in(function), name=str(name or ""), arguments=arguments[:_MOST_ARGUMENTS]
    )
