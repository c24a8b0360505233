"""The way from the llm service to its live session: which session it is, and how a note gets in.

Knows one private name of Pipecat, `GeminiLiveLLMService._session` (the same in every 1.x), since no
public call adds context without asking for a reply: `LLMMessagesAppendFrame` completes a turn up to
1.12, and from 1.13 leaves a debt that the next tool result pays with a spurious turn. Must not know
frames or decide what is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.events import Delivery
from gemini_live_interrupt.core.profile_text import FoundProfiles
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai.following import handle_of
from gemini_live_interrupt.genai.ours import ours
from gli_pipecat.session_tap import SessionTap

SEND_TIMEOUT = 10.0
"""Seconds for one send."""


def model_of(llm: Any, model: str | None) -> str | None:
    """The name of an llm service's model, where it is known.

    Args:
        llm: The service.
        model: The name that the application gave; None: the service's own.
    """
    if model is not None:
        return model
    settings = getattr(llm, "_settings", None)
    name = getattr(settings, "model", None) or getattr(llm, "model_name", None)
    return name if isinstance(name, str) else None


def profile_of(llm: Any, model: str | None, found: FoundProfiles | None = None) -> Profile:
    """The profile of an llm service's model.

    Args:
        llm: A `GeminiLiveLLMService`, or its Vertex variant.
        model: The model's name; None: the service's own.
        found: What was found out about models; None: nothing.
    """
    vertex = any("Vertex" in kind.__name__ for kind in type(llm).__mro__)
    return (found or FoundProfiles()).profile_for(model_of(llm, model), vertex=vertex)


def compresses(llm: Any) -> bool:
    """Whether an llm service's sessions compress their context, so that token counts do not add
    up."""
    chosen = getattr(getattr(llm, "_settings", None), "context_window_compression", None)
    if isinstance(chosen, dict):
        return bool(chosen.get("enabled"))
    return bool(getattr(chosen, "enabled", False))


class SessionLink:
    """The live session of one llm service, which is another object after a reconnect.

    Args:
        llm: The service.
        tell: Called with what a session says that is in no frame.
    """

    def __init__(self, llm: Any, tell: Callable[[e.Event], None] = lambda event: None) -> None:
        self.llm = llm
        self._tell = tell
        self._tap: SessionTap | None = None
        self._last: Any = None
        self._asked = False

    @property
    def is_reachable(self) -> bool:
        """Whether this kind of service lets us reach its session at all."""
        return hasattr(self.llm, "_session")

    @property
    def session(self) -> Any:
        """The session, or None while there is no connection."""
        return getattr(self.llm, "_session", None)

    def changed(self) -> tuple[bool, bool]:
        """Look whether the session is another one than at the last call.

        A tracker of `enable_interrupt_resume()` for it is stopped: it cannot know what the
        transport has played, and one of us must be silent.

        Returns:
            Whether there is a new session, and whether it follows an earlier one.
        """
        session = self.session
        if session is None or session is self._last:
            return False, False
        before, self._last = self._last, session
        self._asked = False
        self.stop()
        self._tap = SessionTap(session, self._tell)
        tracker = handle_of(session)
        if tracker is not None:
            tracker.stop()
        return True, before is not None

    def stop(self) -> None:
        """Listen to the session no more."""
        if self._tap is not None:
            self._tap.stop()
            self._tap = None

    async def send(self, text: str, delivery: Delivery, profile: Profile) -> None:
        """Send `text` as user-role client content.

        Pipecat opens sessions of the Developer API with `initial_history_in_client_content`, where
        the first complete content ends the history and gets no reply (inferred from Pipecat's
        source, which follows it with a realtime text of one space on 3.x; the local server does
        so, too). Whether that content has been sent cannot be seen, so the first answering message
        of a 3.x session is followed by the space, and later ones are not.

        Raises:
            Exception: whatever the session raises, or TimeoutError.
        """
        session, answering = self.session, delivery == "answering"
        with ours():
            async with asyncio.timeout(SEND_TIMEOUT):
                await self._send(session, text, answering, profile)

    async def _send(self, session: Any, text: str, answering: bool, profile: Profile) -> None:
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": text}]}, turn_complete=answering
        )
        if answering and not self._asked:
            self._asked = True
            if profile.backend == "developer" and profile.family in ("3.1", "3.8"):
                await session.send_realtime_input(text=" ")
