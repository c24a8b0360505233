"""The sound of a phone, as `examples/twilio_phone.py` makes it."""

from __future__ import annotations

import numpy as np
import pytest
from twilio_phone import ToPhone, from_phone

EVERY_CODE = bytes(range(256))


def tone(hertz: float, rate: int, *, seconds: float = 1.0, level: float = 16_000) -> np.ndarray:
    at = np.arange(int(rate * seconds)) / rate
    return np.rint(level * np.sin(2 * np.pi * hertz * at)).astype("<i2")


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, dtype="<i2").astype(float)


def loudness(signal: np.ndarray) -> float:
    return float(np.sqrt(np.mean(signal.astype(float) ** 2)))


def test_every_code_means_what_the_standard_says() -> None:
    """G.711's table: the ends, the middle, and a few between."""
    found = dict(zip(range(256), samples(from_phone(EVERY_CODE)), strict=True))
    known = {0x00: -32124, 0x80: 32124, 0x7F: 0, 0xFF: 0, 0x0F: -16764, 0x8F: 16764, 0xEF: 132}
    assert {code: found[code] for code in known} == known


@pytest.mark.filterwarnings("ignore:.*audioop.*:DeprecationWarning")
def test_every_code_means_what_audioop_says() -> None:
    audioop = pytest.importorskip("audioop", reason="audioop is gone in Python 3.13")
    assert from_phone(EVERY_CODE) == audioop.ulaw2lin(EVERY_CODE, 2)


@pytest.mark.parametrize("pieces", [[24_000], [1] * 500 + [23_500], [7, 1_000, 2, 22_991]])
def test_a_voice_keeps_its_length_and_loudness_however_it_is_cut(pieces: list[int]) -> None:
    pcm = tone(440, 24_000).tobytes()
    to_phone, out, start = ToPhone(), b"", 0
    for count in pieces:
        out += to_phone.take(pcm[2 * start : 2 * (start + count)])
        start += count
    assert abs(len(out) - 8_000) <= 1
    heard = samples(from_phone(out))
    assert abs(loudness(heard) / loudness(tone(440, 24_000)) - 1) < 0.02
    # The same as in one piece, and nothing but that tone: mu-law alone leaves about 38 dB.
    assert out == ToPhone().take(pcm)[: len(out)]
    spectrum = np.abs(np.fft.rfft(heard[200:-200] * np.hanning(len(heard) - 400))) ** 2
    at = round(440 * (len(heard) - 400) / 8_000)
    assert spectrum[at - 8 : at + 9].sum() / spectrum.sum() > 0.999


@pytest.mark.parametrize("hertz", [4_800, 6_500, 8_200, 11_000])
def test_what_a_phone_cannot_carry_is_not_folded_into_the_voice(hertz: int) -> None:
    out = ToPhone().take(tone(hertz, 24_000).tobytes())
    assert loudness(samples(from_phone(out))[100:]) < 0.03 * loudness(tone(hertz, 24_000))


def test_the_loudest_sound_does_not_wrap_around() -> None:
    square = np.repeat(np.array([32767, -32768] * 20, dtype="<i2"), 300)
    heard = samples(from_phone(ToPhone().take(square.tobytes())))
    assert np.abs(heard).max() <= 32_124
    assert (heard[30:80] > 30_000).all() and (heard[130:180] < -30_000).all()
