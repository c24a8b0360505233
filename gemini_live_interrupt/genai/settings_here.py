"""Settings for the sessions that connect here: in one task, for one call of a server, say.

Knows the context variable that carries them. Must not know what the settings mean. A framework that
connects by itself does so in the context of whoever started it, and a reconnect is in the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def choosing_here(given: Mapping[str, Any]) -> Iterator[None]:
    """What connects inside has these settings; what is not given is as outside."""
    before = _here.get()
    _here.set({**before, **given})
    try:
        yield
    finally:
        # Not by a token: a generator that holds this may be closed in another context.
        _here.set(before)
