"""One session of the local server: what the client sends, and what the service makes of it.

Takes the client's messages, listens to its microphone, transcribes, keeps the record and refuses
what the service refuses. What the model does about it is `floor`; frames are
`connection`. A ``LiveSession`` is also a test's handle on the server's side of a session: it
can be told to go away, to drop, to send anything.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from typing import Any

from gemini_live_interrupt.testing.people import PlayedSpan
from gemini_live_interrupt.testing.server.connection import Connection
from gemini_live_interrupt.testing.server.delivery import Parcel, split_transcript
from gemini_live_interrupt.testing.server.floor import Floor, Render
from gemini_live_interrupt.testing.server.memory import Memory
from gemini_live_interrupt.testing.server.profiles import ServerProfile, Span
from gemini_live_interrupt.testing.server.record import Note, SessionRecord, State, Turn, UserSpeech
from gemini_live_interrupt.testing.server.wire import ClientMessage, Refusal, Setup, text_of
from gemini_live_interrupt.testing.speech.hearing import Ear, Resampler, SpeechEnded, SpeechStarted
from gemini_live_interrupt.testing.speech.recognition import Transcriber, Transcript

__all__ = ["LiveSession"]

Json = dict[str, Any]


class LiveSession:
    """A set-up session. ``server.sessions`` holds these; ``record`` is what tests read."""

    def __init__(
        self,
        connection: Connection,
        *,
        setup: Setup,
        profile: ServerProfile,
        memory: Memory,
        ear: Ear | None,
        transcriber: Transcriber,
        render: Render,
        rng: random.Random,
    ) -> None:
        self.connection = connection
        self.record: SessionRecord = connection.record
        self.profile = profile
        self.memory = memory
        self._setup = setup
        self._rng = rng
        self._transcriber = transcriber
        self._ear = ear
        self._window: bytearray | None = None  # manual mode: audio since activityStart
        self._window_start = 0.0
        self._resampler: Resampler | None = None
        self._floor = Floor(
            connection, setup=setup, profile=profile, memory=memory, render=render, rng=rng
        )

    # What a test or a fault may see and do

    def now(self) -> float:
        """Session time in ms since the connection opened."""
        return self.connection.now()

    @property
    def state(self) -> State:
        """What the model is doing."""
        return self._floor.state

    @property
    def turn(self) -> Turn | None:
        """The reply that is being sent or, for all the server knows, played."""
        return self._floor.turn

    @property
    def user_speaking(self) -> bool:
        """Whether the user is speaking, or was within the silence that ends a turn."""
        return self._window is not None or (self._ear is not None and self._ear.is_speech)

    @property
    def away_ms(self) -> float | None:
        """How long a resumed session had no connection; None for a new one."""
        left = self.memory.left_at
        return None if left is None else -self.connection.at(left)

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the client declared."""
        return self._setup.functions

    def report_playback(self, spans: Iterable[PlayedSpan]) -> None:
        """Tell the record what the client's user heard; needed for scoring.

        Args:
            spans: `SpeakerSim.spans`, or an app's own account in the same form.
        """
        self.record.report_played(
            [(span.from_ms, span.to_ms, self.connection.at(span.at)) for span in spans]
        )

    async def send(self, message: Json) -> None:
        """Send any message, past the faults."""
        await self.connection.send_raw(message)

    async def barge_in(self, cause: str) -> None:
        """Cut the reply that is being sent or played; without one, nothing happens."""
        await self._floor.barge_in(cause)

    async def go_away(self, time_left_ms: float, *, then_close: bool = True) -> None:
        """Announce the end of the connection and, when the time is up, close it."""
        await self.send({"goAway": {"timeLeft": f"{time_left_ms / 1000:g}s"}})
        if then_close:
            await self.connection.sleep(time_left_ms)
            await self.close(1001, "The connection reached its maximum duration.")

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""
        await self.connection.close(code, reason)

    def drop(self) -> None:
        """Lose the connection without a word."""
        self.connection.drop()

    def unsent(self) -> tuple[Parcel, ...]:
        """What the cut of the last reply left unsent."""
        return self._floor.unsent()

    async def send_late(self, parcel: Parcel) -> None:
        """Send a message of the last reply although it was cut."""
        await self._floor.send_late(parcel)

    # The client's messages

    async def run(self) -> None:
        """Serve the session until its connection is over.

        Raises:
            Refusal: The client broke a rule.
        """
        try:
            while (message := await self.connection.receive()) is not None:
                for fault in self.connection.faults:
                    fault.received(message)
                await self._take(message)
        finally:
            if self._ear is not None:
                self._ear.close()
            self.memory.left_at = asyncio.get_running_loop().time()
            self._floor.connection_lost()

    async def _take(self, message: ClientMessage) -> None:
        if message.kind == "realtimeInput":
            self._realtime(message)
        elif message.kind == "clientContent":
            self._content(message)
        elif message.kind == "toolResponse":
            self._tool_response(message)
        elif message.kind == "contextUpdate":
            if not self.profile.context_update:
                reason = 'Invalid JSON payload received. Unknown name "contextUpdate"'
                raise Refusal(1007, f"{reason}: Cannot find field.")
        else:
            raise Refusal(1007, "setup must be the first message and only the first")

    def _realtime(self, message: ClientMessage) -> None:
        body = message.body
        if message.audio:
            self._listen(message.audio, message.audio_rate)
        if message.frame:
            self.memory.shown(message.frame)
        if "text" in body:
            now = self.now()
            self._heard(str(body["text"]), "typed", now, now)
            self._answer("text", self.profile.timings.text_interrupted_after)
        if body.get("audioStreamEnd") and self._ear and (ended := self._ear.end_of_stream()):
            self._speech_ended(ended)
        if "activityStart" in body or "activityEnd" in body:
            if not self._setup.manual_activity:
                raise Refusal(1007, "Explicit activity control is not supported.")
            if "activityStart" in body:
                self._window, self._window_start = bytearray(), self.now()
                self._floor.forget_reply()
                self._interrupt_after("activity", self.profile.timings.text_interrupted_after)
            else:
                if not self._window:
                    raise _invalid()
                pcm, self._window = bytes(self._window), None
                self.connection.spawn(self._user_finished(pcm, self._window_start, self.now()))

    def _listen(self, pcm: bytes, rate: int) -> None:
        if self._ear is not None:
            for event in self._ear.listen(pcm, rate):
                if isinstance(event, SpeechStarted):
                    self._speech_started(event)
                else:
                    self._speech_ended(event)
        elif self._window is not None:
            if rate != 16000:
                if self._resampler is None or self._resampler.rate != rate:
                    self._resampler = Resampler(rate)
                pcm = self._resampler.take(pcm)
            self._window += pcm

    def _speech_started(self, event: SpeechStarted) -> None:
        self._floor.forget_reply()
        due = self._arrived(event.at_ms)
        due += self._rng.uniform(*self.profile.timings.interrupted_after)

        async def begin() -> None:
            await self.connection.sleep(due - self.now())
            await self._voice_activity("ACTIVITY_START", event.at_ms)
            if not self._setup.no_interruption:
                await self._floor.barge_in("speech")

        self.connection.spawn(begin())

    def _speech_ended(self, event: SpeechEnded) -> None:
        start, end = self._arrived(event.start_ms), self._arrived(event.end_ms)
        self.connection.spawn(self._user_finished(event.pcm, start, end, event.end_ms))

    async def _user_finished(
        self, pcm: bytes, start: float, end: float, stream_ms: float | None = None
    ) -> None:
        transcript = await asyncio.to_thread(self._transcriber.transcribe, pcm)
        self._heard(transcript.text, transcript.source, start, end)
        self.memory.has_unknown = transcript.source == "unknown"
        if stream_ms is not None:
            await self._voice_activity("ACTIVITY_END", stream_ms)
        if self._floor.turn is not None:
            self._floor.reply_after_turn("audio")  # NO_INTERRUPTION
        else:
            self._floor.reply_due("audio", self.profile.timings.reply_after)
        if self._setup.input_transcription or self.profile.input_transcript_unasked:
            await self._send_input_transcript(transcript)

    async def _send_input_transcript(self, transcript: Transcript) -> None:
        if not transcript.text or self.profile.input_transcript == "whole":
            pieces = [transcript.text]
        else:
            pieces = split_transcript(" " + transcript.text, "leading", self._rng)
        for index, piece in enumerate(pieces):
            if index:
                gap = self._rng.uniform(*self.profile.timings.transcript_delta_gap)
                await self.connection.sleep(gap)
            content = {"inputTranscription": {"text": piece} if piece else {}}
            await self.connection.send({"serverContent": content}, "input_transcript")

    def _content(self, message: ClientMessage) -> None:
        roles = tuple(turn.get("role") or None for turn in message.turns)
        texts = [text_of(turn) for turn in message.turns]
        is_history = self._setup.initial_history and not self.memory.is_seeded
        self.record.notes.append(
            Note(
                at_ms=self.now(),
                text="\n".join(texts),
                roles=roles,
                turn_complete=message.turn_complete,
                state=self.state,
                user_speaking=self.user_speaking,
                is_history=is_history and (message.turn_complete or not self.record.turns),
            )
        )
        self._check_content(roles, is_history)
        user = [text for role, text in zip(roles, texts, strict=True) if role in ("user", None)]
        for role, text in zip(roles, texts, strict=True):
            if role == "model":
                self.memory.tokens.enters_text(text)
            elif role == "system" and self.profile.system_role == "instructs":
                self.memory.tokens.enters_text(text)
                self.memory.instruction = text
        if is_history and message.turn_complete:
            # The first complete content of this mode ends the seeding and gets no reply.
            self.memory.is_seeded = True
        elif not message.turn_complete:
            for text in user:
                if all(fault.allows_note(text) for fault in self.connection.faults):
                    self.memory.told(text)
        else:
            for text in user[:-1]:
                self.memory.told(text)
            self.memory.content = user[-1] if user else ""
            self.memory.tokens.enters_text(self.memory.content)
            if self.profile.content_interrupts:
                self._answer("content", self.profile.timings.content_interrupted_after)
            else:
                self._floor.reply_after_turn("content")

    def _check_content(self, roles: tuple[str | None, ...], is_history: bool) -> None:
        if self.profile.client_content == "initial_only" and not is_history:
            raise _invalid()
        if self.profile.role_required and None in roles:
            raise _invalid()
        allowed = {"user", "model", None}
        if self.profile.system_role != "refused":
            allowed |= {"system"}
        if set(roles) - allowed:
            raise Refusal(1007, "Please use a valid role: user, model.")

    def _tool_response(self, message: ClientMessage) -> None:
        for response in message.body.get("functionResponses") or []:
            if "scheduling" in response and not self.profile.tool_scheduling:
                raise _invalid()
            answer = response.get("response")
            result = answer if isinstance(answer, dict) else {}
            how = str(response.get("scheduling") or "WHEN_IDLE").upper()
            self._floor.tool_response(str(response.get("id")), result, how=how)

    def _answer(self, kind: str, interrupted_after: Span) -> None:
        """Text and content: cut a reply that runs, then reply."""
        timings = self.profile.timings
        if self._setup.no_interruption and kind == "text":
            self._floor.reply_after_turn(kind)
            return
        self._interrupt_after(kind, interrupted_after)
        after = timings.reply_after if kind == "text" else timings.content_reply_after
        self._floor.reply_due(kind, after)

    def _interrupt_after(self, cause: str, after: Span) -> None:
        delay = self._rng.uniform(*after)

        async def interrupt() -> None:
            await self.connection.sleep(delay)
            await self._floor.barge_in(cause)

        if self.state in ("generating", "playing", "tool"):
            self.connection.spawn(interrupt())

    async def _voice_activity(self, kind: str, stream_ms: float) -> None:
        if self.profile.voice_activity or self._setup.explicit_vad_signal:
            activity = {"type": kind, "audioOffset": f"{stream_ms / 1000:.3f}s"}
            message = {"serverContent": {}, "voiceActivity": activity}
            await self.connection.send(message, "voice_activity")

    def _heard(self, text: str, source: str, start: float, end: float) -> None:
        self.record.speech.append(
            UserSpeech(start_ms=start, end_ms=end, decided_ms=self.now(), text=text, source=source)
        )
        if source == "typed":
            self.memory.tokens.enters_text(text)
        else:
            self.memory.tokens.enters_speech(end - start)
        if text:
            self.memory.unanswered.append(text)

    def _arrived(self, stream_ms: float) -> float:
        """Session time at which that place of the microphone's stream arrived."""
        assert self._ear is not None
        return self.now() - (self._ear.stream_ms - stream_ms)


def _invalid() -> Refusal:
    return Refusal(1007, "Request contains an invalid argument.")
