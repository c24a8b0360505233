"""What the library costs a host on its receive path: time until a message is seen, and work.

Two questions, both answered in one process with the real google-genai session, without and with the
library (or a record) in turns, so that a slow machine slows both:

* Work for each message of a reply: until the host has it, and with all that the library does
  afterwards. Messages have the shapes that the real
  service sends (see `SHAPES`), with 40 ms to 1 s of audio in each.
* Delay: how long after the socket gave a message the host sees it, through a barge-in during which
  the library's own send takes 250 ms.

The socket is an object in memory: no network can hide a cost. Run it with

    python bench/receive_path.py            # about a minute; --quick for a few seconds
    python bench/receive_path.py --recording   # what a record costs on top of the library

Ratios and differences are taken between neighbouring runs; the spread is that of those pairs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import json
import math
import random
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any, Literal

from google import genai
from google.genai import live

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.record.writing import writer

Way = Literal["bare SDK", "with library", "recorded"]
WORDS = (
    "the clockmaker of a small town by the sea found one morning that all his clocks had stopped"
)
CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
REPLY_MS = 30_000.0
"""Audio in one reply."""
SEND_TAKES = 0.250
"""Seconds that one send takes in the delay test."""


# --- messages


def audio(ms: float, seed: int) -> str:
    """Base64 of 24 kHz PCM that compresses and encodes like speech: a tone with noise."""
    draw = random.Random(seed)
    samples = (int(6000 * math.sin(i / 9.0) + draw.uniform(-900, 900)) for i in range(int(24 * ms)))
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)
    return base64.b64encode(pcm).decode()


def bundled(ms: float, count: int) -> Iterator[dict[str, Any]]:
    """gemini-3.1 and 3.8: text in the message of its audio, and now and then an empty message."""
    sounds = [audio(ms, seed) for seed in range(4)]
    words = WORDS.split()
    for i in range(count):
        blob = {"mimeType": "audio/pcm;rate=24000", "data": sounds[i % 4]}
        content: dict[str, Any] = {"modelTurn": {"parts": [{"inlineData": blob}]}}
        if i % 3 == 0:
            content["outputTranscription"] = {"text": f" {words[i // 3 % len(words)]}"}
        yield {"serverContent": content}
        if i % 10 == 9:
            yield {"serverContent": {}}


def interleaved(ms: float, count: int) -> Iterator[dict[str, Any]]:
    """gemini-2.5 native audio: text in messages of its own between the audio."""
    sounds = [audio(ms, seed) for seed in range(4)]
    words = WORDS.split()
    for i in range(count):
        if i % 3 == 0:
            text = f" {words[i // 3 % len(words)]}"
            yield {"serverContent": {"outputTranscription": {"text": text}}}
        blob = {"mimeType": "audio/pcm;rate=24000", "data": sounds[i % 4]}
        yield {"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}}


def ahead(ms: float, count: int) -> Iterator[dict[str, Any]]:
    """gemini-2.5 on Vertex: all text before its audio."""
    yield {"serverContent": {"outputTranscription": {}}}
    words = WORDS.split()
    for i in range(count // 3):
        yield {"serverContent": {"outputTranscription": {"text": f" {words[i % len(words)]}"}}}
    yield {"serverContent": {"outputTranscription": {"finished": True}}}
    sounds = [audio(ms, seed) for seed in range(4)]
    for i in range(count):
        blob = {"mimeType": "audio/pcm", "data": sounds[i % 4]}
        part = {"inlineData": blob}
        yield {"serverContent": {"modelTurn": {"role": "model", "parts": [part]}}}


SHAPES: dict[str, Callable[[float, int], Iterator[dict[str, Any]]]] = {
    "3.8: text with audio": bundled,
    "2.5: text between audio": interleaved,
    "Vertex 2.5: text first": ahead,
}


def reply(shape: str, ms: float, count: int) -> list[bytes]:
    """One whole reply as frames."""
    messages = [*SHAPES[shape](ms, count), {"serverContent": {"generationComplete": True}}]
    messages.append({"serverContent": {"turnComplete": True}})
    return [json.dumps(message).encode() for message in messages]


# --- a socket in memory


class Socket:
    """Stands in for the WebSocket of a google-genai session.

    Args:
        frames: what it receives, each with the seconds after the first `recv` when it comes; None:
            at once.
        send_takes: seconds for every send after the setup.
    """

    def __init__(
        self, frames: list[tuple[float | None, bytes]], *, send_takes: float = 0.0
    ) -> None:
        self._frames = iter(frames)
        self._send_takes = send_takes
        self._setup: bytes | None = b'{"setupComplete": {}}'
        self._begin = 0.0
        self.given_at: list[float] = []
        """When a frame that comes at once was handed over."""
        self.due_at: list[float] = []
        """When each of the others was there to be read. Waking up for it counts as delay, so that a thread
        of ours that holds the interpreter would show."""
        self.sends = 0

    async def send(self, data: str | bytes) -> None:
        if self._setup is None:
            self.sends += 1
            await asyncio.sleep(self._send_takes)

    async def recv(self, decode: bool | None = None) -> bytes:
        if self._setup is not None:
            frame, self._setup = self._setup, None
            return frame
        self._begin = self._begin or time.perf_counter()
        due, frame = next(self._frames)
        # Either way the event loop gets a turn, as with a real socket, so that what the library
        # put off is done, and counted, before the next message.
        if due is None:
            await asyncio.sleep(0)
            self.given_at.append(time.perf_counter())
        else:
            await asyncio.sleep(self._begin + due - time.perf_counter())
            self.due_at.append(self._begin + due)
        return frame

    async def close(self) -> None:
        pass


@asynccontextmanager
async def connected(socket: Socket) -> AsyncIterator[Any]:
    """A real google-genai session on this socket."""

    @asynccontextmanager
    async def connect(*args: Any, **kwargs: Any) -> AsyncIterator[Socket]:
        yield socket

    before, live.ws_connect = live.ws_connect, connect  # type: ignore[assignment]
    try:
        client = genai.Client(api_key="not used")
        async with client.aio.live.connect(model="gemini-3.8-live", config=CONFIG) as session:  # type: ignore[arg-type]
            yield session
    finally:
        live.ws_connect = before


# --- work


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a message costs, in microseconds."""

    path: float
    """From the socket's answer until the host has the message; the median message."""
    all: float
    """Processor time of everything, also what is done after the host has the message; the mean."""


