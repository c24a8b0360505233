"""Which sessions are followed, and with what: the settings, the model's profile, the delivery.

Knows every followed session of the process, by identity. Must not know how google-genai is wrapped,
or what a message means. In a child of `fork` no session of the parent is followed: its event loop
and its connection are the parent's.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profile_text import FoundProfiles
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai.app_calls import AppCalls
from gemini_live_interrupt.genai.config import (
    TRANSCRIPTIONS,
    field_of,
    is_surely_spoken,
    outline_of,
    speech_interrupts,
)
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.handover import Handover
from gemini_live_interrupt.genai.inbox import Inbox
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.genai.refused import refusals
from gemini_live_interrupt.genai.remembered import remember, shown_before
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.genai.session_names import name_of_session
from gemini_live_interrupt.genai.settings import SessionSettings
from gemini_live_interrupt.record.starting import About
from gemini_live_interrupt.saying import is_new, printable, say, say_once, warn_once
from gemini_live_interrupt.telemetry.starting import start


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One session that is followed, from both sides."""

    session: weakref.ref[Any]
    """The session itself."""
    shell: FollowedSession
    """What the wrappers feed."""
    handle: SessionTracker
    """What the app has."""
    settings: SessionSettings
    """What was chosen for it."""
    config: Any
    """What it was connected with, where that is known."""
    attached: frozenset[str]
    """Methods that are wrapped on the session itself, not in its class."""


_followed: dict[int, Followed] = {}
"""By `id` of the session, which need be neither hashable nor comparable."""
inboxes: dict[int, Inbox] = {}
"""Of those that the class's `_receive` feeds, and nothing else but the inbox needs to see most of their
messages. A session leaves it before its `id` can be another's."""


def followed(session: Any) -> Followed | None:
    """A session from both sides, if it is followed."""
    found = _followed.get(id(session))
    return found if found is not None and found.session() is session else None


def shell_of(session: Any, method: str | None = None) -> FollowedSession | None:
    """The shell's side of a session, if it is followed.

    Args:
        session: may be anything.
        method: not if this method has a wrapper on the session itself, which feeds the shell.
    """
    found = _followed.get(id(session))
    if found is None or found.session() is not session or method in found.attached:
        return None
    return found.shell


def handle_of(session: Any) -> SessionTracker | None:
    """The handle of a session, if it is followed."""
    found = followed(session)
    return found.handle if found is not None else None


_MISSED = (
    "A live session is not followed: it was connected before enable_interrupt_resume(), in "
    "another process, or in a way of its own. Enable before connecting, or call "
    "attach_interrupt_resume(session)."
)


def missed(session: Any) -> None:
    """A message has come over a session that nobody feeds from here, although all should be."""
    if followed(session) is None:
        warn_once(_MISSED)


def passed_through() -> None:
    """A line has said why a session is not followed. What it is made of may be seen receiving: that is
    no second matter."""
    is_new(_MISSED)


def follow(
    session: Any,
    settings: SessionSettings,
    *,
    model: Any,
    config: Any = None,
    resumes: Any = None,
    attached: frozenset[str] = frozenset(),
) -> SessionTracker:
    """Follow a session from now on.

    Args:
        session: what its messages come through.
        settings: what was chosen for it.
        model: what it was connected with, where that is known.
        config: the same.
        resumes: the handle of the session whose conversation goes on in this one.
        attached: methods that are wrapped on the session itself.

    Raises:
        TypeError: if it cannot be weakly referenced: nobody would know when it is gone.
    """
    model = model if isinstance(model, str) else None
    key = id(session)
    reference = weakref.ref(session, lambda gone: _forget(key, gone))
    vertex = bool(getattr(getattr(session, "_api_client", None), "vertexai", False))
    profile = _profiles(settings).profile_for(model, vertex=vertex)
    _say_what_is_special(model, profile, settings)
    session_id = name_of_session(settings.session_label)
    options = _options(settings, profile, model, config, session_id)
    talk = Conversation(profile, options)
    about = About(
        shell="google-genai",
        model=model,
        config=outline_of(config),
        session_id=session_id,
        resumes=resumes if isinstance(resumes, str) else None,
    )
    recorder = start(settings, talk, about)
    shell = FollowedSession(
        reference,
        talk,
        session_id=session_id,
        app=AppCalls(
            prompt_builder=settings.prompt_builder,
            on_interruption=settings.on_interruption,
            on_event=settings.on_event,
            on_outcome=settings.on_outcome,
        ),
        recorder=recorder,
    )
    if recorder is not None:
        weakref.finalize(session, recorder.abandon)
    shell.hooks.refused = partial(refusals.add, profile)
    shell.hooks.learned = partial(remember, model, profile)
    handover = Handover(shell, settings.store)
    shell.hooks.handle = handover.handle_came
    shell.hooks.closed, shell.hooks.progress = handover.closed, handover.progressed
    handle = SessionTracker(shell, model)
    if recorder is None and "_receive" not in attached:
        inboxes[key] = shell.inbox
    _followed[key] = Followed(
        session=reference,
        shell=shell,
        handle=handle,
        settings=settings,
        config=config,
        attached=attached,
    )
    _say_that_it_is_followed(session_id, model, profile, options, config)
    if isinstance(resumes, str) and resumes:
        handover.resume(resumes)
    return handle


