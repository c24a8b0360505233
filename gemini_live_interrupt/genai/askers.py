"""Those who wait for an answer that is worked out beside their event loop.

Knows their futures, and that they may live in another thread. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Generic, TypeVar

T = TypeVar("T")


class Askers(Generic[T]):
    """All who ask the same."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[T]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def join(self) -> asyncio.Future[T]:
        """One more. Called in an event loop, where the answer will be."""
        asked: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(asked)
        return asked

    def answer(self, answer: T) -> None:
        """Tell all of them. Called from any thread."""
        waiting, self._waiting = self._waiting, []
        for asked in waiting:
            with contextlib.suppress(RuntimeError):  # Its loop is closed.
                asked.get_loop().call_soon_threadsafe(_tell, asked, answer)

    def cancel(self) -> None:
        """There will be no answer. Called in their event loop."""
        for asked in self._waiting:
            asked.cancel()
        self._waiting.clear()


def _tell(asked: asyncio.Future[T], answer: T) -> None:
    if not asked.done():
        asked.set_result(answer)
