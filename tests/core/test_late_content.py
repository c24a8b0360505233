"""What still comes of a reply that was cut, and where the next one begins."""

from __future__ import annotations

import pytest
from conversation_steps import Talk, cut_at_three_seconds, telling_the_story

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.late_content import LateContent
from gemini_live_interrupt.core.situation import Floor


def cut(**more: bool) -> LateContent:
    """A reply that was cut at 10 s while it was arriving."""
    late = LateContent()
    late.cut(10.0, arriving=True, **more)
    return late


def test_what_was_on_its_way_is_late_until_nothing_came_for_a_while() -> None:
    late = cut()
    for at in (10.1, 10.6, 11.1, 11.6):
        assert late.is_late(at, has_words=False)
        late.came(e.ModelText(text=" on"), at)
    assert not late.is_late(12.3, has_words=False)


def test_nothing_is_late_of_a_reply_that_had_arrived() -> None:
    late = LateContent()
    late.cut(10.0, arriving=False)
    assert not late.is_late(10.05, has_words=False)


def test_what_goes_on_for_longer_is_a_reply() -> None:
    late = cut()
    for step in range(20):
        late.came(e.ModelText(text=" on"), 10.0 + step / 10)
    assert late.is_late(11.95, has_words=False)
    assert not late.is_late(12.05, has_words=False)


@pytest.mark.parametrize(("complete", "has_words"), [(True, False), (False, True)])
def test_the_end_of_the_turn_or_the_users_words_shorten_the_wait(
    complete: bool, has_words: bool
) -> None:
    late = cut()
    if complete:
        late.turn_complete()
    assert late.is_late(10.25, has_words=has_words)
    assert not late.is_late(10.35, has_words=has_words)


def test_after_both_the_next_content_is_the_reply() -> None:
    late = cut()
    late.turn_complete()
    assert not late.is_late(10.01, has_words=True)


@pytest.mark.parametrize(("complete", "has_words"), [(True, False), (False, True), (True, True)])
def test_where_messages_are_read_late_the_order_alone_counts(
    complete: bool, has_words: bool
) -> None:
    late = cut()
    late.by_order = True
    assert late.is_late(10.01, has_words=False)
    if complete:
        late.turn_complete()
    assert not late.is_late(10.01, has_words=has_words)


@pytest.mark.parametrize(
    "between",
    [
        (e.TurnComplete(),),
        (
            e.Activity(started=True),
            e.Activity(started=False),
            e.UserWords(text="Where did he go?"),
        ),
        (e.TurnComplete(), e.UserWords(text="Where did he go?")),
        (e.Interrupted(), e.TurnComplete()),
    ],
)
def test_an_answer_that_is_read_at_once_behind_the_cut_is_not_joined_to_it(
    between: tuple[e.Event, ...],
) -> None:
    talk = Talk().tell(e.ReadLate()).model_says("He went to the market in", 6_000).plays_for(2.0)
    talk.interrupted().tell(*between).model_says("The miller went home.", 2_000)
    assert talk.last.heard + talk.last.unheard == "He went to the market in"
    talk.wait(3.0).turn_complete()
    assert talk.history()[-1] == ("model", "The miller went home.")


def test_a_tail_that_is_read_late_is_still_of_the_cut_reply() -> None:
    talk = Talk().tell(e.ReadLate()).model_says("He went to the market in", 6_000).plays_for(2.0)
    talk.holds_builds = True
    talk.interrupted().model_says(" the rain.", 900).turn_complete().builder_finishes()
    assert talk.last.heard + talk.last.unheard == "He went to the market in the rain."


def test_an_app_that_drops_the_rest_may_do_so_for_as_long_as_it_comes() -> None:
    late = cut(drops_rest=True)
    for step in range(100):
        assert late.is_late(10.0 + step / 10, has_words=False)
        late.came(e.ModelText(text=" on"), 10.0 + step / 10)
    assert late.rest_comes(20.4) and not late.rest_comes(20.6)
    assert late.rest_until(19.9) == pytest.approx(20.5)
    late.turn_complete()
    assert not late.rest_comes(19.95) and not late.is_late(20.3, has_words=False)


def test_a_reply_that_had_only_stopped_goes_on() -> None:
    late = cut()
    late.goes_on()
    assert not late.is_late(10.05, has_words=False)


