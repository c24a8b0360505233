"""Following every session of the process, or one: what the public functions do.

Knows what is enabled, and brings the wrappers, the sessions and the settings together. Must not
know how any of them works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from gemini_live_interrupt.genai.attaching import (
    is_receiving,
    is_session,
    put_on,
    real_session,
    take_off,
)
from gemini_live_interrupt.genai.boundary import ends_process, guarded
from gemini_live_interrupt.genai.config import handle_in, lacking, what_is_lost
from gemini_live_interrupt.genai.connecting import Watch, watched
from gemini_live_interrupt.genai.following import (
    Followed,
    follow,
    followed,
    followed_sessions,
    handle_of,
    leave,
    passed_through,
    shell_of,
)
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.patch import Patch
from gemini_live_interrupt.genai.settings import AttachSettings, SessionSettings, Settings
from gemini_live_interrupt.genai.settings_here import changed_here
from gemini_live_interrupt.genai.wrappers import methods
from gemini_live_interrupt.genai.wrapping import named
from gemini_live_interrupt.heard.arrays import load_arrays
from gemini_live_interrupt.saying import app_failed, say, say_once, warn_once, what

_enabled: Settings | None = None


def enable(settings: Settings) -> None:
    """Follow every session that connects from now on, with these settings."""
    global _enabled
    _enabled = settings
    _patch.put_on()
    load_arrays()


def disable() -> None:
    """Follow no session any more, and leave google-genai as it would be without us."""
    global _enabled
    _enabled = None
    for session in followed_sessions():
        _leave(session)
    _patch.take_off()


def is_enabled() -> bool:
    """Whether sessions that connect are followed."""
    return _enabled is not None


def attach(session: Any, given: Mapping[str, Any]) -> SessionTracker:
    """Follow this one session, without wrapping any class. What is not given stays as it was for
    it."""
    session = real_session(session)
    before = followed(session)
    settings = AttachSettings(**(_chosen_before(before) | dict(given)))
    if not is_session(session):
        raise TypeError(f"attach takes a google-genai live session, not {type(session).__name__}")
    config, handle = (
        (None, None) if before is None else (before.config, before.shell.resumption_handle)
    )
    _leave(session)
    attached = put_on(session)
    if "_receive" in attached and is_receiving(session):
        warn_once(
            "A receive() is waiting already, and the message that it brings will not be followed: "
            "attach before the first receive(), or enable before connecting."
        )
    tracker = follow(
        session,
        settings,
        model=settings.model,
        config=config,
        resumes=settings.resumption_handle,
        attached=attached,
    )
    now = shell_of(session)
    if handle and now is not None and not now.resumption_handle:
        now.hooks.handle(handle)
    return tracker


def _chosen_before(before: Followed | None) -> dict[str, Any]:
    if before is None:
        return {}
    names = [field.name for field in fields(SessionSettings)]
    chosen = {name: getattr(before.settings, name) for name in names}
    return chosen | {"model": before.handle.model}


def handle_for(session: Any) -> SessionTracker | None:
    """The handle of a session, also of one inside a proxy."""
    return handle_of(session) or _handle_of_real(session)


@guarded
def _handle_of_real(session: Any) -> SessionTracker | None:
    return handle_of(real_session(session))


def _leave(session: Any) -> None:
    if leave(session):
        take_off(session)


# --- sessions that connect


def _connect(call: Callable[..., Any], live: Any, args: Any, kwargs: Any) -> Any:
    manager = call(*args, **kwargs)
    if _enabled is None:
        return manager
    with_us = _watched(manager, call, args, kwargs)
    return manager if with_us is None else with_us


@guarded
def _watched(manager: Any, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    given = named(call, args, kwargs, ("model", "config"))
    model, config = given.get("model"), given.get("config")
    _check_transcription(config)
    watch = Watch(lambda session: _begins(session, model, config), _ends)
    with_us = watched(manager, watch)
    if with_us is None:
        say_once(
            f"Sessions are not followed: connect() gave a {type(manager).__name__}, which is no "
            "context manager. attach_interrupt_resume(session) follows one that is connected."
        )
    return with_us


@guarded
def _check_transcription(config: Any) -> None:
    missing = lacking(config)
    if missing:
        warn_once(what_is_lost(missing))


def _begins(given: Any, model: Any, config: Any) -> None:
    settings = _enabled
    if settings is None:
        return
    settings = changed_here(settings)
    try:
        handle = _follow(given, settings, model, config)
    except Exception as error:
        say(
            "WARNING",
            f"This session is not followed: a {type(given).__name__} that cannot be ({what(error)}).",
        )
        passed_through()
        return
    if handle is not None and settings.on_session is not None:
        try:
            settings.on_session(handle)
        except BaseException as error:
            if ends_process(error):
                raise
            app_failed(settings.on_session, error, "The session is followed all the same.")


def _follow(given: Any, settings: Settings, model: Any, config: Any) -> SessionTracker | None:
    session = real_session(given)
    if handle_of(session) is not None:
        return None
    if not is_session(session):
        raise TypeError("it has no _receive and send_client_content")
    _patch.put_on()  # Its class may be another than when it was enabled: the module was reloaded.
    attached = put_on(session)
    try:
        handle = follow(
            session,
            settings,
            model=model,
            config=config,
            resumes=guarded(handle_in)(config),
            attached=attached,
        )
    except Exception:
        take_off(session)
        raise
    if _enabled is None:  # Disabled meanwhile, in another thread.
        _leave(session)
        return None
    return handle


def _ends(given: Any) -> None:
    shell = shell_of(real_session(given))
    if shell is not None:
        shell.close(wanted=True)


_patch = Patch(
    [
        ("AsyncLive", "connect", _connect),
        *(("AsyncSession", name, around) for name, around in methods(at_class=True).items()),
    ]
)
