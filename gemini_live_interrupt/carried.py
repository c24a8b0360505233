"""What a conversation takes along to its next connection, and its form as JSON.

Knows the record and its versioned text form. Must not know where it is kept or which session gets it. The server keeps
its own history over a session resumption, but no client-side fact: not how far a reply was heard, and not a note that
was on its way when the connection broke. Both are here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from gemini_live_interrupt.events import History, Interruption, ToolCall

VERSION = 1
_MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The state of one conversation, without its audio.

    >>> state = Carried(history=(("user", "Hello."),), untold=None, pace=None)
    >>> Carried.from_json(state.to_json()) == state
    True
    """

    history: History
    """The last turns, the oldest first."""
    untold: Interruption | None
    """A cut that the model has not been told about."""
    pace: float | None
    """The speaking rate that was learnt; see `model_turn.Pace`."""

    def to_json(self) -> str:
        """A small JSON text, to be stored by the app and given back when it resumes."""
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> Carried:
        """Read what `to_json` wrote.

        Raises:
            ValueError: if it is not such a text, or of a newer version.
        """
        try:
            if len(text) > _MOST_CHARACTERS:
                raise ValueError("it is too long")
            data = json.loads(text)
            if data["version"] != VERSION:
                raise ValueError(f"its version is {data['version']}, not {VERSION}")
            untold = data["untold"]
            return cls(
                history=_history(data["history"]),
                untold=None if untold is None else _interruption(untold),
                pace=None if data["pace"] is None else float(data["pace"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"This is not a state of gemini-live-interrupt: {error}") from error


def _history(turns: Any) -> History:
    for role, text in turns:
        if role not in ("user", "model") or not isinstance(text, str):
            raise ValueError("a turn of its history is malformed")
    return tuple((role, text) for role, text in turns)


def _interruption(data: dict[str, Any]) -> Interruption:
    values = {field.name: data[field.name] for field in fields(Interruption)}
    for name in ("heard", "unheard", "continuation", "user_text"):
        if not isinstance(values[name], str):
            raise ValueError(f"{name} is not text")
    values["history"] = _history(values["history"])
    values["tool_calls"] = tuple(ToolCall(**call) for call in values["tool_calls"])
    return Interruption(**values)
