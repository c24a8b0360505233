"""The page of a call, in a real browser: what it shows, plays, and does by keyboard."""

from __future__ import annotations

import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, browsing
from conversation_steps import STORY
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.commands import cli
from gemini_live_interrupt.commands.timeline import waves

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
EVIL = "</script><img src=x onerror=window.hacked=1> "


def a_session(folder: Path, *, sound: bool = True) -> Path:
    folder.mkdir()
    talk = recorded_talk().model_says(EVIL + STORY, 9_300).plays_for(2.75)
    talk.user_starts().interrupted().wait(1.0).user_stops().user_says("What was it called?")
    talk.wait(0.5).model_says("The cat was called Tom.", 1_500).wait(1.0).interrupted().wait(2.0)
    (folder / "session.jsonl").write_text("\n".join(texts_of(talk)) + "\n")
    if sound:
        with wave.open(str(folder / "call.wav"), "wb") as file:
            file.setparams((2, 2, 24_000, 0, "NONE", ""))
            file.writeframes(struct.pack("<hh", 0, 8_000) * 24_000 * 8)
    return folder


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    out = tmp_path / "call.html"
    assert cli.main(["timeline", str(a_session(tmp_path / "session")), "-o", str(out)]) == 0
    async with browsing(out.as_uri()) as tab:
        await tab.until("!!document.querySelector('.span')")
        yield tab


@needs_chromium
async def test_it_shows_every_lane_and_what_was_heard_of_the_first_barge_in(page: Page) -> None:
    titles = await page.run("[...document.querySelectorAll('.lane h2')].map(e => e.textContent)")
    assert {"User", "Model, heard", "Not heard", "Barge-ins", "Told to the model"} <= set(titles)
    detail = await page.run("document.querySelector('#detail').textContent")
    assert "Once upon a time" in detail and "App context" in detail
    assert await page.run("document.querySelector('#detail ins').textContent.length") > 0
    assert page.console == []


@needs_chromium
async def test_words_of_a_call_are_text_and_never_code(page: Page) -> None:
    assert await page.run("window.hacked === undefined")
    assert await page.run("document.querySelectorAll('img').length") == 0
    shown = await page.run("document.querySelector('.span.received').textContent")
    assert shown.startswith(EVIL.strip())


@needs_chromium
async def test_the_keyboard_plays_moves_and_finds_the_next_barge_in(page: Page) -> None:
    async def press(key: str) -> None:
        await page.run(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))"
        )

    where = "parseFloat(document.querySelector('#scroll').getAttribute('aria-valuenow'))"
    await press("n")
    first = await page.run(where)
    await press("n")
    second = await page.run(where)
    assert 0.0 < first < second
    await press("p")
    assert await page.run(where) == first
    await press("ArrowRight")
    assert abs(await page.run(where) - first - 1.0) < 0.11
    await press("Home")
    await press(" ")
    await page.until(f"{where} > 0.5")
    assert await page.run("document.querySelector('#play').textContent") == "Pause"
    await press(" ")
    assert await page.run("document.querySelector('#sound').paused")


@needs_chromium
async def test_a_click_on_a_barge_in_shows_its_note(page: Page) -> None:
    await page.run("document.querySelectorAll('.span.interruptions')[1].click()")
    detail = await page.run("document.querySelector('#detail').textContent")
    assert "The cat was called" in detail


@needs_chromium
async def test_without_sound_the_playhead_still_runs(tmp_path: Path) -> None:
    out = tmp_path / "call.html"
    folder = a_session(tmp_path / "session", sound=False)
    assert cli.main(["timeline", str(folder), "-o", str(out)]) == 0
    async with browsing(out.as_uri()) as tab:
        await tab.until("!!document.querySelector('.span')")
        await tab.run("document.querySelector('#play').click()")
        await tab.until("parseFloat(document.querySelector('#head').style.left) > 10")


@needs_chromium
def test_a_picture_of_it(tmp_path: Path) -> None:
    out = tmp_path / "call.png"
    assert cli.main(["timeline", str(a_session(tmp_path / "session")), "--png", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_wrong_place_is_said_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["timeline", str(tmp_path / "none"), "-o", "/no/such/folder/x.html"]) == 2
    assert "/no/such/folder" in capsys.readouterr().err


def test_the_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    out = tmp_path / "call.html"
    assert cli.main(["timeline", str(a_session(tmp_path / "session")), "-o", str(out)]) == 0
    text = out.read_text()
    assert "http" not in text.replace("http-equiv", "")
    assert "data:audio/wav;base64," in text
    assert cli.main(["timeline", str(tmp_path / "session"), "-o", str(out), "--no-sound"]) == 0
    assert "data:audio" not in out.read_text()


def test_waves_are_of_each_side(tmp_path: Path) -> None:
    user, model = waves.of_wav(a_session(tmp_path / "session") / "call.wav")
    assert len(user) == len(model) == 8 * waves.RATE
    assert max(user) == 0 and min(model) > 100


def test_a_sound_file_of_another_kind_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_session(tmp_path / "session")
    with wave.open(str(folder / "call.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3_200))
    assert cli.main(["timeline", str(folder), "-o", str(tmp_path / "x.html")]) == 2
    assert "not stereo" in capsys.readouterr().err


@pytest.mark.parametrize(
    "sound",
    [
        b"",
        b"no sound",
        b"RIFF\x04\0\0\0WAVE",
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + bytes(16),
    ],
)
def test_a_sound_that_is_none_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sound: bytes
) -> None:
    folder = a_session(tmp_path / "session", sound=False)
    (folder / "call.wav").write_bytes(sound)
    assert cli.main(["timeline", str(folder), "-o", str(tmp_path / "call.html")]) == 2
    assert "call.wav cannot be read" in capsys.readouterr().err


def test_the_name_of_a_session_is_a_name_and_no_place_for_its_data(tmp_path: Path) -> None:
    folder = a_session(tmp_path / "session", sound=False)
    file, out = folder / "session.jsonl", tmp_path / "call.html"
    file.write_text(file.read_text().replace('"session":"a-talk"', '"session":"{{data}}"'))
    assert cli.main(["timeline", str(folder), "-o", str(out)]) == 0
    assert "<title>Call {{data}}</title>" in out.read_text(encoding="utf-8")
