"""Faults of the words, the sound and the counts of a reply, through the real SDK."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live_talk import ANSWER, PACE, QUESTION, SCRIPT, SHORT, STORY, Talk, on, talk

from gemini_live_interrupt.testing import PROFILES, Fault, LiveServer
from gemini_live_interrupt.testing.server.faults import (
    CloseAfterContent,
    ControlTokens,
    GoAway,
    PhantomActivity,
    SplitUtterance,
    UnspokenText,
)


def server(*faults: Fault | str, model: Any = SCRIPT) -> LiveServer:
    return LiveServer(model, faults=faults, pace=PACE, recogniser=None)


def written(conversation: Talk) -> str:
    """The text parts that are no thoughts."""
    parts = [p for c in conversation.contents() if c.model_turn for p in c.model_turn.parts or []]
    return "".join(part.text or "" for part in parts if not part.thought)


def sound(conversation: Talk) -> bytes:
    parts = [p for c in conversation.contents() if c.model_turn for p in c.model_turn.parts or []]
    return b"".join(part.inline_data.data or b"" for part in parts if part.inline_data)


async def hi(conversation: Talk) -> None:
    await conversation.session.send_realtime_input(text="Hi.")
    await conversation.until(lambda: conversation.count("turn_complete"))


@pytest.mark.parametrize("text", ["Thinking aloud.", None])
async def test_text_that_is_never_spoken_comes_before_the_reply(text: str | None) -> None:
    async with server(UnspokenText(text=text), model=SHORT) as local, talk(local) as conversation:
        await hi(conversation)
    assert written(conversation) == (text or SHORT)
    assert conversation.said() == SHORT and sound(conversation)
    first = next(c for c in conversation.contents() if c.model_turn)
    assert first.model_turn is not None and (first.model_turn.parts or [])[0].text


@pytest.mark.parametrize("name", ["3.8", "2.5-vertex"])
async def test_a_turn_of_text_only(name: str) -> None:
    async with (
        server("text_only_turn", model=SHORT) as local,
        on(local, PROFILES[name]) as conversation,
    ):
        await hi(conversation)
        (turn,) = conversation.live.record.turns
    assert (written(conversation), conversation.said(), sound(conversation)) == (SHORT, "", b"")
    assert turn.audio_ms == 0


async def test_control_tokens_stand_at_the_ends_of_sentences_on_both_sides() -> None:
    async with server(ControlTokens(token="<ctrl99>")) as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("turn_complete"))
    assert conversation.user_words() == [f"{QUESTION}<ctrl99>"]
    assert conversation.said() == f"{ANSWER}<ctrl99>"


async def test_digital_silence_keeps_the_text_and_the_length() -> None:
    async with server("digital_silence", model=SHORT) as local, talk(local) as conversation:
        await hi(conversation)
        (turn,) = conversation.live.record.turns
    assert conversation.said() == SHORT
    assert len(sound(conversation)) / 48 == pytest.approx(turn.audio_ms)
    assert not any(sound(conversation))


async def test_interrupted_with_more_text_in_the_same_message() -> None:
    async with server("text_with_interrupted") as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(1000)
        await conversation.session.send_realtime_input(text=QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        turn = conversation.live.record.turns[0]
        cut = next(c for c in conversation.contents() if c.interrupted)
    assert cut.output_transcription is not None and cut.output_transcription.text
    assert conversation.said() == STORY[: turn.characters]


async def test_an_utterance_in_two_without_a_space_between() -> None:
    async with server(SplitUtterance(after_ms=200)) as local, talk(local) as conversation:
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: len(conversation.user_words()) == 2)
    assert conversation.user_words() == ["What was", "the fox called?"]
    assert conversation.live.record.speech[0].text == QUESTION


async def test_turn_complete_long_before_it_was_played() -> None:
    async with server("early_turn_complete", model=SHORT) as local, talk(local) as conversation:
        await hi(conversation)
        assert conversation.speaker.buffered_ms > 400
        assert conversation.live.state == "idle"


async def test_activity_of_nobody_cuts_nothing() -> None:
    async with (
        server(PhantomActivity(at_ms=500), model=STORY[:90]) as local,
        talk(local) as conversation,
    ):
        await hi(conversation)
        kinds = [
            m.voice_activity.voice_activity_type
            for _, m in conversation.messages
            if getattr(m, "voice_activity", None)
        ]
    assert (len(kinds), conversation.count("interrupted")) == (2, 0)


async def test_no_usage() -> None:
    async with server("no_usage", model=SHORT) as local, talk(local) as conversation:
        await hi(conversation)
    assert not [m for _, m in conversation.messages if m.usage_metadata]


async def test_a_note_that_is_never_read() -> None:
    async with server("unread_notes") as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(2500)
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        turn = conversation.live.record.turns[0]
        await conversation.note(f'Go on with: "{STORY[: turn.characters]}"')
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        said = conversation.live.record.turns[1]
    assert not said.text.startswith(f"{ANSWER} Once") and said.plan.used_note is None


@pytest.mark.parametrize(
    ("what", "answers", "closes"),
    [("any", False, True), ("answering", False, False), ("answering", True, True)],
)
async def test_a_close_a_moment_after_content(what: Any, answers: bool, closes: bool) -> None:
    fault = CloseAfterContent(what=what, after_ms=400, code=1008)
    async with server(fault, model=SHORT) as local, talk(local) as conversation:
        sent = conversation.live.now()
        await conversation.note("Hello.", turn_complete=answers)
        if not closes:
            await conversation.rest(1000)
            assert conversation.error is None
            return
        await conversation.until(lambda: conversation.error)
        assert conversation.error.code == 1008  # type: ignore[union-attr]
        assert conversation.live.now() - sent >= 400


async def test_go_away_when_all_was_sent_and_still_plays() -> None:
    fault = GoAway(when="generated", at_ms=0, time_left_ms=5000)
    async with server(fault, model=STORY[:200]) as local, talk(local) as conversation:
        await conversation.session.send_realtime_input(text="Hi.")
        await conversation.until(lambda: [m for _, m in conversation.messages if m.go_away])
        assert conversation.count("generation_complete") == 1
        assert conversation.count("turn_complete") == 0
        assert conversation.speaker.buffered_ms > 1000


async def test_an_empty_role_is_no_role() -> None:
    async with server(model=SHORT) as local:
        async with talk(local) as conversation:
            await conversation.note("x", role="")
            await conversation.until(lambda: conversation.error)
            assert conversation.error.code == 1007  # type: ignore[union-attr]
        async with on(local, PROFILES["2.5"]) as conversation:
            await conversation.note("Hello.", role="", turn_complete=True)
            await asyncio.sleep(0)
            await conversation.until(lambda: conversation.count("turn_complete"))
