"""The model's side of the floor: when it thinks, speaks, is cut, calls a function and goes on.

Asks the scripted model what to say, sends it in the shape and at the pace of a profile, and stops
when the user takes the floor. The states are

==========  ==========================================================  ======================
state       meaning                                                     the user takes the floor
==========  ==========================================================  ======================
idle        nothing to say                                              nothing to stop
thinking    a reply is due; nothing of it was sent                      it is forgotten
tool        a BLOCKING function call waits for its response             it is forgotten;
                                                                        interrupted, turnComplete
generating  a reply is being sent                                       interrupted, turnComplete
playing     all was sent (generationComplete); turnComplete follows     the same
            when a client must have played it
==========  ==========================================================  ======================

A NON_BLOCKING call waits beside all of them; its reply is said when the model is next idle. Knows
nothing of microphones or of what clients may send.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.testing.server.connection import Connection
from gemini_live_interrupt.testing.server.delivery import (
    Delivery,
    Parcel,
    deliver_speech,
    deliver_text,
)
from gemini_live_interrupt.testing.server.memory import Memory
from gemini_live_interrupt.testing.server.plan import Plan
from gemini_live_interrupt.testing.server.profiles import ServerProfile, Span
from gemini_live_interrupt.testing.server.record import State, Turn
from gemini_live_interrupt.testing.server.usage import Modality
from gemini_live_interrupt.testing.server.wire import Setup
from gemini_live_interrupt.testing.speech.voices import Speech

__all__ = ["Floor"]

Json = dict[str, Any]
Render = Callable[[Plan], Speech]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A function call that waits for its response."""

    call_id: str
    plan: Plan
    is_blocking: bool


