"""The public record of what came of one interruption.

Knows what an app is told about the model's reply after a cut. Must not know how it was found out.
Frozen, plain, and stable: fields may be added, none is renamed or taken away.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from gemini_live_interrupt.core.wordless import Wordless

OutcomeKind = Literal["resumed", "answered", "restarted", "skipped", "silent", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Outcome(Wordless):
    """What the model's next reply did about an interruption.

    There is one for the first reply after a cut of which something was unheard, and a second one
    for the answer to a repair, if one was sent.
    """

    interruption: int
    """The `Interruption.id`."""
    session_id: str
    """The session's, as `Interruption.session_id` has it; "" where a shell gives none."""
    time: float
    """When it was known, in seconds since the epoch."""
    kind: OutcomeKind
    """"resumed": back in the cut text at or after the start of the cut sentence and at or before the
    first unheard word, at once or after an answer; a slip of two words counts as at it. "restarted":
    further back than the cut sentence. "skipped": beyond the first unheard word. "answered":
    something else, and the cut text not touched. "silent": no reply. "unclear": in doubt."""
    skipped_words: int
    """Unheard words that the reply left out before it took the cut text up again."""
    repeated_words: int
    """Words that had been heard and were said again, the cut sentence's own beginning included."""
    reply: str
    """The reply's transcript as far as it was read, at most 500 characters."""
    note_in_prompt: bool | None
    """Whether the note was in the prompt of this reply, by the service's token counts; None where
    they do not say, or there was no note. In the prompt is not yet used."""
    repaired: bool
    """A repair was sent: this is about the answer to it."""
    model: str = ""
    """The model's name, as `Interruption.model` has it; "" where it is not known."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types, for a log.

        >>> Outcome(interruption=1, session_id="a", time=0.0, kind="silent", skipped_words=0,
        ...         repeated_words=0, reply="", note_in_prompt=None, repaired=False).to_dict()["kind"]
        'silent'
        """
        return asdict(self)
