"""The core's frozen records as plain JSON values, and back.

Knows dataclasses and their type hints, so it works for every event and command there is and for
those that come later. Must not know files, or what a record means. Of each text it knows one thing:
whether somebody's words can be in it. Those go through `said`; a new field does too, until somebody
has looked at it and put its name into `NAMES` or `SENTENCES`. Of sound, only the number of bytes is
kept, and comes back as so much silence. A field that may hold a function is left out.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from gemini_live_interrupt.record.secrets import scrubbed
from gemini_live_interrupt.record.sound import MOST_BYTES

_MOST = 10**15
"""Whatever a record counts or times is less."""

NAMES = frozenset(
    {"id", "ids", "name", "session_id", "model", "estimated_by", "family", "backend"}
    | {"language", "note_language", "levels", "crossings"}
)
"""Text fields that hold a name of ours, of the model or of a function, or what an ear made of sound."""
SENTENCES = frozenset({"detail", "message", "error"})
"""Text fields that hold a sentence of this library, or an error's text."""

_T = TypeVar("_T")
Said = Callable[[str], str]
"""What becomes of words that somebody said."""
_Encode = Callable[[Any, Said], Any]


def as_it_is(text: str) -> str:
    """Words stay as they were said."""
    return text


def to_plain(record: Any, said: Said = as_it_is, *, defaults: bool = False) -> dict[str, Any]:
    """The fields of a dataclass, as JSON has them.

    Args:
        record: a dataclass instance.
        said: what becomes of words that somebody said.
        defaults: also write the fields that have their default.

    >>> from gemini_live_interrupt.core.events import Activity, UserWords
    >>> to_plain(UserWords(text="Hello."), str.upper), to_plain(Activity(started=True))
    ({'text': 'HELLO.'}, {'started': True})
    """
    plain = {}
    kind: Any = type(record)
    for name, default, encode in _plan(kind):
        value = getattr(record, name)
        if defaults or (value is not default and value != default):
            plain[name] = encode(value, said)
    return plain


@cache
def _plan(kind: Any) -> tuple[tuple[str, Any, _Encode], ...]:
    """Name, default and encoder of each field."""
    hints = get_type_hints(kind)
    return tuple(
        (one.name, one.default, _encoder(hints[one.name], one.name))
        for one in fields(kind)
        if not _is_function(hints[one.name])
    )


def _is_function(hint: Any) -> bool:
    """Whether a field may hold a function, which is nothing for a record."""
    return hint is Callable or Callable in (get_origin(hint), *map(get_origin, get_args(hint)))


def _encoder(hint: Any, name: str) -> _Encode:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        encoders = [_encoder(one, name) for one in inner if one is not type(None)]
        encode = encoders[0] if len(encoders) == 1 else _any_encoder(name)
        return lambda value, said: None if value is None else encode(value, said)
    if origin is Literal:
        return _same
    if origin is tuple and inner[-1] is Ellipsis:
        each = _encoder(inner[0], name)
        return lambda value, said: [each(one, said) for one in value]
    if origin is tuple:
        parts = [_encoder(one, name) for one in inner]
        return lambda value, said: [part(one, said) for part, one in zip(parts, value, strict=True)]
    if origin in (Mapping, dict):
        each = _encoder(inner[1], name)
        return lambda value, said: {key: each(one, said) for key, one in value.items()}
    if is_dataclass(hint):
        return lambda value, said: to_plain(value, said)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value, said: value.value
    if hint is str and name in NAMES:
        return _same
    if hint is str and name in SENTENCES:
        return lambda value, said: scrubbed(value)
    if hint is str:
        return lambda value, said: said(value)
    if hint is bytes:
        return lambda value, said: len(value)
    if hint in (bool, int, float):
        return _same
    return _any_encoder(name)


def _same(value: Any, said: Said) -> Any:
    return value


def _any_encoder(name: str) -> _Encode:
    """For a field that takes several types: by the value that is there."""

    def encode(value: Any, said: Said) -> Any:
        kind = type(value)
        if kind not in (str, bool, int, float, bytes) and not is_dataclass(kind):
            raise TypeError(f"{name}: a {kind.__name__} has no place in a record")
        return _encoder(kind, name)(value, said)

    return encode


def from_plain(kind: Callable[..., _T], plain: Mapping[str, Any]) -> _T:
    """The dataclass that `to_plain` took apart.

    Fields that this version does not know are left out, and a word that is not one of a `Literal`
    is taken as it is: a record of another version should still be read.

    Raises:
        ValueError: a field is missing, or has another type.
    """
    values = {}
    for name, wanted, is_needed in _needs(kind):
        if name in plain:
            values[name] = _typed(plain[name], wanted, name)
        elif is_needed:
            raise ValueError(f"{name} is missing")
    return kind(**values)


@cache
def _needs(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name and type of each field, and whether it has no default."""
    hints = get_type_hints(kind)
    return tuple(
        (one.name, hints[one.name], one.default is MISSING and one.default_factory is MISSING)
        for one in fields(kind)
    )


def _typed(value: Any, wanted: Any, name: str) -> Any:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _typed(value, next(one for one in inner if one is not type(None)), name)
    if origin is Literal:
        wanted = type(inner[0])
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{name}: {value!r:.40} is no list")
        many = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        if len(many) != len(value):
            raise ValueError(f"{name}: {len(value)} values stand where {len(many)} should")
        return tuple(_typed(one, part, name) for one, part in zip(value, many, strict=True))
    if isinstance(wanted, type) and is_dataclass(wanted):
        if not isinstance(value, dict):
            raise ValueError(f"{name}: {value!r:.40} is no record")
        return from_plain(wanted, value)
    if origin in (Mapping, dict) and isinstance(value, dict):
        if inner[1] is Any:
            return value
        return {str(key): _typed(one, inner[1], name) for key, one in value.items()}
    if wanted is float and type(value) is float and not isfinite(value):
        raise ValueError(f"{name}: {value} is no number that a record has")
    if wanted is float and type(value) is int and abs(value) < _MOST:
        return float(value)
    if wanted is bytes and isinstance(value, bytes):
        return value
    if wanted is bytes and type(value) is int and 0 <= value <= MOST_BYTES:
        return bytes(value)
    if not isinstance(wanted, type) or not isinstance(value, wanted):
        raise ValueError(f"{name}: {value!r:.40} is no {getattr(wanted, '__name__', wanted)}")
    return value
