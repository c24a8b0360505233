"""A google-genai live app with interrupt-resume: the one line, and nothing else that is special.

    python examples/raw_sdk.py                      no key: a Live server on this machine
    GEMINI_API_KEY=... python examples/raw_sdk.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is each reply as it was
received, and the log of the library. Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from google import genai
from loguru import logger

from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, Reply, SpeakerSim, SyntheticUser

MODEL = "gemini-3.8-live"
CONFIG: Any = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},  # The library reads these two.
    "output_audio_transcription": {},
    "system_instruction": "You tell stories of 80 words.",
}
REQUEST = "Tell me a story."
QUESTION = "Wait, what was his name?"
SCRIPT = [
    Reply(
        "A clockmaker lived in a small town by the sea. One morning all his clocks had stopped. "
        "He wound them and he oiled them, but none would go. So he took a boat, and rowed out to "
        "ask the tide what time it was."
    ),
    Reply("His name was Tomas.", to="his name"),
]
"""What the local server says in Gemini's place."""


@asynccontextmanager
async def a_client() -> AsyncIterator[genai.Client]:
    """Gemini with your key, or a Live server on this machine."""
    if os.environ.get("GEMINI_API_KEY"):
        yield genai.Client()
        return
    print("No GEMINI_API_KEY: a Live server on this machine stands in for Gemini.\n")
    speech = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
    async with LiveServer(SCRIPT, speech=speech) as server:
        yield server.client()


async def play(session: Any, speaker: SpeakerSim) -> None:
    """The loop that every live app has: play the audio, and empty the speaker at `interrupted`."""
    said = ""
    while True:  # `receive()` ends with each turn.
        async for message in session.receive():
            speaker.take(message)
            content = message.server_content
            if content is None:
                continue
            if content.output_transcription is not None:
                said += content.output_transcription.text or ""
            if content.interrupted or content.turn_complete:
                if said:
                    print(f"model: {said.strip()}" + (" [cut]" if content.interrupted else ""))
                said = ""


async def talk(user: SyntheticUser, speaker: SpeakerSim) -> None:
    """The user asks, listens for five seconds, talks over the reply, and hears the rest."""
    for line, listen_ms in ((REQUEST, 5_000), (QUESTION, 2_000)):
        print(f"user:  {line}")
        await user.say(line)
        await speaker.wait_played(speaker.played_ms + listen_ms, within_ms=30_000)
    await speaker.wait_quiet(within_ms=60_000)
    await asyncio.sleep(0.5)  # `turn_complete` follows the last sound.


async def converse() -> None:
    """Connect, and hold the conversation."""
    async with (
        a_client() as client,
        client.aio.live.connect(model=MODEL, config=CONFIG) as session,
        SyntheticUser(session) as user,
        SpeakerSim() as speaker,
    ):
        playing = asyncio.create_task(play(session, speaker))
        await talk(user, speaker)
        playing.cancel()


if __name__ == "__main__":
    logger.enable("gemini_live_interrupt")  # Silent unless it is asked for.
    logger.configure(handlers=[{"sink": sys.stdout, "format": "--- {message}", "level": "INFO"}])

    enable_interrupt_resume()  # The one line.

    asyncio.run(converse())
