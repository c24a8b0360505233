"""Rendered speech: word times that agree with the audio."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gemini_live_interrupt.testing.speech.prosody import Prosody
from gemini_live_interrupt.testing.speech.voices import Speech, speak

TEXT = (
    'Dr. Smith paid $2,500.50, in the end, for "well-known" things. '
    "It's 12:30 now! The rest of the story is on example.com, if you like."
)


def levels_db(speech: Speech) -> np.ndarray:
    """Level of each 5 ms, in dB below full scale."""
    samples = np.frombuffer(speech.pcm, "<i2").astype(float)
    frame = speech.sample_rate // 200
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    return 20 * np.log10(np.sqrt((frames**2).mean(axis=1)) / 32768 + 1e-9)


def gaps(speech: Speech) -> list[tuple[float, float]]:
    """Silences between words by the word times, at least 100 ms long."""
    pairs = zip(speech.words, speech.words[1:], strict=False)
    return [(a.end_ms, b.start_ms) for a, b in pairs if b.start_ms - a.end_ms >= 100]


@pytest.mark.parametrize(
    ("voice", "words_per_minute", "prosody", "tail_ms"),
    [
        ("en-us", 175, None, 40),
        # The last sound of the female variants rings on into the pause.
        ("en-us+f3", 140, None, 130),
        ("en-gb-x-rp", 215, None, 40),
        ("en-us", 175, Prosody(seed=5), 40),
    ],
)
def test_the_pauses_of_the_words_are_the_silences_of_the_audio(
    voice: str, words_per_minute: int, prosody: Prosody | None, tail_ms: int
) -> None:
    speech = speak(TEXT, voice=voice, words_per_minute=words_per_minute, prosody=prosody)
    silent = levels_db(speech) < -50
    found = gaps(speech)
    assert len(found) >= 3
    for start, end in found:
        inside = silent[int((start + tail_ms) / 5) : int((end - 40) / 5)]
        assert inside.all()
        assert not silent[int(start / 5) - 30 : int(start / 5)].all()
        assert not silent[int(end / 5) : int(end / 5) + 30].all()


def test_words_cover_the_text_in_order() -> None:
    speech = speak(TEXT)
    assert [word.text for word in speech.words] == TEXT.split()
    assert all(TEXT[word.start : word.end] == word.text for word in speech.words)
    times = [t for word in speech.words for t in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert times[0] >= 0 and times[-1] <= speech.duration_ms + 1


def test_a_number_takes_as_long_as_it_is_said() -> None:
    words = {word.text: word.end_ms - word.start_ms for word in speak(TEXT).words}
    assert words["$2,500.50,"] > 5 * words["in"]


def test_words_said_as_one_are_told_apart() -> None:
    words = {word.text: word for word in speak("One of the cats.").words}
    assert words["of"].start_ms < words["of"].end_ms == words["the"].start_ms
    assert words["the"].start_ms < words["the"].end_ms


def test_every_han_character_is_a_word() -> None:
    assert [word.text for word in speak("今天天气很好。", voice="cmn").words] == [
        *"今天天气很",
        "好。",
    ]


def test_the_same_call_gives_the_same_samples_in_another_process() -> None:
    program = (
        "import hashlib, sys; from gemini_live_interrupt.testing.speech.voices import speak;"
        "{before}; print(hashlib.sha256(speak('Good morning, all of you.').pcm).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program.format(before=before)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for before in ("pass", "speak('Etwas anderes.', voice='de+f2')")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("sample_rate", [16000, 22050, 24000, 48000])
def test_a_sample_rate_changes_neither_duration_nor_loudness(sample_rate: int) -> None:
    native, speech = speak(TEXT, sample_rate=22050), speak(TEXT, sample_rate=sample_rate)
    assert speech.duration_ms == pytest.approx(native.duration_ms, abs=1)
    assert speech.words == native.words
    rms = [
        np.sqrt((np.frombuffer(s.pcm, "<i2").astype(float) ** 2).mean()) for s in (native, speech)
    ]
    assert rms[1] == pytest.approx(rms[0], rel=0.05)


def test_varied_prosody_varies_pauses_and_rate() -> None:
    plain, varied = speak(TEXT * 3), speak(TEXT * 3, prosody=Prosody(seed=1))
    assert varied == speak(TEXT * 3, prosody=Prosody(seed=1))
    assert varied.pcm != speak(TEXT * 3, prosody=Prosody(seed=2)).pcm
    spread = [np.std([end - start for start, end in gaps(s)]) for s in (plain, varied)]
    assert spread[1] > 2 * spread[0]


def test_words_played_counts_part_of_the_current_word() -> None:
    speech = speak("One two three.")
    second = speech.words[1]
    assert speech.words_played((second.start_ms + second.end_ms) / 2) == pytest.approx(1.5)


def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(ValueError, match="no-such-voice"):
        speak("Hello", voice="no-such-voice")


@pytest.mark.parametrize("text", ["", " \n ", "...", "😀"])
def test_text_without_words_is_no_error(text: str) -> None:
    assert speak(text).words == ()
    assert speak(text, prosody=Prosody()).words == ()
