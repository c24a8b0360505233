"""Cuts that nobody signalled, and text that nobody speaks."""

from __future__ import annotations

import pytest
from conversation_steps import STORY, Talk, telling_the_story

from gemini_live_interrupt.core.situation import Floor


def complete_and_audible(model: str = "gemini-3.8-live", **options: object) -> Talk:
    return telling_the_story(1, model, **options).generated().turn_complete().plays_for(2.75)


def test_a_cough_over_a_complete_reply_gets_no_nudge() -> None:
    talk = complete_and_audible().user_starts().wait(0.3).user_stops().wait(60.0)
    talk.assert_nudges(0).assert_one_note()


@pytest.mark.parametrize("who", ["server", "app"])
def test_a_cut_that_is_confirmed_is_nudged_as_any_other(who: str) -> None:
    talk = complete_and_audible().user_starts().wait(0.1)
    talk = talk.interrupted() if who == "server" else talk.app_flushes()
    talk.user_stops().wait(4.5).assert_nudges(1)


MODEL_25 = "gemini-2.5-flash-native-audio-preview-09-2025"


def answered(talk: Talk) -> Talk:
    """The user asks something, and the reply does not come back to the story."""
    talk.user_says("What was the cat called?", finished=True).wait(1.0)
    return talk.model_says("She was called Puss.", 1_500).generated().turn_complete()


def test_nobody_is_asked_to_go_on_with_a_reply_that_may_have_played_on() -> None:
    # A speaker that was not emptied plays the story to its end, and the answer behind it.
    talk = answered(complete_and_audible(model=MODEL_25)).wait(60.0).assert_one_note()
    assert [outcome.kind for outcome in talk.outcomes] == ["answered"]


@pytest.mark.parametrize("who", ["server", "app"])
def test_what_is_known_to_be_cut_is_asked_for(who: str) -> None:
    talk = complete_and_audible(model=MODEL_25)
    talk = talk.interrupted() if who == "server" else talk.app_flushes()
    assert "repair" in answered(talk).wait(60.0).notices


def test_no_reminder_goes_over_a_reply_that_may_play_on() -> None:
    talk = complete_and_audible(reply_timeout=3.0).user_says("Who?", finished=True)
    ends = 9.3  # Seconds, if nobody has emptied the speaker.
    talk.wait(ends - 2.75 - 0.1).assert_nudges(0).wait(0.7).assert_nudges(1)


def test_a_reminder_does_not_wait_for_a_speaker_that_was_emptied() -> None:
    talk = complete_and_audible(reply_timeout=3.0).user_says("Who?", finished=True)
    talk.app_flushes().wait(3.1).assert_nudges(1)


def test_what_follows_a_reply_that_may_play_on_may_be_heard_behind_it() -> None:
    talk = complete_and_audible(reply_timeout=3.0).user_says("Who?", finished=True).wait(1.0)
    talk.model_says("The cat.", 4_000).generated().turn_complete().plays_for(4.0)
    talk.user_says("And why?", finished=True).wait(13.3 - 2.75 - 5.0 - 0.1).assert_nudges(0)
    talk.wait(0.7).assert_nudges(1)


def test_where_speech_interrupts_nothing_it_cuts_nothing() -> None:
    talk = complete_and_audible(speech_interrupts=False).user_starts().wait(0.3).user_stops()
    talk.assert_floor(Floor.REPLYING).plays_for(60.0).assert_no_note()
    assert ("model", STORY) in talk.history()


def test_where_speech_interrupts_nothing_words_cut_nothing_either() -> None:
    talk = complete_and_audible(speech_interrupts=False).user_says("Who?")
    talk.assert_floor(Floor.REPLYING).assert_no_note()


def test_where_speech_interrupts_nothing_the_server_still_may() -> None:
    complete_and_audible(speech_interrupts=False).interrupted().assert_one_note()


def test_text_that_is_never_spoken_is_no_speech_and_no_history() -> None:
    talk = Talk(spoken=True).model_writes("The user wants a story.")
    talk.assert_floor(Floor.QUIET).model_says(STORY, 9_300).plays_for(2.75).interrupted()
    talk.assert_one_note()
    assert talk.last.heard + talk.last.unheard == STORY
    assert all("wants a story" not in text for _, text in talk.history())


