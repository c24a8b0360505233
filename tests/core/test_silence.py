"""The conversation goes on when nobody says anything: nudges, stalls, and the answering note."""

from __future__ import annotations

from conversation_steps import QUESTION, STORY, Talk, answering, resumed, sound, told

from gemini_live_interrupt.core import events as e

# --- false interruptions


def test_a_noise_gets_a_nudge_with_the_continuation_and_a_second_one_later() -> None:
    talk = told().user_starts().interrupted().user_stops().wait(3.9).assert_nudges(0)
    talk.wait(0.2).assert_nudges(1)
    assert talk.last.continuation in talk.sends[-1].text
    assert talk.sends[-1].delivery == "answering"
    talk.wait(5.8).assert_nudges(1).wait(0.3).assert_nudges(2)
    talk.wait(60.0).assert_noticed("false interruption", "nudge", "nudge", "gave up")


def test_the_wait_starts_when_the_user_is_quiet() -> None:
    talk = told().user_starts().interrupted().wait(10.0).assert_nudges(0)
    talk.user_stops().wait(3.9).assert_nudges(0).wait(0.2).assert_nudges(1)


def test_words_make_it_no_false_interruption() -> None:
    talk = told().user_starts().interrupted().user_stops().user_says(QUESTION)
    talk.wait(60.0).assert_nudges(0)


def test_noise_in_the_transcript_is_no_words() -> None:
    talk = told().user_starts().interrupted().user_stops().user_says("<noise>", " <noise>")
    talk.wait(5.0).assert_nudges(1)


def test_a_stop_button_is_told_and_gets_no_nudge() -> None:
    told().app_flushes(for_good=True).assert_one_note().wait(60.0).assert_nudges(0)
    told().app_flushes().wait(6.0).assert_nudges(1)


def test_it_can_be_turned_off() -> None:
    told(false_interruption_after=None).interrupted().wait(60.0).assert_nudges(0)


def test_an_empty_note_wants_no_nudge_either() -> None:
    talk = told()
    talk.builder = lambda _: ""
    talk.interrupted().wait(60.0).assert_no_note()


def test_no_nudge_into_speech_that_only_the_microphone_hears() -> None:
    talk = told("gemini-2.5-flash-native-audio").microphone(3.0, loud=False).interrupted()
    for _ in range(8):  # Speech has pauses; the quietest of it is the noise floor.
        talk.microphone(0.8, loud=True).microphone(0.2, loud=False)
    talk.assert_nudges(0)
    talk.microphone(3.3, loud=False).assert_nudges(0).microphone(1.5, loud=False).assert_nudges(1)


def test_no_nudge_into_speech_that_the_server_has_not_signalled_yet() -> None:
    talk = told().microphone(2.0, loud=False).user_starts().interrupted().user_stops()
    talk.microphone(3.9, loud=False).microphone(0.2, loud=True).assert_nudges(0)
    talk.user_starts().microphone(1.0, loud=True).user_stops().user_says(QUESTION).wait(9.0)
    talk.assert_nudges(0)


def test_steady_noise_does_not_hold_a_nudge_up() -> None:
    talk = told().microphone(2.0, loud=False).user_starts().interrupted().user_stops()
    for _ in range(12):
        talk.microphone(0.3, loud=True).microphone(0.1, loud=False)
    talk.assert_nudges(1)


def test_no_nudge_while_the_model_is_audible_or_a_call_is_pending() -> None:
    talk = told().calls("book").interrupted().wait(9.0).assert_nudges(0)
    talk.answers_call().wait(3.5).assert_nudges(0).wait(1.0).assert_nudges(1)


def test_a_call_that_nobody_answers_does_not_silence_the_session_for_ever() -> None:
    talk = told().calls("book").interrupted().wait(9.9).assert_nudges(0)
    talk.wait(5.0).assert_nudges(1)


