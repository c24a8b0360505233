"""The web app's page in a real browser, with a fake microphone that barges in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Page, browsing, write_wav
from voice_app import free_port, running_app

from gemini_live_interrupt.testing import LiveServer, Reply, SyntheticUser

PICTURES = os.environ.get("PICTURES")
"""A folder for screenshots, such as docs/browser; none are taken without it."""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)

RATE = 16_000
SECOND = 2 * RATE
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844, "phone": True}
QUESTION = "What is her name?"
STORY = " ".join(
    f"On day {day} the keeper climbed up to the lamp and wrote down what she saw from there."
    for day in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
)
SEND = "document.getElementById('words').value = {}; document.getElementById('say').requestSubmit()"


def click(name: str) -> str:
    return f"document.getElementById('{name}').click()"


def text_of(name: str) -> str:
    return f"document.getElementById('{name}').textContent"


async def say(page: Page, text: str) -> None:
    await page.run(SEND.format(json.dumps(text)))


async def replies(page: Page) -> list[dict[str, str]]:
    """What stands beside each reply on the page: what it counted, and what the server says."""
    found = "[...document.querySelectorAll('.model')].map((one) => ({...one.dataset}))"
    return list(await page.run(found))


@asynccontextmanager
async def page_of(url: str, tmp_path: Path, sound: bytes = b"") -> AsyncIterator[Page]:
    microphone = write_wav(tmp_path / "microphone.wav", sound or bytes(60 * SECOND), RATE)
    async with browsing(url, microphone) as page:
        yield page


async def test_the_page_and_the_library_agree_at_twenty_barge_ins(tmp_path: Path) -> None:
    """To 100 ms: what the audio thread of the page counted, and what was told to the model."""
    lines = [SyntheticUser(None).line(text) for text in ("Tell me a story.", QUESTION)]
    request, question = (line.pcm for line in lines)
    sound = bytes(3 * SECOND) + request + bytes(6 * SECOND)
    for _ in range(20):
        sound += question + bytes(5 * SECOND)
    model = [Reply(STORY), Reply("Ada.", to="name")]
    async with LiveServer(model, speech=lines, recogniser=None) as gemini:
        async with running_app(gemini) as app, page_of(app.url, tmp_path, sound) as page:
            await page.run(click("call"))
            async with asyncio.timeout(20 * 8 + 30):
                cut: list[dict[str, str]] = []
                while len(cut) < 20:
                    await asyncio.sleep(1.0)
                    cut = [one for one in await replies(page) if "heardMs" in one]
            assert page.console == []
    record = gemini.records[0]
    assert len(record.silent_notes()) >= 20
    apart = [float(one["playedMs"]) - float(one["heardMs"]) for one in cut]
    print("ms apart:", [round(ms) for ms in apart])
    assert all(abs(ms) <= 100 for ms in apart), apart
    assert all(1_000 < float(one["playedMs"]) < 12_000 for one in cut)
    # Nothing got lost over 20 of them: each reply goes on where the one before was cut.
    assert all(turn.text.startswith("Ada. On day") for turn in record.turns[1:20])


async def test_a_visit_without_a_key(tmp_path: Path) -> None:
    """The badge, a story, a question typed, stop, mute, the end of the call; and how it looks."""
    async with running_app() as app, page_of(app.url, tmp_path) as page:

        async def picture(name: str, **screen: Any) -> None:
            await page.look(**screen)
            await asyncio.sleep(0.2)
            assert await page.run(LOW_CONTRAST) == []
            wide = "document.documentElement.scrollWidth > innerWidth"
            assert not await page.run(wide)
            if PICTURES:
                await page.screenshot(Path(PICTURES) / f"{name}.png")

        await picture("welcome", **LAPTOP)
        await picture("welcome-dark", **PHONE, dark=True)
        await page.run(click("call"))
        await page.until(f"{text_of('status')} === 'Listening'")
        assert await page.run("!document.getElementById('badge').hidden")
        assert "in place of Gemini" in await page.run(text_of("script"))
        await say(page, "Tell me a story.")
        await page.until("(document.querySelector('.model .heard')?.textContent.length ?? 0) > 60")
        await picture("talking", **LAPTOP)
        await picture("talking-dark", **LAPTOP, dark=True)
        assert await page.run("document.querySelector('.coming').textContent.length > 20")
        await say(page, QUESTION)
        await page.until("!!document.querySelector('.lost') && !!document.querySelector('.cut')")
        second = "[...document.querySelectorAll('.model')][1]?.textContent ?? ''"
        await page.until(f"({second}).includes('Her name is Ada.')")
        await asyncio.sleep(3.0)
        await picture("resumed-dark", **PHONE, dark=True)
        await picture("resumed", **PHONE)

        await page.run(click("stop"))
        await page.until(f"{text_of('status')} === 'Listening'", 3.0)
        await page.until("document.querySelectorAll('.cut').length === 2", 5.0)
        await page.run(click("mute"))
        assert await page.run("document.getElementById('mute').ariaPressed") == "true"
        await page.run(click("call"))
        await page.until(f"{text_of('status')} === 'Not connected'")
        assert page.console == []


async def test_the_keyboard_is_enough(tmp_path: Path) -> None:
    async with running_app() as app, page_of(app.url, tmp_path) as page:

        async def press(key: str, text: str = "") -> None:
            key_code = {"Tab": 9, "Enter": 13}.get(key, 0)
            for kind in ("keyDown", "keyUp"):
                await page.send(
                    "Input.dispatchKeyEvent",
                    type=kind,
                    key=key,
                    text=text if kind == "keyDown" else "",
                    windowsVirtualKeyCode=key_code,
                )

        async def tab_to(name: str) -> None:
            for _ in range(12):
                await press("Tab")
                if await page.run("document.activeElement.id") == name:
                    outline = "getComputedStyle(document.activeElement).outlineStyle"
                    assert await page.run(outline) == "solid"
                    return
            raise AssertionError(f"Tab does not come to {name}")

        await page.run("document.body.focus()")
        await tab_to("call")
        await press("Enter", "\r")
        await page.until(f"{text_of('status')} === 'Listening'")
        await tab_to("words")
        await page.send("Input.insertText", text="Tell me a story.")
        await press("Enter", "\r")
        await page.until(f"{text_of('status')} === 'Speaking'")
        await tab_to("stop")
        await press("Enter", "\r")
        await page.until(f"{text_of('status')} === 'Listening'", 5.0)
        # Every control says by itself what it is.
        unnamed = (
            "[...document.querySelectorAll('input, select, button')].filter((one) => "
            "!one.hidden && !(one.textContent.trim() || one.labels?.length)).map((one) => one.id)"
        )
        assert await page.run(unnamed) == []


async def test_errors_stand_on_the_page_and_say_what_to_do(tmp_path: Path) -> None:
    nowhere = f"https://127.0.0.1:{free_port()}"
    async with running_app(GEMINI_API_KEY="x", GOOGLE_GEMINI_BASE_URL=nowhere) as app:
        async with page_of(app.url, tmp_path) as page:
            await page.run(
                "navigator.mediaDevices.getUserMedia = () => "
                "Promise.reject(new DOMException('', 'NotAllowedError'))"
            )
            await page.run(click("call"))
            await page.until(f"{text_of('what')} === 'The microphone was refused.'")
            assert "Allow it" in await page.run(text_of("todo"))
            await page.until(f"{text_of('what')} === 'The server cannot reach Gemini.'")
            await page.until(f"{text_of('status')} === 'Not connected'")
            for dark in (False, True):
                await page.look(**PHONE, dark=dark)
                assert await page.run(LOW_CONTRAST) == []
            await page.run(click("again"))
            await page.until("document.getElementById('problem').hidden === false")


async def test_a_server_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    async with running_app(port=port) as app:
        async with page_of(app.url, tmp_path) as page:
            await page.run(click("call"))
            await page.until(f"{text_of('status')} === 'Listening'")
            await app.end()
            await page.until(f"{text_of('status')}.startsWith('Connection lost')")
            async with running_app(port=port):
                await page.until(f"{text_of('status')} === 'Listening'")
                await say(page, "Tell me a story.")
                await page.until(f"{text_of('status')} === 'Speaking'")
            await page.until(f"{text_of('what')} === 'The server does not answer.'", 40.0)
            assert await page.run(text_of("status")) == "Not connected"


async def test_a_network_that_is_gone_without_a_word(tmp_path: Path) -> None:
    """Nothing closes the socket; the page finds out by itself, and connects again."""
    async with running_app() as app:
        hole = asyncio.Event()
        connections: list[asyncio.StreamWriter] = []

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", app.port)
            connections.extend((writer, up_writer))

            async def pump(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
                while data := await source.read(65_536):
                    if not hole.is_set():
                        to.write(data)

            await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))

        server = await asyncio.start_server(relay, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with page_of(f"http://127.0.0.1:{port}/", tmp_path) as page:
                await page.run(click("call"))
                await page.until(f"{text_of('status')} === 'Listening'")
                hole.set()
                await page.until(f"{text_of('status')}.startsWith('Connection lost')", 15.0)
                hole.clear()
                await page.until(f"{text_of('status')} === 'Listening'", 15.0)
        finally:
            server.close()
            for one in connections:
                one.close()


LOW_CONTRAST = """
(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((c) => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if ((!says && !element.placeholder) || !element.checkVisibility()) continue;
    const style = getComputedStyle(element, element.placeholder ? "::placeholder" : null);
    const [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${element.id || element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return low;
})()
"""
"""JavaScript: every text on the page that stands out from its ground by less than 4.5:1."""
