"""The server's end of `sessions.py`, in a process of its own: many calls over wss, each in its own phase.

A call is a circle of `CYCLE` seconds: a spoken reply of 30 s, sent at 4.5 times real time as the service
does; a barge-in 5 to 15 s after it began; the user's words once a second until the next reply. The calls
begin one after the other, so that the load is even after the first replies. At the very end all calls
whose model is being heard are interrupted at one instant.

Every sound carries the time at which it was sent, in the low bits of its first samples. What the clients
send back is read for notes, and their times kept.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import pickle
import re
import ssl
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import texts
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from gemini_live_interrupt.testing.speech.voices import Prosody, speak

CYCLE = 40.0
REPLY_S = 30
SPEED = 4.5
"""Times real time at which a reply is sent (measured on the service, `docs/models.md`)."""
STAMP = 24
"""Bytes of a sound that carry the time: a multiple of three, so that Base64 can be put together."""
_WORDS = ("what", "was", "it", "again", "that", "the", "old", "man", "said", "when", "he", "came")


def stamped(now: float) -> str:
    """A time as 12 samples that nobody hears, in Base64."""
    return base64.b64encode(
        b"".join(bytes((b, 0)) for b in struct.pack("<d", now)) + bytes(8)
    ).decode()


def made_of(speech_pcm: bytes, text: str, chunk_ms: int) -> list[tuple[str, str]]:
    """The messages of a reply, each in two halves between which the time goes."""
    size, made = 48 * chunk_ms, []
    chunks = [speech_pcm[at : at + size] for at in range(0, 48_000 * REPLY_S, size)]
    words = re.findall(r"\s*\S+", text)
    first = [len(words) * i // len(chunks) for i in range(len(chunks) + 1)]
    before = '{"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "'
    for i, pcm in enumerate(chunks):
        piece = "".join(words[first[i] : first[i + 1]])
        also = f', "outputTranscription": {{"text": {json.dumps(piece)}}}' if piece else ""
        tail = base64.b64encode(pcm[STAMP:]).decode()
        made.append((before, f'{tail}"}}}}]}}{also}}}}}'))
    return made


def replies(chunk_ms: int) -> list[list[tuple[str, str]]]:
    """Four replies of 30 s, of one synthesised voice, with and without an even prosody."""
    made = []
    for i, name in enumerate(("story", "news", "technical", "dialogue")):
        prosody = Prosody(seed=i) if i % 2 else None
        speech = speak(" ".join([texts.ENGLISH[name]] * 2), words_per_minute=165, prosody=prosody)
        last = max(word.end for word in speech.words if word.start_ms < 1000.0 * REPLY_S)
        made.append(made_of(speech.pcm, speech.text[:last], chunk_ms))
    return made


@dataclass(slots=True)
class Call:
    """One connection."""

    number: int
    socket: ServerConnection
    audible: bool = False
    begun: float = 0.0
    """When the reply that is audible began."""
    cut: list[tuple[float, bool]] = field(default_factory=list)
    """When it was interrupted, and whether together with others."""
    notes: list[tuple[float, str]] = field(default_factory=list)
    """When client content came, and its text."""


class Server:
    """All calls of one round."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.calls: list[Call] = []
        self.replies = replies(plan["chunk_ms"])
        self.begins: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()

    async def serve(self, socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(b'{"setupComplete": {}}')
        call = Call(len(self.calls), socket)
        self.calls.append(call)
        if len(self.calls) == self.plan["calls"]:
            # A while of silence, in which a call costs what an idle one does.
            self.begins.set_result(time.monotonic() + self.plan["idle_s"])
        talk = asyncio.create_task(self.talk(call))
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                if b'"client_content"' in (
                    raw := message if isinstance(message, bytes) else message.encode()
                ):
                    content = json.loads(raw)["client_content"]
                    parts = [part for turn in content.get("turns", ()) for part in turn["parts"]]
                    call.notes.append((time.monotonic(), "".join(p.get("text", "") for p in parts)))
        talk.cancel()

    async def talk(self, call: Call) -> None:
        begins = await asyncio.shield(self.begins)
        share = call.number * 0.618034 % 1.0
        at = begins + share * min(CYCLE, self.plan["cycle"])
        with contextlib.suppress(ConnectionClosed):
            for round_ in range(1_000):
                await until(at)
                barge_in = at + 5.0 + 10.0 * ((call.number * 0.3819 + round_ * 0.7) % 1.0)
                call.audible, call.begun = True, at
                sending = asyncio.create_task(self.say(call, round_, at))
                await until(barge_in)
                # The last ones would not be answered before the end.
                if call.audible and not self.over.is_set():
                    await self.interrupt(call, together=False)
                sending.cancel()
                at += self.plan["cycle"]
                while time.monotonic() < at - 2.0:
                    word = " " + _WORDS[int(time.monotonic()) % len(_WORDS)]
                    await asyncio.sleep(1.0)
                    await call.socket.send(said({"inputTranscription": {"text": word}}))

    async def say(self, call: Call, round_: int, at: float) -> None:
        messages = self.replies[(call.number + round_) % len(self.replies)]
        step = self.plan["chunk_ms"] / 1000.0 / SPEED
        with contextlib.suppress(ConnectionClosed):
            for i, (before, behind) in enumerate(messages):
                await until(at + i * step)
                if not call.audible:
                    return
                await call.socket.send(f"{before}{stamped(time.monotonic())}{behind}")
            await call.socket.send(said({"generationComplete": True}))

    async def interrupt(self, call: Call, *, together: bool) -> None:
        call.audible = False
        call.cut.append((time.monotonic(), together))
        await call.socket.send(said({"interrupted": True}))
        await call.socket.send(said({"turnComplete": True}))

    async def run(self) -> None:
        begins = await asyncio.shield(self.begins)
        await until(begins + self.plan["seconds"])
        # One that has just begun was not heard: there is nothing to tell the model.
        begun = time.monotonic() - 1.0
        heard = [call for call in self.calls if call.audible and call.begun < begun]
        self.over.set()
        await asyncio.gather(*(self.interrupt(call, together=True) for call in heard))
        await asyncio.sleep(self.plan["after_s"])
        result = {
            "begins": begins,
            "calls": [{"cut": call.cut, "notes": call.notes} for call in self.calls],
        }
        with open(self.plan["server_file"], "wb") as file:  # noqa: ASYNC230 - the round is over
            pickle.dump(result, file)


def said(content: dict[str, Any]) -> str:
    return json.dumps({"serverContent": content})


async def until(when: float) -> None:
    await asyncio.sleep(max(0.0, when - time.monotonic()))


async def main(plan: dict[str, Any]) -> None:
    server = Server(plan)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(plan["certificate"])
    async with serve(
        server.serve,
        "127.0.0.1",
        0,
        ssl=context,
        ping_interval=None,
        compression=None,
        backlog=4096,
    ) as listening:
        print(next(iter(listening.sockets)).getsockname()[1], flush=True)
        await server.run()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
