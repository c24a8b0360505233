"""When a note is sent, and when it is not: one interruption from the cut to the next reply."""

from __future__ import annotations

import pytest
from conversation_steps import STORY, Talk

from gemini_live_interrupt.core import events as e

MODEL_25 = "gemini-2.5-flash-native-audio-preview-09-2025"


def cut(model: str = "gemini-3.8-live", **options: object) -> Talk:
    """A barge-in 2.75 s into the story."""
    talk = Talk(model, **options)
    return talk.model_says(STORY, 9_300).plays_for(2.75).interrupted().turn_complete()


# --- the silent note


def test_a_note_is_sent_at_the_moment_of_the_barge_in() -> None:
    talk = cut().assert_one_note(delivery="silent")
    assert talk.sent_at() == 2.75


def test_a_slow_builder_sends_its_note_when_it_is_done() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_builds = True
    talk.interrupted().wait(0.8).assert_no_note().builder_finishes().assert_one_note()


def test_a_builder_that_is_done_after_the_reply_began_sends_nothing() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_builds = True
    talk.interrupted().turn_complete().wait(2.0).model_says("Yes?", 400).assert_noticed(
        "note dropped"
    )
    talk.builder_finishes().wait(60.0).assert_no_note()
    assert len(talk.interruptions) == 1
    assert talk.last.note == ""


def test_a_builder_of_an_earlier_interruption_is_not_heard() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_builds = True
    talk.interrupted().turn_complete().wait(2.0).model_says("Yes, what is it?", 2_000)
    talk.plays_for(1.0).interrupted().tell(e.NoteBuilt(id=1, text="stale")).assert_no_note()
    talk.builder_finishes().assert_notes(1)
    assert "Yes, what" in talk.notes[0].text


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_builder_that_says_nothing_sends_neither_note_nor_nudge(text: str) -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.builder = lambda _: text
    talk.interrupted().turn_complete().wait(60.0).assert_no_note()
    assert [it.note for it in talk.interruptions] == [""]


def test_the_interruption_is_reported_once_its_note_is_on_the_wire() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_sends = True
    talk.interrupted().wait(0.25)
    assert talk.interruptions == []
    assert talk.send_finishes().last.note == talk.notes[0].text


def test_a_note_that_failed_is_not_on_record_as_told() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_sends = True
    talk.interrupted().send_fails("OSError")
    assert [it.note for it in talk.interruptions] == [""]
    assert "notes off" in talk.notices


def test_after_a_failed_send_the_session_is_still_followed() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_sends = True
    talk.interrupted().send_fails("OSError").turn_complete().wait(2.0).user_says("Who?").wait(0.6)
    talk.model_says(STORY, 9_300).plays_for(1.25).interrupted().wait(60.0)
    assert len(talk.sends) == 1
    assert [it.heard for it in talk.interruptions] == [
        "Once upon a time there was a miller. He",
        "Once upon a time",
    ]


def test_a_session_without_notes_is_followed_and_sends_nothing() -> None:
    talk = Talk(notes=False, nudges=False).model_says(STORY, 9_300).plays_for(2.75)
    talk.interrupted().turn_complete().wait(60.0).assert_no_note()
    assert talk.last.heard


# --- the answering note


def test_an_answering_note_waits_for_the_end_of_the_users_speech() -> None:
    talk = Talk(delivery="answering").model_says(STORY, 9_300).plays_for(2.75).user_starts()
    talk.interrupted().turn_complete().wait(2.2).assert_no_note().user_stops().wait(1.0)
    talk.assert_no_note().user_says("What is rye?")
    talk.assert_one_note("What is rye?", delivery="answering").assert_user_text("What is rye?")


def test_an_answering_note_waits_for_the_last_delta() -> None:
    talk = cut(MODEL_25, delivery="answering", false_interruption_after=None).wait(0.9)
    talk.user_says(" Actually,").wait(0.3).user_says(" make").wait(0.3).user_says(" it", " Paris.")
    talk.assert_no_note().wait(0.7).assert_no_note().wait(0.2)
    talk.assert_one_note("Actually, make it Paris.", delivery="answering")


def test_an_answering_note_is_not_sent_into_a_reply() -> None:
    talk = cut(MODEL_25, delivery="answering").wait(0.9).user_says(" Who?").wait(0.5)
    talk.model_says("A miller.", 900).wait(60.0).assert_no_note()
    assert talk.notices == ["note dropped"]


def test_an_answering_note_whose_builder_took_long_does_not_talk_over_the_user() -> None:
    talk = Talk(delivery="answering", false_interruption_after=None)
    talk.holds_builds = True
    talk.model_says(STORY, 9_300).plays_for(2.75).user_starts().interrupted().turn_complete()
    talk.wait(1.0).user_stops().user_says("Wait.").wait(0.5).user_starts().builder_finishes()
    talk.wait(2.0).assert_no_note()
    talk.user_stops().user_says("What is rye?").wait(1.0).assert_one_note(delivery="answering")
    assert talk.last.user_text == "Wait. What is rye?"


