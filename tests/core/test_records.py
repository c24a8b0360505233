"""What an interruption says of the conversation: sentences, history, playback and tools."""

from __future__ import annotations

import pytest
from conversation_steps import (
    HEARD_3S,
    STORY,
    Talk,
    cut_at_three_seconds,
    silence,
    telling_the_story,
    timed,
)

from gemini_live_interrupt.core import events as e

# --- sentences


@pytest.mark.parametrize(
    ("seconds", "continuation"),
    [
        (2.45, STORY[STORY.index("He had") :]),  # "… a miller." was heard: between two sentences
        (2.75, STORY[STORY.index("He had") :]),
        (9.1, "The youngest got only the cat."),
    ],
)
def test_a_continuation_starts_at_a_sentence_and_repeats_none_that_was_heard(
    seconds: float, continuation: str
) -> None:
    telling_the_story().plays_for(seconds).interrupted().assert_continuation(continuation)


def test_all_received_was_heard_but_the_sentence_was_not_over() -> None:
    talk = Talk().model_says("It ends here. But then the", 1_800).plays_for(2.5).interrupted()
    talk.assert_heard("It ends here. But then the", "").assert_continuation("But then the")


# --- history


def test_a_cut_turn_stands_in_the_history_with_what_was_heard() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(2.0).user_says("Who?").wait(0.5)
    talk.model_says("He.", 300).assert_history(
        ("model", HEARD_3S), ("user", "Who?"), ("model", "He.")
    )


@pytest.mark.parametrize(("most", "turns"), [(0, 0), (1, 1), (4, 4), (100, 6)])
def test_history_is_as_long_as_asked(most: int, turns: int) -> None:
    talk = Talk(max_history=most)
    for i in range(3):
        talk.user_starts().user_stops().user_says(f"Question {i}?").model_says(f"Answer {i}.", 500)
        talk.generated().turn_complete().wait(2.0)
    talk.model_says(STORY, 9_300).plays_for(1.0).interrupted()
    assert len(talk.last.history) == turns
    assert not turns or talk.last.history[-1] == ("model", "Answer 2.")


def test_history_of_many_turns_keeps_the_latest() -> None:
    talk = Talk(max_history=3)
    for i in range(50):
        talk.user_starts().user_stops().user_says(f"Question {i}?").model_says(f"Answer {i}.", 500)
        talk.generated().turn_complete().wait(2.0)
    talk.model_says(STORY, 9_300).plays_for(1.0).interrupted()
    assert talk.last.history == (
        ("model", "Answer 48."),
        ("user", "Question 49?"),
        ("model", "Answer 49."),
    )


# --- playback


def test_reports_of_the_app_win() -> None:
    talk = telling_the_story().plays_for(9.0).app_played(0.0)
    for _ in range(14):
        talk.app_played(200.0)
    talk.interrupted().assert_heard(HEARD_3S)
    assert (talk.last.position_from, talk.last.heard_ms) == ("reported", 2_800.0)


def test_reports_in_bytes_follow_the_rate_of_the_audio() -> None:
    talk = Talk()
    for word in timed("one two three four", 0.0, 4_000):
        talk.tell(e.ModelText(text=word.text + " ", words=(word,)))
    talk.tell(e.ModelAudio(pcm=silence(4_000, 16_000), sample_rate=16_000))
    talk.tell(e.Played(size=2 * 16_000 * 2)).interrupted().assert_heard("one two")


def test_latency_is_heard_later() -> None:
    telling_the_story(latency_ms=600.0).plays_for(2.75).interrupted().assert_heard(
        "Once upon a time there was a"
    )


def test_over_reports_are_told_once_and_not_counted() -> None:
    talk = Talk().model_says("One two three four.", 2_000).app_played(5_000.0).app_played(5_000.0)
    assert [c.level for c in talk.commands if isinstance(c, e.Log)] == ["WARNING"]
    talk.model_says(" Five six seven eight.", 2_000).interrupted()
    talk.assert_heard("One two three four.", " Five six seven eight.")


def test_one_lost_report_makes_no_barge_in_of_every_later_turn() -> None:
    talk = Talk()
    for i in range(5):
        talk.model_says(f"Answer number {i}.", 1_000).generated().turn_complete()
        for _ in range(49):  # of 50: the last 20 ms are never reported
            talk.wait(0.02).app_played(20.0)
        talk.wait(3.0).user_starts().wait(1.0).user_stops().user_says("Next?").wait(1.0)
    talk.assert_no_note()
    assert talk.interruptions == []


# --- tools


def test_no_note_while_a_call_is_pending_and_then_it_says_what_was_cut() -> None:
    talk = (
        telling_the_story(model="gemini-3.1-flash-live")
        .calls("get_weather", "c1", '{"city": "Rome"}')
        .plays_for(2.75)
    )
    talk.interrupted().wait(3.0).assert_no_note().answers_call("c1").assert_one_note(
        "get_weather", "result was given"
    )
    assert talk.last.tool_calls[0].outcome == "answered"


def test_cancelled_calls_are_called_cancelled() -> None:
    talk = telling_the_story(model="gemini-3.1-flash-live").calls("book").plays_for(2.75)
    talk.interrupted().cancels_call().assert_one_note("book", "cancelled")


def test_calls_answered_before_are_not_mentioned() -> None:
    talk = telling_the_story().calls("book").answers_call().plays_for(2.75).interrupted()
    assert talk.last.tool_calls == ()
    assert "book" not in talk.notes[0].text


def test_a_call_that_nobody_answers_silences_no_later_note() -> None:
    # The server may forget a call when the user barges in, and an app may then never answer it.
    talk = telling_the_story(model="gemini-3.1-flash-live").calls("book").plays_for(1.0)
    talk.interrupted().turn_complete().wait(2.0).user_says(" Never mind.").wait(0.7)
    talk.assert_notes(0).model_says(STORY, 9_300).plays_for(1.0).interrupted().assert_notes(1)
