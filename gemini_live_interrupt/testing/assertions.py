"""What a test of a voice app wants to be sure of, in one line each.

Knows the server's record. Nothing here comes from the library: an assertion about what was heard
goes by what the client says that it played, or by the clock.
"""

from __future__ import annotations

import re
from typing import Protocol

from gemini_live_interrupt.testing.scoring import heard_text
from gemini_live_interrupt.testing.server.record import Note, SessionRecord, Turn

__all__ = ["assert_heard", "assert_one_note", "assert_resumed"]

_SENTENCE = re.compile(r"(?<=[.!?。！？।])[\"'”’)]*\s*(?=\S)")


class HasRecord(Protocol):
    """A session of the server."""

    @property
    def record(self) -> SessionRecord: ...


def assert_heard(
    session: HasRecord | SessionRecord, text: str, *, turn: int = 0, within_words: int = 0
) -> None:
    """What the user heard of a reply is this text, in whole words.

    Args:
        session: a session of the server, say ``server.sessions[0]``, which was told what was
            played: ``session.report_playback(speaker.spans)``.
        text: the words.
        turn: which of the model's replies, from 0.
        within_words: so many words more or less are right, too: a voice detector takes its time.
    """
    record = _record(session)
    assert record.played, (
        "nobody said what was played: call server.sessions[0].report_playback(speaker.spans) first"
    )
    assert turn < len(record.turns), f"there were only {len(record.turns)} replies, from 0"
    heard = heard_text(record, record.turns[turn])
    longer, shorter = sorted((heard, text), key=len, reverse=True)
    apart = len(longer.split()) - len(shorter.split())
    assert longer.startswith(shorter) and apart <= within_words, (
        f"heard of reply {turn}: {heard!r}, not {text!r}"
    )


def assert_one_note(session: HasRecord | SessionRecord, *containing: str) -> Note:
    """The model was told once of each cut, silently, and each of these texts is in a note.

    Args:
        session: a session of the server.
        containing: texts that stand in the notes.

    Returns:
        The last of the notes.
    """
    record = _record(session)
    cuts = [turn for turn in record.turns if turn.is_cut]
    notes = record.silent_notes()
    assert cuts, "no reply was cut"
    assert len(notes) == len(cuts), f"{len(notes)} notes for {len(cuts)} cuts"
    assert all(set(note.roles) == {"user"} for note in notes), "a note had another role than user"
    for text in containing:
        assert any(text in note.text for note in notes), f"no note holds {text!r}"
    return notes[-1]


def assert_resumed(session: HasRecord | SessionRecord) -> Turn:
    """After each cut the model went back to what was cut: to its sentence, and not beyond it.

    An answer may come first. What was heard goes by what was played, if that was reported, else by
    the clock from the reply's first message.

    Args:
        session: a session of the server.

    Returns:
        The reply that went back, of the last cut.
    """
    record = _record(session)
    found: Turn | None = None
    cuts = [index for index, turn in enumerate(record.turns) if turn.is_cut]
    assert cuts, "no reply was cut"
    for index in cuts:
        turn = record.turns[index]
        first, latest = _from_where(record, turn)
        later = record.turns[index + 1 :]
        assert later, f"the model said nothing after reply {index} was cut"
        found = next((one for one in later if _takes_up(one, turn, first, latest)), None)
        assert found is not None, (
            f"nothing after reply {index} goes on between {turn.text[first:latest]!r} and the rest; the "
            f"next one is {later[0].text!r}"
        )
    assert found is not None
    return found


def _record(session: HasRecord | SessionRecord) -> SessionRecord:
    return session if isinstance(session, SessionRecord) else session.record


def _from_where(record: SessionRecord, turn: Turn) -> tuple[int, int]:
    """Where the cut sentence starts in a turn, and its first word that was not heard."""
    if record.played:
        heard = len(heard_text(record, turn).split())
    else:
        played = (turn.ended_ms or turn.started_ms) - turn.started_ms
        heard = sum(word.end_ms <= played for word in turn.words)
    latest = turn.words[heard].start if heard < len(turn.words) else len(turn.text)
    starts = [0, *(match.end() for match in _SENTENCE.finditer(turn.text))]
    return max(start for start in starts if start <= latest), latest


def _takes_up(later: Turn, cut: Turn, first: int, latest: int) -> bool:
    """Whether a reply says the script on from there."""
    at = 0
    for segment in cut.plan.segments:
        end = at + len(segment.text)
        if at <= latest <= end + 1:
            low, high = segment.start + max(0, first - at), segment.start + max(0, latest - at)
            return any(
                one.reply == segment.reply and low <= one.start <= high + 1
                for one in later.plan.segments
            )
        at = end + 1
    return False