def test_an_answering_note_is_not_sent_while_the_microphone_hears_speech() -> None:
    talk = Talk(MODEL_25, delivery="answering", false_interruption_after=None)
    talk.model_says(STORY, 9_300).microphone(2.76, loud=False).interrupted().turn_complete()
    talk.microphone(0.6, loud=True).user_says(" Stop.").microphone(1.6, loud=True).assert_no_note()
    talk.microphone(1.2, loud=False).assert_one_note(delivery="answering")


# --- nudges


def test_noise_is_answered_by_going_on() -> None:
    talk = cut().wait(3.9).assert_nudges(0).wait(0.2).assert_nudges(1)
    talk.assert_noticed("false interruption", "nudge")
    assert talk.sends[-1].delivery == "answering"
    assert STORY[STORY.index("He had") :] in talk.sends[-1].text


def test_at_most_two_nudges_and_then_it_is_given_up() -> None:
    cut().wait(300.0).assert_nudges(2).assert_noticed(
        "false interruption", "nudge", "nudge", "gave up"
    )


def test_words_make_it_no_false_interruption() -> None:
    cut().wait(3.0).user_says("What is rye?").wait(60.0).assert_nudges(0)


@pytest.mark.parametrize("junk", ["<noise>", "<ctrl46>", " ", " <noise> <noise>"])
def test_noise_words_are_no_words(junk: str) -> None:
    cut().wait(3.0).user_says(junk).wait(2.0).assert_nudges(1)


def test_no_nudge_while_the_user_speaks() -> None:
    talk = cut().wait(1.0).user_starts().wait(8.0).assert_nudges(0).user_stops().wait(3.9)
    talk.assert_nudges(0).wait(0.3).assert_nudges(1)


def test_no_nudge_while_the_microphone_hears_the_user() -> None:
    talk = cut(MODEL_25).microphone(7.0, loud=False)
    talk.assert_nudges(1)
    talk = cut(MODEL_25)
    for _ in range(7):
        talk.microphone(0.7, loud=True).microphone(0.3, loud=False)
    talk.assert_nudges(0)


def test_no_nudge_before_the_model_has_had_its_time_after_a_tool_call() -> None:
    talk = Talk("gemini-3.1-flash-live").model_says(STORY, 9_300).calls("book").plays_for(2.75)
    talk.interrupted().wait(9.0).answers_call().assert_notes(1).wait(3.0).assert_nudges(0)
    talk.wait(1.5).assert_nudges(1)


def test_never_means_never() -> None:
    cut(false_interruption_after=None).wait(600.0).assert_nudges(0)


# --- reminders


def test_a_question_without_a_reply_is_brought_to_mind_once_if_the_app_asks_for_it() -> None:
    talk = Talk(reply_timeout=8.0).user_says("What is rye?").wait(7.9).assert_no_note().wait(0.2)
    assert '"What is rye?"' in talk.sends[0].text
    talk.wait(100.0).assert_noticed("nudge", "stalled")
    assert len(talk.sends) == 1


def test_a_question_without_a_reply_is_left_alone_by_default() -> None:
    # gemini-3.8-live may choose not to answer.
    Talk().user_says("What is rye?").wait(600.0).assert_no_note()


def test_a_reply_settles_the_question() -> None:
    talk = Talk(reply_timeout=8.0).user_says("What is rye?").wait(1.0).model_says("A grain.", 900)
    talk.generated().turn_complete().wait(600.0).assert_no_note()


def test_a_pending_tool_call_is_no_silence() -> None:
    talk = Talk("gemini-3.1-flash-live", reply_timeout=3.0).user_says("Book it.").calls("book")
    talk.wait(30.0).assert_no_note().answers_call().wait(2.9).assert_no_note().wait(0.3)
    assert len(talk.sends) == 1


# --- a call that nobody is seen to answer

FAMILIES = ("gemini-3.8-live", "gemini-3.1-flash-live", MODEL_25)


@pytest.mark.parametrize("model", FAMILIES)
def test_a_reply_after_a_call_has_its_answer(model: str) -> None:
    talk = Talk(model).user_says("Book it.").calls("book").wait(2.0).model_says(STORY, 9_300)
    talk.plays_for(2.75).interrupted().assert_one_note()
    assert talk.last.tool_calls == ()


@pytest.mark.parametrize("model", FAMILIES)
def test_a_reply_that_goes_on_after_its_call_has_the_answer(model: str) -> None:
    talk = Talk(model).model_says("Let me see. ", 900).calls("book").plays_for(2.0)
    talk.model_says("It is booked. Have fun.", 4_000).plays_for(1.0).interrupted()
    talk.assert_one_note()


def test_the_tail_of_what_was_said_before_a_call_is_no_answer() -> None:
    talk = Talk().model_says("Let me ", 900).calls("book").wait(0.2).model_says("see now. ", 900)
    talk.wait(0.5).interrupted().assert_no_note()
    assert [call.name for call in talk.core.calls.waiting(talk.now)] == ["book"]


@pytest.mark.parametrize("model", FAMILIES)
def test_while_a_tool_runs_the_note_goes_when_the_user_has_finished(model: str) -> None:
    talk = Talk(model).model_says(STORY, 9_300).calls("book").plays_for(2.75).user_starts()
    talk.interrupted().turn_complete().wait(1.5).assert_no_note().user_stops()
    talk.user_says(" Cancel that.", finished=True).wait(2.0).assert_one_note('"book"')
    assert talk.last.user_text == "Cancel that."
