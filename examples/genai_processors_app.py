"""genai-processors with interrupt-resume. All that an app needs is the one line in `main`.

    python examples/genai_processors_app.py                      no key: a Live server on this machine
    python examples/genai_processors_app.py 2                    two users at the same time
    GOOGLE_API_KEY=... python examples/genai_processors_app.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is the conversation as it was
heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" genai-processors
"""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from contextvars import ContextVar

from genai_processors import content_api
from genai_processors.core.live_model import LiveProcessor
from genai_processors.core.rate_limit_audio import RateLimitAudio
from google.genai.types import HttpOptions

from gemini_live_interrupt import Interruption, SessionTracker, enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, Reply, SpeakerSim, SyntheticUser

CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},  # The library reads these two.
    "output_audio_transcription": {},
    "system_instruction": "You tell stories of 80 words.",
}
REQUEST = "Tell me a story."
QUESTION = "Wait, where was that?"
SCRIPT = [
    Reply(
        "Once there was a keeper called Ada, who lived in a lighthouse. Every evening she "
        "climbed two hundred steps, and lit the lamp for the ships. One night the lamp would "
        "not burn. So Ada carried up every candle in the house."
    ),
    Reply("On Skerry Rock, far up in the north.", to="where was that"),
]
"""What the local server says in Gemini's place."""

CALL: ContextVar[Call] = ContextVar("call")
"""The call that the running code belongs to. Tasks inherit it, and the library's callbacks run
in the context in which their session connected: they find the right one, however many users there are."""


class Call:
    """One user's call: parts go in, parts come out.

    genai-processors keeps the live session to itself; `on_session` gives its handle. An app that
    reports nothing works too: then the library takes all audio for played in real time.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.handle: SessionTracker | None = None
        self.speaker = SpeakerSim(on_play_ms=self._played)
        self.replied = asyncio.Event()
        """The model has said a reply to its end."""
        self._parts: asyncio.Queue[content_api.ProcessorPart | None] = asyncio.Queue()

    def _played(self, ms: float) -> None:
        if self.handle is not None:
            self.handle.playback.on_play_ms(ms)

    async def microphone(self, pcm: bytes) -> None:
        """The user's next audio."""
        mime = "audio/pcm;rate=16000"
        # A part's role is "" unless it is said; for what the user says or types it is "user".
        part = content_api.ProcessorPart(pcm, mimetype=mime, substream_name="realtime", role="user")
        self._parts.put_nowait(part)

    def hang_up(self) -> None:
        """End the stream that goes in; the one that comes out ends with it."""
        self._parts.put_nowait(None)

    async def run(self, live: LiveProcessor) -> None:
        """The loop that every app has over the parts that come out."""

        async def going_in() -> AsyncIterator[content_api.ProcessorPart]:
            while (part := await self._parts.get()) is not None:
                yield part

        words = ""
        # `RateLimitAudio` hands sound and words out no faster than they play, and drops what is
        # left at `interrupted`.
        paced = live + RateLimitAudio(24_000)
        async for part in paced(going_in()):
            if content_api.is_audio(part.mimetype):
                self.speaker.feed(part.bytes)
            elif part.get_metadata("interrupted"):
                self.speaker.flush()
                words = ""
            elif part.substream_name == "input_transcription":
                print(f"{self.name}user:  {part.text}")
            elif part.substream_name == "output_transcription":
                words += part.text
            elif part.get_metadata("turn_complete") and words:
                print(f"{self.name}model: {words.strip()}")
                words = ""
                self.replied.set()


def on_session(handle: SessionTracker) -> None:
    """genai-processors has connected, in the context of a call."""
    CALL.get().handle = handle


def show(interruption: Interruption) -> None:
    """Print what was heard of the reply that was cut, and the note that the model got."""
    name = CALL.get().name
    heard_s, received_s = interruption.heard_ms / 1000, interruption.received_ms / 1000
    print(f"{name}model: {interruption.heard}")
    print(f"{name}       [never heard:{interruption.unheard}]")
    print(f"{name}--- interrupted after {heard_s:.1f} of {received_s:.1f} s; the model is told:")
    print(textwrap.indent(interruption.note, "    | "))


async def talk(name: str, listen_ms: float, options: HttpOptions | None) -> None:
    """A call: the user asks, listens, talks over the reply, and hears the next one to its end."""
    call = Call(name)
    CALL.set(call)
    key = os.environ.get("GOOGLE_API_KEY", "local")
    live = LiveProcessor(key, "gemini-3.8-live", CONFIG, http_options=options)
    running = asyncio.create_task(call.run(live))
    async with call.speaker as speaker, SyntheticUser(call.microphone) as user:
        await user.say(REQUEST)
        await speaker.wait_played(listen_ms, within_ms=30_000)
        await user.say(QUESTION)
        await asyncio.wait_for(call.replied.wait(), 60.0)
    call.hang_up()
    await running


async def main(users: int) -> None:
    """Run the conversations."""
    enable_interrupt_resume(on_session=on_session, on_interruption=show)

    async with AsyncExitStack() as stack:
        options = None
        if not os.environ.get("GOOGLE_API_KEY"):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            speech = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
            server = await stack.enter_async_context(LiveServer(SCRIPT, speech=speech))
            options = server.http_options()
        names = [f"{number} " if users > 1 else "" for number in range(1, users + 1)]
        calls = [talk(name, 6_000 + 3_500 * n, options) for n, name in enumerate(names)]
        await asyncio.gather(*calls)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
