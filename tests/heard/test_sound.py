"""Sound reduced as it arrives."""

from __future__ import annotations

import math
import random
import time
from array import array

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.heard import arrays, frames
from gemini_live_interrupt.heard.sound import STEPS_PER_DB, Sound

pytestmark = pytest.mark.usefixtures("with_arrays_and_without")


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


def reduced(pcm: bytes, sample_rate: int = 24000) -> Sound:
    sound = Sound()
    sound.add(pcm, sample_rate)
    sound.catch_up()
    return sound


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(1, 7000), max_size=12),
    st.sampled_from([8000, 16000, 22050, 24000, 48000]),
)
def test_any_chunking_gives_the_same_levels(sizes: list[int], sample_rate: int) -> None:
    pcm = hiss(120, 9000, seed=3, sample_rate=sample_rate)[:-1]
    at_once, pieces = Sound(), Sound()
    at_once.add(pcm, sample_rate)
    at = 0
    for size in [*sizes, len(pcm)]:
        pieces.add(pcm[at : at + size], sample_rate)
        at += size
    at_once.catch_up()
    pieces.catch_up()
    assert (pieces.levels, pieces.crossings) == (at_once.levels, at_once.crossings)
    assert len(at_once.levels) == len(at_once.crossings) == len(pcm) // 2 * 100 // sample_rate
    assert pieces.received_ms == pytest.approx(len(pcm) // 2 / sample_rate * 1000)


@pytest.mark.parametrize("sample_rate", [0, -1, -24000, 1, 10**12, 1 << 20_000], ids=lambda _: "")
def test_a_senseless_rate_counts_as_24_khz(sample_rate: int) -> None:
    sound = reduced(bytes(48000), sample_rate)
    assert sound.received_ms == 1000
    assert len(sound.levels) == 100


def test_the_rate_may_change_on_the_way() -> None:
    sound = Sound()
    sound.add(tone(500), 24000)
    sound.add(silence(200, 16000), 16000)
    sound.add(tone(300, sample_rate=48000), 48000)
    sound.catch_up()
    assert sound.received_ms == 1000
    assert [min(sound.levels[at : at + 10]) > 100 for at in range(0, 100, 10)] == (
        [True] * 5 + [False] * 2 + [True] * 3
    )


def test_half_the_loudness_is_six_decibels_less() -> None:
    loud, soft = reduced(tone(200, 20000)), reduced(tone(200, 10000))
    assert (loud.levels[5] - soft.levels[5]) / STEPS_PER_DB == pytest.approx(6.0, abs=0.5)


@pytest.mark.parametrize("sample_rate", [16000, 24000, 44100])
def test_a_hiss_crosses_zero_far_more_often_than_a_hum(sample_rate: int) -> None:
    hum = array("h", (int(9000 * math.sin(i * 754 / sample_rate)) for i in range(sample_rate)))
    low = reduced(hum.tobytes(), sample_rate)
    high = reduced(hiss(1000, 9000, sample_rate=sample_rate), sample_rate)
    assert max(low.crossings) <= 2
    assert min(high.crossings) >= 28


def test_ten_minutes_stay_small() -> None:
    sound = Sound()
    second = tone(1000)
    for _ in range(601):
        sound.add(second, 24000)
    held = len(sound.levels) + len(sound.crossings) + sum(map(len, sound._rest))
    assert sound.received_ms == 601_000
    assert held < 220_000


def test_no_message_takes_long_however_long_it_is() -> None:
    minutes = tone(1000) * 300
    sound = Sound()
    begun = time.thread_time()
    sound.add(minutes, 24000)
    # 1 ms for what is reduced at once, and the copy; 300 ms if it were all of it.
    assert time.thread_time() - begun < 0.05
    sound.catch_up()
    assert len(sound.levels) == 30_000


@pytest.mark.parametrize("with_arrays_and_without", [True], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(min_size=2, max_size=2000),
    st.sampled_from([4000, 8000, 16000, 24000, 44100, 51100, 51200, 96000, 192_000]),
    st.integers(0, 3),
)
@example(b"\xff\x7f\x00\x80", 24000, 0)
@example(b"\xff\x7f\x00\x80", 192_000, 0)
def test_arrays_give_the_same_numbers(wave: bytes, rate: int, more: int) -> None:
    size = rate // 100
    raw = (wave * 42_240)[: 2 * size * 11]
    by_arrays = frames.in_arrays(raw + bytes(more), 11, rate)
    assert by_arrays == frames.one_by_one(raw, range(size, 12 * size, size), rate)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=40), st.data())
def test_sound_that_comes_with_its_levels_lies_among_the_other(
    pieces: list[tuple[int, bool]], data: st.DataObject
) -> None:
    rate = data.draw(st.sampled_from([8000, 24000, 22050]))
    wave, sound, at = hiss(3000, 9000, sample_rate=rate), Sound(), 0
    listened, known, size = b"", 0, 0
    for length, is_known in pieces:
        pcm = wave[at : at + length * rate // 50]
        at = (at + len(pcm)) % 20_000
        size += len(pcm)
        if is_known:
            sound.add(pcm, rate, b"\x07" * bool(pcm), b"\x09" * bool(pcm))
            known += bool(pcm)
        else:
            sound.add(pcm, rate)
            listened += pcm
    sound.catch_up()
    assert sound.received_ms == pytest.approx(size // 2 / rate * 1000.0)
    alone = reduced(listened, rate)
    assert len(sound.levels) == len(sound.crossings) == len(alone.levels) + known
    assert bytes(sound.levels).replace(b"\x07", b"") == bytes(alone.levels)


def test_arrays_wait_for_eight_seconds_and_nothing_waits_for_a_question() -> None:
    sound = Sound()
    for _ in range(210):
        sound.add(tone(40), 24000)
    waits = 8400 - 10 * len(sound.levels)
    assert waits == (400 if arrays.arrays() is not None else 0)
    sound.catch_up()
    assert len(sound.levels) == 840
