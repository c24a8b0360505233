"""`call.wav`: the user on the left, and on the right what they heard, when they heard it."""

from __future__ import annotations

from array import array

import pytest
from conversation_steps import sound
from hypothesis import given
from hypothesis import strategies as st
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.call_sound import RATE, CallSound, Played, at_rate
from gemini_live_interrupt.record.recorder import Recorder


def _mixed(talk: object, until: float) -> tuple[array[int], array[int]]:
    texts_of(talk)  # type: ignore[arg-type]
    recorder = talk.core.watcher  # type: ignore[attr-defined]
    assert isinstance(recorder, Recorder) and recorder.sound is not None
    both = array("h", recorder.sound.take(until))
    return both[0::2], both[1::2]


def _audible(side: array[int]) -> list[tuple[float, float]]:
    """From when to when something is heard, in seconds; gaps below 50 ms do not count."""
    spans: list[list[float]] = []
    for index in range(0, len(side), 240):
        if any(side[index : index + 240]):
            at = index / RATE
            if spans and at - spans[-1][1] < 0.05:
                spans[-1][1] = at + 0.01
            else:
                spans.append([at, at + 0.01])
    return [(start, end) for start, end in spans]


def test_what_was_cut_off_is_not_heard_and_the_next_reply_is_where_it_was() -> None:
    talk = recorded_talk(header={"sound": True})
    talk.wait(1.0).model_says("One two three four five six.", 6_000).plays_for(2.0)
    talk.interrupted().wait(3.0).model_says("Seven eight.", 1_000).wait(5.0).tell(e.Tick())
    _, heard = _mixed(talk, 12.0)
    assert _audible(heard) == [
        pytest.approx((1.0, 3.0), abs=0.02),
        pytest.approx((6.0, 7.0), abs=0.02),
    ]


def test_reports_of_playback_say_when_it_was_heard() -> None:
    talk = recorded_talk(header={"sound": True}).app_played(0.0)
    talk.model_says("One two three four.", 4_000).wait(2.0)
    for _ in range(20):
        talk.wait(0.1).app_played(100.0)
    talk.app_flushes().wait(1.0).tell(e.Tick())
    _, heard = _mixed(talk, 5.0)
    assert _audible(heard) == [pytest.approx((2.0, 4.0), abs=0.02)]


def test_where_the_speaker_ran_dry_there_is_silence() -> None:
    talk = recorded_talk(header={"sound": True})
    talk.model_says("One two.", 1_000).wait(3.0).model_says(" Three four.", 1_000).wait(2.0)
    talk.tell(e.Tick())
    _, heard = _mixed(talk, 6.0)
    assert _audible(heard) == [
        pytest.approx((0.0, 1.0), abs=0.02),
        pytest.approx((3.0, 4.0), abs=0.02),
    ]


def test_the_user_stands_on_the_left_when_they_spoke() -> None:
    talk = recorded_talk(header={"sound": True})
    for loud in (False, True, False):
        for _ in range(50):
            talk.wait(0.02).tell(e.UserAudio(pcm=sound(20, 16_000) if loud else bytes(640)))
    said, heard = _mixed(talk, 3.0)
    assert _audible(said) == [pytest.approx((1.0, 2.0), abs=0.03)]
    assert not _audible(heard)


def test_sound_that_is_taken_in_pieces_is_the_same() -> None:
    def call(*until: float) -> bytes:
        mix = CallSound()
        mix.saw(e.UserAudio(pcm=sound(500, 16_000)), 0.7, Played(before=0, after=0, received=0))
        mix.saw(e.ModelAudio(pcm=sound(900)), 0.8, Played(before=0, after=0, received=900))
        mix.saw(e.Tick(), 1.9, Played(before=900, after=900, received=900))
        return b"".join(mix.take(at) for at in until)

    assert call(2.5) == call(0.3, 0.31, 1.0, 1.0, 0.9, 2.5)


@given(st.binary(max_size=2_000), st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100, 0, -1]))
def test_sound_of_any_rate_gets_as_long_as_it_lasts(pcm: bytes, rate: int) -> None:
    samples = at_rate(pcm, rate)
    lasts = len(pcm) // 2 / (rate if rate > 0 else RATE)
    assert len(samples) == pytest.approx(lasts * RATE, abs=1.0)
