"""What happened in one session, as the server saw it: the truth a test asserts against.

Frozen facts in growing lists; nothing here acts. All times are ms since the connection opened.
What the user *heard* is not among them, because a server cannot know it: a client that knows its
own playback reports it (`SessionRecord.report_played`), and
`gemini_live_interrupt.testing.scoring` puts the two together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gemini_live_interrupt.testing.server.plan import Plan
from gemini_live_interrupt.testing.speech.voices import SpokenWord

__all__ = ["Note", "SessionRecord", "Turn", "UserSpeech", "WireMessage"]

Json = dict[str, Any]
State = Literal["idle", "thinking", "generating", "playing", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireMessage:
    """One message on the wire."""

    direction: Literal["sent", "received"]
    """Seen from the *client*, as in recordings: ``sent`` went to the server."""
    at_ms: float
    """When the server read or wrote it."""
    message: Json
    """The message; audio is replaced by its size in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Client content, of whatever kind."""

    at_ms: float
    """When it arrived."""
    text: str
    """All text of its turns, joined by newlines."""
    roles: tuple[str | None, ...]
    """The role of each turn; None where the client sent none."""
    turn_complete: bool
    """Whether it asked for a reply."""
    state: State
    """What the model was doing."""
    user_speaking: bool
    """Whether the user was speaking."""
    is_history: bool = False
    """Whether it only seeded the initial history (``historyConfig``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSpeech:
    """One utterance of the user."""

    start_ms: float
    """When its first sample arrived, to 32 ms; of typed text, when it arrived."""
    end_ms: float
    """When its last sample with speech arrived."""
    decided_ms: float
    """When the server took the user's turn for over."""
    text: str
    """The words; empty where they are not known."""
    source: str
    """``matched``, ``recognised``, ``unknown`` or ``typed``."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """One reply of the model. Grows while it is sent."""

    plan: Plan
    """What the model set out to say, traced to the script."""
    words: tuple[SpokenWord, ...]
    """Every word of the plan, with its times in the turn's audio; empty in TEXT sessions."""
    started_ms: float
    """When its first message was sent."""
    stream_start_ms: float
    """Audio sent in the session before this turn."""
    audio_ms: float = 0.0
    """Audio sent of this turn."""
    characters: int = 0
    """Characters of its transcript (or text) that were sent."""
    generated_ms: float | None = None
    """When generationComplete was sent."""
    ended_ms: float | None = None
    """When it was cut, or turnComplete was sent."""
    is_cut: bool = False
    """Whether a barge-in ended it."""
    cause: str = ""
    """What cut it: ``speech``, ``text``, ``content``, ``activity``, ``tool`` (a result that
    the app wants said at once), or a fault's name."""

    @property
    def text(self) -> str:
        """What the model set out to say."""
        return self.plan.text

    @property
    def believed(self) -> str:
        """What the model believes it said: every word whose audio began to go out."""
        return self.text[: self.believed_characters]

    @property
    def believed_characters(self) -> int:
        """Characters of `believed`."""
        if not self.words:
            return self.characters
        sent = [word for word in self.words if word.start_ms < self.audio_ms]
        return len(self.text) if len(sent) == len(self.words) else sent[-1].end if sent else 0


@dataclass(slots=True, kw_only=True)
class SessionRecord:
    """One connection of a client."""

    index: int
    """Position in ``LiveServer.sessions``."""
    path: str
    """Path of the request."""
    model: str = ""
    """Model id of the setup."""
    setup: Json = field(default_factory=dict)
    """The client's setup, camelCase."""
    resumed: bool = False
    """Whether it took up an earlier session by its handle."""
    messages: list[WireMessage] = field(default_factory=list)
    """Everything on the wire, in order."""
    turns: list[Turn] = field(default_factory=list)
    """The model's replies, in order."""
    notes: list[Note] = field(default_factory=list)
    """Client content, in order."""
    speech: list[UserSpeech] = field(default_factory=list)
    """The user's utterances, in order."""
    interrupted_ms: list[float] = field(default_factory=list)
    """When each ``interrupted`` was sent."""
    audio_sent_ms: float = 0.0
    """All audio sent to the client."""
    faults: list[tuple[float, str]] = field(default_factory=list)
    """Faults that struck: when and which."""
    closed: tuple[int, str] | None = None
    """Close code and reason, by whichever side; None while open."""
    ended_ms: float | None = None
    """When the connection was over."""
    played: list[tuple[float, float, float]] = field(default_factory=list)
    """What the client played: from and to in the stream of audio sent (ms), and when (ms)."""

    def report_played(self, spans: Sequence[tuple[float, float, float]]) -> None:
        """The client tells what its user heard.

        Args:
            spans: Stretches of the session's received audio that were played: from and to in ms
                since its first sample, and the session time in ms at which that began.
        """
        self.played = sorted(spans, key=lambda span: span[2])

    def report(self, played_ms_by_turn: Mapping[int, float]) -> None:
        """The client tells how much of each turn its user heard, where that is all it knows.

        Args:
            played_ms_by_turn: For a turn's index in `turns`, ms played from its start; each
                is taken to have begun when the turn's first message was sent.
        """
        self.played = [
            (turn.stream_start_ms, turn.stream_start_ms + played, turn.started_ms)
            for index, played in sorted(played_ms_by_turn.items())
            if (turn := self.turns[index]) and played > 0
        ]

    def silent_notes(self) -> list[Note]:
        """Client content that asked for no reply, initial history left out."""
        return [note for note in self.notes if not note.turn_complete and not note.is_history]

    def write_jsonl(self, path: Path | str) -> None:
        """Save the messages, one JSON object a line, as the recordings of the service are."""
        with Path(path).open("w", encoding="utf-8") as file:
            for entry in self.messages:
                line = {
                    "direction": entry.direction,
                    "at_ms": round(entry.at_ms, 1),
                    "message": entry.message,
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