@contextmanager
def going(way: Way) -> Iterator[None]:
    """Sessions go this way."""
    with TemporaryDirectory() as folder:
        if way != "bare SDK":
            enable_interrupt_resume(record_to=folder if way == "recorded" else None)
        try:
            yield
            writer.flush()
        finally:
            disable_interrupt_resume()


async def work(frames: list[bytes], way: Way) -> Cost:
    """Receive one reply as fast as it goes."""
    socket = Socket([(None, frame) for frame in frames])
    with going(way):
        async with connected(socket) as session:
            gc.collect()
            begin = time.process_time()
            seen = [time.perf_counter() async for _ in session.receive()]
            await asyncio.sleep(0)
            writer.flush()
            used = time.process_time() - begin
    path = statistics.median(b - a for a, b in zip(socket.given_at, seen, strict=True))
    return Cost(path=path * 1e6, all=used / len(frames) * 1e6)


async def compare_work(
    ways: tuple[Way, Way], shape: str, ms: float, *, rounds: int
) -> tuple[float, float]:
    """Prints one line; returns the median ratios of the path, and of everything."""
    frames = reply(shape, ms, int(REPLY_MS / ms))
    pairs: list[tuple[Cost, Cost]] = []
    for turn in range(rounds + 1):
        order = ways if turn % 2 else ways[::-1]
        measured = {way: await work(frames, way) for way in order}
        if turn:  # The first round warms up.
            pairs.append((measured[ways[0]], measured[ways[1]]))
    low, path, high = spread([more.path / less.path for less, more in pairs])
    _, everything, _ = spread([more.all / less.all for less, more in pairs])
    less_us = statistics.median(less.path for less, _ in pairs)
    path_us = statistics.median(more.path for _, more in pairs)
    more_us = statistics.median(more.all - less.all for less, more in pairs)
    print(
        f"{shape:24} {ms:5.0f} ms {less_us:6.1f} us {path_us:6.1f} us  "
        f"{path:.3f} ({low:.3f} to {high:.3f})  {everything:.2f} (+{more_us:.0f} us)"
    )
    return path, everything


# --- delay


