"""The local server through the real SDK over a real socket: every family, every rule."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from google.genai import errors, types
from live_talk import ANSWER, AUDIO, PACE, QUESTION, STORY, Talk, talk
from websockets.asyncio.client import connect

from gemini_live_interrupt.testing import (
    PROFILES,
    LiveServer,
    Reply,
    ServerProfile,
    ToolCall,
    heard_text,
    score,
)

SCRIPT = [Reply(STORY), Reply(ANSWER, to="called")]
SHORT = "Hello there, my friend."


def server(model: Any = SCRIPT, **options: Any) -> LiveServer:
    return LiveServer(model, pace=PACE, recogniser=None, **options)


def is_vertex(profile: ServerProfile) -> bool:
    return profile.backend == "vertex"


def on(local: LiveServer, profile: ServerProfile, **options: Any) -> Any:
    return talk(local, profile.model, vertex=is_vertex(profile), **options)


async def hear(conversation: Talk, ms: float) -> None:
    assert await conversation.speaker.wait_played(ms, within_ms=8000)


# A whole conversation, per family


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
async def test_a_barge_in_by_voice(profile: ServerProfile) -> None:
    """Speech in the stream cuts the story; the model answers and goes on as its note says."""
    async with server() as local, on(local, profile) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await hear(conversation, 2500)
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        turn = conversation.live.record.turns[0]
        conversation.live.report_playback(conversation.speaker.spans)
        heard = heard_text(conversation.live.record, turn)
        cut = STORY[STORY.index("It lived") : turn.characters]
        await conversation.note(f"You were cut. Heard: {heard}. Go on with: {cut}")
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        record = conversation.live.record

    assert STORY.startswith(heard) and heard.startswith("Once upon a time there was")
    assert len(turn.believed) > len(heard) + 15  # it takes for said what nobody heard
    goes_on_at = (
        "It lived" if profile.silent_note_on_audio else STORY[len(turn.believed) :].split()[0]
    )
    assert record.turns[1].text.startswith(f"{ANSWER} {goes_on_at}")
    spoken = record.speech[1]
    assert (spoken.text, spoken.source) == (QUESTION, "matched")
    assert 100 < record.interrupted_ms[0] - spoken.start_ms < 2000
    assert "".join(conversation.user_words()).strip() == QUESTION
    assert len(conversation.user_words()) > 1 or profile.input_transcript == "whole"


@pytest.mark.parametrize("name", ["3.8", "2.5", "2.5-vertex"])
async def test_an_uncut_turn_ends_when_it_was_played(name: str) -> None:
    profile = PROFILES[name]
    async with server(SHORT) as local, on(local, profile) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        (turn,) = conversation.live.record.turns
        await conversation.speaker.wait_quiet(within_ms=2000)
    assert conversation.said() == SHORT
    assert conversation.speaker.played_ms == pytest.approx(turn.audio_ms)
    assert turn.generated_ms is not None and turn.ended_ms is not None
    assert turn.generated_ms - turn.started_ms < 0.6 * turn.audio_ms
    assert turn.ended_ms - turn.started_ms >= turn.audio_ms
    assert (turn.is_cut, turn.believed) == (False, SHORT)


async def test_a_barge_in_while_the_server_counts_playback() -> None:
    """interrupted comes after generationComplete; the model believes it said everything."""
    async with (
        server("One, two, three, four, five, six, seven.") as local,
        talk(local) as conversation,
    ):
        await conversation.session.send_realtime_input(text="Count.")
        await conversation.until(lambda: conversation.count("generation_complete"))
        await conversation.user.say("Mm-hm.")
        await conversation.until(lambda: conversation.count("interrupted"))
        (turn,) = conversation.live.record.turns
        await conversation.until(lambda: conversation.count("turn_complete"))
    assert turn.generated_ms is not None and turn.is_cut
    assert turn.believed == turn.text


@pytest.mark.parametrize("has_note", [False, True])
async def test_the_difference_a_note_makes(has_note: bool) -> None:
    """The story of the demo: skipped without, nothing skipped and one sentence repeated with."""
    async with server() as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await hear(conversation, 3500)
        await conversation.user.say("Mm-hm.")
        await conversation.until(lambda: conversation.count("interrupted"))
        sent = STORY[: conversation.live.record.turns[0].characters]
        conversation.live.report_playback(conversation.speaker.spans)
        heard = heard_text(conversation.live.record, conversation.live.record.turns[0])
        if has_note:
            start = heard.rindex(". ") + 2
            await conversation.note(f"Heard: {heard}\nGo on with: {sent[start:]}")
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        await hear(conversation, 4400)
        conversation.live.report_playback(conversation.speaker.spans)
        result = score(conversation.live.record)
    if has_note:
        assert result.words_skipped == 0
        assert 1 <= result.words_repeated <= 14
    else:
        assert result.words_skipped > 10
        assert result.words_repeated <= 1
    assert result.barge_ins == 1 and result.silence_s > 1.0


async def test_the_same_seed_is_the_same_session() -> None:
    async def texts(seed: int) -> list[str]:
        async with (
            server("Well, this takes a while to say.", seed=seed) as local,
            talk(local) as conversation,
        ):
            await conversation.session.send_realtime_input(text="Hi.")
            await conversation.until(lambda: conversation.count("generation_complete"))
        found = (content.output_transcription for content in conversation.contents())
        return [item.text or "" for item in found if item]

    assert await texts(1) == await texts(1) != await texts(2)


# What clients may send


async def closes(
    local: LiveServer, send: Any, model: str = "gemini-3.8-live", **options: Any
) -> Any:
    """Connect, do ``send``, and return the error the SDK raises."""
    async with talk(local, model, **options) as conversation:
        await send(conversation)
        await conversation.until(lambda: conversation.error)
    return conversation.error


async def test_content_without_a_role_closes_3x_and_not_25() -> None:
    async with server(SHORT) as local:
        error = await closes(local, lambda c: c.note("x", role=None))
        assert (error.code, "invalid argument" in str(error)) == (1007, True)
        async with talk(local, "gemini-2.5-flash-native-audio-latest") as conversation:
            await conversation.note("x", role=None, turn_complete=True)
            await conversation.until(lambda: conversation.count("turn_complete"))
            assert conversation.live.record.notes[0].roles == (None,)


async def test_other_refusals() -> None:
    update = types.LiveClientContextUpdate if hasattr(types, "LiveClientContextUpdate") else None
    start = types.ActivityStart()
    manual = {
        **AUDIO,
        "realtime_input_config": {"automatic_activity_detection": {"disabled": True}},
    }
    async with server(SHORT) as local:
        assert (await closes(local, lambda c: c.note("x", role="system"))).code == 1007
        error = await closes(local, lambda c: c.session.send_realtime_input(activity_start=start))
        assert error.code == 1007
        end = types.ActivityEnd()
        error = await closes(
            local, lambda c: c.session.send_realtime_input(activity_end=end), config=manual
        )
        assert error.code == 1007
        if update is not None:
            error = await closes(
                local, lambda c: c.session.send_context_update(system_instruction="Be kind.")
            )
            assert (error.code, "contextUpdate" in str(error)) == (1007, True)


@pytest.mark.parametrize(
    ("model", "config"),
    [
        ("gemini-3.8-live", {"response_modalities": ["TEXT"]}),
        ("gemini-3.8-live", {**AUDIO, "proactivity": {"proactive_audio": True}}),
        ("gemini-3.8-live", {**AUDIO, "session_resumption": {"handle": "never-given"}}),
    ],
)
async def test_a_setup_that_is_refused(model: str, config: dict[str, Any]) -> None:
    async with server(SHORT) as local:
        with pytest.raises(errors.APIError) as error:
            async with local.client().aio.live.connect(model=model, config=config):
                pass
    assert error.value.code == 1007
    assert local.sessions == [] and local.records[0].closed is not None


async def test_text_sessions_on_the_half_cascade() -> None:
    async with server(SHORT) as local:
        config = {"response_modalities": ["TEXT"]}
        model = "gemini-live-2.5-flash"
        async with talk(local, model, vertex=True, config=config) as conversation:
            await conversation.note("Hi.", turn_complete=True)
            await conversation.until(lambda: conversation.count("turn_complete"))
    turns = [content.model_turn for content in conversation.contents() if content.model_turn]
    assert "".join(part.text or "" for turn in turns for part in turn.parts or []) == SHORT


# Content, text, activity


async def test_silent_content_says_nothing_and_interrupts_nothing() -> None:
    async with server() as local, talk(local) as conversation:
        await conversation.note("The user's name is Ann.")
        await conversation.rest(1500)
        assert conversation.live.record.turns == []
        await conversation.session.send_realtime_input(text="A story.")
        await hear(conversation, 500)
        await conversation.note("It is raining.")
        await conversation.rest(1000)
        states = [note.state for note in conversation.live.record.silent_notes()]
        assert (conversation.count("interrupted"), states) == (0, ["idle", "generating"])


@pytest.mark.parametrize(("name", "cuts"), [("3.8", 1), ("2.5", 0)])
async def test_answering_content_cuts_on_3x_and_queues_on_25(name: str, cuts: int) -> None:
    replies = [Reply("One, two, three, four."), Reply(ANSWER, to="called")]
    async with server(replies) as local, on(local, PROFILES[name]) as conversation:
        await conversation.session.send_realtime_input(text="Count.")
        await hear(conversation, 600)
        await conversation.note(QUESTION, turn_complete=True)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.count("interrupted") == cuts
        assert conversation.live.record.turns[1].text.startswith(ANSWER)


async def test_text_interrupts_at_once_and_is_answered() -> None:
    async with server() as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await hear(conversation, 1000)
        await conversation.session.send_realtime_input(text=QUESTION)
        asked = conversation.live.now()
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.interrupted_ms[0] - asked < 150
        assert conversation.live.record.turns[0].cause == "text"
        assert conversation.user_words() == []


async def test_manual_activity() -> None:
    config = {
        **AUDIO,
        "realtime_input_config": {"automatic_activity_detection": {"disabled": True}},
    }
    async with server() as local, talk(local, config=config) as conversation:
        session = conversation.session
        await session.send_realtime_input(text="A story.")
        await hear(conversation, 1000)
        await conversation.user.say(QUESTION)  # outside the window: not heard
        assert conversation.count("interrupted") == 0
        await session.send_realtime_input(activity_start=types.ActivityStart())
        await conversation.until(lambda: conversation.count("interrupted"))
        await conversation.user.say(QUESTION)
        await session.send_realtime_input(activity_end=types.ActivityEnd())
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.user_words() == [QUESTION]
        assert conversation.live.record.turns[0].cause == "activity"


async def test_no_interruption_lets_the_reply_finish() -> None:
    config = {**AUDIO, "realtime_input_config": {"activity_handling": "NO_INTERRUPTION"}}
    replies = [Reply("One, two, three, four, five, six."), Reply(ANSWER, to="called")]
    async with server(replies) as local, talk(local, config=config) as conversation:
        await conversation.session.send_realtime_input(text="Count.")
        await hear(conversation, 300)
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.count("interrupted") == 0
        assert not conversation.live.record.turns[0].is_cut
        assert conversation.live.record.turns[1].text == ANSWER


async def test_the_end_of_the_audio_stream_ends_the_utterance() -> None:
    async with server(SCRIPT) as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        conversation.user.mute()
        await conversation.session.send_realtime_input(audio_stream_end=True)
        await conversation.until(lambda: conversation.user_words(), within_ms=600)


async def test_unknown_speech_is_marked_as_unknown_and_still_answered() -> None:
    async with server(SHORT) as local, talk(local) as conversation:
        await conversation.user.say("Nobody told the server about these words.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        (spoken,) = conversation.live.record.speech
        assert (spoken.text, spoken.source) == ("", "unknown")
        assert conversation.user_words() == [""]


async def test_initial_history_seeds_without_a_reply() -> None:
    config = {**AUDIO, "history_config": {"initial_history_in_client_content": True}}
    async with server(SHORT) as local, talk(local, config=config) as conversation:
        await conversation.note("My name is Ann.", turn_complete=True)
        await conversation.rest(2000)
        assert conversation.live.record.turns == []
        assert conversation.live.record.notes[0].is_history
        await conversation.note("Who am I?", turn_complete=True)
        await conversation.until(lambda: conversation.count("turn_complete"))


# Tools

LOOK = types.FunctionDeclaration(name="look")
WEATHER = Reply("It is {sky} now.", to="weather", tool=ToolCall(name="look", args={"at": "sky"}))


def with_tool(behavior: str | None = None) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": "look"}
    if behavior:
        declared["behavior"] = behavior
    return {**AUDIO, "tools": [{"function_declarations": [declared]}]}


def calls(conversation: Talk) -> list[types.FunctionCall]:
    found = (message.tool_call for _, message in conversation.messages)
    return [call for item in found if item for call in item.function_calls or []]


async def respond(conversation: Talk, **fields: Any) -> None:
    call = calls(conversation)[-1]
    response = types.FunctionResponse(
        id=call.id, name=call.name, response={"sky": "blue"}, **fields
    )
    await conversation.session.send_tool_response(function_responses=response)


async def test_a_tool_round() -> None:
    async with server([WEATHER]) as local, talk(local, config=with_tool()) as conversation:
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.rest(300)
        assert conversation.live.state == "tool"
        await respond(conversation)
        await conversation.until(lambda: conversation.count("turn_complete"))
    assert conversation.said() == "It is blue now."


@pytest.mark.parametrize(
    ("behavior", "survives"), [(None, False), ("BLOCKING", False), ("NON_BLOCKING", True)]
)
async def test_a_pending_call_at_a_barge_in(behavior: str | None, survives: bool) -> None:
    """3.8 forgets a BLOCKING call without a word; a NON_BLOCKING one survives."""
    script = [WEATHER, Reply(ANSWER, to="called")]
    async with server(script) as local, talk(local, config=with_tool(behavior)) as conversation:
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.user_words())
        await respond(conversation)
        await conversation.until(lambda: len(conversation.live.record.turns) == 1 + survives)
        await conversation.rest(500)
        texts = [turn.text for turn in conversation.live.record.turns]
        cancelled = [m for _, m in conversation.messages if m.tool_call_cancellation]
    assert ("It is blue now." in " ".join(texts)) is survives
    assert ANSWER in " ".join(texts) and cancelled == []


async def test_a_call_that_does_not_block_survives_a_cut_reply() -> None:
    script = [WEATHER, Reply(STORY, to="story"), Reply(ANSWER, to="called", then="stop")]
    async with (
        server(script) as local,
        talk(local, config=with_tool("NON_BLOCKING")) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.session.send_realtime_input(text="A story.")
        await hear(conversation, 500)
        await conversation.session.send_realtime_input(text=QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        await respond(conversation)
        await conversation.until(lambda: len(conversation.live.record.turns) == 3)
        texts = [turn.text for turn in conversation.live.record.turns]
    assert texts == [STORY, ANSWER, "It is blue now."]


async def test_a_family_that_cancels_says_which_calls() -> None:
    async with (
        server([WEATHER]) as local,
        on(local, PROFILES["2.5"], config=with_tool()) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.user.say(QUESTION)
        await conversation.until(
            lambda: [m for _, m in conversation.messages if m.tool_call_cancellation]
        )
        found = [m.tool_call_cancellation for _, m in conversation.messages]
        ids = [item.ids for item in found if item]
    assert ids == [[calls(conversation)[0].id]]


async def test_scheduling_in_a_response_closes_38() -> None:
    async with (
        server([WEATHER]) as local,
        talk(local, config=with_tool("NON_BLOCKING")) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await respond(conversation, scheduling="WHEN_IDLE")
        await conversation.until(lambda: conversation.error)
    assert isinstance(conversation.error, errors.APIError) and conversation.error.code == 1007


# Connections


def handles(conversation: Talk) -> list[str]:
    updates = (message.session_resumption_update for _, message in conversation.messages)
    return [update.new_handle or "" for update in updates if update]


async def test_a_handle_brings_back_what_the_model_knew() -> None:
    async with server() as local:
        async with talk(local) as conversation:
            await conversation.session.send_realtime_input(text="A story.")
            await hear(conversation, 1500)
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


async def test_a_profile_of_ones_own() -> None:
    refuses = replace(PROFILES["3.1"], client_content="initial_only")
    async with server(SHORT, profile=refuses) as local:
        assert (await closes(local, lambda c: c.note("x"))).code == 1007


async def test_the_record_can_be_saved_like_a_recording(tmp_path: Any) -> None:
    from gemini_live_interrupt.testing import recording

    async with server(SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        local.records[0].write_jsonl(tmp_path / "session.jsonl")
    entries = recording(tmp_path / "session.jsonl")
    assert list(entries[0]["message"]) == ["setup"] and entries[0]["direction"] == "sent"
    assert any("turnComplete" in str(entry["message"]) for entry in entries)
