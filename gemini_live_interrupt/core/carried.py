"""What a conversation takes along to its next connection, and its form as JSON.

Knows the record and its versioned text form. Must not know where it is kept or which session gets it. The server keeps
its own history over a session resumption, but no client-side fact: not how far a reply was heard, and not a note that
was on its way when the connection broke. Both are here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from typing import Any, TypeVar, get_args

from gemini_live_interrupt.core.events import (
    CallOutcome,
    Cause,
    Delivery,
    History,
    Interruption,
    PositionFrom,
    Role,
    ToolCall,
)
from gemini_live_interrupt.core.in_the_air import InTheAir
from gemini_live_interrupt.core.wordless import Wordless

VERSION = 1
_T = TypeVar("_T")
_MOST_CHARACTERS = 2_000_000
_MOST_TURNS, _MOST_CALLS = 64, 64
_TURN, _NAME, _ARGUMENTS = 1_000, 200, 2_000
_HEARD, _UNHEARD = 2_000, 3_000
"""Characters of each text that go along: more than a note has of it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Carried(Wordless):
    """The state of one conversation, without its audio.

    >>> state = Carried(history=(("user", "Hello."),), question="Hello.")
    >>> Carried.from_json(state.to_json()) == state
    True
    """

    history: History
    """The last turns, the oldest first."""
    cut: Interruption | None = None
    """A cut that got no reply."""
    told: bool = False
    """Whether the model was told about it."""
    lost: bool = False
    """Whether a reply was cut of which no text is known."""
    quiet: bool = False
    """Whether the app wanted nothing said until the user speaks."""
    question: str = ""
    """What the user said and had no answer to."""
    calls: tuple[ToolCall, ...] = ()
    """Function calls that the model waits for: they survive a resumption (measured, 3.8)."""
    pace: float | None = None
    """The speaking rate that was learnt; see `model_turn.Pace`."""
    nudges: int = 0
    """How many were sent in the silence that goes on."""
    in_vain: int = 0
    """How many in a row were in vain."""
    suspected: tuple[Delivery, ...] = ()
    """Right after the last message of this delivery a connection closed by itself."""
    refused: tuple[Delivery, ...] = ()
    """The server takes no message of this delivery."""
    air: InTheAir | None = field(default=None, compare=False)
    """What is being played: then `cut` and the end of `history` say what it would be as a cut. Not
    in the JSON text, since no other machine has the speaker."""

    def to_json(self) -> str:
        """A JSON text, to be stored by the app and given back when it resumes: a few kB. Of long
        texts it has what is around the cut."""
        plain = asdict(self._capped())
        del plain["air"]
        return json.dumps({"version": VERSION, **plain}, ensure_ascii=True)

    def _capped(self) -> Carried:
        return replace(
            self,
            history=_shortened(self.history),
            cut=None if self.cut is None else _around_the_cut(self.cut),
            question=self.question[:_TURN],
            calls=_fewer(self.calls),
            suspected=self.suspected[:_MOST_CALLS],
            refused=self.refused[:_MOST_CALLS],
            air=None,
        )

    @classmethod
    def from_json(cls, text: str) -> Carried:
        """Read what `to_json` wrote, whoever may have changed it.

        Raises:
            ValueError: if it is not such a text, or of a newer version.
        """
        try:
            if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
                raise ValueError("it is no text, or too long a one")
            data = _typed(json.loads(text), dict)
            if data.get("version") != VERSION:
                raise ValueError(f"its version is {data.get('version')!r:.20}, not {VERSION}")
            cut, pace = data["cut"], data["pace"]
            state = cls(
                history=_history(data["history"]),
                cut=None if cut is None else _interruption(_typed(cut, dict)),
                told=_typed(data["told"], bool),
                lost=_typed(data["lost"], bool),
                quiet=_typed(data["quiet"], bool),
                question=_typed(data["question"], str),
                calls=_calls(data["calls"]),
                pace=None if pace is None else _number(pace),
                nudges=_count(data.get("nudges", 0)),
                in_vain=_count(data.get("in_vain", 0)),
                suspected=_deliveries(data.get("suspected", [])),
                refused=_deliveries(data.get("refused", [])),
            )
            return state._capped()
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise ValueError(f"This is not a state of gemini-live-interrupt: {error}") from error


def _shortened(history: History) -> History:
    return tuple((role, text[-_TURN:]) for role, text in history[-_MOST_TURNS:])


def _fewer(calls: tuple[ToolCall, ...]) -> tuple[ToolCall, ...]:
    return tuple(
        replace(
            call, id=call.id[:_NAME], name=call.name[:_NAME], arguments=call.arguments[:_ARGUMENTS]
        )
        for call in calls[-_MOST_CALLS:]
    )


def _around_the_cut(cut: Interruption) -> Interruption:
    """Its texts belong together as before: the continuation is their end."""
    before, behind = max(0, len(cut.heard) - _HEARD), max(0, len(cut.unheard) - _UNHEARD)
    heard, unheard = cut.heard[before:], cut.unheard[: len(cut.unheard) - behind]
    continuation = cut.continuation[: max(0, len(cut.continuation) - behind)]
    return replace(
        cut,
        heard=heard,
        unheard=unheard,
        continuation=continuation[-_HEARD - _UNHEARD :],
        position=max(0.0, cut.position - before),
        user_text=cut.user_text[:_TURN],
        note=cut.note[: 20 * _TURN],
        history=_shortened(cut.history),
        tool_calls=_fewer(cut.tool_calls),
    )


def _typed(value: Any, wanted: type[_T]) -> _T:
    if type(value) is not wanted:
        raise ValueError(f"a {type(value).__name__} stands where a {wanted.__name__} should")
    return value


def _one_of(value: Any, words: Any) -> Any:
    if value not in get_args(words):
        raise ValueError(f"{value!r:.40} is not one of its words")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError(f"{value!r:.40} is not a number")
    return float(value)


def _name(value: Any) -> str:
    """It is shown in logs as it is."""
    return "".join(filter(str.isprintable, _typed(value, str)[:_NAME]))


def _count(value: Any) -> int:
    return max(0, _typed(value, int))


def _deliveries(names: Any) -> tuple[Delivery, ...]:
    return tuple(_one_of(name, Delivery) for name in _typed(names, list)[:_MOST_CALLS])


def _history(turns: Any) -> History:
    pairs = [_typed(turn, list) for turn in _typed(turns, list)[-_MOST_TURNS:]]
    return tuple((_one_of(role, Role), _typed(text, str)) for role, text in pairs)


def _calls(calls: Any) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall(
            id=_typed(call["id"], str),
            name=_typed(call["name"], str),
            arguments=_typed(call["arguments"], str),
            outcome=_one_of(call["outcome"], CallOutcome),
        )
        for call in _typed(calls, list)[-_MOST_CALLS:]
    )


def _interruption(data: dict[str, Any]) -> Interruption:
    texts = ("heard", "unheard", "continuation", "user_text", "note")
    numbers = ("heard_ms", "received_ms", "position", "uncertainty", "time")
    plain: dict[str, Any] = {name: _typed(data[name], str) for name in texts}
    plain |= {name: _number(data[name]) for name in numbers}
    return Interruption(
        id=_typed(data["id"], int),
        history=_history(data["history"]),
        position_from=_one_of(data["position_from"], PositionFrom),
        cause=_one_of(data["cause"], Cause),
        tool_calls=_calls(data["tool_calls"]),
        estimated_by=_name(data["estimated_by"]),
        language=_name(data.get("language", "en")),
        session_id=_name(data.get("session_id", "")),
        model=_name(data.get("model", "")),
        **plain,
    )