def barge_in() -> list[tuple[float | None, bytes]]:
    """A reply of 30 s, a barge-in, the cut turn's end, the user's words and a new reply.

    Messages come every 5 ms, and every 2 ms for 100 ms after `interrupted`, where the library has
    the most to do.
    """
    nothing: dict[str, Any] = {"serverContent": {}}
    steps: list[tuple[float, list[dict[str, Any]]]] = [
        (0.005, list(bundled(80.0, 375))),
        (0.002, [{"serverContent": {"interrupted": True}}, *[nothing] * 50]),
        (0.005, [nothing] * 40),
        (0.005, [{"serverContent": {"inputTranscription": {"text": "What was his name?"}}}]),
        (0.005, [*bundled(80.0, 40), {"serverContent": {"turnComplete": True}}]),
    ]
    frames: list[tuple[float | None, bytes]] = []
    due = 0.0
    for step, messages in steps:
        for message in messages:
            due += step
            frames.append((due, json.dumps(message).encode()))
    return frames


async def delays(way: Way) -> tuple[list[float], int]:
    """Milliseconds from the socket to the host for each message, and the sends of the library."""
    frames = barge_in()
    socket = Socket(frames, send_takes=SEND_TAKES)
    with going(way):
        async with connected(socket) as session:
            seen = [time.perf_counter() async for _ in session.receive()]
    return [(b - a) * 1e3 for a, b in zip(socket.due_at, seen, strict=True)], socket.sends


async def compare_delays(ways: tuple[Way, Way], rounds: int) -> list[float]:
    """Prints the result; returns, for each message, how much later the host saw it (median)."""
    runs: dict[Way, list[list[float]]] = {way: [] for way in ways}
    sends = 0
    for turn in range(rounds):
        for way in ways if turn % 2 else ways[::-1]:
            measured, sent = await delays(way)
            runs[way].append(measured)
            sends += sent
    less, more = ([statistics.median(one) for one in zip(*runs[way], strict=True)] for way in ways)
    later = [b - a for a, b in zip(less, more, strict=True)]
    print(f"{len(less)} messages around a barge-in, {rounds} times each way;", end=" ")
    print(f"{sends} notes sent, each send taking {SEND_TAKES * 1000:.0f} ms")
    for way, medians in zip(ways, (less, more), strict=True):
        print(f"  socket to host, {way}: median {statistics.median(medians):.3f} ms")
    low, middle, high = spread(later)
    print(f"  later by: median {middle:+.3f} ms  (5 to 95 %: {low:+.3f} to {high:+.3f})", end="")
    print(f"; most {max(later):+.3f} ms")
    for way in ways:
        late = sum(ms > 2.0 for run in runs[way] for ms in run)
        print(f"  seen more than 2 ms after they were there, {way}: {late} messages")
    return later


def spread(values: list[float]) -> tuple[float, float, float]:
    """The 5th percentile, the median and the 95th percentile."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(0.05 * last)], statistics.median(ordered), ordered[round(0.95 * last)]


async def main(*, quick: bool, recording: bool) -> None:
    """Run both parts and print them."""
    rounds, barge_ins = (5, 2) if quick else (25, 12)
    ways: tuple[Way, Way] = (
        ("with library", "recorded") if recording else ("bare SDK", "with library")
    )
    print(f"Each message of a reply (google-genai {genai.__version__}): {ways[0]}, {ways[1]}")
    print(f"{'':34} until the host has it: ratio (5 to 95 %)   with all that follows")
    print(f"{'shape':24} {'audio':>8} {ways[0]:>9.8} {ways[1]:>9.8}")
    ratios = [
        await compare_work(ways, shape, ms, rounds=rounds)
        for shape in SHAPES
        for ms in (40.0, 80.0, 250.0, 1000.0)
    ]
    path, everything = zip(*ratios, strict=True)
    print(f"until the host has it: median of the rows {statistics.median(path):.3f},", end=" ")
    print(f"highest {max(path):.3f}; with all that follows {statistics.median(everything):.2f}")
    print()
    print("Delay until the host sees a message")
    await compare_delays(ways, barge_ins)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument(
        "--recording", action="store_true", help="what a record costs on top of the library"
    )
    options = parser.parse_args()
    asyncio.run(main(quick=options.quick, recording=options.recording))
