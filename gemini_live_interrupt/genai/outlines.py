"""What the log says of an interruption and its outcome: figures, and nothing that anybody said."""

from __future__ import annotations

from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.outcome import Outcome


def outline_of_interruption(interruption: Interruption) -> str:
    """How far a reply was heard, how that is known, and whether the model was told."""
    sent = (
        f"a note of {len(interruption.note)} characters was sent"
        if interruption.note
        else "no note was sent"
    )
    return (
        f"Interruption {interruption.id}: "
        f"{interruption.heard_ms:.0f} of {interruption.received_ms:.0f} ms heard ({interruption.position_from}), "
        f"{len(interruption.heard)} of {len(interruption.heard) + len(interruption.unheard)} characters "
        f"({interruption.estimated_by}), cause {interruption.cause}; {sent}"
    )


def outline_of_outcome(outcome: Outcome) -> str:
    """What the next reply did about it."""
    parts: list[str] = [outcome.kind]
    if outcome.skipped_words:
        parts.append(f"{_words(outcome.skipped_words, 'unheard ')} left out")
    if outcome.repeated_words:
        parts.append(f"{_words(outcome.repeated_words)} said again")
    if outcome.note_in_prompt is not None:
        parts.append(f"the note was {'' if outcome.note_in_prompt else 'not '}in the prompt")
    if outcome.repaired:
        parts.append("after a repair")
    return f"Outcome of interruption {outcome.interruption}: {', '.join(parts)}"


def _words(number: int, which: str = "") -> str:
    return f"1 {which}word was" if number == 1 else f"{number} {which}words were"
