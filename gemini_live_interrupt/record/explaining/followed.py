"""What the reply after a cut did about the text that was cut off.

Knows the core's verdict where it stands in the record, and else compares the two texts as the core does
(`core.retold`). Must not know whether that is good or bad.
"""

from __future__ import annotations

from dataclasses import dataclass

from gemini_live_interrupt.core.retold import retold
from gemini_live_interrupt.record.explaining.call import Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the next reply did."""

    kind: str
    """As `Outcome.kind` has it; "" where nothing can be said."""
    skipped_words: int = 0
    repeated_words: int = 0
    in_prompt: bool | None = None
    """Whether the note was in its prompt, where that is known."""
    line: int = 0
    """Where the reply begins, or its verdict stands."""
    repaired: str = ""
    """As `kind`, of the answer to a repair."""


def followed(cut: Cut) -> Followed:
    """What followed a cut."""
    if cut.outcome is not None:
        return Followed(
            kind=cut.outcome.kind,
            skipped_words=cut.outcome.skipped_words,
            repeated_words=cut.outcome.repeated_words,
            in_prompt=cut.outcome.note_in_prompt,
            line=cut.outcome_line,
            repaired=cut.repaired.kind if cut.repaired is not None else "",
        )
    it = cut.interruption
    if it is None or not it.unheard.strip():
        return Followed(kind="")
    if cut.next is None:
        return Followed(kind="silent")
    if not cut.next.text.strip():
        return Followed(kind="", line=cut.next.line)
    text = it.heard + it.unheard
    sentence = len(text) - len(it.continuation)
    found = retold(text, sentence=sentence, heard=len(it.heard), reply=cut.next.text)
    return Followed(
        kind=found.kind,
        skipped_words=found.skipped_words,
        repeated_words=found.repeated_words,
        line=cut.next.line,
    )
