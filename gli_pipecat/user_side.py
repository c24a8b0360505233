"""Who takes the floor in a pipeline, and what they say over a reply.

Knows Pipecat's frames about the user as far as they tell who interrupted: a voice that was detected,
the application by itself (a stop button, a key, a text that was typed), or the application for the
user (push to talk). Must not know replies, or what a cut means.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.acknowledgements import asked_last, only_acknowledges

_JUST_SPOKE = 2.0
"""Seconds after a voice, or words of the user, in which an interruption is due to them."""
_JUST_TYPED = 1.0
"""Seconds after a typed text in which it is due to that."""


class UserSide:
    """What is known of the user."""

    def __init__(self) -> None:
        self.speaks = False
        """Pipecat's turn detection, or the application, says that the user has the turn."""
        self._voice_is_on = False
        self._voice_at = float("-inf")
        self._typed_at = float("-inf")
        self._typed = ""
        self._cut_at = float("-inf")
        self._is_told = False
        self._over: list[str] | None = None
        self._heard = ""

    # --- what happens

    def voice(self, now: float, *, starts: bool) -> None:
        """A voice detector hears the user, or no longer."""
        self._voice_is_on = starts
        self._voice_at = now

    def says(self, text: str, now: float) -> None:
        """Words of the user came."""
        self._voice_at = now
        if self._over is not None:
            self._over.append(text)

    def types(self, text: str, now: float) -> bool:
        """The user has sent a text.

        Returns:
            Whether it is news: it may come by in several frames.
        """
        is_news = text != self._typed or now - self._typed_at > _JUST_SPOKE
        self._typed, self._typed_at = text, now
        return is_news

    def interrupted(self, now: float) -> None:
        """A reply was cut: what is said now is said over it."""
        self._over = []
        self._heard = ""
        self._cut_at = now

    def is_waited_for(self, now: float) -> bool:
        """Whether a reply was cut just now, and no words have said yet why."""
        return self._over == [] and now - self._cut_at < _JUST_SPOKE

    def had_heard(self, text: str) -> None:
        """What was heard of the reply that was cut."""
        self._heard = text

    def is_answered(self, *, is_over: bool) -> str:
        """The model speaks again.

        Args:
            is_over: The reply was followed to its end: no words of that interruption can come.

        Returns:
            What the user had said over the reply before, if that only acknowledged it; "" else.
        """
        text = " ".join(self._over or ()).strip()
        if text or is_over:
            self._over = None
        is_one = bool(text) and only_acknowledges(text) and not asked_last(self._heard)
        return text if is_one else ""

    # --- who it was

    def interrupts(self, now: float, *, is_heard: bool) -> e.Flushed:
        """What an interruption is that Pipecat makes, not the server.

        Args:
            now: Seconds.
            is_heard: Somebody speaks into the microphone.
        """
        if self._voice_is_on or is_heard or now - self._voice_at < _JUST_SPOKE:
            return e.Flushed(drops_rest=True, cause="speech")
        cause: e.Cause = "app"
        if self.speaks:
            cause = "activity"
        elif now - self._typed_at < _JUST_TYPED:
            cause = "typed"
        # Somebody wanted it so, and not by accident: nobody asks the model to go on.
        return e.Flushed(drops_rest=True, cause=cause, for_good=True)

    def tells_start(self) -> e.Activity | None:
        """That the user has begun to speak, if that is so and was not told yet."""
        if not self.speaks or self._is_told:
            return None
        self._is_told = True
        return e.Activity(started=True, by_app=not self._voice_is_on)

    def tells_stop(self) -> e.Activity | None:
        """That the user has finished, if it was told that they began."""
        self.speaks = False
        if not self._is_told:
            return None
        self._is_told = False
        return e.Activity(started=False)
