"""What still comes of a reply that was cut, and where the next one begins."""

from __future__ import annotations

import pytest

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
