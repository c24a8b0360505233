"""The wrappers around google-genai (wrapt): which sessions are followed, and with what options.

Knows the names of google-genai's live classes, and nothing of conversations. Enabling wraps a few
methods of `AsyncSession` and `AsyncLive.connect` once for the process; each session that connects
then gets a tracker of its own with the options of that moment. Disabling takes the wrappers off, or
leaves them in place without effect where somebody else has wrapped on top of them. A single session
can be attached without wrapping any class.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterable
from typing import Any, cast

import wrapt
from loguru import logger

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai import messages
from gemini_live_interrupt.genai.handover import Handover
from gemini_live_interrupt.genai.session import OURS, SessionTracker, close_code
from gemini_live_interrupt.genai.settings import Settings

_LIVE = "google.genai.live"
_OLDEST, _NEWEST = (1, 68), (3,)
"""Versions of google-genai that were tried."""


class InterruptResumeWarning(UserWarning):
    """Something keeps interrupt-resume from working; the text says what to change."""


_lock = threading.RLock()
_enabled: Settings | None = None
_hooked = False
_trackers: weakref.WeakKeyDictionary[Any, SessionTracker] = weakref.WeakKeyDictionary()
_refused: dict[tuple[str, str], set[e.Delivery]] = {}
"""What a model of a backend has refused: later sessions take the profile's next delivery, and none
when there is none left."""


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
        for session, tracker in list(_trackers.items()):
            tracker.stop()
            _detach(session)
        _trackers.clear()
        _unwrap_if_imported()


def tracker_of(session: Any) -> SessionTracker | None:
    """The tracker of a session, if it is followed."""
    try:
        return _trackers.get(session)
    except TypeError:  # Not even an object that could be a session.
        return None


def attach(
    session: Any, settings: Settings, *, model: str | None = None, handle: str | None = None
) -> SessionTracker:
    """Follow this one session, without wrapping any class."""
    for name in ("_receive", "send_client_content"):
        if not hasattr(session, name):
            raise TypeError(
                f"attach takes a google-genai live session, not {type(session).__name__}"
            )
    with _lock:
        before = _trackers.pop(session, None)
        if before is not None:
            before.stop()
            _detach(session)
        for name, wrapper in _METHODS.items():
            method = getattr(session, name, None)
            if method is not None:
                setattr(session, name, _Wrapper(method, wrapper))
        config = {"session_resumption": {"handle": handle}}
        return _follow(session, settings, model=model, config=config)


def _detach(session: Any) -> None:
    for name in _METHODS:
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
                    _warn(f"google-genai has no {class_name}.{method}; interrupts are not resumed.")
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
        _warn(
            f"google-genai {version} was not tried with this version of gemini-live-interrupt "
            f"(it was with {_OLDEST[0]}.{_OLDEST[1]} to {_NEWEST[0]}.x). It may work; update whichever is older."
        )


_warned: set[str] = set()


def _say_once(message: str, level: str = "WARNING") -> bool:
    """One log line in this process; whether it was the first time."""
    if message in _warned:
        return False
    _warned.add(message)
    logger.log(level, message)
    return True


def _warn(message: str) -> None:
    """The same, and a Python warning: there is something to change."""
    if _say_once(message):
        warnings.warn(message, InterruptResumeWarning, stacklevel=4)


# --- the wrappers


async def _receive(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
    tracker = _trackers.get(session)
    if tracker is None:
        return await wrapped(*args, **kwargs)
    try:
        message = await wrapped(*args, **kwargs)
    except Exception as error:
        code = close_code(error)
        if code is not None:
            tracker.close(wanted=False, code=code)
        raise
    content = getattr(message, "server_content", None)
    urgent = bool(getattr(content, "interrupted", None))
    tracker.receive(messages.from_server(message), urgent=urgent)
    update = getattr(message, "session_resumption_update", None)
    if update is not None and getattr(update, "new_handle", None):
        with contextlib.suppress(Exception):  # The message is the host's, whatever we make of it.
            tracker.on_handle(update.new_handle)
    return message


def _observing(read: Callable[..., Iterable[e.Event]]) -> Any:
    """A wrapper for a method that sends: afterwards, `read` says what it meant."""

    async def wrapper(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
        result = await wrapped(*args, **kwargs)
        tracker = _trackers.get(session)
        if tracker is not None and not OURS.get():
            tracker.take(read(*args, **kwargs))
        return result

    return wrapper


def _read_realtime_input(**arguments: Any) -> Iterable[e.Event]:
    return messages.from_realtime_input(arguments)


def _read_client_content(*, turns: Any = None, turn_complete: bool = True) -> Iterable[e.Event]:
    return messages.from_client_content(turns, turn_complete)


def _read_tool_response(*, function_responses: Any = None, **_: Any) -> Iterable[e.Event]:
    return messages.from_tool_response(function_responses)


def _send(wrapped: Any, session: Any, args: Any, kwargs: Any) -> Any:
    # Not awaited here: it warns of its deprecation, and the warning names who awaits it.
    tracker = _trackers.get(session)
    if tracker is not None and not OURS.get():
        tracker.take(_read_send(*args, **kwargs))
    return wrapped(*args, **kwargs)


def _read_send(
    input: Any = None, end_of_turn: bool | None = False, *_: Any, **__: Any
) -> Iterable[e.Event]:
    return messages.from_send(input, bool(end_of_turn))


def _connect(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    manager = wrapped(*args, **kwargs)
    if _enabled is None:
        return manager
    _check_transcription(kwargs.get("config"))
    return _Connecting(manager, kwargs)


class _Connecting(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """The context manager of `connect()`, with a look at what it was called with and at the session
    it gives."""

    def __init__(self, manager: Any, arguments: dict[str, Any]) -> None:
        super().__init__(manager)
        self._self_arguments = arguments
        self._self_session: Any = None

    async def __aenter__(self) -> Any:
        session = await self.__wrapped__.__aenter__()
        tracker = None
        with _lock:
            settings = _enabled
            if settings is not None and session not in _trackers:
                self._self_session = session
                try:
                    tracker = _follow(
                        session,
                        settings,
                        model=self._self_arguments.get("model"),
                        config=self._self_arguments.get("config"),
                    )
                except Exception as error:
                    logger.opt(exception=error).warning(
                        "This session is not followed because of an error of ours."
                    )
        if tracker is not None and settings is not None and settings.on_session is not None:
            try:
                settings.on_session(tracker)
            except Exception as error:
                logger.opt(exception=error).warning("A callback of the app failed.")
        return session

    async def __aexit__(self, *exc: Any) -> Any:
        tracker = _trackers.get(self._self_session) if self._self_session is not None else None
        if tracker is not None:
            tracker.close(wanted=True)
        return await self.__wrapped__.__aexit__(*exc)


_METHODS: dict[str, Any] = {
    "_receive": _receive,
    "send_realtime_input": _observing(_read_realtime_input),
    "send_client_content": _observing(_read_client_content),
    "send_tool_response": _observing(_read_tool_response),
    "send": _send,
}
_NEEDED = {("AsyncSession", "_receive"), ("AsyncSession", "send_client_content")}


def _targets() -> list[tuple[str, str, Any]]:
    return [
        ("AsyncLive", "connect", _connect),
        *(("AsyncSession", name, wrapper) for name, wrapper in _METHODS.items()),
    ]


# --- one session


def _follow(
    session: Any, settings: Settings, *, model: str | None, config: Any = None
) -> SessionTracker:
    vertex = bool(getattr(getattr(session, "_api_client", None), "vertexai", False))
    profile = profile_for(model, vertex=vertex)
    if model and not profile.known:
        _say_once(
            f"Model {model} is not known; it is treated like the newest family ({profile.family}).",
            "INFO",
        )
    if settings.delivery == "auto" and profile.silent_reaches_audio_turn is False:
        _say_once(
            f"{model}: silent notes are often not used by the next spoken turn of this family (reported). "
            'delivery="answering" works, at the price of a possible double reply; '
            "`gemini-live-interrupt probe` tells what your model does.",
            "INFO",
        )
    key = (profile.family, profile.backend)
    refused = _refused.get(key, set())
    wanted = profile.deliveries
    if settings.delivery != "auto":
        wanted = (cast(e.Delivery, settings.delivery),)
    deliveries = [delivery for delivery in wanted if delivery not in refused]
    options = Options(
        max_history=settings.max_history,
        delivery=deliveries[0] if deliveries else "silent",
        notes=bool(deliveries),
        nudges=bool(profile.deliveries),
        muted="answering" in refused,
        user_words_note=settings.user_words_note,
        latency_ms=settings.output_latency_ms,
        false_interruption_after=settings.false_interruption_after,
        reply_timeout=settings.reply_timeout,
        epoch=time.time() - time.monotonic(),
    )
    tracker = SessionTracker(
        session,
        Conversation(profile, options),
        prompt_builder=settings.prompt_builder,
        on_interruption=settings.on_interruption,
        on_event=settings.on_event,
    )
    tracker.on_refused = lambda delivery: _refused.setdefault(key, set()).add(delivery)
    handover = Handover(tracker, settings.store)
    tracker.on_handle = handover.handle_came
    tracker.on_closed, tracker.on_progress = handover.closed, handover.progressed
    _trackers[session] = tracker
    handle = _config(_config(config, "session_resumption"), "handle")
    if isinstance(handle, str) and handle:
        handover.resume(handle)
    return tracker


def _check_transcription(config: Any) -> None:
    """Say once what a spoken session lacks."""
    modalities = [
        str(getattr(m, "value", m)).upper()
        for m in _config(config, "response_modalities") or ["AUDIO"]
    ]
    if "AUDIO" not in modalities:
        return
    missing = [
        key
        for key in ("input_audio_transcription", "output_audio_transcription")
        if _config(config, key) is None
    ]
    if missing:
        keys = " and ".join(f'"{key}": {{}}' for key in missing)
        lost = (
            "interruptions cannot be resumed"
            if missing[-1].startswith("output")
            else "notes cannot say what the user said"
        )
        _warn(f"Without transcripts {lost}: add {keys} to the LiveConnectConfig.")


def _config(config: Any, key: str) -> Any:
    if isinstance(config, dict):
        first, *rest = key.split("_")
        return config.get(key, config.get(first + "".join(word.title() for word in rest)))
    return getattr(config, key, None)
