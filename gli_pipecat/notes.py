"""A note's way: built, shown to the application, sent upstream as a frame, put into the session.

Knows the context frame, the application's builder and handlers, and the link to the session. Must
not know when a note is due: that is the core's. Every failure becomes an error frame and an answer
for the core, never an exception.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from loguru import logger
from pipecat.frames.frames import Frame, InputTextRawFrame
from pipecat.processors.frame_processor import FrameDirection

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.builder import HOLE, PromptBuilder, ask, has_a_hole
from gemini_live_interrupt.core.note import build_note, sendable
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai.boundary import ends_process
from gli_pipecat.frames import InterruptionContextFrame, Kind
from gli_pipecat.session_link import SessionLink

OURS = "gli_pipecat"
"""Key in `Frame.metadata` of what this package sends to the llm."""
BUILD_TIMEOUT = 5.0
"""Seconds that the application has for a note: the user is waiting for the reply."""
_SLOW_BUILDER = 0.1
"""Seconds that a synchronous builder may take: all sound waits for it."""

ARRIVES_WITHIN = 5.0
"""Seconds that a note may take to the llm, before it is taken for lost on the way."""

T = TypeVar("T")


class Host(Protocol):
    """What is needed of the processor."""

    async def push_frame(self, frame: Frame, direction: FrameDirection = ...) -> None: ...

    async def push_error(self, error_msg: str, exception: Exception | None = ...) -> None: ...

    async def _call_event_handler(self, event_name: str, *args: Any, **kwargs: Any) -> None: ...


class Notes:
    """The notes of one processor.

    Args:
        host: The processor.
        link: The llm's session.
        builder: Makes the text; None: the built-in note.
        noticed: Called with what went wrong, in a few fixed words, and the error.
        lost: Called with the answer for the core where a note never reaches the llm.
    """

    def __init__(
        self,
        host: Host,
        link: SessionLink,
        builder: PromptBuilder | None,
        noticed: Callable[[str, BaseException], None],
        lost: Callable[[e.NoteFailed], None] = lambda answer: None,
    ) -> None:
        self._host = host
        self._noticed = noticed
        self._link = link
        self._builder = builder
        self._built: tuple[str, e.Interruption] | None = None
        self._lost = lost
        self._on_the_way: dict[int, asyncio.TimerHandle] = {}
        self._sending = asyncio.Lock()
        self._warned = False
        self._told_of_hole = False
        self._told_of_keeper = False
        self.undelivered: InterruptionContextFrame | None = None
        """A note that found no connection: the next one gets it."""
        self.sent_at = float("-inf")
        """When the last one went out, in seconds of the monotonic clock."""

    async def build(self, interruption: e.Interruption, delivery: e.Delivery) -> e.NoteBuilt:
        """Make the note for an interruption; the application may change it or clear it.

        What the application does here is waited for, but not for ever.
        """
        note = build_note(interruption)
        if self._builder is not None:
            note = await self._within("builder", self._text(interruption), note)
        frame = InterruptionContextFrame(note=note, delivery=delivery, interruption=interruption)
        note = await self._within("on_interruption handler", self._shown(frame), note)
        text = sendable(note)
        if self._built is None or interruption.id >= self._built[1].id:
            self._built = (text, interruption)
        return e.NoteBuilt(id=interruption.id, text=text)

    async def _shown(self, frame: InterruptionContextFrame) -> str:
        await self._host._call_event_handler("on_interruption", frame)
        return _checked(frame.note or "")

    async def _text(self, interruption: e.Interruption) -> str:
        assert self._builder is not None
        began = time.monotonic()
        text = ask(self._builder, interruption)
        took = time.monotonic() - began
        if took > _SLOW_BUILDER:
            logger.warning(
                f"{self._host}: the prompt builder kept the whole pipeline waiting for "
                f"{took:.2f} s. Make it async, or do its work in a thread."
            )
        if inspect.isawaitable(text):
            awaitable: Awaitable[str] = text
            text = await awaitable
        text = _checked(text)
        if has_a_hole(text, interruption) and not self._told_of_hole:
            self._told_of_hole = True
            logger.warning(f"{self._host}: {HOLE}")
        return text

    async def _within(self, what: str, work: Awaitable[T], otherwise: T) -> T:
        """What the application makes of something, or `otherwise`, if it fails or takes too long."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=BUILD_TIMEOUT)
        except asyncio.CancelledError:
            task.cancel()
            raise
        try:
            # Raised in any case: early versions of Pipecat look for the traceback of an error.
            if not done:
                task.cancel()
                raise TimeoutError(f"no answer for {BUILD_TIMEOUT:g} s")
            if task.cancelled():
                raise RuntimeError("it was cancelled")
            return task.result()
        except BaseException as error:
            if ends_process(error):
                raise
            self._noticed(f"{what} failed", error)
            # Test frameworks and task groups raise what is no `Exception`; an error frame takes nothing else.
            said = error if isinstance(error, Exception) else RuntimeError(repr(error))
            said.__traceback__ = error.__traceback__
            await self._host.push_error(
                f"The {what} failed; the note is sent without it: {error!r}", said
            )
            return otherwise

    async def send(self, command: e.SendNote) -> None:
        """Send a message of the core upstream, to the llm."""
        is_note = self._built is not None and self._built[0] == command.text
        kind: Kind = "note" if is_note else "nudge"
        frame = InterruptionContextFrame(
            note=command.text,
            kind=kind,
            delivery=command.delivery,
            interruption=self._built[1] if self._built is not None else None,
        )
        frame.metadata[OURS] = (self, command.id)
        loop = asyncio.get_running_loop()
        self._on_the_way[frame.id] = loop.call_later(ARRIVES_WITHIN, self._is_lost, frame)
        await self._host.push_frame(frame, FrameDirection.UPSTREAM)

    def _is_lost(self, frame: InterruptionContextFrame) -> None:
        del self._on_the_way[frame.id]
        _, id_ = frame.metadata[OURS]
        error = "a processor on the way to the llm keeps InterruptionContextFrame"
        if not self._told_of_keeper:
            self._told_of_keeper = True
            logger.warning(
                f"{self._host}: the model was not told of an interruption: {error}, "
                "or another llm was switched to."
            )
        self._lost(e.NoteFailed(id=id_, error=error, kept=True))

    def arrive(self, frame: InterruptionContextFrame) -> bool:
        """A note has reached the llm.

        Returns:
            Whether it was we who sent it, and not another processor or the application, and it is
            still waited for.
        """
        waiting = self._on_the_way.pop(frame.id, None)
        if waiting is not None:
            waiting.cancel()
        return waiting is not None

    def stop(self) -> None:
        """Wait for no note any more."""
        while self._on_the_way:
            self._on_the_way.popitem()[1].cancel()

    async def deliver(
        self, frame: InterruptionContextFrame, profile: Profile
    ) -> e.NoteSent | e.NoteFailed | None:
        """The frame has reached the llm: put it into the session.

        Returns:
            What to tell the core; None if there is no connection now.
        """
        _, id_ = frame.metadata[OURS]
        async with self._sending:
            if not isinstance(frame.note, str) or not frame.note.strip():
                return e.NoteSent(id=id_)  # A processor on the way did not want it.
            if not self._link.is_reachable:
                await self._send_as_text(frame)
                return e.NoteSent(id=id_)
            if self._link.session is None:
                self.undelivered = frame
                return None
            try:
                await self._link.send(frame.note, frame.delivery, profile)
            except Exception as error:
                await self._host.push_error(f"A note could not be sent: {error!r}", error)
                return e.NoteFailed(id=id_, error=f"{type(error).__name__}: {error}")
            self.sent_at = time.monotonic()
            return e.NoteSent(id=id_)

    async def _send_as_text(self, frame: InterruptionContextFrame) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                f"{self._host}: the llm's live session cannot be reached, so notes go in as "
                "realtime text. That is lost: the model takes them for the user's words and may "
                "answer them at once."
            )
        text = InputTextRawFrame(frame.note)
        text.append_to_context = False
        text.metadata[OURS] = frame.metadata[OURS]
        await self._host.push_frame(text, FrameDirection.UPSTREAM)


def _checked(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"the note is {type(text).__name__}, not str")
    return text
