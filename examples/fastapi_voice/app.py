"""A voice app on the web that can be interrupted: FastAPI between browsers and Gemini Live.

    python examples/fastapi_voice/app.py                      no key: a script on this machine
    GEMINI_API_KEY=... python examples/fastapi_voice/app.py   with Gemini

and open http://localhost:8000. Each browser has a call of its own. What the page and the server say
to each other, and how to take it into your own app, is in `docs/browser.md`. Needs

    pip install "gemini-live-interrupt[testing]" fastapi "uvicorn[standard]"
"""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import uvicorn
from call import Call
from fastapi import FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles
from google import genai
from stand_in import stand_in

MODEL = os.environ.get("GEMINI_LIVE_MODEL", "gemini-3.8-live")

MOST_CALLS = int(os.environ.get("MOST_CALLS", "20"))
"""Calls at one time. Each one costs you money by the minute and counts against your key's quota, so
without a limit anybody with a script can use both up."""

ORIGINS = set(os.environ.get("ORIGINS", "").split())
"""Pages that may call besides our own, such as `https://www.example.com`. Browsers let any page on
the web open a WebSocket to any server: without this check a stranger's page would talk to Gemini on
your key, from your users' browsers and with their cookies. It is no login: a program can send any
`Origin`, so an app that is not for everybody needs one, too."""

MOST_BYTES = 64 * 1024
"""Of one message of a browser; the microphone's are 1,280."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Gemini with your key, or a script on this machine."""
    keys = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")
    async with AsyncExitStack() as stack:
        app.state.has_key = any(os.environ.get(key) for key in keys)
        if app.state.has_key:
            app.state.client = genai.Client()
        else:
            server = await stack.enter_async_context(stand_in())
            app.state.client = server.client()
            print("No GEMINI_API_KEY: a script on this machine answers in place of Gemini.")
        app.state.calls = 0
        yield


app = FastAPI(lifespan=lifespan)


def may_call(browser: WebSocket) -> bool:
    """Whether the page that opened this socket is ours."""
    origin = browser.headers.get("origin", "")
    place = origin.partition("://")[2]
    return origin in ORIGINS or (bool(place) and place == browser.headers.get("host"))


@app.websocket("/live")
async def live(browser: WebSocket) -> None:
    """One call."""
    if not may_call(browser):
        await browser.close()  # Before it is accepted: the browser gets a 403.
        return
    await browser.accept()
    state = browser.app.state
    if state.calls >= MOST_CALLS:
        todo = "Try again in a few minutes. (MOST_CALLS sets how many there can be at one time.)"
        full = {"what": "All lines are busy.", "todo": todo, "final": True}
        await browser.send_json({"problem": full})
        await browser.close(1013)
        return
    state.calls += 1
    try:
        await browser.send_json({"stand_in": not state.has_key})
        await Call(browser, state.client, model=MODEL).run()
    finally:
        state.calls -= 1


app.mount("/", StaticFiles(directory=Path(__file__).parent / "page", html=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A voice app that can be interrupted.")
    parser.add_argument("--host", default="localhost", help="where to listen; not for the world")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    print(f"Open http://{options.host}:{options.port}")
    # Browsers answer pings by themselves: a socket that is dead is noticed within 20 s.
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        ws_max_size=MOST_BYTES,
        ws_ping_interval=10,
        ws_ping_timeout=10,
    )
