"""Sessions that are not what they seem: proxies, copies, objects that cannot be referenced or hashed.

Each is followed, or one line says that it is not; and what the host does with it works.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import product
from typing import Any

import pytest
import wrapt
from google.genai import live
from live_socket import (
    LiveSocket,
    barge_in,
    live_socket,
    notes_of_one_barge_in,
    receive,
    text,
)

from gemini_live_interrupt import (
    InterruptResumeWarning,
    attach_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)

_CONNECT = live.AsyncLive.connect


class _NotHashable(live.AsyncSession):
    def __eq__(self, other: object) -> bool:
        return isinstance(other, live.AsyncSession)

    __hash__ = None  # type: ignore[assignment]


class _Raising(live.AsyncSession):
    """One that does not like to be looked at."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("do not compare")

    def __hash__(self) -> int:
        raise RuntimeError("do not hash")

    def __bool__(self) -> bool:
        raise RuntimeError("do not ask")

    def __len__(self) -> int:
        raise RuntimeError("do not count")


class _Forwarding:
    """A proxy that hands on what it does not have."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


class _ReceivesItself(_Forwarding):
    """The same, with a look at each message."""

    async def receive(self) -> AsyncIterator[Any]:
        async for message in self._session.receive():
            yield message


class _SaysItWraps(live.AsyncSession):
    """One that a decorator has left its mark on."""

    __wrapped__ = "a function"


class _RaisesAtOthers(live.AsyncSession):
    def __getattribute__(self, name: str) -> Any:
        if name == "__wrapped__":
            raise RuntimeError(name)
        return super().__getattribute__(name)


class _NoWeakReference:
    """A session of somebody's own that nothing can refer to weakly."""

    __slots__ = ("__dict__", "inner")

    def __init__(self, session: Any) -> None:
        self.inner = session

    async def _receive(self) -> Any:
        return await live.AsyncSession._receive(self.inner)

    async def receive(self) -> AsyncIterator[Any]:
        yield await self._receive()

    async def send_client_content(self, *, turns: Any = None, turn_complete: bool = True) -> None:
        await self.inner.send_client_content(turns=turns, turn_complete=turn_complete)


