"""Where two texts meet that were said one after the other."""

from __future__ import annotations

import pytest
from conversation_steps import Talk, cut_at_three_seconds, telling_the_story

from gemini_live_interrupt.core.joints import is_new_sentence, joint


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("One question.", "Did he?", " "),
        ("One question. ", "Did he?", ""),
        ("One question.", " Did he?", ""),
        ("wait", "what", " "),
        ("그래요.", "네.", " "),
        ("你好。", "再见。", ""),
        ("今日は", "はい", ""),
        ("OK", "はい", ""),
        ("Great 😀", "More", " "),
        ("Yes", ", please", ""),
        ("", "Yes", ""),
    ],
)
def test_a_space_where_both_sides_need_one(left: str, right: str, between: str) -> None:
    assert joint(left, right) == between


@pytest.mark.parametrize(
    ("left", "right", "new"),
    [
        ("One question.", "Did he?", True),
        ("Stop!", "I know.", True),
        ("ठीक है।", "अब", True),
        ("un", "believable", False),
        ("example.", "com", False),
        ("the U.", "S. army", False),
        ("at 3.", "5 m", False),
        ("ASP.", "NET", False),
    ],
)
def test_a_new_sentence_is_no_piece_of_a_word(left: str, right: str, new: bool) -> None:
    assert is_new_sentence(left, right) is new


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-3.1-flash-live", "gemini-2.5-flash"])
def test_two_whole_utterances_of_one_interruption(model: str) -> None:
    talk = telling_the_story(model=model).plays_for(2.75).interrupted()
    talk.wait(1.0).user_says("One question.").wait(0.3).user_says("Did he get it?").wait(3.0)
    assert talk.history()[-1] == ("user", "One question. Did he get it?")


def test_speech_and_typed_text_of_one_interruption() -> None:
    talk = cut_at_three_seconds(model="gemini-2.5-flash", delivery="answering").wait(1.0)
    talk.user_says(" Hold", " on").user_types("what is rye").wait(3.0)
    talk.assert_user_text("Hold on what is rye")


def test_deltas_have_their_own_spaces() -> None:
    talk = cut_at_three_seconds(model="gemini-2.5-flash", delivery="answering")
    talk.user_says(" What", " is", " 3.", "5", " times", " un", "believ", "able").wait(3.0)
    talk.assert_user_text("What is 3.5 times unbelievable")


def test_two_replies_that_were_cut_together() -> None:
    talk = Talk().model_says("That was one.", 2_000).turn_complete()
    talk.model_says("Did he go?", 2_000).plays_for(0.1).interrupted()
    talk.assert_heard("", "That was one. Did he go?").assert_one_note('"That was one. Did he go?"')
