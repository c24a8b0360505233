"""Recordings of the real service, replayed to the patched SDK over a real socket.

None of them holds a barge-in; they show that what the service really sends is read for what it is:
texts, turns, tool calls and the user's words. One test cuts each reply at its end.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from live_socket import CONFIG, INTERRUPTED, LiveSocket, live_socket

from gemini_live_interrupt import (
    Interruption,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a recording holds, read off it by hand."""

    file: str
    vertex: bool = False
    said: str
    """The model's whole reply."""
    asked: str
    """The user's words, spoken or typed."""
    spoken_by_user: bool = False
    calls: tuple[str, ...] = ()


RECORDED = [
    Recorded(
        file="gemini-2.5-audio-turn",
        said="Hello, Marcelo.",
        asked="Hello, my name is Marcelo.",
        spoken_by_user=True,
    ),
    Recorded(
        file="gemini-2.5-history-seeding",
        said="Your name is Alice, and your favorite color is teal.",
        asked="What is my name and favorite color?",
    ),
    Recorded(
        file="gemini-2.5-text-in-audio-out", said="Hello there.", asked="Say a short greeting."
    ),
    Recorded(
        file="gemini-2.5-tool-call",
        said='I have recorded a reading of 5 with the note "steady."',
        asked='Please record a reading of 5 with the note "steady".',
        calls=("record_reading",),
    ),
    Recorded(
        file="gemini-3.1-history-seeding",
        said="Your name is Alice and your favorite color is teal.",
        asked="What is my name and favorite color?",
    ),
    Recorded(
        file="gemini-3.1-tool-round",
        said="It is foggy and 12 degrees in London.",
        asked="What is the weather in London?",
        calls=("get_weather",),
    ),
    Recorded(
        file="vertex-2.5-history-seeding",
        vertex=True,
        said="Your name is Alice, and your favorite color is teal.",
        asked="What is my name and favorite color?",
    ),
    Recorded(
        file="vertex-2.5-text-in-audio-out",
        vertex=True,
        said="Hello there.",
        asked="Say a short greeting.",
    ),
]
EACH = pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded.file)


@pytest.fixture
async def here() -> AsyncIterator[LiveSocket]:
    async with live_socket() as server:
        yield server


@pytest.fixture(autouse=True)
def _disabled_afterwards() -> Iterator[None]:
    yield
    disable_interrupt_resume()


def lines_of(recordings: Path, recorded: Recorded) -> list[dict[str, Any]]:
    path = recordings / f"{recorded.file}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def received(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line["message"] for line in lines if line["direction"] == "received"]


async def replay(
    here: LiveSocket, session: Any, lines: list[dict[str, Any]], *, until: str = ""
) -> list[Any]:
    """Both sides of a recording, in order; what the host received. Stops before `until`."""
    got: list[Any] = []
    messages = session.receive()

    async def next_message() -> Any:
        nonlocal messages
        while True:
            async for message in messages:
                return message
            messages = session.receive()

    for line in lines:
        message = line["message"]
        if "setup" in message or "setupComplete" in message:
            continue
        if until and until in json.dumps(message):
            break
        if line["direction"] == "received":
            await here.say(message)
            got.append(await asyncio.wait_for(next_message(), 5.0))
        elif "client_content" in message:
            content = message["client_content"]
            await session.send_client_content(
                turns=content["turns"], turn_complete=content["turnComplete"]
            )
        elif "tool_response" in message:
            await session.send_tool_response(
                function_responses=message["tool_response"]["functionResponses"]
            )
        elif "audio" in message.get("realtime_input", {}):
            blob = message["realtime_input"]["audio"]
            data = bytes(blob["bytes"])
            await session.send_realtime_input(audio={"data": data, "mime_type": blob["mime_type"]})
        else:
            raise AssertionError(f"a message that this test does not know: {message}")
    await asyncio.sleep(0.05)
    return got


def model_of(lines: list[dict[str, Any]]) -> str:
    return str(lines[0]["message"]["setup"]["model"]).rpartition("/")[2]