class _NoAttributes(_NoWeakReference):
    """The same, of which no attribute can be set."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "inner":
            raise AttributeError(name)
        super().__setattr__(name, value)


def _another(kind: type[live.AsyncSession]) -> Callable[[Any], Any]:
    return lambda session: kind(api_client=session._api_client, websocket=session._ws)


def given_instead(monkeypatch: pytest.MonkeyPatch, make: Callable[[Any], Any]) -> list[str]:
    """A patch below ours whose `connect()` gives something else; returns what it saw."""
    seen: list[str] = []

    @asynccontextmanager
    async def connect(self: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async with _CONNECT(self, **kwargs) as session:
            try:
                yield make(session)
            finally:
                seen.append("closed")

    monkeypatch.setattr(live.AsyncLive, "connect", connect)
    return seen


@pytest.mark.parametrize(
    "make",
    [
        _another(_NotHashable),
        _another(_Raising),
        wrapt.ObjectProxy,
        _Forwarding,
        lambda session: _Forwarding(wrapt.ObjectProxy(session)),
        copy.copy,
        _ReceivesItself,
        lambda session: _ReceivesItself(_ReceivesItself(session)),
        _another(_SaysItWraps),
        _another(_RaisesAtOthers),
    ],
    ids=[
        *("not hashable", "raising", "wrapt", "forwarding", "both", "copy"),
        *("receives itself", "twice", "says that it wraps", "raises at others"),
    ],
)
@pytest.mark.parametrize("attached", [False, True])
async def test_it_is_followed_like_any_other(
    here: LiveSocket,
    monkeypatch: pytest.MonkeyPatch,
    recwarn: pytest.WarningsRecorder,
    make: Callable[[Any], Any],
    attached: bool,
) -> None:
    closed = given_instead(monkeypatch, make)
    if not attached:
        enable_interrupt_resume()
    async with here.connect() as session:
        if attached:
            attach_interrupt_resume(session)
        assert await notes_of_one_barge_in(here, session) == 1
        assert interrupt_resume_for(session).is_active
    assert closed == ["closed"]
    assert not [each for each in recwarn if each.category is InterruptResumeWarning]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_NoWeakReference, "cannot create weak reference"),
        (_NoAttributes, "AttributeError"),
        (lambda session: None, "no _receive"),
        (lambda session: object(), "no _receive"),
        (lambda session: (session, session._ws), "no _receive"),
    ],
    ids=["no weak reference", "no attributes", "none", "object", "tuple"],
)
async def test_what_cannot_be_followed_is_passed_through_with_one_line(
    here: LiveSocket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
    make: Callable[[Any], Any],
    why: str,
) -> None:
    closed = given_instead(monkeypatch, make)
    enable_interrupt_resume()
    with pytest.raises(ZeroDivisionError):
        async with here.connect() as session:
            if hasattr(session, "receive"):
                await here.say(text("One."))
                assert await receive(session, 1)
            raise ZeroDivisionError  # It is the app's, whatever we make of the session.
    assert closed == ["closed"]
    [line] = [line for line in caplog.messages if "not followed" in line]
    assert why in line
    assert not [each for each in recwarn if each.category is InterruptResumeWarning]


async def test_a_copy_of_a_session_that_is_followed_is_another_one(here: LiveSocket) -> None:
    async with here.connect() as session:
        attach_interrupt_resume(session, lambda *_: "first")
        other = copy.copy(session)
        # What is said by the copy goes over the same socket, as without us.
        await other.send_client_content(turns={"role": "user", "parts": [{"text": "Hello."}]})
        await here.until_notes(1)
        attach_interrupt_resume(other, lambda *_: "second")
        assert interrupt_resume_for(other) is not interrupt_resume_for(session)
        await barge_in(here, other)
        assert (await here.until_notes(2))[1] == "second"


# --- CancelledError out of what is the app's


async def _is_cancelled(*_: Any) -> Any:
    raise asyncio.CancelledError


def _cancels(*_: Any) -> Any:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("where", "raises"),
    [
        *product(["prompt_builder", "on_interruption", "on_outcome"], [_cancels, _is_cancelled]),
        ("on_session", _cancels),  # It is not awaited.
    ],
)
async def test_a_cancelled_error_of_the_app_cancels_nothing_of_ours(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, where: str, raises: Callable[..., Any]
) -> None:
    enable_interrupt_resume(**{where: raises})
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes[0].startswith("[App context")
        await here.say({"serverContent": {"turnComplete": True}}, text("Go on."))
        await receive(session, 2)
        task = asyncio.current_task()
        assert task is not None and not task.cancelling()
    await asyncio.sleep(0.05)
    said = [line for line in caplog.messages if "CancelledError" in line]
    assert len(said) == 1 and raises.__name__ in said[0]


class _Outcome(BaseException):
    """No `Exception`: such as pytest's."""


def _has_an_outcome(*_: Any) -> Any:
    raise _Outcome


async def _will_have_an_outcome(*_: Any) -> Any:
    raise _Outcome


async def _has_a_group(*_: Any) -> Any:
    raise BaseExceptionGroup("of a task group", [_Outcome()])


@pytest.mark.parametrize(
    ("where", "raises"),
    [
        *product(
            ["prompt_builder", "on_interruption"],
            [_has_an_outcome, _will_have_an_outcome, _has_a_group],
        ),
        ("on_session", _has_an_outcome),
        ("session_label", _has_an_outcome),
    ],
)
async def test_what_is_no_exception_is_the_apps_failure_too(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, where: str, raises: Callable[..., Any]
) -> None:
    enable_interrupt_resume(**{where: raises})
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
        assert await notes_of_one_barge_in(here, session) == 1
    await asyncio.sleep(0.05)
    [said] = [line for line in caplog.messages if "failed" in line]
    assert raises.__name__ in said


@pytest.mark.parametrize("where", ["prompt_builder", "on_interruption"])
def test_what_ends_the_process_does(where: str) -> None:
    def ends(*_: Any) -> Any:
        raise SystemExit(3)

    async def call() -> None:
        async with live_socket() as here, here.connect() as session:
            await notes_of_one_barge_in(here, session)

    enable_interrupt_resume(**{where: ends})
    with pytest.raises(SystemExit):
        asyncio.run(call())


async def test_a_label_that_raises_cancelled_error_costs_the_name_alone(here: LiveSocket) -> None:
    enable_interrupt_resume(session_label=_cancels)
    async with here.connect() as session:
        assert interrupt_resume_for(session).session_id
