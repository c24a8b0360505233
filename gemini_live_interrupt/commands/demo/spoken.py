"""What was heard in one conversation, as a list of entries to show and as figures to compare.

Two sources: the local server's own record of what it spoke, which is exact and owes nothing to the
library; and, for the real service, which tells nobody, an estimate from what was received. Neither
knows how an entry looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gemini_live_interrupt.core.events import (
    Interrupted,
    Interruption,
    ModelAudio,
    ModelText,
    TurnComplete,
)
from gemini_live_interrupt.genai.messages import from_server
from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.testing.people import PlayedSpan, SpeakerSim
from gemini_live_interrupt.testing.scoring import heard_text, score
from gemini_live_interrupt.testing.server.live_session import LiveSession
from gemini_live_interrupt.testing.server.note_reading import find_quotation, what_is_asked
from gemini_live_interrupt.testing.server.record import Note, SessionRecord, Turn

__all__ = ["Entry", "Figures", "FromReceived", "FromServer", "Source", "note_entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened, in a form to be shown."""

    at: float
    """When, on the event loop's clock, in seconds."""
    kind: Literal["user", "model", "note"]
    """Who spoke, or a note that was sent to the model."""
    text: str
    """The words: of the model, those that were heard so far; of a note, all of it."""
    lost: int = 0
    """Words of a cut reply that were sent, and never heard."""
    is_cut: bool = False
    """Whether the user cut it off."""
    is_over: bool = True
    """False while more of it is to come."""
    go_on: str = ""
    """Of a note: the continuation text in it."""
    message: Literal["note", "nudge"] = "note"
    """Of a note: whether it is one, or a message that asks for a reply."""
    asks: Literal["go on", "offer"] = "go on"
    """Of a message that asks for a reply: to go on, or to ask the user whether to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One column of the table; None where it cannot be known."""

    heard: int
    """Words heard, repeats counted each time."""
    believed: int | None
    """Words that the model believed were heard."""
    never_spoken: int | None
    """Words that it passed over and that were never heard."""
    repeated: int | None
    """Words that were heard again."""
    silence_s: float
    """Seconds without a sound from either, from the model's first to the last of either."""


class Source(Protocol):
    """Where a conversation's replies come from."""

    def replies(self) -> list[Entry]:
        """The model's replies as far as they were heard."""
        ...

    def notes(self) -> list[Entry]:
        """Messages to the model, as they reached it."""
        ...

    def figures(self) -> Figures:
        """The figures so far."""
        ...


class FromServer:
    """What the local server recorded, and the speaker played."""

    def __init__(self, session: LiveSession, speaker: SpeakerSim, *, zero: float) -> None:
        self.record: SessionRecord = session.record
        self._session = session
        self._speaker = speaker
        self._zero = zero
        """When the server's clock was 0, on the event loop's clock."""

    def replies(self) -> list[Entry]:
        """The model's replies as far as they were heard."""
        self._session.report_playback(self._speaker.spans)
        return [self._entry(turn) for turn in self.record.turns]

    def notes(self) -> list[Entry]:
        """Messages to the model, as they reached it."""
        return [self._note(note) for note in self.record.notes]

    def _note(self, note: Note) -> Entry:
        quoted = [
            (found.at, turn.text[found.place :])
            for turn in self.record.turns
            if turn.started_ms < note.at_ms
            and (found := find_quotation(note.text, turn.text, turn.believed_characters))
        ]
        go_on = max(quoted)[1] if quoted else ""
        return Entry(
            at=self._zero + note.at_ms / 1000,
            kind="note",
            text=note.text,
            go_on=go_on,
            message="nudge" if note.turn_complete else "note",
            asks="offer" if what_is_asked(note.text).kind == "offer" else "go on",
        )

    def _entry(self, turn: Turn) -> Entry:
        heard = heard_text(self.record, turn)
        sent = len(turn.believed.split())
        is_played = turn.is_cut or len(heard.split()) == len(turn.words)
        return Entry(
            at=self._zero + turn.started_ms / 1000,
            kind="model",
            text=heard,
            lost=sent - len(heard.split()) if turn.is_cut else 0,
            is_cut=turn.is_cut,
            is_over=turn.ended_ms is not None and is_played,
        )

    def figures(self) -> Figures:
        """The figures so far."""
        self._session.report_playback(self._speaker.spans)
        result = score(self.record)
        return Figures(
            heard=result.words_heard,
            believed=believed_words(self.record.turns),
            never_spoken=result.words_skipped,
            repeated=result.words_repeated,
            silence_s=result.silence_s,
        )


