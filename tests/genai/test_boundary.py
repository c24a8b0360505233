"""The host's calls go through, whatever we make of them: any filter, patch, argument or config."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from google.genai import live, types
from live_socket import (
    CONFIG,
    GENERATED,
    INTERRUPTED,
    MODEL,
    LiveSocket,
    Seen,
    audio,
    barge_in,
    notes_of_one_barge_in,
    receive,
    text,
)

from gemini_live_interrupt import (
    attach_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)
from gemini_live_interrupt.genai import app_messages, messages, wrappers

# --- warnings that are errors


@pytest.fixture
def warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("warnings_are_errors")
async def test_no_warning_of_ours_is_raised_and_each_is_in_the_log_instead(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from google.genai import version

    monkeypatch.setattr(version, "__version__", "9.1.0")
    async with here.connect() as early:
        enable_interrupt_resume()
        await here.say(text("One."))
        await receive(early, 1)
    async with here.connect(config={"response_modalities": ["AUDIO"]}) as session:
        assert await notes_of_one_barge_in(here, session) == 1
    said = "\n".join(caplog.messages)
    for what in ("9.1.0 was not tried", "before enable_interrupt_resume()", "Without transcripts"):
        assert said.count(what) == 1


# --- patches of others


async def _with_a_keyword(
    self: Any, *, turns: Any = None, turn_complete: bool = True, trace: Any = None
) -> None:
    await _SEND(self, turns=turns, turn_complete=turn_complete)


async def _by_position(self: Any, turns: Any = None, turn_complete: bool = True) -> None:
    await _SEND(self, turns=turns, turn_complete=turn_complete)


async def _with_anything(self: Any, *args: Any, **kwargs: Any) -> None:
    await _SEND(self, turns=args[0] if args else kwargs.get("turns"), turn_complete=True)


_HELLO = {"role": "user", "parts": [{"text": "Hello."}]}
_SEND = live.AsyncSession.send_client_content


@pytest.mark.parametrize(
    ("below", "args", "kwargs"),
    [
        (_with_a_keyword, (), {"turns": _HELLO, "turn_complete": True, "trace": object()}),
        (_by_position, (_HELLO, True), {}),
        (_by_position, (_HELLO,), {"turn_complete": True}),
        (_with_anything, (_HELLO, 1, 2), {"three": 3}),
    ],
)
async def test_a_patch_below_takes_what_it_takes_and_is_called_once(
    here: LiveSocket,
    monkeypatch: pytest.MonkeyPatch,
    below: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    monkeypatch.setattr(live.AsyncSession, "send_client_content", below)
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await session.send_client_content(*args, **kwargs)
        await barge_in(here, session)
        it = await seen.one()
    assert it.history[0] == ("user", "Hello.")
    assert len([sent for sent in here.sent if "Hello." in str(sent)]) == 2  # and the note quotes it


async def test_a_patch_below_names_what_it_takes_by_position(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, send = live.AsyncLive.connect, live.AsyncSession.send_realtime_input

    def connects(self: Any, model: str, config: Any = None) -> Any:
        return connect(self, model=model, config=config)

    async def sends(self: Any, text: Any = None, *, trace: Any = None, **other: Any) -> None:
        await send(self, **({"text": text} | other))

    monkeypatch.setattr(live.AsyncLive, "connect", connects)
    monkeypatch.setattr(live.AsyncSession, "send_realtime_input", sends)
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.client().aio.live.connect(MODEL, CONFIG) as session:
        assert interrupt_resume_for(session).model == MODEL
        await session.send_realtime_input("Hello.", trace=object())
        await barge_in(here, session)
        assert (await seen.one()).history[0] == ("user", "Hello.")


def _at_once(method: Any) -> Any:
    """As others wrap a method that nobody shall need to await."""
    return lambda self, **kwargs: asyncio.ensure_future(method(self, **kwargs))


async def test_a_task_that_a_patch_below_gives_stays_a_task(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    for name in ("_receive", "send_client_content", "send_realtime_input"):
        plain = vars(live.AsyncSession)[name]
        monkeypatch.setattr(live.AsyncSession, name, _at_once(plain))
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        session.send_client_content(turns=_HELLO)
        session.send_realtime_input(text="Again.")
        await here.until_sent(2)
        await here.say(text("One."))
        # Neither takes coroutines.
        [done], _ = await asyncio.wait([session._receive()], timeout=5.0)
        assert done.result().server_content.output_transcription.text == "One."
        await barge_in(here, session)
        assert (await seen.one()).history[:2] == (("user", "Hello."), ("user", "Again."))
        await here.sockets[-1].close(1011, "gone")
        error = (await asyncio.gather(session._receive(), return_exceptions=True))[0]
        assert "1011" in str(error)
    assert not [each for each in recwarn if "never awaited" in str(each.message)]


async def test_what_a_patch_below_gives_and_nobody_awaits_has_the_name_of_the_method(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    plain = live.AsyncSession.send_client_content
    handed_on: Any = lambda self, **kwargs: plain(self, **kwargs)  # noqa: E731 - as others patch
    monkeypatch.setattr(live.AsyncSession, "send_client_content", handed_on)
    enable_interrupt_resume()
    async with here.connect() as session:
        session.send_client_content(turns=_HELLO)
        gc.collect()
    said = {str(each.message) for each in recwarn if "never awaited" in str(each.message)}
    assert said == {"coroutine 'AsyncSession.send_client_content' was never awaited"}


async def test_a_method_that_is_over_when_it_returns_is_followed(here: LiveSocket) -> None:
    class Session:
        """A session of an app's own tests."""

        sent: ClassVar[list[Any]] = []

        async def _receive(self) -> Any:
            return None

        def send_client_content(self, **kwargs: Any) -> None:
            self.sent.append(kwargs)

        def send_realtime_input(self, **kwargs: Any) -> None:
            self.sent.append(kwargs)

    session = Session()
    handle = attach_interrupt_resume(session)
    assert session.send_client_content(turns=_HELLO) is None  # type: ignore[func-returns-value]
    session.send_realtime_input(text="Again.")
    assert len(session.sent) == 2
    await asyncio.sleep(0.05)
    state = handle.export_state()
    assert "Hello." in state and "Again." in state


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (app_messages, "from_client_content"),
        (messages, "speech_in"),
        (messages, "look_at"),
        (wrappers, "shell_of"),
        (messages, "events_of"),
    ],
)
async def test_our_own_failure_costs_the_host_nothing(
    here: LiveSocket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: Any,
    name: str,
) -> None:
    enable_interrupt_resume()
    async with here.connect() as session:

        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError(name)

        monkeypatch.setattr(place, name, broken)
        await session.send_client_content(turns=_HELLO)
        await here.say(text("One."), GENERATED)
        assert len(await receive(session, 2)) == 2
        await here.until_sent(1)
    monkeypatch.undo()
    said = [line for line in caplog.messages if "own: RuntimeError" in line]
    assert len(said) == 1
    assert name not in said[0].partition(" at ")[0]  # The text of an error may be what was said.


