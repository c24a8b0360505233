"""The voice bot's page in a real browser, with a fake microphone that barges in."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

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


@needs_chromium
async def test_a_barge_in_strikes_out_what_was_not_heard(tmp_path: Path) -> None:
    question = "What is her name?"
    line = speak(question, voice="en-us+m3", sample_rate=16_000)
    expected = write_wav(tmp_path / "line.wav", line.pcm, 16_000)
    second = 32_000
    sound = bytes(11 * second) + line.pcm + bytes(40 * second)
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

        phone = {"width": 390, "height": 844, "phone": True}
        laptop = {"width": 1280, "height": 800}
        await picture("welcome-phone", **phone)
        await page.run("document.getElementById('call').click()")
        await page.until(
            "document.querySelector('.model .heard')?.textContent.split(' ').length > 8", 40.0
        )
        await picture("talking-laptop", **laptop)
        # The captions run ahead of the voice: some text is known and not heard yet.
        assert await page.run("document.querySelector('.model .coming').textContent.length > 40")

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
        await picture("resumed-phone", **phone)
        await picture("resumed-phone-dark", **phone, dark=True)
        await page.run("document.querySelector('details').open = true")
        await page.run("document.querySelector('details').scrollIntoView({block: 'center'})")
        await picture("note-laptop", **laptop)
        await picture("note-laptop-dark", **laptop, dark=True)
        answer = await page.run("[...document.querySelectorAll('.model .text')].at(-1).textContent")
        # It answers, and goes on with the sentence that was cut off, not after what it sent.
        cut_sentence = note.split('Continuation text: "')[1][:25]
        assert answer.startswith("Her name is Ada.")
        assert cut_sentence in answer

        await page.run("document.getElementById('call').click()")
        await page.until("document.getElementById('status').textContent === 'Not connected'")
        assert page.console == []
