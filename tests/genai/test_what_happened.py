"""What the core makes of messages, over a socket: read whole, and whose doing a cut is."""

from __future__ import annotations

import asyncio
import base64
import random
from typing import Any

import pytest
from conversation_steps import silence, sound
from live_socket import (
    CONFIG,
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    Seen,
    audio,
    barge_in,
    quiet_microphone,
    receive,
    text,
    user,
)

from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for


async def test_text_that_comes_with_interrupted_is_in_the_note(here: LiveSocket) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two. Three"), audio(4_000))
        more = {"outputTranscription": {"text": " four."}, "inputTranscription": {"text": "Stop!"}}
        await here.say({"serverContent": {"interrupted": True, **more}})
        await receive(session, 3)
        [note] = await here.until_notes(1)
        assert "Three four." in note
        assert '"Stop!"' in note


@pytest.mark.parametrize("how", ["empty", "blank", "context", "result"])
async def test_what_the_app_cuts_is_its_own_doing(here: LiveSocket, how: str) -> None:
    enable_interrupt_resume(
        on_interruption=(seen := []).append,
        on_event=(notices := []).append,
        false_interruption_after=0.3,
    )
    async with here.connect() as session:
        await quiet_microphone(session)
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        await asyncio.sleep(0.05)
        await _cut(session, how)
        await here.say(INTERRUPTED, TURN_COMPLETE)
        await receive(session, 2)
        await asyncio.sleep(1.2)
        assert [cut.cause for cut in seen] == ["app"]
        assert notices == []


async def _cut(session: Any, how: str) -> None:
    if how == "empty":
        await session.send_client_content(turns=None, turn_complete=True)
    elif how == "blank":
        turn = {"role": "user", "parts": [{"text": " \n"}]}
        await session.send_client_content(turns=turn, turn_complete=True)
    elif how == "context":
        turn = {"role": "user", "parts": [{"text": "[The page was turned.]"}]}
        await session.send_client_content(turns=turn, turn_complete=False)
    else:
        result = {"id": "1", "name": "look", "response": {"a": 1}, "scheduling": "INTERRUPT"}
        await session.send_tool_response(function_responses=[result])


async def test_text_that_nobody_speaks_is_no_reply(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    async with here.connect() as session:
        parts = [{"text": "The user wants numbers."}]
        await here.say({"serverContent": {"modelTurn": {"parts": parts}}})
        await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED)
        await receive(session, 4)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
        assert [cut.heard + cut.unheard for cut in seen] == ["One two. Three four."]


@pytest.mark.parametrize("spelling", ["snake", "camel"])
async def test_with_no_interruption_speech_cuts_nothing(here: LiveSocket, spelling: str) -> None:
    enable_interrupt_resume()
    how = {"activity_handling": "NO_INTERRUPTION"}
    config = {**CONFIG, "realtime_input_config": how}
    if spelling == "camel":
        config = {**CONFIG, "realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}}
    async with here.connect(config=config) as session:
        await here.say(text("One two. Three four."), audio(4_000), TURN_COMPLETE)
        await here.say(user("Mm-hm."))
        await receive(session, 4)
        await asyncio.sleep(0.3)
        assert here.notes == []


@pytest.mark.parametrize("reads_inline", [True, False])
async def test_an_answer_that_an_app_reads_late_is_not_joined_to_the_cut_reply(
    here: LiveSocket, reads_inline: bool
) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await here.say(text("He went to"), audio(1_000), text(" the market in"), audio(1_000))
        if not reads_inline:  # The server's messages come when they come, and are read then.
            await receive(session, 4)
            await here.say(INTERRUPTED, TURN_COMPLETE)
            await receive(session, 2)
            await asyncio.sleep(1.0)
            await here.say(text("The miller"), audio(1_000))
            await receive(session, 2)
        else:
            await here.say(INTERRUPTED, TURN_COMPLETE, text("The miller"), audio(1_000))
            for _ in range(8):
                [message] = await receive(session, 1)
                content = message.server_content
                if content and content.model_turn:
                    await asyncio.sleep(1.0)  # It plays this before it asks for more.
        it = await seen.one()
        await here.say(text(" went home."), {"serverContent": {"turnComplete": True}})
        await receive(session, 2)
        await asyncio.sleep(3.0)
        await barge_in(here, session)
        await asyncio.sleep(0.2)
    assert it.heard + it.unheard == "He went to the market in"
    assert ("model", "The miller went home.") in seen.all[-1].history


def _text_of_base64(pcm: bytes) -> dict[str, str]:
    return {"data": base64.b64encode(pcm).decode(), "mime_type": "audio/pcm;rate=16000"}


async def test_a_caller_whose_microphone_is_base64_text_is_heard(here: LiveSocket) -> None:
    enable_interrupt_resume(false_interruption_after=0.2)
    async with here.connect() as session:
        await session.send_realtime_input(audio=_text_of_base64(silence(500, 16_000)))
        await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED)
        await receive(session, 3)
        for _ in range(10):
            await session.send_realtime_input(audio=_text_of_base64(sound(100, 16_000)))
            await asyncio.sleep(0.08)
        assert len(here.notes) == 1  # The silent note, and nothing into their speech.
        await session.send_realtime_input(audio=_text_of_base64(silence(1_000, 16_000)))
        await here.until_notes(2)


