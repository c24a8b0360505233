"""Signals and transcripts that come twice, too early, in part, or not at all."""

from __future__ import annotations

import pytest
from conversation_steps import QUESTION, STORY, Talk, answering, cut_at_three_seconds, told

TAIL = "cat called?"


def test_a_transcript_that_lost_its_start_is_told_as_it_came() -> None:
    talk = answering().interrupted().turn_complete().wait(0.5).user_says(TAIL, finished=True)
    talk.wait(2.0).assert_one_note(f'"{TAIL}"', delivery="answering").assert_user_text(TAIL)


@pytest.mark.parametrize("later", [3.0, 55.0])
def test_a_transcript_that_comes_again_starts_no_note(later: float) -> None:
    talk = cut_at_three_seconds().turn_complete().wait(0.5).user_says(QUESTION, finished=True)
    talk.wait(1.0).model_says("She was called Puss. Shall I go on?", 2_500).generated()
    talk.turn_complete().wait(later).user_says(QUESTION, finished=True).wait(60.0)
    talk.assert_one_note().assert_nudges(0)
    assert len(talk.interruptions) == len(talk.outcomes) == 1


def test_speech_of_which_no_transcript_comes_is_a_false_interruption() -> None:
    talk = told().user_starts().interrupted().turn_complete().wait(0.5).user_stops().wait(4.1)
    talk.assert_noticed("false interruption", "nudge")


@pytest.mark.parametrize("signals", [("turn",), ("turn", "turn"), ("generated",)])
@pytest.mark.parametrize("seconds", [2.75, 9.4])
def test_whatever_says_that_a_reply_is_complete_a_cut_falls_where_it_was_heard(
    signals: tuple[str, ...], seconds: float
) -> None:
    talk = Talk().model_says(STORY, 9_300)
    for signal in signals:
        talk.generated() if signal == "generated" else talk.turn_complete()
    talk.plays_for(seconds).interrupted()
    if seconds < 9.0:
        talk.assert_one_note().assert_heard("Once upon a time there was a miller. He")
    else:
        talk.assert_no_note()


def test_the_end_of_a_sentence_that_was_never_generated_is_not_asked_for() -> None:
    half = STORY[: STORY.index("cat.")]
    talk = Talk(reply_timeout=3.0).user_says("A story.", finished=True).wait(1.0)
    talk.model_says(half, 9_000).generated().turn_complete().plays_for(9.1).wait(60.0)
    talk.assert_no_note().assert_noticed()
