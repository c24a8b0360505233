"""What an error between the web app and Gemini means to a person."""

from __future__ import annotations

import doctest
import socket
import sys

import pytest
from google.auth.exceptions import DefaultCredentialsError
from google.genai.errors import APIError
from voice_app import FOLDER
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response

sys.path.insert(0, str(FOLDER))
import trouble

MODEL = "gemini-3.8-live"


@pytest.mark.parametrize(
    ("error", "what", "again"),
    [
        (
            APIError(1007, "API key not valid. Please pass a valid API key."),
            "refuses the key",
            False,
        ),
        (InvalidStatus(Response(403, "Forbidden", Headers(), b"")), "refuses the key", False),
        (
            APIError(1008, "models/x is not found for API version v1"),
            f"no live model {MODEL}",
            False,
        ),
        (APIError(1011, "You exceeded your current quota"), "no more calls", False),
        (APIError(1007, "User location is not supported for the API use."), "the place", False),
        (APIError(1007, "Request contains an invalid argument."), "did not take", False),
        (APIError(1011, "Internal error encountered."), "has ended", True),
        (ConnectionClosedError(None, None), "has ended", True),
        (ConnectionClosedError(Close(1008, "api_key expired"), None), "refuses the key", False),
        (socket.gaierror(-2, "Name or service not known"), "cannot reach", True),
        (ConnectionRefusedError(111, "Connection refused"), "cannot reach", True),
        (TimeoutError(), "does not answer", True),
        (DefaultCredentialsError("no credentials"), "Google Cloud", False),
    ],
    ids=repr,
)
def test_it_says_what_is_wrong_and_what_to_do(error: Exception, what: str, again: bool) -> None:
    found = trouble.trouble_of(error, model=MODEL)
    assert found is not None
    assert what in found.what and found.todo and found.again is again


def test_a_mistake_in_the_program_is_not_explained_away() -> None:
    assert trouble.trouble_of(KeyError("x"), model=MODEL) is None


def test_its_example() -> None:
    assert doctest.testmod(trouble).failed == 0
