"""What a live session says that Pipecat's frames do not: a thought, the end of a reply, token counts.

Knows one private name of google-genai, `AsyncSession._receive`, through which every message comes,
and says nothing where it is missing. Must not know what follows from a message, and changes none. A
message is followed in two steps: its counts when it comes, and the end of a reply when Pipecat has
made frames of all that came before it, which is when it asks for the next message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loguru import logger

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai.messages import from_server


class SessionTap:
    """Listens to the messages of one session.

    Args:
        session: A google-genai `AsyncSession`, or anything.
        tell: Called with each event.
    """

    def __init__(self, session: Any, tell: Callable[[e.Event], None]) -> None:
        self._session = session
        self._tell: Callable[[e.Event], None] | None = tell
        self._is_generated = False
        self._receive = getattr(session, "_receive", None)
        if callable(self._receive):
            try:
                session._receive = self._taps
            except (AttributeError, TypeError):  # An object that takes no attributes.
                self._receive = None

    def stop(self) -> None:
        """Listen no more."""
        self._tell = None
        if getattr(self._session, "__dict__", {}).get("_receive") == self._taps:
            del self._session._receive

    async def _taps(self, *args: Any, **kwargs: Any) -> Any:
        if self._is_generated:
            self._is_generated = False
            self._say(e.GenerationComplete())
        assert self._receive is not None
        message = await self._receive(*args, **kwargs)
        if self._tell is not None:
            try:
                self._came(message)
            except Exception as error:  # It costs this message only.
                logger.debug(f"A message of the session could not be read: {type(error).__name__}")
        return message

    def _came(self, message: Any) -> None:
        for event in from_server(message):
            if isinstance(event, e.TokensCounted | e.ContextGrew):
                self._say(event)
            elif isinstance(event, e.ModelText) and event.written:
                self._say(replace(event, text=""))  # What it says comes in frames, if at all.
            elif isinstance(event, e.GenerationComplete):
                self._is_generated = True

    def _say(self, event: e.Event) -> None:
        if self._tell is not None:
            self._tell(event)
