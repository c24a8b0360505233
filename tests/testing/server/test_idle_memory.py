"""What a connection costs the local server while nobody speaks: apps are tried with hundreds."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

CONNECTIONS = 50
MOST_MIB = 1.0
PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SERVER = """
import asyncio, os, sys
from gemini_live_interrupt.testing import LiveServer

async def main():
    async with LiveServer("Hello.", recogniser=None) as server:
        print(server.base_url, server.ca_file, os.getpid(), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


def resident_mib(pid: str) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4 / 1024


async def join(url: str, context: ssl.SSLContext) -> ClientConnection:
    """Connect, and send half a second of a silent microphone."""
    socket = await connect(url.replace("https", "wss") + PATH, ssl=context)
    await socket.send('{"setup": {"model": "models/gemini-3.8-live"}}')
    await socket.recv()
    audio = {"data": base64.b64encode(bytes(1280)).decode(), "mimeType": "audio/pcm;rate=16000"}
    for _ in range(12):
        await socket.send(json.dumps({"realtimeInput": {"audio": audio}}))
    return socket


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
@pytest.mark.real_time
async def test_fifty_connections_without_speech_take_less_than_a_mebibyte_each() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        url, ca_file, pid = (await process.stdout.readline()).decode().split()
        context = ssl.create_default_context(cafile=ca_file)
        sockets = [await join(url, context) for _ in range(5)]
        await asyncio.sleep(0.3)
        before = resident_mib(pid)
        sockets += [await join(url, context) for _ in range(CONNECTIONS)]
        await asyncio.sleep(0.3)
        each = (resident_mib(pid) - before) / CONNECTIONS
        assert each < MOST_MIB, f"{each:.2f} MiB for each connection"
        for socket in sockets:
            await socket.close()
    finally:
        process.stdin.close()
        await process.wait()
