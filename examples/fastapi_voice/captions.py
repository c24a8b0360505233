"""What the page shows of the model's words: heard, not heard yet, and never heard.

Knows what the library says was heard. Must not know sockets or audio. Each caption is complete by
itself, so a page that missed one is right again with the next.
"""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt import Interruption, SessionTracker

Caption = dict[str, Any]


class Captions:
    """The captions of one Gemini session.

    Args:
        handle: the session's.
        after: the captions of the session before it in the same call.
    """

    def __init__(self, handle: SessionTracker, after: Captions | None = None) -> None:
        self._handle = handle
        self._first = after.latest_id if after else 0
        self._shown: Caption | None = None
        self._cut_id: int | None = None

    @property
    def latest_id(self) -> int:
        """Counts the replies of a call from 1."""
        return self._first + self._handle.heard.reply

    def now(self) -> Caption | None:
        """The caption of the latest reply that was audible, if it has changed."""
        heard = self._handle.heard
        caption = {"id": self._first + heard.reply, "heard": heard.text, "rest": heard.unheard}
        if not heard.reply or caption["id"] == self._cut_id or caption == self._shown:
            return None
        self._shown = caption
        return caption

    def cut(self, interruption: Interruption) -> Caption:
        """The caption of a reply that was cut."""
        self._cut_id = self.latest_id
        return {
            "id": self._cut_id,
            "heard": interruption.heard,
            "rest": interruption.unheard,
            "cut": {
                "heard_ms": round(interruption.heard_ms),
                "received_ms": round(interruption.received_ms),
            },
        }
