"""Which sessions are followed, and with what: the settings, the model's profile, the delivery.

Knows every followed session of the process, and what a model has refused. Must not know how
google-genai is wrapped, or what a message means.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profile_text import FoundProfiles
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai.config import field_of, outline_of
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.handover import Handover
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.genai.remembered import remember, shown_before
from gemini_live_interrupt.genai.saying import say_once
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.genai.settings import SessionSettings
from gemini_live_interrupt.telemetry.starting import start


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One session that is followed, from both sides."""

    shell: FollowedSession
    """What the wrappers feed."""
    handle: SessionTracker
    """What the app has."""


_followed: weakref.WeakKeyDictionary[Any, Followed] = weakref.WeakKeyDictionary()
_refused: dict[tuple[str, str], set[e.Delivery]] = {}
"""What a model of a backend has refused: later sessions take the profile's next delivery, and none
when there is none left."""


def shell_of(session: Any) -> FollowedSession | None:
    """The shell's side of a session, if it is followed."""
    found = _followed.get(session)
    return found.shell if found is not None else None


def handle_of(session: Any) -> SessionTracker | None:
    """The handle of a session, if it is followed."""
    try:
        found = _followed.get(session)
    except TypeError:  # Not even an object that could be a session.
        return None
    return found.handle if found is not None else None


def follow(
    session: Any, settings: SessionSettings, *, model: str | None, config: Any = None
) -> SessionTracker:
    """Follow a session from now on.

    Args:
        session: what `connect()` gave.
        settings: what was chosen for it.
        model: what it was connected with, where that is known.
        config: the same.
    """
    vertex = bool(getattr(getattr(session, "_api_client", None), "vertexai", False))
    profile = _profiles(settings).profile_for(model, vertex=vertex)
    _say_what_is_special(model, profile, settings)
    talk = Conversation(profile, _options(settings, profile, model, config))
    resumes = field_of(field_of(config, "session_resumption"), "handle")
    recorder = start(
        settings,
        talk,
        shell="google-genai",
        model=model,
        config=outline_of(config),
        resumes=resumes if isinstance(resumes, str) else None,
    )
    shell = FollowedSession(
        session,
        talk,
        prompt_builder=settings.prompt_builder,
        on_interruption=settings.on_interruption,
        on_event=settings.on_event,
        on_outcome=settings.on_outcome,
        recorder=recorder,
    )
    if recorder is not None:
        weakref.finalize(session, recorder.abandon)
    refused = _refused.setdefault((profile.family, profile.backend), set())
    shell.on_refused = refused.add
    shell.on_learned = partial(remember, model, profile)
    handover = Handover(shell, settings.store)
    shell.on_handle = handover.handle_came
    shell.on_closed, shell.on_progress = handover.closed, handover.progressed
    handle = SessionTracker(shell, model)
    _followed[session] = Followed(shell=shell, handle=handle)
    if isinstance(resumes, str) and resumes:
        handover.resume(resumes)
    return handle


def leave(session: Any) -> bool:
    """Follow this session no more; whether it was followed."""
    found = _followed.pop(session, None)
    if found is not None:
        found.shell.stop()
    return found is not None


def leave_all() -> Iterator[Any]:
    """Follow no session any more; yields each that was followed."""
    for session in list(_followed):
        if leave(session):
            yield session


def _profiles(settings: SessionSettings) -> FoundProfiles:
    try:
        return load_profiles(settings.profile)
    except ValueError as error:  # It was well when the app chose it.
        say_once(f"{error} Our own table is used.")
        return FoundProfiles()


def _options(
    settings: SessionSettings, profile: Profile, model: str | None, config: Any
) -> Options:
    refused = _refused.get((profile.family, profile.backend), set())
    wanted = profile.deliveries
    if settings.delivery != "auto":
        wanted = (settings.delivery,)
    deliveries = [delivery for delivery in wanted if delivery not in refused]
    return Options.of(
        settings,
        delivery=deliveries[0] if deliveries else "silent",
        notes=bool(deliveries),
        nudges=bool(profile.deliveries),
        muted="answering" in refused,
        other_delivery=deliveries[1] if len(deliveries) > 1 else None,
        learned=shown_before(model, profile),
        compresses=field_of(config, "context_window_compression") is not None,
        model=model or "",
        latency_ms=settings.output_latency_ms,
        epoch=time.time() - time.monotonic(),
    )


def _say_what_is_special(model: str | None, profile: Profile, settings: SessionSettings) -> None:
    if model and not profile.known:
        say_once(
            f"Model {model} is not known; it is treated like the newest family ({profile.family}).",
            "INFO",
        )
    if settings.delivery == "auto" and profile.silent_reaches_audio_turn is False:
        does = (
            "where the story should have gone on and did not, it asks the model once more"
            if settings.repair != "never" and profile.deliveries
            else 'it tells you (on_outcome); with repair="auto" it would ask the model once more'
        )
        say_once(
            f"{model}: the next spoken reply of this model often does not use what it is told silently "
            f"(reported). The library looks at each reply after an interruption; {does}. "
            "`gemini-live-interrupt probe` tells what your model does."
        )
