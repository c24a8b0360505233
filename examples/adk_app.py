"""Google ADK with interrupt-resume. All that an ADK app needs is the one line in `main`.

    python examples/adk_app.py                      no key: a Live server on this machine
    GOOGLE_API_KEY=... python examples/adk_app.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is the conversation as it was
heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" google-adk
"""

from __future__ import annotations

import asyncio
import os
import textwrap
from contextlib import AsyncExitStack

from google.adk.agents import Agent, LiveRequestQueue
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.runners import InMemoryRunner
from google.genai import types

from gemini_live_interrupt import Interruption, SessionTracker, enable_interrupt_resume
from gemini_live_interrupt.testing import (
    LiveServer,
    Reply,
    ScriptedModel,
    SpeakerSim,
    SyntheticUser,
)

APP, USER = "stories", "listener"
REQUEST = "Tell me a story."
QUESTION = "Wait, where was that?"
LOCAL_MODEL = ScriptedModel(
    replies=(
        Reply(
            "Once there was a keeper called Ada, who lived in a lighthouse. Every evening she "
            "climbed two hundred steps, and lit the lamp for the ships. One night the lamp would "
            "not burn. So Ada carried up every candle in the house."
        ),
        Reply("On Skerry Rock, far up in the north.", to="where was that"),
    )
)
"""What the local server says in Gemini's place."""


class Playback:
    """The app's loudspeaker, which tells the library what it has played.

    ADK keeps the live session to itself; `on_session` gives its handle. An app that reports nothing
    works too: then the library takes all audio for played in real time from its arrival.
    """

    def __init__(self) -> None:
        self.speaker = SpeakerSim(on_play_ms=self._played)
        self._handle: SessionTracker | None = None

    def on_session(self, handle: SessionTracker) -> None:
        """ADK has connected, or connected again."""
        self._handle = handle

    def _played(self, ms: float) -> None:
        if self._handle is not None:
            self._handle.playback.on_play_ms(ms)


async def listen(runner: InMemoryRunner, queue: LiveRequestQueue, speaker: SpeakerSim) -> None:
    """The loop that every ADK app has over the events of its runner."""
    session = await runner.session_service.create_session(app_name=APP, user_id=USER)
    config = RunConfig(
        streaming_mode=StreamingMode.BIDI, response_modalities=[types.Modality.AUDIO]
    )
    words = ""
    async for event in runner.run_live(
        user_id=USER, session_id=session.id, live_request_queue=queue, run_config=config
    ):
        if event.interrupted:
            speaker.flush()
            words = ""
        for part in (event.content and event.content.parts) or []:
            if part.inline_data and part.inline_data.data:
                speaker.feed(part.inline_data.data)
        if event.input_transcription and event.input_transcription.finished:
            print(f"user:  {event.input_transcription.text}")
        if event.output_transcription and event.partial:
            words += event.output_transcription.text or ""
        if event.turn_complete and words:
            print(f"model: {words.strip()}")
            words = ""


async def talk(queue: LiveRequestQueue, speaker: SpeakerSim) -> None:
    """The user: asks, listens, talks over the reply, and hears the next one to its end."""

    async def microphone(pcm: bytes) -> None:
        queue.send_realtime(types.Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

    async with SyntheticUser(microphone) as user:
        await user.say(REQUEST)
        await speaker.wait_played(6_000, within_ms=30_000)
        await user.say(QUESTION)
        await speaker.wait_played(speaker.played_ms + 500, within_ms=30_000)
        await speaker.wait_quiet(within_ms=60_000)
        await asyncio.sleep(1.0)  # The server ends the turn a moment after its sound.


def show(interruption: Interruption) -> None:
    """Print what was heard of the reply that was cut, and the note that the model got."""
    heard_s, received_s = interruption.heard_ms / 1000, interruption.received_ms / 1000
    print(f"model: {interruption.heard}")
    print(f"       [never heard:{interruption.unheard}]")
    print(f"--- interrupted after {heard_s:.1f} of {received_s:.1f} s; the model is told:")
    print(textwrap.indent(interruption.note, "    | "))


async def main() -> None:
    """Run the conversation."""
    playback = Playback()
    enable_interrupt_resume(on_session=playback.on_session, on_interruption=show)

    async with AsyncExitStack() as stack:
        if not (os.environ.get("GOOGLE_API_KEY") or os.environ.get("GOOGLE_GENAI_USE_VERTEXAI")):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            user = SyntheticUser(None)
            speech = [user.line(REQUEST), user.line(QUESTION)]
            server = await stack.enter_async_context(LiveServer(LOCAL_MODEL, speech=speech))
            os.environ.update(server.environment())
        await stack.enter_async_context(playback.speaker)
        agent = Agent(
            name="teller", model="gemini-3.8-live", instruction="You tell stories of 80 words."
        )
        queue = LiveRequestQueue()
        runner = InMemoryRunner(agent=agent, app_name=APP)
        listening = asyncio.create_task(listen(runner, queue, playback.speaker))
        talking = asyncio.create_task(talk(queue, playback.speaker))
        await asyncio.wait({listening, talking}, return_when=asyncio.FIRST_COMPLETED)
        queue.close()
        talking.cancel()
        await asyncio.wait({listening}, timeout=5)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
