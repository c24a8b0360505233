"""The example voice bot in a process of its own, without a key."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

BOT = Path(__file__).resolve().parents[2] / "examples" / "pipecat_voice_bot.py"


@asynccontextmanager
async def running_bot(expects: str, *arguments: str, key: str | None = None) -> AsyncIterator[int]:
    """The bot, ready for callers.

    Args:
        expects: `<WAV file>=<words>`: what the caller is going to say.
        *arguments: More of the command line.
        key: A key for Gemini; None: none.

    Returns:
        Its port.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hidden = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    if key is not None:
        environment["GEMINI_API_KEY"] = key
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", str(BOT), "--port", str(port), *arguments),
        env={**environment, "VOICE_BOT_EXPECTS": expects},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60.0):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    assert process.returncode is None, "the bot ended at once"
                    await asyncio.sleep(0.2)
                else:
                    writer.close()
                    break
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 0.5)
        except TimeoutError:  # It waits for its callers.
            process.kill()
            await process.wait()
