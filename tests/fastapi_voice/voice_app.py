"""The web app in a process of its own, as whoever tries it runs it, and a browser in Python."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from gemini_live_interrupt.testing import LiveServer, SpeakerSim

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "fastapi_voice"
KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class App:
    """The running app."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self.process = process

    @property
    def url(self) -> str:
        """The page."""
        return f"http://127.0.0.1:{self.port}/"

    async def end(self) -> str:
        """Stop it; what it has printed."""
        if self.process.returncode is None:
            self.process.terminate()
        output, _ = await self.process.communicate()
        return output.decode()


THE_APP = (str(FOLDER / "app.py"), "--host", "127.0.0.1")


@asynccontextmanager
async def running_app(
    gemini: LiveServer | None = None,
    *,
    command: tuple[str, ...] = THE_APP,
    port: int | None = None,
    **environment: str,
) -> AsyncIterator[App]:
    """The app, ready for browsers.

    Args:
        gemini: stands for Gemini, with a key; None: the app runs without a key.
        command: what Python runs.
        port: where to listen; None: anywhere.
        **environment: more for its environment.
    """
    port = port or free_port()
    env = {name: value for name, value in os.environ.items() if name not in KEYS}
    env |= (gemini.environment() if gemini else {}) | environment | {"PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, "--port", str(port)),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    app = App(port, process)
    try:
        async with asyncio.timeout(60.0):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    assert process.returncode is None, await app.end()
                    await asyncio.sleep(0.1)
                else:
                    writer.close()
                    break
        yield app
    finally:
        await app.end()


@dataclass(slots=True)
class Browser:
    """What the page does, in Python: plays, reports, empties its speaker, and keeps what it hears."""

    socket: ClientConnection
    latency_ms: float = 0.0
    """How late its loudspeaker is."""
    speaker: SpeakerSim = field(init=False)
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Everything but audio."""
    after: int = 0
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.speaker = SpeakerSim(latency_ms=self.latency_ms, on_play_ms=self._played)

    def _played(self, ms: float) -> None:
        report = json.dumps({"played": round(ms * 24), "after": self.after})
        task = asyncio.create_task(self.socket.send(report))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def say(self, **message: Any) -> None:
        """A message of the page."""
        await self.socket.send(json.dumps(message))

    async def run(self) -> None:
        """Take what comes until the socket is closed."""
        async for data in self.socket:
            if isinstance(data, bytes):
                self.speaker.feed(data)
                continue
            message = json.loads(data)
            self.messages.append(message)
            if "flush" in message:
                self.speaker.flush()
                self.after = message["flush"]

    def all(self, kind: str) -> list[Any]:
        """The values of all messages of a kind."""
        return [message[kind] for message in self.messages if kind in message]

    async def until(self, is_so: Callable[[], Any], within: float = 20.0) -> Any:
        """Wait for something, and give it."""
        async with asyncio.timeout(within):
            while not (value := is_so()):
                await asyncio.sleep(0.02)
        return value


@asynccontextmanager
async def browsing_in_python(
    app: App, *, resume: str | None = None, start: bool = True, latency_ms: float = 0.0
) -> AsyncIterator[Browser]:
    """A browser on the page of the app."""
    address = f"ws://127.0.0.1:{app.port}/live"
    async with connect(address, origin=app.url.rstrip("/")) as socket:  # type: ignore[arg-type]
        browser = Browser(socket, latency_ms)
        async with browser.speaker:
            running = asyncio.create_task(browser.run())
            if start:
                await browser.say(start={"resume": resume})
                await browser.until(lambda: "ready" in browser.all("state"))
            try:
                yield browser
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
