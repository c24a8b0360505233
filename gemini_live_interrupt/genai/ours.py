"""Which messages are ours, so that they are not taken for the app's.

Knows the task that is sending one. What that task starts, or the app starts in a callback, is not
ours: the mark names the task, and does not pass to others with the context.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_sender: ContextVar[weakref.ref[asyncio.Task[Any]] | None] = ContextVar(
    "gemini_live_interrupt_sender", default=None
)


@contextmanager
def ours() -> Iterator[None]:
    """What the current task sends in here is ours."""
    task = asyncio.current_task()
    token = _sender.set(weakref.ref(task) if task is not None else None)
    try:
        yield
    finally:
        _sender.reset(token)


def is_ours() -> bool:
    """Whether what is being sent now is ours."""
    sender = _sender.get()
    return sender is not None and sender() is asyncio.current_task()
