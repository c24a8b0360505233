"""What may take milliseconds is done here, beside the event loops.

Knows the threads that do it, and whose work waits. Must not know what the work is. As a rule one thread
does all of it, since Python runs one at a time anyway; where a piece of work takes longer than it should,
another thread goes on with what waits behind it, so that no call waits for the trouble of another. Work
whose owner is gone is not done.

The threads are our own and not an executor's: those are shut as soon as the main thread ends, while a
session in another thread goes on; and a child of `fork` begins with new ones. Where no thread can be
started any more, the work is done at once. Nothing of the process is changed for it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from gemini_live_interrupt.heard.spoken_forms import load_number_words

T = TypeVar("T")

_PATIENCE = 0.03
"""Seconds that a piece of work may take before another thread goes on with the next: more than the
words of a minute of speech do."""
_MOST_THREADS = 8
"""So many calls with endless work at one time hold up the others."""


@dataclass(slots=True)
class _Job:
    """A piece of work."""

    do: Callable[[], Any]
    is_wanted: Callable[[], bool]


class Workers:
    """Threads, and the work that waits: one piece for each session at most.

    Args:
        patience: seconds after which another thread goes on with what waits.
        most: threads at most.
    """

    def __init__(self, patience: float = _PATIENCE, most: int = _MOST_THREADS) -> None:
        self._patience = patience
        self._most = most
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._begun: dict[int, float] = {}
        """The threads that are at work, and since when."""
        self._is_watched = False
        """A thread waits for those that are at work to be late."""

    def put(self, do: Callable[[], Any], is_wanted: Callable[[], bool]) -> None:
        """Have this done.

        Args:
            do: the work; what it raises is lost.
            is_wanted: asked when its turn comes.
        """
        left: deque[_Job] = deque()
        with self._changed:
            self._jobs.append(_Job(do, is_wanted))
            self._attend()
            if not self._threads:
                left, self._jobs = self._jobs, left
        for job in left:  # The interpreter ends: no thread begins any more.
            _do(job)

    def _attend(self) -> None:
        """See to it that somebody looks after what waits."""
        if not self._jobs or (self._begun and self._is_watched):
            return
        if self._threads > len(self._begun):
            self._changed.notify()
        elif self._threads < self._most:
            self._start()

    def _start(self) -> None:
        thread = threading.Thread(
            target=self._work, args=(self._threads,), name="gemini-live-interrupt", daemon=True
        )
        with contextlib.suppress(RuntimeError):
            thread.start()
            self._threads += 1

    def _work(self, number: int) -> None:
        while True:
            job = self._next(number)
            _do(job)
            del job  # What it holds must not wait for the next one.
            with self._changed:
                del self._begun[number]

    def _next(self, number: int) -> _Job:
        with self._changed:
            while not self._jobs or self._late_in() > 0.0:
                watches = bool(self._jobs) and not self._is_watched
                self._is_watched = self._is_watched or watches
                self._changed.wait(self._late_in() if watches else None)
                if watches:
                    self._is_watched = False
            self._begun[number] = perf_counter()
            job = self._jobs.popleft()
            self._attend()
            return job

    def _late_in(self) -> float:
        """Seconds until all that are at work are late."""
        if not self._begun:
            return 0.0
        return max(self._begun.values()) + self._patience - perf_counter()


def _do(job: _Job) -> None:
    with contextlib.suppress(Exception):  # An import that failed, or nobody is there to be told.
        if job.is_wanted():
            job.do()


_workers = Workers()
_importing = threading.Lock()
_forking = threading.local()
_FORK_WAITS = 5.0
"""Seconds that a fork waits at most for an import to be over."""


def _before_fork() -> None:
    """A child that begins in the middle of an import could never import the same."""
    _forking.waited = _importing.acquire(timeout=_FORK_WAITS)


def _after_fork() -> None:
    if _forking.waited:
        _importing.release()


def _begin_anew() -> None:
    """In a child of `fork`: the threads are not there, and their lock may have been in use."""
    global _importing, _workers
    # Nobody is left to release the other, where it was not waited for.
    _importing = threading.Lock()
    _workers = Workers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_begin_anew
    )


def _always() -> bool:
    return True


def prepare() -> None:
    """Have the slow imports over before the first barge-in."""
    _workers.put(_load, _always)


def _load() -> None:
    with _importing:
        load_number_words()


def start(
    work: Callable[[], T],
    then: Callable[[T | Exception], None],
    *,
    is_wanted: Callable[[], bool] = _always,
) -> None:
    """Do `work` beside the event loops.

    Args:
        work: is called in a thread.
        then: is called there, too, with what `work` returned or raised.
        is_wanted: asked before: where it is not, neither is called.
    """

    def job() -> None:
        try:
            result: T | Exception = work()
        except Exception as error:
            result = error
        then(result)

    _workers.put(job, is_wanted)
