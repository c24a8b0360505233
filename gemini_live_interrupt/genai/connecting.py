"""The context manager of `connect()`, with a look at the session that it gives.

Knows when a session begins and when the app closes it. Must not know what is made of that. The
manager that google-genai makes stays the object it is, so that it can be copied, or used as a
decorator; and no frame stands between the app's line and google-genai's, whose warnings name it by
counting frames.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import wrapt

from gemini_live_interrupt.genai.boundary import guarded

Begins = Callable[[Any], None]
"""Called with a session that `connect()` gives, before the app gets it."""
Ends = Callable[[Any], None]
"""Called with it when the app leaves the context, before it is closed."""


class Watch:
    """Who wants to know of the session of one manager."""

    def __init__(self, begins: Begins, ends: Ends) -> None:
        self.given = guarded(begins)
        """The manager has given this session."""
        self.left = guarded(ends)
        """The app leaves the context."""


def watched(manager: Any, watch: Watch) -> Any:
    """The manager, or what stands in its place, with somebody who watches.

    Args:
        manager: what `connect()` returned, to wrappers below ours or to us.
        watch: is told of its session.

    Returns:
        None if it is no context manager.
    """
    if type(manager) is contextlib._AsyncGeneratorContextManager:
        generated: Any = manager
        generated.__class__ = _Generated
        generated.watch = watch
        return generated
    if hasattr(type(manager), "__aenter__"):
        return (_CallableOther if callable(manager) else _Other)(manager, watch)
    return None


class _Generated(contextlib._AsyncGeneratorContextManager):  # type: ignore[type-arg]
    """What `contextlib.asynccontextmanager` makes."""

    watch: Watch
    session: Any = None

    async def __aenter__(self) -> Any:
        # As contextlib's own, in whose place it stands.
        del self.args, self.kwds, self.func
        try:
            session = await anext(self.gen)
        except StopAsyncIteration:
            raise RuntimeError("generator didn't yield") from None
        self.session = session
        self.watch.given(session)
        return session

    def __aexit__(self, *exc: Any) -> Any:
        session, self.session = self.session, None  # An app may keep the manager.
        if session is not None:
            self.watch.left(session)
        return super().__aexit__(*exc)

    def _recreate_cm(self) -> Any:
        again = super()._recreate_cm()
        again.watch = self.watch
        return again


# An error of the host names it, and so does a log.
_Generated.__name__ = contextlib._AsyncGeneratorContextManager.__name__
_Generated.__qualname__ = contextlib._AsyncGeneratorContextManager.__qualname__
_Generated.__module__ = contextlib.__name__


class _Other(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """What a wrapper of somebody else returned."""

    def __init__(self, manager: Any, watch: Watch) -> None:
        super().__init__(manager)
        self._self_watch = watch
        self._self_session: Any = None

    async def __aenter__(self) -> Any:
        session = await self.__wrapped__.__aenter__()
        self._self_session = session
        self._self_watch.given(session)
        return session

    async def __aexit__(self, *exc: Any) -> Any:
        session, self._self_session = self._self_session, None
        if session is not None:
            self._self_watch.left(session)
        return await self.__wrapped__.__aexit__(*exc)

    def __copy__(self) -> Any:
        return type(self)(copy.copy(self.__wrapped__), self._self_watch)

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)(copy.deepcopy(self.__wrapped__, memo), self._self_watch)


class _CallableOther(_Other):
    """The same for one that can be called, say as a decorator."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)
