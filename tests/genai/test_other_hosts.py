"""More hosts of the kinds that the tests beside this one know: each as if we were not there."""

from __future__ import annotations

import functools
import logging
import subprocess
import sys
import textwrap
import types
import warnings
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import wrapt
from google.genai import live
from live_socket import (
    CONFIG,
    MODEL,
    LiveSocket,
    notes_of_one_barge_in,
    receive,
    text,
)

from gemini_live_interrupt import (
    InterruptResumeWarning,
    enable_interrupt_resume,
)

TESTS = Path(__file__).parent.parent
HELLO = {"role": "user", "parts": [{"text": "Hello."}]}

# --- warnings


def _raises(*_: Any, **__: Any) -> None:
    raise OSError("nowhere to show it")


FILTERS: dict[str, Callable[[], Any]] = {
    "our category": lambda: warnings.simplefilter("error", InterruptResumeWarning),
    "users' warnings": lambda: warnings.simplefilter("error", UserWarning),
    "by message": lambda: warnings.filterwarnings("error", message=".*ranscript"),
    "by module": lambda: warnings.filterwarnings("error", module=".*"),
    "nowhere to show": lambda: setattr(warnings, "showwarning", _raises),
    "in the log": lambda: logging.captureWarnings(True),
}


@pytest.fixture
def as_it_was() -> Iterator[None]:
    shown = warnings.showwarning
    with warnings.catch_warnings():
        yield
    logging.captureWarnings(False)
    warnings.showwarning = shown


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("which", FILTERS)
async def test_a_missing_transcription_is_said_and_never_raised(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, which: str
) -> None:
    warnings.simplefilter("always")
    FILTERS[which]()
    enable_interrupt_resume()
    async with here.connect(config={"response_modalities": ["AUDIO"]}) as session:
        assert await notes_of_one_barge_in(here, session) == 1
    assert "\n".join(caplog.messages).count("Without transcripts") == 1


def _run(program: str, *options: str) -> list[str]:
    """What a program of its own prints."""
    whole = f"import sys; sys.path.insert(0, {str(TESTS)!r})\n" + textwrap.dedent(program)
    command = [sys.executable, *options, "-c", whole]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and "Traceback" not in run.stderr, run.stderr
    return run.stdout.split()


def test_an_import_raises_no_warning_of_ours() -> None:
    ignored = [f"ignore::{name}" for name in ("DeprecationWarning", "ImportWarning")]
    options = [part for each in ("error", *ignored) for part in ("-W", each)]
    program = """
        import importlib.abc, importlib.machinery
        from gemini_live_interrupt import enable_interrupt_resume

        class Newer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            def find_spec(self, name, path, target=None):
                ours = name == "google.genai.version"
                return importlib.machinery.ModuleSpec(name, self) if ours else None
            def exec_module(self, module):
                module.__version__ = "9.1.0"

        sys.meta_path.insert(0, Newer())
        enable_interrupt_resume()
        from google import genai
        print("imported", genai.__version__)
        """
    assert _run(program, *options) == ["imported", "9.1.0"]


# --- processes and threads


def test_children_of_children_and_of_pools_are_followed() -> None:
    program = """
        import asyncio, multiprocessing, os
        from concurrent.futures import ProcessPoolExecutor
        from live_socket import live_socket, notes_of_one_barge_in
        from gemini_live_interrupt import enable_interrupt_resume

        async def call():
            async with live_socket() as here, here.connect() as session:
                return await notes_of_one_barge_in(here, session)

        def run(_=None):
            return asyncio.run(call())

        def grandchild():
            pid = os.fork()
            if not pid:
                os._exit(run())
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

        enable_interrupt_resume()
        run()
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(1, mp_context=fork) as pool:
            print("pool", *pool.map(run, range(2)))
        with fork.Pool(1) as pool:
            print("grandchild", pool.apply(grandchild))
        """
    assert _run(program) == "pool 1 1 grandchild 1".split()


def test_a_call_goes_on_after_the_main_thread() -> None:
    program = """
        import asyncio, threading
        from live_socket import live_socket, notes_of_one_barge_in
        from gemini_live_interrupt import enable_interrupt_resume

        connected = threading.Event()

        async def build(*_):
            await asyncio.sleep(0.01)
            return "note"

        async def call():
            async with live_socket() as here, here.connect() as session:
                first = await notes_of_one_barge_in(here, session)
                connected.set()
                while threading.main_thread().is_alive():
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.2)
                await notes_of_one_barge_in(here, session)
                print(first, len(here.notes))

        enable_interrupt_resume(build)
        threading.Thread(target=lambda: asyncio.run(call())).start()
        connected.wait()
        """
    assert _run(program) == ["1", "2"]


def test_google_genai_that_is_imported_anew_is_followed_or_said_not_to_be() -> None:
    program = """
        import asyncio, logging
        from live_socket import live_socket, notes_of_one_barge_in
        import live_socket as module
        from gemini_live_interrupt import enable_interrupt_resume

        async def call():
            async with live_socket() as here, here.connect() as session:
                return await notes_of_one_barge_in(here, session)

        enable_interrupt_resume()
        print(asyncio.run(call()))
        for name in [name for name in sys.modules if name.startswith("google.genai")]:
            del sys.modules[name]
        from google import genai
        module.genai = genai
        enable_interrupt_resume()
        print(asyncio.run(call()))
        """
    assert _run(program) == ["1", "1"]


