"""How far the user has heard, by the transport and by real time. No clock here: time is given."""

from __future__ import annotations

import pytest

from gli_pipecat.params import PLAYOUT_LATENCY_MS, latency_of
from gli_pipecat.playout import Playout


def test_a_paced_transport_is_believed_a_latency_ago() -> None:
    playout = Playout()
    playout.put_in(4_000.0, now=10.0)
    for step in range(25):  # 40 ms chunks in real time
        playout.takes(40.0, now=10.04 + step * 0.04)
    assert playout.position(now=11.0, latency_ms=0.0) == pytest.approx(1_000.0)
    late = Playout()
    late.put_in(4_000.0, now=10.0)
    for step in range(25):
        late.takes(40.0, now=10.04 + step * 0.04)
    assert late.position(now=11.001, latency_ms=200.0) == pytest.approx(800.0)


def test_a_transport_that_takes_all_at_once_does_not_over_count() -> None:
    playout = Playout()
    playout.put_in(20_000.0, now=5.0)
    playout.takes(20_000.0, now=5.01)
    assert playout.position(now=6.0, latency_ms=0.0) == pytest.approx(1_000.0)
    assert playout.position(now=30.0, latency_ms=0.0) == 20_000.0


def test_a_transport_that_starves_is_not_run_ahead_of() -> None:
    playout = Playout()
    playout.put_in(10_000.0, now=0.0)
    playout.takes(400.0, now=0.4)
    assert playout.position(now=5.0, latency_ms=0.0) == 400.0


def test_what_was_flushed_is_never_heard_and_later_audio_starts_after_it() -> None:
    playout = Playout()
    playout.put_in(5_000.0, now=0.0)
    playout.takes(1_000.0, now=1.0)
    playout.flush()
    playout.put_in(1_000.0, now=3.0)
    playout.takes(200.0, now=3.2)
    assert playout.position(now=3.3, latency_ms=0.0) == pytest.approx(5_200.0)


def test_the_silence_that_a_transport_pads_a_reply_with_is_not_counted() -> None:
    playout = Playout()
    playout.put_in(100.0, now=0.0)
    playout.takes(120.0, now=0.12)
    assert playout.position(now=1.0, latency_ms=0.0) == 100.0


def test_the_position_never_goes_back_when_the_latency_grows() -> None:
    playout = Playout()
    playout.put_in(1_000.0, now=0.0)
    for step in range(1, 11):
        playout.takes(100.0, now=step * 0.1)
    before = playout.position(now=0.8, latency_ms=0.0)
    assert playout.position(now=0.81, latency_ms=500.0) == before


def test_a_latency_belongs_to_a_class_of_transports_and_to_what_derives_from_it() -> None:
    own = type("LiveKitOutputTransport", (), {})
    derived = type("Mine", (own,), {})
    assert latency_of(own()) == latency_of(derived()) == PLAYOUT_LATENCY_MS[own.__name__]
    assert latency_of(object()) == latency_of(None) == 100.0
