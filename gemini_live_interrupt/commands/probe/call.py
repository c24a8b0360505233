"""One call of the probe: a session with a synthetic caller, and a record of all that happened.

Knows google-genai, the clock, and how to speak into a session; asks nothing by itself: that is
`questions`. Interrupt-resume is not enabled here: the probe sends its notes itself, to see
what the service makes of them.

Needs `pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import messages
from gemini_live_interrupt.genai.sending import close_code
from gemini_live_interrupt.testing.people import SyntheticUser
from gemini_live_interrupt.testing.speech.voices import Speech

Kind = Literal[
    "audio",
    "usage",
    "text",
    "interrupted",
    "generation_complete",
    "turn_complete",
    "user_words",
    "activity_start",
    "activity_end",
    "closed",
]

Keep = Callable[[dict[str, Any]], object]

INSTRUCTION = (
    "You are a counting machine in a test. When you are asked to count to a number, count aloud in words "
    "from one to it, one number after the other, with no other word. Answer other questions in one short sentence."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something the service did."""

    at: float
    """Seconds since the call began."""
    kind: Kind
    text: str = ""
    ms: float = 0.0
    """Of audio."""
    code: int = 0
    """Of "closed"."""
    prompt: int = 0
    """Tokens of the turn's prompt, of "usage"."""
    said: int = 0
    """Tokens of the turn's reply and thoughts, of "usage"."""


