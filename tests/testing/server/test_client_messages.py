"""What clients may send to the local server, what it does about it, and what closes the connection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from google.genai import errors, types
from live_talk import ANSWER, AUDIO, QUESTION, SCRIPT, SHORT, STORY, on, server, talk

from gemini_live_interrupt.testing import PROFILES, LiveServer, Reply


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
        await conversation.hear(500)
        await conversation.note("It is raining.")
        await conversation.rest(1000)
        states = [note.state for note in conversation.live.record.silent_notes()]
        assert (conversation.count("interrupted"), states) == (0, ["idle", "generating"])


@pytest.mark.parametrize(("name", "cuts"), [("3.8", 1), ("2.5", 0), ("2.5-vertex", 1)])
async def test_answering_content_cuts_or_is_answered_afterwards(name: str, cuts: int) -> None:
    replies = [Reply("One, two, three, four."), Reply(ANSWER, to="called")]
    async with server(replies) as local, on(local, PROFILES[name]) as conversation:
        await conversation.session.send_realtime_input(text="Count.")
        await conversation.hear(600)
        await conversation.note(QUESTION, turn_complete=True)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.count("interrupted") == cuts
        assert conversation.live.record.turns[1].text.startswith(ANSWER)


async def test_text_interrupts_at_once_and_is_answered() -> None:
    async with server() as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.hear(1000)
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
        await conversation.hear(1000)
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
        await conversation.hear(300)
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


async def test_a_profile_of_ones_own() -> None:
    refuses = replace(PROFILES["3.1"], client_content="initial_only")
    async with server(SHORT, profile=refuses) as local:
        assert (await closes(local, lambda c: c.note("x"))).code == 1007


async def test_a_system_turn_instructs_vertex_and_closes_the_developer_api() -> None:
    async with server() as local, on(local, PROFILES["2.5-vertex"]) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(2500)
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        await conversation.note(f'Go on with: "{STORY[:150]}"', role="system")
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.turns[1].text.startswith(f"{ANSWER} Once upon")
    ignores = replace(PROFILES["2.5-vertex"], system_role="ignored")
    async with server(profile=ignores) as local, on(local, ignores) as conversation:
        await conversation.note("You are a pirate.", role="system")
        await conversation.rest(300)
        assert conversation.error is None and conversation.live.memory.instruction == ""


async def test_a_frame_that_is_read() -> None:
    reads = replace(PROFILES["2.5"], reads_frames=True)
    async with server(profile=reads) as local, on(local, reads) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(2500)
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        note = f'Go on with: "{STORY[:150]}"'.encode()
        jpeg = b"\xff\xd8\xff\xfe" + (len(note) + 2).to_bytes(2) + note + b"\xff\xd9"
        frame = types.Blob(data=jpeg, mime_type="image/jpeg")
        await conversation.session.send_realtime_input(video=frame)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.turns[1].text.startswith(f"{ANSWER} Once upon")
