"""LiveKit Agents with interrupt-resume. All that an agent needs is the one line in `enable`.

    python examples/livekit_agent.py                no key, no room: a Live server on this machine
    python examples/livekit_agent.py 2              two users at the same time
    GOOGLE_API_KEY=... python examples/livekit_agent.py           the same conversation with Gemini
    GOOGLE_API_KEY=... python examples/livekit_agent.py console   talk to it with your microphone
    GOOGLE_API_KEY=... LIVEKIT_URL=... python examples/livekit_agent.py dev    in LiveKit rooms

In the first three a synthetic user asks for a story and talks over it; what is printed is the
conversation as it was heard, the interruption, and what the model was told. Needs

    pip install "gemini-live-interrupt[testing]" "livekit-agents[google]"
"""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
import time
from contextlib import AsyncExitStack
from contextvars import ContextVar

from livekit import rtc
from livekit.agents import Agent, AgentServer, AgentSession, JobContext, cli
from livekit.agents.voice import io
from livekit.agents.voice.events import ConversationItemAddedEvent, UserInputTranscribedEvent
from livekit.plugins.google.realtime import RealtimeModel

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


CALL: ContextVar[Call] = ContextVar("call")
"""The call that the running code belongs to. Tasks inherit it, and the library's callbacks run
in the context in which their session connected: they find the right one, however many jobs a process has."""


class Call:
    """Interrupt-resume for one `AgentSession`.

    LiveKit keeps the live session to itself; `on_session` gives its handle. LiveKit plays the audio
    in real time from its arrival, so the library's own clock is right; an output of one's own can
    report what it played, as `Loudspeaker` does. What the library cannot know is that LiveKit cut a
    reply by itself, with `session.interrupt()` say: `follow` tells it.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.handle: SessionTracker | None = None

    def follow(self, session: AgentSession) -> None:
        """Call it when the session has started, and so has its output."""
        if session.output.audio is not None:
            session.output.audio.on("playback_finished", self._playback_finished)

    def _playback_finished(self, event: io.PlaybackFinishedEvent) -> None:
        if event.interrupted and self.handle is not None:
            self.handle.playback.flush()


def enable() -> None:
    """Call it in the job's process, before `session.start`; more than once does no harm."""
    enable_interrupt_resume(on_session=on_session, on_interruption=show)


def on_session(handle: SessionTracker) -> None:
    """LiveKit has connected, or connected again, in the context of a call."""
    CALL.get().handle = handle


def show(interruption: Interruption) -> None:
    """Print what was heard of the reply that was cut, and the note that the model got."""
    name = CALL.get().name
    heard_s, received_s = interruption.heard_ms / 1000, interruption.received_ms / 1000
    print(f"{name}model: {interruption.heard}")
    print(f"{name}       [never heard:{interruption.unheard}]")
    print(f"{name}--- interrupted after {heard_s:.1f} of {received_s:.1f} s; the model is told:")
    print(textwrap.indent(interruption.note, "    | "))


def agent_session(call: Call) -> AgentSession:
    """A session with Gemini that prints what was said."""
    CALL.set(call)
    session = AgentSession(llm=RealtimeModel(model="gemini-3.8-live"))

    def item_added(event: ConversationItemAddedEvent) -> None:
        item = event.item
        if item.type == "message" and item.role == "assistant" and not item.interrupted:
            print(f"{call.name}model: {item.text_content}")

    def transcribed(event: UserInputTranscribedEvent) -> None:
        if event.is_final:
            print(f"{call.name}user:  {event.transcript}")

    session.on("conversation_item_added", item_added)
    session.on("user_input_transcribed", transcribed)
    return session


# --- in a room, or with a microphone

server = AgentServer()


@server.rtc_session()
async def entrypoint(context: JobContext) -> None:
    """LiveKit calls this for each room."""
    enable()
    call = Call()
    session = agent_session(call)
    await session.start(Agent(instructions="You tell stories of 80 words."), room=context.room)
    call.follow(session)


# --- without a room: a synthetic user and the local server


class Microphone(io.AudioInput):
    """Audio frames from the synthetic user."""

    def __init__(self) -> None:
        super().__init__(label="synthetic user")
        self._frames: asyncio.Queue[rtc.AudioFrame] = asyncio.Queue()

    async def send(self, pcm: bytes) -> None:
        """The next audio, 16 kHz mono s16le."""
        self._frames.put_nowait(rtc.AudioFrame(pcm, 16000, 1, len(pcm) // 2))

    async def __anext__(self) -> rtc.AudioFrame:
        return await self._frames.get()


class Loudspeaker(io.AudioOutput):
    """An output of one's own, which tells LiveKit and the library what it played."""

    def __init__(self, call: Call) -> None:
        super().__init__(
            label="loudspeaker",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=24000,
        )
        self.speaker = SpeakerSim(on_play_ms=self._played)
        self._call = call
        self._began_ms: float | None = None
        self._ending: asyncio.Task[None] | None = None

    def _played(self, ms: float) -> None:
        if self._call.handle is not None:
            self._call.handle.playback.on_play_ms(ms)

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if self._began_ms is None:
            self._began_ms = self.speaker.played_ms
            self.on_playback_started(created_at=time.time())
        self.speaker.feed(bytes(frame.data))

    def flush(self) -> None:
        super().flush()
        if self._began_ms is not None:
            self._ending = asyncio.create_task(self._play_to_the_end())

    def clear_buffer(self) -> None:
        if self._began_ms is not None:
            if self._ending is not None:
                self._ending.cancel()
            self.speaker.flush()
            self._finished(interrupted=True)

    async def _play_to_the_end(self) -> None:
        await self.speaker.wait_quiet()
        self._finished(interrupted=False)

    def _finished(self, *, interrupted: bool) -> None:
        assert self._began_ms is not None
        played_ms, self._began_ms = self.speaker.played_ms - self._began_ms, None
        self.on_playback_finished(playback_position=played_ms / 1000, interrupted=interrupted)


async def talk(name: str, listen_ms: float) -> None:
    """A call: the user asks, listens, talks over the reply, and hears the next one to its end."""
    call = Call(name)
    microphone, loudspeaker = Microphone(), Loudspeaker(call)
    async with agent_session(call) as session, loudspeaker.speaker as speaker:
        session.input.audio, session.output.audio = microphone, loudspeaker
        await session.start(Agent(instructions="You tell stories of 80 words."))
        call.follow(session)
        async with SyntheticUser(microphone.send) as user:
            await user.say(REQUEST)
            await speaker.wait_played(listen_ms, within_ms=30_000)
            await user.say(QUESTION)
            await speaker.wait_played(speaker.played_ms + 500, within_ms=30_000)
            await speaker.wait_quiet(within_ms=60_000)
            await asyncio.sleep(1.0)  # LiveKit adds the reply to its history when it was played.


async def main(users: int) -> None:
    """Run the conversations of the synthetic users."""
    enable()
    async with AsyncExitStack() as stack:
        if not os.environ.get("GOOGLE_API_KEY"):
            print("No GOOGLE_API_KEY: a Live server on this machine stands in for Gemini.\n")
            speech = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
            live_server = await stack.enter_async_context(LiveServer(LOCAL_MODEL, speech=speech))
            os.environ.update(live_server.environment())
        names = [f"{number} " if users > 1 else "" for number in range(1, users + 1)]
        calls = [talk(name, 6_000 + 3_500 * n) for n, name in enumerate(names)]
        await asyncio.gather(*calls)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].isdigit():
        cli.run_app(server)
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
