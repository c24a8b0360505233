"""What is wrong with the words and the sound of a reply: text that nobody speaks, tokens, silence.

Knows the shape of messages and what was not sent of a cut reply; nothing of why a reply is said.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from gemini_live_interrupt.testing.server.delivery import Delivery
from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.plan import Plan
from gemini_live_interrupt.testing.server.record import Turn

__all__ = [
    "ControlTokens",
    "DigitalSilence",
    "EarlyTurnComplete",
    "SplitUtterance",
    "TextOnlyTurn",
    "TextWithInterrupted",
    "UnspokenText",
]

Json = dict[str, Any]


@dataclass(kw_only=True)
class UnspokenText(Fault):
    """An audio reply begins with a text part that is not marked as a thought, and that nobody
    speaks (livekit/agents-js pull request 2294, livekit/agents 7390)."""

    name: ClassVar[str] = "unspoken_text"
    text: str | None = "The user wants to hear something, so I will answer now."
    """The part; None: the reply's own words."""
    _opens: Turn | None = field(default=None, init=False, repr=False)

    def began(self, turn: Turn) -> None:
        self._opens = turn if self.strikes() else None

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        turn = self._opens
        if turn is None or out.stage not in ("audio", "transcript"):
            return (out,)
        self._opens = None
        parts = [{"text": turn.text if self.text is None else self.text}]
        text: Json = {"serverContent": {"modelTurn": {"parts": parts}}}
        return (Outgoing(message=text, stage="other"), out)


@dataclass(kw_only=True)
class TextOnlyTurn(Fault):
    """A reply in an audio session comes as text parts, without a sound and without a transcript
    (livekit/agents 7390)."""

    name: ClassVar[str] = "text_only_turn"

    def planned(self, plan: Plan) -> Plan:
        return replace(plan, is_written=True) if self.strikes() else plan


@dataclass(kw_only=True)
class ControlTokens(Fault):
    """A control token stands at the end of each sentence of the transcript: of the model's, and of
    the user's."""

    name: ClassVar[str] = "control_tokens"
    token: str = "<ctrl46>"
    """Which."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        changed: Json = {}
        for key in ("outputTranscription", "inputTranscription"):
            text = (content.get(key) or {}).get("text") or ""
            marked = re.sub(r"([.!?…])(?=\s|$)", rf"\1{self.token}", text)
            if marked != text:
                changed[key] = {**content[key], "text": marked}
        if not changed or not self.strikes():
            return (out,)
        return (replace(out, message={**out.message, "serverContent": {**content, **changed}}),)


@dataclass(kw_only=True)
class DigitalSilence(Fault):
    """The model's sound is all zeros, with its text: what a test of an app often sends."""

    name: ClassVar[str] = "digital_silence"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        parts = (content.get("modelTurn") or {}).get("parts") or []
        if not any("inlineData" in part for part in parts) or not self.strikes():
            return (out,)
        turn = {**content["modelTurn"], "parts": [_silenced(part) for part in parts]}
        return (replace(out, message={"serverContent": {**content, "modelTurn": turn}}),)


@dataclass(kw_only=True)
class TextWithInterrupted(Fault):
    """``interrupted`` comes in one message with more text of the reply that it cuts."""

    name: ClassVar[str] = "text_with_interrupted"
    messages: int = 3
    """The text of so many messages."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage != "interrupted":
            return (out,)
        worded = [p for p in self.session.unsent() if _transcript(p.message)][: self.messages]
        if not worded or not self.strikes():
            return (out,)
        text = "".join(_transcript(parcel.message) for parcel in worded)
        turn = self.session.record.turns[-1]
        turn.characters = max(turn.characters, worded[-1].characters)
        content = {**out.message["serverContent"], "outputTranscription": {"text": text}}
        return (replace(out, message={"serverContent": content}),)


@dataclass(kw_only=True)
class SplitUtterance(Fault):
    """One utterance of the user is transcribed as two whole ones, with no space where they join
    (google-gemini/cookbook 1328: a pause of a second is enough)."""

    name: ClassVar[str] = "split_utterance"
    after_ms: float = 120.0
    """From the first to the second."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        words = ((content.get("inputTranscription") or {}).get("text") or "").split()
        if out.stage != "input_transcript" or len(words) < 2 or not self.strikes():
            return (out,)
        half = len(words) // 2
        first, second = " ".join(words[:half]), " ".join(words[half:])
        return (_heard(out, first, 0.0), _heard(out, second, self.after_ms))


@dataclass(kw_only=True)
class EarlyTurnComplete(Fault):
    """``turnComplete`` comes when all was sent, long before it was played (python-genai 2117)."""

    name: ClassVar[str] = "early_turn_complete"

    def delivered(self, delivery: Delivery) -> Delivery:
        if not self.strikes():
            return delivery
        return replace(delivery, playback_ms=delivery.generation_complete_ms)


def _transcript(message: Json) -> str:
    return (message["serverContent"].get("outputTranscription") or {}).get("text") or ""


def _silenced(part: Json) -> Json:
    blob = part.get("inlineData")
    if blob is None:
        return part
    size = len(base64.b64decode(blob["data"]))
    return {"inlineData": {**blob, "data": base64.b64encode(bytes(size)).decode()}}


def _heard(out: Outgoing, text: str, delay_ms: float) -> Outgoing:
    content = {"inputTranscription": {"text": text}}
    return replace(out, message={"serverContent": content}, delay_ms=out.delay_ms + delay_ms)
