"""The local server through the real SDK over a real socket: a whole conversation on every family."""

from __future__ import annotations

from typing import Any, cast

import pytest
from live_talk import ANSWER, QUESTION, SHORT, STORY, on, server, talk

from gemini_live_interrupt.testing import (
    PROFILES,
    LiveServer,
    Reply,
    ServerProfile,
    heard_text,
    score,
    speak,
)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
async def test_a_barge_in_by_voice(profile: ServerProfile) -> None:
    """Speech in the stream cuts the story; the model answers and goes on as its note says."""
    async with server() as local, on(local, profile) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(2500)
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
    if profile.silent_note_on_audio:
        assert record.turns[1].text.startswith(f"{ANSWER} It lived")
    else:
        assert record.turns[1].text == ANSWER
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
        await conversation.hear(3500)
        await conversation.user.say("Mm-hm.")
        await conversation.until(lambda: conversation.count("interrupted"))
        sent = STORY[: conversation.live.record.turns[0].characters]
        conversation.live.report_playback(conversation.speaker.spans)
        heard = heard_text(conversation.live.record, conversation.live.record.turns[0])
        if has_note:
            start = heard.rindex(". ") + 2
            await conversation.note(f"Heard: {heard}\nGo on with: {sent[start:]}")
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        await conversation.hear(4400)
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


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a number for a reply": ({"model": [5]}, r"a reply is a text or Reply\(text\), not 5"),
    "a number": ({"model": 5}, r"a reply is a text or Reply\(text\), not 5"),
    "a number in a reply": ({"model": Reply(cast(Any, 5))}, "a reply is a text"),
    "a profile that is none": ({"profile": "9"}, "no profile is called '9'; there are 3.8, 3.1"),
    "a fault that is none": ({"faults": "frezee"}, "no fault is called 'frezee'"),
    "speech that is only words": (
        {"speech": ["Hi."]},
        r"a Speech, such as speak\(text\), not 'Hi.'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_plain_mistake_is_named_with_what_would_be_right(mistake: str) -> None:
    given, says = MISTAKES[mistake]
    with pytest.raises((TypeError, ValueError), match=says):
        LiveServer(**given)


def test_one_fault_and_one_utterance_need_no_list() -> None:
    LiveServer("Hello.", faults="freeze", speech=speak("Hi.", sample_rate=16_000))
