"""One conversation over several connections: what breaks off, and what the next one is told."""

from __future__ import annotations

import pytest
from conversation_steps import (
    HEARD_3S,
    QUESTION,
    REST_3S,
    STORY,
    Talk,
    answering,
    cut_at_three_seconds,
    resumed,
    sound,
    telling_the_story,
    told,
)

from gemini_live_interrupt.core import events as e

# --- row: disconnected


def left_over(talk: Talk) -> tuple[e.Interruption, bool]:
    """The cut that the next session takes over, and whether the model knows of it."""
    carried = talk.core.carry(talk.now)
    assert carried.cut is not None
    return carried.cut, carried.told


def test_a_broken_connection_is_a_cut_that_is_kept_for_the_next_session() -> None:
    talk = telling_the_story().plays_for(2.75).tell(e.Disconnected(wanted=False)).wait(60.0)
    talk.assert_no_note().assert_heard(HEARD_3S, REST_3S)
    cut, told = left_over(talk)
    assert (cut.cause, told) == ("connection", False)


def test_a_note_that_was_not_sent_is_kept_for_the_next_session() -> None:
    talk = telling_the_story()
    talk.holds_builds = True
    talk.plays_for(2.75).interrupted().tell(e.Disconnected(wanted=False))
    cut, told = left_over(talk)
    assert (cut.heard, told) == (HEARD_3S, False)


@pytest.mark.parametrize("how", ["fails", "is cut off"])
def test_a_note_that_broke_with_the_connection_is_kept_for_the_next_session(how: str) -> None:
    talk = telling_the_story()
    talk.holds_sends = True
    talk.plays_for(2.75).interrupted()
    if how == "fails":
        talk.send_fails()
    talk.tell(e.Disconnected(wanted=False))
    _, told = left_over(talk)
    assert not told
    assert talk.last.note == ""


def test_a_note_that_was_sent_is_not_told_again() -> None:
    _, told = left_over(cut_at_three_seconds().tell(e.Disconnected(wanted=False)))
    assert told


def test_nothing_is_sent_after_the_end() -> None:
    talk = cut_at_three_seconds().tell(e.Disconnected(wanted=True))
    sent = len(talk.sends)
    talk.wait(60.0).interrupted().user_says("Hello?").wait(60.0)
    assert len(talk.sends) == sent


# --- over a reconnect


def test_a_drop_in_mid_reply_is_told_once_and_does_not_blame_the_user() -> None:
    new = resumed(told())
    new.assert_one_note("The connection broke", STORY.split(".")[0])
    for said in ("started to speak", "noise.", "Nobody said"):
        assert said not in new.sends[0].text
    assert new.last.cause == "connection"


def test_after_a_drop_the_model_is_asked_to_go_on_without_mention_of_a_noise() -> None:
    new = resumed(told()).wait(2.5).assert_nudges(1)
    assert "connection was lost" in new.sends[-1].text
    assert "noise" not in new.sends[-1].text and "Nobody said" not in new.sends[-1].text
    assert "false interruption" not in new.notices


def test_a_question_that_got_no_reply_before_the_drop_is_brought_back() -> None:
    talk = Talk().user_starts().user_stops().user_says(QUESTION)
    talk.tell(e.Disconnected(wanted=False, code=1006))
    new = resumed(talk).wait(3.0).assert_nudges(1).assert_notes(0)
    assert QUESTION in new.sends[-1].text


def test_a_reply_that_the_drop_took_before_any_text_is_asked_for_again() -> None:
    new = resumed(Talk().tell(e.ModelAudio(pcm=sound(900)))).wait(2.5).assert_nudges(1)
    assert "connection was lost" in new.sends[-1].text and "noise" not in new.sends[-1].text


def test_sound_without_text_that_was_cut_before_the_connection_broke_is_asked_for_again() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0).interrupted().wait(0.5)
    resumed(talk).wait(2.5).assert_nudges(1)
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0).app_flushes().wait(0.5)
    taken_over = Talk()
    taken_over.now = talk.now
    taken_over._carry_out(taken_over.core.resume(talk.core.carry(talk.now), talk.now))
    taken_over.wait(2.5).assert_nudges(1)
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000)), e.GenerationComplete()).plays_for(1.0)
    resumed(talk.interrupted().wait(0.5)).wait(2.5).assert_nudges(1)


def test_an_app_that_reconnects_because_nudges_did_not_help_gets_new_ones() -> None:
    talk = told().interrupted().turn_complete().wait(60.0)
    assert talk.notices[-1] == "gave up"
    resumed(talk).wait(2.5).assert_nudges(1)


def test_a_stop_button_holds_after_a_reconnect() -> None:
    new = resumed(told().app_flushes(for_good=True).wait(0.5)).wait(60.0).assert_no_note()
    new.user_says(QUESTION).model_says(STORY, 9_000).plays_for(2.0).interrupted().wait(5.0)
    new.assert_nudges(1)
    sound_only = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0)
    resumed(sound_only.app_flushes(for_good=True)).wait(60.0).assert_no_note()


def test_a_barge_in_that_was_told_is_not_told_again_but_not_forgotten() -> None:
    new = resumed(told().interrupted().wait(1.0)).assert_notes(0)
    new.wait(3.0).assert_nudges(1)
    assert STORY.split(".")[0] in new.sends[-1].text and "noise" not in new.sends[-1].text


def test_a_note_that_waited_for_the_user_is_delivered_after_the_drop() -> None:
    new = resumed(answering().user_starts().interrupted().user_says(QUESTION))
    new.assert_one_note(QUESTION)


def test_when_all_was_heard_nothing_is_told() -> None:
    talk = Talk().model_says(STORY, 12_000).turn_complete().plays_for(15.0)
    talk.tell(e.Disconnected(wanted=False, code=1006))
    resumed(talk).wait(60.0).assert_no_note()


def test_a_state_that_comes_after_the_reply_has_begun_is_only_history() -> None:
    state = told().core.carry(1003.0)
    new = Talk().model_says("Hello again.", 900)
    new._carry_out(new.core.resume(state, new.now))
    new.wait(30.0).assert_no_note()
    assert new.history()[0] == ("model", state.cut.heard if state.cut else "")


def test_a_pending_call_survives_the_drop() -> None:
    new = resumed(told().calls("book")).wait(9.0).assert_no_note()
    new.answers_call().assert_one_note("book")


def test_a_barge_in_whose_words_the_drop_took_is_told_as_a_drop() -> None:
    new = resumed(told("gemini-2.5-flash").calls("book").interrupted().wait(1.0)).answers_call()
    new.assert_one_note("The connection broke", "nothing since")


def test_the_user_speaking_again_stops_the_nudge_after_a_drop() -> None:
    new = resumed(told()).user_starts().wait(5.0).user_stops().user_says(QUESTION).wait(10.0)
    new.assert_nudges(0)
