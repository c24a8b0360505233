"""What made the story go on after each cut: from the local server's record, in words.

Knows which of its turns took up a cut one, and which message was used for that. Asks the library
nothing.
"""

from __future__ import annotations

from gemini_live_interrupt.testing.server.record import Note, SessionRecord, Turn

__all__ = ["how_it_went_on", "is_repair"]

_JUST = 50.0
"""ms for which an utterance may begin after it has cut a reply."""


def how_it_went_on(record: SessionRecord) -> list[str]:
    """One sentence for each cut of a reply that had more to say."""
    return [_sentence(record, turn) for turn in record.turns if turn.is_cut and _was_more(turn)]


def is_repair(record: SessionRecord, note: Note) -> bool:
    """Whether a message that asks for a reply came after one: else it broke a silence."""
    cut = [turn.ended_ms for turn in record.turns if turn.is_cut and turn.ended_ms is not None]
    before = max((at for at in cut if at <= note.at_ms), default=None)
    return before is not None and any(before < t.started_ms < note.at_ms for t in record.turns)


def _was_more(turn: Turn) -> bool:
    return any(part.reply.isdigit() for part in turn.plan.segments)


def _sentence(record: SessionRecord, cut: Turn) -> str:
    said = [one.text for one in record.speech if one.start_ms <= (cut.ended_ms or 0.0) + _JUST]
    after = f'After "{said[-1]}"' if said else "After the first cut"
    later = [turn for turn in record.turns if turn.plan.resumes is cut.plan]
    offer = next((turn for turn in later if turn.plan.keeps_at is not None and _asks(turn)), None)
    taken_up = next((turn for turn in later if turn.plan.resumed_at is not None), None)
    if taken_up is None:
        return f"{after} the story did not go on."
    note = next((note for note in record.notes if note.text == taken_up.plan.used_note), None)
    if note is None:
        if offer is not None:
            return f"{after} a repair had the model ask, and the user said yes."
        return f"{after} the model went on by itself, from where it believed it was."
    if not note.turn_complete:
        return f"{after} the story went on by the note."
    if is_repair(record, note):
        return f"{after} the note was not used; a repair made the story go on."
    return f"{after} nobody spoke; a nudge made the story go on."


def _asks(turn: Turn) -> bool:
    return turn.plan.segments[-1].reply == "offer" and turn.plan.used_note is not None
