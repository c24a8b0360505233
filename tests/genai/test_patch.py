"""The wrappers around google-genai: put on once, taken off without a trace, one session at a time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import wrapt
from google.genai import live
from live_socket import (
    INTERRUPTED,
    LiveSocket,
    audio,
    barge_in,
    live_socket,
    receive,
    text,
)

from gemini_live_interrupt import (
    Interruption,
    InterruptResumeWarning,
    attach_interrupt_resume,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
    patch,
)

METHODS = [
    (live.AsyncLive, "connect"),
    (live.AsyncSession, "_receive"),
    (live.AsyncSession, "send"),
    (live.AsyncSession, "send_client_content"),
    (live.AsyncSession, "send_realtime_input"),
    (live.AsyncSession, "send_tool_response"),
]
ORIGINALS = [vars(owner)[name] for owner, name in METHODS]


def attributes() -> list[Any]:
    return [vars(owner)[name] for owner, name in METHODS]


@pytest.fixture(autouse=True)
def _originals() -> Iterator[None]:
    patch._warned.clear()
    yield
    disable_interrupt_resume()
    for (owner, name), original in zip(METHODS, ORIGINALS, strict=True):
        setattr(owner, name, original)


@pytest.fixture
async def here() -> AsyncIterator[LiveSocket]:
    async with live_socket() as server:
        yield server


async def notes_of_one_barge_in(here: LiveSocket, session: Any) -> int:
    """How many notes one barge-in of this session leads to."""
    before = len(here.notes)
    await barge_in(here, session)
    await asyncio.sleep(0.15)
    return len(here.notes) - before


# --- on and off


def test_disable_restores_the_very_same_attributes() -> None:
    enable_interrupt_resume()
    assert all(now is not was for now, was in zip(attributes(), ORIGINALS, strict=True))
    disable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


def test_disable_without_enable_is_nothing() -> None:
    disable_interrupt_resume()
    disable_interrupt_resume()
    assert attributes() == ORIGINALS


async def test_enabling_twice_is_enabling_once(here: LiveSocket) -> None:
    enable_interrupt_resume()
    once = attributes()
    enable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), once, strict=True))
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1


async def test_enabling_in_many_threads_is_enabling_once(here: LiveSocket) -> None:
    threads = [threading.Thread(target=enable_interrupt_resume) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
    disable_interrupt_resume()
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


async def test_enabling_again_changes_the_settings_of_later_sessions(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "first")
    async with here.connect() as one:
        enable_interrupt_resume(lambda *_: "second")
        async with here.connect() as two:
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=0)
            await receive(one, 3)
            await here.until_notes(1)
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=1)
            await receive(two, 3)
            assert await here.until_notes(2) == ["first", "second"]


@pytest.mark.parametrize("from_thread", [False, True])
async def test_disable_quiets_live_sessions(here: LiveSocket, from_thread: bool) -> None:
    enable_interrupt_resume(false_interruption_after=0.2)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
        if from_thread:
            await asyncio.to_thread(disable_interrupt_resume)
        else:
            disable_interrupt_resume()
        before = len(here.sent)
        await asyncio.sleep(0.7)  # a nudge was due
        assert await notes_of_one_barge_in(here, session) == 0
        assert len(here.sent) == before
        with pytest.raises(LookupError):
            interrupt_resume_for(session)


async def test_disable_while_the_heard_text_is_measured(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from gemini_live_interrupt.core.replies import Replies

    cut = Replies.cut

    def slow(self: Replies, now: float) -> Any:
        time.sleep(0.1)
        return cut(self, now)

    monkeypatch.setattr(Replies, "cut", slow)
    enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session)
        await asyncio.sleep(0.03)
        disable_interrupt_resume()
        await asyncio.sleep(0.2)
        assert here.sent == []


# --- other people's wrappers


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


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
async def test_disable_leaves_what_others_put_on_later(
    here: LiveSocket, put_on: Callable[[list[str]], None]
) -> None:
    calls: list[str] = []
    enable_interrupt_resume()
    put_on(calls)
    theirs = vars(live.AsyncSession)["_receive"]
    disable_interrupt_resume()
    assert vars(live.AsyncSession)["_receive"] is theirs
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 0
    assert calls


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
@pytest.mark.parametrize("disabled_between", [False, True])
async def test_enabling_again_over_others_follows_once(
    here: LiveSocket, put_on: Callable[[list[str]], None], disabled_between: bool
) -> None:
    calls: list[str] = []
    seen: list[Interruption] = []
    enable_interrupt_resume()
    put_on(calls)
    for _ in range(3):
        if disabled_between:
            disable_interrupt_resume()
        enable_interrupt_resume(on_interruption=seen.append)
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        await asyncio.sleep(0.15)
    assert len(here.notes) == 1
    assert len(calls) == 3
    [interruption] = seen
    assert interruption.heard + interruption.unheard == "One two. Three four."  # not twice


@pytest.mark.parametrize("put_on", [by_wrapt, by_closure])
async def test_attach_below_others_follows_once(
    here: LiveSocket, put_on: Callable[[list[str]], None]
) -> None:
    enable_interrupt_resume()
    put_on([])
    async with here.connect() as session:
        tracker = attach_interrupt_resume(session, on_interruption=(seen := []).append)
        await barge_in(here, session)
        await here.until_notes(1)
        await asyncio.sleep(0.1)
        assert len(here.notes) == 1
        assert seen[0].heard + seen[0].unheard == "One two. Three four."  # not twice
        assert interrupt_resume_for(session) is tracker


# --- one session


async def test_attach_follows_one_session_and_wraps_no_class(here: LiveSocket) -> None:
    async with here.connect() as one, here.connect() as two:
        attach_interrupt_resume(one, lambda *_: "mine")
        assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))
        for number, session in enumerate((one, two)):
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=number)
            await receive(session, 3)
        await asyncio.sleep(0.15)
        assert here.notes == ["mine"]


async def test_two_sessions_with_settings_of_their_own(here: LiveSocket) -> None:
    async with here.connect() as one, here.connect() as two:
        attach_interrupt_resume(one, lambda *_: "red")
        attach_interrupt_resume(two, lambda *_: "blue")
        for number, session in ((1, two), (0, one)):
            await here.say(text("One two."), audio(2_000), INTERRUPTED, to=number)
            await receive(session, 3)
            await here.until_notes(2 - number)
        assert here.notes == ["blue", "red"]


async def test_attaching_again_replaces_the_settings(here: LiveSocket) -> None:
    async with here.connect() as session:
        attach_interrupt_resume(session, lambda *_: "old")
        attach_interrupt_resume(session, lambda *_: "new")
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes == ["new"]


async def test_attach_takes_precedence_over_enable(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "global")
    async with here.connect() as session:
        attach_interrupt_resume(session, lambda *_: "own")
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes == ["own"]


async def test_disable_quiets_attached_sessions_too(here: LiveSocket) -> None:
    async with here.connect() as session:
        plain = dict(vars(session))
        attach_interrupt_resume(session)
        disable_interrupt_resume()
        assert vars(session) == plain
        assert await notes_of_one_barge_in(here, session) == 0


@pytest.mark.parametrize("thing", [None, 5, "session", object()])
def test_what_is_no_session_is_told_apart(thing: Any) -> None:
    with pytest.raises(LookupError, match="attach_interrupt_resume"):
        interrupt_resume_for(thing)
    with pytest.raises(TypeError):
        attach_interrupt_resume(thing)


async def test_a_session_of_a_subclass_is_followed_once(here: LiveSocket) -> None:
    class Mine(live.AsyncSession):
        pass

    enable_interrupt_resume()
    async with here.connect() as session:
        mine = Mine(api_client=session._api_client, websocket=session._ws)
        attach_interrupt_resume(mine, on_interruption=(seen := []).append)
        await barge_in(here, mine)
        await here.until_notes(1)
        await asyncio.sleep(0.05)
        assert len(here.notes) == 1
        assert seen[0].heard + seen[0].unheard == "One two. Three four."


# --- the handle, where a framework keeps the session to itself


async def test_on_session_gives_the_handle_of_each_session(here: LiveSocket) -> None:
    enable_interrupt_resume(on_session=(handles := []).append)
    async with here.connect() as first, here.connect() as second:
        assert handles == [interrupt_resume_for(first), interrupt_resume_for(second)]


async def test_an_error_of_on_session_leaves_the_session_followed(here: LiveSocket) -> None:
    enable_interrupt_resume(on_session=lambda handle: 1 / 0)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1


# --- settings


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"prompt_builder": "text"}, TypeError),
        ({"prompt_builder": 3}, TypeError),
        ({"on_interruption": "text"}, TypeError),
        ({"on_event": 1}, TypeError),
        ({"on_session": True}, TypeError),
        ({"max_history": -1}, ValueError),
        ({"max_history": "4"}, TypeError),
        ({"max_history": None}, TypeError),
        ({"max_history": 2.5}, TypeError),
        ({"max_history": True}, TypeError),
        ({"delivery": "loud"}, ValueError),
        ({"output_latency_ms": -1}, ValueError),
        ({"output_latency_ms": float("nan")}, ValueError),
        ({"output_latency_ms": "x"}, TypeError),
        ({"false_interruption_after": 0}, ValueError),
        ({"reply_timeout": float("inf")}, ValueError),
    ],
)
def test_wrong_settings_are_told_at_once_and_change_nothing(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        enable_interrupt_resume(**arguments)
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


# --- what is missing


async def warnings_of(here: LiveSocket, **arguments: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            async with here.connect(**arguments):
                pass
    return [str(w.message) for w in caught if w.category is InterruptResumeWarning]


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        (None, ["input_audio_transcription", "output_audio_transcription"]),
        (
            {"response_modalities": ["AUDIO"], "input_audio_transcription": {}},
            ["output_audio_transcription"],
        ),
        (
            {"responseModalities": ["AUDIO"], "outputAudioTranscription": {}},
            ["input_audio_transcription"],
        ),
    ],
)
async def test_sessions_without_transcripts_get_one_warning_with_the_keys(
    here: LiveSocket, config: Any, keys: list[str]
) -> None:
    enable_interrupt_resume()
    [message] = await warnings_of(here, config=config)
    for key in ("input_audio_transcription", "output_audio_transcription"):
        assert (f'"{key}": {{}}' in message) == (key in keys)


@pytest.mark.parametrize(
    "config",
    [
        {"response_modalities": ["TEXT"]},
        {"input_audio_transcription": {}, "output_audio_transcription": {}},
        live.types.LiveConnectConfig(
            response_modalities=[live.types.Modality.AUDIO],
            input_audio_transcription=live.types.AudioTranscriptionConfig(),
            output_audio_transcription=live.types.AudioTranscriptionConfig(),
        ),
    ],
)
async def test_sessions_that_lack_nothing_get_no_warning(here: LiveSocket, config: Any) -> None:
    enable_interrupt_resume()
    assert await warnings_of(here, config=config) == []


async def test_no_warning_when_disabled(here: LiveSocket) -> None:
    enable_interrupt_resume()
    disable_interrupt_resume()
    assert await warnings_of(here, config=None) == []


def test_an_unknown_version_warns_once_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    from google.genai import version

    monkeypatch.setattr(version, "__version__", "9.1.0")
    with pytest.warns(InterruptResumeWarning, match=r"9\.1\.0") as caught:
        enable_interrupt_resume()
        disable_interrupt_resume()
        enable_interrupt_resume()
    assert len(caught) == 1
    assert all(now is not was for now, was in zip(attributes(), ORIGINALS, strict=True))


@pytest.mark.parametrize("version", ["1.68.0", "2.34.0", "3.4.0", "3.99.1"])
def test_known_versions_do_not_warn(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from google.genai import version as module

    monkeypatch.setattr(module, "__version__", version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        enable_interrupt_resume()


def test_a_google_genai_without_what_we_need_warns_and_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(live.AsyncSession, "_receive")
    with pytest.warns(InterruptResumeWarning, match="_receive"):
        enable_interrupt_resume()
    monkeypatch.undo()


# --- imports


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


def test_enabling_before_google_genai_is_imported() -> None:
    out = in_a_fresh_process(
        """
        import sys
        from gemini_live_interrupt import enable_interrupt_resume, disable_interrupt_resume
        enable_interrupt_resume()
        print("google.genai.live" in sys.modules)
        from google.genai import live
        print(type(vars(live.AsyncSession)["_receive"]).__name__)
        disable_interrupt_resume()
        print(type(vars(live.AsyncSession)["_receive"]).__name__)
        """
    )
    assert out.split() == ["False", "_Wrapper", "function"]


def test_disabled_before_google_genai_is_imported_wraps_nothing() -> None:
    out = in_a_fresh_process(
        """
        from gemini_live_interrupt import enable_interrupt_resume, disable_interrupt_resume
        enable_interrupt_resume()
        disable_interrupt_resume()
        from google.genai import live
        print(type(vars(live.AsyncSession)["_receive"]).__name__)
        enable_interrupt_resume()
        print(type(vars(live.AsyncSession)["_receive"]).__name__)
        """
    )
    assert out.split() == ["function", "_Wrapper"]


def test_enabling_while_another_thread_imports_google_genai() -> None:
    out = in_a_fresh_process(
        """
        import sys, threading, time, warnings
        warnings.simplefilter("error")
        from gemini_live_interrupt import enable_interrupt_resume
        def load():
            import google.genai.live
        thread = threading.Thread(target=load)
        thread.start()
        while "google.genai.live" not in sys.modules:
            time.sleep(0.0005)
        enable_interrupt_resume()
        thread.join()
        from google.genai import live
        print(type(vars(live.AsyncSession)["_receive"]).__name__, type(vars(live.AsyncLive)["connect"]).__name__)
        """
    )
    assert out.split() == ["_Wrapper", "_Wrapper"]


def test_importing_the_library_imports_nothing_optional() -> None:
    out = in_a_fresh_process(
        """
        import sys, gemini_live_interrupt
        print([name for name in ("google.genai", "pipecat", "numpy", "websockets", "redis", "rich", "trustme")
               if name in sys.modules])
        """
    )
    assert out == "[]"