def test_a_turn_of_text_only_is_no_reply() -> None:
    talk = Talk(spoken=True, reply_timeout=3.0).user_says("A story.").wait(0.5)
    talk.model_writes("Once upon a time.").turn_complete().wait(2.9).assert_nudges(1)
    talk.model_writes("Once upon a time.").turn_complete().wait(9.0).assert_noticed(
        "nudge", "nudge", "stalled"
    )


def test_a_session_without_sound_is_written() -> None:
    Talk().model_writes("One two.").assert_floor(Floor.REPLYING)


def played(talk: Talk, ms: float) -> Talk:
    """The app's speaker reports so much, as it plays."""
    for _ in range(round(ms / 50)):
        talk.wait(0.05).app_played(50)
    return talk


@pytest.mark.parametrize("how", ["activity", "app", "words"])
def test_reports_that_go_on_take_back_a_cut_that_nobody_signalled(how: str) -> None:
    model = "gemini-2.5-flash" if how == "words" else "gemini-3.8-live"
    talk = played(telling_the_story(1, model).generated().turn_complete(), 2_750)
    if how == "words":
        talk.user_says("Mm-hm.", finished=True)
    else:
        played(talk.user_starts(by_app=how == "app"), 300).user_stops(by_app=how == "app")
    played(talk, 9_300 - 2_750).wait(60.0).assert_no_note().assert_noticed()
    assert talk.interruptions == [] and ("model", STORY) in talk.history()


def test_a_cut_that_was_told_before_it_was_taken_back_has_an_outcome_all_the_same() -> None:
    talk = played(telling_the_story().generated().turn_complete(), 2_750).user_starts()
    talk.wait(1.0).user_stops().assert_one_note()  # The reports stood still for so long.
    played(talk, 9_300 - 2_750).wait(60.0).assert_nudges(0)
    [outcome] = talk.outcomes
    assert (outcome.kind, outcome.skipped_words, outcome.repeated_words) == ("resumed", 0, 0)
    assert outcome.reply == talk.last.unheard


def test_reports_that_go_on_for_a_moment_only_were_on_their_way() -> None:
    talk = played(telling_the_story().generated().turn_complete(), 2_750).user_starts()
    played(talk, 200).wait(1.0).assert_one_note()


def test_the_note_waits_for_the_reports_and_not_where_the_cut_is_confirmed() -> None:
    talk = played(telling_the_story().generated().turn_complete(), 2_750).user_starts()
    talk.assert_no_note().wait(0.1).app_flushes().assert_one_note()


def test_after_an_interrupted_reports_take_nothing_back_but_nobody_talks_over_them() -> None:
    talk = played(telling_the_story(), 2_750).interrupted()
    played(talk.assert_one_note(), 6_000).assert_floor(Floor.CUT).assert_nudges(0)
    talk.wait(2.0).assert_nudges(1)


def test_a_cut_that_was_taken_back_can_be_made_again() -> None:
    talk = played(telling_the_story().generated().turn_complete(), 1_000).user_starts()
    played(talk, 1_750).user_stops().assert_floor(Floor.REPLYING).app_flushes()
    talk.assert_one_note()
    assert len(talk.last.heard) > 30


def unspoken(talk: Talk) -> Talk:
    """The model's whole turn is text that nobody speaks."""
    return talk.wait(0.5).model_writes("Once upon a time.").turn_complete()


def test_a_turn_of_text_only_that_nobody_had_asked_for_is_a_stall() -> None:
    talk = Talk(spoken=True, reply_timeout=3.0).user_says("Where?").wait(0.5)
    talk.model_says("Let me look.", 1_000).turn_complete().wait(1.1)
    talk.calls("look").wait(1.0).answers_call()
    unspoken(talk).wait(2.9).assert_nudges(0).wait(0.2).assert_nudges(1)
    talk.model_says("In Rome.", 800).generated().turn_complete().wait(60.0).assert_nudges(1)


def test_a_nudge_that_is_answered_without_a_sound_is_sent_again_sooner() -> None:
    talk = telling_the_story(spoken=True, reply_timeout=2.0).plays_for(2.75).interrupted()
    unspoken(talk.turn_complete().wait(4.1).assert_nudges(1)).wait(2.2).assert_nudges(2)


@pytest.mark.parametrize("timeout", [None, 3.0])
def test_text_beside_speech_is_no_stall(timeout: float | None) -> None:
    talk = Talk(spoken=True, reply_timeout=timeout).model_writes("The user wants a story.")
    talk.model_says(STORY, 9_300).model_writes("There.").generated().turn_complete()
    talk.wait(60.0).assert_no_note()