# --- what others put below and above


async def _traced(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return await wrapped(*args, **kwargs)


def _as_instrumentations_do() -> None:
    for name in ("send_client_content", "_receive"):
        wrapt.wrap_function_wrapper(live.AsyncSession, name, _traced)


def _by_decorator() -> None:
    for name in ("send_client_content", "_receive"):
        plain = getattr(live.AsyncSession, name)

        def around(self: Any, *args: Any, _plain: Any = plain, **kwargs: Any) -> Any:
            return _plain(self, *args, **kwargs)

        setattr(live.AsyncSession, name, functools.wraps(plain)(around))


def _by_partial_method() -> None:
    for name in ("send_client_content", "_receive"):
        setattr(live.AsyncSession, name, functools.partialmethod(getattr(live.AsyncSession, name)))


def _by_mock() -> None:
    for name in ("send_client_content", "_receive"):
        plain = getattr(live.AsyncSession, name)
        made = mock.create_autospec(plain, side_effect=plain)
        setattr(live.AsyncSession, name, made)


@pytest.mark.parametrize("first", ["theirs", "ours"])
@pytest.mark.parametrize(
    "put_on", [_as_instrumentations_do, _by_decorator, _by_partial_method, _by_mock]
)
async def test_beside_others_it_is_followed_once(
    here: LiveSocket, put_on: Callable[[], None], first: str
) -> None:
    if first == "ours":
        enable_interrupt_resume()
    put_on()
    enable_interrupt_resume()
    async with here.connect() as session:
        await session.send_client_content(turns=HELLO)
        sent = await notes_of_one_barge_in(here, session)
    assert sent == 2  # What the app said, and one note.


# --- sessions


class _Slots:
    """Forwards what a session does, and can hold nothing but that."""

    __slots__ = ("__weakref__", "_session")

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


class _Secret:
    """Shows `receive` and the sends alone."""

    def __init__(self, session: Any) -> None:
        object.__setattr__(self, "held", session)

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") and name != "__class__":
            raise RuntimeError("private")
        return getattr(object.__getattribute__(self, "held"), name)


def _namespace(session: Any) -> Any:
    names = ("receive", "_receive", "send_client_content", "send_realtime_input")
    return types.SimpleNamespace(**{name: getattr(session, name) for name in names})


SESSIONS: dict[str, Callable[[Any], Any]] = {
    "slots": _Slots,
    "secret": _Secret,
    "namespace": _namespace,
    "mock that wraps": lambda session: mock.Mock(wraps=session),
    "weak proxy": weakref.proxy,
    "callable proxy": wrapt.CallableObjectProxy,
}


@pytest.mark.parametrize("kind", SESSIONS)
async def test_whatever_connect_gives_is_followed_or_one_line_says_so(
    here: LiveSocket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
    kind: str,
) -> None:
    plain = live.AsyncLive.connect
    kept: list[Any] = []

    @asynccontextmanager
    async def connect(self: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async with plain(self, **kwargs) as session:
            kept.append(session)
            try:
                yield SESSIONS[kind](session)
            finally:
                kept.append("closed")

    monkeypatch.setattr(live.AsyncLive, "connect", connect)
    enable_interrupt_resume()
    with pytest.raises(ZeroDivisionError):
        async with here.connect() as session:
            await here.say(text("One."))
            assert await receive(session, 1)
            notes = 0
            if not [line for line in caplog.messages if "not followed" in line]:
                notes = await notes_of_one_barge_in(here, session)
            raise ZeroDivisionError
    assert kept[-1] == "closed"
    said = [line for line in caplog.messages if "not followed" in line]
    said += [str(each.message) for each in recwarn if each.category is InterruptResumeWarning]
    assert (notes, len(said)) in ((1, 0), (0, 1)), said


# --- the line that a warning of google-genai names


async def _by_a_stack(here: LiveSocket, config: Any) -> None:
    async with AsyncExitStack() as stack:
        connects = here.client().aio.live.connect
        await stack.enter_async_context(connects(model=MODEL, config=config))


async def _by_hand(here: LiveSocket, config: Any) -> None:
    manager = here.client().aio.live.connect(model=MODEL, config=config)
    await manager.__aenter__()
    await manager.__aexit__(None, None, None)


async def _by_a_function(here: LiveSocket, config: Any) -> None:
    connect = functools.partial(here.client().aio.live.connect, model=MODEL)
    async with connect(config=config):
        pass


@pytest.mark.parametrize("use", [_by_a_stack, _by_hand, _by_a_function])
async def test_a_deprecation_names_the_line_that_it_would_name(
    here: LiveSocket, use: Callable[..., Any]
) -> None:
    config = {"generation_config": {"temperature": 0.5}} | CONFIG

    async def named() -> list[tuple[str, int]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            await use(here, config)
        deprecated = [one for one in caught if issubclass(one.category, DeprecationWarning)]
        return [(one.filename, one.lineno) for one in deprecated]

    bare = await named()
    enable_interrupt_resume()
    assert await named() == bare != []
