"""Odd numbers, sizes and depths cost the input that has them, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from live_socket import TURN_COMPLETE, LiveSocket, Seen, audio, barge_in, receive

from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import handover, messages
from gemini_live_interrupt.genai.fields import rate_in
from gemini_live_interrupt.saying import lines


def _with_rate(rate: str) -> dict[str, Any]:
    message = audio(1_000)
    message["serverContent"]["modelTurn"]["parts"][0]["inlineData"]["mimeType"] = (
        f"audio/pcm;rate={rate}"
    )
    return message


def _with_counts(**counts: Any) -> dict[str, Any]:
    return {"usageMetadata": counts, "serverContent": {}}


def _calls(args: Any) -> dict[str, Any]:
    return {"toolCall": {"functionCalls": [{"id": "c", "name": "f", "args": args}]}}


@pytest.mark.parametrize(
    "message",
    [
        _with_rate("9" * 5_000),
        _with_rate("1000000000000"),
        _with_rate("0"),
        _with_rate("-16000"),
        _with_rate("٣"),
        _with_counts(promptTokenCount=2**62, responseTokenCount=2**62),
        _with_counts(promptTokenCount=-5),
        {"serverContent": {"outputTranscription": {"text": "\x00" * 20_000}}},
        {"serverContent": {"modelTurn": {"parts": []}}},
        {"serverContent": {"modelTurn": {"parts": [{}] * 5_000}}},
        {"toolCallCancellation": {"ids": ["c"] * 20_000}},
        {"sessionResumptionUpdate": {"newHandle": "h" * 100_000, "resumable": True}},
        _calls({"x" * 50_000: "y" * 50_000}),
        {"voiceActivity": {"voiceActivityType": "ACTIVITY_START", "audioOffset": "1e999s"}},
    ],
    ids=lambda message: json.dumps(message)[:60],
)
async def test_a_message_costs_that_message_only(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, message: dict[str, Any]
) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await here.say(message)
        await receive(session, 1)
        interrupt_resume_for(session).playback.flush()  # Whatever was audible is over.
        await here.say({"toolCallCancellation": {"ids": ["c"]}}, TURN_COMPLETE)
        await here.say({"voiceActivity": {"voiceActivityType": "ACTIVITY_END"}})
        await receive(session, 3)
        await asyncio.sleep(3.0)
        await barge_in(here, session)
        await _is_told(here, seen)
    assert not [line for line in caplog.messages if "own:" in line]


async def _is_told(here: LiveSocket, seen: Seen) -> None:
    async with asyncio.timeout(5):
        while not seen.all or seen.all[-1].heard + seen.all[-1].unheard != "One two. Three four.":
            await asyncio.sleep(0.01)
    assert seen.all[-1].note in here.notes


@pytest.mark.parametrize(
    "report",
    [
        lambda playback: playback.on_play_ms(10**400),
        lambda playback: playback.on_play_ms(1e300),
        lambda playback: playback.on_play_ms(Fraction(10**400, 3)),
        lambda playback: playback.on_play_ms(float("nan")),
        lambda playback: playback.on_play_bytes(10**400),
        lambda playback: playback.on_play_bytes(2**63),
        lambda playback: playback.on_play_bytes(-(10**400)),
    ],
)
async def test_a_report_costs_that_report_only(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, report: Callable[[Any], None]
) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        with contextlib.suppress(ValueError, TypeError):  # In the app's own call.
            report(interrupt_resume_for(session).playback)
        await asyncio.sleep(0.1)
        await barge_in(here, session)
        await _is_told(here, seen)
    assert not [line for line in caplog.messages if "own:" in line]


async def test_arguments_of_a_tool_that_are_thousands_deep_are_left_out(here: LiveSocket) -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    function = SimpleNamespace(id="c", name="f", args={"deep": deep})
    message = SimpleNamespace(tool_call=SimpleNamespace(function_calls=[function]))
    [called] = messages.from_server(message)
    assert isinstance(called, e.ToolCalled)
    assert (called.calls[0].name, called.calls[0].arguments) == ("f", "")


async def test_handles_of_a_session_are_bounded(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        shell = interrupt_resume_for(session)._followed
        for number in range(5_000):
            shell.hooks.handle(f"handle {number}")
        assert len(handover._holders) <= handover.MOST_HANDLES + 1
        assert interrupt_resume_for(session).resumption_handle == "handle 4999"


def test_what_was_said_once_is_bounded() -> None:
    for number in range(3_000):
        lines.is_new(("odd", number))
    assert len(lines._said) <= 1_000


@pytest.mark.parametrize(
    "rate", ["0", "1", "999", "384001", "999999999", "9" * 5_000, "-8000", "x"]
)
def test_a_rate_that_no_sound_has_is_the_usual_one(rate: str) -> None:
    assert rate_in(f"audio/pcm;rate={rate}", 24_000) == 24_000


@pytest.mark.parametrize(
    ("mime", "rate"),
    [
        ("AUDIO/pcm;rate=16000", 16_000),
        ("audio/PCM; Rate=16000", 16_000),
        ('audio/pcm;rate="16000"', 16_000),
        ("audio/pcm; rate = 16000", 16_000),
        ("audio/pcm;bitrate=16000", 24_000),
        ("audio/pcm;bitrate=64000;rate=16000", 16_000),
        ("audio/pcm" + ";rate" * 20_000 + " " * 20_000, 24_000),
        ("image/png;rate=16000", 0),
    ],
)
def test_a_mime_type_may_be_written_in_many_ways(mime: str, rate: int) -> None:
    begun = time.perf_counter()
    assert messages.rate_of_sound(mime) == rate
    assert time.perf_counter() - begun < 0.2
