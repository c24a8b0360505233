"""What an app chose for its records: its arguments first, then the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gemini_live_interrupt.record.recording import (
    VARIABLE,
    RecordedChoices,
    Recording,
    recording_of,
)


def _chosen(environment: dict[str, str] | None = None, **choices: Any) -> Recording | None:
    return recording_of(RecordedChoices(**choices), environment=environment or {})


def test_nothing_is_recorded_unless_asked() -> None:
    assert _chosen(record_words=True) is None
    assert _chosen({VARIABLE: ""}) is None


def test_the_environment_is_enough() -> None:
    environment = {VARIABLE: "calls", f"{VARIABLE}_ON": "trouble", f"{VARIABLE}_WORDS": "yes"}
    assert _chosen(environment) == Recording(to=Path("calls"), on="trouble", words=True)


def test_an_argument_wins_over_the_environment() -> None:
    environment = {VARIABLE: "there", f"{VARIABLE}_WORDS": "1", f"{VARIABLE}_SOUND": "1"}
    chosen = _chosen(environment, record_to="here", record_words=False)
    assert chosen == Recording(to=Path("here"), words=False, sound=True)


def test_what_a_recording_says_holds_beside_arguments() -> None:
    given = Recording(to=Path("calls"), most_sessions=3, words=True)
    assert _chosen(record_to=given, record_on="trouble") == Recording(
        to=Path("calls"), most_sessions=3, words=True, on="trouble"
    )


@pytest.mark.parametrize(
    ("choices", "error", "says"),
    [
        ({"record_to": 7}, TypeError, "record_to must be a folder's name, not int"),
        ({"record_on": "sometimes"}, ValueError, '"always" or "trouble"'),
        ({"record_words": "yes"}, TypeError, "record_words must be True or False"),
        ({"record_sound": 1}, TypeError, "record_sound must be True or False"),
        ({"record_sound": True, "record_on": "trouble"}, ValueError, "sound is not kept in memory"),
        ({"max_history": -1}, ValueError, "max_history"),
    ],
)
def test_wrong_choices_are_named_where_they_are_made(
    choices: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        RecordedChoices(**choices)


@pytest.mark.parametrize(
    "field", [{"most_sessions": 0}, {"most_mb": 0.5}, {"most_mb": float("nan")}]
)
def test_bounds_must_be_bounds(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        Recording(to=Path("calls"), **field)


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ValueError, match=f"{VARIABLE}_WORDS must be 1 or 0"):
        _chosen({VARIABLE: "x", f"{VARIABLE}_WORDS": "perhaps"})
