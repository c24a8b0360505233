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
