"""What travels through the pipeline because of an interruption: the context frame and its metrics.

Knows the fields. Must not know who makes, changes or delivers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipecat.frames.frames import SystemFrame
from pipecat.metrics.metrics import MetricsData

from gemini_live_interrupt.core.events import Delivery, Interruption

Kind = Literal["note", "nudge"]


@dataclass
class InterruptionContextFrame(SystemFrame):
    """What the model is told about an interruption, on its way upstream to the llm.

    A system frame, so that a second interruption does not drop it. When it reaches the llm, `note`
    goes into the live session; processors on the way may change it, and "" sends nothing.

    Parameters:
        note: The text for the model.
        kind: "note": about an interruption, at once. "nudge": breaks a silence that followed.
        delivery: "silent": adds it to the model's context. "answering": asks for a reply, too.
        interruption: What was heard, and how that is known; None for a message without one.
    """

    note: str
    kind: Kind = "note"
    delivery: Delivery = "silent"
    interruption: Interruption | None = None

    @property
    def heard(self) -> str:
        """Whole words that the user heard of the cut reply."""
        return self.interruption.heard if self.interruption else ""

    @property
    def unheard(self) -> str:
        """Received text that was not heard."""
        return self.interruption.unheard if self.interruption else ""

    @property
    def continuation(self) -> str:
        """From the start of the sentence that was cut off to the end of what was received."""
        return self.interruption.continuation if self.interruption else ""

    def __str__(self) -> str:
        """The frame without what anybody said."""
        return f"{self.name}({self.kind}, {self.delivery}, {len(self.note)} characters)"


class InterruptionMetricsData(MetricsData):
    """Figures of one interruption, in a `MetricsFrame` when metrics are enabled.

    Parameters:
        heard_ms: Audio of the cut reply that had been played, in ms.
        received_ms: Audio of the cut reply that had been received, in ms.
        unheard_words: Words that the model believes were said and the user did not hear.
        note_ms: From the cut until the note was on the wire, in ms; None if none was sent.
    """

    heard_ms: float
    received_ms: float
    unheard_words: int
    note_ms: float | None
