"""How a reply reaches the client, and when the user cuts it off: simulated, seeded.

The service sends audio in chunks, mostly faster than it plays, and its transcript in pieces that
belong to no chunk. The real patterns are known only in outline (two delivery styles, rates,
bursts), so they are drawn at random over a wide range.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np

from gemini_live_interrupt.testing.speech.voices import Speech

Style = Literal["inter", "ahead", "first", "astray"]
"""Of the text: about in step with its audio; sentences before it; all of it first; in pieces like the
first, but ever further ahead or behind, or with a jump."""

BYTES_PER_MS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What the server writes for a speech, which may differ from what was said."""

    text: str
    """The transcript."""
    spans: tuple[tuple[int, int, int], ...]
    """`(first character, one past the last, word of the speech)` of each of its words."""

    def words_at(self, position: float, said: int) -> float:
        """Words of the speech, which has `said`, before a position in the transcript."""
        i = bisect_right(self.spans, position, key=lambda span: span[1])
        if i >= len(self.spans):
            return float(said)
        start, end, word = self.spans[i]
        if position > start:
            return word + (position - start) / (end - start)
        return float(self.spans[i - 1][2] + 1) if i else 0.0

    def position_of(self, words: float) -> int:
        """Characters of the transcript up to the last whole word of `words`."""
        whole = int(words + 1e-6)
        return max((end for _, end, word in self.spans if word < whole), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message."""

    at_ms: float
    """From the start of the reply."""
    text: str = ""
    pcm: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A reply that was cut off: all an estimator may know, and the truth."""

    arrivals: tuple[Arrival, ...]
    """Messages up to the barge-in, in order."""
    is_complete: bool
    """Whether all of the reply had arrived."""
    played_ms: float
    """Audio that was played, as the player reports it."""
    at_ms: float
    """When, from the start of the reply."""
    speech: Speech
    """What was said."""
    transcript: Transcript
    """What was written of it, arrived or not."""

    @property
    def text(self) -> str:
        """The text that had arrived."""
        return "".join(arrival.text for arrival in self.arrivals)

    @property
    def truth(self) -> float:
        """Words the user heard, the current one in part."""
        return self.speech.words_played(self.played_ms)


def exact_transcript(speech: Speech) -> Transcript:
    """The text itself."""
    spans = tuple((word.start, word.end, i) for i, word in enumerate(speech.words))
    return Transcript(text=speech.text, spans=spans)


def faulty_transcript(speech: Speech, rng: random.Random) -> Transcript:
    """As a recogniser writes it: 3 % of the words dropped, 3 % replaced, 8 % of the commas lost."""
    others = [word.text.strip(".,;:!?“”") for word in speech.words]
    text, spans, at = "", [], 0
    for i, word in enumerate(speech.words):
        space = speech.text[at : word.start]
        at = word.end
        said, draw = word.text, rng.random()
        if draw < 0.03:
            continue
        if draw < 0.06:
            tail = said[len(said.rstrip(".,;:!?")) :]
            said = rng.choice(others) + tail
        if said.endswith(",") and rng.random() < 0.08:
            said = said[:-1]
        text += space
        spans.append((len(text), len(text) + len(said), i))
        text += said
    return Transcript(text=text + speech.text[at:], spans=tuple(spans))


def with_noise_and_breaths(speech: Speech, seed: int) -> Speech:
    """A noise floor 45 dB below the voice, and breaths in 60 % of the pauses."""
    rng = np.random.default_rng(seed)
    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float64)
    level = float(np.sqrt((samples[np.abs(samples) > 50] ** 2).mean()))
    samples += rng.normal(0.0, level * 10 ** (-45 / 20), len(samples))
    per_ms = speech.sample_rate / 1000.0
    for word, following in zip(speech.words, speech.words[1:], strict=False):
        gap = following.start_ms - word.end_ms
        if gap < 150.0 or rng.random() > 0.6:
            continue
        length_ms = rng.uniform(100.0, min(350.0, gap - 20.0))
        first = int((word.end_ms + rng.uniform(0.0, gap - length_ms)) * per_ms)
        count = int(length_ms * per_ms)
        breath = np.convolve(rng.normal(0.0, 1.0, count), np.full(4, 0.5), "same")
        breath *= np.sin(np.linspace(0.0, np.pi, count))
        samples[first : first + count] += breath * level * 10 ** (-rng.uniform(20.0, 32.0) / 20)
    pcm = np.clip(samples, -32768, 32767).astype("<i2").tobytes()
    return Speech(text=speech.text, pcm=pcm, sample_rate=speech.sample_rate, words=speech.words)


def cut(
    speech: Speech,
    transcript: Transcript,
    style: Style,
    rng: random.Random,
    *,
    near_real_time: bool = False,
    speeds: tuple[float, float] | None = None,
) -> Cut:
    """Deliver a reply and cut it off at a moment drawn uniformly over its playback.

    `speeds`: how many times real time the audio comes, at least and at most.
    """
    speed = rng.uniform(*(speeds or ((1.0, 1.3) if near_real_time else (2.0, 10.0))))
    audio = _audio(speech, speed, rng)
    texts = _text(speech, transcript, audio, style, rng)
    arrivals = sorted([*audio, *texts], key=lambda arrival: arrival.at_ms)
    played_ms = rng.uniform(0.0, speech.duration_ms)
    at_ms = _when_played(audio, played_ms, rng.uniform(0.0, 200.0))
    arrived = tuple(arrival for arrival in arrivals if arrival.at_ms <= at_ms)
    return Cut(
        arrivals=arrived,
        is_complete=len(arrived) == len(arrivals),
        played_ms=played_ms,
        at_ms=at_ms,
        speech=speech,
        transcript=transcript,
    )