def test_a_reply_that_was_cut_before_any_text_is_asked_for_again() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(200))).interrupted().wait(5.0)
    talk.assert_nudges(1)
    assert "before the user heard any of it" in talk.sends[-1].text


def test_a_phantom_that_swallows_a_question_brings_the_question_back() -> None:
    talk = Talk().user_starts().user_stops().user_says(QUESTION).wait(0.3).interrupted().wait(5.0)
    talk.assert_nudges(1)
    assert QUESTION in talk.sends[-1].text


def test_a_phantom_in_an_idle_session_is_nothing() -> None:
    Talk().interrupted().wait(60.0).assert_no_note()
    Talk().model_says("Hello there.", 800).turn_complete().wait(5).interrupted().wait(
        60.0
    ).assert_no_note()


def test_an_echo_that_cuts_every_reply_does_not_loop() -> None:
    talk = Talk("gemini-3.1-flash-live-preview")
    for _ in range(20):
        talk.model_says(STORY, 12_000).plays_for(0.6).interrupted().turn_complete().wait(6.0)
    assert talk.notices.count("nudge") <= 4
    assert "gave up" in talk.notices


def test_coughs_in_a_long_story_do_not_use_the_nudges_up() -> None:
    talk = Talk("gemini-3.1-flash-live-preview")
    for _ in range(10):
        talk.model_says(STORY, 12_000).plays_for(5.0).interrupted().turn_complete().wait(6.0)
    talk.assert_nudges(10)


# --- stalls


def test_words_without_a_reply_get_one_reminder_and_then_an_event() -> None:
    talk = told(reply_timeout=5.0).user_starts().interrupted().user_stops().user_says(QUESTION)
    talk.wait(4.9).assert_nudges(0).wait(0.2).assert_nudges(1)
    assert QUESTION in talk.sends[-1].text
    talk.wait(4.7).assert_noticed("nudge").wait(0.4).assert_noticed("nudge", "stalled")
    talk.wait(60.0).assert_noticed("nudge", "stalled")


def test_stalls_are_not_looked_for_unless_asked() -> None:
    told().user_starts().interrupted().user_stops().user_says(QUESTION).wait(60).assert_nudges(0)


def test_nudges_and_reminders_of_one_interruption_are_two_together() -> None:
    talk = told(reply_timeout=3.0).user_starts().interrupted().user_stops().wait(14.0)
    talk.assert_nudges(2).user_says(QUESTION).wait(30.0).assert_nudges(2)
    assert talk.notices[-1] == "stalled"


def test_a_reply_that_stops_in_the_middle_is_asked_for_after_the_timeout() -> None:
    talk = Talk(reply_timeout=5.0).model_says("Once upon a time there", 1500).wait(6.4)
    talk.assert_nudges(0).wait(0.2).assert_nudges(1).assert_notes(0)
    assert "stopped in the middle" in talk.sends[-1].text and "noise" not in talk.sends[-1].text
    assert "Once upon a time there" in talk.sends[-1].text


def test_a_reply_that_is_complete_is_no_stall() -> None:
    talk = Talk(reply_timeout=5.0).model_says(STORY, 12_000).generated().wait(60.0).assert_no_note()
    Talk(reply_timeout=5.0).model_says(STORY, 12_000).turn_complete().wait(60.0).assert_no_note()
    Talk().model_says("Once upon a time there", 1500).wait(60.0).assert_no_note()
    assert talk.notices == []


def test_a_reply_that_waits_for_a_function_is_no_stall() -> None:
    talk = Talk(reply_timeout=5.0).model_says("One moment, I look it", 1500).calls("look_up")
    talk.wait(30.0).assert_no_note()


def test_a_stalled_reply_that_goes_on_by_itself_is_a_reply() -> None:
    talk = Talk(reply_timeout=5.0).model_says("Once upon a time there", 1500).wait(6.6)
    talk.model_says(" was a miller. He had three sons.", 2000).turn_complete().wait(60.0)
    talk.assert_nudges(1)
    assert talk.history()[-1][1].endswith("three sons.")


