"""The server's half of `page/player.js`: what the browser is told, and what it reports.

Knows the three messages between the two, and that a browser can send anything. Must not know the
conversation. `docs/browser.md` has the protocol.
"""

from __future__ import annotations

from typing import Any

from fastapi import WebSocket

from gemini_live_interrupt import SessionTracker

RATE = 24_000
"""Samples a second: what Gemini Live sends and the page plays."""


class BrowserPlayback:
    """The loudspeaker of one browser."""

    def __init__(self, browser: WebSocket) -> None:
        self._browser = browser
        self._flushes = 0

    async def play(self, pcm: bytes) -> None:
        """Queue the model's audio."""
        await self._browser.send_bytes(pcm)

    async def flush(self) -> None:
        """Be silent now."""
        self._flushes += 1
        await self._browser.send_json({"flush": self._flushes})

    def report(self, message: dict[str, Any], handle: SessionTracker) -> None:
        """The browser has played something: tell the library."""
        samples, after = message.get("played"), message.get("after")
        # A report that was on its way during a flush is about the reply that was cut by it.
        if after == self._flushes and isinstance(samples, int) and 0 < samples <= 10 * RATE:
            handle.playback.on_play_ms(samples * 1000 / RATE)