def whole(speech: Speech, transcript: Transcript, rng: random.Random) -> tuple[Arrival, ...]:
    """A reply that arrives to its end."""
    audio = _audio(speech, rng.uniform(2.0, 10.0), rng)
    texts = _text(speech, transcript, audio, "inter", rng)
    return tuple(sorted([*audio, *texts], key=lambda arrival: arrival.at_ms))


def _audio(speech: Speech, speed: float, rng: random.Random) -> list[Arrival]:
    """Chunks of 40 to 100 ms, in bursts of 1 to 8."""
    chunk_ms = rng.choice((40, 60, 80, 100))
    burst = rng.randint(1, 8)
    step = chunk_ms * BYTES_PER_MS
    pieces = [speech.pcm[i : i + step] for i in range(0, len(speech.pcm), step)]
    jitter_ms = [rng.uniform(0.0, 10.0) for _ in pieces]
    times = accumulate(
        ((i // burst * burst) * chunk_ms / speed + jitter_ms[i] for i in range(len(pieces))), max
    )
    return [Arrival(at_ms=at, pcm=piece) for at, piece in zip(times, pieces, strict=True)]


def _text(
    speech: Speech, transcript: Transcript, audio: list[Arrival], style: Style, rng: random.Random
) -> list[Arrival]:
    """Pieces of the transcript: with their audio, give or take, or sentences before it."""
    if style == "first" or not transcript.spans:
        return [Arrival(at_ms=0.0, text=transcript.text)]
    if style == "ahead":
        cuts, further = _sentence_ends(transcript.text), rng.random() < 0.4
    else:
        cuts, further = _fragment_ends(transcript, rng), False
    lead_ms = rng.uniform(-300.0, 600.0)
    stray = _stray(speech.duration_ms, rng) if style == "astray" else None
    arrivals: list[Arrival] = []
    start, latest = 0, 0.0
    starts: list[float] = []
    for end in cuts:
        word = transcript.spans[min(_span_at(transcript, start), len(transcript.spans) - 1)][2]
        starts.append(_arrival_of(audio, speech.words[word].start_ms))
        if style == "ahead":
            at = starts[-2] if further and len(starts) > 1 else starts[-1]
        else:
            lag_ms = rng.gauss(0.0, 120.0) - lead_ms
            said_ms = speech.words[word].start_ms
            at = _arrival_of(audio, (stray(said_ms) if stray else said_ms) + lag_ms)
        latest = max(latest, at)
        arrivals.append(Arrival(at_ms=latest, text=transcript.text[start:end]))
        start = end
    return arrivals


def _stray(duration_ms: float, rng: random.Random) -> Callable[[float], float]:
    """Where in the audio text arrives that is said at a moment."""
    if rng.random() < 0.5:
        pace = rng.uniform(0.75, 1.25)
        return lambda said_ms: pace * said_ms
    jumps_at, jump_ms = (
        rng.uniform(0.0, duration_ms),
        rng.choice((-1, 1)) * rng.uniform(500.0, 3000.0),
    )
    return lambda said_ms: said_ms + jump_ms * (said_ms >= jumps_at)


def _span_at(transcript: Transcript, position: int) -> int:
    return bisect_right(transcript.spans, position, key=lambda span: span[1] - 1)


def _sentence_ends(text: str) -> list[int]:
    ends = [
        i + 1
        for i, char in enumerate(text[:-1])
        if char in "。！？" or (char == " " and text[i - 1] in ".!?।؟")
    ]
    return [*ends, len(text)]


def _fragment_ends(transcript: Transcript, rng: random.Random) -> list[int]:
    """Pieces of 2 to 5 characters, of 1 to 3 words, or phrases."""
    kind = rng.choice(("characters", "words", "phrases"))
    ends: list[int] = []
    at, text = 0, transcript.text
    while at < len(text):
        if kind == "characters":
            at += rng.randint(2, 5)
        else:
            words = rng.randint(1, 3) if kind == "words" else rng.randint(4, 9)
            span = min(_span_at(transcript, at) + words, len(transcript.spans)) - 1
            at = max(at + 1, transcript.spans[span][1])
        ends.append(min(at, len(text)))
    return ends


def _arrival_of(audio: list[Arrival], ms: float) -> float:
    chunk_ms = len(audio[0].pcm) / BYTES_PER_MS
    return audio[min(max(int(ms / chunk_ms), 0), len(audio) - 1)].at_ms


def _when_played(audio: list[Arrival], played_ms: float, latency_ms: float) -> float:
    """When the player, which stalls while it has nothing to play, has played so much."""
    now = audio[0].at_ms + latency_ms
    left = played_ms
    for chunk in audio:
        now = max(now, chunk.at_ms)
        length = len(chunk.pcm) / BYTES_PER_MS
        if left <= length:
            return now + left
        now += length
        left -= length
    return now
