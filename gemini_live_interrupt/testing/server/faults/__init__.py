"""The catalogue of faults, by name: what users of the real service reported, on request.

Every class says what happens and where it was seen. Names are for ``LiveServer(faults=["freeze"])``;
the classes take options: ``LiveServer(faults=[Phantom(burst=5, probability=0.3)])``. All faults
combine, and draw what is random from the server's seed.
"""

from __future__ import annotations

from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.faults.connection import (
    CloseAfterContent,
    Drop,
    GoAway,
    InternalError,
    RefuseContent,
    ResumeTooSoon,
)
from gemini_live_interrupt.testing.server.faults.cuts import (
    InterruptedAfterGeneration,
    LateContent,
    Phantom,
    PhantomActivity,
    RepeatedInterrupted,
)
from gemini_live_interrupt.testing.server.faults.messages import (
    DoubleTurnComplete,
    DuplicateTranscript,
    LateTranscript,
    NoUsage,
    Slow,
    Split,
    UnknownField,
    UnknownMessage,
    Withhold,
    WrongTranscript,
)
from gemini_live_interrupt.testing.server.faults.model import (
    Freeze,
    ReadsNoteAloud,
    Stall,
    ToolCalls,
    UnreadNotes,
)
from gemini_live_interrupt.testing.server.faults.words import (
    ControlTokens,
    DigitalSilence,
    EarlyTurnComplete,
    SplitUtterance,
    TextOnlyTurn,
    TextWithInterrupted,
    UnspokenText,
)

__all__ = [
    "FAULTS",
    "CloseAfterContent",
    "ControlTokens",
    "DigitalSilence",
    "DoubleTurnComplete",
    "Drop",
    "DuplicateTranscript",
    "EarlyTurnComplete",
    "Fault",
    "Freeze",
    "GoAway",
    "InternalError",
    "InterruptedAfterGeneration",
    "LateContent",
    "LateTranscript",
    "NoUsage",
    "Phantom",
    "PhantomActivity",
    "ReadsNoteAloud",
    "RefuseContent",
    "RepeatedInterrupted",
    "ResumeTooSoon",
    "Slow",
    "Split",
    "SplitUtterance",
    "Stall",
    "TextOnlyTurn",
    "TextWithInterrupted",
    "ToolCalls",
    "UnknownField",
    "UnknownMessage",
    "UnreadNotes",
    "UnspokenText",
    "Withhold",
    "WrongTranscript",
    "fault_named",
]

FAULTS: dict[str, Fault] = {
    "freeze": Freeze(),
    "phantom": Phantom(),
    "phantom_after": Phantom(when="after"),
    "phantom_idle": Phantom(when="idle"),
    "phantom_in_vain": Phantom(when="in_vain"),
    "phantom_burst": Phantom(burst=5),
    "phantom_activity": PhantomActivity(),
    "repeated_interrupted": RepeatedInterrupted(),
    "interrupted_after_generation": InterruptedAfterGeneration(),
    "text_with_interrupted": TextWithInterrupted(),
    "late_content": LateContent(),
    "early_turn_complete": EarlyTurnComplete(),
    "no_turn_complete": Withhold(what="turn_complete"),
    "no_generation_complete": Withhold(what="generation_complete"),
    "no_input_transcript": Withhold(what="input_transcript"),
    "no_output_transcript": Withhold(what="output_transcript"),
    "no_usage": NoUsage(),
    "double_turn_complete": DoubleTurnComplete(),
    "duplicate_transcript": DuplicateTranscript(),
    "late_transcript": LateTranscript(),
    "noise_transcript": WrongTranscript(text="<noise>"),
    "wrong_language": WrongTranscript(text="Подписывайтесь на канал."),
    "split_utterance": SplitUtterance(),
    "control_tokens": ControlTokens(),
    "unspoken_text": UnspokenText(),
    "text_only_turn": TextOnlyTurn(),
    "digital_silence": DigitalSilence(),
    "slow": Slow(),
    "split": Split(),
    "unknown_message": UnknownMessage(),
    "unknown_field": UnknownField(),
    "refuse_content": RefuseContent(),
    "close_after_content": CloseAfterContent(),
    "internal_error": InternalError(),
    "drop": Drop(),
    "go_away": GoAway(),
    "go_away_after_generation": GoAway(when="generated", at_ms=0.0, time_left_ms=10_000.0),
    "resume_too_soon": ResumeTooSoon(),
    "stall": Stall(),
    "reads_note_aloud": ReadsNoteAloud(),
    "unread_notes": UnreadNotes(),
    "tool_call": ToolCalls(),
}
"""Every fault by name, with its default options."""


def fault_named(name: str) -> Fault:
    """The fault of that name.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    if name not in FAULTS:
        raise ValueError(f"no fault is called {name!r}; there are {', '.join(sorted(FAULTS))}")
    return FAULTS[name]