# --- answering delivery


def test_an_answering_note_waits_for_the_whole_utterance() -> None:
    talk = answering().user_starts().interrupted().wait(2.0).assert_no_note()
    talk.user_says(QUESTION).wait(0.1).assert_no_note()
    talk.user_stops().assert_one_note(QUESTION, delivery="answering")


def test_deltas_are_whole_when_they_have_been_quiet_for_a_moment() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().wait(1.0)
    talk.user_says(" What").wait(0.3).user_says(" was it called").wait(0.3).user_says("?")
    talk.wait(0.7).assert_no_note()
    talk.wait(0.2).assert_one_note("What was it called?", delivery="answering")


def test_with_a_quiet_microphone_deltas_are_whole_sooner_than_the_reply_comes() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().microphone(1.0, loud=True)
    talk.microphone(0.7, loud=False).user_says(" What").microphone(0.06, loud=False)
    talk.user_says(" was it?").microphone(0.2, loud=False).assert_no_note()
    talk.microphone(0.3, loud=False).assert_one_note("What was it?", delivery="answering")


def test_the_hosts_own_activity_end_is_an_end() -> None:
    talk = answering("gemini-2.5-flash-native-audio").user_starts(by_app=True).interrupted()
    talk.wait(2.0).user_stops(by_app=True).wait(1.4).assert_no_note()
    talk.wait(0.2).assert_one_note(delivery="answering")


def test_an_answering_note_never_goes_over_a_reply_that_has_begun() -> None:
    talk = answering().user_starts().interrupted().turn_complete().user_stops().wait(0.5)
    talk.model_says("A cat.", 500).user_says(QUESTION).wait(20.0).assert_no_note()
    talk.assert_noticed("note dropped")


def test_our_own_interrupted_is_not_the_users() -> None:
    talk = answering().user_starts().interrupted().turn_complete().user_stops().user_says(QUESTION)
    talk.assert_one_note(delivery="answering")
    talk.wait(0.05).model_says("Puss", 200).interrupted().turn_complete().wait(0.6)
    talk.model_says("Puss in Boots.", 900)
    assert len(talk.interruptions) == 1
    talk.assert_notes(1)


def test_where_text_does_not_interrupt_an_interrupted_after_our_note_is_the_users() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().turn_complete()
    talk.wait(0.7).user_says(" And then?").wait(0.9).assert_notes(1)
    talk.model_says(STORY, 12_000).plays_for(0.05).interrupted()
    assert len(talk.interruptions) == 1
    talk.user_says(" Stop.").wait(1.0)
    assert len(talk.interruptions) == 2


# --- the user's words in a second note


def test_the_users_words_follow_in_a_second_silent_message_only_if_asked() -> None:
    talk = told(user_words_note=True).user_starts().interrupted().wait(2.0).user_stops()
    talk.user_says(QUESTION)
    assert [s.delivery for s in talk.sends] == ["silent", "silent"]
    assert QUESTION in talk.sends[1].text and QUESTION not in talk.sends[0].text
    told().user_starts().interrupted().user_stops().user_says(QUESTION).wait(3.0).assert_notes(1)


def test_the_second_message_never_comes_after_the_reply_has_begun() -> None:
    talk = told("gemini-2.5-flash", user_words_note=True).interrupted().turn_complete().wait(1.0)
    talk.model_says("Puss.", 300).user_says(" What", " was it?").wait(10.0).assert_notes(1)


# --- tools


def test_the_note_waits_for_the_round_trip_and_says_what_became_of_the_call() -> None:
    talk = told("gemini-2.5-flash").calls("book_table", arguments='{"seats": 2}').interrupted()
    talk.wait(2.0).assert_no_note().answers_call()
    talk.assert_one_note("book_table", "seats", "result was given")
    assert [call.outcome for call in talk.last.tool_calls] == ["answered"]


