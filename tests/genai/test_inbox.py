"""What came and was not read yet: in order, each with its time, and none of it lost."""

from __future__ import annotations

import random
import threading
from collections import deque

import pytest
from spoken_messages import spoken

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joining import Speech, Waiting, add_events
from gemini_live_interrupt.genai.going_on import goes_on
from gemini_live_interrupt.genai.inbox import Inbox

PCM = b"\x01\x02" * 480


def hears(inbox: Inbox, at: float, text: str = "", rate: int = 24_000, pcm: bytes = PCM) -> bool:
    """A message of speech comes as soon as it is asked for; whether it went on with what was there."""
    if goes_on(inbox, spoken(pcm, text, rate), at, at - 0.01):
        return True
    inbox.put_speech(at, pcm, rate, text, at - 0.01, here=True)
    return False


def read(inbox: Inbox) -> list[tuple[float, e.Event]]:
    """All that is in it, each message by itself."""
    waiting: Waiting = deque()
    while inbox:
        assert inbox.read(waiting, 10)
    assert len(inbox) == 0
    found: list[tuple[float, e.Event]] = []
    for at, event in waiting:
        while isinstance(event, Speech) and event.came:
            at = event.came[0]
            found += ((at, one) for one in event.take(1))
        if not isinstance(event, Speech):
            found.append((at, event))
    return found


def test_speech_is_read_with_its_times_and_its_text_before_its_sound() -> None:
    inbox = Inbox()
    assert [hears(inbox, 1.0, "One"), hears(inbox, 1.1), hears(inbox, 1.2, " two", pcm=b"")] == [
        False,
        True,
        True,
    ]
    assert len(inbox) == 3
    sound = e.ModelAudio(pcm=PCM, sample_rate=24_000)
    assert read(inbox) == [
        (1.0, e.ModelText(text="One")),
        (1.0, sound),
        (1.1, sound),
        (1.2, e.ModelText(text=" two")),
    ]


def test_what_comes_between_stays_between() -> None:
    inbox = Inbox()
    hears(inbox, 1.0)
    inbox.put(1.1, add_events, (e.Interrupted(),), 1.05)
    assert not hears(inbox, 1.2)
    hears(inbox, 1.3, rate=16_000)
    kinds = [(at, type(event).__name__) for at, event in read(inbox)]
    assert kinds == [
        (1.0, "ModelAudio"),
        (1.1, "Interrupted"),
        (1.2, "ModelAudio"),
        (1.3, "ModelAudio"),
    ]


def test_another_thread_puts_nothing_to_what_is_being_read() -> None:
    inbox, went_on = Inbox(), []
    hears(inbox, 1.0)
    other = threading.Thread(target=lambda: went_on.append(goes_on(inbox, spoken(PCM), 1.1, 1.09)))
    other.start()
    other.join()
    assert went_on == [False]
    inbox.put_speech(1.1, PCM, 24_000, "Hi", 1.09, here=False)
    assert not hears(inbox, 1.2)
    assert [at for at, _ in read(inbox)] == [1.0, 1.1, 1.1, 1.2]


def test_a_message_that_was_being_put_in_as_another_thread_came_is_read_and_counted_once() -> None:
    inbox = Inbox()
    hears(inbox, 1.0)
    pieces = inbox.open
    assert pieces is not None
    inbox.put(1.1, add_events, (e.Tick(),))  # As another thread may, at any moment.
    pieces += (1.1, PCM, "")
    assert [at for at, _ in read(inbox)] == [1.0, 1.1, 1.1]
    hears(inbox, 1.2)
    hears(inbox, 1.3)
    assert len(inbox) == 2


