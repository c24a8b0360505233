"""Faults through the real SDK: each does what its name says, and they combine."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import errors
from live_talk import ANSWER, AUDIO, PACE, QUESTION, STORY, Talk, talk

from gemini_live_interrupt.testing import FAULTS, Fault, LiveServer, Reply
from gemini_live_interrupt.testing.server.faults import (
    Drop,
    GoAway,
    Phantom,
    RefuseContent,
    ResumeTooSoon,
    Slow,
    fault_named,
)

SCRIPT = [Reply(STORY), Reply(ANSWER, to="called")]
SHORT = "Hello there, my friend."


def server(*faults: Fault | str, model: Any = SCRIPT, seed: int = 0) -> LiveServer:
    return LiveServer(model, faults=faults, pace=PACE, recogniser=None, seed=seed)


async def story(conversation: Talk, ms: float = 1200) -> None:
    """The model tells the story, and the user has heard some of it."""
    await conversation.session.send_realtime_input(text="Tell me a story.")
    assert await conversation.speaker.wait_played(ms, within_ms=8000)


async def barge_in(conversation: Talk) -> None:
    await story(conversation)
    await conversation.user.say(QUESTION)
    await conversation.until(lambda: conversation.count("interrupted"))


def times_of(conversation: Talk, name: str) -> list[float]:
    return [
        at
        for at, message in conversation.messages
        if message.server_content and getattr(message.server_content, name)
    ]


def struck(conversation: Talk) -> list[str]:
    return [name for _, name in conversation.live.record.faults]


def test_every_fault_is_found_by_its_name_and_no_other() -> None:
    assert all(fault_named(name) is fault for name, fault in FAULTS.items())
    with pytest.raises(ValueError, match="phantom_burst"):
        LiveServer(faults=["frieze"])


async def test_freeze_thaws_on_text() -> None:
    async with server("freeze") as local, talk(local) as conversation:
        await barge_in(conversation)
        await conversation.until(conversation.user_words)
        await conversation.rest(3000)
        assert len(conversation.live.record.turns) == 1
        await conversation.session.send_realtime_input(text="Are you there?")
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.turns[1].text.startswith(ANSWER)


async def test_phantom_in_a_burst_cuts_a_reply_with_the_user_silent() -> None:
    async with server(Phantom(at_ms=800, burst=4)) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.until(lambda: conversation.count("interrupted") == 4)
        await conversation.rest(2500)
        (turn,) = conversation.live.record.turns
        assert (turn.is_cut, turn.cause, conversation.user_words()) == (True, "phantom", [])
        assert turn.ended_ms is not None and turn.ended_ms - turn.started_ms > 700


async def test_phantom_after_a_turn() -> None:
    async with server("phantom_after", model=SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("interrupted"))
        completes = times_of(conversation, "turn_complete")
        assert 0 < times_of(conversation, "interrupted")[0] - completes[0] < 400
        assert not conversation.live.record.turns[0].is_cut


async def test_phantom_with_nothing_spoken() -> None:
    async with server("phantom_idle") as local, talk(local) as conversation:
        await conversation.until(lambda: conversation.count("interrupted"))
        await conversation.until(lambda: conversation.count("turn_complete"))
        assert conversation.live.record.turns == []


async def test_phantom_in_vain_cuts_nothing() -> None:
    fault = Phantom(when="in_vain", at_ms=500)
    async with server(fault, model=STORY[:90]) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.until(lambda: conversation.count("turn_complete") == 2)
        (turn,) = conversation.live.record.turns
        assert (conversation.count("interrupted"), turn.is_cut) == (1, False)
        assert conversation.said() == STORY[:90]


async def test_phantom_idle_waits_for_nobody() -> None:
    """Where the model is speaking just then, it is not idle, and nothing comes."""
    fault = Phantom(when="idle", at_ms=1200)
    async with server(fault, model=STORY[:90]) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        assert conversation.count("interrupted") == 0
        assert conversation.live.record.faults == []  # So the record names none that struck.


async def test_repeated_interrupted() -> None:
    async with server("repeated_interrupted") as local, talk(local) as conversation:
        await barge_in(conversation)
        await conversation.until(lambda: conversation.count("interrupted") == 11)


async def test_interrupted_after_generation() -> None:
    async with (
        server("interrupted_after_generation", model=SHORT) as local,
        talk(local) as conversation,
    ):
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("interrupted"))
        (turn,) = conversation.live.record.turns
        assert turn.generated_ms is not None and turn.believed == SHORT
        (generated,) = times_of(conversation, "generation_complete")
        assert generated < times_of(conversation, "interrupted")[0]


async def test_late_content_comes_after_interrupted_and_is_accounted_for() -> None:
    async with server("late_content") as local, talk(local) as conversation:
        await barge_in(conversation)
        cut_at = times_of(conversation, "interrupted")[0]
        await conversation.until(
            lambda: [at for at in times_of(conversation, "model_turn") if at > cut_at]
        )
        await conversation.until(conversation.user_words)
        turn = conversation.live.record.turns[0]
        assert turn.audio_ms == pytest.approx(received_ms(conversation))
        assert conversation.said() == STORY[: turn.characters]


def received_ms(conversation: Talk) -> float:
    parts = [p for c in conversation.contents() if c.model_turn for p in c.model_turn.parts or []]
    return sum(len(p.inline_data.data or b"") for p in parts if p.inline_data) / 48


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("no_turn_complete", "turn_complete"),
        ("no_generation_complete", "generation_complete"),
        ("no_output_transcript", "output_transcription"),
    ],
)
async def test_messages_that_never_come(name: str, missing: str) -> None:
    async with server(name, model=SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(
            lambda: conversation.live.record.turns and conversation.live.state == "idle"
        )
        await conversation.rest(100)
        assert conversation.count(missing) == 0 and name.startswith("no_")
        assert conversation.speaker.played_ms > 500


async def test_no_input_transcript() -> None:
    async with server("no_input_transcript") as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.live.record.turns)
        assert conversation.user_words() == []
        assert conversation.live.record.speech[0].text == QUESTION


async def test_double_turn_complete() -> None:
    async with server("double_turn_complete", model=SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete") == 2)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("duplicate_transcript", [QUESTION, QUESTION]),
        ("noise_transcript", ["<noise>"]),
        ("wrong_language", ["Подписывайтесь на канал."]),
    ],
)
async def test_transcripts_that_are_wrong(name: str, words: list[str]) -> None:
    async with server(name) as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.user_words() == words)
        assert conversation.live.record.speech[0].text == QUESTION


async def test_late_transcript_comes_into_the_reply() -> None:
    async with server("late_transcript") as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        await conversation.until(conversation.user_words)
        assert (
            times_of(conversation, "model_turn")[0]
            < times_of(conversation, "input_transcription")[0]
        )


async def test_slow_and_split_lose_nothing() -> None:
    async with (
        server("split", Slow(delay_ms=10), model=SHORT) as local,
        talk(local) as conversation,
    ):
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete"), within_ms=30_000)
        (turn,) = conversation.live.record.turns
        found = [
            c.output_transcription.text for c in conversation.contents() if c.output_transcription
        ]
        assert "".join(text or "" for text in found) == SHORT and len(found) == len(SHORT)
        assert received_ms(conversation) == pytest.approx(turn.audio_ms)


async def test_an_unknown_message_kills_the_sdks_receive_and_an_unknown_field_does_not() -> None:
    async with server("unknown_message", model=SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.error)
        assert isinstance(conversation.error, TypeError)
    async with server("unknown_field", model=SHORT) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: conversation.count("turn_complete"))
        last = conversation.contents()[-1]
        assert last.turn_complete_reason and last.turn_complete_reason.value.endswith("TOMORROW")


@pytest.mark.parametrize(("what", "code"), [("any", 1007), ("silent", 1007), ("answering", None)])
async def test_refused_content(what: Any, code: int | None) -> None:
    async with server(RefuseContent(what=what), model=SHORT) as local, talk(local) as conversation:
        await conversation.note("You were cut.")
        if code is None:
            await conversation.rest(300)
            assert conversation.error is None
        else:
            await conversation.until(lambda: conversation.error)
            assert isinstance(conversation.error, errors.APIError)
            assert conversation.error.code == code


@pytest.mark.parametrize(("name", "code"), [("internal_error", 1011), ("drop", 1006)])
async def test_the_connection_is_lost_in_a_reply(name: str, code: int) -> None:
    async with server(name) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.until(lambda: conversation.error)
        assert isinstance(conversation.error, errors.APIError)
        assert conversation.error.code == code and received_ms(conversation) > 3000
    assert local.records[0].closed is not None and local.records[0].closed[0] == code


async def test_go_away_announces_its_deadline_and_keeps_it() -> None:
    async with server(GoAway(at_ms=200, time_left_ms=600)) as local, talk(local) as conversation:
        await conversation.until(lambda: conversation.error)
        ((announced, left),) = [
            (at, m.go_away.time_left) for at, m in conversation.messages if m.go_away
        ]
        assert left == "0.6s" and conversation.live.now() - announced >= 600


async def test_resuming_too_soon_is_an_internal_error_until_it_is_not() -> None:
    faults = (Drop(at_ms=300, times=1), ResumeTooSoon(within_ms=1200))
    async with server(*faults) as local:
        async with talk(local) as conversation:
            await conversation.session.send_realtime_input(text="A story.")
            await conversation.until(lambda: conversation.error)
            updates = [m.session_resumption_update for _, m in conversation.messages]
            handle = next(update.new_handle for update in updates if update)
        config = {**AUDIO, "session_resumption": {"handle": handle}}
        with pytest.raises(errors.APIError) as error:
            async with talk(local, config=config):
                pass
        assert error.value.code == 1011
        await conversation.rest(1300)
        async with talk(local, config=config) as conversation:
            assert conversation.live.record.resumed


async def test_stall() -> None:
    async with server("stall") as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.until(lambda: "stall" in struck(conversation))
        await conversation.rest(4000)
        assert conversation.count("generation_complete") == 0
        assert 1000 < received_ms(conversation) < 9000
        assert conversation.live.record.turns[0].audio_ms == received_ms(conversation)


async def test_the_model_reads_a_note_aloud() -> None:
    async with server("reads_note_aloud") as local, talk(local) as conversation:
        await barge_in(conversation)
        await conversation.note(
            f"You were cut. Go on with: {STORY[: conversation.live.record.turns[0].characters]}"
        )
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.turns[1].text.startswith("You were cut.")


async def test_tool_calls_before_replies() -> None:
    config = {**AUDIO, "tools": [{"function_declarations": [{"name": "look"}]}]}
    async with (
        server("tool_call", model=SHORT) as local,
        talk(local, config=config) as conversation,
    ):
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: [m for _, m in conversation.messages if m.tool_call])
        call = next(m.tool_call for _, m in conversation.messages if m.tool_call)
        assert call.function_calls is not None
        response = {"id": call.function_calls[0].id, "name": "look", "response": {}}
        await conversation.session.send_tool_response(function_responses=response)
        await conversation.until(lambda: conversation.count("turn_complete"))


async def test_faults_combine_and_come_from_the_seed() -> None:
    async def what_struck(seed: int) -> list[str]:
        faults = (
            Phantom(when="idle", at_ms=100, probability=0.5),
            Phantom(when="after", probability=0.5),
            "double_turn_complete",
        )
        async with (
            server(*faults, model=["One.", "Two."], seed=seed) as local,
            talk(local) as conversation,
        ):
            for turns in (1, 2):
                await conversation.session.send_realtime_input(text="Go on, please.")
                await conversation.until(lambda n=turns: len(conversation.live.record.turns) == n)
                await conversation.until(lambda: conversation.live.state == "idle")
                await conversation.rest(150)
            return struck(conversation)

    first = await what_struck(3)
    assert await what_struck(3) == first and "double_turn_complete" in first
    assert any([await what_struck(seed) != first for seed in (4, 5)])


async def test_chances_limit_a_fault() -> None:
    fault = FAULTS["double_turn_complete"]
    limited = type(fault)(after=1, times=1)
    async with (
        server(limited, model=["One.", "Two.", "Three."]) as local,
        talk(local) as conversation,
    ):
        for turns in (1, 2, 3):
            await conversation.session.send_realtime_input(text="Count, please.")
            await conversation.until(lambda n=turns: len(conversation.live.record.turns) == n)
            await conversation.until(lambda: conversation.live.state == "idle")
            await conversation.rest(100)
        assert conversation.count("turn_complete") == 4
