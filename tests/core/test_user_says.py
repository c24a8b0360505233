"""The user's side of a conversation: who takes the floor, by what, and which words are theirs."""

from __future__ import annotations

import pytest
from conversation_steps import (
    HEARD_3S,
    REST_3S,
    RESUME_3S,
    STORY,
    Talk,
    cut_at_three_seconds,
    telling_the_story,
)

from gemini_live_interrupt.core.situation import Floor

# --- row: activity start


def test_activity_while_the_server_still_speaks_waits_for_its_interrupted() -> None:
    telling_the_story().plays_for(1.0).user_starts().assert_no_note().assert_floor(Floor.REPLYING)


@pytest.mark.parametrize(("by_app", "cause"), [(False, "speech"), (True, "activity")])
def test_activity_after_turn_complete_with_audio_playing_is_a_barge_in(
    by_app: bool, cause: str
) -> None:
    talk = (
        telling_the_story().generated().turn_complete().plays_for(2.75).user_starts(by_app=by_app)
    )
    talk.assert_heard(HEARD_3S, REST_3S).assert_one_note(RESUME_3S)
    assert talk.last.cause == cause


def test_a_question_after_all_was_played_is_no_barge_in() -> None:
    talk = telling_the_story().generated().turn_complete().plays_for(12.0)
    talk.user_starts().wait(1.0).user_stops().user_says("Why?").wait(60.0)
    talk.assert_no_note().assert_history(("model", STORY), ("user", "Why?"))


def test_manual_activity_is_the_cause() -> None:
    talk = telling_the_story().plays_for(2.75).user_starts(by_app=True).wait(0.05).interrupted()
    assert talk.last.cause == "activity"


# --- row: user words


def test_words_after_turn_complete_with_audio_playing_are_a_barge_in_without_signals() -> None:
    talk = telling_the_story(model="gemini-2.5-flash-native-audio-preview-09-2025")
    talk.generated().turn_complete().plays_for(2.75).user_says(" Wait", " a", " moment.")
    talk.assert_heard(HEARD_3S).assert_one_note()
    assert talk.history()[-1] == ("user", "Wait a moment.")


@pytest.mark.parametrize("junk", ["<noise>", "<ctrl46>", " <noise> ", "", "  "])
def test_junk_after_turn_complete_is_no_barge_in_and_hides_none(junk: str) -> None:
    talk = telling_the_story(model="gemini-2.5-flash-native-audio-preview-09-2025")
    talk.generated().turn_complete().plays_for(1.0).user_says(junk, finished=True)
    talk.assert_no_note().plays_for(1.75).user_says(" Wait.").assert_heard(HEARD_3S)


@pytest.mark.parametrize("late", [0.5, 1.5, 3.0])
def test_late_words_of_the_question_cut_nothing_while_the_microphone_is_quiet(late: float) -> None:
    talk = Talk().microphone(0.8, loud=True).microphone(0.7, loud=False)
    talk.model_says(STORY, 9_300).generated().turn_complete().microphone(late, loud=False)
    talk.user_says("Tell me a story.").wait(0.1).assert_no_note().assert_floor(Floor.REPLYING)
    assert talk.interruptions == []


@pytest.mark.parametrize("words", ["Stop it.", "mhm", "Wait, what?"])
def test_words_that_the_microphone_heard_over_the_answer_cut_it(words: str) -> None:
    talk = Talk().microphone(0.8, loud=True).microphone(0.7, loud=False)
    talk.model_says(STORY, 9_300).generated().turn_complete().microphone(2.0, loud=False)
    talk.microphone(0.4, loud=True).microphone(1.1, loud=False).user_says(words)
    talk.assert_floor(Floor.CUT).assert_one_note()


def test_deltas_of_25_are_one_utterance() -> None:
    talk = Talk("gemini-2.5-flash-native-audio-preview-09-2025")
    talk.user_says(" Hello", ",", " my", " name", " is Marcelo.").model_says("Hello, Marcelo.", 900)
    talk.assert_history(("user", "Hello, my name is Marcelo."), ("model", "Hello, Marcelo."))


def test_whole_utterances_of_38_are_joined_with_a_space() -> None:
    talk = Talk().user_starts().user_stops().user_says("Hello there.").user_says("Are you there?")
    talk.model_says("Yes.", 300).assert_history(
        ("user", "Hello there. Are you there?"), ("model", "Yes.")
    )


