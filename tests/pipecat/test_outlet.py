"""What one output has played of which reply. No clock here: time is given."""

from __future__ import annotations

import pytest
from test_spoken import reply

from gli_pipecat.outlet import Outlet
from gli_pipecat.spoken import Spoken
from gli_pipecat.trail import Cargo, Sound


@pytest.mark.parametrize("rest_ms", [0.0, 0.1, 0.42, 0.5, 1.0, 20.0, 39.9])
def test_all_of_a_reply_has_passed_whatever_its_length(rest_ms: float) -> None:
    """A rest of less than half a ms was never counted, and what came behind it waited for it."""
    spoken = Spoken(reply("Once upon a time.", 1), 1)
    outlet = Outlet(lambda: 0.0)
    length = 600.0 + rest_ms
    sound = Sound(spoken=spoken, start_ms=0.0, ms=length)
    outlet.sound_enters(Cargo(sounds=[sound]), length, now=5.0)
    outlet.enters(7, ends_sound=True)
    for chunk in range(1, 16 + (rest_ms > 0.5)):
        now = 5.0 + chunk * 0.04
        outlet.sound_leaves(40.0, now)
        outlet.progress(spoken, now)  # As a look does while it plays.
    outlet.leaves(7, 5.7)
    progress = outlet.progress(spoken, 6.0)
    assert progress is not None
    assert progress.passed_ms == progress.heard_ms == pytest.approx(length)


def words(spoken: Spoken, outlet: Outlet, *, taken: list[float], rate: int = 0) -> float:
    """How far a reply of half-second frames was heard.

    Args:
        spoken: The reply.
        outlet: What plays it.
        taken: How much the transport takes of each, in ms.
        rate: Of the frames.
    """
    now = 5.0
    for number, ms in enumerate(taken):
        sound = Sound(spoken=spoken, start_ms=number * 500.0, ms=500.0)
        outlet.sound_enters(Cargo(sounds=[sound]), 500.0, now, rate=rate)
        outlet.enters(number)  # A text behind each.
        for _ in range(round(ms / 20.0)):
            now += 0.02
            outlet.sound_leaves(20.0, now)
        now += (500.0 - ms) / 1000.0
        outlet.leaves(number, now)
        outlet.progress(spoken, now)
    progress = outlet.progress(spoken, now + 1.0)
    assert progress is not None
    return progress.heard_ms


@pytest.mark.parametrize(
    ("rate", "out", "held_back"),
    [
        (24_000, 8_000, 150.0),
        (8_000, 24_000, 150.0),
        (24_000, 16_000, 76.0),
        (8_000, 48_000, 170.0),
    ],
)
def test_what_a_resampler_holds_back_is_not_lost(rate: int, out: int, held_back: float) -> None:
    """As Pipecat's own does, measured: what it was given comes out that much later."""
    spoken = Spoken(reply("Once upon a time.", 1), 1)
    outlet = Outlet(lambda: 0.0, rate=out)
    taken = [500.0 - held_back, *[500.0] * 7]
    assert words(spoken, outlet, taken=taken, rate=rate) >= 4_000.0 - held_back - 20.0


def test_a_loss_of_less_than_a_word_ends_nothing() -> None:
    """A transport that drops a chunk now and then, as on a bad line."""
    spoken = Spoken(reply("Once upon a time.", 1), 1)
    assert words(spoken, Outlet(lambda: 0.0), taken=[380.0] * 8) >= 4_000.0 - 240.0


def test_a_loss_of_more_than_a_word_ends_what_was_heard() -> None:
    spoken = Spoken(reply("Once upon a time.", 1), 1)
    heard = words(spoken, Outlet(lambda: 0.0), taken=[500.0, 500.0, 0.0, *[500.0] * 5])
    assert heard == pytest.approx(1_000.0)