def _forget(key: int, gone: weakref.ref[Any]) -> None:
    found = _followed.get(key)
    if found is not None and found.session is gone:
        _pass_by(key)


def _pass_by(key: int) -> None:
    inboxes.pop(key, None)
    _followed.pop(key, None)


def leave(session: Any) -> frozenset[str] | None:
    """Follow this session no more.

    Returns:
        The methods that are wrapped on the session itself; None if it was not followed.
    """
    found = followed(session)
    if found is None:
        return None
    _pass_by(id(session))
    found.shell.stop()
    return found.attached


def followed_sessions() -> list[Any]:
    """Those that are followed now."""
    return [session for each in list(_followed.values()) if (session := each.session()) is not None]


def _leave_those_of_the_parent() -> None:
    for each in _followed.values():
        each.shell.abandon()
    _followed.clear()
    inboxes.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_those_of_the_parent)


def _profiles(settings: SessionSettings) -> FoundProfiles:
    try:
        return load_profiles(settings.profile)
    except ValueError as error:  # It was well when the app chose it.
        say_once(f"{printable(error)} Our own table is used.")
        return FoundProfiles()


def _options(
    settings: SessionSettings, profile: Profile, model: str | None, config: Any, session_id: str
) -> Options:
    refused = refusals.of(profile)
    wanted = profile.deliveries
    if settings.delivery != "auto":
        wanted = (settings.delivery,)
    deliveries = [delivery for delivery in wanted if delivery not in refused]
    if refused:
        _say_what_was_refused(session_id, refused, deliveries)
    return Options.of(
        settings,
        delivery=deliveries[0] if deliveries else "silent",
        notes=bool(deliveries),
        nudges=bool(profile.deliveries),
        muted="answering" in refused,
        other_delivery=deliveries[1] if len(deliveries) > 1 else None,
        learned=shown_before(model, profile),
        compresses=field_of(config, "context_window_compression") is not None,
        spoken=is_surely_spoken(config),
        speech_interrupts=speech_interrupts(config),
        session_id=session_id,
        model=model or "",
        latency_ms=settings.output_latency_ms,
        epoch=time.time() - time.monotonic(),
    )


def _say_what_was_refused(
    session_id: str, refused: Collection[e.Delivery], left: Sequence[e.Delivery]
) -> None:
    what = " and ".join(sorted(refused))
    how = f"{left[0]} ones instead" if left else "none"
    say(
        "WARNING",
        f"Session {session_id}: the server has refused {what} notes of this model in the last hour, "
        f"so this session sends {how}.",
    )


def _say_that_it_is_followed(
    session_id: str, model: str | None, profile: Profile, options: Options, config: Any
) -> None:
    named = printable(model) if model else "a model whose name is not known"
    user, spoken = (
        "unknown" if config is None else "on" if field_of(config, name) is not None else "off"
        for name in TRANSCRIPTIONS
    )
    notes = options.delivery if options.notes else "none"
    say(
        "INFO",
        f"Session {session_id} is followed: {named}, family {profile.family}, {profile.backend}; "
        f"notes: {notes}; transcription of the user: {user}, of the model: {spoken}",
    )


def _say_what_is_special(model: object, profile: Profile, settings: SessionSettings) -> None:
    if model and not profile.known:
        say_once(
            f"Model {printable(model)} is not known; it is treated like the newest family "
            f"({profile.family}).",
            "INFO",
        )
    if settings.delivery == "auto" and profile.silent_reaches_audio_turn is False:
        does = (
            "where the story should have gone on and did not, it asks the model once more"
            if settings.repair != "never" and profile.deliveries
            else 'it tells you (on_outcome); with repair="auto" it would ask the model once more'
        )
        say_once(
            f"{printable(model)}: the next spoken reply of this model often does not use what it is told silently "
            f"(reported). The library looks at each reply after an interruption; {does}. "
            "`gemini-live-interrupt probe` tells what your model does."
        )
