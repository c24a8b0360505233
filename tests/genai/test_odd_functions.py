"""Functions of the app that return, or raise, what cannot even be looked at: that costs one note at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_socket import (
    INTERRUPTED,
    TURN_COMPLETE,
    LiveSocket,
    Seen,
    audio,
    notes_of_one_barge_in,
    receive,
    text,
)

from gemini_live_interrupt import enable_interrupt_resume


class _Says(Exception):
    def __str__(self) -> str:
        raise RuntimeError("it does not say")


class _Unbound:
    """Like a proxy of a web framework outside of a request."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise RuntimeError("outside of a request")


class _Text(str):
    def __getitem__(self, key: Any) -> str:
        raise RuntimeError("no part of it")

    def strip(self, characters: str | None = None, /) -> str:
        raise RuntimeError("not stripped")

    encode = strip  # type: ignore[assignment]


def _does_not_say(*_: Any) -> Any:
    raise _Says


def _unbound(*_: Any) -> Any:
    return _Unbound()


async def _text_later(*_: Any) -> str:
    return _Text("The app's note.")


def _text(*_: Any) -> str:
    return _Text("The app's note.")


FUNCTIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "an error that does not say what it is": (_does_not_say, "[App context"),
    "a proxy of nothing": (_unbound, "[App context"),
    "a text of another kind": (_text, "The app's note."),
    "a text of another kind, later": (_text_later, "The app's note."),
}


@pytest.mark.parametrize("function", FUNCTIONS)
async def test_a_builder_costs_its_own_text_at_the_most(
    here: LiveSocket, tmp_path: Path, function: str
) -> None:
    builder, begins = FUNCTIONS[function]
    seen = Seen()
    enable_interrupt_resume(builder, on_interruption=seen, record_to=tmp_path)
    async with here.connect() as session:
        assert await notes_of_one_barge_in(here, session) == 1
        assert here.notes[0].startswith(begins)
        assert type((await seen.one()).note) is str


@pytest.mark.filterwarnings("ignore:coroutine '_")  # `on_session` is not awaited.
@pytest.mark.parametrize("function", FUNCTIONS)
async def test_a_callback_costs_nothing(here: LiveSocket, tmp_path: Path, function: str) -> None:
    callback, _ = FUNCTIONS[function]
    enable_interrupt_resume(
        on_interruption=callback,
        on_event=callback,
        on_session=callback,
        record_to=tmp_path,
    )
    failed: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failed.append(context))
    async with here.connect() as session:
        for count in (1, 2):
            await here.say(text("One two. Three four."), audio(4_000), INTERRUPTED, TURN_COMPLETE)
            await receive(session, 4)
            await here.until_notes(count)
            await asyncio.sleep(0.35)  # What comes next is none of the reply that was cut.
    assert failed == []
