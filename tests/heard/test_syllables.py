"""Time evened out by the syllables of the voice."""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import log
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.pauses import Loudness, Pauses, find_pauses
from gemini_live_interrupt.heard.spoken_units import tokenize
from gemini_live_interrupt.heard.syllables import Syllables
from gemini_live_interrupt.testing import speak

LOUD, SOFT = 200, 175
"""Levels of a vowel and of a consonant, 11 dB apart."""


def syllables(count: int, ms: float) -> bytes:
    """Levels of a voice that says so many syllables, each of `ms`."""
    half = int(ms / 20)
    return (bytes([SOFT] * half) + bytes([LOUD] * half)) * count


def silence(ms: float) -> bytes:
    return bytes(int(ms / 10))


def evened(levels: bytes, *, is_complete: bool = True) -> Pauses:
    found = Syllables()
    found.update(levels)
    return found.even_out(find_pauses(levels, is_complete=is_complete), levels)


def test_the_same_syllables_said_faster_count_for_more_than_their_time() -> None:
    slow, fast = syllables(6, 320), syllables(6, 160)
    pauses = evened(slow + silence(300) + fast)
    slow_s = pauses.inner[0].spoken_s
    fast_s = pauses.spoken_s - slow_s
    assert len(slow) == 2 * len(fast)
    assert 1.3 < slow_s / fast_s < 1.6


def test_at_a_usual_pace_it_is_about_the_time_itself() -> None:
    pauses = evened(syllables(10, 200))
    assert pauses.spoken_s == pytest.approx(2.0, abs=0.1)


def test_pauses_stay_where_they_are() -> None:
    levels = silence(200) + syllables(4, 200) + silence(400) + syllables(3, 240) + silence(500)
    plain, pauses = find_pauses(levels, is_complete=True), evened(levels)
    for at in ("lead_ms", "end_ms"):
        assert getattr(plain, at) == getattr(pauses, at)
    assert [(p.start_ms, p.end_ms) for p in plain.inner] == [
        (p.start_ms, p.end_ms) for p in pauses.inner
    ]
    for pause in pauses.inner:
        assert pauses.clock.at(pause.start_ms) == pytest.approx(pause.spoken_s)
        assert pauses.clock.at(pause.end_ms) == pytest.approx(pause.spoken_s)


def test_a_tone_without_syllables_still_takes_time() -> None:
    pauses = evened(bytes([LOUD]) * 300)
    assert 1.8 <= pauses.spoken_s <= 3.0
    assert pauses.clock.at(1_500.0) == pytest.approx(pauses.spoken_s / 2)


def test_soft_wiggles_between_vowels_are_no_syllables() -> None:
    """27 to 34 dB below the vowels, and too short to be a pause."""
    vowel = bytes([LOUD] * 20)
    wiggly = silence(500) + (vowel + bytes([122] * 5 + [138] * 7 + [122] * 5)) * 6
    flat = silence(500) + (vowel + bytes([122] * 17)) * 6
    assert find_pauses(wiggly, is_complete=True).inner == ()
    assert evened(wiggly).spoken_s == pytest.approx(evened(flat).spoken_s, abs=0.03)


@given(st.binary(max_size=400), st.lists(st.integers(1, 60), max_size=12), st.booleans())
def test_any_levels_in_any_pieces_give_a_clock_that_only_goes_on(
    levels: bytes, sizes: list[int], is_complete: bool
) -> None:
    found = Syllables()
    for end in accumulate(sizes):
        found.update(levels[:end])
    found.update(levels)
    pauses = found.even_out(find_pauses(levels, is_complete=is_complete), levels)
    assert pauses == evened(levels, is_complete=is_complete)
    times = [pauses.clock.at(float(ms)) for ms in range(-20, 10 * len(levels) + 40, 7)]
    assert times[0] == 0.0 and all(a <= b for a, b in pairwise(times))
    assert times[-1] == pauses.spoken_s
    if len(levels):
        assert pauses.spoken_s <= 0.01 * len(levels) * 1.6 + 1e-9


def test_on_a_voice_it_says_more_of_the_text_than_time_does() -> None:
    """Sentences at three rates: the spoken units of each, by time and by the evened clock."""
    texts = [
        "The old lighthouse keeper woke before dawn, as he had every morning for thirty years.",
        "He reached for the switch and then he stopped.",
        "Nobody had used that signal since the war.",
        "Tell me what you would like to hear next.",
    ]
    by_time, by_both = [], []
    for rate in (140, 175, 215):
        for text in texts:
            speech = speak(text, words_per_minute=rate)
            loudness = Loudness()
            loudness.add(speech.pcm, speech.sample_rate)
            levels = loudness.levels()
            units = sum(token.units for token in tokenize(text))
            by_time.append(log(units / find_pauses(levels, is_complete=True).spoken_s))
            by_both.append(log(units / evened(levels).spoken_s))
    assert pstdev(by_both) < 0.8 * pstdev(by_time)
