"""What an app is told: the public records of a conversation, and the words that they use.

Frozen and plain. Fields may be added, and none is renamed or taken away. Must not know how anything
in them was found out (`records.py` makes them), or who is told.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from gemini_live_interrupt.core.wordless import Wordless

Role = Literal["user", "model"]
History = tuple[tuple[Role, str], ...]
"""Turns as `(role, text)`, the oldest first."""

Cause = Literal["speech", "typed", "activity", "app", "phantom", "connection"]
"""Who or what caused an interruption: the user's speech, text the app sent, the app's
`activity_start`, the app saying that it emptied its speaker, the server without a visible reason,
or a connection that broke."""

PositionFrom = Literal["reported", "clock"]
Delivery = Literal["silent", "answering"]
CallOutcome = Literal["pending", "answered", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToolCall(Wordless):
    """A function call of the model that was unanswered when the user interrupted."""

    id: str
    name: str
    arguments: str = ""
    """The arguments as JSON text."""
    outcome: CallOutcome = "pending"
    """What has become of it so far."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Interruption(Wordless):
    """One interruption: what the user had heard, what was lost, and what the model was told.

    `heard + unheard` is exactly the text that was received of the cut reply.
    """

    id: int
    """Counts from 1 in each session."""
    heard: str
    """Whole words that the user heard of the cut reply, rounded down."""
    unheard: str
    """Received text that was not heard."""
    continuation: str
    """From the start of the sentence that was cut off to the end of what was received; "" when all
    was heard."""
    user_text: str
    """What the user said to interrupt, as far as known; "" when not known."""
    history: History
    """The turns before the cut reply, the oldest first; an earlier cut turn with its heard part."""
    heard_ms: float
    """Audio of the cut reply that had been played, in ms."""
    received_ms: float
    """Audio of the cut reply that had been received, in ms."""
    position: float
    """Estimated position in the received text, in characters, not rounded."""
    uncertainty: float
    """About one standard deviation of `position`, in words."""
    position_from: PositionFrom
    """How the played audio is known: reported by the app, or estimated by the clock."""
    estimated_by: str
    """How text was matched to audio: "word timestamps", "pauses", "rate", "proportion",
    "everything" or "nothing"."""
    cause: Cause
    """Who or what caused it."""
    note: str
    """What the model was told; "" when nothing was sent."""
    tool_calls: tuple[ToolCall, ...]
    """Function calls that were pending."""
    time: float
    """When, in seconds since the epoch."""
    language: str = "en"
    """The code of the conversation's language, without a region: what the built-in note is written
    in. By the setting `note_language`, else as the server says, else by what was said."""
    session_id: str = ""
    """The session's, as its handle has it; "" where a shell gives none."""
    model: str = ""
    """The model's name; "" where it is not known."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types, for a log. Stable: fields may be added, none is renamed
        or taken away. It holds what people said."""
        turns = [{"role": role, "text": text} for role, text in self.history]
        return asdict(self) | {
            "history": turns,
            "tool_calls": [asdict(call) for call in self.tool_calls],
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HeardSoFar(Wordless):
    """What the user has heard of one reply by now, for captions say.

    It is of the reply that is audible; when nothing is, of the last one: whole if it was played to
    its end, and up to the cut if it was cut.
    """

    reply: int = 0
    """Counts the replies of a session from 1; 0 before the first."""
    text: str = ""
    """Whole words that were heard, rounded down."""
    unheard: str = ""
    """Received text of this reply that was not heard, or not yet."""
    position: float = 0.0
    """Estimated position in `text + unheard`, in characters, not rounded."""
    ms: float = 0.0
    """Audio of this reply that was played, in ms."""
    received_ms: float = 0.0
    """Audio of this reply that was received, in ms."""
    audible: bool = False
    """More of it is being played."""


NoticeKind = Literal[
    "false interruption", "nudge", "repair", "gave up", "stalled", "note dropped", "notes off"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that an app may want to act upon; given to `on_event`."""

    kind: NoticeKind
    """"false interruption": nobody had spoken. "nudge": a message was sent to break a silence.
    "repair": a message was sent because a reply had not come back to what was cut.
    "gave up": the nudges did not help, or the server takes none. "stalled": the user spoke and no
    reply came, also after a nudge: reconnect. "note dropped": a note came too late to be sent.
    "notes off": this session takes no notes any more."""
    interruption: int
    """Its `Interruption.id`; 0 if there is none."""
    detail: str
    """One line for a log."""
    session_id: str = ""
    """The session's, as its handle has it; "" where a shell gives none."""
    model: str = ""
    """The model's name; "" where it is not known."""
    time: float = 0.0
    """When, in seconds since the epoch."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types, for a log. Stable: fields may be added, none is renamed
        or taken away.

        >>> Notice(kind="nudge", interruption=1, detail="Nobody spoke.").to_dict()["kind"]
        'nudge'
        """
        return asdict(self)
