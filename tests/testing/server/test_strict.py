"""Strict scripts: the session goes as the steps say, or the test fails; recordings replay."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from google.genai import errors, types

from gemini_live_interrupt.testing import (
    Close,
    Expect,
    ExpectNote,
    LiveServer,
    Pause,
    Send,
    recording,
    replay,
)

START = [Expect("setup", containing="gemini-3.8-live"), Send({"setupComplete": {}})]
HELLO = {"serverContent": {"outputTranscription": {"text": "Hello."}}}
DONE = {"serverContent": {"turnComplete": True}}


def user(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


async def drive(steps: list[Any], *sends: Any) -> list[types.LiveServerMessage]:
    """Connect, send, receive one turn."""
    messages: list[types.LiveServerMessage] = []
    async with LiveServer(steps=steps) as server:
        live = server.client().aio.live
        async with live.connect(model="gemini-3.8-live", config={}) as session:
            for send in sends:
                await send(session)
            try:
                async with asyncio.timeout(5):
                    messages += [message async for message in session.receive()]
            except errors.APIError:
                pass
    return messages


async def test_a_session_that_goes_by_the_script() -> None:
    steps = [
        *START,
        Expect("text", containing="hi"),
        Send(HELLO),
        Pause(5),
        ExpectNote(contains="cut", lacks="never"),
        Send(DONE),
    ]
    messages = await drive(
        steps,
        lambda session: session.send_realtime_input(text="hi"),
        lambda session: session.send_realtime_input(
            audio=types.Blob(data=bytes(640), mime_type="audio/pcm;rate=16000")
        ),
        lambda session: session.send_client_content(
            turns=user("You were cut."), turn_complete=False
        ),
    )
    assert messages[0].server_content and messages[0].server_content.output_transcription
    assert messages[0].server_content.output_transcription.text == "Hello."


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ([*START, ExpectNote(contains="heard")], "'heard' is missing"),
        ([*START, ExpectNote(lacks="cut")], "should not be there"),
        ([*START, ExpectNote(turn_complete=True)], "turnComplete is False"),
        ([*START, Expect("text")], "expected text, got client_content"),
        ([*START], "no step expects"),
        ([*START, Expect("client_content"), Close(), Send(DONE)], "left over: Send"),
    ],
)
async def test_what_does_not_go_by_the_script_fails(steps: list[Any], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        await drive(
            steps,
            lambda session: session.send_client_content(
                turns=user("You were cut."), turn_complete=False
            ),
        )


async def test_a_note_of_another_role_fails() -> None:
    content = types.Content(role="model", parts=[types.Part(text="You were cut.")])
    with pytest.raises(AssertionError, match="role user alone"):
        await drive(
            [*START, ExpectNote()],
            lambda session: session.send_client_content(turns=content, turn_complete=False),
        )


async def test_a_server_nobody_used_fails() -> None:
    with pytest.raises(AssertionError, match="no client connected"):
        async with LiveServer(steps=START):
            pass


async def test_an_error_of_the_test_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        async with LiveServer(steps=START):
            raise ZeroDivisionError


@pytest.mark.parametrize("code", [1007, 1011, 1006])
async def test_close_codes_reach_the_client(code: int) -> None:
    async with LiveServer(steps=[*START, Close(code, "for the test")]) as server:
        live = server.client().aio.live
        async with live.connect(model="gemini-3.8-live", config={}) as session:
            with pytest.raises(errors.APIError) as error:
                async for _ in session.receive():
                    pass
    assert error.value.code == code


RECORDED = [
    "gemini-2.5-audio-turn",
    "gemini-2.5-text-in-audio-out",
    "gemini-2.5-tool-call",
    "gemini-2.5-history-seeding",
    "gemini-3.1-history-seeding",
    "gemini-3.1-tool-round",
    "vertex-2.5-text-in-audio-out",
    "vertex-2.5-history-seeding",
]


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recording_replays_through_the_sdk(recordings: Path, name: str) -> None:
    path = recordings / f"{name}.jsonl"
    entries = recording(path)
    sent = [entry["message"] for entry in entries[1:] if entry["direction"] == "sent"]
    text = ""
    async with LiveServer(steps=replay(path)) as server:
        live = server.client(vertex=name.startswith("vertex")).aio.live
        model = entries[0]["message"]["setup"]["model"].split("/")[-1]
        async with live.connect(model=model, config={}) as session:
            for message in sent:
                if content := message.get("client_content"):
                    await session.send_client_content(
                        turns=content["turns"], turn_complete=content["turnComplete"]
                    )
            async with asyncio.timeout(10):
                async for received in session.receive():
                    for call in received.tool_call.function_calls if received.tool_call else []:
                        response = types.FunctionResponse(id=call.id, name=call.name, response={})
                        await session.send_tool_response(function_responses=response)
                    content = received.server_content
                    if content and content.output_transcription:
                        text += content.output_transcription.text or ""
    was_said = [
        entry["message"].get("serverContent", {}).get("outputTranscription", {}).get("text", "")
        for entry in entries
    ]
    assert text == "".join(was_said) != ""
