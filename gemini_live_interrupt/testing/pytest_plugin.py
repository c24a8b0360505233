"""A pytest fixture that starts local Live servers: ``live_server``.

In a conftest.py::

    pytest_plugins = ["gemini_live_interrupt.testing.pytest_plugin"]

Needs pytest-asyncio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio

from gemini_live_interrupt.testing.server.live_server import LiveServer

StartServer = Callable[..., Awaitable[LiveServer]]


@pytest_asyncio.fixture
async def live_server() -> AsyncIterator[StartServer]:
    """A function that starts a server: ``server = await live_server("Hello.", faults=["freeze"])``.

    Takes what :class:`LiveServer` takes; every server ends with the test, and a strict script that
    was not followed fails it.
    """
    async with AsyncExitStack() as stack:

        async def start(*args: Any, **options: Any) -> LiveServer:
            return await stack.enter_async_context(LiveServer(*args, **options))

        yield start
