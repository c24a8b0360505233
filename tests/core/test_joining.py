"""What has come of a reply in several pieces is dealt with at once, where that leads to the same."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import pytest
from plain_commands import plain

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joining import Speech, Waiting, add_speech
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for

SECOND = bytes(range(1, 241)) * 200


def talk(**options: Any) -> Conversation:
    return Conversation(profile_for("gemini-3.8-live"), Options(session_id="it", **options))


def sound(ms: int = 40, rate: int = 24_000) -> e.ModelAudio:
    return e.ModelAudio(pcm=SECOND[: ms * rate // 500], sample_rate=rate)


def add(waiting: Waiting, at: float, audio: e.ModelAudio, text: str = "") -> None:
    """One message of speech has come."""
    speech = Speech(audio.sample_rate)
    speech.add(at, audio.pcm, text)
    add_speech(speech, at, waiting)


def told(conversation: Conversation, *events: tuple[float, e.Event]) -> list[tuple[float, e.Event]]:
    """Tell it all of this, and say what it was told after all."""
    waiting, seen = deque(events), []
    while waiting:
        found = conversation.next_of(waiting)
        if found is not None:
            conversation.apply(found[1], found[0])
            seen.append(found)
    return seen


def test_more_sound_and_text_of_a_reply_are_one_piece_each() -> None:
    conversation = talk()
    told(conversation, (0.0, sound(400)))
    pieces = [(0.1, sound()), (0.11, e.ModelText(text="Once ")), (0.12, sound())]
    seen = told(conversation, *pieces, (0.13, e.ModelText(text="upon", language="en-US")))
    assert [at for at, _ in seen] == [0.13, 0.13]
    text, audio = (event for _, event in seen)
    assert isinstance(text, e.ModelText) and isinstance(audio, e.ModelAudio)
    assert (text.text, text.language) == ("Once upon", "en-US")
    assert audio.pcm == sound().pcm * 2


def test_the_time_counts_when_all_that_has_come_was_told() -> None:
    said = (2.0, e.UserWords(text="Wait"))
    assert told(talk(), (1.0, e.Tick()), said, (2.0, e.Tick())) == [said, (2.0, e.Tick())]
    assert talk().next_of(deque([(3.0, e.Tick())]), more=True) is None


def test_each_piece_counts_for_itself_where_the_speaker_has_run_dry() -> None:
    conversation = talk()
    told(conversation, (0.0, sound()))
    seen = told(conversation, (0.5, sound()), (1.0, sound()), (1.5, sound()))
    assert [at for at, _ in seen] == [0.5, 1.0, 1.5]
    assert conversation.playback.position(1.52) == pytest.approx(140.0)


@pytest.mark.parametrize(
    "other",
    [
        sound(rate=16_000),
        e.Interrupted(),
        e.GenerationComplete(),
        e.ModelText(text="read", written=True),
        e.Played(ms=20.0),
        e.UserAudio(pcm=b"", sample_rate=16_000),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nothing_else_is_passed_by(other: e.Event) -> None:
    conversation = talk()
    told(conversation, (0.0, sound(400)))
    waiting: deque[tuple[float, e.Event]] = deque(
        [(0.1, sound()), (0.11, sound()), (0.12, other), (0.13, sound())]
    )
    seen = [conversation.next_of(waiting) for _ in range(2)]
    assert [found and found[0] for found in seen] == [0.11, 0.12]
    assert seen[1] == (0.12, other)


def test_speech_of_another_rate_is_a_piece_of_its_own() -> None:
    conversation = talk()
    told(conversation, (0.0, sound(400)))
    waiting: Waiting = deque()
    for at, rate in ((0.1, 24_000), (0.11, 24_000), (0.12, 16_000)):
        add(waiting, at, sound(20, rate))
    found = [conversation.next_of(waiting) for _ in range(2)]
    assert not waiting
    assert [(one[0], one[1].sample_rate) for one in found if one] == [  # type: ignore[union-attr]
        (0.11, 24_000),
        (0.12, 16_000),
    ]


def test_what_came_while_the_speaker_had_run_dry_waits_for_its_own_turn() -> None:
    conversation = talk()
    told(conversation, (0.0, sound()))
    waiting: Waiting = deque()
    for at in (0.01, 0.5, 0.51, 1.0):
        add(waiting, at, sound(20))
    seen = []
    while waiting:
        found = conversation.next_of(waiting)
        assert found is not None
        seen.append(found[0])
        conversation.apply(found[1], found[0])
    assert seen == [0.01, 0.5, 0.51, 1.0]


def test_a_reply_that_begins_is_not_joined_with_what_was_before() -> None:
    conversation = talk()
    seen = told(conversation, (0.0, sound()), (0.01, sound()))
    assert [at for at, _ in seen] == [0.0, 0.01]


def in_some_order(seed: int) -> list[tuple[float, e.Event]]:
    """A conversation as it may come: faster than it is played, or slower, and cut now and then."""
    rng, now, events = random.Random(seed), 0.0, list[tuple[float, e.Event]]()
    fast = rng.choice([0.2, 1.0, 3.0])
    for _ in range(rng.randint(20, 150)):
        now += rng.expovariate(1.0) * 0.04 / fast
        event = rng.choices(
            [
                sound(rng.choice([20, 40, 200])),
                e.ModelText(text=rng.choice(["word ", "and ", "end. ", "", "<noise>"])),
                e.Interrupted(),
                e.TurnComplete(),
                e.GenerationComplete(),
                e.UserWords(text="what?"),
                e.Played(ms=rng.choice([20.0, 200.0])),
                e.Activity(started=rng.random() < 0.5),
                e.Flushed(),
                e.Tick(),
            ],
            [60, 20, 2, 2, 1, 2, rng.choice([0, 10]), 1, 0.5, 3],
        )[0]
        events.append((now, event))
    return events


@pytest.mark.parametrize("latency_ms", [0.0, 120.0])
@pytest.mark.parametrize("as_speech", [False, True])
def test_joined_or_not_the_conversation_is_the_same(latency_ms: float, as_speech: bool) -> None:
    for seed in range(100):
        events, rng = in_some_order(seed), random.Random(-seed)
        if as_speech:
            # Sound behind it teaches the pace or not, by when the next reply is looked at.
            events = [one for one in events if not isinstance(one[1], e.GenerationComplete)]
        joined, single = talk(latency_ms=latency_ms), talk(latency_ms=latency_ms)
        waiting: Waiting = deque()
        got: list[e.Command] = []
        expected: list[e.Command] = []
        for n, (at, event) in enumerate(events):
            with_text = isinstance(event, e.ModelAudio) and rng.random() < 0.3
            said = "said. " if with_text and as_speech else ""
            if as_speech and isinstance(event, e.ModelAudio):
                add(waiting, at, event, said)
            else:
                waiting.append((at, event))
            expected += [] if not said else single.apply(e.ModelText(text=said), at)
            expected += single.apply(event, at)
            is_told = isinstance(event, e.Tick) or n == len(events) - 1
            if is_told or rng.random() < 0.15:
                while waiting:
                    found = joined.next_of(waiting)
                    assert found is not None
                    got += joined.apply(found[1], found[0])
                assert joined.heard(at).text == single.heard(at).text, seed
                assert joined.heard(at).ms == pytest.approx(single.heard(at).ms), seed
        assert [plain(command) for command in got] == [plain(command) for command in expected], seed
