"""The session's speaking rate."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.pace import Pace


def test_nothing_is_known_before_the_first_turn() -> None:
    assert Pace().rate is None


def test_turns_are_averaged() -> None:
    pace = Pace()
    pace.learn(spoken_s=20.0, units=500.0)
    pace.learn(spoken_s=20.0, units=400.0)
    assert pace.rate == pytest.approx(math.sqrt(0.04 * 0.05))


def test_a_short_turn_counts_less_than_a_long_one() -> None:
    pace = Pace(0.04)
    pace.learn(spoken_s=0.6, units=10.0)
    assert pace.rate is not None and 0.04 < pace.rate < 0.042


def test_a_new_voice_is_followed_after_some_turns() -> None:
    pace = Pace()
    for _ in range(30):
        pace.learn(spoken_s=20.0, units=500.0)
    for _ in range(12):
        pace.learn(spoken_s=20.0, units=350.0)
    assert pace.rate == pytest.approx(20 / 350, rel=0.05)


def test_it_survives_the_session() -> None:
    pace = Pace()
    pace.learn(spoken_s=20.0, units=500.0)
    assert Pace(pace.rate).rate == pytest.approx(0.04)


@pytest.mark.parametrize("rate", [None, 0.0, -1.0, 5.0, math.nan, math.inf])
def test_a_senseless_rate_is_not_believed(rate: float | None) -> None:
    assert Pace(rate).rate is None


def test_what_does_not_belong_together_teaches_nothing() -> None:
    pace = Pace()
    pace.learn(spoken_s=30.0, units=20.0)
    pace.learn(spoken_s=1.0, units=900.0)
    pace.learn(spoken_s=0.2, units=4.0)
    assert pace.rate is None


def test_a_lesson_is_taken_only_when_the_rate_is_asked_for() -> None:
    taken = []

    def lesson() -> tuple[float, float]:
        taken.append(1)
        return 20.0, 500.0

    pace = Pace()
    for _ in range(10):
        pace.expect(lesson)
    assert taken == []
    assert pace.rate == pytest.approx(0.04)
    # The turns of those that were too many were not held in memory.
    assert len(taken) == 2
    assert pace.rate == pytest.approx(0.04)
    assert len(taken) == 2


def test_lessons_can_be_taken_one_at_a_time_when_there_is_time() -> None:
    pace = Pace()
    pace.expect(lambda: (20.0, 500.0))
    pace.expect(lambda: (20.0, 400.0))
    assert [pace.catch_up() for _ in range(3)] == [True, True, False]
    assert pace.rate == pytest.approx(math.sqrt(0.04 * 0.05))


def test_a_turn_that_teaches_nothing_is_skipped() -> None:
    pace = Pace(0.05)
    pace.expect(lambda: None)
    assert pace.rate == pytest.approx(0.05)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e5)), max_size=20))
def test_the_rate_stays_one_of_speech(turns: list[tuple[float, float]]) -> None:
    pace = Pace()
    for spoken_s, units in turns:
        pace.learn(spoken_s=spoken_s, units=units)
    assert pace.rate is None or 0.0149 <= pace.rate <= 0.1201
