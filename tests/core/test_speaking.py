"""Whether somebody speaks: signals, and the sound of the microphone."""

from __future__ import annotations

import time

import pytest
from conversation_steps import silence, sound

from gemini_live_interrupt.core.speaking import Speaking


def mic(speaking: Speaking, now: float, seconds: float, piece: bytes) -> float:
    """Feed pieces of 20 ms; the time after them."""
    for _ in range(round(seconds / 0.02)):
        now += 0.02
        speaking.audio(piece, 16_000, now)
    return now


LOUD, QUIET = sound(20, 16_000), silence(20, 16_000)
HUM = (b"\x28\x00\xd8\xff" * 160)[:640]


def test_speech_is_heard_and_ends() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 2.0, HUM)
    assert not speaking.now(now)
    now = mic(speaking, now, 1.0, LOUD)
    assert speaking.now(now)
    ended = now
    now = mic(speaking, now, 2.0, HUM)
    assert not speaking.now(now)
    assert speaking.quiet_since(now) == pytest.approx(ended, abs=0.05)


def test_a_click_is_not_speech() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 1.0, HUM)
    now = mic(speaking, now, 0.02, LOUD)
    now = mic(speaking, now, 0.1, HUM)
    assert not speaking.now(now)
    assert speaking.quiet_since(now) == float("-inf")


def test_what_came_later_does_not_count() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 2.0, HUM)
    mic(speaking, now, 1.0, LOUD)
    assert not speaking.now(now)
    assert speaking.now(now + 0.5)


@pytest.mark.parametrize("piece_ms", [10, 20, 40, 100, 250])
def test_pieces_of_any_length_are_understood(piece_ms: int) -> None:
    speaking = Speaking()
    now = 0.0
    for i in range(3_000 // piece_ms):
        now += piece_ms / 1000
        loud = 1_000 <= i * piece_ms < 1_800
        speaking.audio((sound if loud else silence)(piece_ms, 16_000), 16_000, now)
    assert speaking.quiet_since(now) == pytest.approx(1.8, abs=0.26)


def test_steady_noise_is_not_speech() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 8.0, LOUD)  # a fan: as loud as speech, without a pause in 8 s
    assert not speaking.now(now)


def test_somebody_who_talks_without_a_pause_is_no_noise() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 4.0, HUM)
    for _ in range(20):
        now = mic(speaking, now, 0.5, LOUD)
        assert speaking.now(now)


def test_what_goes_on_for_a_minute_is_noise() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 4.0, HUM)
    for _ in range(120):
        now = mic(speaking, now, 0.5, LOUD)
        speaking.now(now)
    assert not speaking.now(now)


def test_signals_are_believed_and_the_microphone_is_not_asked() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 1.0, QUIET)
    speaking.activity(True, now)
    assert speaking.now(now + 5.0)
    speaking.activity(False, now + 6.0)
    now = mic(speaking, now + 6.0, 1.0, LOUD)
    assert not speaking.now(now)
    assert speaking.quiet_since(now) == pytest.approx(now - 1.0)


def test_a_start_without_an_end_expires() -> None:
    speaking = Speaking()
    speaking.activity(True, 0.0)
    assert speaking.now(19.0)
    assert not speaking.now(21.0)


def test_nobody_known_is_quiet_since_ever() -> None:
    assert Speaking().quiet_since(5.0) == float("-inf")
    assert not Speaking().hears_nothing(5.0)  # no microphone, no evidence


def test_the_microphone_is_kept_for_seconds_only() -> None:
    speaking = Speaking()
    mic(speaking, 0.0, 120.0, QUIET)
    assert sum(len(pcm) for _, pcm, _ in speaking._microphone) < 9 * 32_000


def test_a_file_that_is_sent_at_once_is_not_kept() -> None:
    speaking = Speaking()
    for _ in range(10_000):
        speaking.audio(LOUD, 16_000, 1.0)
    assert sum(len(pcm) for _, pcm, _ in speaking._microphone) < 20 * 32_000


def test_a_look_at_the_microphone_is_cheap() -> None:
    speaking = Speaking()
    now = mic(speaking, 0.0, 8.0, HUM)
    begin = time.perf_counter()
    speaking.now(now)
    assert time.perf_counter() - begin < 0.2  # about 4 ms on two slow cores
    begin = time.perf_counter()
    for _ in range(1_000):
        speaking.now(now)  # answered from the last look
        speaking.audio(HUM, 16_000, now)
    assert time.perf_counter() - begin < 0.2
