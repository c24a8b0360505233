"""Any event loop that an app may bring: a session is followed there as anywhere."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import threading
from collections.abc import Callable
from typing import Any

import pytest
from live_socket import live_socket, notes_of_one_barge_in

from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for


async def _call() -> int:
    async with live_socket() as here, here.connect() as session:
        assert interrupt_resume_for(session).is_active
        return await notes_of_one_barge_in(here, session)


def _runner_twice() -> int:
    with asyncio.Runner(debug=True) as runner:
        return runner.run(_call()) * runner.run(_call())


def _in_a_thread() -> int:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(_call())))
    thread.start()
    thread.join()
    return found[0]


def _stops_between() -> int:
    """The loop stands still between the app's calls, as in a notebook."""
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    try:
        server = live_socket()
        here = run(server.__aenter__())
        connection = here.connect()
        session = run(connection.__aenter__())
        notes = run(notes_of_one_barge_in(here, session))
        run(connection.__aexit__(None, None, None))
        run(server.__aexit__(None, None, None))
        return notes
    finally:
        loop.close()


class _WithoutContexts(asyncio.SelectorEventLoop):
    """A loop that somebody has made their own."""

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        return super().call_soon(functools.partial(callback, *args), context=context)


def _own_loop() -> int:
    with asyncio.Runner(loop_factory=_WithoutContexts) as runner:
        return runner.run(_call())


def _uvloop() -> int:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_call())


LOOPS = [_runner_twice, _in_a_thread, _stops_between, _own_loop]
if importlib.util.find_spec("uvloop"):
    LOOPS.append(_uvloop)


@pytest.mark.parametrize("run", LOOPS)
def test_any_event_loop(run: Callable[[], int]) -> None:
    enable_interrupt_resume()
    assert run() == 1
