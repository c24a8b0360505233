"""The playback clock: reports, lost and wrong ones, latency, flushes, stalls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.core.playback import Playback


def test_the_clock_plays_at_real_time_from_the_first_audio() -> None:
    playback = Playback()
    playback.received(5_000.0, now=10.0)
    assert [round(playback.position(10.0 + s)) for s in (0.0, 0.5, 4.9, 5.0, 99.0)] == [
        0,
        500,
        4900,
        5000,
        5000,
    ]


def test_the_end_is_exact() -> None:
    for ms in (9_300.0, 100.1, 33.3333, 1_000.0 / 3):
        playback = Playback()
        playback.received(ms, now=1000.1)
        assert playback.position(2000.0) == playback.total


def test_the_clock_stalls_when_audio_runs_out_and_goes_on_with_the_next() -> None:
    playback = Playback()
    playback.received(1_000.0, now=0.0)
    assert playback.position(3.0) == 1_000.0
    playback.received(1_000.0, now=3.0)
    assert playback.position(3.0) == 1_000.0
    assert playback.position(3.4) == pytest.approx(1_400.0)


def test_audio_in_pieces_plays_without_a_gap() -> None:
    playback = Playback()
    for i in range(50):
        playback.received(100.0, now=i * 0.02)
    assert playback.position(2.5) == pytest.approx(2_500.0)


def test_latency_is_heard_later() -> None:
    playback = Playback(latency_ms=300.0)
    playback.received(1_000.0, now=0.0)
    assert playback.position(0.2) == 0.0
    assert playback.position(0.8) == pytest.approx(500.0)
    assert playback.ends_at() == pytest.approx(1.3)


def test_reports_win_as_soon_as_there_is_one() -> None:
    playback = Playback()
    playback.received(5_000.0, now=0.0)
    playback.played(200.0, now=2.0)
    assert playback.position(2.0) == 200.0
    assert playback.position(2.5) == 200.0  # nothing was reported since
    assert playback.source == "reported"


def test_reports_that_begin_in_a_later_run_count_what_was_before_as_played() -> None:
    playback = Playback()
    playback.received(1_000.0, now=0.0)
    playback.received(2_000.0, now=10.0)
    playback.played(300.0, now=10.3)
    assert playback.position(10.3) == 1_300.0


def test_reports_are_delayed_by_the_latency() -> None:
    playback = Playback(latency_ms=500.0)
    playback.received(3_000.0, now=0.0)
    for i in range(1, 21):
        playback.played(100.0, now=i * 0.1)
    assert playback.position(2.0) == pytest.approx(1_500.0, abs=101)
    assert playback.position(2.5) == 2_000.0


def test_over_reports_are_not_counted() -> None:
    playback = Playback()
    playback.received(1_000.0, now=0.0)
    assert playback.played(700.0, now=1.0) == 0.0
    assert playback.played(700.0, now=1.5) == pytest.approx(400.0)
    playback.received(1_000.0, now=2.0)
    assert playback.position(2.0) == 1_000.0


def test_reports_after_a_flush_are_of_audio_that_is_gone() -> None:
    playback = Playback()
    playback.received(5_000.0, now=0.0)
    playback.played(1_000.0, now=1.0)
    playback.flush(now=1.1)
    assert playback.position(1.1) == playback.total == 5_000.0
    assert playback.played(100.0, now=1.2) == 0.0
    playback.received(1_000.0, now=3.0)
    assert playback.position(3.0) == 5_000.0
    playback.played(100.0, now=3.1)
    assert playback.position(3.1) == 5_100.0


def test_a_lost_report_shifts_no_later_turn() -> None:
    playback = Playback()
    for turn in range(5):
        begin = turn * 10.0
        playback.received(2_000.0, now=begin)
        assert playback.position(begin) == pytest.approx(turn * 2_000.0)
        for i in range(9):  # of 10
            playback.played(200.0, now=begin + 0.2 * (i + 1))
        assert playback.position(begin + 2.0) == pytest.approx(turn * 2_000.0 + 1_800.0)


def test_a_lost_last_report_counts_as_played_after_a_while() -> None:
    playback = Playback()
    playback.received(2_000.0, now=0.0)
    for i in range(19):
        playback.played(100.0, now=0.1 * (i + 1))
    assert playback.position(2.5) == 1_900.0
    assert playback.position(3.2) == 2_000.0


def test_a_paused_speaker_is_not_taken_for_lost_reports() -> None:
    playback = Playback()
    playback.received(10_000.0, now=0.0)
    playback.played(1_000.0, now=1.0)
    assert playback.position(60.0) == 1_000.0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["received", "played", "flush", "look"]),
        st.floats(0.0, 3_000.0),
        st.floats(0.0, 2.0),
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS, latency=st.sampled_from([0.0, 120.0]), reports=st.booleans())
def test_the_position_is_always_within_what_was_received(
    steps: list[tuple[str, float, float]], latency: float, reports: bool
) -> None:
    playback = Playback(latency)
    now = latest = 0.0
    for what, ms, pause in steps:
        now += pause
        if what == "received":
            playback.received(ms, now)
        elif what == "played" and reports:
            playback.played(ms, now)
        elif what == "flush":
            playback.flush(now)
            assert playback.position(now) == playback.total
        position = playback.position(now)
        assert 0.0 <= position <= playback.total + 1e-6
        if not reports:
            assert position >= latest - 1e-6  # the line never goes back
        latest = position