def texts(recorded: Recorded, lines: list[dict[str, Any]]) -> str:
    """The reply's text, as the recording has it."""
    contents = [message.get("serverContent", {}) for message in received(lines)]
    return "".join(content.get("outputTranscription", {}).get("text", "") for content in contents)


@EACH
async def test_the_host_gets_what_was_recorded(
    here: LiveSocket, recordings: Path, recorded: Recorded
) -> None:
    lines = lines_of(recordings, recorded)
    options = {"vertex": recorded.vertex, "model": model_of(lines), "config": CONFIG}
    async with here.connect(**options) as session:
        bare = await replay(here, session, lines)
    enable_interrupt_resume()
    before = len(here.sent)
    async with here.connect(**options) as session:
        assert await replay(here, session, lines) == bare
    # Nobody barged in: nothing of ours was sent.
    assert len(here.sent) == 2 * before


@EACH
async def test_both_sides_stand_in_the_history(
    here: LiveSocket, recordings: Path, recorded: Recorded
) -> None:
    lines = lines_of(recordings, recorded)
    said = recorded.said or texts(recorded, lines)
    assert texts(recorded, lines) == said
    enable_interrupt_resume()
    async with here.connect(vertex=recorded.vertex, model=model_of(lines)) as session:
        await replay(here, session, lines)
        core = interrupt_resume_for(session)._followed._core
        await asyncio.sleep(0.1)
        history = core.turns.recent(9)
        assert history[-1] == ("model", said)
        if recorded.asked:
            assert history[-2] == ("user", recorded.asked)
        assert core.replies.arriving is None  # the turn's end was seen
        assert core.telling.calls.waiting(asyncio.get_running_loop().time()) == ()


@EACH
async def test_a_cut_at_the_end_of_generation_has_the_text_and_the_users_words(
    here: LiveSocket, recordings: Path, recorded: Recorded
) -> None:
    lines = lines_of(recordings, recorded)
    seen: list[Interruption] = []
    enable_interrupt_resume(on_interruption=seen.append)
    async with here.connect(vertex=recorded.vertex, model=model_of(lines)) as session:
        # A recorded reply has a few bytes of audio a message: let it last as long as it would.
        tracker = interrupt_resume_for(session)
        tracker.playback.on_play_ms(0.0)
        await replay(here, session, lines, until="generationComplete")
        await here.say(INTERRUPTED)
        async for message in session.receive():
            assert message.server_content.interrupted
            break
        await asyncio.sleep(0.1)
        [interruption] = seen
        assert interruption.heard + interruption.unheard == texts(recorded, lines)
        if recorded.asked:
            assert interruption.history[-1] == ("user", recorded.asked)
        assert interruption.tool_calls == ()  # answered before


@pytest.mark.parametrize(
    "recorded", [recorded for recorded in RECORDED if recorded.calls], ids=lambda r: r.file
)
async def test_a_cut_while_a_recorded_call_is_pending_names_it(
    here: LiveSocket, recordings: Path, recorded: Recorded
) -> None:
    lines = lines_of(recordings, recorded)
    enable_interrupt_resume()
    async with here.connect(model=model_of(lines)) as session:
        tracker = interrupt_resume_for(session)
        await here.say({"serverContent": {"outputTranscription": {"text": "Let me see. I"}}})
        await here.say({"serverContent": {"modelTurn": {"parts": [AUDIO_PART]}}})
        for _ in range(2):
            async for _message in session.receive():
                break
        await replay(here, session, lines, until='"functionResponses"')
        core = tracker._followed._core
        assert core.telling.calls.pending(asyncio.get_running_loop().time())
        await here.say(INTERRUPTED)
        async for _message in session.receive():
            break
        await asyncio.sleep(0.1)
        calls = [call.name for call in core.telling.calls.of_cut]
        assert calls == list(recorded.calls)


AUDIO_PART = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AAAA" * 64_000}}


def test_every_recording_is_replayed(recordings: Path) -> None:
    assert {path.stem for path in recordings.glob("*.jsonl")} == {r.file for r in RECORDED}
