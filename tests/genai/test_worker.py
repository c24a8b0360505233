"""What is done beside the event loops: nobody waits for another's trouble, and nothing of the process changes."""

from __future__ import annotations

import ast
import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_socket import INTERRUPTED, LiveSocket, audio, receive, text

import gemini_live_interrupt
from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joining import Waiting
from gemini_live_interrupt.genai import worker
from gemini_live_interrupt.genai.following import shell_of
from gemini_live_interrupt.genai.worker import Workers

SOON = 5.0


def always() -> bool:
    return True


class Held:
    """Work that takes until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        self.let_go.wait(SOON)


@pytest.mark.parametrize("long_ones", [1, 2, 5])
def test_long_work_of_one_call_does_not_delay_another(long_ones: int) -> None:
    workers, done = Workers(patience=0.01), threading.Event()
    held = [Held() for _ in range(long_ones)]
    for each in held:
        workers.put(each, always)
    workers.put(done.set, always)
    try:
        assert done.wait(SOON)
        assert all(each.begun.is_set() and not each.let_go.is_set() for each in held)
    finally:
        for each in held:
            each.let_go.set()


def test_short_work_is_done_in_order_and_one_at_a_time() -> None:
    workers, done, order, at_once = Workers(patience=60.0), threading.Event(), [], []
    running = threading.Lock()

    def work(number: int) -> Callable[[], None]:
        def one() -> None:
            at_once.append(running.acquire(blocking=False))
            order.append(number)
            running.release()
            if number == 99:
                done.set()

        return one

    for number in range(100):
        workers.put(work(number), always)
    assert done.wait(SOON)
    assert order == list(range(100))
    assert all(at_once)


def test_work_of_calls_that_are_gone_is_not_done() -> None:
    workers, held, done = Workers(patience=60.0), Held(), threading.Event()
    there, did = [True], []
    workers.put(held, always)
    assert held.begun.wait(SOON)
    for _ in range(50):
        workers.put(lambda: did.append("of the dead"), lambda: there[0])
    workers.put(lambda: did.append("of the living"), always)
    workers.put(done.set, always)
    there[0] = False
    held.let_go.set()
    assert done.wait(SOON)
    assert did == ["of the living"]


def test_there_is_an_end_to_threads() -> None:
    workers, held = Workers(patience=0.001, most=3), [Held() for _ in range(20)]
    before = threading.active_count()
    for each in held:
        workers.put(each, always)
    assert held[2].begun.wait(SOON)
    assert threading.active_count() <= before + 3
    for each in held:
        each.let_go.set()
    assert held[-1].begun.wait(SOON), "what waited is done all the same"


def test_an_error_is_no_end() -> None:
    workers, done = Workers(), threading.Event()
    workers.put(lambda: 1 / 0, always)  # type: ignore[arg-type, return-value]
    workers.put(done.set, always)
    assert done.wait(SOON)


def test_where_no_thread_begins_it_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    workers, did = Workers(), []
    workers.put(lambda: did.append(1), always)
    workers.put(lambda: did.append(2), always)
    assert did == [1, 2]


def test_the_switch_interval_is_the_apps() -> None:
    before, inside, done = sys.getswitchinterval(), [], threading.Event()
    worker.start(sys.getswitchinterval, lambda seen: (inside.append(seen), done.set()))
    assert done.wait(SOON)
    assert inside == [before]


def test_a_job_gives_what_it_returns_or_raises_and_nothing_if_it_is_not_wanted() -> None:
    told: list[Any] = []
    done = threading.Event()
    worker.start(lambda: 1 // 0, told.append)
    worker.start(lambda: 2, told.append, is_wanted=lambda: False)
    worker.start(lambda: 3, lambda seen: (told.append(seen), done.set()))
    assert done.wait(SOON)
    assert isinstance(told[0], ZeroDivisionError)
    assert told[1:] == [3]


PROCESS_WIDE = {
    "setswitchinterval", "setrecursionlimit", "set_event_loop_policy", "setdefaulttimeout", "basicConfig",
    "simplefilter", "filterwarnings", "set_start_method", "setlocale", "freeze", "set_threshold", "putenv",
    "setprofile", "settrace", "set_debug", "set_int_max_str_digits", "captureWarnings", "excepthook",
}  # fmt: skip


def test_nothing_of_the_process_is_touched() -> None:
    """In the library, that is; `commands` are programs, and `testing` runs in tests."""
    root = Path(gemini_live_interrupt.__file__).parent
    wings = [root / wing for wing in ("heard", "core", "genai", "record", "telemetry")]
    found = [
        f"{path.name}:{node.lineno} {node.attr}"
        for wing in wings
        for path in sorted(wing.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in PROCESS_WIDE
        and isinstance(node.value, ast.Name)
        and node.value.id in ("sys", "gc", "asyncio", "socket", "logging", "warnings", "os", "locale",
                              "multiprocessing", "threading", "signal")
    ]  # fmt: skip
    assert found == []


@pytest.mark.real_time
async def test_a_call_with_endless_work_leaves_the_note_of_another_alone(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, apply = Held(), Conversation.apply

    def slow(self: Conversation, event: e.Event, now: float) -> list[e.Command]:
        if isinstance(event, e.Interrupted) and not held.begun.is_set():
            held()
        return apply(self, event, now)

    monkeypatch.setattr(Conversation, "apply", slow)
    enable_interrupt_resume()
    try:
        async with here.connect() as one, here.connect() as other:
            for session, number in ((one, 0), (other, 1)):
                await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED, to=number)
                await receive(session, 3)
            assert len(await here.until_notes(1)) == 1
            assert not held.let_go.is_set()
            held.let_go.set()
            await here.until_notes(2)
    finally:
        held.let_go.set()


async def test_the_loop_gets_its_turn_while_many_messages_are_followed(here: LiveSocket) -> None:
    enable_interrupt_resume()
    turns, read_at = 0, []

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    def read(what: int, at: float, waiting: Waiting) -> None:
        read_at.append((turns, what))

    async with here.connect() as session:
        shell = shell_of(session)
        assert shell is not None
        counting = asyncio.create_task(count_turns())
        for number in range(100):
            shell.receive(read, number, None, 0.0)
        await asyncio.sleep(0.05)
        counting.cancel()
    assert [what for _, what in read_at] == list(range(100))
    assert max(Counter(turn for turn, _ in read_at).values()) <= 64