def test_a_cancelled_call_is_told_at_once() -> None:
    talk = told("gemini-2.5-flash").calls("book_table").interrupted().cancels_call()
    talk.assert_one_note("book_table", "cancelled")


def test_a_call_that_38_forgot_holds_the_note_only_until_the_user_has_finished() -> None:
    talk = told().calls("book_table").user_starts().interrupted().wait(2.0).assert_no_note()
    talk.user_stops().user_says(QUESTION).assert_one_note("book_table", "no result yet", QUESTION)


def test_a_call_that_is_never_answered_holds_no_note_for_ever() -> None:
    talk = told("gemini-2.5-flash", false_interruption_after=None).calls("book_table")
    talk.interrupted().wait(9.9).assert_no_note().wait(0.3).assert_one_note(
        "book_table", "no result yet"
    )


def test_a_call_that_the_model_made_after_the_cut_holds_the_note_too() -> None:
    talk = told(delivery="answering").user_starts().interrupted().user_stops().calls("look_up")
    talk.user_says(QUESTION).wait(1.0).assert_no_note().answers_call()
    talk.assert_one_note(QUESTION, delivery="answering")


# --- where nothing can tell that somebody speaks


def unseen(model: str = "gemini-3.8-live") -> Talk:
    """A cut in a session whose microphone, if it has one, goes another way."""
    talk = Talk(model, has_microphone=False).model_says(STORY, 12_000).plays_for(3.0)
    return talk.interrupted().turn_complete()


def test_a_microphone_that_was_never_seen_is_not_quiet() -> None:
    talk = unseen().wait(14.9).assert_noticed().wait(60.0).assert_nudges(0)
    talk.assert_noticed("gave up").assert_one_note()


def test_the_first_microphone_that_is_seen_tells() -> None:
    unseen().microphone(4.1, loud=False).assert_nudges(1)
    unseen().microphone(1.0, loud=False).microphone(8.0, loud=True).assert_nudges(0)


def test_signals_tell_as_well_as_a_microphone() -> None:
    talk = Talk(has_microphone=False).model_says(STORY, 12_000).plays_for(3.0)
    talk.user_starts().interrupted().turn_complete().wait(0.4).user_stops().wait(4.1)
    talk.assert_nudges(1)


def test_a_user_who_only_types_makes_no_sound() -> None:
    talk = Talk(has_microphone=False).user_types("A story.").model_says(STORY, 12_000)
    talk.plays_for(3.0).interrupted().turn_complete().wait(4.1).assert_nudges(1)


def test_a_user_who_types_and_speaks_may_be_speaking() -> None:
    talk = Talk(has_microphone=False).user_types("Hello.").user_says("A story.")
    talk.model_says(STORY, 12_000).plays_for(3.0).interrupted().wait(10.0).assert_nudges(0)


def test_a_lost_connection_is_no_sound_of_anybody() -> None:
    resumed(told(), has_microphone=False).wait(2.1).assert_nudges(1)


def test_a_reply_of_its_own_between_does_not_start_the_count_of_nudges_anew() -> None:
    talk = told().interrupted().turn_complete().wait(10.5).assert_nudges(2)
    talk.model_says("He had", 400).turn_complete().model_says(" three", 400).wait(0.3).interrupted()
    talk.wait(60.0).assert_nudges(2)


def test_words_that_come_twice_do_not_make_the_user_wait_anew() -> None:
    talk = Talk(reply_timeout=4.0).user_says(QUESTION, finished=True).wait(2.5)
    talk.user_says(QUESTION, finished=True).wait(1.4).assert_nudges(0).wait(0.2).assert_nudges(1)
    talk = Talk(reply_timeout=4.0).user_says(QUESTION, finished=True).wait(2.5)
    talk.user_says("And why?", finished=True).wait(3.9).assert_nudges(0).wait(0.2).assert_nudges(1)
