"""Which profile a model gets."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.testing import PROFILES, profile_for


@pytest.mark.parametrize(
    ("model", "backend", "name"),
    [
        ("gemini-3.8-live", "developer", "3.8"),
        ("gemini-3.8-live-extended-thinking", "developer", "3.8"),
        ("gemini-3.8-live", "vertex", "3.8-vertex"),
        ("gemini-3.1-flash-live-preview", "developer", "3.1"),
        ("gemini-2.5-flash-native-audio-preview-09-2025", "developer", "2.5"),
        ("gemini-2.5-flash-native-audio-latest", "developer", "2.5"),
        ("gemini-live-2.5-flash-native-audio", "vertex", "2.5-vertex"),
        ("gemini-live-2.5-flash", "vertex", "2.5-cascade-vertex"),
        ("gemini-12-live", "developer", "3.8"),
        ("something-else", "vertex", "3.8-vertex"),
    ],
)
def test_profile_by_model_id(model: str, backend: str, name: str) -> None:
    assert profile_for(model, backend).name == name  # type: ignore[arg-type]


def test_each_profile_is_found_by_its_own_model() -> None:
    for profile in PROFILES.values():
        assert profile_for(profile.model, profile.backend) is profile


def test_the_profile_of_an_unknown_model_is_one_of_its_backend() -> None:
    assert profile_for("?", "developer").backend == "developer"
    assert profile_for("?", "vertex").backend == "vertex"
