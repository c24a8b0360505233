"""pydantic-ai realtime with interrupt-resume. All that an app needs is the one line in `main`.

    python examples/pydantic_ai_app.py                      no key: a Live server on this machine
    python examples/pydantic_ai_app.py 2                    two users at the same time
    GOOGLE_API_KEY=... python examples/pydantic_ai_app.py   the same conversation with Gemini

A synthetic user asks for a story and talks over it; what is printed is the conversation as it was
heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" "pydantic-ai-slim[google-realtime]"
"""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from contextlib import AsyncExitStack
from contextvars import ContextVar

from pydantic_ai import Agent, PartEndEvent, SpeechPart
from pydantic_ai.agent import AgentRealtime
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


CALL: ContextVar[Call] = ContextVar("call")
"""The call that the running code belongs to. Tasks inherit it, and the library's callbacks run
in the context in which their session connected: they find the right one, however many users there are."""


class Call:
    """One user's call.

    pydantic-ai keeps the live session to itself; `on_session` gives its handle. An app that reports
    nothing works too: then the library takes all audio for played in real time from its arrival.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.handle: SessionTracker | None = None
        self.speaker = SpeakerSim(on_play_ms=self._played)

    def _played(self, ms: float) -> None:
        if self.handle is not None:
            self.handle.playback.on_play_ms(ms)

    async def play(self, session: RealtimeSession) -> None:
        """Play the session's audio, no faster than it sounds, as pydantic-ai asks for."""
        async for chunk in session.stream_audio():
            self.speaker.feed(chunk)
            await asyncio.sleep(max(0.0, self.speaker.buffered_ms - _BUFFER_MS) / 1000)

    async def watch(self, session: RealtimeSession) -> None:
        """The loop that every app has over the events of its session."""
        was_cut = False
        async for event in session:
            match event:
                case RealtimeResponseInterruptedEvent():
                    self.speaker.flush()
                    was_cut = True  # `show` prints what was heard of it.
                case PartEndEvent(part=SpeechPart(speaker="user", transcript=words)):
                    print(f"{self.name}user:  {words}")
                case PartEndEvent(part=SpeechPart(speaker="assistant", transcript=words)):
                    if not was_cut:
                        print(f"{self.name}model: {words}")
                    was_cut = False
                case _:
                    pass


def on_session(handle: SessionTracker) -> None:
    """pydantic-ai has connected, or connected again, in the context of a call."""
    CALL.get().handle = handle


async def talk(realtime: AgentRealtime[None], name: str, listen_ms: float) -> None:
    """A call: the user asks, listens, talks over the reply, and hears the next one to its end."""
    call = Call(name)
    CALL.set(call)
    async with call.speaker as speaker, realtime.session(handle_barge_in=True) as session:
        tasks = [asyncio.create_task(work) for work in (call.play(session), call.watch(session))]
        async with SyntheticUser(session.send_audio) as user:
            await user.say(REQUEST)
            await speaker.wait_played(listen_ms, within_ms=30_000)
            await user.say(QUESTION)
            await speaker.wait_played(speaker.played_ms + 500, within_ms=30_000)
            await session.wait_for_reply()
            await session.wait_for_playback()
            await speaker.wait_quiet(within_ms=60_000)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
        if not os.environ.get("GOOGLE_API_KEY"):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            speech = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
            server = await stack.enter_async_context(LiveServer(LOCAL_MODEL, speech=speech))
            os.environ.update(server.environment())
        agent = Agent(instructions="You tell stories of 80 words.")
        realtime = agent.realtime("google:gemini-3.8-live")
        names = [f"{number} " if users > 1 else "" for number in range(1, users + 1)]
        calls = [talk(realtime, name, 6_000 + 3_500 * n) for n, name in enumerate(names)]
        await asyncio.gather(*calls)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
