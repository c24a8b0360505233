"""A message of the service as plain JSON, without its sound and without its handles.

Knows how google-genai's messages are built: fields by name, set or not. Must not know what any of
them means, so that a field of tomorrow is in today's records.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from gemini_live_interrupt.record.plain import Said, as_it_is
from gemini_live_interrupt.record.secrets import digest

_NUMBERS = frozenset({bool, int, float, type(None)})
_MOST_DEEP = 8
_MOST_LONG = 200
"""Parts of one list."""
_MOST_CHARACTERS = 4_000
"""Of one text."""
_HANDLES = frozenset({"handle", "new_handle", "session_id"})

_PLAIN = frozenset({"id", "ids", "name", "mime_type", "language_code", "time_left", "audio_offset"})
"""Texts that are no words of anybody."""


_MESSAGE, _TURN, _SOUND = map(frozenset, ({"server_content"}, {"model_turn"}, {"inline_data"}))
_SPOKEN, _TEXT = frozenset({"model_turn", "output_transcription"}), frozenset({"text"})


def is_only_speech(message: Any) -> bool:
    """Whether a message says nothing that the lines of its sound and its text do not.

    On the host's path, so it only asks which fields were given: most messages are only speech, and to
    keep them until they are written would cost more than to look.

    Args:
        message: a message of google-genai, as it came.
    """
    try:
        if message.__pydantic_fields_set__ != _MESSAGE:
            return False
        content = message.server_content
        said = content.__pydantic_fields_set__
        if said == _SPOKEN:
            if content.output_transcription.__pydantic_fields_set__ != _TEXT:
                return False
        elif said != _TURN:
            return not said
        for part in content.model_turn.parts:
            if part.__pydantic_fields_set__ != _SOUND:
                return False
    except (AttributeError, TypeError):  # It is none of those that come: it gets a line.
        return False
    return True


def plain_message(
    message: Any, said: Said = as_it_is, content: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What is set in a message.

    Args:
        message: a message of google-genai, or a part of one.
        said: what becomes of words that somebody said.
        content: the fields of its `server_content`, where that may have been changed meanwhile.

    >>> from types import SimpleNamespace as Part
    >>> blob = Part(mime_type="audio/pcm;rate=24000", data=bytes(960))
    >>> plain_message(Part(server_content=Part(interrupted=None, parts=[Part(inline_data=blob)])))
    {'server_content': {'parts': [{'inline_data': {'mime_type': 'audio/pcm;rate=24000', 'data': 960}}]}}
    """
    fields = message if isinstance(message, dict) else getattr(message, "__dict__", {})
    if content is not None:
        fields = {**fields, "server_content": content}
    return _fields(fields, said, 0)


def _fields(fields: Mapping[Any, Any], said: Said, deep: int) -> dict[str, Any]:
    plain = {}
    for key, value in list(fields.items())[:_MOST_LONG]:
        if value is not None and isinstance(key, str) and key[:1] != "_":
            plain[key] = _plain(value, key, said, deep)
    return plain


def _plain(value: Any, name: str, said: Said, deep: int) -> Any:
    kind = type(value)
    if kind is str:
        return _text(value[:_MOST_CHARACTERS], name, said)
    if kind in _NUMBERS:
        return value
    if kind is bytes:
        return len(value)
    if isinstance(value, Enum):
        return value.value
    if deep >= _MOST_DEEP:
        return "(deeper)"
    if isinstance(value, (list, tuple)):
        return [_plain(one, name, said, deep + 1) for one in value[:_MOST_LONG]]
    fields = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    return str(kind.__name__) if fields is None else _fields(fields, said, deep + 1)


def _text(text: str, name: str, said: Said) -> str:
    if name in _HANDLES:
        return digest(text)
    return text if name in _PLAIN else said(text)
