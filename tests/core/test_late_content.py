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
