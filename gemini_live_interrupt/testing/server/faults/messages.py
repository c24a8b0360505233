"""What is wrong with single messages: missing, twice, late, in pieces, of a kind nobody knows.

Knows the shape of messages; nothing of the session's state.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from gemini_live_interrupt.testing.server.fault import Fault, Outgoing

__all__ = [
    "DoubleTurnComplete",
    "DuplicateTranscript",
    "LateTranscript",
    "NoUsage",
    "Slow",
    "Split",
    "UnknownField",
    "UnknownMessage",
    "Withhold",
    "WrongTranscript",
]


@dataclass(kw_only=True)
class Withhold(Fault):
    """Messages of one kind never come. By name: ``no_turn_complete`` (a frozen session in some
    clients), ``no_input_transcript``, ``no_output_transcript`` (langwatch/scenario 446),
    ``no_generation_complete``."""

    name: ClassVar[str] = "withhold"
    what: Literal[
        "turn_complete", "input_transcript", "output_transcript", "generation_complete"
    ] = "turn_complete"
    """Which."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        if self.what == "output_transcript":
            if "outputTranscription" not in content or not self.strikes():
                return (out,)
            rest = {key: value for key, value in content.items() if key != "outputTranscription"}
            return (replace(out, message={"serverContent": rest}),) if rest else ()
        return () if out.stage == self.what and self.strikes() else (out,)


@dataclass(kw_only=True)
class NoUsage(Fault):
    """``usageMetadata`` never comes, so nobody can tell what entered the prompt."""

    name: ClassVar[str] = "no_usage"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if "usageMetadata" not in out.message or not self.strikes():
            return (out,)
        rest = {key: value for key, value in out.message.items() if key != "usageMetadata"}
        return (replace(out, message=rest),)


@dataclass(kw_only=True)
class DoubleTurnComplete(Fault):
    """``turnComplete`` comes twice."""

    name: ClassVar[str] = "double_turn_complete"
    after_ms: float = 40.0
    """From the first to the second."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "turn_complete" and self.strikes():
            return (out, replace(out, delay_ms=self.after_ms))
        return (out,)


@dataclass(kw_only=True)
class DuplicateTranscript(Fault):
    """The user's transcript comes again, later (gemini-live-api-examples 48: 55 s later)."""

    name: ClassVar[str] = "duplicate_transcript"
    after_ms: float = 2500.0
    """From the first to the second."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            return (out, replace(out, delay_ms=self.after_ms, detached=True))
        return (out,)


@dataclass(kw_only=True)
class LateTranscript(Fault):
    """The user's transcript comes after the reply has begun (2.5: pydantic-ai's docs)."""

    name: ClassVar[str] = "late_transcript"
    after_ms: float = 1500.0
    """How much later."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            return (replace(out, delay_ms=self.after_ms, detached=True),)
        return (out,)


@dataclass(kw_only=True)
class WrongTranscript(Fault):
    """The user's transcript says something else. By name: ``noise_transcript`` (``<noise>``, two
    apps guard against it) and ``wrong_language`` (gemini-live-api-examples 45)."""

    name: ClassVar[str] = "wrong_transcript"
    text: str = "<noise>"
    """What it says."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "input_transcript" and self.strikes():
            content = {"inputTranscription": {"text": self.text}}
            return (replace(out, message={"serverContent": content}),)
        return (out,)


@dataclass(kw_only=True)
class Slow(Fault):
    """Messages dawdle, in order."""

    name: ClassVar[str] = "slow"
    delay_ms: float = 60.0
    """Longest wait before a message."""

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if self.strikes():
            return (replace(out, delay_ms=out.delay_ms + self.rng.uniform(0.0, self.delay_ms)),)
        return (out,)


@dataclass(kw_only=True)
class Split(Fault):
    """Messages come in pieces: audio in quarters, transcripts in single characters."""

    name: ClassVar[str] = "split"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        content = out.message.get("serverContent") or {}
        if out.stage not in ("audio", "transcript", "input_transcript") or not self.strikes():
            return (out,)
        pieces: list[Outgoing] = []
        for key in ("inputTranscription", "outputTranscription"):
            text = (content.get(key) or {}).get("text") or ""
            pieces += [_with(out, {key: {"text": character}}) for character in text]
        for part in (content.get("modelTurn") or {}).get("parts") or []:
            blob = part.get("inlineData")
            if blob is None:
                pieces.append(_with(out, {"modelTurn": {"parts": [part]}}))
                continue
            pcm = base64.b64decode(blob["data"])
            size = max(2, len(pcm) // 8 * 2)
            for start in range(0, len(pcm), size):
                data = base64.b64encode(pcm[start : start + size]).decode()
                piece = {"inlineData": {**blob, "data": data}}
                pieces.append(_with(out, {"modelTurn": {"parts": [piece]}}))
        return pieces or (out,)


@dataclass(kw_only=True)
class UnknownMessage(Fault):
    """A message with an unknown top-level key. google-genai 1.68 and later raise TypeError out of
    ``receive()`` for it, with or without this library; 1.30 returned an empty message."""

    name: ClassVar[str] = "unknown_message"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "generation_complete" and self.strikes():
            return (Outgoing(message={"sessionWeather": {"sky": "blue"}}, stage="other"), out)
        return (out,)


@dataclass(kw_only=True)
class UnknownField(Fault):
    """Known messages with unknown fields and enum values, which clients must bear."""

    name: ClassVar[str] = "unknown_field"

    def outgoing(self, out: Outgoing) -> Iterable[Outgoing]:
        if out.stage == "turn_complete" and self.strikes():
            content = out.message.get("serverContent") or {}
            more = {**content, "turnCompleteReason": "A_REASON_OF_TOMORROW", "moodOfModel": "calm"}
            return (replace(out, message={**out.message, "serverContent": more}),)
        return (out,)


def _with(out: Outgoing, content: dict[str, Any]) -> Outgoing:
    return replace(out, message={"serverContent": content})
