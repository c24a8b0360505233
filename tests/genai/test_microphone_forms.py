"""The microphone is heard in every form that google-genai takes, so that no nudge goes into speech."""

from __future__ import annotations

import asyncio
import base64
import random
from array import array
from collections.abc import Callable
from typing import Any

import pytest
from google.genai import types
from live_socket import LiveSocket, barge_in

from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import app_messages

MIME = "audio/pcm;rate=16000"
_noise = random.Random(3)
LOUD = array("h", (_noise.randint(-9_000, 9_000) for _ in range(320))).tobytes()


def _text(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode()


def _url_safe(pcm: bytes) -> str:
    return base64.urlsafe_b64encode(pcm).decode()


FORMS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "bytes": lambda pcm: {"audio": {"data": pcm, "mime_type": MIME}},
    "base64 text": lambda pcm: {"audio": {"data": _text(pcm), "mime_type": MIME}},
    "url-safe base64 text": lambda pcm: {"audio": {"data": _url_safe(pcm), "mime_type": MIME}},
    "the other spelling": lambda pcm: {"audio": {"data": pcm, "mimeType": MIME}},
    "a blob": lambda pcm: {"audio": types.Blob(data=pcm, mime_type=MIME)},
    "media": lambda pcm: {"media": {"data": _text(pcm), "mime_type": MIME}},
    "a blob as media": lambda pcm: {"media": types.Blob(data=pcm, mime_type=MIME)},
}


@pytest.mark.parametrize("form", FORMS)
def test_it_is_read_as_sound(form: str) -> None:
    read = list(app_messages.from_realtime_input(FORMS[form](LOUD)))
    assert read == [e.UserAudio(pcm=LOUD, sample_rate=16_000)]


ODD: list[dict[str, Any]] = [
    {"audio": {"data": LOUD}},
    {"audio": types.Blob(data=LOUD)},
    {"audio": types.Blob(data=LOUD, mime_type="audio/opus")},
    {"audio": types.Blob(data=LOUD, mime_type="audio/pcm")},
    {"audio": types.Blob(data=LOUD, mime_type="audio/pcm;rate=9999999999")},
    {"audio": {"data": bytearray(LOUD), "mime_type": MIME}},
    {"audio": {"data": b"", "mime_type": MIME}},
    {"audio": {"data": LOUD, "mime_type": ["audio/pcm"]}},
    {"media": {"data": LOUD, "mime_type": "image/jpeg"}},
    {"media": object()},
    {"video": types.Blob(data=LOUD, mime_type=MIME)},
    {"text": "Hello"},
    {"activity_start": types.ActivityStart()},
    {"audio": types.Blob(data=LOUD, mime_type=MIME), "text": "Hello"},
    {"audio": None},
    {},
]


@pytest.mark.parametrize("arguments", [*(form(LOUD) for form in FORMS.values()), *ODD])
def test_what_comes_most_is_read_the_quick_way_as_it_is_the_long_way(
    arguments: dict[str, Any],
) -> None:
    quick = app_messages.sound_in(arguments)
    if quick is not None:
        pcm, rate = quick
        long = list(app_messages.from_realtime_input(arguments))
        assert long == [e.UserAudio(pcm=pcm, sample_rate=rate)]


@pytest.mark.parametrize("form", ["bytes", "a blob", "a blob as media"])
def test_the_usual_forms_go_the_quick_way(form: str) -> None:
    assert app_messages.sound_in(FORMS[form](LOUD)) == (LOUD, 16_000)


@pytest.mark.parametrize("data", [bytearray(LOUD), memoryview(LOUD)])
def test_a_buffer_is_kept_as_it_is_now(data: Any) -> None:
    [read] = app_messages.from_realtime_input({"audio": {"data": data, "mime_type": MIME}})
    if isinstance(data, bytearray):
        data[:] = bytes(len(data))  # The app uses its buffer again.
    assert isinstance(read, e.UserAudio) and read.pcm == LOUD


@pytest.mark.parametrize("data", ["no base64!", "", None, 5, object(), "é" * 10])
def test_what_is_no_sound_is_none(data: Any) -> None:
    assert (
        list(app_messages.from_realtime_input({"audio": {"data": data, "mime_type": MIME}})) == []
    )


@pytest.mark.parametrize("form", FORMS)
async def test_no_nudge_goes_into_speech(here: LiveSocket, form: str) -> None:
    enable_interrupt_resume(false_interruption_after=0.5)
    async with here.connect() as session:
        for _ in range(20):
            await session.send_realtime_input(**FORMS[form](bytes(640)))
            await asyncio.sleep(0.02)
        await barge_in(here, session)
        for step in range(100):  # Speech has pauses.
            await session.send_realtime_input(**FORMS[form](LOUD if step % 10 < 7 else bytes(640)))
            await asyncio.sleep(0.02)
        assert len(here.notes) == 1
        for _ in range(40):
            await session.send_realtime_input(**FORMS[form](bytes(640)))
            await asyncio.sleep(0.02)
        assert len(here.notes) == 2  # And once they are quiet it does.
