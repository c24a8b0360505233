"""The host's end of `sessions.py`, in a process of its own: many calls of the real SDK in one event loop.

It needs google-genai alone, so that it also runs in an environment that has another version of the
library, or another package. It writes down what it saw; `sessions.py` draws the conclusions.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import ssl
import struct
import sys
import time
from array import array
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from google import genai

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
_BEAT = 0.05
"""Seconds between two looks at whether the event loop is on time."""
_FIRST = 10
"""Calls that are there before the memory of the others is measured."""


class Host:
    """What an app would be: it receives, and does nothing with it."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.sent, self.late = array("d"), array("d")
        """When a sound was sent, in seconds, and how much later the host had it."""
        self.messages = 0
        self.samples: list[tuple[float, float, int, int]] = []
        """Time, CPU seconds, messages, and bytes of memory."""
        self.beats = array("d")
        """How late the loop was, in seconds."""
        self.unplayed: dict[Any, float] = {}
        """What the speaker of each call has not played, in ms."""

    async def call(self, session: Any) -> None:
        self.unplayed[session] = 0.0
        while True:
            async for message in session.receive():
                now = time.monotonic()
                self.messages += 1
                # Of one call there are few: those of a talk must be enough to tell what it cost.
                if self.messages % (100 if self.plan["calls"] > 10 else 10) == 0:
                    self.look()
                content = message.server_content
                if content is not None and content.interrupted:
                    self.unplayed[session] = 0.0
                turn = content.model_turn if content is not None else None
                if turn is not None:
                    pcm = turn.parts[0].inline_data.data
                    self.unplayed[session] += len(pcm) / 48.0
                    (then,) = struct.unpack("<d", pcm[0:16:2])
                    self.sent.append(then)
                    self.late.append(now - then)

    async def watch(self) -> None:
        while True:
            due = time.monotonic() + _BEAT
            await asyncio.sleep(_BEAT)
            self.beats.append(time.monotonic() - due)

    def look(self) -> None:
        """Note what it costs so far."""
        self.samples.append((time.monotonic(), time.process_time(), self.messages, memory()))

    async def speak(self, session: Any) -> None:
        """A microphone."""
        each, pcm = self.plan["microphone_ms"] / 1000.0, bytes(32 * self.plan["microphone_ms"])
        blob = genai.types.Blob(data=pcm, mime_type="audio/pcm;rate=16000")
        while True:
            await asyncio.sleep(each)
            await session.send_realtime_input(audio=blob)

    async def play(self, session: Any) -> None:
        """A speaker, which tells the library what it plays."""
        each, told = self.plan["playback_ms"], None
        if self.plan["way"] != "bare":
            from gemini_live_interrupt import interrupt_resume_for

            told = interrupt_resume_for(session).playback.on_play_ms
        while True:
            await asyncio.sleep(each / 1000.0)
            if self.unplayed.get(session, 0.0) >= each:
                self.unplayed[session] -= each
                if told is not None:
                    told(each)

    async def run(self) -> None:
        plan = self.plan
        context = ssl.create_default_context(cafile=plan["authority"])
        options: Any = {
            "base_url": f"https://127.0.0.1:{plan['port']}",
            "async_client_args": {"ssl": context},
        }
        client = genai.Client(api_key="local", vertexai=False, http_options=options)
        gate = asyncio.Semaphore(16)
        tasks: list[asyncio.Task[None]] = []
        async with AsyncExitStack() as stack:

            async def connect() -> None:
                async with gate:
                    session = await stack.enter_async_context(
                        client.aio.live.connect(model="gemini-3.8-live", config=CONFIG)  # type: ignore[arg-type]
                    )
                tasks.append(asyncio.create_task(self.call(session)))
                if plan["playback_ms"]:
                    tasks.append(asyncio.create_task(self.play(session)))
                if plan["microphone_ms"]:
                    tasks.append(asyncio.create_task(self.speak(session)))

            for _ in range(first := min(_FIRST, plan["calls"])):
                await connect()
            await asyncio.sleep(3.0)  # What is loaded once for all calls is loaded.
            gc.collect()
            base = memory()
            await asyncio.gather(*(connect() for _ in range(plan["calls"] - first)))
            await asyncio.sleep(plan["idle_s"] / 2.0)
            idle, until = memory(), time.monotonic() + plan["idle_s"] / 2.0 + plan["seconds"]
            tasks.append(asyncio.create_task(self.watch()))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if time.monotonic() < until:
                raise RuntimeError("a call broke off") from done.pop().exception()
            self.save(base, idle)
            os._exit(0)  # The server is gone: there is nobody to say goodbye to.

    def save(self, base: int, idle: int) -> None:
        result = {
            "sent": self.sent,
            "late": self.late,
            "samples": self.samples,
            "beats": self.beats,
            "idle_bytes": (idle - base) / max(1, self.plan["calls"] - _FIRST),
            "base_bytes": base,
            "handles": HANDLES,
            "collections": COLLECTIONS,
        }
        Path(self.plan["client_file"]).write_bytes(pickle.dumps(result))


def memory() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


COLLECTIONS: tuple[array[float], ...] = (array("d"), array("d"), array("d"))
"""CPU seconds of the garbage collector's runs, of each generation."""


def measure_collections() -> None:
    """Keep what each run of the garbage collector costs: a full one holds up the loop."""
    begun = 0.0

    def seen(phase: str, info: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.thread_time()
        else:
            COLLECTIONS[info["generation"]].append(time.thread_time() - begun)

    gc.callbacks.append(seen)


HANDLES: dict[str, array[float]] = {"ours": array("d"), "all": array("d")}
"""CPU seconds of the loop's callbacks."""


def measure_handles() -> None:
    """Keep what each callback of the event loop costs, ours by themselves."""
    run = asyncio.Handle._run  # type: ignore[attr-defined]

    def measured(self: Any) -> None:
        owner = getattr(getattr(self, "_callback", None), "func", getattr(self, "_callback", None))
        ours = str(getattr(owner, "__module__", "")).startswith("gemini_live_interrupt")
        before = time.thread_time()
        run(self)
        spent = time.thread_time() - before
        HANDLES["all"].append(spent)
        if ours:
            HANDLES["ours"].append(spent)

    asyncio.Handle._run = measured  # type: ignore[attr-defined]


async def main(plan: dict[str, Any]) -> None:
    if plan["way"] != "bare":
        from gemini_live_interrupt import enable_interrupt_resume

        enable_interrupt_resume()
    measure_collections()
    if plan["handles"]:
        measure_handles()
    await Host(plan).run()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
