"""Google ADK with interrupt-resume. All that an ADK app needs is the one line in `main`.

    python examples/adk_app.py                      no key: a Live server on this machine
    python examples/adk_app.py 2                    two users at the same time
    GOOGLE_API_KEY=... python examples/adk_app.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is the conversation as it was
heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" google-adk
"""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from contextlib import AsyncExitStack
from contextvars import ContextVar

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

APP = "stories"
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


CALL: ContextVar[Call] = ContextVar("call")
"""The call that the running code belongs to. Tasks inherit it, and the library's callbacks run
in the context in which their session connected: they find the right one, however many users there are."""


class Call:
    """One user's call.

    ADK keeps the live session to itself; `on_session` gives its handle. An app that reports nothing
    works too: then the library takes all audio for played in real time from its arrival.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.handle: SessionTracker | None = None
        self.speaker = SpeakerSim(on_play_ms=self._played)
        self.queue = LiveRequestQueue()

    def _played(self, ms: float) -> None:
        if self.handle is not None:
            self.handle.playback.on_play_ms(ms)

    async def microphone(self, pcm: bytes) -> None:
        """The user's next audio."""
        self.queue.send_realtime(types.Blob(data=pcm, mime_type="audio/pcm;rate=16000"))

    async def listen(self, runner: InMemoryRunner) -> None:
        """The loop that every ADK app has over the events of its runner."""
        user = self.name or "listener"
        session = await runner.session_service.create_session(app_name=APP, user_id=user)
        config = RunConfig(
            streaming_mode=StreamingMode.BIDI, response_modalities=[types.Modality.AUDIO]
        )
        words = ""
        async for event in runner.run_live(
            user_id=user, session_id=session.id, live_request_queue=self.queue, run_config=config
        ):
            if event.interrupted:
                self.speaker.flush()
                words = ""
            for part in (event.content and event.content.parts) or []:
                if part.inline_data and part.inline_data.data:
                    self.speaker.feed(part.inline_data.data)
            if event.input_transcription and event.input_transcription.finished:
                print(f"{self.name}user:  {event.input_transcription.text}")
            if event.output_transcription and event.partial:
                words += event.output_transcription.text or ""
            if event.turn_complete and words:
                print(f"{self.name}model: {words.strip()}")
                words = ""


def on_session(handle: SessionTracker) -> None:
    """ADK has connected, or connected again, in the context of a call."""
    CALL.get().handle = handle


async def talk(runner: InMemoryRunner, name: str, listen_ms: float) -> None:
    """A call: the user asks, listens, talks over the reply, and hears the next one to its end."""
    call = Call(name)
    CALL.set(call)
    listening = asyncio.create_task(call.listen(runner))
    async with call.speaker as speaker, SyntheticUser(call.microphone) as user:
        await user.say(REQUEST)
        await speaker.wait_played(listen_ms, within_ms=30_000)
        await user.say(QUESTION)
        await speaker.wait_played(speaker.played_ms + 500, within_ms=30_000)
        await speaker.wait_quiet(within_ms=60_000)
        await asyncio.sleep(1.0)  # The server ends the turn a moment after its sound.
    call.queue.close()
    await asyncio.wait({listening}, timeout=5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def show(interruption: Interruption) -> None:
    """Print what was heard of the reply that was cut, and the note that the model got."""
    name = CALL.get().name
    heard_s, received_s = interruption.heard_ms / 1000, interruption.received_ms / 1000
    print(f"{name}model: {interruption.heard}")
    print(f"{name}       [never heard:{interruption.unheard}]")
    print(f"{name}--- interrupted after {heard_s:.1f} of {received_s:.1f} s; the model is told:")
    print(textwrap.indent(interruption.note, "    | "))


async def main(users: int) -> None:
    """Run the conversations."""
    enable_interrupt_resume(on_session=on_session, on_interruption=show)

    async with AsyncExitStack() as stack:
        if not (os.environ.get("GOOGLE_API_KEY") or os.environ.get("GOOGLE_GENAI_USE_VERTEXAI")):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            speech = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
            server = await stack.enter_async_context(LiveServer(LOCAL_MODEL, speech=speech))
            os.environ.update(server.environment())
        agent = Agent(
            name="teller", model="gemini-3.8-live", instruction="You tell stories of 80 words."
        )
        runner = InMemoryRunner(agent=agent, app_name=APP)
        names = [f"{number} " if users > 1 else "" for number in range(1, users + 1)]
        calls = [talk(runner, name, 6_000 + 3_500 * n) for n, name in enumerate(names)]
        await asyncio.gather(*calls)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