async def test_compressed_sound_is_neither_speech_nor_silence(here: LiveSocket) -> None:
    enable_interrupt_resume(on_event=(notices := []).append, false_interruption_after=0.2)
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED)
        await receive(session, 3)
        for mime in ("audio/opus", "audio/ogg; codecs=opus", "audio/basic", "audio/PCMU;rate=8000"):
            data = random.Random(1).randbytes(333)
            await session.send_realtime_input(audio={"data": data, "mime_type": mime})
        await here.until_notes(1)
        await asyncio.sleep(0.6)
        # Nothing can tell whether somebody speaks: no nudge yet, and none in error.
        assert (len(here.notes), notices) == (1, [])


async def test_odd_but_usual_things_of_one_call(here: LiveSocket) -> None:
    enable_interrupt_resume(delivery="answering", on_interruption=(seen := []).append)
    model = "gemini-2.5-flash-native-audio-preview-09-2025"
    async with here.connect(model=model) as session:
        await quiet_microphone(session)
        # Typed content without a role, as genai-processors sends it.
        question = {"role": "", "parts": [{"text": "Who was he?"}]}
        await session.send_client_content(turns=question, turn_complete=True)
        # A call whose answer is never seen, and a reply all the same.
        await here.say({"toolCall": {"functionCalls": [{"id": "1", "name": "look", "args": {}}]}})
        await receive(session, 1)
        await asyncio.sleep(0.6)
        # Control tokens, and utterances without a space where they meet.
        await here.say(text("One two.<ctrl46> Three four."), audio(4_000), INTERRUPTED)
        await here.say(user("One question."), user("Did he?<ctrl46>"))
        await receive(session, 5)
        [_, note] = await here.until_notes(2)
        await asyncio.sleep(0.05)
        assert "ctrl46" not in note and "One question. Did he?" in note
        assert seen[0].history == (("user", "Who was he?"),)
        assert seen[0].user_text == "One question. Did he?"


async def test_a_message_that_the_sdk_cannot_read_loses_nothing_of_the_conversation(
    here: LiveSocket,
) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two. Three"), {"sessionWeather": {"sky": "blue"}}, text(" four."))
        with pytest.raises(TypeError):
            await receive(session, 2)
        await here.say(audio(4_000), INTERRUPTED)
        await receive(session, 3)
        [note] = await here.until_notes(1)
        assert "Three four." in note


async def test_a_text_session_with_the_apps_own_voice(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := []).append)
    story = "Once upon a time there was a miller. He had three sons. The eldest got the mill."
    config = {"response_modalities": ["TEXT"]}
    async with here.connect(config=config, model="gemini-2.0-flash-live-001") as session:
        parts = [{"text": story}]
        await here.say({"serverContent": {"modelTurn": {"parts": parts}}}, TURN_COMPLETE)
        await receive(session, 2)
        playback = interrupt_resume_for(session).playback
        for _ in range(20):
            playback.on_play_ms(100.0)
            await asyncio.sleep(0.01)
        playback.flush()
        await asyncio.sleep(0.1)
        await session.send_realtime_input(text="Who?")
        async with asyncio.timeout(5.0):
            while not seen:
                await asyncio.sleep(0.05)
        assert seen[0].heard + seen[0].unheard == story
        assert 10 < len(seen[0].heard) < 60
