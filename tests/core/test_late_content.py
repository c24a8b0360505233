"""What still comes of a reply that was cut, and where the next one begins."""

from __future__ import annotations

import pytest
from conversation_steps import Talk

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.late_content import LateContent


def cut(**more: bool) -> LateContent:
    """A reply that was cut at 10 s while it was arriving."""
    late = LateContent()
    late.cut(10.0, arriving=True, **more)
    return late


def test_what_was_on_its_way_is_late_until_nothing_came_for_a_while() -> None:
    late = cut()
    for at in (10.1, 10.6, 11.1, 11.6):
        assert late.is_late(at, has_words=False)
        late.came(at)
    assert not late.is_late(12.3, has_words=False)


def test_nothing_is_late_of_a_reply_that_had_arrived() -> None:
    late = LateContent()
    late.cut(10.0, arriving=False)
    assert not late.is_late(10.05, has_words=False)


def test_what_goes_on_for_longer_is_a_reply() -> None:
    late = cut()
    for step in range(20):
        late.came(10.0 + step / 10)
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
        late.came(10.0 + step / 10)
    assert late.rest_comes(20.4) and not late.rest_comes(20.6)
    assert late.rest_until(19.9) == pytest.approx(20.5)
    late.turn_complete()
    assert not late.rest_comes(19.95) and not late.is_late(20.3, has_words=False)


def test_a_reply_that_had_only_stopped_goes_on() -> None:
    late = cut()
    late.goes_on()
    assert not late.is_late(10.05, has_words=False)
