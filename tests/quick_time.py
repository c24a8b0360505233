"""An event loop in which nobody waits: where nothing else is to be done, its clock goes on by itself.

Sockets, servers and the code under test are the real ones. Only the time between is left out: a
story of ten seconds takes as long as it takes to compute. While something is computed the clock
stands still, so a busy machine changes nothing. It is for tests of which all parts run in this
process and on this loop, or in threads that the loop waits for: its executor's, and the library's.
While a process runs that the loop has started, its clock is the real one.

`python quick_time.py PROGRAM [ARGUMENT...]` runs a program that brings its own server in this way.
"""

from __future__ import annotations

import asyncio
import contextlib
import runpy
import selectors
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from gemini_live_interrupt.genai import worker

_really_sleep = time.sleep
_really_now = time.monotonic
_LOOK_S = 1e-5
"""Seconds by which the clock goes on at each look, so that who asks it over and over gets on, too."""
_GRACE_S = 5e-5
"""Real seconds that what was just sent over a socket has to arrive."""


class _Clock:
    def __init__(self) -> None:
        self.now = time.monotonic()
        self._ahead = time.time() - self.now

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now + self._ahead

    def sleep(self, seconds: float) -> None:
        """Block. In another thread, that takes real time: nobody knows who waits for it."""
        if asyncio._get_running_loop() is None:
            _really_sleep(seconds)
        else:
            self.now += seconds

    @contextlib.contextmanager
    def is_everybodys(self) -> Iterator[None]:
        """The clock is the one of module `time` meanwhile."""
        instead: dict[str, Callable[..., Any]] = {
            "monotonic": self.monotonic,
            "perf_counter": self.monotonic,
            "time": self.time,
            "monotonic_ns": lambda: int(self.monotonic() * 1e9),
            "perf_counter_ns": lambda: int(self.monotonic() * 1e9),
            "time_ns": lambda: int(self.time() * 1e9),
            "sleep": self.sleep,
        }
        kept = {name: getattr(time, name) for name in instead}
        try:
            for name, function in instead.items():
                setattr(time, name, function)
            yield
        finally:
            for name, function in kept.items():
                setattr(time, name, function)


class _Selector(selectors.DefaultSelector):
    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock
        self.jobs = 0
        """Threads that the loop waits for."""
        self.processes = 0
        """Others, which know real time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.now += _LOOK_S
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self.jobs:
            return super().select(0.005)
        if self.processes:
            began = _really_now()
            events = super().select(min(timeout or 0.05, 0.05))
            self._clock.now += _really_now() - began
            return events
        if timeout is None:
            return super().select(None)
        _really_sleep(_GRACE_S)
        events = super().select(0)
        if not events:
            self._clock.now += timeout
        return events


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, which all the process goes by while it runs."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._looks = _Selector(self._clock)
        super().__init__(self._looks)

    def time(self) -> float:
        """Seconds on its clock."""
        return self._clock.now

    def run_forever(self) -> None:
        """Run, with its clock as the clock of all."""
        with self._clock.is_everybodys(), self._waiting_for_our_worker():
            super().run_forever()

    @contextlib.contextmanager
    def _waiting_for_our_worker(self) -> Iterator[None]:
        """The clock stands still while the library's own thread has something to do."""
        start = worker.start

        def counted(
            work: Callable[[], Any], then: Callable[[Any], None], *, is_wanted: Callable[[], bool]
        ) -> None:
            def done(result: Any) -> None:
                then(result)
                self.call_soon_threadsafe(self._is_done)

            def asked() -> bool:
                wanted = is_wanted()
                if not wanted:
                    self.call_soon_threadsafe(self._is_done)
                return wanted

            self._looks.jobs += 1
            start(work, done, is_wanted=asked)

        worker.start = counted
        try:
            yield
        finally:
            worker.start = start

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        """Run in a thread; the clock stands still until it is done."""
        self._looks.jobs += 1
        job = super().run_in_executor(executor, function, *arguments)
        job.add_done_callback(lambda _: self._is_done())
        return job

    async def _make_subprocess_transport(self, *arguments: Any, **named: Any) -> Any:
        """Start a process; the clock is the real one until it ends."""
        transport = await super()._make_subprocess_transport(*arguments, **named)  # type: ignore[misc]
        self._looks.processes += 1
        self.create_task(transport._wait()).add_done_callback(lambda _: self._has_ended())
        return transport

    def _has_ended(self) -> None:
        self._looks.processes -= 1

    def _is_done(self) -> None:
        self._looks.jobs -= 1


class _QuickPolicy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return QuickLoop()


def _main() -> None:
    program = Path(sys.argv[1])
    sys.argv, sys.path[0] = sys.argv[1:], str(program.parent)
    asyncio.set_event_loop_policy(_QuickPolicy())
    runpy.run_path(str(program), run_name="__main__")


if __name__ == "__main__":
    _main()
