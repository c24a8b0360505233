"""Records that can be printed anywhere: their `repr` shows how much was said, and not what.

Knows which texts of a record are names of ours. A `repr` gets into tracebacks, debuggers and logs
by itself, so what people said is not in it; whoever wants the words reads the fields.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

_NAMES = {"cause", "delivery", "detail", "estimated_by", "id", "kind", "language", "model", "name"}
_NAMES |= {"outcome", "position_from", "session_id"}
"""Fields whose text nobody said."""


class Wordless:
    """The base of such a record; a dataclass with `repr=False`.

    >>> from gemini_live_interrupt.core.events import UserWords
    >>> UserWords(text="My name is Anna.", finished=True)
    UserWords(text=<16 characters>, finished=True, interim=False)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        record: Any = self
        names = [field.name for field in fields(record)]
        shown = [f"{name}={_shown(name, getattr(self, name))}" for name in names]
        return f"{type(self).__name__}({', '.join(shown)})"


def _shown(name: str, value: Any) -> str:
    if isinstance(value, str) and name not in _NAMES:
        return f"<{len(value)} characters>"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    if isinstance(value, (tuple, list)):
        return f"<{len(value)}>"
    return repr(value)
