"""Pauses found in sound."""

from __future__ import annotations

import math
import random
import re
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard import pauses
from gemini_live_interrupt.heard.pauses import PauseFinder, Pauses
from gemini_live_interrupt.heard.sound import Sound


def tone(ms: float, peak: int = 12000, sample_rate: int = 24000) -> bytes:
    count = int(ms * sample_rate / 1000)
    wave = (int(peak * math.sin(i * 0.13)) for i in range(count))
    return array("h", wave).tobytes()


def hiss(ms: float, peak: int, seed: int = 1, sample_rate: int = 24000) -> bytes:
    rng = random.Random(seed)
    count = int(ms * sample_rate / 1000)
    return array("h", (rng.randint(-peak, peak) for _ in range(count))).tobytes()


def silence(ms: float, sample_rate: int = 24000) -> bytes:
    return bytes(2 * int(ms * sample_rate / 1000))


def pauses_of(
    *parts: bytes, is_complete: bool = True, sample_rate: int = 24000
) -> tuple[list[tuple[float, float]], Pauses]:
    sound, finder = Sound(), PauseFinder()
    sound.add(b"".join(parts), sample_rate)
    sound.catch_up()
    finder.update(sound.levels, sound.crossings)
    pauses = finder.pauses(is_complete=is_complete)
    return [(pause.start_ms, pause.end_ms) for pause in pauses.inner], pauses


def test_silence_between_speech_is_a_pause() -> None:
    inner, pauses = pauses_of(tone(500), silence(200), tone(700), silence(100), tone(300))
    assert inner == [(500, 700), (1400, 1500)]
    assert [pause.spoken_s for pause in pauses.inner] == [0.5, 1.2]
    assert pauses.spoken_s == 1.5


def test_a_gap_within_a_word_is_none() -> None:
    assert pauses_of(tone(500), silence(60), tone(500))[0] == []


def test_silence_at_the_start_is_not_speech() -> None:
    inner, pauses = pauses_of(silence(300), tone(500), silence(200), tone(300))
    assert inner == [(800, 1000)]
    assert (pauses.lead_ms, pauses.spoken_s) == (300, 0.8)


def test_silence_at_the_end_is_a_pause_only_while_more_may_come() -> None:
    parts = (tone(500), silence(300))
    assert pauses_of(*parts, is_complete=False)[0] == [(500, 800)]
    inner, pauses = pauses_of(*parts)
    assert inner == []
    assert pauses.end_ms == 500


@pytest.mark.parametrize("gain", [0.02, 0.1, 1.0])
def test_loudness_does_not_matter(gain: float) -> None:
    peak = int(24000 * gain)
    inner, _ = pauses_of(tone(500, peak), silence(200), tone(500, peak))
    assert inner == [(500, 700)]


def test_noise_in_a_pause_is_still_a_pause() -> None:
    floor = 150
    speech = [tone(400) for _ in range(6)]
    parts = [part for s in speech for part in (s, hiss(200, floor))]
    inner, _ = pauses_of(*parts, is_complete=False)
    assert len(inner) == 6
    assert all(end - start == pytest.approx(200, abs=20) for start, end in inner)


def test_a_breath_does_not_end_a_pause() -> None:
    breath, quiet = hiss(150, 700), hiss(200, 20)
    parts = (tone(800), hiss(60, 20), breath, hiss(60, 20), tone(800), quiet, tone(800))
    inner, _ = pauses_of(*parts)
    assert inner == [pytest.approx((800, 1070), abs=20), pytest.approx((1870, 2070), abs=20)]


def test_what_hisses_is_counted_apart() -> None:
    inner, pauses = pauses_of(tone(500), hiss(200, 9000), silence(200), hiss(100, 9000), tone(300))
    assert inner == [(700, 900)]
    assert pauses.inner[0].hissed_s == pytest.approx(0.2, abs=0.02)
    assert pauses.hissed_s == pytest.approx(0.3, abs=0.03)


def test_the_pause_that_goes_on_is_told_apart() -> None:
    _, pauses = pauses_of(tone(500), silence(300), is_complete=False)
    assert pauses.closing is not None
    assert (pauses.closing.start_ms, pauses.end_ms, pauses.spoken_s) == (500, 500, 0.5)
    assert pauses_of(tone(500), silence(300), tone(200), is_complete=False)[1].closing is None


@given(st.lists(st.integers(1, 700), max_size=8), st.integers(0, 10**6), st.booleans())
def test_any_growth_finds_the_same(sizes: list[int], seed: int, is_complete: bool) -> None:
    rng = random.Random(seed)
    levels, crossings = bytearray(), bytearray()
    for _ in range(rng.randrange(60)):
        length, level = rng.choice(((30, 200), (12, 40), (9, 0), (60, 190), (19, 120)))
        levels += bytes(max(level - rng.randrange(9), 0) for _ in range(length))
    crossings = bytearray(rng.randrange(60) for _ in levels)
    at_once, growing = PauseFinder(), PauseFinder()
    at_once.update(levels, crossings)
    at = 0
    for size in sizes:
        at += size
        growing.update(levels[:at], crossings[:at])
        growing.pauses(is_complete=False)
    growing.update(levels, crossings)
    assert growing.pauses(is_complete=is_complete) == at_once.pauses(is_complete=is_complete)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 30))), st.integers(0, 40))
def test_silence_is_long_without_a_vowel_or_shorter_without_any_sound(
    runs: list[tuple[int, int]], start: int
) -> None:
    marks = b"".join(bytes([mark]) * length for mark, length in runs)
    plainly = re.compile(rb"[\x00\x01]{18,}|\x00{8,}").finditer(marks, start)
    assert [*pauses._silences(marks, start)] == [match.span() for match in plainly]


@given(st.lists(st.integers(0, 221), min_size=1, max_size=200))
def test_loud_and_soft_are_percentiles(levels: list[int]) -> None:
    ordered, count = sorted(levels), len(levels)
    counts = [levels.count(level) for level in range(256)]
    loud, soft = ordered[count * 95 // 100], ordered[count * 5 // 100]
    assert pauses._percentiles(counts, count) == (loud, soft)


def test_no_audio_and_pure_silence_have_no_pauses() -> None:
    assert pauses_of(b"")[0] == []
    inner, pauses = pauses_of(silence(1000))
    assert inner == []
    assert pauses.spoken_s == 0
