"""The server's ear: speech is found where it is, at any rate and chunking, and nowhere else."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gemini_live_interrupt.testing import speak
from gemini_live_interrupt.testing.speech.detection import DETECTORS, Detector, Detectors, silero
from gemini_live_interrupt.testing.speech.hearing import (
    RATE,
    Ear,
    Resampler,
    SpeechEnded,
    SpeechStarted,
)

Event = SpeechStarted | SpeechEnded


def stream(text: str, rate: int, noise: float = 0.0) -> bytes:
    """One second of silence, the words, two seconds of silence."""
    speech = speak(text, voice="en-us+m3", sample_rate=rate)
    samples = np.frombuffer(speech.pcm, "<i2").astype(float) * 0.5
    padded = np.concatenate([np.zeros(rate), samples, np.zeros(2 * rate)])
    padded += np.random.default_rng(0).normal(0.0, noise, len(padded)) if noise else 0.0
    return np.clip(padded, -32768, 32767).astype("<i2").tobytes()


def events(pcm: bytes, rate: int, chunk_ms: float = 20.0, silence_ms: float = 800.0) -> list[Event]:
    ear, size = Ear(silence_ms=silence_ms), int(rate * chunk_ms / 1000) * 2
    return [e for at in range(0, len(pcm), size) for e in ear.listen(pcm[at : at + size], rate)]


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100, 48000])
def test_one_utterance_at_any_rate(rate: int) -> None:
    started, ended = events(stream("What was the fox called?", rate), rate)
    assert isinstance(started, SpeechStarted) and isinstance(ended, SpeechEnded)
    assert started.at_ms == pytest.approx(1000, abs=100)
    length = speak("What was the fox called?", voice="en-us+m3").duration_ms
    assert ended.end_ms == pytest.approx(1000 + length, abs=150)


@pytest.mark.parametrize("chunk_ms", [5.0, 37.0, 500.0, 10_000.0])
def test_chunking_makes_no_difference(chunk_ms: float) -> None:
    pcm = stream("Wait, please.", RATE)
    assert events(pcm, RATE, chunk_ms) == events(pcm, RATE, 32.0)


def test_room_noise_is_not_speech() -> None:
    noise = np.random.default_rng(1).normal(0.0, 300.0, 10 * RATE).astype("<i2").tobytes()
    assert events(noise, RATE) == []


def test_speech_in_noise_is_found_soon() -> None:
    started = events(stream("Wait.", RATE, noise=300.0), RATE)[0]
    assert isinstance(started, SpeechStarted) and started.at_ms < 1200


def test_an_onset_is_decided_within_a_tenth_of_a_second() -> None:
    pcm, ear = stream("Wait.", RATE), Ear(silence_ms=800.0)
    for at in range(0, len(pcm), 320):
        for event in ear.listen(pcm[at : at + 320]):
            if isinstance(event, SpeechStarted):
                assert ear.stream_ms - event.at_ms <= 100
                return
    pytest.fail("no onset")


def test_a_short_pause_does_not_end_it_and_a_long_one_does() -> None:
    pause = bytes(int(0.6 * RATE) * 2)
    word = stream("Hello there.", RATE)[2 * RATE : -2 * 2 * RATE]
    pcm = word + pause + word + bytes(4 * RATE)
    assert len(events(pcm, RATE, silence_ms=900.0)) == 2
    assert len(events(pcm, RATE, silence_ms=300.0)) == 4


def test_the_end_of_the_stream_ends_an_utterance() -> None:
    ear = Ear(silence_ms=1000.0)
    assert ear.end_of_stream() is None
    list(ear.listen(stream("Hello there.", RATE)[: 2 * 2 * RATE]))
    ended = ear.end_of_stream()
    assert ended is not None and len(ended.pcm) > RATE
    assert not ear.is_speech


def test_memory_before_speech_is_bounded() -> None:
    ear = Ear(silence_ms=500.0)
    list(ear.listen(bytes(60 * 2 * RATE)))
    (started,) = [e for e in ear.listen(stream("Yes.", RATE)[: 3 * RATE]) if e]
    assert isinstance(started, SpeechStarted)
    ended = ear.end_of_stream()
    assert ended is not None and len(ended.pcm) < 2 * 2 * RATE


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 48000])
def test_resampling_in_chunks_keeps_the_length_and_the_tone(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 9000
    pcm = tone.astype("<i2").tobytes()
    resampler, out = Resampler(rate), b""
    for at in range(0, len(pcm), 602):
        out += resampler.take(pcm[at : at + 602])
    samples = np.frombuffer(out, "<i2").astype(float)
    assert len(samples) == pytest.approx(RATE, abs=8)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * RATE / len(samples) == pytest.approx(440, abs=2)
    assert spectrum.max() > 50 * np.sort(spectrum)[-20]


# A detector is borrowed while there is sound


class Counting(Detectors):
    """Detectors of which a test knows who has one."""

    def __init__(self) -> None:
        super().__init__()
        self.lent = 0

    def borrow(self) -> Detector:
        self.lent += 1
        return super().borrow()


def noise(seconds: float, level: float) -> bytes:
    drawn = np.random.default_rng(2).normal(0.0, level, int(seconds * RATE))
    return drawn.astype("<i2").tobytes()


@pytest.mark.parametrize("level", [0.0, 8.0, 20.0])
def test_no_detector_is_needed_where_nobody_could_be_speaking(level: float) -> None:
    detectors = Counting()
    assert list(Ear(silence_ms=800.0, lender=detectors.borrow).listen(noise(5, level))) == []
    assert detectors.lent == 0


def test_soft_speech_is_judged() -> None:
    samples = np.frombuffer(stream("Wait, please.", RATE), "<i2") // 30
    assert 200 < np.abs(samples).max() < 400
    assert len(events(samples.astype("<i2").tobytes(), RATE)) == 2


def test_the_detector_is_given_back_when_it_has_been_quiet_for_a_while() -> None:
    ear = Ear(silence_ms=800.0)
    pcm = stream("Wait, please.", RATE)
    assert len(list(ear.listen(pcm))) == 2
    assert ear._detector is not None
    list(ear.listen(noise(4, 8.0)))
    assert ear._detector is None
    assert [type(event) for event in ear.listen(pcm)] == [SpeechStarted, SpeechEnded]


@pytest.mark.parametrize("waits", [1, 9])
def test_what_comes_while_a_detector_is_loaded_is_judged_afterwards(waits: int) -> None:
    answers: list[Detector | None] = [*[None] * waits, DETECTORS.borrow()]
    pcm, size = stream("Wait, please.", RATE), 640
    ear = Ear(silence_ms=800.0, lender=lambda: answers.pop(0))
    found = [e for at in range(0, len(pcm), size) for e in ear.listen(pcm[at : at + size])]
    assert found == events(pcm, RATE)
    assert ear.stream_ms == len(pcm) / 2 / RATE * 1000


def test_one_detector_is_always_being_made_ready() -> None:
    loaded: list[Detector] = []

    def load() -> Detector:
        loaded.append(silero())
        return loaded[-1]

    detectors = Detectors(load)
    detectors.make_ready(1)
    first = detectors.borrow_if_ready()
    assert first is loaded[0]
    deadline = time.monotonic() + 10
    while (second := detectors.borrow_if_ready()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert second is not None and second is not first
