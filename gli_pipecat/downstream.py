"""What goes on downstream from the processor: words as they are heard, with the frames around them.

Knows the order of frames that an assistant aggregator needs: start, words, end, one reply after the
other, whichever task pushes them. Must not know how it is known what was heard. A reply's end waits
until all of it was heard, and replies that Pipecat runs together get the frames that it leaves out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from pipecat.frames.frames import (
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    TTSTextFrame,
)

from gli_pipecat.spoken import Spoken, words_in


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
        self._end: tuple[Frame, Spoken] | None = None
        self.message_frame: Callable[..., Frame] | None = None
        """Makes an RTVI server message; None sends none."""

    async def flush(self) -> None:
        """Push what has gathered, in order, whichever task comes first."""
        async with self._pushing:
            while self._frames:
                await self._push(self._frames.popleft())

    def message(self, kind: str, **data: Any) -> None:
        """Tell RTVI clients something."""
        if self.message_frame is not None:
            self._frames.append(self.message_frame(data={"type": kind, **data}))

    def words(self, spoken: Spoken, text: str) -> None:
        """`text` of a reply was heard."""
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
        self.message("bot-heard", reply=spoken.number, text=text)

    def opened(self) -> None:
        """Pipecat's own start of a reply passes."""
        self._is_open, self._reply = True, None

    def hold_end(self, frame: Frame, spoken: Spoken) -> None:
        """Pipecat's own end of a reply waits until the rest of it was heard."""
        self._end = (frame, spoken)

    @property
    def ending(self) -> Spoken | None:
        """The reply whose end waits."""
        return self._end[1] if self._end is not None else None

    def release_end(self) -> None:
        """The end that waits may go."""
        if self._end is not None:
            self._frames.append(self._end[0])
            self._end = None
            self._is_open = False

    def ended(self) -> None:
        """Pipecat's own end of a reply passes."""
        self._is_open = False

    def close(self) -> None:
        """A reply is over that Pipecat does not end."""
        if self._is_open:
            self._is_open = False
            self._frames.append(LLMFullResponseEndFrame())

    def interrupted(self) -> None:
        """An interruption passes, which ends a reply for whoever listens."""
        self._end = None
        self._is_open = False
