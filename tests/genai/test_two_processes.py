"""An app of several processes behind one address: a call goes on in another one."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from live_socket import LiveSocket, audio, text

WORKER = Path(__file__).with_name("call_worker.py")
STORY = "Once there was a fox who lived near a wide river. Each morning he went down to the water."
HANDLE: dict[str, Any] = {"sessionResumptionUpdate": {"newHandle": "handle-1", "resumable": True}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def stored(redis_url: str) -> None:
    """Until a state is in Redis."""
    import redis.asyncio as redis

    client = redis.from_url(redis_url)
    async with asyncio.timeout(10.0):
        while not [key async for key in client.scan_iter("gemini-live-interrupt:*")]:
            await asyncio.sleep(0.05)
    await client.aclose()


@pytest.mark.skipif(not hasattr(socket, "SO_REUSEPORT"), reason="needs SO_REUSEPORT")
@pytest.mark.real_time
async def test_a_call_goes_on_in_another_process_which_tells_what_was_heard(
    here: LiveSocket, redis_url: str
) -> None:
    port = free_port()
    command = [sys.executable, str(WORKER), str(port), str(here.port), redis_url]
    workers = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            async with asyncio.timeout(30.0):
                assert await worker.stdout.readline() == b"ready\n"

        async def call(
            handle: str | None,
        ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, int]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(json.dumps(handle).encode() + b"\n")
            async with asyncio.timeout(10.0):
                pid = int(await reader.readline())
                while len(here.sockets) < (1 if handle is None else 2):
                    await asyncio.sleep(0.01)
            return reader, writer, pid

        user, line, first = await call(None)
        await here.say(HANDLE, text(STORY), audio(8_000))
        assert await asyncio.wait_for(user.readline(), 10.0) == b"handle-1\n"
        await stored(redis_url)
        [its_worker] = [worker for worker in workers if worker.pid == first]
        its_worker.kill()
        await its_worker.wait()

        user, line_2, second = await call("handle-1")
        assert second != first
        [note] = await here.until_notes(1, seconds=10.0)
        assert "connection" in note
        assert "Each morning he went down to the water." in note
        assert here.setups[1]["setup"]["sessionResumption"] == {"handle": "handle-1"}
        line.close()
        line_2.close()
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
