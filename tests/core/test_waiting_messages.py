"""A message of ours that has to wait for the one before it is looked at again when its turn has come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conversation_steps import QUESTION, STORY, Talk, told

from gemini_live_interrupt.core import events as e


def behind_a_slow_note(**options: object) -> Talk:
    """The note is still on its way when a nudge is due."""
    talk = told(**options)
    talk.holds_sends = True
    talk.interrupted().wait(4.1)
    assert talk.notices == ["false interruption", "nudge"] and len(talk.sends) == 1
    return talk


def test_it_goes_out_when_the_one_before_it_is_sent() -> None:
    talk = behind_a_slow_note().send_finishes()
    assert [message.delivery for message in talk.sends] == ["silent", "answering"]


@pytest.mark.parametrize(
    "happens",
    [
        lambda talk: talk.user_starts(),
        lambda talk: talk.microphone(0.5, loud=True),
        lambda talk: talk.user_says(QUESTION),
        lambda talk: talk.user_types(QUESTION),
        lambda talk: talk.model_says("As I said.", 900),
        lambda talk: talk.app_flushes(for_good=True),
    ],
)
def test_a_nudge_is_dropped_if_it_is_not_silent_any_more(happens: Callable[[Talk], Talk]) -> None:
    talk = happens(behind_a_slow_note()).send_finishes()
    assert len(talk.sends) == 1
    assert talk.notices[-1] == "note dropped"


def test_a_nudge_that_was_dropped_for_a_noise_is_due_again() -> None:
    talk = behind_a_slow_note().user_starts().send_finishes()
    talk.holds_sends = False
    talk.user_stops().wait(3.9)
    assert len(talk.sends) == 1
    talk.wait(0.3)
    assert len(talk.sends) == 2
    talk.wait(60.0)
    assert len(talk.sends) == 3  # Two nudges in all: the one that was dropped does not count.


def test_a_note_is_dropped_if_a_reply_has_begun_and_the_record_says_so() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted()
    assert len(talk.sends) == 1
    assert len(talk.interruptions) == 1  # What became of the second note is not known yet.
    talk.wait(0.8).model_says("A third one.", 5_000).plays_for(1.0).send_finishes()
    assert len(talk.sends) == 1
    assert [bool(it.note) for it in talk.interruptions] == [True, False]
    assert talk.notices == ["note dropped"]


def test_a_note_that_waited_in_vain_is_not_what_the_reply_went_by() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted()
    after = talk.core.telling.unanswered()
    assert after is not None and after.told_by is None
    talk.send_finishes()
    after = talk.core.telling.unanswered()
    assert after is not None and after.told_by == "silent"


def test_the_users_words_do_not_follow_a_reply_that_has_begun() -> None:
    talk = told(user_words_note=True)
    talk.holds_sends = True
    talk.interrupted().user_starts().user_says(QUESTION).user_stops().wait(1.0)
    talk.model_says("It was Anna.", 900).send_finishes()
    assert len(talk.sends) == 1


def test_a_nudge_in_the_place_of_a_note_that_is_dropped_leaves_the_note_due() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0)
    talk.holds_builds = True  # So the nudge is due before the second note.
    talk.interrupted().wait(4.1)
    assert talk.notices[-1] == "nudge"
    talk.holds_sends = talk.holds_builds = False
    talk.user_starts().tell(e.NoteSent(id=talk.sends[-1].id))
    assert [message.delivery for message in talk.sends] == ["silent", "silent"]
    assert [bool(it.note) for it in talk.interruptions] == [True, True]


def test_a_note_that_wants_an_answer_waits_again_while_somebody_speaks() -> None:
    talk = answering_behind_another().user_starts().send_finishes()
    assert len(talk.sends) == 1 and talk.notices == []
    talk.holds_sends = False
    talk.user_stops().wait(3.0)
    assert [message.delivery for message in talk.sends] == ["answering", "answering"]
    assert [bool(it.note) for it in talk.interruptions] == [True, True]


def test_a_note_that_wants_an_answer_goes_out_when_nobody_speaks() -> None:
    talk = answering_behind_another().send_finishes()
    assert len(talk.sends) == 2


def answering_behind_another() -> Talk:
    """Notes that want an answer; the first is still on its way when the second is due."""
    talk = told(delivery="answering")
    talk.holds_sends = True
    talk.user_starts().interrupted().user_says(QUESTION).user_stops().wait(2.0)
    assert len(talk.sends) == 1
    talk.model_says(STORY, 9_000).plays_for(2.0)
    talk.user_starts().interrupted().user_says("And then?").user_stops().wait(2.0)
    assert len(talk.sends) == 1
    return talk


def test_what_waits_behind_a_message_that_failed_is_not_sent_later() -> None:
    talk = behind_a_slow_note().send_fails("CancelledError")
    talk.holds_sends = False
    talk.wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted().wait(60.0)
    assert len(talk.sends) == 1


def test_a_shell_that_never_answers_holds_nothing_up_for_ever() -> None:
    talk = behind_a_slow_note().wait(7.8)
    assert len(talk.sends) == 1
    talk.wait(0.2)
    assert len(talk.sends) == 2


def test_each_interruption_is_told_once_also_when_the_line_breaks_meanwhile() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().wait(0.6).model_says(STORY, 9_000).plays_for(2.0).interrupted()
    talk.tell(e.Disconnected(wanted=False, code=1006))
    assert [it.id for it in talk.interruptions] == [1, 2]
    state = talk.core.carry(talk.now)
    assert state.cut is not None and not state.told
