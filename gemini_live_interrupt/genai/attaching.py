"""Reaching one session: the object that really receives, and wrappers on that object alone.

Knows proxies around a session, and how wrappers are put on an object and taken off. Must not know
which classes are wrapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MethodType
from typing import Any

from gemini_live_interrupt.genai.wrappers import methods
from gemini_live_interrupt.genai.wrapping import BoundWrapper, is_wrapped, mark_of, wrap

NEEDED = ("_receive", "send_client_content")
"""What a live session must have to be followed at all."""
_MOST_PROXIES = 10
_METHODS = methods(at_class=False)


def real_session(given: Any) -> Any:
    """The session inside a proxy: what its messages really come through."""
    for _ in range(_MOST_PROXIES):
        inner = next((one for one in _inside(given) if one is not given and is_session(one)), None)
        if inner is None:
            break
        given = inner
    return given


def _inside(given: Any) -> Iterator[Any]:
    """What it may be a proxy of: what it says it wraps, or whose methods it hands on."""
    yield _look(given, "__wrapped__")
    own = _look(given, "__dict__") or {}
    for name in ("receive", "_receive"):
        # A copy has the wrappers of the session that was copied.
        if mark_of(own.get(name)) is None:
            yield _look(_look(given, name), "__self__")


def _look(thing: Any, name: str) -> Any:
    """An attribute of an object that need not like to be looked at."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def is_session(thing: Any) -> bool:
    """Whether it has what is needed of a live session."""
    return not isinstance(thing, type) and all(callable(_look(thing, name)) for name in NEEDED)


def is_receiving(session: Any) -> bool:
    """Whether somebody waits for its next message already, as far as websockets shows that."""
    socket = getattr(session, "_ws", None)
    return getattr(getattr(socket, "recv_messages", None), "get_in_progress", False) is True


def put_on(session: Any) -> frozenset[str]:
    """Wrap the methods of this one object, but those that are wrapped in its class already.

    Returns:
        Their names.

    Raises:
        Exception: whatever an object raises whose attributes cannot be set.
    """
    done = set()
    _drop_those_of_another(session)
    for name, around in _METHODS.items():
        method = getattr(session, name, None)
        if method is None or is_wrapped(method):
            continue
        if isinstance(method, MethodType) and method.__self__ is session:
            wrapper, _ = wrap(method.__func__, around)
            setattr(session, name, MethodType(wrapper, session))
        else:
            setattr(session, name, BoundWrapper(method, session, around))
        done.add(name)
    return frozenset(done)


def _drop_those_of_another(session: Any) -> None:
    """A copy of a session has its wrappers, which are bound to the one that was copied."""
    own = getattr(session, "__dict__", {})
    for name in _METHODS:
        method = own.get(name)
        if mark_of(method) is not None and getattr(method, "__self__", None) is not session:
            delattr(session, name)


def take_off(session: Any) -> None:
    """Take them off again; what others have put over them stays."""
    own = getattr(session, "__dict__", {})
    for name in _METHODS:
        method = own.get(name)
        if mark_of(method) is not None:
            delattr(session, name)
