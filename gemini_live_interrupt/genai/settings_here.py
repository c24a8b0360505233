"""Settings for the sessions that connect here: in one task, for one call of a server, say.

Knows the context variable that carries them. Must not know what the settings mean. A framework that
connects by itself does so in the context of whoever started it, and a reconnect is in the same.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from contextlib import ContextDecorator
from contextvars import ContextVar
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from gemini_live_interrupt.genai.settings import SessionSettings

_here: ContextVar[Mapping[str, Any]] = ContextVar(
    "gemini_live_interrupt_settings", default=MappingProxyType({})
)
S = TypeVar("S", bound=SessionSettings)


def changed_here(settings: S) -> S:
    """These settings, with what was chosen here in their place."""
    given = _here.get()
    return replace(settings, **given) if given else settings


class ChosenHere(ContextDecorator):
    """What connects inside has these settings; what is not given is as outside."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._before: Mapping[str, Any] | None = None

    def __enter__(self) -> None:
        if self._before is not None:
            raise RuntimeError("this interrupt_resume_settings(...) is in use: make another one")
        self._before = _here.get()
        _here.set({**self._before, **self._given})

    def __exit__(self, *_: object) -> None:
        # Not by a token: a generator that holds this may be closed in another context.
        before, self._before = self._before, None
        _here.set(before or {})

    def __call__(self, function: Any) -> Any:
        """As a decorator: each call of the function is inside."""
        if not inspect.iscoroutinefunction(function):
            return super().__call__(function)

        @functools.wraps(function)
        async def inside(*args: Any, **kwargs: Any) -> Any:
            with ChosenHere(self._given):
                return await function(*args, **kwargs)

        return inside

    def _recreate_cm(self) -> ChosenHere:
        return ChosenHere(self._given)
