"""Where conversations wait for their next connection: in this process, and in a store that machines share.

Knows session resumption handles, and keeps a `Carried` for each: bounded in number and age, gone once it is taken, so
that a resumed session is told once. A store is optional, and one that is down never disturbs a session.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any, Protocol

from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.genai.boundary import ends_task, in_time
from gemini_live_interrupt.locks import Lock
from gemini_live_interrupt.saying import app_failed

MOST_KEPT = 256
"""States kept in this process."""
KEPT_FOR = 24 * 3600.0
"""Seconds. Handles are good for 2 hours on the Developer API and 24 on Vertex (documented)."""

_STORE_TIMEOUT = 5.0
"""Seconds for one call of a store. A state that comes later than the first reply is of no use."""


_NOT_STORED = "The session goes on; if its process dies, no other machine knows what was heard."
_NOT_TAKEN = "The session goes on without what was heard before it was resumed."


class StateStore(Protocol):
    """Where states can be kept for other machines. `RedisStore` is one; any object with these methods will do."""

    async def put(self, key: str, state: str, seconds: float) -> None:
        """Keep `state` under `key` for so many seconds."""

    async def take(self, key: str) -> str | None:
        """Give back what is kept under `key`, and forget it."""


class Shelf:
    """States of this process by handle, the oldest first.

    >>> shelf = Shelf()
    >>> shelf.put("handle", Carried(history=()), now=0.0)
    >>> shelf.take("handle", now=1.0) is None, shelf.take("handle", now=1.0) is None
    (False, True)
    """

    def __init__(self, most: int = MOST_KEPT, seconds: float = KEPT_FOR) -> None:
        self._most = most
        self._seconds = seconds
        self._states: OrderedDict[str, tuple[float, Carried]] = OrderedDict()
        self._lock = Lock()

    def put(self, handle: str, state: Carried, now: float) -> None:
        """Keep `state` for the session that resumes with `handle`."""
        with self._lock:
            self._states[handle] = (now, state)
            self._states.move_to_end(handle)
            while len(self._states) > self._most or self._is_stale(now):
                self._states.popitem(last=False)

    def take(self, handle: str, now: float) -> Carried | None:
        """What was kept for `handle`, once."""
        with self._lock:
            kept = self._states.pop(handle, None)
        return kept[1] if kept is not None and now - kept[0] <= self._seconds else None

    def __len__(self) -> int:
        return len(self._states)

    def _is_stale(self, now: float) -> bool:
        return bool(self._states) and now - next(iter(self._states.values()))[0] > self._seconds


class RedisStore:
    """A `StateStore` in Redis.

    Args:
        url: such as "redis://localhost:6379/0".
        prefix: put before every key.
        client: an existing `redis.asyncio.Redis`, instead of `url`.

    Raises:
        ImportError: if the extra `redis` is not installed.
    """

    def __init__(
        self, url: str | None = None, *, prefix: str = "gemini-live-interrupt:", client: Any = None
    ) -> None:
        if client is None:
            try:
                import redis.asyncio as redis
            except ImportError as error:
                raise ImportError(
                    'RedisStore needs the extra "redis": pip install "gemini-live-interrupt[redis]"'
                ) from error
            client = redis.from_url(
                url or "redis://localhost:6379/0", socket_timeout=2.0, socket_connect_timeout=2.0
            )
        self._client = client
        self._prefix = prefix

    async def put(self, key: str, state: str, seconds: float) -> None:
        """Keep `state` under `key` for so many seconds."""
        await self._client.set(self._prefix + key, state, px=int(seconds * 1000))

    async def take(self, key: str) -> str | None:
        """Give back what is kept under `key`, and forget it."""
        value = await self._client.getdel(self._prefix + key)
        return value.decode() if isinstance(value, bytes) else value

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._client.aclose()


async def put_safely(store: StateStore, handle: str, state: Carried) -> bool:
    """Keep a state in a store that may be down; whether it is kept."""
    try:
        await in_time(store.put(_key(handle), state.to_json(), KEPT_FOR), _STORE_TIMEOUT)
    except BaseException as error:
        if ends_task(error):
            raise
        app_failed(_name(store, "put"), error, _NOT_STORED)
        return False
    return True


async def take_safely(store: StateStore, handle: str) -> Carried | None:
    """Take a state from a store that may be down, or may hold something else."""
    try:
        text = await in_time(store.take(_key(handle)), _STORE_TIMEOUT)
        return Carried.from_json(text) if text is not None else None
    except BaseException as error:
        if ends_task(error):
            raise
        app_failed(_name(store, "take"), error, _NOT_TAKEN)
        return None


def _name(store: StateStore, method: str) -> str:
    return f"{type(store).__qualname__}.{method}"


def _key(handle: str) -> str:
    """A handle lets its owner into the conversation, so it is not written down."""
    return hashlib.sha256(handle.encode("utf-8", "surrogatepass")).hexdigest()
