"""The handle of one live session: what an app can see of it, and tell it.

Knows what is for apps, and nothing else; the work is the shell's (`session.py`).
"""

from __future__ import annotations

from dataclasses import replace

from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.events import HeardSoFar
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.genai.playback_reports import PlaybackReports
from gemini_live_interrupt.genai.session import FollowedSession
from gemini_live_interrupt.saying import printable


class SessionTracker:
    """The handle of one live session, from `interrupt_resume_for` or `on_session`.

    Args:
        followed: the shell's side of it.
        model: the model's name, where it is known.
    """

    def __init__(self, followed: FollowedSession, model: str | None) -> None:
        self._followed = followed
        self._model = model
        self.playback = PlaybackReports(lambda event: self._latest.told_by_app(event))
        """Tell here what your speaker does. Once another connection has gone on with the
        conversation, it is told to that one."""

    @property
    def _latest(self) -> FollowedSession:
        """The session that goes on with this one's conversation: this one, as long as it does."""
        latest = self._followed
        while not latest.is_active and latest.heir is not None:
            latest = latest.heir
        return latest

    @property
    def is_active(self) -> bool:
        """Whether the session is followed."""
        return self._followed.is_active

    @property
    def heard(self) -> HeardSoFar:
        """What the user has heard by now of the reply that is audible, or of the last one: for
        captions, say.

        Ask from any thread, every 40 ms if you like: it takes microseconds and never waits. The first
        answer about a reply is empty, and has it worked out for the next. While a reply still arrives
        the answer may be 0.2 s behind, and then claims less.
        """
        heard = self._latest.heard()
        if heard.reply or self._latest is self._followed:
            return heard
        # The connection that goes on has no reply of its own yet, at most the rest of our last one.
        own = self._followed.heard()
        return replace(heard, reply=own.reply) if heard.received_ms else own

    @property
    def session_id(self) -> str:
        """The session's name in logs and records: unique in this process, and printable. See the
        setting `session_label`."""
        return self._followed.session_id

    @property
    def model(self) -> str | None:
        """The model's name, where it is known."""
        return self._model

    @property
    def profile(self) -> Profile:
        """What is known of the session's model."""
        return self._followed.profile

    @property
    def resumption_handle(self) -> str | None:
        """The latest handle with which this session can be resumed."""
        return self._followed.resumption_handle

    def export_state(self) -> str:
        """The conversation's state as a small JSON text, for `restore_state` of the session that
        resumes it.

        Call it when the server says `goAway`, or at any time: a reply that is playing counts as cut
        then.
        """
        return self._followed.carried().to_json()

    def restore_state(self, state: str) -> None:
        """Go on where `export_state` was called, on this machine or another. The model is told once
        what was cut.

        Args:
            state: what `export_state` gave.

        Raises:
            ValueError: if it is not such a text.
        """
        self._followed.resume(Carried.from_json(state))

    def stop(self) -> None:
        """Stop following this session: nothing is sent or called any more, and nothing of it is
        carried over a reconnect. The session itself goes on. Safe from any thread."""
        self._followed.stop()

    def __repr__(self) -> str:
        state = "followed" if self.is_active else "not followed any more"
        if self._followed.is_closing:
            state = "closing"
        made = self._followed.interruptions
        times = f"{made} interruption{'' if made == 1 else 's'}"
        model = printable(self._model) if self._model else f"family {self.profile.family}"
        return f"<SessionTracker {self.session_id}: {model}, {state}, {times}>"
