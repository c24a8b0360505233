"""A model that reads our messages aloud: they are none of its own words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conversation_steps import (
    HEARD_3S,
    QUESTION,
    REST_3S,
    RESUME_3S,
    STORY,
    Talk,
    cut_at_three_seconds,
)

from gemini_live_interrupt.core.note import (
    build_note,
    build_nudge,
    build_offer,
    build_reminder,
    build_repair,
    build_words,
)
from gemini_live_interrupt.core.note_words import LANGUAGES
from gemini_live_interrupt.core.read_aloud import read_aloud, without_ours

CUT = replace(
    cut_at_three_seconds().turn_complete().last,
    history=(("user", "Tell me a story."), ("model", "With pleasure. Here it is.")),
)
TALE = "Then the youngest bought his cat a pair of boots."


def aloud(message: str) -> str:
    """A message as the transcript of the reply has it."""
    return " ".join(message.split())


def spelt_otherwise(text: str) -> str:
    """As other transcripts have it: without capitals and marks."""
    return re.sub(r"[^\w\s]", "", text).lower()


# --- where it stands


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", ["speech", "typed", "app", "phantom", "connection"])
@pytest.mark.parametrize("said", ["", QUESTION])
def test_a_note_is_found_in_every_language(language: str, cause: str, said: str) -> None:
    for rest in (CUT.continuation, ""):
        cut = replace(CUT, language=language, cause=cause, user_text=said, continuation=rest)  # type: ignore[arg-type]
        note = aloud(build_note(cut))
        for text in (note, spelt_otherwise(note)):
            assert without_ours(f"Okay. {text} {TALE}") == f"Okay. {TALE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_that_a_nudge_quotes_at_its_end_is_the_models_own(language: str) -> None:
    cut = replace(CUT, language=language)
    for message in (build_nudge(cut), build_repair(cut), build_offer(cut)):
        own = without_ours(aloud(message))
        assert own.strip('"') == CUT.continuation


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_with_nothing_of_the_reply_is_found_too(language: str) -> None:
    for message in (
        build_nudge(None, language=language),
        build_reminder("Who?", language=language),
    ):
        assert without_ours(f"{aloud(message)} {TALE}") == TALE
    assert len(without_ours(aloud(build_words("Who?", language=language)))) < len("Who?") + 4


def test_as_long_as_its_end_has_not_come_all_of_the_rest_is_ours() -> None:
    note = aloud(build_note(CUT))
    for length in range(120, len(note) - 70, 40):
        assert without_ours(note[:length]) == "", note[:length]


@pytest.mark.parametrize(
    "text",
    [
        "",
        STORY,
        "He wrote to her in May and has had no answer yet. Answer now, he thought.",
        "The user has said nothing since.",
        "Noise, silence or acknowledgement: that is what a listener gives.",
    ],
)
def test_what_people_may_well_say_is_no_message_of_ours(text: str) -> None:
    assert read_aloud(text) is None


# --- what follows


def echo_is_cut(reply: str, ms: float, seconds: float, **options: object) -> Talk:
    """The story is cut, the note read aloud, and that reply is cut `seconds` in."""
    talk = cut_at_three_seconds(**options).turn_complete().wait(0.5)
    talk.user_says(QUESTION, finished=True).wait(1.0)
    text = reply.replace("NOTE", aloud(talk.notes[0].text))
    return talk.model_says(text, ms).plays_for(seconds).interrupted().turn_complete()


@pytest.mark.parametrize("reply", ["NOTE", "Okay. NOTE"])
def test_what_was_left_of_the_story_is_left_after_a_reply_that_only_read_the_note(
    reply: str,
) -> None:
    talk = echo_is_cut(reply, 40_000, 20.0)
    talk.assert_heard(HEARD_3S, REST_3S).assert_continuation(RESUME_3S)
    assert talk.last.id == 2 and abs(talk.last.heard_ms - 20_000) < 100
    talk.wait(1.0).user_says("Mm-hm.", finished=True).wait(1.0)
    talk.model_says(RESUME_3S, 6_000).generated().turn_complete().plays_for(7.0)
    assert [outcome.kind for outcome in talk.outcomes][-1] == "resumed"


def test_of_a_story_behind_the_note_its_own_words_are_told() -> None:
    talk = echo_is_cut(f"NOTE {STORY}", 60_000, 20.0)
    talk.assert_heard("", STORY).assert_continuation(STORY)
    talk = echo_is_cut(f"NOTE {STORY}", 60_000, 57.0)
    assert talk.last.heard + talk.last.unheard == STORY and talk.last.heard
    assert STORY.endswith(talk.last.continuation) and len(talk.last.continuation) < 60


def test_the_notes_do_not_grow() -> None:
    talk = cut_at_three_seconds(max_history=4).turn_complete()
    lengths = []
    for _ in range(6):
        talk.wait(0.5).user_says(QUESTION, finished=True).wait(1.0)
        note = talk.notes[-1].text
        lengths.append(len(note))
        assert note.count("[App context") == 1 and note.count("How to go on") == 1
        talk.model_says(aloud(note), 40_000).plays_for(8.0).interrupted().turn_complete()
        assert talk.last.continuation == RESUME_3S
    assert max(lengths) < lengths[0] + 4 * 260


def test_a_note_that_is_read_is_no_way_back_to_the_story() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(0.5)
    talk.user_says("Mm-hm.", finished=True).wait(1.0)
    note = aloud(talk.notes[0].text)
    talk.model_says(note, 20_000).generated().turn_complete()
    assert all("App context" not in said for _, said in talk.history())
    talk.plays_for(20.0).wait(2.0)
    assert all("App context" not in said for _, said in talk.history())
    [outcome] = talk.outcomes
    assert (outcome.kind, outcome.reply) == ("answered", note[:500])
    assert "repair" in talk.notices


def test_what_comes_late_of_a_note_that_was_read_is_nothing_that_was_lost() -> None:
    talk = (
        cut_at_three_seconds(delivery="silent", model="gemini-2.5-flash").turn_complete().wait(0.5)
    )
    talk.user_says(QUESTION, finished=True).wait(1.0)
    talk.model_says(aloud(talk.notes[0].text)[:300], 9_000).plays_for(2.0).app_flushes()
    talk.wait(0.1).model_says(" and does not know the rest", 900).wait(60.0)
    assert talk.sends[-1].text.endswith(f'"{RESUME_3S}"')


def test_over_connections_too_what_was_left_is_carried() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(0.5)
    talk.user_says(QUESTION, finished=True).wait(1.0)
    talk.model_says(aloud(talk.notes[0].text), 40_000).plays_for(8.0)
    carried = talk.core.carry(talk.now).cut
    assert carried is not None
    assert (carried.heard, carried.continuation) == (HEARD_3S, RESUME_3S)
