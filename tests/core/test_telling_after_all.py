"""What becomes of a note, of the user's words and of a nudge once something else has happened."""

from __future__ import annotations

from conversation_steps import QUESTION, REST_3S, STORY, Talk, resumed, told

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
