"""What is called in the app: its prompt builder, and its callbacks.

Knows that both may be sync or async, slow, or wrong. Must not know when they are due. An error of
theirs is said once for each function, by its name, and reaches nobody.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.builder import HOLE, PromptBuilder, ask, has_a_hole
from gemini_live_interrupt.core.note import build_note, sendable
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.genai.boundary import ends_process, ends_task, in_time
from gemini_live_interrupt.saying import app_failed, is_new, name_of, say, say_once

_BUILD_TIMEOUT = 10.0
"""Seconds for an async prompt builder: a reply has begun long before."""
_SLOW = 0.1
"""Seconds of a synchronous call of the app after which it is told that it holds the event loop."""
_MOST_CALLBACKS = 100
"""Async callbacks of one session that may be under way."""

Callback = Callable[[Any], Any]


class AppCalls:
    """The calls of one session into its app.

    Args:
        prompt_builder: makes the note; None: the built-in one.
        on_interruption: gets each `Interruption`.
        on_event: gets each `Notice`.
        on_outcome: gets each `Outcome`.
    """

    def __init__(
        self,
        *,
        prompt_builder: PromptBuilder | None,
        on_interruption: Callback | None,
        on_event: Callback | None,
        on_outcome: Callback | None,
    ) -> None:
        self._prompt_builder = prompt_builder
        self._on_interruption = on_interruption
        self._on_event = on_event
        self._on_outcome = on_outcome
        self.answer: Callable[[e.NoteBuilt], None] = lambda built: None
        """Is told each note that was built."""
        self.noticed: Callable[[str, BaseException], None] = lambda what, error: None
        """Is told what failed, and the error."""
        self._builds: set[asyncio.Task[None]] = set()
        self._callbacks: set[asyncio.Task[None]] = set()

    def cancel(self) -> None:
        """Give up the builds that are under way; callbacks may finish. Called in the event loop."""
        for task in list(self._builds):
            task.cancel()

    # --- the note

    def build(self, interruption: e.Interruption) -> None:
        """Make the note for an interruption. Called in the event loop."""
        builder = self._prompt_builder
        if builder is None:
            self.answer(e.NoteBuilt(id=interruption.id, text=build_note(interruption)))
            return
        begun = time.monotonic()
        try:
            text = ask(builder, interruption)
            _say_if_slow(builder, time.monotonic() - begun)
            if inspect.isawaitable(text):
                self._start(self._await_builder(builder, text, interruption), self._builds)
                return
            note = _note(text)
        except BaseException as error:
            if ends_process(error):
                raise
            self._built_by_us(builder, interruption, error)
        else:
            self._built(interruption, note)

    async def _await_builder(
        self, builder: PromptBuilder, text: Awaitable[str], interruption: e.Interruption
    ) -> None:
        try:
            note = _note(await in_time(text, _BUILD_TIMEOUT))
        except BaseException as error:
            if ends_task(error):
                raise
            self._built_by_us(builder, interruption, error)
        else:
            self._built(interruption, note)

    def _built(self, interruption: e.Interruption, note: str) -> None:
        if has_a_hole(note, interruption):
            say_once(HOLE)
        self.answer(e.NoteBuilt(id=interruption.id, text=note))

    def _built_by_us(
        self, builder: PromptBuilder, interruption: e.Interruption, error: BaseException
    ) -> None:
        self.noticed("builder failed", error)
        app_failed(builder, error, "The built-in note is sent instead.")
        self.answer(e.NoteBuilt(id=interruption.id, text=build_note(interruption)))

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
        begun = time.monotonic()
        try:
            result = callback(argument)
            _say_if_slow(callback, time.monotonic() - begun)
            if not inspect.isawaitable(result):
                return
        except BaseException as error:
            if ends_process(error):
                raise
            self._failed(callback, error)
            return
        if len(self._callbacks) < _MOST_CALLBACKS:
            self._start(self._await_callback(callback, result), self._callbacks)
        else:
            if inspect.iscoroutine(result):
                result.close()
            hang = TimeoutError(f"{_MOST_CALLBACKS} calls of it have not returned")
            self._failed(callback, hang)

    async def _await_callback(self, callback: Callback, result: Awaitable[object]) -> None:
        try:
            await result
        except BaseException as error:
            if ends_task(error):
                raise
            self._failed(callback, error)

    def _failed(self, callback: Callback, error: BaseException) -> None:
        self.noticed("callback failed", error)
        app_failed(callback, error, "The conversation goes on as if it had returned.")

    def _start(self, work: Coroutine[Any, Any, None], keep: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        keep.add(task)
        task.add_done_callback(keep.discard)


def _note(text: object) -> str:
    """What a builder returned, as it can go over the wire.

    Raises:
        TypeError: if it is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"it returned {type(text).__name__}, not str")
    return sendable(str.__str__(text))  # A kind of `str` of the app's may do anything.


def _say_if_slow(function: Callable[..., Any], seconds: float) -> None:
    if seconds > _SLOW and is_new(("slow", name_of(function))):
        say(
            "WARNING",
            f"{name_of(function)} held the event loop for {seconds * 1000:.0f} ms: no message was "
            "received meanwhile. Make it async, or do the work elsewhere. (Said once.)",
        )