# --- configs


def _modalities() -> Iterator[str]:
    yield "AUDIO"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "make",
    [
        lambda: {"response_modalities": iter(["AUDIO"])},
        lambda: {"response_modalities": _modalities()},
        lambda: {"response_modalities": 5},
        lambda: {"response_modalities": ["AUDIO"], "session_resumption": 7},
        lambda: {"response_modalities": ["AUDIO"], "tools": iter([{"google_search": {}}])},
        lambda: {"realtime_input_config": "nonsense"},
        lambda: object(),
        lambda: types.LiveConnectConfig.model_construct(response_modalities=5),
    ],
)
async def test_a_config_means_what_it_means_without_us(
    here: LiveSocket, make: Callable[[], Any]
) -> None:
    async def connects() -> str:
        before = len(here.setups)
        try:
            async with here.connect(config=make()):
                return str(here.setups[before:])
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    bare = await connects()
    enable_interrupt_resume()
    assert await connects() == bare


# --- what the host does with a message as soon as it has it


def _empty_parts(message: types.LiveServerMessage) -> None:
    assert message.server_content is not None
    turn = message.server_content.model_turn
    if turn is not None and turn.parts is not None:
        turn.parts.clear()


def _rewrite_text(message: types.LiveServerMessage) -> None:
    assert message.server_content is not None
    said = message.server_content.output_transcription
    if said is not None:
        said.text = "***"


def _take_apart(message: types.LiveServerMessage) -> None:
    _empty_parts(message)
    _rewrite_text(message)
    message.server_content = None


@pytest.mark.parametrize("does", [_empty_parts, _rewrite_text, _take_apart])
async def test_a_host_that_takes_messages_apart_changes_nothing(
    here: LiveSocket, does: Callable[[types.LiveServerMessage], None]
) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED)
        for message in [(await receive(session, 1))[0] for _ in range(3)]:
            does(message)
        it = await seen.one()
    assert it.heard + it.unheard == "One two. Three four."
    assert it.received_ms == 4_000.0


async def test_what_a_call_and_its_counts_were_when_they_came_is_what_counts(
    here: LiveSocket,
) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    calls = [{"id": "1", "name": "find", "args": {"where": {"city": "Rome"}, "days": [1, 2]}}]
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000))
        await here.say({"toolCall": {"functionCalls": calls}})
        args = (await receive(session, 3))[2].tool_call.function_calls[0].args
        args["where"].clear()
        args["days"].append(3)
        await here.say({"toolCallCancellation": {"ids": ["1"]}}, INTERRUPTED)
        await receive(session, 2)
        it = await seen.one()
    assert [call.arguments for call in it.tool_calls] == [
        '{"where": {"city": "Rome"}, "days": [1, 2]}'
    ]


# --- the session's own errors


@pytest.mark.parametrize("attached", [False, True])
async def test_an_error_inside_the_context_is_the_apps_and_the_connection_is_closed(
    here: LiveSocket, attached: bool
) -> None:
    enable_interrupt_resume()
    with contextlib.suppress(ZeroDivisionError):
        async with here.client().aio.live.connect(model=MODEL, config=CONFIG) as session:
            if attached:
                attach_interrupt_resume(session)
            raise ZeroDivisionError
    assert session._ws.state.name == "CLOSED"


async def test_log_handlers_that_raise_reach_nobody(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("the disk is full")

    logger = logging.getLogger("gemini_live_interrupt")
    monkeypatch.setattr(logger, "handlers", [Broken()])
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    enable_interrupt_resume(lambda *_: 1 / 0)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
