"""What an app chooses for its google-genai sessions, checked at the call that gave it.

Knows what there is to choose beside `TelemetryChoices`, each thing once: the public functions
have their signature and their documentation from here. Must not know what any of it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.core.choices import check_callable, check_number
from gemini_live_interrupt.core.events import Interruption, Notice
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.genai.resumption import StateStore
from gemini_live_interrupt.telemetry.choices import TelemetryChoices


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings(TelemetryChoices):
    """What is chosen for one session."""

    on_interruption: Callable[[Interruption], Any] | None = None
    """Called with each `Interruption`, sync or async."""
    on_event: Callable[[Notice], Any] | None = None
    """Called with each `Notice` (false interruption, nudge, stalled, …), sync or async."""
    on_outcome: Callable[[Outcome], Any] | None = None
    """Called with each `Outcome`: what the reply after an interruption did, sync or async."""
    output_latency_ms: float = 0.0
    """How much later than played or received the user hears, in ms."""
    store: StateStore | None = None
    """Where states are kept for sessions that are resumed on another machine; None: only in this
    process."""
    session_label: str | Callable[[], str] | None = None
    """What the session is called in logs and records (`session_id`), or a function that says so when
    it connects: your own name of the call, say. Where a label comes again, ".2" and so on is added.
    None: a random one."""

    def __post_init__(self) -> None:
        # By name, because a slotted dataclass is made twice, and `super()` means the first.
        TelemetryChoices.__post_init__(self)
        check_callable("on_interruption", self.on_interruption, "interruption")
        check_callable("on_event", self.on_event, "notice")
        check_callable("on_outcome", self.on_outcome, "outcome")
        _check_store(self.store)
        if not isinstance(self.session_label, (str, type(None))):
            if not callable(self.session_label):
                raise TypeError(
                    "session_label must be a text, a function that gives one, or None, not "
                    f"{self.session_label!r:.100}"
                )
            check_callable("session_label", self.session_label)
        load_profiles(self.profile)  # What is wrong with it is wrong now.
        check_number("output_latency_ms", self.output_latency_ms, least=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(SessionSettings):
    """What is chosen for all sessions to come."""

    on_session: Callable[[SessionTracker], object] | None = None
    """Called with the handle of each session that connects, before the app gets the session. For
    frameworks that keep the session to themselves: report playback with it."""

    def __post_init__(self) -> None:
        SessionSettings.__post_init__(self)
        check_callable("on_session", self.on_session, "handle")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachSettings(SessionSettings):
    """What is chosen for a session that has connected already."""

    model: str | None = None
    """Its model's name, for the right profile; None: as it is known, else the newest family is
    assumed."""
    resumption_handle: str | None = None
    """The handle that the session was connected with, if it resumes another: the conversation's
    state is then taken over from that one."""

    def __post_init__(self) -> None:
        SessionSettings.__post_init__(self)
        for name in ("model", "resumption_handle"):
            if not isinstance(getattr(self, name), (str, type(None))):
                raise TypeError(f"{name} must be a text or None, not {getattr(self, name)!r:.100}")


def _check_store(store: Any) -> None:
    """None, or an object with a store's two methods, that can take what they are called with."""
    if store is None:
        return
    if isinstance(store, (str, type)) or not all(
        callable(getattr(store, name, None)) for name in ("put", "take")
    ):
        given = store if isinstance(store, (str, type)) else type(store)
        raise TypeError(
            "store must be an object with put(key, state, seconds) and take(key), such as "
            f'RedisStore("redis://localhost:6379/0"), not {given!r:.100}'
        )
    check_callable("store.put", store.put, "key", "state", "seconds")
    check_callable("store.take", store.take, "key")
