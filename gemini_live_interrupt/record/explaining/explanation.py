"""The whole explanation of one record.

Knows in which order a reader wants it: what went wrong first, then the call. Must not know where it
is shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gemini_live_interrupt.record.explaining import story
from gemini_live_interrupt.record.explaining.call import read
from gemini_live_interrupt.record.explaining.causes import findings
from gemini_live_interrupt.record.explaining.finding import REMARK, Finding
from gemini_live_interrupt.record.lines import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What happened in a call, and what probably went wrong."""

    opening: str
    """What kind of call it was."""
    causes: tuple[Finding, ...]
    """Likely causes of trouble, the likeliest first; none if nothing went wrong that shows."""
    remarks: tuple[Finding, ...]
    """Worth knowing; they explain no bad call."""
    interruptions: tuple[tuple[str, ...], ...]
    """Each interruption, in sentences. Numbers in brackets are lines of the record."""
    ending: str
    """How it ended; "" where that is not known."""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return asdict(self)


def explain(record: Record) -> Explanation:
    """Explain a call.

    Args:
        record: of one session.
    """
    call = read(record)
    found = findings(call)
    return Explanation(
        opening=story.opening(call),
        causes=tuple(one for one in found if one.weight >= REMARK),
        remarks=tuple(one for one in found if one.weight < REMARK),
        interruptions=tuple(tuple(story.interruption(call, cut)) for cut in call.cuts),
        ending=story.ending(call),
    )