def believed_words(turns: Sequence[Turn]) -> int:
    """Words that the model took for heard: all that it sent, unless it went on from elsewhere
    because a message said so."""
    believed = 0
    for turn in turns:
        text = turn.believed
        for later in turns:
            plan = later.plan
            if turn.is_cut and plan.resumes is turn.plan and plan.used_note is not None:
                place = plan.resumed_at if plan.keeps_at is None else plan.keeps_at
                text = text if place is None else turn.text[:place]
                break
        believed += len(text.split())
    return believed


class Speaker(Protocol):
    """Knows what was played."""

    spans: list[PlayedSpan]


class FromReceived:
    """What a client can tell by itself: text and audio as received, and what was played of it."""

    def __init__(self, speaker: Speaker, said: list[tuple[float, float, str]]) -> None:
        self._speaker = speaker
        self._said = said
        self._turns: list[_Received] = []
        self._received_ms = 0.0

    def take(self, message: Any, now: float) -> None:
        """One message of the service; `now` on the event loop's clock, in seconds."""
        for event in from_server(message):
            if isinstance(event, ModelText | ModelAudio):
                if not self._turns or self._turns[-1].is_over:
                    self._turns.append(_Received(at=now, start_ms=self._received_ms))
                turn = self._turns[-1]
                if isinstance(event, ModelText):
                    turn.text.add_text(event.text, event.words)
                else:
                    turn.text.add_audio(event.pcm, event.sample_rate)
                    self._received_ms += len(event.pcm) / 2 / event.sample_rate * 1000
            elif isinstance(event, Interrupted | TurnComplete) and self._turns:
                turn = self._turns[-1]
                turn.is_cut |= isinstance(event, Interrupted) and not turn.is_over
                turn.is_over = True
                turn.text.complete()

    def replies(self) -> list[Entry]:
        """The model's replies as far as they were heard, by estimate."""
        entries = []
        for turn in self._turns:
            played = self._played(turn)
            heard = turn.text.text[: turn.text.heard_at(played).end].strip()
            lost = len(turn.text.text.split()) - len(heard.split())
            entries.append(
                Entry(
                    at=turn.at,
                    kind="model",
                    text=heard,
                    lost=lost if turn.is_cut else 0,
                    is_cut=turn.is_cut,
                    is_over=turn.is_over,
                )
            )
        return entries

    def notes(self) -> list[Entry]:
        """None: a client does not see what reached the model."""
        return []

    def _played(self, turn: _Received) -> float:
        end_ms = turn.start_ms + turn.text.received_ms
        return sum(
            max(0.0, min(span.to_ms, end_ms) - max(span.from_ms, turn.start_ms))
            for span in self._speaker.spans
        )

    def figures(self) -> Figures:
        """Words heard and silence; what the model believes cannot be seen from here."""
        spans = self._speaker.spans
        heard = [(span.at, span.at + (span.to_ms - span.from_ms) / 1000) for span in spans]
        first = min((start for start, _ in heard), default=0.0)
        audible = heard + [(start, end) for start, end, _ in self._said]
        silence, until = 0.0, first
        for start, end in sorted(audible):
            silence += max(0.0, start - until)
            until = max(until, end)
        return Figures(
            heard=sum(len(reply.text.split()) for reply in self.replies()),
            believed=None,
            never_spoken=None,
            repeated=None,
            silence_s=silence,
        )


@dataclass(slots=True, kw_only=True)
class _Received:
    """A reply as it was received."""

    at: float
    start_ms: float
    """Where its audio begins in the received audio."""
    text: ModelTurn = field(default_factory=ModelTurn)
    is_cut: bool = False
    is_over: bool = False


def note_entry(interruption: Interruption, at: float) -> Entry:
    """What was sent to the model for one interruption."""
    return Entry(
        at=at,
        kind="note",
        text=interruption.note,
        go_on=interruption.continuation,
    )
