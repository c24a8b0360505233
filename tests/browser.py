"""A real browser for tests: Chromium without a screen, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import tempfile
import wave
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-port=0",
]


def write_wav(path: Path, pcm: bytes, rate: int) -> Path:
    """Mono, 16 bit, as Chromium's fake microphone wants it."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path


class Page:
    """One tab."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._next = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.console: list[str] = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for raw in self._socket:
            message = json.loads(raw)
            if "id" in message:
                self._waiting.pop(message["id"]).set_result(message)
            elif message["method"] == "Runtime.exceptionThrown":
                self.console.append(str(message["params"]["exceptionDetails"]))
            elif message["method"] == "Runtime.consoleAPICalled":
                values = [str(arg.get("value")) for arg in message["params"]["args"]]
                self.console.append(" ".join(values))

    async def send(self, method: str, **params: Any) -> Any:
        self._next += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._next] = answer
        await self._socket.send(json.dumps({"id": self._next, "method": method, "params": params}))
        message = await asyncio.wait_for(answer, 20.0)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        result = await self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    async def until(self, script: str, within: float = 30.0) -> Any:
        """Wait until an expression is true."""
        async with asyncio.timeout(within):
            while not (value := await self.run(script)):
                await asyncio.sleep(0.1)
        return value

    async def look(
        self, *, width: int, height: int, dark: bool = False, phone: bool = False
    ) -> None:
        """Set the screen."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2,
            mobile=phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])

    async def screenshot(self, path: Path) -> None:
        """Save what the screen shows."""
        picture = await self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(picture["data"]))


@asynccontextmanager
async def browsing(url: str, microphone: Path | None = None) -> Any:
    """A tab at `url` whose microphone plays a WAV file once.

    Args:
        url: The page.
        microphone: 16-bit WAV, played from the moment the page asks for the microphone; None: a
            page that does not.
    """
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *FLAGS,
            *([f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else []),
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            active = Path(profile, "DevToolsActivePort")
            async with asyncio.timeout(30.0):
                while not active.exists() or len(active.read_text().splitlines()) < 2:
                    await asyncio.sleep(0.1)
            port, path = active.read_text().splitlines()[:2]
            async with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as root:
                await root.send(json.dumps({"id": 1, "method": "Target.getTargets", "params": {}}))
                while (answer := json.loads(await root.recv())).get("id") != 1:
                    pass
                target = next(
                    one["targetId"]
                    for one in answer["result"]["targetInfos"]
                    if one["type"] == "page"
                )
            async with connect(
                f"ws://127.0.0.1:{port}/devtools/page/{target}", max_size=None
            ) as socket:
                page = Page(socket)
                await page.send("Page.enable")
                await page.send("Runtime.enable")
                await page.send("Page.navigate", url=url)
                await page.until("document.readyState === 'complete'")
                yield page
        finally:
            process.terminate()
            await process.wait()
