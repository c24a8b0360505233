"""A TEXT session whose app says the replies with a voice of its own, and reports what it played."""

from __future__ import annotations

import tracemalloc

import pytest
from conversation_steps import QUESTION, STORY, Talk

from gemini_live_interrupt.core.situation import Floor


def said(talk: Talk, ms: float, *, step: float = 50.0) -> Talk:
    """The app's voice plays so much."""
    for _ in range(round(ms / step)):
        talk.wait(step / 1000).app_played(step)
    return talk


def written(text: str = STORY, parts: int = 4) -> Talk:
    """The whole text has come, long before it is said."""
    talk, size = Talk(), len(text) // parts + 1
    for at in range(0, len(text), size):
        talk.model_writes(text[at : at + size])
    return talk.turn_complete().wait(0.4)


def share(talk: Talk) -> float:
    return len(talk.last.heard) / len(STORY)


@pytest.mark.parametrize("who", ["app", "server", "user"])
def test_a_flush_in_the_middle_of_what_is_said_is_a_barge_in(who: str) -> None:
    talk = said(written(), 4_000)
    if who == "app":
        talk.app_flushes()
    elif who == "server":
        talk.interrupted()
    else:
        talk.user_starts().wait(1.0)
    talk.assert_one_note()
    assert talk.last.heard + talk.last.unheard == STORY
    assert 0.2 < share(talk) < 0.55, talk.last.heard  # 4 of about 10 seconds.
    assert talk.last.heard_ms == pytest.approx(4_000) and talk.last.position_from == "reported"


@pytest.mark.parametrize("ms", [6_000, 9_000, 14_000])
def test_a_reply_that_was_said_to_its_end_was_heard_however_fast_the_voice_is(ms: int) -> None:
    talk = said(written(), ms).assert_floor(Floor.REPLYING)
    talk.wait(1.5).user_starts().wait(1.0).user_stops().user_says(QUESTION).wait(30.0)
    talk.assert_no_note().assert_history(("model", STORY), ("user", QUESTION))


def test_what_the_pace_of_the_voice_was_is_known_to_the_next_reply() -> None:
    talk = (
        said(written(), 14_000).wait(2.0).user_types("Again.").model_writes(STORY).turn_complete()
    )
    said(talk.wait(0.3), 7_000).app_flushes()
    assert 0.4 < share(talk) < 0.6, talk.last.heard


def test_a_voice_that_takes_longer_has_not_said_all_of_it() -> None:
    talk = said(written(), 13_000).app_flushes().assert_one_note()
    assert 0.8 < share(talk) < 1.0


def test_a_reply_that_the_app_drops_before_it_was_said_is_unheard() -> None:
    talk = (
        said(written(), 9_500).wait(2.0).user_types("Again.").model_writes("One two. Three four.")
    )
    talk.turn_complete().app_flushes().assert_one_note().assert_heard("", "One two. Three four.")


def test_reports_while_the_text_still_comes() -> None:
    talk = Talk().model_writes(STORY[:60]).wait(0.3)
    said(talk, 1_000).model_writes(STORY[60:]).turn_complete()
    said(talk, 3_000).app_flushes().assert_one_note()
    assert 0.2 < share(talk) < 0.55


def test_without_reports_a_text_is_read_as_it_comes() -> None:
    written().app_flushes().wait(20.0).assert_no_note()


def test_a_report_before_the_sound_of_a_spoken_reply_means_no_voice_of_the_app() -> None:
    talk = Talk().app_played(20.0).model_says(STORY, 9_300)
    said(talk, 2_750 - 20).interrupted().assert_heard("Once upon a time there was a miller. He")


@pytest.mark.parametrize("ms", [3_000_000.0, 20_000.0])
def test_a_report_that_cannot_be_right_costs_no_more_than_the_text_may_take(ms: float) -> None:
    talk = Talk().model_writes(STORY).app_played(500.0)
    tracemalloc.start()
    for _ in range(3_000_000 // round(ms)):
        talk.app_played(ms)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    assert talk.core.replies.queue[-1].turn.received_ms <= 1_000.0 * len(STORY)
    assert talk.core.heard(talk.now).text == STORY
