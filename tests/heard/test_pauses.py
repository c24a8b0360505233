"""Pauses found in sound."""

from __future__ import annotations

import math
import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.pauses import Loudness, Pauses, find_pauses


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
    loudness = Loudness()
    loudness.add(b"".join(parts), sample_rate)
    pauses = find_pauses(loudness.levels(), is_complete=is_complete)
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
    assert pauses.clock.at(300) == 0
    assert pauses.clock.at(550) == 0.25


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


def test_spoken_time_stands_still_in_a_pause() -> None:
    _, pauses = pauses_of(tone(500), silence(200), tone(500))
    times = [pauses.clock.at(ms) for ms in (0, 250, 500, 600, 700, 950, 1200, 9999)]
    assert times == [0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 1.0]


@given(
    st.lists(st.integers(1, 7000), max_size=12),
    st.sampled_from([8000, 16000, 22050, 24000, 48000]),
)
def test_any_chunking_gives_the_same_levels(sizes: list[int], sample_rate: int) -> None:
    pcm = hiss(120, 9000, seed=3, sample_rate=sample_rate)[:-1]
    at_once, pieces = Loudness(), Loudness()
    at_once.add(pcm, sample_rate)
    at = 0
    for size in [*sizes, len(pcm)]:
        pieces.add(pcm[at : at + size], sample_rate)
        pieces.levels()
        at += size
    assert pieces.levels() == at_once.levels()
    assert len(at_once.levels()) == len(pcm) // 2 * 100 // sample_rate
    assert pieces.received_ms == pytest.approx(len(pcm) // 2 / sample_rate * 1000)


@pytest.mark.parametrize("sample_rate", [0, -1, -24000, 1])
def test_a_senseless_rate_counts_as_24_khz(sample_rate: int) -> None:
    loudness = Loudness()
    loudness.add(bytes(48000), sample_rate)
    assert loudness.received_ms == 1000


def test_the_rate_may_change_on_the_way() -> None:
    loudness = Loudness()
    loudness.add(tone(500), 24000)
    loudness.add(silence(200, 16000), 16000)
    loudness.add(tone(300, sample_rate=48000), 48000)
    assert loudness.received_ms == 1000
    pauses = find_pauses(loudness.levels(), is_complete=True)
    assert [(pause.start_ms, pause.end_ms) for pause in pauses.inner] == [(500, 700)]


def test_a_ten_minute_turn_stays_small() -> None:
    loudness = Loudness()
    second = tone(1000)
    for _ in range(600):
        loudness.add(second, 24000)
    held = len(loudness._levels) + sum(map(len, loudness._chunks))
    assert loudness.received_ms == 600_000
    assert held < 1_200_000


def test_no_audio_and_pure_silence_have_no_pauses() -> None:
    assert pauses_of(b"")[0] == []
    inner, pauses = pauses_of(silence(1000))
    assert inner == []
    assert pauses.clock.at(500) == pauses.spoken_s == 0
