"""A worker process of an app that serves calls behind one address: `python call_worker.py PORT LIVE_PORT REDIS_URL`.

A user's connection is a call: its first line says with which handle the session of that call is resumed,
if with any. The worker answers with its process id, and with each new handle.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from typing import Any

from google import genai

from gemini_live_interrupt import RedisStore, enable_interrupt_resume


def client(port: int) -> genai.Client:
    """A client of the local Live server, whose certificate is a test's."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    options: Any = {
        "base_url": f"https://127.0.0.1:{port}",
        "async_client_args": {"ssl": context},
    }
    return genai.Client(api_key="local", vertexai=False, http_options=options)


async def main(port: int, live_port: int, redis_url: str) -> None:
    enable_interrupt_resume(store=RedisStore(redis_url))
    live = client(live_port).aio.live

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handle = json.loads(await reader.readline())
        writer.write(f"{os.getpid()}\n".encode())
        config: Any = {
            "response_modalities": ["AUDIO"],
            "input_audio_transcription": {},
            "output_audio_transcription": {},
            "session_resumption": {"handle": handle},
        }
        async with live.connect(model="gemini-3.8-live", config=config) as session:
            while True:
                async for message in session.receive():
                    update = message.session_resumption_update
                    if update is not None and update.new_handle:
                        writer.write(f"{update.new_handle}\n".encode())

    server = await asyncio.start_server(call, "127.0.0.1", port, reuse_port=True)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
