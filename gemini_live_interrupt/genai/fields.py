"""What is in a value of google-genai's or of an app's, whatever its form.

Knows that a field may be missing, or be of another type, and that a dict names it in either case.
Must not know what it means.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

_RATE = re.compile(r"(?<![a-z-])rate\s*=\s*\"?(\d{1,9})(?!\d)", re.IGNORECASE)
_SLOWEST, _FASTEST = 1_000, 384_000
"""Hz: a rate beyond is a mistake of whoever wrote it, and the usual one is taken."""
_ONE = (str, bytes, bytearray, memoryview, Mapping)
_URL_SAFE = str.maketrans("-_", "+/")


def field(thing: Any, key: str) -> Any:
    if not isinstance(thing, Mapping):
        return getattr(thing, key, None)
    if key in thing:
        return thing[key]
    first, *rest = key.split("_")
    return thing.get(first + "".join(word.title() for word in rest)) if rest else None


def id_in(one: Any) -> str:
    """A call's or a response's id; its name on Vertex, where an id may be missing."""
    return str(field(one, "id") or field(one, "name") or "")


def text_in(value: Any) -> str:
    return value if isinstance(value, str) else ""


def items_in(value: Any) -> list[Any] | tuple[Any, ...]:
    """What is in a list, or in what pydantic takes for one; an iterator is the host's to consume."""
    if isinstance(value, (list, tuple)):
        return value
    is_one = isinstance(value, _ONE) or not isinstance(value, Collection)
    return () if is_one else tuple(value)


@lru_cache(maxsize=32)
def rate_in(mime: str, default: int) -> int:
    """Hz; in a MIME type, small and large letters are the same."""
    match = _RATE.search(mime)
    rate = int(match[1]) if match else default
    return rate if _SLOWEST <= rate <= _FASTEST else default


def bytes_in(data: Any) -> bytes:
    """Sound in any form that the SDK takes: bytes, or their Base64 text."""
    if isinstance(data, str):
        try:
            return base64.b64decode(data.translate(_URL_SAFE), validate=True)
        except ValueError:
            return b""
    return bytes(data) if isinstance(data, (bytes, bytearray, memoryview)) else b""
