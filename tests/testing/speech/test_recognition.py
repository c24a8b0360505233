"""Words by matching: the right one, several in a row, and none where the speech is not known."""

from __future__ import annotations

import numpy as np
import pytest

from gemini_live_interrupt.testing import speak
from gemini_live_interrupt.testing.speech.recognition import KnownSpeech, Transcriber

LINES = ["What was the fox called?", "Mm-hm.", "Okay.", "Wait, how old is she?", "Yes.", "Stop."]


def line(text: str, rate: int = 16000) -> bytes:
    return speak(text, voice="en-us+m3", sample_rate=rate).pcm


def in_room(pcm: bytes, level: float, noise: float) -> bytes:
    """With 0.3 s before and 0.8 s after it."""
    samples = np.frombuffer(pcm, "<i2").astype(float) * level
    padded = np.concatenate([np.zeros(4800), samples, np.zeros(12800)])
    padded += np.random.default_rng(3).normal(0.0, noise, len(padded))
    return np.clip(padded, -32768, 32767).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    known = [KnownSpeech.of(speak(text, voice="en-us+m3", sample_rate=24000)) for text in LINES]
    return Transcriber(known)


@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize(("level", "noise"), [(1.0, 0.0), (0.1, 20.0), (0.5, 500.0)])
def test_finds_what_was_said(
    transcriber: Transcriber, text: str, level: float, noise: float
) -> None:
    found = transcriber.transcribe(in_room(line(text), level, noise))
    assert (found.text, found.source) == (text, "matched")


def test_two_utterances_in_one(transcriber: Transcriber) -> None:
    pcm = in_room(line("Stop."), 0.5, 5.0) + in_room(line("Wait, how old is she?"), 0.5, 5.0)
    assert transcriber.transcribe(pcm).text == "Stop. Wait, how old is she?"


def test_an_utterance_without_its_beginning_is_still_known(transcriber: Transcriber) -> None:
    pcm = line("Wait, how old is she?")
    assert transcriber.transcribe(pcm[len(pcm) // 4 // 2 * 2 :]).text == "Wait, how old is she?"


@pytest.mark.parametrize("text", ["Tell me about trains.", "Nope.", "The weather is nice today."])
def test_other_speech_stays_unknown(transcriber: Transcriber, text: str) -> None:
    found = transcriber.transcribe(in_room(line(text), 0.5, 10.0))
    assert (found.text, found.source) == ("", "unknown")


def test_other_speech_goes_to_the_recogniser() -> None:
    with_one = Transcriber([KnownSpeech.of(line("Yes."), "Yes.")], lambda pcm: f" {len(pcm) > 0} ")
    found = with_one.transcribe(in_room(line("Tell me about trains."), 0.5, 0.0))
    assert (found.text, found.source) == ("True", "recognised")


def test_pcm_needs_its_words_and_some_sound() -> None:
    with pytest.raises(TypeError, match="text"):
        KnownSpeech.of(line("Yes."))
    with pytest.raises(ValueError, match="no sound"):
        KnownSpeech.of(b"", "Yes.")
