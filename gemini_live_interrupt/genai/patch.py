"""The wrappers around google-genai (wrapt): put on once, taken off without a trace.

Knows the names of google-genai's live classes, and nothing of conversations. Enabling wraps a few
methods of `AsyncSession` and `AsyncLive.connect` once for the process. Disabling takes the wrappers
off, or leaves them in place without effect where somebody else has wrapped on top of them. A single
session can be attached without wrapping any class.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from typing import Any

import wrapt

from gemini_live_interrupt.genai.config import check_transcription
from gemini_live_interrupt.genai.connecting import Connecting
from gemini_live_interrupt.genai.following import follow, leave, leave_all
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.saying import warn_once
from gemini_live_interrupt.genai.settings import AttachSettings, Settings
from gemini_live_interrupt.genai.wrappers import METHODS

_LIVE = "google.genai.live"
_OLDEST, _NEWEST = (1, 68), (3,)
"""Versions of google-genai that were tried."""

_lock = threading.RLock()
_enabled: Settings | None = None
_hooked = False


# --- the public calls


def enable(settings: Settings) -> None:
    """Follow every session that connects from now on, with these settings."""
    global _enabled, _hooked
    with _lock:
        _enabled = settings
        hooked, _hooked = _hooked, True
    # Outside the lock: another thread may be importing google-genai, and wait for it in `_wrap`.
    if not hooked:
        # Works whether google-genai was imported before, or will be, and does not import it.
        wrapt.register_post_import_hook(_wrap, _LIVE)
    _wrap_if_imported()


def disable() -> None:
    """Follow no session any more, and leave google-genai as it would be without us."""
    global _enabled
    with _lock:
        _enabled = None
        for session in leave_all():
            _detach(session)
        _unwrap_if_imported()


def attach(session: Any, settings: AttachSettings) -> SessionTracker:
    """Follow this one session, without wrapping any class."""
    for name in ("_receive", "send_client_content"):
        if not hasattr(session, name):
            raise TypeError(
                f"attach takes a google-genai live session, not {type(session).__name__}"
            )
    with _lock:
        if leave(session):
            _detach(session)
        for name, wrapper in METHODS.items():
            method = getattr(session, name, None)
            if method is not None:
                setattr(session, name, _Wrapper(method, wrapper))
        config = {"session_resumption": {"handle": settings.resumption_handle}}
        return follow(session, settings, model=settings.model, config=config)


def _detach(session: Any) -> None:
    for name in METHODS:
        if _is_attached(session, name):
            delattr(session, name)


def _is_attached(session: Any, name: str) -> bool:
    """Whether the session itself, not its class, has our wrapper around a method."""
    return isinstance(getattr(session, "__dict__", {}).get(name), _Wrapper)


# --- wrapping


def _wrap(live: Any) -> None:
    """Wrap the classes of google-genai's live module; called when it is imported, or at once."""
    # If another thread is in the middle of the import, this waits for it.
    live = importlib.import_module(_LIVE)
    with _lock:
        if _enabled is None:
            return
        for class_name, method, wrapper in _targets():
            owner = _owner(live, class_name, method)
            if owner is None:
                if (class_name, method) in _NEEDED:
                    warn_once(
                        f"google-genai has no {class_name}.{method}; interrupts are not resumed."
                    )
                    return
                continue
            outermost = vars(owner)[method]
            if not _has_ours(outermost, (class_name, method)):
                setattr(owner, method, _put_on(outermost, (class_name, method), wrapper))
    _check_version()


def _owner(live: Any, class_name: str, method: str) -> type | None:
    """The class that has the method: `class_name`, or one that it inherits from."""
    cls = getattr(live, class_name, None)
    bases = cls.__mro__ if isinstance(cls, type) else ()
    return next((base for base in bases if method in vars(base)), None)


def _wrap_if_imported() -> None:
    live = _imported()
    if live is not None:
        _wrap(live)


def _unwrap_if_imported() -> None:
    live = _imported()
    if live is None:
        return
    for class_name, method, _ in _targets():
        owner = _owner(live, class_name, method)
        outermost = vars(owner)[method] if owner is not None else None
        # Wrappers that others put on top of ours stay; ours then passes everything through.
        if isinstance(outermost, _Wrapper):
            setattr(owner, method, outermost.__wrapped__)


def _imported() -> Any:
    return sys.modules.get(_LIVE)


class _Wrapper(wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """A wrapper of ours, to be told from those of others."""


_in_charge: dict[tuple[str, str], object] = {}
"""The token of our latest wrapper of each method. An older one may be hidden below a wrapper of
somebody else that does not show what it wraps; it passes everything through."""


def _put_on(method: Any, name: tuple[str, str], wrapper: Any) -> _Wrapper:
    token = _in_charge[name] = object()

    def guarded(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        if _in_charge.get(name) is not token or _is_attached(instance, name[1]):
            return wrapped(*args, **kwargs)
        return wrapper(wrapped, instance, args, kwargs)

    return _Wrapper(method, guarded)


def _has_ours(method: Any, name: tuple[str, str]) -> bool:
    """Whether our wrapper is in the chain around a method, as far as it can be seen."""
    while method is not None:
        if isinstance(method, _Wrapper):
            return name in _in_charge
        method = getattr(method, "__wrapped__", None)
    return False


def _check_version() -> None:
    try:
        from google.genai.version import __version__ as version
    except ImportError:
        return
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if not _OLDEST <= found < (_NEWEST[0] + 1,):
        warn_once(
            f"google-genai {version} was not tried with this version of gemini-live-interrupt "
            f"(it was with {_OLDEST[0]}.{_OLDEST[1]} to {_NEWEST[0]}.x). It may work; update whichever is older."
        )


def _connect(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    manager = wrapped(*args, **kwargs)
    if _enabled is None:
        return manager
    check_transcription(kwargs.get("config"))
    return Connecting(manager, kwargs, lambda: _enabled)


_NEEDED = {("AsyncSession", "_receive"), ("AsyncSession", "send_client_content")}


def _targets() -> list[tuple[str, str, Any]]:
    return [
        ("AsyncLive", "connect", _connect),
        *(("AsyncSession", name, wrapper) for name, wrapper in METHODS.items()),
    ]
