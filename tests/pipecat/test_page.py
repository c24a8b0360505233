"""The voice bot's page in a real browser, with a fake microphone that barges in."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from bot_process import running_bot
from browser import CHROMIUM, browsing, write_wav

from gemini_live_interrupt.testing import speak

PICTURES = os.environ.get("PICTURES")
"""A folder for screenshots, such as docs/pipecat; none are taken without it."""

pytest.importorskip("aiortc", reason="the extra pipecat-ai[webrtc] is not installed")
pytest.importorskip("pipecat.pipeline.worker", reason="the example needs Pipecat 1.3 or later")
pytestmark = pytest.mark.real_time
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)

PHONE = {"width": 390, "height": 844, "phone": True}
LAPTOP = {"width": 1280, "height": 800}
LEAST_CONTRAST = """(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => {
    const [r, g, b] = c.map((x) => x / 255).map((x) => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const c = rgb(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const ratios = [...document.querySelectorAll("body *")]
    .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && one.checkVisibility())
    .map((one) => {
      const [a, b] = [light(rgb(getComputedStyle(one).color).slice(0, 3)), light(behind(one))];
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), one.textContent.slice(0, 30)];
    });
  return ratios.sort((a, b) => a[0] - b[0])[0];
})()"""
"""The contrast of the text that stands out least, and the text."""


async def assert_readable(page: Any) -> None:
    for dark in (False, True):
        for screen in (PHONE, LAPTOP):
            await page.look(**screen, dark=dark)
            ratio, text = await page.run(LEAST_CONTRAST)
            assert ratio >= 4.5, (ratio, text, dark)
            assert await page.run("document.body.scrollWidth <= window.innerWidth")


async def says(page: Any, what: str, within: float = 40.0) -> None:
    """Wait until the page names a trouble."""
    await page.until("!document.getElementById('trouble').hidden", within)
    assert what in await page.run("document.getElementById('trouble').textContent")


@needs_chromium
async def test_without_a_key_it_suggests_questions_and_a_lost_bot_is_named(tmp_path: Path) -> None:
    microphone = write_wav(tmp_path / "microphone.wav", bytes(32_000 * 60), 16_000)
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(AsyncExitStack())
        port = await bot.enter_async_context(running_bot("", "-t", "webrtc"))
        page = await stack.enter_async_context(
            browsing(f"http://localhost:{port}/voice/?raw", microphone)
        )
        await page.until("!document.getElementById('badge').hidden")
        await assert_readable(page)
        await page.run("document.getElementById('call').click()")
        heard = (
            "[...document.querySelectorAll('.model .heard')].at(-1)?.textContent.split(' ').length"
        )
        await page.until(f"{heard} > 4", 40.0)
        assert await page.run("document.getElementById('microphones').options.length") > 0
        await page.until("document.getElementById('bot-level').value > 0")
        await page.run("document.getElementById('mute').click()")
        assert await page.run("document.getElementById('mute').textContent") == "Unmute"

        await page.run("document.querySelector('#questions button').click()")
        await page.until("document.querySelectorAll('.model').length > 1", 40.0)
        await page.until(f"{heard} > 3", 40.0)
        answer = "[...document.querySelectorAll('.model .text')].at(-1).textContent"
        assert (await page.run(answer)).startswith("Her name is Ada.")
        await page.run("document.getElementById('stop').click()")
        await page.until("document.querySelectorAll('.model .lost').length > 1")
        await assert_readable(page)

        await bot.aclose()
        await page.until("document.getElementById('status').textContent.includes('Trying again')")
        await says(page, "The connection to the bot was lost.")
        await page.run("document.getElementById('call').click()")
        await says(page, "python examples/pipecat_voice_bot.py")
        await assert_readable(page)


@needs_chromium
async def test_a_key_that_does_not_work_is_named_at_once(tmp_path: Path) -> None:
    microphone = write_wav(tmp_path / "microphone.wav", bytes(32_000 * 20), 16_000)
    async with (
        running_bot("", "-t", "webrtc", key="bogus") as port,
        browsing(f"http://localhost:{port}/voice/?raw", microphone) as page,
    ):
        await page.run("document.getElementById('call').click()")
        # With a network, Gemini refuses it; without, nobody can be reached.
        await says(page, "Gemini")
        assert await page.run("document.getElementById('badge').hidden")


@needs_chromium
async def test_a_barge_in_strikes_out_what_was_not_heard(tmp_path: Path) -> None:
    question = "What is her name?"
    line = speak(question, voice="en-us+m3", sample_rate=16_000)
    expected = write_wav(tmp_path / "line.wav", line.pcm, 16_000)
    second = 32_000
    sound = bytes(14 * second) + line.pcm + bytes(40 * second)
    microphone = write_wav(tmp_path / "microphone.wav", sound, 16_000)
    async with (
        running_bot(f"{expected}={question}", "-t", "webrtc") as port,
        browsing(f"http://localhost:{port}/voice/?raw", microphone) as page,
    ):

        async def picture(name: str, **screen: object) -> None:
            if PICTURES:
                await page.look(**screen)
                await asyncio.sleep(0.3)
                await page.screenshot(Path(PICTURES) / f"{name}.png")

        await picture("welcome-phone", **PHONE)
        await page.run("document.getElementById('call').click()")
        await page.until(
            "document.querySelector('.model .heard')?.textContent.split(' ').length > 8", 40.0
        )
        # The captions run ahead of the voice: some text is known and not heard yet.
        assert await page.run("document.querySelector('.model .coming').textContent.length > 40")
        await picture("talking-laptop", **LAPTOP)

        await page.until("!!document.querySelector('.model .lost')", 40.0)
        await page.until("!!document.querySelector('.model details')", 10.0)
        heard = await page.run("document.querySelector('.model .heard').textContent")
        lost = await page.run("document.querySelector('.model .lost').textContent")
        note = await page.run("document.querySelector('.model details pre').textContent")
        counted = await page.run("document.querySelector('.cut-line').textContent")
        whole = len((heard + lost).split())
        assert counted == f"You heard {len(heard.split())} of {whole} words."
        assert heard.strip() in note
        assert not await page.run("document.querySelector('.model details').open")

        await page.until("document.querySelector('.user .text')?.textContent.length > 3", 20.0)
        assert await page.run("document.querySelector('.user .text').textContent") == question
        await page.until("document.querySelectorAll('.model').length > 1", 20.0)
        second_reply = (
            "[...document.querySelectorAll('.model .heard')].at(-1).textContent.split(' ')"
        )
        await page.until(f"{second_reply}.length > 6", 20.0)
        await picture("resumed-phone", **PHONE)
        await picture("resumed-phone-dark", **PHONE, dark=True)
        await page.run("document.querySelector('details').open = true")
        await page.run("document.querySelector('details').scrollIntoView({block: 'center'})")
        await picture("note-laptop", **LAPTOP)
        await picture("note-laptop-dark", **LAPTOP, dark=True)
        answer = await page.run("[...document.querySelectorAll('.model .text')].at(-1).textContent")
        assert await page.run("document.getElementById('trouble').hidden")
        # It answers, and goes on with the sentence that was cut off, not after what it sent.
        cut_sentence = note.split('Continuation text: "')[1][:25]
        assert answer.startswith("Her name is Ada.")
        assert cut_sentence in answer

        await page.run("document.getElementById('call').click()")
        await page.until("document.getElementById('status').textContent === 'Not connected'")
        assert page.console == []
