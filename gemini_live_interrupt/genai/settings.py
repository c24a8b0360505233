"""What an app chose for its sessions, checked at the call that gave it.

Knows the arguments of `enable_interrupt_resume` and `attach_interrupt_resume`, which are documented there, and their
ranges: a wrong one is an error at once, not in a live session later. Must not know what any of them does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.core.note import PromptBuilder
from gemini_live_interrupt.genai.resumption import StateStore
from gemini_live_interrupt.genai.session import Callback, SessionTracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `enable_interrupt_resume` or `attach_interrupt_resume` was called with."""

    prompt_builder: PromptBuilder | None = None
    max_history: int = 4
    on_interruption: Callback | None = None
    on_event: Callback | None = None
    on_session: Callable[[SessionTracker], object] | None = None
    delivery: str = "auto"
    output_latency_ms: float = 0.0
    false_interruption_after: float | None = 4.0
    reply_timeout: float | None = None
    user_words_note: bool = False
    store: StateStore | None = None

    def __post_init__(self) -> None:
        for name in ("prompt_builder", "on_interruption", "on_event", "on_session"):
            value = getattr(self, name)
            if value is not None and not callable(value):
                raise TypeError(f"{name} must be callable or None, not {type(value).__name__}")
        if isinstance(self.max_history, bool) or not isinstance(self.max_history, int):
            raise TypeError(
                f"max_history must be a whole number of turns, not {self.max_history!r}"
            )
        if self.max_history < 0:
            raise ValueError(f"max_history must be 0 (keep none) or more, not {self.max_history}")
        if self.delivery not in ("auto", "silent", "answering"):
            raise ValueError(
                f'delivery must be "auto", "silent" or "answering", not {self.delivery!r}'
            )
        _check_number("output_latency_ms", self.output_latency_ms, least=0.0)
        for name in ("false_interruption_after", "reply_timeout"):
            if getattr(self, name) is not None:
                _check_number(name, getattr(self, name), least=0.1)


def _check_number(name: str, value: Any, *, least: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not least <= value < float("inf"):
        raise ValueError(f"{name} must be at least {least:g}, not {value}")
