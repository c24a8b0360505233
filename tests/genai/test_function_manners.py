"""To all who look, the wrapped functions are those of google-genai, and so is the manager of `connect`."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import pickle
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from unittest import mock

import pytest
from google.genai import live
from live_socket import CONFIG, MODEL, LiveSocket, notes_of_one_barge_in
from wrapped_classes import METHODS

from gemini_live_interrupt import (
    attach_interrupt_resume,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)

NAMES = [name for owner, name in METHODS if owner is live.AsyncSession]
PLAIN = {(owner, name): vars(owner)[name] for owner, name in METHODS}


@pytest.fixture(params=["enabled", "attached"])
async def session(here: LiveSocket, request: pytest.FixtureRequest) -> Any:
    """One whose methods are wrapped in its class, and one where they are wrapped on itself."""
    if request.param == "enabled":
        enable_interrupt_resume()
    async with here.connect() as session:
        if request.param == "attached":
            attach_interrupt_resume(session)
        yield session


@pytest.fixture
def enabled() -> Iterator[None]:
    enable_interrupt_resume()
    yield
    disable_interrupt_resume()


# --- functions


@pytest.mark.usefixtures("enabled")
@pytest.mark.parametrize(("owner", "name"), METHODS)
def test_it_looks_like_the_function_that_it_wraps(owner: type, name: str) -> None:
    wrapped, plain = vars(owner)[name], PLAIN[owner, name]
    assert wrapped is not plain
    assert inspect.signature(wrapped) == inspect.signature(plain)
    assert inspect.iscoroutinefunction(wrapped) == inspect.iscoroutinefunction(plain)
    assert asyncio.iscoroutinefunction(wrapped) == asyncio.iscoroutinefunction(plain)
    for what in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        assert getattr(wrapped, what) == getattr(plain, what)
    assert inspect.getsource(wrapped) == inspect.getsource(plain)
    # As with functions, by name; and so a copy of one is itself.
    assert pickle.loads(pickle.dumps(wrapped)) is wrapped
    assert copy.copy(wrapped) is wrapped and copy.deepcopy({"f": wrapped})["f"] is wrapped
    assert {wrapped: 1}[getattr(owner, name)] == 1


@pytest.mark.parametrize("name", NAMES)
async def test_a_bound_method_can_be_weakly_referenced_compared_and_hashed(
    session: Any, name: str
) -> None:
    method = getattr(session, name)
    assert weakref.WeakMethod(method)() == method
    assert method == getattr(session, name) and hash(method) == hash(getattr(session, name))
    assert method.__self__ is session
    assert inspect.ismethod(method)
    assert inspect.signature(method) == inspect.signature(
        PLAIN[live.AsyncSession, name].__get__(session)
    )


@pytest.mark.usefixtures("enabled")
def test_mocks_with_a_spec_take_what_the_functions_take() -> None:
    made = mock.create_autospec(live.AsyncSession, instance=True)
    assert isinstance(made.send_realtime_input, mock.AsyncMock)
    with pytest.raises(TypeError):
        made.send_realtime_input(nonsense=1)
    with mock.patch.object(live.AsyncSession, "_receive", autospec=True) as patched:
        assert vars(live.AsyncSession)["_receive"] is patched
    assert vars(live.AsyncSession)["_receive"] is not patched


@pytest.mark.parametrize(
    "call",
    [
        lambda session: session.send_realtime_input(nonsense=1),
        lambda session: session.send_realtime_input("by position"),
        lambda session: session.send_client_content(1, 2, 3),
        lambda session: session.send_tool_response(),
        lambda session: session.send(1, 2, 3, 4),
        lambda session: session._receive(1),
        lambda session: live.AsyncSession.send_realtime_input(),
    ],
)
async def test_wrong_arguments_are_wrong_at_the_call(
    session: Any, call: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError) as ours:
        call(session)
    disable_interrupt_resume()
    with pytest.raises(TypeError) as theirs:
        call(session)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.usefixtures("enabled")
async def test_a_function_of_the_class_can_be_called_on_a_session(here: LiveSocket) -> None:
    async with here.connect() as session:
        send = vars(live.AsyncSession)["send_client_content"]
        await send(session, turns={"role": "user", "parts": [{"text": "Hello."}]})
        await here.say({"serverContent": {"turnComplete": True}})
        message = await vars(live.AsyncSession)["_receive"](session)
        assert message.server_content.turn_complete
        await here.until_sent(1)


# --- the manager of connect


def _connect(here: LiveSocket) -> Any:
    return here.client().aio.live.connect(model=MODEL, config=CONFIG)  # type: ignore[arg-type]


@pytest.mark.usefixtures("enabled")
async def test_the_manager_is_a_decorator(here: LiveSocket) -> None:
    @_connect(here)
    async def call() -> int:
        return len(here.setups)

    # Each call is a connection of its own.
    assert [await call(), await call()] == [1, 2]


@pytest.mark.usefixtures("enabled")
@pytest.mark.parametrize("how", [copy.copy, lambda manager: manager])
async def test_the_manager_can_be_copied_and_entered_by_hand(
    here: LiveSocket, how: Callable[[Any], Any]
) -> None:
    manager = how(_connect(here))
    session = await manager.__aenter__()
    assert interrupt_resume_for(session).is_active
    await manager.__aexit__(None, None, None)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(_connect(here))
        assert interrupt_resume_for(session).is_active
    assert not inspect.iscoroutine(manager)


@pytest.mark.usefixtures("enabled")
async def test_a_manager_that_is_kept_keeps_no_session(here: LiveSocket) -> None:
    manager = _connect(here)
    async with manager as session:
        gone = weakref.ref(session)
    del session
    await asyncio.sleep(0.05)
    gc.collect()
    assert gone() is None


async def test_a_manager_is_named_as_it_is_without_us(here: LiveSocket) -> None:
    async def named() -> str:
        manager = _connect(here)
        async with manager:
            with pytest.raises(AttributeError) as twice:
                await manager.__aenter__()
        return f"{twice.value} {repr(manager).partition(' at ')[0]}"

    bare = await named()
    enable_interrupt_resume()
    assert await named() == bare


@pytest.mark.usefixtures("enabled")
async def test_a_manager_that_is_never_entered_says_nothing(here: LiveSocket) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _connect(here)


@pytest.mark.usefixtures("enabled")
@pytest.mark.parametrize("arguments", [{}, {"nonsense": 1}, {"model": MODEL, "more": 1}])
def test_connect_with_wrong_arguments_is_wrong_at_the_call(
    here: LiveSocket, arguments: dict[str, Any]
) -> None:
    with pytest.raises(TypeError) as ours:
        here.client().aio.live.connect(**arguments)
    disable_interrupt_resume()
    with pytest.raises(TypeError) as theirs:
        here.client().aio.live.connect(**arguments)
    assert str(ours.value) == str(theirs.value)


# --- warnings of google-genai


async def _deprecated_config(here: LiveSocket) -> None:
    async with here.client().aio.live.connect(
        model=MODEL, config={"generation_config": {"temperature": 0.5}} | CONFIG
    ):
        pass


async def _deprecated_send(here: LiveSocket) -> None:
    async with here.connect() as session:
        await session.send(input="Hello.", end_of_turn=True)


@pytest.mark.parametrize("use", [_deprecated_config, _deprecated_send])
async def test_a_deprecation_names_the_apps_line(
    here: LiveSocket, use: Callable[[LiveSocket], Any]
) -> None:
    async def named() -> list[tuple[str, str, int]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            await use(here)
        return [
            (str(one.message), one.filename, one.lineno)
            for one in caught
            if issubclass(one.category, DeprecationWarning)
        ]

    bare = await named()
    enable_interrupt_resume()
    assert await named() == bare
    assert bare and all(filename == __file__ for _, filename, _ in bare)


async def test_all_of_it_still_follows(session: Any, here: LiveSocket) -> None:
    assert await notes_of_one_barge_in(here, session) == 1
