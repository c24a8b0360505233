"""Connections that the server closes right after messages of ours, over several of them."""

from __future__ import annotations

import pytest
from conversation_steps import STORY, Talk, cut_at_three_seconds, resumed

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.situation import Floor


def refusals(talk: Talk) -> list[str]:
    return [c.delivery for c in talk.commands if isinstance(c, e.Refused)]


def closed(talk: Talk, code: int | None = 1008, after: float = 0.8) -> Talk:
    return talk.wait(after).tell(e.Disconnected(wanted=False, code=code))


def until_nudged(talk: Talk) -> Talk:
    for _ in range(200):
        if "nudge" in talk.notices:
            return talk
        talk.wait(0.05)
    raise AssertionError(f"no nudge, but {talk.notices}")


@pytest.mark.parametrize("code", [1008, 1011, 1006, None])
def test_two_closes_right_after_nudges_are_a_refusal_whatever_the_code(code: int | None) -> None:
    first = closed(until_nudged(cut_at_three_seconds()), code).assert_nudges(1)
    second = closed(until_nudged(resumed(first)), code).assert_nudges(1)
    assert "notes off" in second.notices and "notes off" not in first.notices
    third = resumed(second).wait(120.0).assert_nudges(0)
    assert third.notices == ["gave up"]
    # Other conversations hear only of what is a refusal beyond doubt, by 1007.
    assert refusals(second) == []


def test_two_closes_right_after_silent_notes_are_a_refusal_of_those() -> None:
    first = closed(cut_at_three_seconds())
    second = resumed(first).model_says(STORY, 9_300).plays_for(2.75).interrupted()
    closed(second).assert_noticed("notes off")
    third = resumed(second, other_delivery="answering")
    third.model_says(STORY, 9_300).plays_for(2.75).interrupted().wait(1.0)
    third.user_says("Who?", finished=True).wait(3.0).assert_one_note(delivery="answering")


def test_a_connection_that_lives_on_after_a_nudge_takes_nudges() -> None:
    first = closed(until_nudged(cut_at_three_seconds()))
    second = until_nudged(resumed(first)).wait(2.5).model_says(STORY, 9_300).wait(1.0)
    second.tell(e.Disconnected(wanted=False, code=1006))
    third = closed(until_nudged(resumed(second)))
    assert "notes off" not in third.notices


def test_a_close_after_an_answer_is_nobodys_refusal() -> None:
    first = until_nudged(cut_at_three_seconds()).wait(0.5).model_says(STORY, 9_300)
    second = until_nudged(resumed(closed(first, 1001))).wait(0.5).model_says(STORY, 9_300)
    third = until_nudged(resumed(closed(second, 1001)))
    assert "notes off" not in [*second.notices, *third.notices]


def test_closes_that_the_app_wants_are_nobodys_refusal() -> None:
    talk = until_nudged(cut_at_three_seconds()).wait(0.5).tell(e.Disconnected(wanted=True))
    assert talk.core.carry(talk.now).suspected == ()


@pytest.mark.parametrize("after", [0.8, 5.0])
def test_nudges_are_counted_over_connections(after: float) -> None:
    talk, nudges = cut_at_three_seconds(), 0
    for _ in range(6):
        talk = talk.wait(12.0)
        nudges += talk.notices.count("nudge")
        talk = resumed(closed(talk, 1006, after))
    assert nudges <= 4


def test_a_second_nudge_in_the_next_connection_is_the_last() -> None:
    first = until_nudged(cut_at_three_seconds()).wait(3.0)
    second = resumed(first).wait(120.0).assert_nudges(1)
    assert second.notices[-1] == "gave up"


def test_a_reply_that_is_heard_ends_the_count() -> None:
    first = until_nudged(cut_at_three_seconds()).wait(3.0)
    second = resumed(first).wait(2.5).model_says(STORY, 9_300).plays_for(4.0).interrupted()
    second.wait(120.0).assert_nudges(1 + 2)


def test_an_older_state_has_no_counts() -> None:
    text = Carried(history=()).to_json()
    for name in ("nudges", "in_vain", "suspected", "refused"):
        text = text.replace(f'"{name}": 0, ', "").replace(f'"{name}": []', '"later": 1')
    assert Carried.from_json(text) == Carried(history=())
    assert Talk().assert_floor(Floor.QUIET)
