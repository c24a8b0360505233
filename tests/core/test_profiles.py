"""Which profile a model gets."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.core.profiles import profile_for


@pytest.mark.parametrize(
    ("model", "family", "known"),
    [
        ("gemini-3.8-live", "3.8", True),
        ("models/gemini-3.8-live-extended-thinking", "3.8", True),
        ("gemini-3.1-flash-live-preview", "3.1", True),
        ("gemini-2.5-flash-native-audio-preview-09-2025", "2.5", True),
        ("gemini-2.5-flash-native-audio-latest", "2.5", True),
        ("gemini-live-2.5-flash", "2.5", True),
        ("publishers/google/models/gemini-live-2.5-flash-native-audio", "2.5", True),
        (
            "projects/gemini-2-prod/locations/x/publishers/google/models/gemini-3.8-live",
            "3.8",
            True,
        ),
        ("gemini-2.0-flash-live-001", "2.0", True),
        ("gemini-9.1-live", "3.8", False),
        ("gemini-live-latest", "3.8", False),
        ("gemini-robotics-er-2-streaming-preview", "3.8", False),
        ("my-tuned-model", "3.8", False),
        ("", "3.8", False),
        (None, "3.8", False),
    ],
)
def test_family(model: str | None, family: str, known: bool) -> None:
    profile = profile_for(model)
    assert (profile.family, profile.known) == (family, known)


def test_backend() -> None:
    assert profile_for("gemini-3.8-live", vertex=True).backend == "vertex"
    assert profile_for("gemini-3.8-live").backend == "developer"


@pytest.mark.parametrize(
    "model", ["gemini-3.5-live-translate-preview", "gemini-3.5-transcribe-live"]
)
def test_one_way_streams_take_no_notes(model: str) -> None:
    assert profile_for(model).deliveries == ()


@pytest.mark.parametrize(
    "model", ["gemini-3.8-live", "gemini-3.1-flash-live", "gemini-2.5-flash-native-audio"]
)
def test_silent_comes_first(model: str) -> None:
    assert profile_for(model).deliveries[0] == "silent"


def test_20_gets_no_silent_note_because_that_blocked_its_replies() -> None:
    assert profile_for("gemini-2.0-flash-live-001").deliveries == ("answering",)
