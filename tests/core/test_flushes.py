"""Which reply an app means when it says that it emptied its speaker."""

from __future__ import annotations

import pytest
from conversation_steps import HEARD_3S, REST_3S, STORY, Talk, telling_the_story

from gemini_live_interrupt.core.situation import Floor

ANSWER = "The cat was called Puss. She wore boots."


def second_reply_has_begun(delay: float = 0.0) -> Talk:
    """The story is complete and audible for six more seconds when the next reply begins."""
    talk = telling_the_story().generated().turn_complete().plays_for(2.75)
    return talk.model_says("The cat", 300).wait(delay)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.6])
def test_the_first_message_of_a_reply_makes_an_app_drop_the_reply_before(delay: float) -> None:
    talk = second_reply_has_begun(delay).app_flushes()
    talk.model_says(ANSWER[len("The cat") :], 4_000).generated().turn_complete()
    talk.assert_floor(Floor.REPLYING).wait(60.0).assert_nudges(0).assert_no_note()
    heard = STORY[: len(talk.last.heard)]
    assert (talk.last.heard, talk.last.unheard) == (heard, STORY[len(heard) :])
    assert len(heard) >= len(HEARD_3S)
    assert talk.history() == (("model", heard), ("model", ANSWER))


def test_an_app_that_flushes_twice_for_it_means_it_once() -> None:
    talk = second_reply_has_begun().app_flushes().wait(0.1).app_flushes()
    talk.model_says(ANSWER[len("The cat") :], 4_000).generated().turn_complete()
    talk.assert_floor(Floor.REPLYING).wait(60.0).assert_nudges(0).assert_no_note()
    assert len(talk.interruptions) == 1
    assert talk.history()[-1] == ("model", ANSWER)


def test_a_flush_soon_after_it_means_the_second_reply() -> None:
    talk = second_reply_has_begun().app_flushes()
    talk.model_says(" was called Puss.", 1_500).plays_for(0.7).app_flushes()
    talk.assert_floor(Floor.CUT)
    assert len(talk.interruptions) == 2 and talk.last.unheard.endswith("Puss.")


def test_the_second_reply_is_heard_from_the_flush_on() -> None:
    talk = second_reply_has_begun().app_flushes()
    talk.model_says(" was called Puss. She wore boots.", 2_100).plays_for(1.25).interrupted()
    talk.assert_heard("The cat was called", " Puss. She wore boots.")


def test_reports_after_the_flush_are_of_the_second_reply() -> None:
    talk = telling_the_story().app_played(2_750).generated().turn_complete()
    talk.model_says("The cat was called Puss.", 1_500).app_flushes().assert_heard(HEARD_3S, REST_3S)
    talk.app_played(650).interrupted().assert_heard("The cat", " was called Puss.")


def test_a_reply_that_words_had_cut_is_still_in_the_speaker() -> None:
    talk = telling_the_story().generated().turn_complete().plays_for(2.75)
    talk.user_says("What was the cat called?").wait(0.5).model_says("The cat", 300).app_flushes()
    talk.model_says(" was called Puss.", 3_000).generated().turn_complete()
    talk.assert_floor(Floor.REPLYING).wait(60.0).assert_nudges(0).assert_one_note()
    assert talk.history()[-1] == ("model", "The cat was called Puss.")


def test_a_reply_that_the_server_had_cut_may_be_dropped_as_late() -> None:
    talk = telling_the_story().plays_for(2.75).interrupted().turn_complete()
    talk.user_says("What was the cat called?").wait(0.5).model_says("The cat", 300).app_flushes()
    talk.model_says(" was called Puss.", 3_000).plays_for(60.0)
    assert talk.history()[-1] == ("model", "The cat was called Puss.")
    assert len(talk.interruptions) == 1


def test_a_call_that_the_second_reply_has_made_is_still_waited_for() -> None:
    talk = second_reply_has_begun().calls("look").wait(0.3).app_flushes()
    talk.interrupted().wait(9.0).assert_nudges(0).answers_call().wait(5.0).assert_nudges(1)


def test_a_stop_button_stops_both() -> None:
    talk = second_reply_has_begun().app_flushes(for_good=True)
    talk.assert_floor(Floor.CUT).wait(60.0).assert_nudges(0)
    talk.assert_heard(HEARD_3S, REST_3S + " The cat")


def test_a_flush_in_the_middle_of_a_reply_means_that_reply() -> None:
    talk = telling_the_story().generated().turn_complete().plays_for(9.4)
    talk.model_says(ANSWER, 4_000).plays_for(1.25).app_flushes()
    talk.assert_heard("The cat", ANSWER[len("The cat") :]).assert_one_note()


def test_a_flush_long_after_the_second_reply_began_means_both() -> None:
    talk = telling_the_story().generated().turn_complete().plays_for(2.75)
    talk.model_says(ANSWER, 4_000).turn_complete().plays_for(1.5).app_flushes()
    talk.assert_floor(Floor.CUT)
    assert talk.last.unheard.endswith(ANSWER)


def test_a_flush_right_at_the_start_of_the_only_reply_means_that_reply() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(0.5).app_flushes()
    talk.assert_floor(Floor.CUT).assert_heard("Once", STORY[len("Once") :]).assert_one_note()
