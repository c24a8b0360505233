"""A voice app on the web: FastAPI between the browser's WebSocket and Gemini Live.

    python examples/fastapi_app.py                      no key: a Live server on this machine
    GEMINI_API_KEY=... python examples/fastapi_app.py   with Gemini

Interruptions are resumed because of the one line below. Optional, and worth it: the browser
reports what it has played, because only it knows. The protocol of `ws://localhost:8000/live`:

* browser to app: binary, 16 kHz mono PCM of the microphone; text, `{"played_ms": 20}`, an increment
* app to browser: binary, 24 kHz mono PCM to play; text, `{"flush": true}`, empty the speaker now

Needs `pip install "gemini-live-interrupt[testing]" fastapi uvicorn`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from google import genai
from google.genai.types import Blob

from gemini_live_interrupt import SessionTracker, enable_interrupt_resume, interrupt_resume_for

MODEL = "gemini-3.8-live"
CONFIG: Any = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}

enable_interrupt_resume()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Gemini with your key, or a Live server on this machine."""
    async with AsyncExitStack() as stack:
        if not os.environ.get("GEMINI_API_KEY"):
            from gemini_live_interrupt.testing import LiveServer

            print("No GEMINI_API_KEY: a Live server on this machine stands in for Gemini.")
            server = await stack.enter_async_context(LiveServer("Hello, this is the local server."))
            os.environ.update(server.environment())
        app.state.client = genai.Client()
        yield


app = FastAPI(lifespan=lifespan)


@app.websocket("/live")
async def live(browser: WebSocket) -> None:
    """One conversation."""
    await browser.accept()
    async with browser.app.state.client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        handle = interrupt_resume_for(session)
        both = [
            asyncio.create_task(from_browser(browser, session, handle)),
            asyncio.create_task(to_browser(browser, session)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)


async def from_browser(browser: WebSocket, session: Any, handle: SessionTracker) -> None:
    """The microphone's audio, and what the browser has played; until it hangs up."""
    while True:
        message = await browser.receive()
        if message["type"] == "websocket.disconnect":
            return
        if pcm := message.get("bytes"):
            await session.send_realtime_input(
                audio=Blob(data=pcm, mime_type="audio/pcm;rate=16000")
            )
        elif message.get("text"):
            handle.playback.on_play_ms(played_ms(message["text"]))


def played_ms(text: str) -> float:
    """The browser's report; a browser can send anything."""
    try:
        value = json.loads(text)["played_ms"]
    except (ValueError, KeyError, TypeError):
        return 0.0
    return float(value) if isinstance(value, int | float) and 0 <= value < 10_000 else 0.0


async def to_browser(browser: WebSocket, session: Any) -> None:
    """The model's audio, and the word to empty the speaker."""
    try:
        while True:
            async for message in session.receive():
                content = message.server_content
                if content is None:
                    continue
                if content.interrupted:
                    await browser.send_json({"flush": True})
                for part in (content.model_turn and content.model_turn.parts) or []:
                    if part.inline_data is not None and part.inline_data.data:
                        await browser.send_bytes(part.inline_data.data)
    except WebSocketDisconnect:
        return


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
