"""How a failure of the app is named in the log, whatever it was that failed."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import pytest

from gemini_live_interrupt.saying import app_failed, lines, name_of


class _AnswersAnything:
    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any) -> None: ...


class _Raises:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __call__(self, *_: Any) -> None: ...


def _plain(_: Any) -> None: ...


MADE = {
    "_AnswersAnything": _AnswersAnything,
    "_Raises": _Raises,
    "MagicMock": mock.MagicMock,
    "AsyncMock": mock.AsyncMock,
    f"_plain ({__file__}:": lambda: functools.partial(functools.partial(_plain), 1),
}


@pytest.mark.parametrize("name", MADE)
def test_what_failed_is_named(caplog: pytest.LogCaptureFixture, name: str) -> None:
    function = MADE[name]()
    lines._said.clear()
    app_failed(function, ValueError("what somebody said"), "It goes on.")
    [line] = [line for line in caplog.messages if "Said once" in line]
    assert line.startswith(name) and " failed: ValueError" in line and "Mock name=" not in line
    assert name_of(function).startswith(name)
