"""pydantic-ai realtime with interrupt-resume. All that an app needs is the one line in `main`.

    python examples/pydantic_ai_app.py                      no key: a Live server on this machine
    GOOGLE_API_KEY=... python examples/pydantic_ai_app.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is the conversation as it was
heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" "pydantic-ai-slim[google-realtime]"
"""

from __future__ import annotations

import asyncio
import os
import textwrap
from contextlib import AsyncExitStack

from pydantic_ai import Agent, PartEndEvent, SpeechPart
from pydantic_ai.realtime import RealtimeResponseInterruptedEvent, RealtimeSession

from gemini_live_interrupt import Interruption, SessionTracker, enable_interrupt_resume
from gemini_live_interrupt.testing import (
    LiveServer,
    Reply,
    ScriptedModel,
    SpeakerSim,
    SyntheticUser,
)

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

_BUFFER_MS = 100.0
"""What the loudspeaker takes ahead of what it plays."""


class Playback:
    """The app's loudspeaker, which tells the library what it has played.

    pydantic-ai keeps the live session to itself; `on_session` gives its handle. An app that reports
    nothing works too: then the library takes all audio for played in real time from its arrival.
    """

    def __init__(self) -> None:
        self.speaker = SpeakerSim(on_play_ms=self._played)
        self._handle: SessionTracker | None = None

    def on_session(self, handle: SessionTracker) -> None:
        """pydantic-ai has connected, or connected again."""
        self._handle = handle

    async def play(self, session: RealtimeSession) -> None:
        """Play the session's audio, no faster than it sounds, as pydantic-ai asks for."""
        async for chunk in session.stream_audio():
            self.speaker.feed(chunk)
            await asyncio.sleep(max(0.0, self.speaker.buffered_ms - _BUFFER_MS) / 1000)

    def _played(self, ms: float) -> None:
        if self._handle is not None:
            self._handle.playback.on_play_ms(ms)


async def watch(session: RealtimeSession, speaker: SpeakerSim) -> None:
    """The loop that every app has over the events of its session."""
    was_cut = False
    async for event in session:
        match event:
            case RealtimeResponseInterruptedEvent():
                speaker.flush()
                was_cut = True  # `show` prints what was heard of it.
            case PartEndEvent(part=SpeechPart(speaker="user", transcript=words)):
                print(f"user:  {words}")
            case PartEndEvent(part=SpeechPart(speaker="assistant", transcript=words)):
                if not was_cut:
                    print(f"model: {words}")
                was_cut = False
            case _:
                pass


async def talk(session: RealtimeSession, speaker: SpeakerSim) -> None:
    """The user: asks, listens, talks over the reply, and hears the next one to its end."""
    async with SyntheticUser(session.send_audio) as user:
        await user.say(REQUEST)
        await speaker.wait_played(6_000, within_ms=30_000)
        await user.say(QUESTION)
        await speaker.wait_played(speaker.played_ms + 500, within_ms=30_000)
        await session.wait_for_reply()
        await session.wait_for_playback()
        await speaker.wait_quiet(within_ms=60_000)


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
        if not os.environ.get("GOOGLE_API_KEY"):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            user = SyntheticUser(None)
            speech = [user.line(REQUEST), user.line(QUESTION)]
            server = await stack.enter_async_context(LiveServer(LOCAL_MODEL, speech=speech))
            os.environ.update(server.environment())
        speaker = await stack.enter_async_context(playback.speaker)
        agent = Agent(instructions="You tell stories of 80 words.")
        realtime = agent.realtime("google:gemini-3.8-live")
        session = await stack.enter_async_context(realtime.session(handle_barge_in=True))
        tasks = [
            asyncio.create_task(playback.play(session)),
            asyncio.create_task(watch(session, speaker)),
            asyncio.create_task(talk(session, speaker)),
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()


if __name__ == "__main__":
    asyncio.run(main())
