"""What a session costs in tokens: the counts of ``usageMetadata``, which ride on ``turnComplete``.

A prompt is all that entered it before: the instruction, what the user said and typed, client
content, and every reply with its thoughts. A cut reply stays in it whole, as far as it was
generated. So for two turns in a row ``prompt2 = prompt1 + response1 + thoughts1 + input``, as in the
one public recording of a barge-in (2.5, Developer API). Knows counts and the shapes in which
families write them; nothing of sockets, or of what the words mean.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Modality", "Tokens", "UsageShape", "text_tokens"]

UsageShape = Literal["responseTokenCount", "candidatesTokenCount"]
"""What the reply's count is called: the second on Vertex, where the reply's words are counted as
TEXT beside its AUDIO."""

_SPEECH = 25.0
"""Tokens for a second of speech, heard or spoken."""
_IMAGE = 258
"""Tokens for a frame (recorded, 2.5)."""
_CHARACTERS = 4.0
"""Bytes of UTF-8 for a token of text; about right for English."""

Modality = Literal["TEXT", "AUDIO", "IMAGE"]


def text_tokens(text: str) -> int:
    """About as many tokens as the text has.

    >>> text_tokens("Once upon a time."), text_tokens("")
    (5, 0)
    """
    return math.ceil(len(text.encode("utf-8", "replace")) / _CHARACTERS)


@dataclass(slots=True, kw_only=True)
class Tokens:
    """The counts of one session; outlives its connections, as the context does."""

    prompt: Counter[Modality] = field(default_factory=Counter)
    """What is in the prompt, by modality."""
    waiting: Counter[Modality] = field(default_factory=Counter)
    """What enters it with the next turn."""

    def enters_text(self, text: str) -> None:
        """Words: an instruction, typed text, client content, a call or its result."""
        self.waiting["TEXT"] += text_tokens(text)

    def enters_speech(self, ms: float) -> None:
        """The user's speech."""
        self.waiting["AUDIO"] += max(1, round(ms / 1000 * _SPEECH))

    def enters_frame(self) -> None:
        """A frame of the camera."""
        self.waiting["IMAGE"] += _IMAGE

    def turn_begins(self) -> Counter[Modality]:
        """The prompt of the turn that begins now."""
        self.prompt += self.waiting
        self.waiting.clear()
        return Counter(self.prompt)

    def turn_ends(
        self,
        prompt: Counter[Modality],
        *,
        text: str,
        speech_ms: float,
        thoughts: int,
        shape: UsageShape,
    ) -> dict[str, Any]:
        """Keep the reply, and count it.

        Args:
            prompt: The turn's prompt, by `turn_begins`.
            text: The reply's words as far as they were generated.
            speech_ms: Its sound; 0 in a TEXT session.
            thoughts: Tokens of its thoughts.
            shape: How the family writes it.

        Returns:
            The ``usageMetadata``.
        """
        response: Counter[Modality] = Counter()
        if speech_ms:
            response["AUDIO"] = round(speech_ms / 1000 * _SPEECH)
        if not speech_ms or shape == "candidatesTokenCount":
            response["TEXT"] = text_tokens(text)
        self.prompt += response
        self.prompt["TEXT"] += thoughts
        total, said = sum(prompt.values()), sum(response.values())
        usage: dict[str, Any] = {
            "promptTokenCount": total,
            shape: said,
            "totalTokenCount": total + said,  # without the thoughts, as recorded
            "promptTokensDetails": _details(prompt),
            shape.replace("TokenCount", "TokensDetails"): _details(response),
        }
        if thoughts:
            usage["thoughtsTokenCount"] = thoughts
        return usage


def _details(counts: Counter[Modality]) -> list[dict[str, Any]]:
    return [
        {"modality": name, "tokenCount": count} for name, count in sorted(counts.items()) if count
    ]
