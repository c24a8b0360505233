"""What an app chose for its records: its arguments first, then the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gemini_live_interrupt.record.recording import VARIABLE, Recording


def test_nothing_is_recorded_unless_asked() -> None:
    assert Recording.chosen(None, words=True, environment={}) is None
    assert Recording.chosen(None, environment={VARIABLE: ""}) is None


def test_the_environment_is_enough() -> None:
    environment = {VARIABLE: "calls", f"{VARIABLE}_ON": "trouble", f"{VARIABLE}_WORDS": "yes"}
    chosen = Recording.chosen(None, environment=environment)
    assert chosen == Recording(to=Path("calls"), on="trouble", words=True)


def test_an_argument_wins_over_the_environment() -> None:
    environment = {VARIABLE: "there", f"{VARIABLE}_WORDS": "1", f"{VARIABLE}_SOUND": "1"}
    chosen = Recording.chosen("here", words=False, environment=environment)
    assert chosen == Recording(to=Path("here"), words=False, sound=True)


def test_what_a_recording_says_holds_beside_arguments() -> None:
    given = Recording(to=Path("calls"), most_sessions=3, words=True)
    assert Recording.chosen(given, on="trouble", environment={}) == Recording(
        to=Path("calls"), most_sessions=3, words=True, on="trouble"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"to": 7}, TypeError, "record_to must be a folder's name, not int"),
        ({"to": "x", "on": "sometimes"}, ValueError, '"always" or "trouble"'),
        ({"to": "x", "words": "yes"}, TypeError, "record_words must be True or False"),
        ({"to": "x", "sound": True, "on": "trouble"}, ValueError, "sound is not kept in memory"),
    ],
)
def test_wrong_arguments_are_named(
    arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        Recording.chosen(**arguments, environment={})


@pytest.mark.parametrize(
    "field", [{"most_sessions": 0}, {"most_mb": 0.5}, {"most_mb": float("nan")}]
)
def test_bounds_must_be_bounds(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        Recording(to=Path("calls"), **field)


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ValueError, match=f"{VARIABLE}_WORDS must be 1 or 0"):
        Recording.chosen("x", environment={f"{VARIABLE}_WORDS": "perhaps"})