class Floor:
    """What the model says and when, on one connection."""

    def __init__(
        self,
        connection: Connection,
        *,
        setup: Setup,
        profile: ServerProfile,
        memory: Memory,
        render: Render,
        rng: random.Random,
    ) -> None:
        self.turn: Turn | None = None
        self._connection = connection
        self._record = connection.record
        self._setup = setup
        self._profile = profile
        self._memory = memory
        self._render = render
        self._rng = rng
        self._delivery: Delivery | None = None
        self._thinking: asyncio.Task[None] | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._calls: dict[str, _Call] = {}
        self._prompt: Counter[Modality] = Counter()  # of the turn in progress, in tokens
        self._queued: str | None = None  # kind of prompt to reply to when this turn is over
        self._ready: list[Plan] = []  # replies of NON_BLOCKING calls, to say when idle

    @property
    def state(self) -> State:
        """Where the model is; see the table above."""
        if self.turn is not None:
            return "generating" if self.turn.generated_ms is None else "playing"
        if any(call.is_blocking for call in self._calls.values()):
            return "tool"
        return "idle" if self._thinking is None else "thinking"

    def reply_due(self, kind: str, after: Span) -> None:
        """The model shall reply to a prompt: ``audio``, ``text`` or ``content``."""
        self.forget_reply()
        self._thinking = self._connection.spawn(self._think(kind, self._rng.uniform(*after)))

    def forget_reply(self) -> None:
        """A reply of which nothing was sent is not wanted any more."""
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None

    def reply_after_turn(self, kind: str) -> None:
        """Reply when the turn in progress is over, or soon where there is none."""
        if self.turn is None:
            self.reply_due(kind, self._profile.timings.content_reply_after)
        else:
            self._queued = kind

    async def barge_in(self, cause: str) -> None:
        """The user takes the floor: cut what is being said, played or looked up."""
        turn = self.turn
        blocking = [call for call in self._calls.values() if call.is_blocking]
        if turn is None and not blocking:
            return
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None
        self._calls = {key: call for key, call in self._calls.items() if not call.is_blocking}
        if turn is not None:
            self._account(turn)
            self.turn = None
            turn.is_cut, turn.cause, turn.ended_ms = True, cause, self._connection.now()
            self._memory.mind.spoke(turn.plan, sent=turn.believed_characters, is_cut=True)
        if blocking and self._profile.tool_cancellation:
            ids = [call.call_id for call in blocking]
            await self._connection.send({"toolCallCancellation": {"ids": ids}}, "tool_call")
        await self._connection.send({"serverContent": {"interrupted": True}}, "interrupted")
        if turn is not None:
            for fault in self._connection.faults:
                fault.was_cut(turn)
        self._connection.spawn(self._complete_cut_turn(self._usage(turn) if turn else None))

    def tool_response(self, call_id: str, response: Json, *, how: str = "WHEN_IDLE") -> None:
        """A function's result; one that nobody waits for any more changes nothing.

        Args:
            call_id: Which call it answers.
            response: The result.
            how: The ``scheduling`` of a NON_BLOCKING call's result: ``INTERRUPT`` cuts what is
                being said, ``SILENT`` is only known from then on.
        """
        call = self._calls.pop(call_id, None)
        if call is None:
            return
        plan = call.plan.filled(response)
        self._memory.tokens.enters_text(json.dumps(response))
        if how == "SILENT" and not call.is_blocking:
            return
        if self.turn is None and self._thinking is None:
            self._say_soon(plan)
        elif how == "INTERRUPT" and self.turn is not None:
            self._connection.spawn(self._say_at_once(plan))
        else:
            self._ready.append(plan)

    def connection_lost(self) -> None:
        """The model takes what went out for said; nothing continues."""
        if self.turn is not None:
            self._account(self.turn)
            self._memory.mind.spoke(self.turn.plan, sent=self.turn.believed_characters, is_cut=True)
            self._usage(self.turn)

    def unsent(self) -> tuple[Parcel, ...]:
        """What the cut of the last reply left unsent."""
        turn = self._record.turns[-1] if self._record.turns else None
        if turn is None or self._delivery is None:
            return ()
        return tuple(
            parcel
            for parcel in self._delivery.parcels
            if parcel.audio_ms > turn.audio_ms or parcel.characters > turn.characters
        )

    async def send_late(self, parcel: Parcel) -> None:
        """Send a message of the last reply although it was cut."""
        turn = self._record.turns[-1]
        turn.characters = max(turn.characters, parcel.characters)
        await self._connection.send_raw(parcel.message)
        if self.turn is None:
            self._account(turn)

    async def _think(self, kind: str, delay: float) -> None:
        mind, memory, faults = self._memory.mind, self._memory, self._connection.faults
        began = self._connection.now()
        await self._rendered(mind.plan(memory.prompt(kind, self._profile)))
        await self._connection.sleep(delay - (self._connection.now() - began))
        # Asked again: a note that came while the model was thinking counts.
        plan = mind.plan(memory.prompt(kind, self._profile))
        if plan is not None and not plan.segments:
            mind.began(plan)  # it chose to say nothing
        if not plan or not plan.segments or not all(fault.allows_reply(kind) for fault in faults):
            self._thinking = None
            return
        for fault in faults:
            plan = fault.planned(plan)
        speech = await self._rendered(plan)
        # From here to the reply nothing waits, so a user who speaks now finds it begun or not.
        self._thinking = None
        if self.turn is not None:
            self._queued = kind
            return
        memory.reply_begins(kind, self._profile)
        if plan.tool is not None:
            await self._call(plan)
        else:
            self._begin(plan, speech)

    async def _rendered(self, plan: Plan | None) -> Speech | None:
        """The plan's sound; None where there is none."""
        if plan is None or plan.tool is not None or not plan.segments:
            return None
        if plan.is_written or self._setup.modality == "TEXT":
            return None
        return await asyncio.to_thread(self._render, plan)

    async def _call(self, plan: Plan) -> None:
        assert plan.tool is not None
        call_id = f"fc_{self._rng.randrange(10**18, 10**19)}"
        is_blocking = self._setup.is_blocking(plan.tool.name)
        self._calls[call_id] = _Call(call_id=call_id, plan=plan, is_blocking=is_blocking)
        call = {"id": call_id, "name": plan.tool.name, "args": plan.tool.args}
        self._memory.tokens.enters_text(json.dumps(call))
        await self._connection.send({"toolCall": {"functionCalls": [call]}}, "tool_call")

    async def _say_at_once(self, plan: Plan) -> None:
        await self.barge_in("tool")
        self._say_soon(plan)

    def _say_soon(self, plan: Plan) -> None:
        async def say() -> None:
            speech = await self._rendered(plan)
            await self._connection.sleep(self._rng.uniform(*self._profile.timings.reply_after))
            self._thinking = None
            if self.turn is None:
                self._begin(plan, speech)
            else:
                self._ready.append(plan)

        self._thinking = self._connection.spawn(say())

    def _begin(self, plan: Plan, speech: Speech | None) -> None:
        if speech is None:
            delivery = deliver_text(plan.text, self._profile, self._rng)
        else:
            delivery = deliver_speech(
                speech, self._profile, self._rng, transcribe=self._setup.output_transcription
            )
        for fault in self._connection.faults:
            delivery = fault.delivered(delivery)
        self._memory.mind.began(plan)
        self._prompt = self._memory.tokens.turn_begins()
        turn = Turn(
            plan=plan,
            words=speech.words if speech else (),
            started_ms=self._connection.now(),
            stream_start_ms=self._record.audio_sent_ms,
        )
        self._record.turns.append(turn)
        self.turn, self._delivery = turn, delivery
        for fault in self._connection.faults:
            fault.began(turn)
        self._speaking = self._connection.spawn(self._speak(turn, delivery))

    async def _speak(self, turn: Turn, delivery: Delivery) -> None:
        mind, connection = self._memory.mind, self._connection
        for parcel in delivery.parcels:
            await connection.sleep(turn.started_ms + parcel.at_ms - connection.now())
            turn.characters = parcel.characters
            has_audio = "modelTurn" in parcel.message["serverContent"]
            await connection.send(parcel.message, "audio" if has_audio else "transcript")
            self._account(turn)
        generated = turn.started_ms + delivery.generation_complete_ms
        await connection.sleep(generated - connection.now())
        turn.generated_ms = connection.now()
        mind.spoke(turn.plan, sent=len(turn.text))
        complete: Json = {"serverContent": {"generationComplete": True}}
        await connection.send(complete, "generation_complete")
        played = turn.started_ms + delivery.playback_ms
        lag = self._rng.uniform(*self._profile.timings.turn_complete_lag)
        await connection.sleep(played + lag - connection.now())
        turn.ended_ms, self.turn = connection.now(), None
        await self._send_turn_complete(self._usage(turn))
        self._go_on()

    def _go_on(self) -> None:
        """The turn is over: what waited for it is due."""
        if self._queued is not None:
            kind, self._queued = self._queued, None
            self.reply_due(kind, self._profile.timings.content_reply_after)
        elif self._ready and self._thinking is None:
            self._say_soon(self._ready.pop(0))

    def _account(self, turn: Turn) -> None:
        """Audio counts as sent when it is on the wire, whatever the faults made of it."""
        turn.audio_ms = self._record.audio_sent_ms - turn.stream_start_ms

    async def _complete_cut_turn(self, usage: Json | None) -> None:
        lag = self._rng.uniform(*self._profile.timings.turn_complete_after_cut)
        await self._connection.sleep(lag)
        await self._send_turn_complete(usage)

    def _usage(self, turn: Turn) -> Json:
        """The counts of a turn that is over."""
        thoughts = self._rng.randint(20, 40) if self._profile.thoughts else 0
        return self._memory.tokens.turn_ends(
            self._prompt,
            text=turn.believed,
            speech_ms=turn.audio_ms,
            thoughts=thoughts,
            shape=self._profile.usage,
        )

    async def _send_turn_complete(self, usage: Json | None) -> None:
        content: Json = {"turnComplete": True}
        if self._profile.grounding_on_turn_complete:
            content["groundingMetadata"] = {}
        message: Json = {"serverContent": content}
        if usage is not None:
            message["usageMetadata"] = usage
        await self._connection.send(message, "turn_complete")
