"""A turn of the model that has begun, of which nothing is heard yet, or ever."""

from __future__ import annotations

import pytest
from conversation_steps import QUESTION, STORY, Talk, resumed, silence, told

from gemini_live_interrupt.core import events as e

TEXT = e.ModelText(text="Once upon a time.", written=True)
THOUGHT = e.ModelText(text="", written=True)


def nobody_spoke(**options: object) -> Talk:
    """A cut that no words stood behind: a nudge is due 4 s later."""
    return told(spoken=True, **options).interrupted().turn_complete()


# --- nothing is sent over it


@pytest.mark.parametrize("part", [TEXT, THOUGHT])
def test_no_nudge_goes_over_a_turn_that_has_begun_without_a_sound(part: e.ModelText) -> None:
    talk = nobody_spoke().wait(3.8).tell(part).wait(1.0).tell(part).wait(2.0).assert_nudges(0)
    talk.model_says("As I said.", 900).generated().turn_complete().wait(60.0).assert_nudges(0)


@pytest.mark.parametrize("part", [TEXT, THOUGHT])
def test_a_turn_that_never_comes_to_anything_is_waited_for_a_while_only(part: e.ModelText) -> None:
    nobody_spoke().wait(3.8).tell(part).wait(2.9).assert_nudges(0).wait(0.6).assert_nudges(1)


def test_no_reminder_goes_over_it_either_after_a_resumption() -> None:
    before = Talk(spoken=True).user_says(QUESTION, finished=True)
    talk = resumed(before, spoken=True, reply_timeout=4.0).wait(1.7).tell(TEXT)
    talk.wait(0.6).assert_nudges(0).turn_complete().wait(0.4).assert_nudges(1)


def test_no_repair_goes_over_it() -> None:
    talk = told(spoken=True).interrupted().user_says("Mm-hm.", finished=True).wait(1.0)
    talk.model_says("Okay.", 500).generated().turn_complete().wait(0.9).tell(THOUGHT)
    talk.wait(0.6).model_says(STORY, 9_000).generated().turn_complete().wait(30.0)
    assert "repair" not in talk.notices


def test_no_note_that_wants_an_answer_goes_over_it() -> None:
    talk = told("gemini-2.5-flash", spoken=True, delivery="answering").interrupted()
    talk.user_says(QUESTION).wait(3.8).tell(THOUGHT).wait(1.5).model_says("Puss.", 900)
    talk.wait(10.0).assert_no_note()


def test_what_was_thought_in_a_written_session_is_no_reply() -> None:
    talk = Talk().tell(THOUGHT)
    assert not talk.core.replies.queue
    assert not talk.core.model_idle(talk.now)


# --- what is read together with its start


def told_at_once(talk: Talk, *events: e.Event) -> Talk:
    """A shell has these in its hands and has looked at no clock in between."""
    for event in events:
        talk._carry_out(talk.core.apply(event, talk.now))
    return talk.wait(0.0)


@pytest.mark.parametrize("delivery", ["silent", "answering"])
@pytest.mark.parametrize("first", [e.UserAudio(pcm=silence(20, 16_000)), e.Played(ms=0.0)])
def test_nothing_goes_over_a_reply_whose_start_is_read_next(first: e.Event, delivery: str) -> None:
    talk = nobody_spoke(delivery=delivery).wait(3.9)
    before = len(talk.sends)
    talk.now += 0.3  # The loop was busy when the nudge was due.
    told_at_once(talk, first, e.ModelText(text="As I said."), e.ModelAudio(pcm=silence(900)))
    talk.generated().turn_complete().wait(0.2)
    assert len(talk.sends) == before


def test_what_was_put_off_goes_out_where_nothing_came() -> None:
    talk = nobody_spoke().wait(3.9)
    talk.now += 0.3
    told_at_once(talk, e.UserAudio(pcm=silence(20, 16_000))).assert_nudges(1)
    assert talk.sends[-1].delivery == "answering"


# --- it is no reply, and need not be waited for


@pytest.mark.parametrize("timeout", [None, 4.0])
def test_a_nudge_that_was_answered_without_a_sound_is_sent_again_at_once(
    timeout: float | None,
) -> None:
    talk = nobody_spoke(reply_timeout=timeout).wait(4.1).assert_nudges(1).wait(0.8).tell(TEXT)
    talk.wait(0.5).turn_complete().assert_nudges(1).wait(0.4).assert_nudges(2)


def test_the_app_is_told_at_once_that_the_last_nudge_was_answered_without_a_sound() -> None:
    talk = nobody_spoke().wait(4.1).wait(6.1).assert_nudges(2).wait(0.8).tell(TEXT)
    talk.wait(0.5).turn_complete().wait(0.4)
    talk.assert_noticed("false interruption", "nudge", "nudge", "gave up").wait(60.0)
    talk.assert_noticed("false interruption", "nudge", "nudge", "gave up")


def test_a_reminder_that_was_answered_without_a_sound_is_sent_again_at_once_and_then_told() -> None:
    talk = Talk(spoken=True, reply_timeout=4.0).user_says(QUESTION, finished=True).wait(4.1)
    talk.assert_noticed("nudge").wait(0.5).tell(TEXT).turn_complete().wait(0.4)
    talk.assert_noticed("nudge", "nudge").wait(0.5).tell(TEXT).turn_complete().wait(0.4)
    talk.assert_noticed("nudge", "nudge", "stalled").wait(60.0)
    talk.assert_noticed("nudge", "nudge", "stalled")


def test_a_reminder_that_was_answered_by_nothing_at_all_is_the_only_one() -> None:
    talk = Talk(spoken=True, reply_timeout=4.0).user_says(QUESTION, finished=True).wait(60.0)
    talk.assert_noticed("nudge", "stalled")


def test_not_where_the_user_has_spoken_since() -> None:
    talk = nobody_spoke().wait(4.1).wait(0.5).tell(TEXT).turn_complete().user_starts().wait(3.0)
    talk.assert_nudges(1).user_stops().wait(5.9).assert_nudges(1).wait(0.2).assert_nudges(2)


def test_a_turn_of_text_before_any_nudge_hurries_nothing() -> None:
    nobody_spoke().wait(1.0).tell(TEXT).turn_complete().wait(2.9).assert_nudges(0).wait(
        0.3
    ).assert_nudges(1)