class Call:
    """A call that is going on. Times are seconds since it began.

    Args:
        session: a google-genai live session.
        keep: gets one record for every message, without sound, as it comes.
        about: what is put into each record, such as the question and the trial.
    """

    def __init__(self, session: Any, keep: Keep, about: dict[str, Any]) -> None:
        self.session = session
        self.happened: list[Happened] = []
        self.spoke_until = 0.0
        """When the caller's last word ended."""
        self._keep = keep
        self._about = about
        self._began = time.monotonic()
        self._changed = asyncio.Condition()
        self._user = SyntheticUser(self._send_audio, noise=8.0)

    @property
    def now(self) -> float:
        """Seconds since the call began."""
        return time.monotonic() - self._began

    # --- what the caller does

    async def ask(self, text: str) -> None:
        """Type a request."""
        self._note_down("sent", {"realtimeInput": {"text": text}})
        await self.session.send_realtime_input(text=text)

    async def say(self, line: Speech) -> None:
        """Speak, in real time."""
        self._note_down("sent", {"speech": line.text})
        await self._user.say(line)
        self.spoke_until = self.now

    async def content(self, text: str, *, answer: bool, role: str | None = "user") -> None:
        """Send client content, with a role or without one."""
        turn: dict[str, Any] = {"parts": [{"text": text}]}
        if role is not None:
            turn["role"] = role
        self._note_down("sent", {"clientContent": {"turns": [turn], "turnComplete": answer}})
        await self.session.send_client_content(turns=turn, turn_complete=answer)

    async def show(self, jpeg: bytes, about: str) -> None:
        """Send a camera frame.

        Args:
            jpeg: the frame.
            about: what is in it, for the evidence.
        """
        from google.genai.types import Blob

        self._note_down("sent", {"realtimeInput": {"video": f"{len(jpeg)} bytes: {about}"}})
        await self.session.send_realtime_input(video=Blob(data=jpeg, mime_type="image/jpeg"))

    async def update_context(self, instruction: str) -> None:
        """Send a context update, where this version of google-genai has it.

        Raises:
            AttributeError: if it has not.
        """
        self._note_down("sent", {"contextUpdate": {"systemInstruction": instruction}})
        await self.session.send_context_update(system_instruction=instruction)

    # --- what came of it

    def since(self, at: float, *kinds: Kind) -> list[Happened]:
        """What happened since then."""
        return [one for one in self.happened if one.at >= at and one.kind in kinds]

    async def until(self, *kinds: Kind, since: float = 0.0, within: float) -> Happened | None:
        """The first of these since then; None if there is none within so many seconds from now, or
        before the call ends."""
        deadline = self.now + within
        async with self._changed:
            while True:
                if found := self.since(since, *kinds):
                    return found[0]
                left = deadline - self.now
                if left <= 0 or self.since(0.0, "closed"):
                    return None
                try:
                    await asyncio.wait_for(self._changed.wait(), left)
                except TimeoutError:
                    return None

    def said(self, since: float) -> str:
        """The model's words since then."""
        return "".join(one.text for one in self.since(since, "text"))

    def sound(self, since: float) -> float:
        """The model's sound since then, in ms."""
        return sum(one.ms for one in self.since(since, "audio"))

    @property
    def closed(self) -> Happened | None:
        """How the service ended the call, if it did."""
        return next(iter(self.since(0.0, "closed")), None)

    # --- the session

    async def _send_audio(self, pcm: bytes) -> None:
        from google.genai.types import Blob

        if self.closed is None:
            await self.session.send_realtime_input(
                audio=Blob(data=pcm, mime_type="audio/pcm;rate=16000")
            )

    async def _read(self) -> None:
        try:
            while True:
                async for message in self.session.receive():
                    self._note_down("received", _plain(message))
                    await self._take(messages.from_server(message))
                    await self._count(message.usage_metadata)
        except TypeError as error:
            # A message that this SDK does not know: worth knowing, and no end.
            self._note_down("received", {"unknown": str(error)})
        except Exception as error:
            code = close_code(error) or 0
            self._note_down("received", {"closed": code, "reason": str(error)})
            await self._add(Happened(at=self.now, kind="closed", code=code, text=str(error)))

    async def _take(self, happened: Iterable[e.Event]) -> None:
        for event in happened:
            match event:
                case e.ModelAudio():
                    ms = len(event.pcm) / 2 / event.sample_rate * 1000.0
                    await self._add(Happened(at=self.now, kind="audio", ms=ms))
                case e.ModelText():
                    await self._add(Happened(at=self.now, kind="text", text=event.text))
                case e.UserWords():
                    await self._add(Happened(at=self.now, kind="user_words", text=event.text))
                case e.Interrupted():
                    await self._add(Happened(at=self.now, kind="interrupted"))
                case e.GenerationComplete():
                    await self._add(Happened(at=self.now, kind="generation_complete"))
                case e.TurnComplete():
                    await self._add(Happened(at=self.now, kind="turn_complete"))
                case e.Activity():
                    kind: Kind = "activity_start" if event.started else "activity_end"
                    await self._add(Happened(at=self.now, kind=kind))

    async def _count(self, usage: Any) -> None:
        if usage is None or usage.prompt_token_count is None:
            return
        said = (usage.response_token_count or 0) + (usage.thoughts_token_count or 0)
        prompt = usage.prompt_token_count
        await self._add(Happened(at=self.now, kind="usage", prompt=prompt, said=said))

    async def _add(self, happened: Happened) -> None:
        async with self._changed:
            self.happened.append(happened)
            self._changed.notify_all()

    def _note_down(self, direction: str, message: dict[str, Any]) -> None:
        at = round(self.now * 1000, 1)
        self._keep({**self._about, "at_ms": at, "direction": direction, "message": message})


class Line:
    """Where to call: a client, a model, and what every call is set up with.

    Args:
        client: a `google.genai.Client`.
        model: the model's name.
        keep: gets everything that is sent and received, as JSON objects, as it comes.
    """

    def __init__(self, client: Any, model: str, keep: Keep = lambda record: None) -> None:
        self.model = model
        self.is_vertex = bool(client.vertexai)
        self._client = client
        self._keep = keep

    @asynccontextmanager
    async def call(self, question: str, trial: int = 0) -> AsyncIterator[Call]:
        """Call, with a microphone that is on.

        Raises:
            Exception: whatever google-genai raises if the call cannot be set up.
        """
        config: dict[str, Any] = {
            "response_modalities": ["AUDIO"],
            "system_instruction": INSTRUCTION,
            "input_audio_transcription": {},
            "output_audio_transcription": {},
        }
        live = self._client.aio.live
        async with live.connect(model=self.model, config=config) as session:
            call = Call(session, self._keep, {"question": question, "trial": trial})
            reading = asyncio.create_task(call._read())
            try:
                async with call._user:
                    yield call
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


def _plain(message: Any) -> dict[str, Any]:
    dump = message.model_dump(mode="python", exclude_none=True)
    return {key: _without_sound(value) for key, value in dump.items()}


def _without_sound(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, dict):
        return {key: _without_sound(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_sound(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
