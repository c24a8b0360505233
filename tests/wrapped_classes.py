"""The methods of google-genai that are wrapped, as they are without us, and how others wrap them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import wrapt
from google.genai import live

METHODS = [
    (live.AsyncLive, "connect"),
    (live.AsyncSession, "_receive"),
    (live.AsyncSession, "close"),
    (live.AsyncSession, "send"),
    (live.AsyncSession, "send_client_content"),
    (live.AsyncSession, "send_realtime_input"),
    (live.AsyncSession, "send_tool_response"),
]
if hasattr(live.AsyncSession, "send_context_update"):  # In later versions.
    METHODS.append((live.AsyncSession, "send_context_update"))


ORIGINALS = [vars(owner)[name] for owner, name in METHODS]


def attributes() -> list[Any]:
    return [vars(owner)[name] for owner, name in METHODS]


def by_wrapt(calls: list[str]) -> None:
    def wrapper(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        calls.append("theirs")
        return wrapped(*args, **kwargs)

    wrapt.wrap_function_wrapper(live.AsyncSession, "_receive", wrapper)


def by_closure(calls: list[str]) -> None:
    wrapped = live.AsyncSession._receive

    async def theirs(self: Any) -> Any:
        calls.append("theirs")
        return await wrapped(self)

    live.AsyncSession._receive = theirs  # type: ignore[method-assign]


def in_a_fresh_process(code: str) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error::DeprecationWarning:gemini_live_interrupt",
            "-c",
            textwrap.dedent(code),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
