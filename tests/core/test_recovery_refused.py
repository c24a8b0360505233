"""The conversation goes on when the server refuses messages or the connection breaks."""

from __future__ import annotations

import pytest
from conversation_steps import QUESTION, STORY, Talk, answering, sound, told

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Floor

# --- refused


def refusals(talk: Talk) -> list[str]:
    return [c.delivery for c in talk.commands if isinstance(c, e.Refused)]


def test_a_failed_send_ends_notes_and_names_the_delivery() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().send_fails("ValueError: no").assert_noticed("notes off").wait(60.0)
    assert refusals(talk) == ["silent"] and len(talk.sends) == 1
    assert talk.interruptions[-1].note == ""
    talk.model_says(STORY, 9_000).plays_for(2.0).interrupted()
    assert len(talk.interruptions) == 2 and len(talk.sends) == 1


def test_a_silence_that_no_message_can_break_is_told_to_the_app() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().send_fails("ValueError: no").wait(60.0)
    talk.assert_noticed("notes off", "false interruption", "gave up")
    muted = told(notes=False, muted=True, reply_timeout=4.0)
    muted.user_starts().interrupted().user_stops().user_says(QUESTION).wait(60.0)
    muted.assert_noticed("stalled").assert_no_note()
    broken = resumed(told(notes=False, muted=True), notes=False, muted=True)
    broken.wait(60.0).assert_noticed("gave up").assert_no_note()


def test_a_send_that_the_network_did_not_take_in_time_is_no_refusal() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted()
    talk.tell(e.NoteFailed(id=talk.sends[-1].id, error="TimeoutError", network=True))
    talk.assert_noticed("notes off")
    assert refusals(talk) == []


def test_a_1007_right_after_a_note_is_a_refusal_and_the_cut_is_still_untold() -> None:
    talk = told().interrupted().wait(0.4).tell(e.Disconnected(wanted=False, code=1007))
    talk.assert_noticed("notes off")
    assert refusals(talk) == ["silent"]
    assert talk.core.carry(talk.now).cut is not None and not talk.core.carry(talk.now).told


@pytest.mark.parametrize(("after", "code"), [(0.4, 1006), (0.4, 1011), (0.4, None), (8.0, 1007)])
def test_other_ends_are_no_refusal(after: float, code: int | None) -> None:
    talk = told(false_interruption_after=None).interrupted().wait(after)
    talk.tell(e.Disconnected(wanted=False, code=code))
    assert refusals(talk) == [] and talk.notices == []


def test_a_send_into_a_connection_that_is_gone_is_no_refusal() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted()
    talk.tell(e.NoteFailed(id=talk.sends[-1].id, error="ConnectionClosedError", gone=True))
    talk.tell(e.Disconnected(wanted=False, code=1006))
    assert refusals(talk) == []
    assert not talk.core.carry(talk.now).told and talk.core.carry(talk.now).cut is not None


def test_without_notes_the_conversation_is_still_followed() -> None:
    talk = told(notes=False, nudges=False).interrupted().wait(60.0).assert_no_note()
    assert talk.last.heard and talk.last.note == ""


def test_a_model_that_takes_no_answers_gets_no_nudges() -> None:
    told(nudges=False).interrupted().wait(60.0).assert_notes(1).assert_nudges(0)


# --- over a reconnect


def resumed(talk: Talk, **options: object) -> Talk:
    """The next connection of `talk`, which broke now."""
    if talk.core.floor is not Floor.QUIET or talk.core.replies.queue:
        talk.tell(e.Disconnected(wanted=False, code=1006))
    state = Carried.from_json(talk.core.carry(talk.now).to_json())
    new = Talk(**options)
    new._carry_out(new.core.resume(state, new.now))
    return new


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
