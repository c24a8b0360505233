"""Whoever speaks: voices whose vowels cross zero more often than those that the sounds were learnt on."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoken_turns import GUIDE, words_at

from gemini_live_interrupt.heard import voice
from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.heard.pauses import PauseFinder
from gemini_live_interrupt.heard.sound import STEPS_PER_DB, Sound
from gemini_live_interrupt.heard.voice import Voice
from gemini_live_interrupt.testing.speech.voices import Speech, speak

MILLER = (
    "Once upon a time there was a miller who lived by a river. He had three sons and an old mill. "
    "The eldest son got the mill, because he was the strongest."
)
SWEETS = (
    "We have lemon, almond and very dark chocolate. Would you rather hear how they are made, or what "
    "they cost when you order twelve of them?"
)


def voice_of(speech: Speech) -> Voice:
    sound, finder = Sound(), PauseFinder()
    sound.add(speech.pcm, speech.sample_rate)
    sound.catch_up()
    finder.update(sound.levels, sound.crossings)
    return Voice(finder.pauses(is_complete=True), sound)


@pytest.mark.parametrize("speaker", ["en-us+f3", "en-us+f4", "en-us+f5", "en-us+m3"])
@pytest.mark.parametrize("text", [MILLER, GUIDE, SWEETS], ids=["miller", "guide", "sweets"])
def test_an_early_cut_claims_no_word_too_much(speaker: str, text: str) -> None:
    speech = speak(text, voice=speaker)
    off: list[float] = []
    for played_ms in range(1000, 4500, 150):
        for received_ms in (played_ms + 200, played_ms + 1200, 60_000):
            turn = ModelTurn()
            turn.add_text(speech.text)
            turn.add_audio(speech.pcm[: 48 * received_ms])
            if received_ms == 60_000:
                turn.complete()
            position = turn.heard_at(float(played_ms)).position
            off.append(words_at(speech, position) - speech.words_played(played_ms))
    assert max(off) <= 1.0
    assert sum(map(abs, off)) / len(off) < 0.35


def test_crossings_are_counted_beside_those_of_the_voice() -> None:
    low, high = voice_of(speak(MILLER, voice="en-us")), voice_of(speak(MILLER, voice="en-us+f5"))
    vowel_of_low, vowel_of_high = 10, 16
    assert low.crossings[vowel_of_low] < vowel_of_low
    assert abs(high.crossings[vowel_of_high] - low.crossings[vowel_of_low]) <= 1
    assert low.crossings[80] == high.crossings[80] == 80, "a hiss is a hiss"


@given(
    st.lists(st.tuples(st.integers(90, 220), st.integers(0, 255)), max_size=60), st.integers(0, 220)
)
def test_the_usual_is_the_median_of_what_is_loud(frames: list[tuple[int, int]], loud: int) -> None:
    sound = Sound()
    sound.levels, sound.crossings = map(
        bytearray, zip(*frames, strict=True) if frames else ((), ())
    )
    least = max(1, int(loud - 8 * STEPS_PER_DB))
    of_loud = sorted(crossings for level, crossings in frames if level >= least)
    count = len(of_loud)
    median = 10.0 * log(of_loud[count - 1 - count // 2] + 2) if count else 20.0
    assert voice._usual_crossings(sound, loud) == 20.0 + (median - 20.0) * count / (count + 30.0)


def test_of_a_voice_of_which_nothing_was_received_nothing_is_known() -> None:
    nothing = Voice(PauseFinder().pauses(is_complete=False), Sound())
    assert nothing.crossings[:128] == bytes(range(128))
