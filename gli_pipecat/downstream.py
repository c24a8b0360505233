"""What goes on downstream from the processor: words as they are heard, with the frames around them.

Knows the order of frames that an assistant aggregator needs: start, words, end, one reply after the
other, whichever task pushes them. Must not know how it is known what was heard. What ends a reply
waits until all of it was heard, where it comes too early; and replies that Pipecat runs together get
the frames that it leaves out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    SystemFrame,
    TTSTextFrame,
)

from gli_pipecat.spoken import Spoken
from gli_pipecat.wording import words_in

_HEAD_START = 0.04
"""Seconds that words get before a system frame, which overtakes them in every queue."""


class Downstream:
    """The frames that go on, in order.

    Args:
        push: Pushes one frame downstream.
    """

    def __init__(self, push: Callable[[Frame], Awaitable[None]]) -> None:
        self._push = push
        self._frames: deque[Frame] = deque()
        self._pushing = asyncio.Lock()
        self._is_open = False
        self._reply: Spoken | None = None
        self._held: deque[tuple[Frame, Spoken | None]] = deque()
        self._words_at = float("-inf")
        self.message_frame: Callable[..., Frame] | None = None
        """Makes an RTVI server message; None sends none."""

    async def flush(self) -> None:
        """Push what has gathered, in order, whichever task comes first."""
        async with self._pushing:
            while self._frames:
                await self._push(self._frames.popleft())

    def message(self, kind: str, /, **data: Any) -> None:
        """Tell RTVI clients something."""
        if self.message_frame is not None:
            self._frames.append(self.message_frame(data={"type": kind, **data}))

    def words(self, spoken: Spoken, text: str, now: float) -> None:
        """`text` of a reply was heard."""
        self.release(lambda one: one.number < spoken.number, now, all_at_once=True)
        if self._is_open and self._reply not in (None, spoken):
            self.close()
        if not self._is_open:
            self._frames.append(LLMFullResponseStartFrame())
            self._is_open = True
        self._reply = spoken
        for word in words_in(text):
            frame = TTSTextFrame(word, "word")
            frame.includes_inter_frame_spaces = True
            self._frames.append(frame)
        self._words_at = now
        self.message("bot-heard", reply=spoken.number, text=text)

    # --- Pipecat's own frames around a reply

    @property
    def holds(self) -> bool:
        """Whether something waits, and what comes must wait behind it."""
        return bool(self._held)

    @property
    def ending(self) -> list[Spoken]:
        """The replies whose ends wait."""
        return [spoken for _, spoken in self._held if spoken is not None]

    def hold(self, frame: Frame, spoken: Spoken | None) -> None:
        """A frame waits until all of a reply was heard; None: only for what waits already."""
        self._held.append((frame, spoken))

    def release(
        self, is_over: Callable[[Spoken], bool], now: float, *, all_at_once: bool = False
    ) -> None:
        """Let go what waits for replies that are over.

        Args:
            is_over: Whether all of a reply was heard.
            now: Seconds.
            all_at_once: Also system frames right behind words.
        """
        while self._held:
            frame, spoken = self._held[0]
            if spoken is not None and not is_over(spoken):
                break
            soon = now - self._words_at < _HEAD_START
            if isinstance(frame, SystemFrame) and soon and not all_at_once:
                break
            self._held.popleft()
            self.passes(frame)
            self._frames.append(frame)

    def passes(self, frame: Frame) -> None:
        """Pipecat's own start or end of a reply goes on."""
        if isinstance(frame, LLMFullResponseStartFrame):
            self._is_open, self._reply = True, None
        elif isinstance(frame, LLMFullResponseEndFrame):
            self._is_open = False

    def close(self) -> None:
        """A reply is over that Pipecat does not end."""
        if self._is_open:
            self._is_open = False
            self._frames.append(LLMFullResponseEndFrame())

    def interrupted(self) -> list[Frame]:
        """An interruption passes, which ends a reply for whoever listens.

        Returns:
            What goes right behind it.
        """
        kept: list[Frame] = [f for f, _ in self._held if isinstance(f, BotStoppedSpeakingFrame)]
        self._held.clear()
        self._is_open = False
        return kept
