"""Settings for one call, where a server or a framework connects."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live_socket import LiveSocket, barge_in

from gemini_live_interrupt import (
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
    interrupt_resume_settings,
    is_enabled,
)


async def note_of(here: LiveSocket, session: Any) -> str:
    before = len(here.notes)
    await barge_in(here, session)
    return (await here.until_notes(before + 1))[-1]


async def test_what_connects_inside_has_other_settings(here: LiveSocket) -> None:
    enable_interrupt_resume(lambda *_: "for all", session_label="all")
    with interrupt_resume_settings(prompt_builder=lambda *_: "for this one"):
        async with here.connect() as session:
            assert await note_of(here, session) == "for this one"
            assert interrupt_resume_for(session).session_id == "all"  # what is not given stays
    async with here.connect() as session:
        assert await note_of(here, session) == "for all"


async def test_as_a_decorator_each_call_of_the_function_is_inside(here: LiveSocket) -> None:
    enable_interrupt_resume(session_label="outside")

    async def name() -> str:
        async with here.connect() as session:
            return interrupt_resume_for(session).session_id

    inside: Any = interrupt_resume_settings(session_label="inside")
    decorated = inside(name)
    assert [await decorated(), await decorated(), await name()] == ["inside", "inside.2", "outside"]
    assert decorated.__name__ == "name" and asyncio.iscoroutinefunction(decorated)

    @inside
    def starts() -> asyncio.Task[str]:
        return asyncio.ensure_future(name())

    assert [await starts(), await name()] == ["inside.3", "outside.2"]
    with inside, pytest.raises(RuntimeError, match="in use"):
        inside.__enter__()


async def test_inner_settings_come_on_top_of_outer_ones(here: LiveSocket) -> None:
    enable_interrupt_resume()
    with interrupt_resume_settings(session_label="outer", prompt_builder=lambda *_: "outer"):
        with interrupt_resume_settings(session_label="inner"):
            async with here.connect() as session:
                assert interrupt_resume_for(session).session_id == "inner"
                assert await note_of(here, session) == "outer"


async def test_calls_at_the_same_time_do_not_see_each_others(here: LiveSocket) -> None:
    enable_interrupt_resume()

    async def call(name: str) -> str:
        with interrupt_resume_settings(session_label=name):
            await asyncio.sleep(0)
            async with here.connect() as session:
                return interrupt_resume_for(session).session_id

    names = ["red", "green", "blue"]
    assert await asyncio.gather(*map(call, names)) == names


async def test_a_task_that_a_framework_starts_inside_has_them_also_later(here: LiveSocket) -> None:
    enable_interrupt_resume()
    go = asyncio.Event()

    async def framework() -> str:
        await go.wait()  # it connects, or reconnects, when the block has been left
        async with here.connect() as session:
            return interrupt_resume_for(session).session_id

    with interrupt_resume_settings(session_label="kept"):
        task = asyncio.create_task(framework())
    go.set()
    assert await task == "kept"


def test_what_is_wrong_is_wrong_at_the_call() -> None:
    with pytest.raises(TypeError, match="max_history"):
        interrupt_resume_settings(max_history="4")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"interrupt_resume_settings\(\).*on_session"):
        interrupt_resume_settings(on_session=print)  # type: ignore[call-arg]


def test_whether_it_is_enabled() -> None:
    assert not is_enabled()
    enable_interrupt_resume()
    assert is_enabled()
    disable_interrupt_resume()
    assert not is_enabled()
