"""Where conversations wait: in this process, and in a Redis that other machines share."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from gemini_live_interrupt import RedisStore
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.genai.resumption import KEPT_FOR, Shelf, put_safely, take_safely

STATE = Carried(history=(("user", "Hello."),), question="Hello.")


def test_a_state_is_taken_once() -> None:
    shelf = Shelf()
    shelf.put("a", STATE, now=0.0)
    assert shelf.take("a", now=1.0) == STATE
    assert shelf.take("a", now=1.0) is None


def test_the_shelf_is_bounded_in_number() -> None:
    shelf = Shelf(most=10)
    for index in range(1_000):
        shelf.put(str(index), STATE, now=float(index))
    assert len(shelf) == 10
    assert shelf.take("989", now=1_000.0) is None
    assert shelf.take("990", now=1_000.0) == STATE


def test_the_shelf_is_bounded_in_age() -> None:
    shelf = Shelf(seconds=60.0)
    shelf.put("old", STATE, now=0.0)
    assert shelf.take("old", now=61.0) is None
    shelf.put("old", STATE, now=0.0)
    shelf.put("new", STATE, now=100.0)
    assert len(shelf) == 1


@pytest.mark.real_time
async def test_redis_gives_a_state_back_once_and_lets_it_expire(redis_url: str) -> None:
    store = RedisStore(redis_url)
    assert await put_safely(store, "handle", STATE)
    assert await take_safely(store, "handle") == STATE
    assert await take_safely(store, "handle") is None
    await store.put("short", "x", 0.05)
    await asyncio.sleep(0.1)
    assert await store.take("short") is None
    await store.close()


async def test_redis_keeps_a_state_for_a_day_and_never_the_handle_itself(redis_url: str) -> None:
    import redis.asyncio as redis

    client = redis.from_url(redis_url)
    await put_safely(RedisStore(client=client, prefix="p:"), "secret-handle", STATE)
    [key] = [key async for key in client.scan_iter("p:*")]
    assert b"secret-handle" not in key
    assert KEPT_FOR - 60 < await client.ttl(key) <= KEPT_FOR
    await client.aclose()


async def test_of_many_machines_only_one_gets_the_state(redis_url: str) -> None:
    stores = [RedisStore(redis_url) for _ in range(8)]
    await put_safely(stores[0], "one", STATE)
    taken = await asyncio.gather(*(take_safely(store, "one") for store in stores))
    assert [state for state in taken if state is not None] == [STATE]
    await asyncio.gather(*(store.close() for store in stores))


async def test_what_somebody_else_put_there_is_not_believed(redis_url: str) -> None:
    import redis.asyncio as redis

    client = redis.from_url(redis_url)
    store = RedisStore(client=client)
    await put_safely(store, "bad", STATE)
    [key] = [key async for key in client.scan_iter("gemini-live-interrupt:*")]
    for bad in (b"\xff\xfe", b"{}", b'{"version": 99}'):
        await client.set(key, bad)
        assert await take_safely(store, "bad") is None
    await client.aclose()


async def test_a_store_that_is_down_costs_no_error(closed_port: int) -> None:
    pytest.importorskip("redis", reason='needs the extra "redis"')
    store = RedisStore(f"redis://127.0.0.1:{closed_port}/0")
    assert await put_safely(store, "handle", STATE) is False
    assert await take_safely(store, "handle") is None


async def _hangs() -> None:
    await asyncio.sleep(3600)


async def _cannot_be_cancelled() -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)
    await asyncio.sleep(1.0)


async def _cancels_its_own_work() -> None:
    raise asyncio.CancelledError


class _Store:
    """A store that is in trouble."""

    def __init__(self, trouble: Callable[[], Awaitable[None]]) -> None:
        self._trouble = trouble

    async def put(self, key: str, state: str, seconds: float) -> None:
        await self._trouble()

    async def take(self, key: str) -> str | None:
        await self._trouble()
        return None


@pytest.mark.parametrize("trouble", [_hangs, _cannot_be_cancelled, _cancels_its_own_work])
async def test_a_store_in_trouble_is_given_up_with_a_line(
    trouble: Callable[[], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("gemini_live_interrupt.genai.resumption._STORE_TIMEOUT", 0.05)
    async with asyncio.timeout(0.5):
        assert await put_safely(_Store(trouble), "handle", STATE) is False
        assert await take_safely(_Store(trouble), "handle") is None
    said = [line for line in caplog.messages if "(Said once.)" in line]
    assert [line.split()[0] for line in said] == ["_Store.put", "_Store.take"]


async def test_who_waits_for_a_store_can_be_cancelled() -> None:
    waiting = asyncio.create_task(take_safely(_Store(_hangs), "handle"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