def test_words_of_the_question_that_come_during_its_answer_stand_before_it() -> None:
    talk = Talk("gemini-2.5-flash-native-audio-preview-09-2025")
    talk.model_says("Rome is the capital.", 2_000).wait(0.2).user_says(" What", " about Italy?")
    talk.assert_history(("user", "What about Italy?"), ("model", "Rome is the capital."))


def test_words_of_the_question_before_are_not_taken_for_the_interruption() -> None:
    talk = Talk("gemini-2.5-flash-native-audio-preview-09-2025", delivery="answering")
    talk.model_says(STORY, 9_300).plays_for(1.0).interrupted().wait(0.1).user_says(
        " Tell me a story."
    )
    talk.wait(0.9).user_says(" Make it", " shorter.").wait(1.0)
    talk.assert_user_text("Make it shorter.").assert_one_note(delivery="answering")
    assert "Tell me" not in talk.sends[0].text


def test_words_that_come_after_the_note_are_on_record_nowhere_but_in_the_history() -> None:
    talk = cut_at_three_seconds().assert_user_text("").turn_complete().wait(3.0).user_says("Who?")
    assert talk.history()[-1] == ("user", "Who?")
    talk.assert_notes(1)


def test_words_of_an_earlier_interruption_are_not_in_the_next_note() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(2.0).user_says("Who was that?")
    talk.wait(0.7).model_says("An old man of the village.", 2_000).plays_for(0.7).user_starts()
    talk.interrupted().assert_user_text("")
    assert "Who was that?" not in talk.notes[-1].text.split("What the user said")[1]


def test_interim_words_are_replaced() -> None:
    talk = Talk().user_says("hel", interim=True).user_says("hello wor", interim=True)
    talk.user_says("Hello, world.").model_says("Hi.", 200)
    talk.assert_history(("user", "Hello, world."), ("model", "Hi."))


def test_a_finished_without_text_adds_no_turn() -> None:
    talk = Talk().user_says("Hello.").user_says("", finished=True).model_says("Hi.", 300)
    talk.assert_history(("user", "Hello."), ("model", "Hi."))


# --- typed text


@pytest.mark.parametrize("text", [".", " "])
def test_what_a_framework_types_to_get_a_reply_is_nobody_s_words(text: str) -> None:
    talk = Talk().user_says("Hello.").user_types(text).model_says("Hi.", 200)
    talk.assert_history(("user", "Hello."), ("model", "Hi."))


def test_typed_text_is_the_cause_and_in_the_note() -> None:
    talk = telling_the_story().plays_for(2.75).user_types("Stop, what is rye?").wait(0.015)
    talk.interrupted().assert_user_text("Stop, what is rye?").assert_one_note("Stop, what is rye?")
    assert talk.last.cause == "typed"


def test_text_that_waits_for_its_turn_is_not_what_a_later_voice_said() -> None:
    # 2.5 answers typed text after its reply.
    talk = telling_the_story(model="gemini-2.5-flash-native-audio-preview-09-2025")
    talk.plays_for(0.5).user_types("And what is rye?").plays_for(2.25).interrupted()
    talk.assert_user_text("")
    assert talk.last.cause == "speech"


# --- row: app flushed


def test_a_flush_of_the_app_is_a_barge_in() -> None:
    talk = telling_the_story().plays_for(2.75).app_flushes()
    talk.assert_heard(HEARD_3S, REST_3S).assert_one_note()
    assert talk.last.cause == "app"


def test_a_flush_and_the_interrupted_that_follows_are_one() -> None:
    talk = telling_the_story().plays_for(2.75).app_flushes().wait(0.2).interrupted().turn_complete()
    talk.assert_one_note()
    assert len(talk.interruptions) == 1


def test_a_flush_after_interrupted_does_not_lose_the_note() -> None:
    talk = telling_the_story()
    talk.holds_builds = True
    talk.plays_for(2.75).interrupted().app_flushes().wait(0.5).builder_finishes().assert_one_note()


def test_a_flush_when_nothing_plays_is_nothing() -> None:
    talk = Talk().app_flushes().assert_floor(Floor.QUIET)
    telling_the_story().generated().turn_complete().plays_for(11.0).app_flushes().assert_no_note()
    assert talk.commands == []


# --- the cause


def test_a_cut_in_silence_is_a_phantom() -> None:
    talk = telling_the_story().microphone(2.8, loud=False).interrupted()
    assert talk.last.cause == "phantom"


def test_a_cut_by_somebody_the_microphone_hears_is_speech() -> None:
    talk = telling_the_story().microphone(2.4, loud=False).microphone(0.4, loud=True).interrupted()
    assert talk.last.cause == "speech"