def test_an_app_that_reads_late_is_seen_before_what_it_read_late() -> None:
    inbox = Inbox()
    hears(inbox, 1.0)
    assert not goes_on(inbox, spoken(PCM), 2.01, 2.0)  # It was away for a second.
    inbox.put_speech(2.01, PCM, 24_000, "", 2.0, here=True)
    assert not goes_on(inbox, spoken(PCM), 2.02, 2.015)
    inbox.put(2.5, add_events, (e.Tick(),), 2.02)  # Now it waits again.
    assert [(at, event) for at, event in read(inbox) if not isinstance(event, e.ModelAudio)] == [
        (2.01, e.ReadLate(late=True)),
        (2.5, e.ReadLate(late=False)),
        (2.5, e.Tick()),
    ]


def test_the_microphone_does_not_stand_between_two_messages_of_speech() -> None:
    inbox = Inbox()
    hears(inbox, 1.0)
    assert not inbox.put_user(1.05, b"ab", 16_000)
    assert hears(inbox, 1.1)
    assert len(inbox) == 3
    heard = inbox.take_user()
    assert heard is not None
    assert (heard.sample_rate, heard.came, heard.sound) == (16_000, [1.05], [b"ab"])
    assert inbox.take_user() is None
    assert len(inbox) == 2


def test_a_microphone_that_speaks_into_silence_is_read_in_the_end() -> None:
    inbox = Inbox()
    calls = [inbox.put_user(0.02 * n, b"ab", 16_000) for n in range(200)]
    assert True in calls
    assert calls.index(True) <= 150  # Three seconds of messages of 20 ms.


def test_sound_of_another_rate_is_read_at_once() -> None:
    inbox = Inbox()
    assert not inbox.put_user(1.0, b"ab", 16_000)
    assert inbox.put_user(1.1, b"cd", 8_000)
    inbox.take_user()
    assert read(inbox) == [(1.1, e.UserAudio(pcm=b"cd", sample_rate=8_000))]


def test_reports_are_read_with_the_speech_that_they_came_between() -> None:
    inbox, waiting = Inbox(), deque[tuple[float, e.Event | Speech]]()
    hears(inbox, 1.0)
    inbox.put_report(1.05, e.Played(ms=20.0))
    assert hears(inbox, 1.1)
    inbox.put_report(1.15, e.Played(ms=40.0))
    inbox.put(1.2, add_events, (e.Tick(),))
    assert len(inbox) == 5
    inbox.read(waiting, 1)
    assert [(at, type(what)) for at, what in waiting] == [(1.0, Speech), (1.05, e.Played)]
    inbox.read(waiting, 9)
    assert list(waiting)[2:] == [(1.15, e.Played(ms=40.0)), (1.2, e.Tick())]
    assert not inbox


def test_a_long_stream_is_read_in_parts() -> None:
    inbox = Inbox()
    for n in range(1_000):
        hears(inbox, 0.01 * n)
    assert len(inbox) == 1_000
    waiting: Waiting = deque()
    assert inbox.read(waiting, 64) <= 128
    assert 800 < len(inbox) < 1_000


def test_what_is_let_go_is_gone() -> None:
    inbox = Inbox()
    hears(inbox, 1.0)
    inbox.put_user(1.0, b"ab", 16_000)
    inbox.clear()
    assert (len(inbox), bool(inbox), inbox.take_user()) == (0, False, None)
    assert not hears(inbox, 1.1)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_or_reordered(seed: int) -> None:
    rng, inbox, expected = random.Random(seed), Inbox(), list[tuple[float, str]]()
    got: list[tuple[float, str]] = []
    for n in range(rng.randint(50, 400)):
        at, kind = 0.01 * n, rng.random()
        if kind < 0.8:
            hears(inbox, at, str(n), rate=rng.choice([24_000] * 9 + [16_000]), pcm=b"")
        else:
            inbox.put(at, add_events, (e.ModelText(text=str(n)),))
        expected.append((at, str(n)))
        if kind > 0.97:
            got += ((at, event.text) for at, event in read(inbox) if isinstance(event, e.ModelText))
    got += ((at, event.text) for at, event in read(inbox) if isinstance(event, e.ModelText))
    assert got == expected
