"""What is called in the app: its prompt builder, and its callbacks.

Knows that both may be sync or async, slow, or wrong. Must not know when they are due. An error of
theirs is logged, and reaches nobody.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from loguru import logger

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.note import PromptBuilder, build_note, sendable
from gemini_live_interrupt.core.outcome import Outcome

_BUILD_TIMEOUT = 10.0
"""Seconds for an async prompt builder: a reply has begun long before."""

Callback = Callable[[Any], Any]


class AppCalls:
    """The calls of one session into its app.

    Args:
        prompt_builder: makes the note; None: the built-in one.
        on_interruption: gets each `Interruption`.
        on_event: gets each `Notice`.
        on_outcome: gets each `Outcome`.
        answer: is told each note that was built.
        noticed: is told what failed, and the error.
    """

    def __init__(
        self,
        *,
        prompt_builder: PromptBuilder | None,
        on_interruption: Callback | None,
        on_event: Callback | None,
        on_outcome: Callback | None,
        answer: Callable[[e.NoteBuilt], None],
        noticed: Callable[[str, BaseException], None],
    ) -> None:
        self._prompt_builder = prompt_builder
        self._on_interruption = on_interruption
        self._on_event = on_event
        self._on_outcome = on_outcome
        self._answer = answer
        self._noticed = noticed
        self._builds: set[asyncio.Task[None]] = set()
        self._callbacks: set[asyncio.Task[None]] = set()

    def cancel(self) -> None:
        """Give up the builds that are under way; callbacks may finish. Called in the event loop."""
        for task in list(self._builds):
            task.cancel()

    # --- the note

    def build(self, interruption: e.Interruption) -> None:
        """Make the note for an interruption. Called in the event loop."""
        if self._prompt_builder is None:
            self._answer(e.NoteBuilt(id=interruption.id, text=build_note(interruption)))
            return
        try:
            text = self._prompt_builder(
                interruption.heard, interruption.user_text, list(interruption.history)
            )
        except Exception as error:
            self._built_by_us(interruption, error)
            return
        if inspect.isawaitable(text):
            _start(self._await_builder(text, interruption), self._builds)
        else:
            self._built(interruption, text)

    async def _await_builder(self, text: Awaitable[str], interruption: e.Interruption) -> None:
        try:
            self._built(interruption, await asyncio.wait_for(text, _BUILD_TIMEOUT))
        except Exception as error:
            self._built_by_us(interruption, error)

    def _built(self, interruption: e.Interruption, text: object) -> None:
        if not isinstance(text, str):
            self._built_by_us(
                interruption, TypeError(f"it returned {type(text).__name__}, not str")
            )
            return
        self._answer(e.NoteBuilt(id=interruption.id, text=sendable(text)))

    def _built_by_us(self, interruption: e.Interruption, error: Exception) -> None:
        self._noticed("builder failed", error)
        logger.opt(exception=error).warning(
            "The prompt builder failed; the built-in note is sent instead."
        )
        self._answer(e.NoteBuilt(id=interruption.id, text=build_note(interruption)))

    # --- the callbacks

    def tell_interruption(self, interruption: e.Interruption) -> None:
        """Call `on_interruption`."""
        self._call(self._on_interruption, interruption)

    def tell_notice(self, notice: e.Notice) -> None:
        """Call `on_event`."""
        self._call(self._on_event, notice)

    def tell_outcome(self, outcome: Outcome) -> None:
        """Call `on_outcome`."""
        self._call(self._on_outcome, outcome)

    def _call(self, callback: Callback | None, argument: Any) -> None:
        if callback is None:
            return
        try:
            result = callback(argument)
        except Exception as error:
            self._noticed("callback failed", error)
            logger.opt(exception=error).warning("A callback of the app failed.")
            return
        if inspect.isawaitable(result):
            _start(self._await_callback(result), self._callbacks)

    async def _await_callback(self, result: Awaitable[object]) -> None:
        try:
            await result
        except Exception as error:
            self._noticed("callback failed", error)
            logger.opt(exception=error).warning("A callback of the app failed.")


def _start(work: Coroutine[Any, Any, None], keep: set[asyncio.Task[None]]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    keep.add(task)
    task.add_done_callback(keep.discard)
