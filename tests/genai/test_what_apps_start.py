"""What an app does inside its builder or a callback, or starts there, is the app's: followed as anything else."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from live_socket import LiveSocket, Seen, barge_in

from gemini_live_interrupt import enable_interrupt_resume

HELLO = {"role": "user", "parts": [{"text": "Are you there?"}]}
Work = Callable[[], Coroutine[Any, Any, None]]
_kept: set[Any] = set()


def _by_a_task(work: Work) -> None:
    task = asyncio.create_task(work())
    _kept.add(task)
    task.add_done_callback(_kept.discard)


def _by_a_timer(work: Work) -> None:
    asyncio.get_running_loop().call_later(0.01, _by_a_task, work)


def _by_a_copied_context(work: Work) -> None:
    contextvars.copy_context().run(_by_a_task, work)


def _by_a_thread(work: Work) -> None:
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    run = asyncio.run_coroutine_threadsafe
    threading.Thread(target=lambda: context.run(run, work(), loop)).start()


def _by_a_nested_task(work: Work) -> None:
    async def outer() -> None:
        await asyncio.gather(work())

    _by_a_task(outer)


STARTS = [_by_a_task, _by_a_timer, _by_a_copied_context, _by_a_thread, _by_a_nested_task]


async def _is_followed(here: LiveSocket, session: Any, seen: Seen) -> None:
    """What the app typed is the user's, and one note of this session quotes it."""
    before = len(here.notes)
    await barge_in(here, session)
    async with asyncio.timeout(5):
        while not seen.all or ("user", "Are you there?") not in seen.all[-1].history:
            await asyncio.sleep(0.01)
    await here.until_notes(before + 1)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("where", ["builder", "on_interruption", "on_event"])
async def test_a_call_that_is_opened_there_is_followed(
    here: LiveSocket, where: str, start: Callable[[Work], None]
) -> None:
    seen = Seen()
    opened: list[Any] = []
    started: list[bool] = []
    close = asyncio.Event()
    is_open = asyncio.Event()

    async def next_call() -> None:
        async with here.connect() as session:
            await session.send_client_content(turns=HELLO)
            opened.append(session)
            is_open.set()
            await close.wait()

    def once(*_: Any) -> str:
        if not started:
            started.append(True)
            start(next_call)
        return "note"

    def sees(interruption: Any) -> None:
        seen(interruption)
        if where == "on_interruption":
            once()

    enable_interrupt_resume(
        once if where == "builder" else None,
        on_interruption=sees,
        on_event=once if where == "on_event" else None,
        false_interruption_after=0.3 if where == "on_event" else 4.0,
    )
    async with here.connect() as session:
        await session.send_realtime_input(
            audio={"data": bytes(640), "mime_type": "audio/pcm;rate=16000"}
        )
        await barge_in(here, session)
        await asyncio.wait_for(is_open.wait(), 5.0)
        await _is_followed(here, opened[0], seen)
        close.set()
    while _kept:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_async", [False, True])
async def test_what_a_builder_sends_over_the_same_session_is_the_apps(
    here: LiveSocket, is_async: bool
) -> None:
    seen = Seen()
    sessions: list[Any] = []

    async def say() -> None:
        await sessions[0].send_client_content(turns=HELLO, turn_complete=False)
        await sessions[0].send_realtime_input(text="Are you there?")

    def build(*_: Any) -> str:
        if not seen.all:
            _by_a_task(say)
        return "note"

    async def build_later(*_: Any) -> str:
        if not seen.all:
            await say()
        return "note"

    enable_interrupt_resume(build_later if is_async else build, on_interruption=seen)
    async with here.connect() as session:
        sessions.append(session)
        await barge_in(here, session)
        await seen.one()
        await asyncio.sleep(0.7)
        await _is_followed(here, session, seen)


async def test_a_callback_is_in_the_context_of_its_connect(here: LiveSocket) -> None:
    caller: contextvars.ContextVar[str] = contextvars.ContextVar("caller", default="nobody")
    got: list[str] = []
    enable_interrupt_resume(
        lambda *_: got.append(f"builder {caller.get()}") or "note",  # type: ignore[func-returns-value]
        on_interruption=lambda _: got.append(f"callback {caller.get()}"),
    )

    async def one_call(name: str) -> None:
        caller.set(name)
        async with here.connect() as session:
            caller.set("somebody else by now")
            await barge_in(here, session)
            await here.until_notes(1)
            await asyncio.sleep(0.05)

    await asyncio.create_task(one_call("Anna"))
    assert got == ["builder Anna", "callback Anna"]
