"""A reply that goes on and on: what it costs, and that nobody hears another word for it."""

from __future__ import annotations

import pickle
import time
from functools import cache
from itertools import pairwise

import pytest
from spoken_turns import GUIDE

from gemini_live_interrupt.core.in_the_air import listen_on, what_is_in_the_air
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.replies import Replies
from gemini_live_interrupt.heard import model_turn
from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

STEP = 20
"""Frames of a message: 200 ms."""


@cache
def spoken() -> tuple[Speech, bytes, bytes]:
    """Some minute and a quarter of speech, and what the ear makes of it."""
    speech = speak(" ".join([GUIDE] * 3), words_per_minute=165, prosody=Prosody(seed=1))
    turn = ModelTurn()
    turn.add_audio(speech.pcm)
    return speech, turn.levels(), turn.crossings()


def a_reply_of(minutes: float, turn: ModelTurn | None = None) -> ModelTurn:
    """One that says it again and again, with its text in step."""
    speech, levels, crossings = spoken()
    turn = turn or ModelTurn(Pace())
    left = int(minutes * 6000)
    while left > 0:
        done = 0
        for at in range(0, len(levels), STEP):
            ahead = [word.end for word in speech.words if word.start_ms < 10 * at + 500]
            if ahead and ahead[-1] > done:
                turn.add_text(speech.text[done : ahead[-1]])
                done = ahead[-1]
            here = levels[at : at + STEP]
            turn.add_audio(bytes(480 * len(here)), 24_000, here, crossings[at : at + STEP])
        turn.add_text(f"{speech.text[done:]} ")
        left -= len(levels)
    return turn


def words_off(turn: ModelTurn, played_ms: float) -> float:
    """By how many words an answer is off."""
    speech, levels, _ = spoken()
    again, ms = divmod(played_ms, 10.0 * len(levels))
    position = turn.heard_at(played_ms).position - again * (len(speech.text) + 1)
    words = sum(
        min(max((position - word.start) / (word.end - word.start), 0.0), 1.0)
        for word in speech.words
    )
    return abs(words - speech.words_played(ms))


def test_the_word_that_was_heard_is_the_one_without_passages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = [1000.0 * second for second in range(3, 6 * 60, 7)]
    bounded = a_reply_of(6)
    assert bounded.levels(0) == spoken()[1] * (len(bounded.levels(0)) // len(spoken()[1]))
    got = [bounded.heard_at(ms) for ms in moments]
    monkeypatch.setattr(model_turn, "LONG_MS", float("inf"))
    whole = a_reply_of(6)
    assert [one.end for one in got] == [whole.heard_at(ms).end for ms in moments]
    assert [one.how for one in got] == ["pauses"] * len(moments)
    assert sum(words_off(bounded, ms) for ms in moments) / len(moments) < 0.4


def test_a_cut_costs_the_same_however_long_the_reply_was() -> None:
    def took(minutes: float) -> float:
        best = 60.0
        for _ in range(2):
            turn = a_reply_of(minutes)
            begun = time.thread_time()
            turn.heard_at(turn.received_ms - 15_000.0)
            best = min(best, time.thread_time() - begun)
        return best

    took(1.5)
    once, eight_times = took(3), took(24)
    # Were nothing put away, three times and more.
    assert eight_times < 2.0 * max(once, 0.003)


def test_the_memory_of_a_reply_does_not_grow_with_it() -> None:
    def holds(minutes: float) -> int:
        turn = a_reply_of(minutes, ModelTurn())
        turn.heard_at(turn.received_ms - 1000.0)
        return len(pickle.dumps(turn)) - len(turn.text)

    half, whole = holds(15), holds(30)
    assert whole < 1.15 * half
    assert whole < 1_000_000


def test_what_was_played_long_ago_is_known_by_the_minute() -> None:
    turn = a_reply_of(20)
    assert turn.begin_at(0.0)[0] > 5 * 60_000.0
    moments = [turn.begin_at(0.0)[0] * n / 40 for n in range(1, 40)]
    answers = [turn.heard_at(ms) for ms in moments]
    assert all(before.end <= after.end for before, after in pairwise(answers))
    assert {one.how for one in answers} == {"proportion"}
    assert all(turn.text[one.end] in " \n" for one in answers)
    assert sum(words_off(turn, ms) for ms in moments) / len(moments) < 6.0


def test_what_a_caption_shows_does_not_go_back_while_a_long_reply_plays() -> None:
    speech, levels, crossings = spoken()
    turn, before, text = ModelTurn(), 0, f"{speech.text} {speech.text} "
    turn.add_text(text)
    for n, at in enumerate(range(0, 2 * len(levels), 4)):
        here = (levels * 2)[at : at + 4]
        turn.add_audio(bytes(480 * len(here)), 24_000, here, (crossings * 2)[at : at + 4])
        played_ms = turn.received_ms - 1_500.0
        if n % 25 == 0:
            turn.heard_at(played_ms)
        shown = turn.heard_at(played_ms, lately=True).end
        # As more comes, a word or two may turn out not to have been said yet.
        assert shown > before - 20
        before = shown
    assert before > 0.9 * len(text)


@pytest.mark.parametrize("level", [0, 200])
@pytest.mark.parametrize("text", ["", GUIDE])
def test_what_is_no_speech_is_bounded_too(level: int, text: str) -> None:
    """Silence, or a hum without a pause, with or without words."""
    turn = ModelTurn()
    for n in range(40 * 60):
        if n % 60 == 0:
            turn.add_text(f"{text} ")
        turn.add_audio(bytes(48_000), 24_000, bytes([level] * 100), bytes([10] * 100))
    assert turn.received_ms == 40 * 60_000.0
    assert len(turn._sound.levels) <= 66_000
    assert turn.begin_at(0.0)[0] >= 18 * 60_000.0
    ends = [turn.heard_at(turn.received_ms * n / 30).end for n in range(31)]
    assert ends == sorted(ends)


def test_text_that_comes_minutes_late_finds_its_sound() -> None:
    speech, levels, crossings = spoken()

    turn = ModelTurn()
    for at in range(0, 2 * len(levels), STEP):
        here = (levels * 2)[at : at + STEP]
        turn.add_audio(bytes(480 * len(here)), 24_000, here, (crossings * 2)[at : at + STEP])
    turn.add_text(f"{speech.text} {speech.text}")
    moments = [1000.0 * second for second in range(3, 120, 9)]
    assert sum(words_off(turn, ms) for ms in moments) / len(moments) < 1.0


def test_a_reply_of_a_quarter_of_an_hour_plays_on_over_a_new_connection() -> None:
    replies = Replies(playback=Playback(), pace=Pace())
    reply = replies.open(0.0)
    a_reply_of(15, reply.turn)
    text, received_ms = reply.turn.text, reply.turn.received_ms
    replies.playback.received(received_ms, 0.0)
    now = received_ms / 1000.0 - 30.0
    expected = replies.look(now)
    air = what_is_in_the_air(replies, now, most_history=4, planned=True)
    assert expected is not None
    assert air is not None
    new = Replies(playback=Playback(), pace=Pace())
    new.turns.said_before(air.history)
    listen_on(air, new, new.playback)
    cut = new.cut(now)
    assert cut is not None
    assert cut.unheard == expected.unheard
    assert cut.continuation == expected.continuation
    said = [text for _, text in new.turns.recent(4)]
    assert len(said) == 2
    assert expected.heard.endswith(said[1])
    assert text.startswith(said[0][:1000])
    assert max(len(one.levels) for one in air.replies) < 20_000
