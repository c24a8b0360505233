"""What becomes of a note, of the user's words and of a nudge once something else has happened."""

from __future__ import annotations

from conversation_steps import QUESTION, REST_3S, STORY, Talk, answering, resumed, sound, told

from gemini_live_interrupt.core import events as e

LATER = " Then came the king."


def test_a_nudge_asks_for_what_came_late_too() -> None:
    talk = told().interrupted().wait(0.1).model_says(LATER, 900).wait(5.0).assert_nudges(1)
    assert LATER.strip() in talk.sends[-1].text
    assert LATER.strip() not in talk.sends[0].text


def test_words_of_the_user_do_not_follow_a_note_into_the_reply() -> None:
    talk = told(user_words_note=True).interrupted().assert_one_note().turn_complete().user_starts()
    talk.user_says(QUESTION).wait(1.0).model_says("It was Anna.", 900).user_stops().wait(5.0)
    assert len(talk.sends) == 1


def test_words_of_the_user_do_not_follow_a_note_that_could_not_be_sent() -> None:
    talk = told(user_words_note=True)
    talk.holds_sends = True
    talk.interrupted().send_fails("OSError").assert_noticed("notes off")
    talk.user_starts().user_says(QUESTION).user_stops().wait(3.0)
    assert len(talk.sends) == 1


def test_what_a_builder_wants_nobody_to_know_is_not_told_by_the_next_connection() -> None:
    talk = told()
    talk.builder = lambda _: ""
    new = resumed(talk.interrupted().assert_no_note())
    new.wait(60.0).assert_notes(0)


def test_a_connection_that_is_gone_is_no_reason_to_say_that_notes_are_off() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted()
    talk.tell(e.NoteFailed(id=talk.sends[-1].id, error="ConnectionClosedError", gone=True))
    talk.assert_noticed().wait(60.0)
    assert len(talk.sends) == 1


def test_a_cut_that_was_taken_back_leaves_nothing_to_tell() -> None:
    talk = Talk().model_says(STORY, 9_300).generated().turn_complete()
    for _ in range(55):
        talk.wait(0.05).app_played(50)
    talk.holds_builds = True
    talk.user_starts()
    for _ in range(20):
        talk.wait(0.05).app_played(50)
    talk.user_stops().tell(e.Disconnected(wanted=False, code=1006))
    assert [it for it in talk.interruptions if it.unheard == REST_3S] == []


def test_an_answering_note_waits_until_what_came_late_was_heard() -> None:
    talk = answering(false_interruption_after=None).user_starts().interrupted().wait(0.1)
    talk.tell(e.ModelAudio(pcm=sound(1_900)))
    talk.user_says(QUESTION, finished=True).user_stops().wait(1.8).assert_no_note()
    talk.wait(0.3).assert_one_note(QUESTION, delivery="answering")


def test_words_of_the_user_do_not_follow_a_nudge_either() -> None:
    talk = told(user_words_note=True).interrupted().turn_complete().wait(4.5).assert_nudges(1)
    talk.user_starts().user_says(QUESTION).user_stops().wait(2.0)
    assert len(talk.sends) == 2


def test_words_that_a_note_has_do_not_follow_it() -> None:
    talk = told(user_words_note=True).user_starts().user_says(QUESTION).wait(0.2).interrupted()
    talk.turn_complete().user_stops().wait(2.0).assert_one_note(QUESTION)
    assert len(talk.sends) == 1


def test_of_two_notes_that_wait_only_that_of_the_last_interruption_goes_out() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted()
    talk.wait(0.8).model_says("A third one, of a fox.", 5_000).plays_for(1.0).interrupted()
    talk.holds_sends = False
    talk.tell(e.NoteSent(id=talk.sends[-1].id))
    assert len(talk.sends) == 2
    assert "fox" in talk.sends[-1].text
    assert [bool(it.note) for it in talk.interruptions] == [True, False, True]


def test_a_note_behind_one_that_is_never_answered_goes_out_by_the_clock() -> None:
    talk = told(nudges=False)
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted().wait(9.0)
    assert len(talk.sends) == 1
    talk.wait(1.0)
    assert len(talk.sends) == 2


def test_a_call_that_was_cut_and_is_never_answered_holds_the_note_up_for_ten_seconds() -> None:
    talk = told(nudges=False).calls("book").wait(0.1).interrupted().turn_complete()
    talk.wait(9.9).assert_no_note().wait(0.2).assert_one_note("book")


def test_a_note_that_is_being_built_when_another_one_fails_is_not_sent() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0)
    talk.holds_builds = True
    talk.interrupted().tell(e.NoteFailed(id=talk.sends[-1].id, error="OSError"))
    assert [it.note for it in talk.interruptions[1:]] == [""]
    talk.builder_finishes().wait(60.0)
    assert len(talk.sends) == 1


def test_what_the_user_asked_before_a_connection_broke_is_asked_again_in_the_next() -> None:
    talk = told().interrupted().turn_complete().user_starts().user_says(QUESTION).user_stops()
    new = resumed(talk.wait(0.5)).wait(3.0).assert_nudges(1)
    assert QUESTION in new.sends[-1].text


def test_a_nudge_that_was_dropped_for_a_reply_leaves_no_note_due() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0)
    talk.holds_builds = True  # So a nudge waits in the place of the second note.
    talk.interrupted().wait(4.1).assert_nudges(1).model_says("As I said.", 9_000)
    talk.holds_sends = talk.holds_builds = False
    talk.tell(e.NoteSent(id=talk.sends[-1].id)).wait(5.0)
    assert len(talk.sends) == 1
    assert [bool(it.note) for it in talk.interruptions] == [True, False]
