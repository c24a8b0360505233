"""The demo with a live user: a microphone, a loudspeaker, and one session with the library.

Also an example of what an app that plays audio itself does: it reports what its speaker took, says
how much later that is heard, and empties the speaker at `interrupted`. Needs `sounddevice`, which
is no extra of ours: `pip install sounddevice` (and PortAudio on Linux).
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from importlib import import_module
from typing import Any

from google import genai
from google.genai.types import Blob
from rich.console import Console
from rich.live import Live

from gemini_live_interrupt import attach_interrupt_resume
from gemini_live_interrupt.commands.demo import screen
from gemini_live_interrupt.commands.demo.side import CONFIG
from gemini_live_interrupt.commands.demo.spoken import Entry, FromReceived, note_entry
from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.testing.people import PlayedSpan

__all__ = ["Loudspeaker", "talk"]

_MICROPHONE_RATE = 16_000
_SPEAKER_RATE = 24_000
_BLOCK = 480
"""Samples that the speaker takes at a time: 20 ms."""


def talk(model: str, console: Console) -> int:
    """Talk to a model until Ctrl-C; returns the exit code."""
    try:
        sounddevice: Any = import_module("sounddevice")
    except (ImportError, OSError) as error:
        # An OSError is PortAudio itself that is missing.
        print(f"--mic needs sounddevice: pip install sounddevice ({error})", file=sys.stderr)
        return 2
    console.print("Ask for a story, and talk over it. Use headphones. Ctrl-C ends.", style="dim")
    asyncio.run(_Talk(model, console).run(sounddevice))
    return 0


class Loudspeaker:
    """What the audio device takes its samples from."""

    def __init__(self) -> None:
        self.spans: list[PlayedSpan] = []
        self.on_play_bytes: Any = None
        """Told how many bytes of the model's audio were taken, from the device's own thread."""
        self._queue: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._position_ms = 0.0

    def feed(self, pcm: bytes) -> None:
        """Play this after what is waiting."""
        with self._lock:
            self._queue.append(pcm)

    def flush(self) -> None:
        """Drop what is not played yet."""
        with self._lock:
            self._position_ms += _ms(sum(map(len, self._queue)))
            self._queue.clear()

    def fill(self, output: Any, frames: int, *_: Any) -> None:
        """The device wants `frames` samples in `output`: sounddevice's callback."""
        with self._lock:
            taken = self._take(frames * 2)
            if taken:
                self._played(_ms(len(taken)))
        output[: len(taken)] = taken
        output[len(taken) :] = bytes(len(output) - len(taken))
        if taken and self.on_play_bytes is not None:
            self.on_play_bytes(len(taken))

    def _take(self, size: int) -> bytes:
        taken = bytearray()
        while self._queue and len(taken) < size:
            chunk = self._queue.popleft()
            wanted = size - len(taken)
            taken += chunk[:wanted]
            if chunk[wanted:]:
                self._queue.appendleft(chunk[wanted:])
        return bytes(taken)

    def _played(self, ms: float) -> None:
        start, self._position_ms = self._position_ms, self._position_ms + ms
        last = self.spans[-1] if self.spans else None
        if last is not None and last.to_ms == start:
            self.spans[-1] = PlayedSpan(from_ms=last.from_ms, to_ms=self._position_ms, at=last.at)
        else:
            now = time.monotonic()
            self.spans.append(PlayedSpan(from_ms=start, to_ms=self._position_ms, at=now))


class _Talk:
    """The conversation, and the column that shows it."""

    title = "with gemini-live-interrupt"
    is_followed = True
    is_over = False

    def __init__(self, model: str, console: Console) -> None:
        self.begin = 0.0
        self._model = model
        self._console = console
        self._speaker = Loudspeaker()
        self._received = FromReceived(self._speaker, [])
        self._entries: list[Entry] = []

    def entries(self) -> list[Entry]:
        """Everything that happened so far, in order."""
        spoken = [reply for reply in self._received.replies() if reply.text or reply.is_cut]
        return sorted([*self._entries, *spoken], key=lambda entry: entry.at)

    def open_since(self) -> float:
        """When the first reply began that is not over yet; infinity if all is over."""
        replies = self._received.replies()
        return min((reply.at for reply in replies if not reply.is_over), default=float("inf"))

    async def run(self, sounddevice: Any) -> None:
        """Talk until cancelled, or until the connection ends."""
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        def listen(data: Any, *_: Any) -> None:
            with suppress(RuntimeError):  # The loop is closed: the conversation is over.
                loop.call_soon_threadsafe(heard.put_nowait, bytes(data))

        form: dict[str, Any] = {"channels": 1, "dtype": "int16"}
        output = sounddevice.RawOutputStream(
            samplerate=_SPEAKER_RATE, blocksize=_BLOCK, callback=self._speaker.fill, **form
        )
        microphone = sounddevice.RawInputStream(
            samplerate=_MICROPHONE_RATE, blocksize=320, callback=listen, **form
        )
        client = genai.Client()
        async with client.aio.live.connect(model=self._model, config=CONFIG) as session:  # type: ignore[arg-type]
            handle = attach_interrupt_resume(
                session,
                model=self._model,
                on_interruption=self._interrupted,
                output_latency_ms=float(output.latency) * 1000,
            )
            self._speaker.on_play_bytes = handle.playback.on_play_bytes
            self.begin = loop.time()
            with output, microphone:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_send(session, heard))
                    group.create_task(self._play(session))
                    group.create_task(self._show())

    async def _play(self, session: Any) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            async for message in session.receive():
                self._received.take(message, clock())
                content = message.server_content
                if content is None:
                    continue
                if content.interrupted:
                    self._speaker.flush()
                for part in (content.model_turn and content.model_turn.parts) or []:
                    if part.inline_data is not None and part.inline_data.data:
                        self._speaker.feed(part.inline_data.data)
                said = content.input_transcription
                if said is not None and said.text:
                    self._entries.append(Entry(at=clock(), kind="user", text=said.text.strip()))

    async def _show(self) -> None:
        with Live(console=self._console, auto_refresh=False) as live:
            while True:
                height = self._console.size.height - 2
                picture = screen.columns(
                    [self], height=height, signs=screen.signs_for(self._console)
                )
                live.update(picture, refresh=True)
                await asyncio.sleep(0.1)

    def _interrupted(self, interruption: Interruption) -> None:
        if interruption.note:
            now = asyncio.get_running_loop().time()
            self._entries.append(note_entry(interruption, now))


async def _send(session: Any, heard: asyncio.Queue[bytes]) -> None:
    while True:
        data = await heard.get()
        await session.send_realtime_input(audio=Blob(data=data, mime_type="audio/pcm;rate=16000"))


def _ms(size: int) -> float:
    return size / 2 / _SPEAKER_RATE * 1000
