"""What is worked out ahead, when a reply has come, changes no answer: it is only there sooner."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_turns import GUIDE

from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace, WordTime
from gemini_live_interrupt.testing.speech.voices import Prosody, speak

pytestmark = pytest.mark.usefixtures("with_arrays_and_without")

SPEECHES = [
    speak("Yes."),
    speak(GUIDE),
    speak(GUIDE, prosody=Prosody(seed=3)),
    # Longer than what waits to be matched.
    speak(" ".join([GUIDE] * 2), prosody=Prosody(seed=1), words_per_minute=140),
    speak(" ".join([GUIDE] * 4), prosody=Prosody(seed=4)),
]
LATE = " And one more word, which came late."


def arrived(number: int, *, taught: bool) -> tuple[ModelTurn, Pace]:
    """A reply that came in pieces of 400 ms, and what its session knows of the pace."""
    speech, pace = SPEECHES[number], Pace(0.043 if taught else None)
    turn, pieces = ModelTurn(pace), range(0, len(speech.pcm), 19_200)
    for n, at in enumerate(pieces):
        share = len(speech.text) / len(pieces)
        turn.add_text(speech.text[int(n * share) : int((n + 1) * share)])
        turn.add_audio(speech.pcm[at : at + 19_200])
    turn.complete()
    return turn, pace


def asked(turn: ModelTurn) -> list[object]:
    return [turn.heard_at(turn.received_ms * n / 40.0) for n in range(41)]


@given(
    number=st.integers(0, len(SPEECHES) - 1),
    taught=st.booleans(),
    pieces=st.sampled_from([0, 1, 2, 3, 5, 8, 13, 1000]),
    late=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_answer_depends_on_how_much_of_it_was_prepared(
    number: int, taught: bool, pieces: int, late: bool
) -> None:
    prepared, its_pace = arrived(number, taught=taught)
    plain, pace = arrived(number, taught=taught)
    for _ in range(pieces):
        if prepared.can_prepare:
            prepared.prepare()
    assert asked(prepared) == asked(plain)
    if late:
        for turn in (prepared, plain):
            turn.add_text(LATE)
        while prepared.can_prepare:
            prepared.prepare()
        assert asked(prepared) == asked(plain)
    assert its_pace.rate == pace.rate


def test_once_prepared_there_is_nothing_left_to_prepare_until_more_comes() -> None:
    turn, _ = arrived(2, taught=False)
    pieces = 0
    while turn.can_prepare:
        turn.prepare()
        pieces += 1
    assert 4 < pieces < 30
    assert turn.is_worked_out
    turn.prepare()
    turn.add_text(LATE)
    assert turn.can_prepare


def test_what_was_prepared_can_be_let_go_in_the_middle() -> None:
    turn, _ = arrived(2, taught=False)
    plain, _ = arrived(2, taught=False)
    for _ in range(6):
        turn.prepare()
    turn.rest()
    assert turn.can_prepare
    assert asked(turn) == asked(plain)


def test_a_reply_that_still_arrives_is_not_prepared() -> None:
    turn = ModelTurn()
    turn.add_text(GUIDE)
    turn.add_audio(SPEECHES[1].pcm)
    assert not turn.can_prepare


def test_words_whose_times_are_known_need_no_work() -> None:
    turn = ModelTurn()
    turn.add_text("Hello there.", [WordTime(text="Hello", start_ms=0.0, end_ms=400.0)])
    turn.add_audio(random.Random(1).randbytes(48_000))
    turn.complete()
    assert not turn.can_prepare


def test_of_text_without_sound_nothing_was_heard_without_any_work() -> None:
    turn = ModelTurn()
    turn.add_text(GUIDE)
    turn.complete()
    assert not turn.can_prepare
