"""Connections of the local server: handles, goAway, versions, frames, and what is missing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from google.genai import errors
from live_talk import AUDIO, SHORT, STORY, Talk, server, talk
from websockets.asyncio.client import connect


def handles(conversation: Talk) -> list[str]:
    updates = (message.session_resumption_update for _, message in conversation.messages)
    return [update.new_handle or "" for update in updates if update]


async def test_a_handle_brings_back_what_the_model_knew() -> None:
    async with server() as local:
        async with talk(local) as conversation:
            await conversation.session.send_realtime_input(text="A story.")
            await conversation.hear(1500)
            (handle,) = handles(conversation)
            conversation.live.drop()
            await conversation.until(lambda: conversation.error)
        believed = local.sessions[0].record.turns[0].believed
        config = {**AUDIO, "session_resumption": {"handle": handle}}
        async with talk(local, config=config) as conversation:
            await conversation.rest(1500)
            assert conversation.live.record.turns == []  # what was left of the reply is lost
            await conversation.session.send_realtime_input(text="Go on.")
            await conversation.until(lambda: conversation.live.record.turns)
            (turn,) = conversation.live.record.turns
    assert local.records[1].resumed and local.records[0].closed == (1006, "")
    assert (believed + " " + turn.text).replace("  ", " ") == STORY


async def test_go_away_then_close() -> None:
    async with server(SHORT) as local, talk(local) as conversation:
        await conversation.live.go_away(800)
        await conversation.until(lambda: conversation.error)
        left = [m.go_away.time_left for _, m in conversation.messages if m.go_away]
    assert left == ["0.8s"]
    assert isinstance(conversation.error, errors.APIError) and conversation.error.code == 1001


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
async def test_every_api_version_is_served(version: str) -> None:
    async with server(SHORT) as local:
        client = local.client(http_options={"api_version": version})
        async with client.aio.live.connect(model="gemini-3.8-live", config={}) as session:
            await session.send_realtime_input(text="Hi.")
        assert f".{version}." in local.records[0].path


async def test_vertex_says_its_session_id() -> None:
    async with server(SHORT) as local:
        live = local.client(vertex=True).aio.live
        async with live.connect(model="gemini-live-2.5-flash", config={}) as session:
            assert session.session_id


@pytest.mark.parametrize(("text_frames", "kind"), [(False, bytes), (True, str)])
async def test_frames_are_binary_unless_text_is_wanted(text_frames: bool, kind: type) -> None:
    path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
    async with server(SHORT, text_frames=text_frames) as local:
        url = local.base_url.replace("https", "wss") + path
        async with connect(url, ssl=local.ssl_context()) as socket:
            await socket.send('{"setup": {"model": "models/gemini-3.8-live"}}')
            frame = await asyncio.wait_for(socket.recv(), 5)
    assert isinstance(frame, kind) and json.loads(frame) == {"setupComplete": {}}


async def test_a_program_that_makes_its_own_client() -> None:
    """The environment alone leads any google-genai program to this server."""
    program = (
        "import asyncio\n"
        "from google import genai\n"
        "async def main():\n"
        "    live = genai.Client().aio.live\n"
        "    async with live.connect(model='gemini-3.8-live', config={}) as session:\n"
        "        await session.send_realtime_input(text='Hi.')\n"
        "        print('connected')\n"
        "asyncio.run(main())\n"
    )
    async with server(SHORT) as local:
        environment = {**os.environ, **local.environment()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-c", program, env=environment, stdout=subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(process.communicate(), 20)
    assert out.decode().strip() == "connected"


async def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ImportError, match=r"gemini-live-interrupt\[testing\]"):
        async with server(SHORT):
            pass


async def test_the_record_can_be_saved_like_a_recording(tmp_path: Any) -> None:
    from gemini_live_interrupt.testing import recording

    async with server(SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        local.records[0].write_jsonl(tmp_path / "session.jsonl")
    entries = recording(tmp_path / "session.jsonl")
    assert list(entries[0]["message"]) == ["setup"] and entries[0]["direction"] == "sent"
    assert any("turnComplete" in str(entry["message"]) for entry in entries)
