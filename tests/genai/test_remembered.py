"""What a process knows of models is bounded, however many names it connects with."""

from __future__ import annotations

from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai import remembered


def test_models_are_bounded_and_those_in_use_stay() -> None:
    profile = profile_for("gemini-3.8-live")
    remembered.remember("gemini-3.8-live", profile, "silent", worked=True)
    known = remembered.shown_before("gemini-3.8-live", profile)
    for number in range(1_000):
        remembered.remember(f"tuned-{number}", profile, "silent", worked=False)
        assert remembered.shown_before("gemini-3.8-live", profile) == known
    assert len(remembered._shown) <= 256
    assert remembered.shown_before("tuned-0", profile) == remembered.shown_before("new", profile)