def test_a_reply_that_goes_on_after_interrupted_is_a_reply_and_nobody_talks_over_it() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(0.1)
    for _ in range(8):
        talk.model_says(" And on it went.", 900).wait(0.15)
    talk.assert_floor(Floor.REPLYING).generated().turn_complete()
    talk.plays_for(60.0).assert_nudges(0)
    assert talk.history()[-1] == ("model", (" And on it went." * 8).strip())


def test_where_the_user_speaks_the_server_only_stops_late() -> None:
    talk = telling_the_story().plays_for(2.75).user_starts().interrupted().turn_complete()
    for _ in range(8):
        talk.wait(0.15).model_says(" And on it went.", 900)
    talk.assert_floor(Floor.CUT)


def test_a_reply_that_turns_out_to_go_on_has_all_that_came_meanwhile() -> None:
    talk = telling_the_story().plays_for(2.75).user_starts().interrupted().turn_complete()
    for _ in range(8):
        talk.wait(0.15).model_says(" And on it went.", 900)
    talk.user_stops().wait(0.1).model_says(" And on it went.", 900).assert_floor(Floor.REPLYING)
    talk.generated().turn_complete().plays_for(60.0)
    assert talk.history()[-1] == ("model", (" And on it went." * 9).strip())


def test_what_came_late_may_be_heard_and_is_not_talked_over() -> None:
    talk = cut_at_three_seconds(false_interruption_after=0.5).wait(0.1)
    talk.model_says(" And on it went.", 1_800).wait(1.7).assert_nudges(0).wait(0.8).assert_nudges(1)


@pytest.mark.parametrize(
    ("chunk", "heard", "unheard"),
    [
        ("ful day.", "It was a", " wonderful day."),
        ("e\u0301.", "It was a", " wondere\u0301."),
        ("\u0301.", "It was a", " wonder\u0301."),
        (" of it.", "It was a wonder", " of it."),
        (".", "It was a wonder", "."),  # The sentence was heard.
    ],
)
def test_a_word_that_goes_on_in_what_came_late_was_not_heard_whole(
    chunk: str, heard: str, unheard: str
) -> None:
    talk = Talk().model_says("It was a wonder", 1_200).wait(1.3).interrupted()
    talk.tell(e.ModelText(text=chunk)).turn_complete().wait(1.0)
    cut, _ = talk.core.telling.unfinished()
    assert cut is not None
    assert (cut.heard, cut.unheard) == (heard, unheard)
    assert cut.continuation == ("" if chunk == "." else "It was a wonder" + chunk)


def test_a_character_of_a_script_without_spaces_is_whole() -> None:
    talk = Talk().model_says("今日は", 600).wait(0.7).interrupted()
    talk.tell(e.ModelText(text="晴れ。")).wait(1.0)
    cut, _ = talk.core.telling.unfinished()
    assert cut is not None and (cut.heard, cut.unheard) == ("今日は", "晴れ。")


def test_what_comes_while_somebody_speaks_is_a_reply_where_it_is_far_too_much() -> None:
    talk = telling_the_story().plays_for(2.75).user_starts().interrupted()
    for _ in range(25):
        talk.wait(0.05).model_says(" And on it went.", 1_000)
    talk.assert_floor(Floor.REPLYING).user_stops().turn_complete().plays_for(60.0)
    assert talk.history()[-1] == ("model", (" And on it went." * 25).strip())


@pytest.mark.parametrize("event", [e.ModelText(text="x" * 900), e.ModelAudio(pcm=bytes(2))])
def test_what_is_kept_of_late_content_is_bounded(event: e.ModelText | e.ModelAudio) -> None:
    late = cut()
    came = 0
    while not late.is_a_reply(somebody_speaks=True):
        late.came(event, 10.0)
        came += 1
        assert came < 20_000
    assert len(late.taken()) == came


def test_what_an_app_drops_is_not_kept() -> None:
    late = cut(drops_rest=True)
    for _ in range(100):
        late.came(e.ModelAudio(pcm=bytes(48_000)), 10.0)
    late.turn_complete()
    late.came(e.ModelAudio(pcm=bytes(48)), 10.1)
    assert not late.is_a_reply(somebody_speaks=True) and len(late.taken()) == 1


def test_a_reply_that_the_app_drops_for_minutes_is_unheard_to_its_end() -> None:
    talk = telling_the_story().plays_for(2.75).tell(e.Flushed(drops_rest=True))
    for _ in range(2_000):
        talk.wait(0.1).model_says(" And on it went.", 100)
    cut, _ = talk.core.telling.unfinished()
    assert cut is not None and cut.unheard.endswith(" And on it went." * 2_000)
    assert cut.continuation == "He" + cut.unheard
