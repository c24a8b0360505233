"""One session of the local server: who has the floor, and what the service would do about it.

Takes the client's messages, listens to its microphone, asks the scripted model what to say and
sends it in the shape and at the pace of a profile. The states are

=============  =====================================================  =========================
state          meaning                                                the user speaks
=============  =====================================================  =========================
idle           nothing to say                                         listen
thinking       a reply is due; nothing of it was sent                 forget it, listen
tool           a function call waits for its response                 forget it if BLOCKING
generating     a reply is being sent                                  interrupted, turnComplete
playing        all was sent (generationComplete); turnComplete        the same
               follows when a client must have played it
=============  =====================================================  =========================

Sound is in :mod:`hearing` and :mod:`delivery`, words in :mod:`script`, frames in
:mod:`connection`. This module knows when each of them is due, and nothing of faults by name.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gemini_live_interrupt.testing.connection import Connection
from gemini_live_interrupt.testing.delivery import (
    Delivery,
    Parcel,
    deliver_speech,
    deliver_text,
    split_transcript,
)
from gemini_live_interrupt.testing.hearing import Ear, Resampler, SpeechEnded, SpeechStarted
from gemini_live_interrupt.testing.people import PlayedSpan
from gemini_live_interrupt.testing.profiles import ServerProfile, Span
from gemini_live_interrupt.testing.recognition import Transcriber, Transcript
from gemini_live_interrupt.testing.record import Note, SessionRecord, State, Turn, UserSpeech
from gemini_live_interrupt.testing.script import Mind, Plan, Prompt
from gemini_live_interrupt.testing.voices import Speech
from gemini_live_interrupt.testing.wire import ClientMessage, Refusal, Setup, text_of

__all__ = ["LiveSession", "Memory"]

Json = dict[str, Any]
Render = Callable[[Plan], Speech]


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a session knows that outlives its connection: a handle brings it back."""

    mind: Mind
    """The model's own state."""
    notes: list[str] = field(default_factory=list)
    """Silent client content that no reply used yet."""
    unanswered: list[str] = field(default_factory=list)
    """What the user said and got no reply to."""
    is_seeded: bool = False
    """Whether the initial history is complete."""
    left_at: float | None = None
    """When its last connection ended, on the event loop's clock, in seconds."""


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
        self.rng = rng
        self.state: State = "idle"
        self._setup = setup
        self._memory = memory
        self._transcriber = transcriber
        self._render = render
        self._ear = ear
        self._window: bytearray | None = None  # manual mode: audio since activityStart
        self._resampler: Resampler | None = None
        self._work: asyncio.Task[None] | None = None  # of the reply that is due or being sent
        self._turn: Turn | None = None
        self._delivery: Delivery | None = None
        self._is_unknown = False
        self._queued: str | None = None  # kind of reply that is due after this one
        self._tool: _Pending | None = None

    # What a test or a fault may do

    def now(self) -> float:
        """Session time in ms since the connection opened."""
        return self.connection.now()

    @property
    def user_speaking(self) -> bool:
        """Whether the user is speaking, or was within the silence that ends a turn."""
        return self._window is not None or (self._ear is not None and self._ear.is_speech)

    @property
    def turn(self) -> Turn | None:
        """The reply that is being sent or, for all the server knows, played."""
        return self._turn

    @property
    def away_ms(self) -> float | None:
        """How long a resumed session had no connection; None for a new one."""
        left = self._memory.left_at
        return None if left is None else -self.connection.at(left)

    @property
    def functions(self) -> list[str]:
        """Names of the functions that the client declared."""
        return self._setup.functions

    def unsent(self) -> tuple[Parcel, ...]:
        """What the cut of the last reply left unsent."""
        turn = self.record.turns[-1] if self.record.turns else None
        if turn is None or self._delivery is None:
            return ()
        parcels = self._delivery.parcels
        return tuple(
            parcel
            for parcel in parcels
            if parcel.audio_ms > turn.audio_ms or parcel.characters > turn.characters
        )

    def report_playback(self, spans: Iterable[PlayedSpan]) -> None:
        """Tell the record what the client's user heard; needed for scoring.

        Args:
            spans: :attr:`SpeakerSim.spans`, or an app's own account in the same form.
        """
        self.record.report_played(
            [(span.from_ms, span.to_ms, self.connection.at(span.at)) for span in spans]
        )

    async def send_late(self, parcel: Parcel) -> None:
        """Send a message of the last reply although it was cut."""
        turn = self.record.turns[-1]
        turn.characters = max(turn.characters, parcel.characters)
        await self.send(parcel.message)
        if self._turn is None:
            self._account(turn)

    async def send(self, message: Json) -> None:
        """Send any message."""
        await self.connection.send_raw(message)

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

    async def barge_in(self, cause: str) -> None:
        """Cut the reply that is being sent or played; without one, nothing happens."""
        turn = self._turn
        if turn is None:
            return
        self._stop_work()
        self._account(turn)
        self._turn = None
        self.state = "idle"
        turn.is_cut, turn.cause, turn.ended_ms = True, cause, self.now()
        self._memory.mind.spoke(turn.plan, sent=turn.believed_characters)
        await self.connection.send({"serverContent": {"interrupted": True}}, "interrupted")
        for fault in self.connection.faults:
            fault.was_cut(turn)
        self.connection.spawn(self._complete_cut_turn())

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
            self._memory.left_at = asyncio.get_running_loop().time()
            if self._turn is not None:
                self._account(self._turn)
                # Lost in the middle of a reply: the model takes what went out for said.
                self._memory.mind.spoke(self._turn.plan, sent=self._turn.believed_characters)

    async def _take(self, message: ClientMessage) -> None:
        if message.kind == "realtimeInput":
            await self._realtime(message)
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

    async def _realtime(self, message: ClientMessage) -> None:
        body = message.body
        if message.audio:
            await self._listen(message.audio, message.audio_rate)
        if "text" in body:
            now = self.now()
            self._heard(str(body["text"]), "typed", now, now)
            self._take_floor("text", self.profile.timings.text_interrupted_after)
            self._reply_due("text", self.profile.timings.reply_after)
        if body.get("audioStreamEnd") and self._ear and (ended := self._ear.end_of_stream()):
            await self._speech_ended(ended)
        if "activityStart" in body or "activityEnd" in body:
            if not self._setup.manual_activity:
                raise Refusal(1007, "Explicit activity control is not supported.")
            if "activityStart" in body:
                self._window, self._activity_start = bytearray(), self.now()
                self._take_floor("activity", self.profile.timings.text_interrupted_after)
            else:
                if not self._window:
                    raise Refusal(1007, "Request contains an invalid argument.")
                pcm, self._window = bytes(self._window), None
                self.connection.spawn(self._user_finished(pcm, self._activity_start, self.now()))

    async def _listen(self, pcm: bytes, rate: int) -> None:
        if self._ear is None:
            if self._window is not None:
                if rate != 16000:
                    if self._resampler is None or self._resampler.rate != rate:
                        self._resampler = Resampler(rate)
                    pcm = self._resampler.take(pcm)
                self._window += pcm
            return
        for event in self._ear.listen(pcm, rate):
            if isinstance(event, SpeechStarted):
                self._speech_started(event)
            else:
                await self._speech_ended(event)

    def _speech_started(self, event: SpeechStarted) -> None:
        onset = self._arrived(event.at_ms)
        due = onset + self.rng.uniform(*self.profile.timings.interrupted_after)
        self.connection.spawn(self._begin_activity(due - self.now(), event.at_ms))

    async def _begin_activity(self, delay: float, at_ms: float) -> None:
        if self.state == "thinking":
            self._stop_work()
            self.state = "idle"
        await self.connection.sleep(delay)
        await self._voice_activity("ACTIVITY_START", at_ms)
        if not self._setup.no_interruption:
            await self._interrupt("speech")

    async def _speech_ended(self, event: SpeechEnded) -> None:
        start, end = self._arrived(event.start_ms), self._arrived(event.end_ms)
        self.connection.spawn(self._user_finished(event.pcm, start, end, event.end_ms))

    async def _user_finished(
        self, pcm: bytes, start: float, end: float, stream_ms: float | None = None
    ) -> None:
        transcript = await asyncio.to_thread(self._transcriber.transcribe, pcm)
        self._heard(transcript.text, transcript.source, start, end)
        self._is_unknown = transcript.source == "unknown"
        if stream_ms is not None:
            await self._voice_activity("ACTIVITY_END", stream_ms)
        self._reply_due("audio", self.profile.timings.reply_after)
        if self._setup.input_transcription or self.profile.input_transcript_unasked:
            await self._send_input_transcript(transcript)

    async def _send_input_transcript(self, transcript: Transcript) -> None:
        if not transcript.text or self.profile.input_transcript == "whole":
            pieces = [transcript.text]
        else:
            pieces = split_transcript(" " + transcript.text, "leading", self.rng)
        for index, piece in enumerate(pieces):
            if index:
                await self.connection.sleep(
                    self.rng.uniform(*self.profile.timings.transcript_delta_gap)
                )
            content = {"inputTranscription": {"text": piece} if piece else {}}
            await self.connection.send({"serverContent": content}, "input_transcript")

    def _content(self, message: ClientMessage) -> None:
        roles = tuple(turn.get("role") for turn in message.turns)
        texts = [text_of(turn) for turn in message.turns]
        is_history = self._setup.initial_history and not self._memory.is_seeded
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
        user = [text for role, text in zip(roles, texts, strict=True) if role != "model"]
        if is_history and message.turn_complete:
            # The first complete content of this mode ends the seeding and gets no reply.
            self._memory.is_seeded = True
            return
        if not message.turn_complete:
            self._memory.notes += user
            return
        self._memory.notes += user[:-1]
        self._content_prompt = user[-1] if user else ""
        if self._turn is not None and not self.profile.content_interrupts:
            self._queued = "content"
            return
        self._take_floor("content", self.profile.timings.content_interrupted_after)
        self._reply_due("content", self.profile.timings.content_reply_after)

    def _check_content(self, roles: tuple[str | None, ...], is_history: bool) -> None:
        refused = Refusal(1007, "Request contains an invalid argument.")
        if self.profile.client_content == "initial_only" and not is_history:
            raise refused
        if self.profile.role_required and None in roles:
            raise refused
        allowed = {"user", "model", None}
        if self.profile.system_role == "ignored":
            allowed |= {"system"}
        if set(roles) - allowed:
            raise Refusal(1007, "Please use a valid role: user, model.")

    def _tool_response(self, message: ClientMessage) -> None:
        for response in message.body.get("functionResponses") or []:
            if "scheduling" in response and not self.profile.tool_scheduling:
                raise Refusal(1007, "Request contains an invalid argument.")
            pending = self._tool
            if pending is not None and response.get("id") == pending.call_id:
                answer = response.get("response")
                pending.answer.set_result(answer if isinstance(answer, dict) else {})
                self._tool = None

    # The floor

    def _take_floor(self, cause: str, after: Span) -> None:
        """The user does something that interrupts; ``interrupted`` follows ``after`` ms."""

        async def interrupt() -> None:
            await self.connection.sleep(self.rng.uniform(*after))
            await self._interrupt(cause)

        if self._turn is not None or self._tool is not None:
            self.connection.spawn(interrupt())

    async def _interrupt(self, cause: str) -> None:
        if self._tool is not None and self._tool.is_blocking:
            forgotten, self._tool = self._tool, None
            self._stop_work()
            self.state = "idle"
            if self.profile.tool_cancellation:
                cancelled = {"toolCallCancellation": {"ids": [forgotten.call_id]}}
                await self.connection.send(cancelled, "tool_call")
            await self.connection.send({"serverContent": {"interrupted": True}}, "interrupted")
            self.connection.spawn(self._complete_cut_turn())
            return
        await self.barge_in(cause)

    def _account(self, turn: Turn) -> None:
        """Audio counts as sent when it is on the wire, whatever the faults made of it."""
        turn.audio_ms = self.record.audio_sent_ms - turn.stream_start_ms

    async def _complete_cut_turn(self) -> None:
        await self.connection.sleep(self.rng.uniform(*self.profile.timings.turn_complete_after_cut))
        await self._send_turn_complete()

    def _reply_due(self, kind: str, after: Span) -> None:
        if self._turn is not None and (kind == "audio" or self._setup.no_interruption):
            self._queued = kind  # NO_INTERRUPTION: the reply that runs comes first
            return
        delay = self.rng.uniform(*after)
        self._stop_work()
        self.state = "thinking"
        self._work = self.connection.spawn(self._reply(kind, delay))

    async def _reply(self, kind: str, delay: float) -> None:
        mind, memory = self._memory.mind, self._memory
        likely = mind.plan(self._prompt(kind))
        started = self.now()
        if likely is not None and likely.tool is None:
            await asyncio.to_thread(self._render, likely)
        await self.connection.sleep(delay - (self.now() - started))
        # Asked again: a note that came while the model was thinking counts.
        plan = mind.plan(self._prompt(kind))
        faults = self.connection.faults
        if plan is None or not all(fault.allows_reply(kind) for fault in faults):
            self.state = "idle"
            return
        for fault in faults:
            plan = fault.planned(plan)
        if self._uses_notes(kind):
            memory.notes.clear()
        memory.unanswered.clear()
        self._content_prompt, self._is_unknown = "", False
        if plan.tool is not None:
            plan = await self._call_tool(plan)
        mind.began(plan)
        await self._speak(plan)

    def _prompt(self, kind: str) -> Prompt:
        return Prompt(
            text=" ".join(self._memory.unanswered),
            content=self._content_prompt if kind == "content" else "",
            notes=tuple(self._memory.notes) if self._uses_notes(kind) else (),
            is_unknown=self._is_unknown,
        )

    _content_prompt = ""
    _activity_start = 0.0

    def _uses_notes(self, kind: str) -> bool:
        return kind != "audio" or self.profile.silent_note_on_audio

    async def _speak(self, plan: Plan) -> None:
        is_text = self._setup.modality == "TEXT"
        if is_text:
            words: Speech | None = None
            delivery = deliver_text(plan.text, self.profile, self.rng)
        else:
            words = await asyncio.to_thread(self._render, plan)
            delivery = deliver_speech(
                words, self.profile, self.rng, transcribe=self._setup.output_transcription
            )
        turn = Turn(
            plan=plan,
            words=words.words if words else (),
            started_ms=self.now(),
            stream_start_ms=self.record.audio_sent_ms,
        )
        self.record.turns.append(turn)
        self._turn, self._delivery, self.state = turn, delivery, "generating"
        for fault in self.connection.faults:
            fault.began(turn)
        for parcel in delivery.parcels:
            await self.connection.sleep(turn.started_ms + parcel.at_ms - self.now())
            turn.characters = parcel.characters
            has_audio = "modelTurn" in parcel.message["serverContent"]
            await self.connection.send(parcel.message, "audio" if has_audio else "transcript")
            self._account(turn)
        await self.connection.sleep(turn.started_ms + delivery.generation_complete_ms - self.now())
        turn.generated_ms, self.state = self.now(), "playing"
        self._memory.mind.spoke(plan, sent=len(plan.text))
        complete = {"serverContent": {"generationComplete": True}}
        await self.connection.send(complete, "generation_complete")
        lag = self.rng.uniform(*self.profile.timings.turn_complete_lag)
        await self.connection.sleep(turn.started_ms + delivery.playback_ms + lag - self.now())
        turn.ended_ms, self.state, self._turn = self.now(), "idle", None
        await self._send_turn_complete()
        if self._queued is not None:
            kind, self._queued = self._queued, None
            self._work = None
            self._reply_due(kind, self.profile.timings.content_reply_after)

    async def _call_tool(self, plan: Plan) -> Plan:
        assert plan.tool is not None
        call_id = f"fc_{self.rng.randrange(10**18, 10**19)}"
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        is_blocking = self._setup.is_blocking(plan.tool.name)
        self._tool = _Pending(call_id=call_id, is_blocking=is_blocking, answer=answer)
        self.state = "tool"
        call = {"id": call_id, "name": plan.tool.name, "args": plan.tool.args}
        await self.connection.send({"toolCall": {"functionCalls": [call]}}, "tool_call")
        return plan.filled(await answer)

    async def _send_turn_complete(self) -> None:
        content: Json = {"turnComplete": True}
        if self.profile.grounding_on_turn_complete:
            content["groundingMetadata"] = {}
        tokens = 100 + len(self.record.turns) * 50
        usage = {"promptTokenCount": tokens, "totalTokenCount": tokens}
        message = {"serverContent": content, "usageMetadata": usage}
        await self.connection.send(message, "turn_complete")

    async def _voice_activity(self, kind: str, stream_ms: float) -> None:
        if self.profile.voice_activity or self._setup.explicit_vad_signal:
            offset = f"{stream_ms / 1000:.3f}s"
            activity = {"type": kind, "audioOffset": offset}
            message = {"serverContent": {}, "voiceActivity": activity}
            await self.connection.send(message, "voice_activity")

    def _heard(self, text: str, source: str, start: float, end: float) -> None:
        self.record.speech.append(
            UserSpeech(start_ms=start, end_ms=end, decided_ms=self.now(), text=text, source=source)
        )
        if text:
            self._memory.unanswered.append(text)

    def _arrived(self, stream_ms: float) -> float:
        """Session time at which that place of the microphone's stream arrived."""
        assert self._ear is not None
        return self.now() - (self._ear.stream_ms - stream_ms)

    def _stop_work(self) -> None:
        if self._work is not None and self._work is not asyncio.current_task():
            self._work.cancel()
        self._work = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A function call that waits for its response."""

    call_id: str
    is_blocking: bool
    answer: asyncio.Future[Json]
