"""One WebSocket connection of the local server: frames in, frames out, everything recorded.

Knows JSON, frames, close codes and the clock; passes what goes out through the faults. Knows
nothing of speech or of who has the floor: that is
`gemini_live_interrupt.testing.server.live_session`.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine, Sequence
from typing import Any

from loguru import logger
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing, Stage
from gemini_live_interrupt.testing.server.record import SessionRecord, WireMessage
from gemini_live_interrupt.testing.server.wire import ClientMessage, camel, close_reason, parse

__all__ = ["Connection"]

Json = dict[str, Any]


class Connection:
    """A client's connection, its record and its clock.

    Args:
        socket: The accepted WebSocket.
        record: Filled as the session goes on.
        pace: How many ms of the session pass in one ms.
        text_frames: Send text frames; the service sends binary ones.
    """

    def __init__(
        self,
        socket: ServerConnection,
        record: SessionRecord,
        *,
        pace: float = 1.0,
        text_frames: bool = False,
    ) -> None:
        self.socket = socket
        self.record = record
        self.faults: Sequence[Fault] = ()
        self._pace = pace
        self._text_frames = text_frames
        self._opened = asyncio.get_running_loop().time()
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> float:
        """Session time in ms since the connection opened."""
        return self.at(asyncio.get_running_loop().time())

    def at(self, loop_time: float) -> float:
        """Session time in ms of a reading of the event loop's clock, in seconds."""
        return (loop_time - self._opened) * 1000 * self._pace

    async def sleep(self, ms: float) -> None:
        """Let ``ms`` of session time pass."""
        await asyncio.sleep(max(0.0, ms) / 1000 / self._pace)

    async def receive(self) -> ClientMessage | None:
        """The client's next message; None when it is gone.

        Raises:
            Refusal: A message that the service would refuse.
        """
        try:
            frame = await self.socket.recv()
        except ConnectionClosed:
            return None
        self._note_sent(frame)
        return parse(frame)

    async def send(self, message: Json, stage: Stage = "other") -> None:
        """Send one message; faults may change, delay, repeat or withhold it."""
        outgoing = [Outgoing(message=message, stage=stage)]
        for fault in self.faults:
            outgoing = [out for given in outgoing for out in fault.outgoing(given)]
        for out in outgoing:
            if out.detached:
                self.spawn(self._send_later(out))
                continue
            if out.delay_ms:
                await self.sleep(out.delay_ms)
            await self.send_raw(out.message)

    async def send_raw(self, message: Json) -> None:
        """Send one message as it is."""
        if "interrupted" in (message.get("serverContent") or {}):
            self.record.interrupted_ms.append(self.now())
        self.record.audio_sent_ms += _audio_ms(message)
        self.record.messages.append(
            WireMessage(direction="received", at_ms=self.now(), message=without_audio(message))
        )
        frame: str | bytes = json.dumps(message, ensure_ascii=False)
        try:
            await self.socket.send(frame if self._text_frames else str(frame).encode())
        except ConnectionClosed:
            logger.debug("live server: the client is gone, a message stays unsent")

    async def close(self, code: int, reason: str) -> None:
        """Close with a code and a reason, as the service does when it refuses something."""
        if self.record.closed is None:
            self.record.closed = (code, reason)
        await self.socket.close(code, close_reason(reason))

    def drop(self) -> None:
        """Lose the connection without a close frame; clients see code 1006."""
        if self.record.closed is None:
            self.record.closed = (1006, "")
        self.socket.transport.abort()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``work`` beside the read loop; it ends with the connection at the latest."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """Stop all work and complete the record."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.record.closed is None:
            code, reason = self.socket.close_code, self.socket.close_reason
            self.record.closed = (code or 1006, reason or "")
        self.record.ended_ms = self.now()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("live server: a session's work failed")
            await self.close(1011, "Internal error encountered.")

    async def _send_later(self, out: Outgoing) -> None:
        await self.sleep(out.delay_ms)
        await self.send_raw(out.message)

    def _note_sent(self, frame: str | bytes) -> None:
        try:
            message = json.loads(frame)
        except ValueError:
            message = {"unreadable": repr(frame[:80])}
        if not isinstance(message, dict):
            message = {"unreadable": message}
        entry = WireMessage(direction="sent", at_ms=self.now(), message=without_audio(message))
        self.record.messages.append(entry)


def _audio_ms(message: Json) -> float:
    """Audio in a message of ours: 24 kHz, 16 bit, 48 bytes a millisecond."""
    parts = ((message.get("serverContent") or {}).get("modelTurn") or {}).get("parts") or []
    blobs = [part["inlineData"]["data"] for part in parts if "inlineData" in part]
    return sum(len(base64.b64decode(blob)) for blob in blobs) / 48


def without_audio(message: Json) -> Json:
    """``message`` in camelCase with every ``data`` replaced by its size in bytes."""
    return _sized(camel(message))  # type: ignore[no-any-return]


def _sized(value: Any) -> Any:
    if isinstance(value, list):
        return [_sized(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "mimeType" in value and isinstance(value.get("data"), str):
        rest = {key: item for key, item in value.items() if key != "data"}
        return {**rest, "bytes": len(value["data"].rstrip("=")) * 3 // 4}
    return {key: _sized(item) for key, item in value.items()}
