"""One of the two conversations of the demo: a real google-genai session, a user and a loudspeaker.

With `is_followed` the library is attached to this session alone, with nothing but its defaults, as
`enable_interrupt_resume()` does it for all; without, nothing of the library touches it. Knows how
to run the scene and to keep what happened; not how it looks.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Literal

from google import genai

from gemini_live_interrupt import attach_interrupt_resume
from gemini_live_interrupt.commands.demo import scene
from gemini_live_interrupt.commands.demo.going_on import how_it_went_on
from gemini_live_interrupt.commands.demo.spoken import (
    Entry,
    Figures,
    FromReceived,
    FromServer,
    Source,
    note_entry,
)
from gemini_live_interrupt.core.events import Interruption, Notice
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.testing.people import SpeakerSim, SyntheticUser
from gemini_live_interrupt.testing.server.live_server import LiveServer
from gemini_live_interrupt.testing.server.record import Note

__all__ = ["CONFIG", "Delivery", "Side"]

Delivery = Literal["auto", "silent", "answering"]

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
    "system_instruction": scene.INSTRUCTION,
}
"""The session's configuration; the two transcriptions are what the library needs."""


class Side:
    """One conversation.

    Args:
        title: What stands over it.
        is_followed: Whether the library is attached to it.
        delivery: How the library delivers its notes.
        recording: Where the call is recorded; None: it is not.
    """

    def __init__(
        self,
        title: str,
        *,
        is_followed: bool,
        delivery: Delivery = "auto",
        recording: Recording | None = None,
    ) -> None:
        self.title = title
        self.is_followed = is_followed
        self.is_over = False
        """Whether the conversation has ended."""
        self.begin = 0.0
        """When the user may begin, on the event loop's clock, in seconds."""
        self.user_audio: list[tuple[float, bytes]] = []
        """When, and 16 kHz mono s16le that the user spoke."""
        self.model_audio: list[tuple[float, bytes]] = []
        """When, and 24 kHz mono s16le that was played."""
        self._delivery: Delivery = delivery
        self._recording = recording
        self._entries: list[Entry] = []
        self._source: Source | None = None

    def entries(self) -> list[Entry]:
        """Everything that happened so far, in order."""
        if self._source is None:
            return list(self._entries)
        # A reply of which nothing was heard yet is not there yet.
        spoken = [reply for reply in self._source.replies() if reply.text or reply.is_cut]
        happened = [*self._entries, *self._source.notes(), *spoken]
        return sorted(happened, key=lambda entry: entry.at)

    def open_since(self) -> float:
        """When the first reply began that is not over yet; infinity if all is over."""
        replies = self._source.replies() if self._source is not None else []
        return min((reply.at for reply in replies if not reply.is_over), default=float("inf"))

    def how_it_went_on(self) -> list[str]:
        """For each cut, what made the story go on; nothing is known of the real service."""
        if not isinstance(self._source, FromServer):
            return []
        return how_it_went_on(self._source.record)

    def figures(self) -> Figures:
        """This side's column of the table."""
        assert self._source is not None
        return self._source.figures()

    def notes_received(self) -> list[Note]:
        """The notes as the local server received them; none are known of the real service."""
        return self._source.record.notes if isinstance(self._source, FromServer) else []

    async def run(
        self,
        client: genai.Client,
        model: str,
        together: asyncio.Barrier,
        server: LiveServer | None = None,
    ) -> None:
        """Hold the whole conversation.

        Args:
            client: Connects to the local server or to the real service.
            model: Model id.
            together: Passed when connected, so that all sides begin at once.
            server: The local server, if it is that; its record is the source of what was heard.
        """
        clock = asyncio.get_running_loop().time
        async with client.aio.live.connect(model=model, config=CONFIG) as session:  # type: ignore[arg-type]
            if self.is_followed:
                attach_interrupt_resume(
                    session,
                    model=model,
                    on_interruption=self._interrupted,
                    on_event=self._noticed,
                    delivery=self._delivery,
                    record_to=self._recording,
                )
            async with (
                SyntheticUser(session, voice=scene.USER_VOICE) as user,
                SpeakerSim() as speaker,
            ):
                self.user_audio, self.model_audio = user.audio, speaker.audio
                if server is not None:
                    live = server.session_of(session)
                    self._source = FromServer(live, speaker, zero=clock() - live.now() / 1000)
                    received = None
                else:
                    self._source = received = FromReceived(speaker, user.said)

                async def says(text: str) -> None:
                    self._entries.append(Entry(at=clock(), kind="user", text=text))
                    await user.say(text)

                await together.wait()
                self.begin = clock()
                await _first_to_end(
                    _play(session, speaker, received), scene.act(user, speaker, says)
                )
                self.is_over = True

    def _interrupted(self, interruption: Interruption) -> None:
        if interruption.note and isinstance(self._source, FromReceived):
            now = asyncio.get_running_loop().time()
            self._entries.append(note_entry(interruption, now))

    def _noticed(self, notice: Notice) -> None:
        if notice.kind in ("nudge", "repair") and isinstance(self._source, FromReceived):
            now = asyncio.get_running_loop().time()
            self._entries.append(Entry(at=now, kind="note", text=notice.detail, message="nudge"))


async def _play(session: Any, speaker: SpeakerSim, received: FromReceived | None) -> None:
    """Play what the model sends, as every app does, until the connection ends."""
    clock = asyncio.get_running_loop().time
    while True:
        async for message in session.receive():
            speaker.take(message)
            if received is not None:
                received.take(message, clock())


async def _first_to_end(*work: Any) -> None:
    """Run all; when one ends, end the others. Raises what that one raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
