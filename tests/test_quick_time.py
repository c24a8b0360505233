"""The loop in which nobody waits: its time is the time of all, and real work is waited for."""

from __future__ import annotations

import asyncio
import time

import pytest
from quick_time import QuickLoop


async def _minutes() -> list[str]:
    done: list[str] = []

    async def say(what: str, after: float) -> None:
        await asyncio.sleep(after)
        done.append(what)

    began, by_loop = time.monotonic(), asyncio.get_running_loop().time()
    await asyncio.gather(say("third", 600.0), say("first", 1.0), say("second", 599.99))
    assert time.monotonic() - began == pytest.approx(600.0, abs=0.1)
    assert asyncio.get_running_loop().time() - by_loop == pytest.approx(600.0, abs=0.1)
    return done


async def _thread() -> float:
    began, real = time.monotonic(), time.thread_time()
    ticks = asyncio.create_task(asyncio.sleep(30.0))
    await asyncio.to_thread(lambda: sum(range(3_000_000)))
    assert not ticks.done() and time.thread_time() >= real
    ticks.cancel()
    return time.monotonic() - began


async def _socket() -> tuple[bytes, float]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await asyncio.sleep(20.0)
        writer.write(b"late\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    began = time.monotonic()
    writer.write(b"soon\n")
    async with asyncio.timeout(0.01):
        soon = await reader.readline()
    late = await reader.readline()
    writer.close()
    server.close()
    return soon + late, time.monotonic() - began


async def _blocking() -> float:
    began = time.time()
    time.sleep(50.0)  # noqa: ASYNC251 - what a careless callback does
    return time.time() - began


def test_timers_come_in_order_and_nobody_waits() -> None:
    began = time.monotonic()
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        assert runner.run(_minutes()) == ["first", "second", "third"]
        assert runner.run(_blocking()) == pytest.approx(50.0)
    assert time.monotonic() - began < 5.0


def test_no_time_passes_while_a_thread_works_or_something_is_on_its_way() -> None:
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        assert runner.run(_thread()) < 0.05
        text, took = runner.run(_socket())
    assert text == b"soon\nlate\n" and took == pytest.approx(20.0, abs=0.1)


async def _process() -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec("sleep", "0.3")
    waiting = asyncio.create_task(asyncio.sleep(60.0))
    await process.wait()
    assert not waiting.done()
    waiting.cancel()
    return time.monotonic() - began


def test_a_process_goes_by_real_time() -> None:
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        assert 0.25 < runner.run(_process()) < 5.0


def test_real_time_is_back_afterwards() -> None:
    before = time.monotonic, time.time, time.sleep
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        runner.run(asyncio.sleep(1.0))
    assert (time.monotonic, time.time, time.sleep) == before
