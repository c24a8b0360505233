"""The boundary: whatever of ours runs because the host called something goes through `guarded`.

Knows that nothing of ours may raise into the host. Must not know what is done. The rules of this
place: the host's own call is made first and by itself, with what the host gave; its result or its
error is the host's; ours comes after it or beside it, without an await, and its failure is a line in
the log.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from gemini_live_interrupt.saying import our_failure

P = ParamSpec("P")
T = TypeVar("T")

OURS = (Exception, asyncio.CancelledError)
"""What must not get through."""


def contained(error: BaseException) -> None:
    """An error of ours did not get through: say so."""
    our_failure(error, "The call of the app that led to it is not affected.")


async def in_time(answer: Awaitable[T], seconds: float) -> T:
    """What code of the app answers within so many seconds.

    `asyncio.timeout` would wait on for what does not let itself be cancelled.

    Raises:
        TimeoutError: if it does not.
    """
    asked = asyncio.ensure_future(_awaited(answer))
    try:
        await asyncio.wait([asked], timeout=seconds)
    finally:
        asked.cancel()
    if not asked.done():
        raise TimeoutError
    return asked.result()


async def _awaited(answer: Awaitable[T]) -> T:
    return await answer


def ends_process(error: BaseException) -> bool:
    """Whether an error out of the app's code is meant to end the process. All others are that code's
    own, also those that are no `Exception`: test frameworks and task groups have some."""
    return isinstance(error, (KeyboardInterrupt, SystemExit))


def ends_task(error: BaseException) -> bool:
    """The same in a task of ours, which it may be that was cancelled or closed, not something in that
    code."""
    task = asyncio.current_task()
    cancelled = isinstance(error, asyncio.CancelledError) and bool(task and task.cancelling())
    return cancelled or isinstance(error, GeneratorExit) or ends_process(error)


def guarded(work: Callable[P, T]) -> Callable[P, T | None]:
    """The same work, that gives None where it would raise."""

    @functools.wraps(work)
    def safely(*args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return work(*args, **kwargs)
        except OURS as error:
            contained(error)
            return None

    return safely
