"""The simulated user and loudspeaker: to the millisecond, with time as an argument."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import pytest

from gemini_live_interrupt.testing import PlayedSpan, SpeakerSim, SyntheticUser, speech_from_wav

SECOND = bytes(48_000)


def test_plays_no_faster_than_time_and_no_more_than_it_has() -> None:
    speaker = SpeakerSim()
    speaker.feed(SECOND, now=5.0)
    speaker.advance(now=5.4)
    assert (speaker.played_ms, speaker.buffered_ms) == (400.0, 600.0)
    speaker.advance(now=9.0)
    assert (speaker.played_ms, speaker.buffered_ms) == (1000.0, 0.0)


def test_running_dry_makes_a_gap_and_a_new_span() -> None:
    speaker = SpeakerSim()
    speaker.feed(SECOND, now=5.0)
    speaker.advance(now=6.5)
    speaker.feed(SECOND, now=7.0)
    speaker.advance(now=7.25)
    assert speaker.spans == [
        PlayedSpan(from_ms=0.0, to_ms=1000.0, at=5.0),
        PlayedSpan(from_ms=1000.0, to_ms=1250.0, at=7.0),
    ]


def test_a_flush_drops_the_rest_and_later_audio_keeps_its_place_in_the_stream() -> None:
    speaker = SpeakerSim()
    speaker.feed(SECOND, now=0.0)
    assert speaker.flush(now=0.25) == 750.0
    speaker.feed(SECOND, now=2.0)
    speaker.advance(now=2.1)
    assert [(span.from_ms, span.to_ms) for span in speaker.spans] == [
        (0.0, 250.0),
        (1000.0, 1100.0),
    ]
    assert speaker.flushes == [(0.25, 750.0)]


def test_output_latency_delays_the_start_only() -> None:
    speaker = SpeakerSim(latency_ms=120.0)
    speaker.feed(SECOND, now=1.0)
    speaker.feed(SECOND, now=1.1)
    speaker.advance(now=1.12)
    assert speaker.played_ms == 0.0
    speaker.advance(now=2.62)
    assert speaker.played_ms == 1500.0


def test_reports_add_up_to_what_was_played() -> None:
    reports: list[float] = []
    speaker = SpeakerSim(on_play_ms=reports.append, pace=2.0)
    speaker.feed(SECOND, now=0.0)
    for tick in range(1, 20):
        speaker.advance(now=tick * 0.013)
    speaker.flush(now=0.3)
    assert sum(reports) == pytest.approx(speaker.played_ms) == pytest.approx(600.0)
    assert b"".join(pcm for _, pcm in speaker.audio) == bytes(600 * 48)


async def test_a_user_sends_silence_and_speech_in_real_time() -> None:
    sent: list[bytes] = []

    async def send(pcm: bytes) -> None:
        sent.append(pcm)

    line = SyntheticUser(send).line("Yes.")
    async with SyntheticUser(send, pace=4.0) as user:
        await asyncio.sleep(0.05)
        await user.say(line)
        await asyncio.sleep(0.05)
    assert {len(chunk) for chunk in sent} == {640}
    stream = b"".join(sent)
    assert line.pcm.rstrip(b"\0") in stream
    assert not any(sent[0]) and not any(sent[-1])
    ((began, ended, text),) = user.said
    assert text == "Yes." and (ended - began) * 4000 == pytest.approx(line.duration_ms, abs=120)


async def test_a_line_may_be_added_while_audio_is_being_sent() -> None:
    heard, sending, sent = bytearray(), asyncio.Event(), asyncio.Event()

    async def slow(pcm: bytes) -> None:
        heard.extend(pcm)
        sending.set()
        await sent.wait()

    user = SyntheticUser(slow)
    line = user.line("Yes.")
    async with user:
        await sending.wait()
        said = asyncio.create_task(user.say(line))
        await asyncio.sleep(0)
        sent.set()
        await asyncio.wait_for(said, 10)
    assert line.pcm in bytes(heard)


async def test_speaking_into_a_closed_session_is_an_error() -> None:
    async def send(pcm: bytes) -> None:
        raise ConnectionError("closed")

    async with SyntheticUser(send) as user:
        with pytest.raises((ConnectionError, RuntimeError)):
            await user.say("Yes.")


def test_a_recording_is_speech(tmp_path: Path) -> None:
    path = tmp_path / "yes.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes([1, 0, 9, 9]) * 800)
    speech = speech_from_wav(path, "Yes.")
    assert (speech.text, speech.sample_rate, speech.pcm) == ("Yes.", 8000, bytes([1, 0]) * 800)
