"""What may take milliseconds is done here, beside the event loops.

Knows the thread that does it. Must not know what it does, or for whom. The thread is our own and
not an executor's: those are shut as soon as the main thread ends, while a session in another thread
goes on; and a child of `fork` begins with a new one. Where no thread can be started any more, the
work is done at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from gemini_live_interrupt.heard.spoken_forms import load_number_words

T = TypeVar("T")

_GIVE_WAY = 0.0002
"""Seconds for which the worker keeps the interpreter while the host wants it. With Python's 5 ms
the first messages after a barge-in reached the host up to 5.5 ms late (`bench/receive_path.py`)."""


class _Worker:
    """One thread and what waits for it: at most one job for each session, so as many as there are
    sessions."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def put(self, job: Callable[[], Any]) -> None:
        self._jobs.put(job)
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._start()

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, name="gemini-live-interrupt", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # The interpreter ends: no thread begins any more.
            with contextlib.suppress(queue.Empty):
                while True:
                    _gently(self._jobs.get_nowait())
        else:
            self._thread = thread

    def _work(self) -> None:
        while True:
            _gently(self._jobs.get())


_worker = _Worker()


def _begin_anew() -> None:
    """In a child of `fork`: the thread is not there, and its queue may have been in use."""
    global _worker
    _worker = _Worker()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def prepare() -> None:
    """Have the slow imports over before the first barge-in."""
    _worker.put(load_number_words)


def start(work: Callable[[], T], then: Callable[[T | Exception], None]) -> None:
    """Do `work` in the worker.

    Args:
        work: is called in the worker.
        then: is called there, too, with what `work` returned or raised.
    """

    def job() -> None:
        try:
            result: T | Exception = work()
        except Exception as error:
            result = error
        then(result)

    _worker.put(job)


async def result_of(work: Callable[[], T]) -> T:
    """Do `work` in the worker, and wait for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def done(result: T | Exception) -> None:
        if future.done():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    def tell(result: T | Exception) -> None:
        loop.call_soon_threadsafe(done, result)

    start(work, tell)
    return await future


def _gently(job: Callable[[], Any]) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _GIVE_WAY))
    try:
        job()
    except Exception:  # An import that failed, or nobody is there any more to be told.
        pass
    finally:
        sys.setswitchinterval(before)
