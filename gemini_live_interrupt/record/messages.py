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

_MOST_DEEP = 8
_MOST_LONG = 200
"""Parts of one list."""
_MOST_CHARACTERS = 4_000
"""Of one text."""
_HANDLES = frozenset({"handle", "new_handle", "session_id"})

_PLAIN = frozenset({"id", "ids", "name", "mime_type", "language_code", "time_left", "audio_offset"})
"""Texts that are no words of anybody."""


def plain_message(message: Any, said: Said = as_it_is) -> dict[str, Any]:
    """What is set in a message.

    Args:
        message: a message of google-genai, or a part of one.
        said: what becomes of words that somebody said.

    >>> from types import SimpleNamespace as Part
    >>> blob = Part(mime_type="audio/pcm;rate=24000", data=bytes(960))
    >>> plain_message(Part(server_content=Part(interrupted=None, parts=[Part(inline_data=blob)])))
    {'server_content': {'parts': [{'inline_data': {'mime_type': 'audio/pcm;rate=24000', 'data': 960}}]}}
    """
    found = _plain(message, "", said, 0)
    return found if isinstance(found, dict) else {}


def _plain(value: Any, name: str, said: Said, deep: int) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return _text(value[:_MOST_CHARACTERS], name, said)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return len(value)
    if deep >= _MOST_DEEP:
        return "(deeper)"
    if isinstance(value, (list, tuple)):
        return [_plain(one, name, said, deep + 1) for one in value[:_MOST_LONG]]
    fields = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
    plain = {}
    for key, one in list(fields.items())[:_MOST_LONG]:
        if one is None or not isinstance(key, str) or key.startswith("_"):
            continue
        plain[key] = _plain(one, key, said, deep + 1)
    return plain


def _text(text: str, name: str, said: Said) -> str:
    if name in _HANDLES:
        return digest(text)
    return text if name in _PLAIN else said(text)
