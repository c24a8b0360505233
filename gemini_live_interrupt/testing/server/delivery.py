"""How a reply goes out: its speech cut into messages, in the shape and at the pace of a profile.

Pure data: text and sound in, a list of timed messages out. Knows the shapes of server messages;
knows nothing of sockets, clocks or of why the model says something.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.testing.server.profiles import ServerProfile
from gemini_live_interrupt.testing.speech.voices import Speech, SpokenWord

__all__ = [
    "Delivery",
    "Parcel",
    "deliver_speech",
    "deliver_text",
    "join_speech",
    "split_transcript",
]

Json = dict[str, Any]

# The 2.5 cassette has three transcript chunks before about ten of audio.
_INTERLEAVED_LEAD_MS = 250.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One server message of a reply and what has gone out with it."""

    at_ms: float
    """When to send it, from the reply's first message."""
    message: Json
    """camelCase, ready to send."""
    audio_ms: float
    """Audio of the reply sent once this message is, in all."""
    characters: int
    """Characters of its transcript sent once this message is, in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A whole reply on the wire, up to and without generationComplete."""

    parcels: tuple[Parcel, ...]
    """In the order they are sent."""
    generation_complete_ms: float
    """When generationComplete follows."""
    playback_ms: float
    """How long the server takes the reply to play, from its first message."""


def deliver_speech(
    speech: Speech, profile: ServerProfile, rng: random.Random, *, transcribe: bool = True
) -> Delivery:
    """A spoken reply.

    Args:
        speech: What is said, at 24 kHz.
        profile: Shape and pace.
        rng: For the pace and for where the transcript is cut.
        transcribe: Whether the client asked for the reply's transcript.
    """
    timings = profile.timings
    speed = rng.uniform(*timings.audio_speed)
    step = int(timings.audio_chunk / 1000 * speech.sample_rate) * 2
    chunks = [speech.pcm[start : start + step] for start in range(0, len(speech.pcm), step)]
    texts = list(_placed(speech, profile, rng)) if transcribe else []
    parcels: list[Parcel] = []
    audio_ms, characters, at = 0.0, 0, 0.0

    def add(content: Json) -> None:
        parcels.append(
            Parcel(
                at_ms=at,
                message={"serverContent": content},
                audio_ms=audio_ms,
                characters=characters,
            )
        )

    if profile.thoughts:
        text = "**Considering the reply**\n\nI will answer briefly.\n\n\n"
        add({"modelTurn": {"parts": [{"text": text, "thought": True}]}})
    elif profile.empty_messages:
        add({})
    if profile.transcript == "ahead" and transcribe:
        if profile.transcript_finished:
            add({"outputTranscription": {}})
        for _, text in texts:
            characters += len(text)
            at += rng.uniform(1.0, 8.0)
            add({"outputTranscription": {"text": text}})
        if profile.transcript_finished:
            add({"outputTranscription": {"finished": True}})
        texts = []
    for chunk in chunks:
        chunk_ms = len(chunk) / 2 / speech.sample_rate * 1000
        due = audio_ms + chunk_ms
        if profile.transcript == "interleaved":
            while texts and texts[0][0] < due + _INTERLEAVED_LEAD_MS:
                characters += len(texts[0][1])
                add({"outputTranscription": {"text": texts.pop(0)[1]}})
        content: Json = {"modelTurn": _model_turn(profile, chunk)}
        if profile.transcript == "bundled" and texts and texts[0][0] < due:
            ready = [text for starts, text in texts if starts < due]
            del texts[: len(ready)]
            content["outputTranscription"] = {"text": "".join(ready)}
            characters += sum(map(len, ready))
        audio_ms = due
        add(content)
        at += chunk_ms / speed
    if texts:
        rest = "".join(text for _, text in texts)
        characters += len(rest)
        add({"outputTranscription": {"text": rest}})
    if profile.empty_messages:
        add({})
    return Delivery(
        parcels=tuple(parcels), generation_complete_ms=at, playback_ms=max(at, audio_ms)
    )


def deliver_text(text: str, profile: ServerProfile, rng: random.Random) -> Delivery:
    """A written reply, for sessions with the TEXT modality: about 300 characters a second."""
    parcels: list[Parcel] = []
    at, characters = 0.0, 0
    for piece in split_transcript(text, "leading", rng):
        characters += len(piece)
        turn: Json = {"parts": [{"text": piece}]}
        if profile.model_role:
            turn = {"role": "model", **turn}
        message = {"serverContent": {"modelTurn": turn}}
        parcels.append(Parcel(at_ms=at, message=message, audio_ms=0.0, characters=characters))
        at += len(piece) / 0.3
    return Delivery(parcels=tuple(parcels), generation_complete_ms=at, playback_ms=at)


def split_transcript(text: str, spaces: str, rng: random.Random) -> list[str]:
    """``text`` in chunks of one to three words that give it back when they are joined.

    Args:
        text: The whole text.
        spaces: ``leading`` keeps a space with the word after it; ``either`` puts it on either
            side of the seam.
        rng: Draws the sizes.

    Example:
        >>> split_transcript("Hello there, Ann.", "leading", random.Random(1))
        ['Hello', ' there, Ann.']
    """
    words = re.findall(r"\s*\S+\s*$|\s*\S+", text)
    chunks: list[str] = []
    while words:
        size = rng.choice((1, 1, 2, 2, 3))
        chunks.append("".join(words[:size]))
        del words[:size]
    if spaces == "either":
        for index in range(1, len(chunks)):
            if chunks[index].startswith(" ") and rng.random() < 0.5:
                chunks[index - 1] += " "
                chunks[index] = chunks[index][1:]
    return chunks


def _placed(
    speech: Speech, profile: ServerProfile, rng: random.Random
) -> Iterator[tuple[float, str]]:
    """Transcript chunks with the time at which the first word of each begins."""
    words = speech.words
    index, position = 0, 0
    for chunk in split_transcript(speech.text, profile.spaces, rng):
        first = position + len(chunk) - len(chunk.lstrip())
        while index + 1 < len(words) and words[index + 1].start <= first:
            index += 1
        yield (words[index].start_ms if words else 0.0), chunk
        position += len(chunk)


def _model_turn(profile: ServerProfile, pcm: bytes) -> Json:
    data = base64.b64encode(pcm).decode()
    parts = [{"inlineData": {"mimeType": profile.audio_mime, "data": data}}]
    return {"role": "model", "parts": parts} if profile.model_role else {"parts": parts}


def join_speech(pieces: Sequence[Speech], pause_ms: float = 350.0) -> Speech:
    """Several pieces of speech as one: a space between their texts, a pause in their sound."""
    text, pcm = "", b""
    words: list[SpokenWord] = []
    for piece in pieces:
        if text:
            text += " "
            pcm += bytes(int(pause_ms / 1000 * piece.sample_rate) * 2)
        shift_ms = len(pcm) / 2 / piece.sample_rate * 1000
        words += [
            SpokenWord(
                text=word.text,
                start=word.start + len(text),
                end=word.end + len(text),
                start_ms=word.start_ms + shift_ms,
                end_ms=word.end_ms + shift_ms,
            )
            for word in piece.words
        ]
        text += piece.text
        pcm += piece.pcm
    rate = pieces[0].sample_rate if pieces else 24000
    return Speech(text=text, pcm=pcm, sample_rate=rate, words=tuple(words))
