"""Pytest fixtures that start local Live servers: ``live_server`` and ``live_client``.

In a conftest.py::

    pytest_plugins = ["gemini_live_interrupt.testing.pytest_plugin"]

Nothing else needs to be configured: a test with one of the fixtures is run in an event loop,
whatever ``asyncio_mode`` is. Needs pytest-asyncio, which the extra ``testing`` brings.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from gemini_live_interrupt.genai import remembered
from gemini_live_interrupt.testing.server.live_server import LiveServer

if TYPE_CHECKING:
    from google.genai import Client

StartServer = Callable[..., Awaitable[LiveServer]]
StartClient = Callable[..., Awaitable["tuple[Client, LiveServer]"]]

_OURS = {"live_server", "live_client"}


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(name: str, obj: object) -> None:
    """Have pytest-asyncio run the tests that use our fixtures, in its strict mode too."""
    if name.startswith("test") and inspect.iscoroutinefunction(obj):
        marks = {mark.name for mark in getattr(obj, "pytestmark", [])}
        if "asyncio" not in marks and _OURS & set(inspect.signature(obj).parameters):
            pytest.mark.asyncio(obj)


@pytest_asyncio.fixture
async def live_server() -> AsyncIterator[StartServer]:
    """A function that starts a server: ``server = await live_server("Hello.", faults=["freeze"])``.

    Takes what `LiveServer` takes; every server ends with the test, and a strict script that
    was not followed fails it. What the library has learned of a model in a test is forgotten after it.
    """
    async with AsyncExitStack() as stack:

        async def start(*args: Any, **options: Any) -> LiveServer:
            return await stack.enter_async_context(LiveServer(*args, **options))

        yield start
    remembered.forget_all()


@pytest_asyncio.fixture
async def live_client(live_server: StartServer) -> StartClient:
    """The same with a client for it: ``client, server = await live_client("Hello.")``.

    ``vertex=True`` gives a client of the Vertex backend; all else is for `LiveServer`.
    """

    async def start(*args: Any, vertex: bool = False, **options: Any) -> tuple[Client, LiveServer]:
        server = await live_server(*args, **options)
        return server.client(vertex=vertex), server

    return start
