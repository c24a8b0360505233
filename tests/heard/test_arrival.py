"""The arrival of the text as a hint at when it is said."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable
from functools import partial

import pytest

from gemini_live_interrupt.heard.arrival import Arrivals, hint_of, in_step
from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.heard.spoken_units import tokenize
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

TEXT = "One two three. Four five six, seven eight nine ten."


def arrivals(*pieces: tuple[int, float]) -> Arrivals:
    of = Arrivals()
    for start, received_ms in pieces:
        of.add(start, received_ms)
    return of


def test_a_word_arrives_in_proportion_to_its_place_in_the_piece() -> None:
    # Words at 0, 4, 8, 15, 20, 25, 30, 36, 42 and 47; what follows the last at 51.
    of = arrivals((0, 0.0), (15, 1500.0), (30, 2000.0), (36, 3200.0)).of(tokenize(TEXT))
    assert of is not None
    expected = [0.0, 0.4, 0.8, 1.5, 1.5 + 1 / 6, 1.5 + 1 / 3, 2.0, 3.2]
    assert of[:8] == pytest.approx(expected)
    # The last piece goes on as the others did: 36 characters in 3.2 s.
    assert of[8:] == pytest.approx([3.2 + 3.2 / 36 * (at - 36) for at in (42, 47, 51)])


def test_pieces_without_audio_between_are_one() -> None:
    split = arrivals(
        (0, 0.0), (3, 0.0), (9, 0.0), (15, 1500.0), (30, 2000.0), (33, 2000.0), (36, 3200.0)
    )
    whole = arrivals((0, 0.0), (15, 1500.0), (30, 2000.0), (36, 3200.0))
    assert split.of(tokenize(TEXT)) == whole.of(tokenize(TEXT))
    assert arrivals(*((at, 40.0) for at in range(50))).of(tokenize(TEXT)) is None


def test_few_or_long_pieces_tell_nothing() -> None:
    assert arrivals().of([]) is None
    assert arrivals((0, 0.0), (15, 1500.0), (30, 2000.0)).of(tokenize(TEXT)) is None
    long = " ".join([TEXT] * 8)
    sentences = arrivals(*((i * 52, i * 3000.0) for i in range(24)))
    assert sentences.of(tokenize(long)) is None


def test_lags_that_do_not_agree_give_no_hint() -> None:
    assert hint_of([0.3, 0.3]) is None
    assert hint_of([-2.0, 0.3, 2.5]) is None
    assert not in_step([0.3, 0.3, 0.3, 1.3, 1.3, 1.3])
    assert not in_step([0.3])


def test_a_hint_is_as_sure_as_the_lags_agree() -> None:
    close, wide = hint_of([0.3, 0.35, 0.25, 0.3]), hint_of([0.3, 0.9, -0.3, 0.3, 0.9, -0.3])
    assert close is not None
    assert wide is not None
    assert close.spread_s < wide.spread_s


# --- in a turn -----------------------------------------------------------------------------------------------------

GUIDE = (
    "When you leave the station, turn left and follow the tram lines down the hill. After about "
    "five minutes you will see a red church on your right; the museum is behind it. Tickets cost "
    "fourteen euros, but on Wednesdays, after five o'clock, entry is free. Don't miss the small "
    "room at the end! The porter, who knows it best, is there every day until three."
)
MISSING, UNMARKED = 0.08, 0.4


def faulty(speech: Speech, rng: random.Random) -> list[tuple[str, int]]:
    """Words of a transcript that lacks some, and marks, each with its place among those said."""
    return [
        (word.text.rstrip(".,;!") if rng.random() < UNMARKED else word.text, i)
        for i, word in enumerate(speech.words)
        if rng.random() > MISSING
    ]


def turn_of(
    speech: Speech, words: list[tuple[str, int]], arrives_ms: Callable[[float], float]
) -> ModelTurn:
    """`arrives_ms`: audio that is received before a word said at a moment."""
    turn, sent = ModelTurn(), 0
    for word, i in words:
        until = max(sent, 2 * int(24 * arrives_ms(speech.words[i].start_ms)))
        turn.add_audio(speech.pcm[sent:until])
        sent = max(sent, min(until, len(speech.pcm)))
        turn.add_text(f" {word}")
    turn.add_audio(speech.pcm[sent:])
    turn.complete()
    return turn


def mean_error(arrives_ms: Callable[[float, random.Random], float]) -> float:
    """Words, over faulty transcripts of speech at uneven rates."""
    off = []
    for seed in range(24):
        rng = random.Random(seed)
        speech = speak(GUIDE, words_per_minute=150 + 10 * seed, prosody=Prosody(seed=seed))
        words = faulty(speech, rng)
        ends = [0]
        for word, _ in words:
            ends.append(ends[-1] + 1 + len(word))
        places = [i for _, i in words]
        turn = turn_of(speech, words, partial(arrives_ms, rng=rng))
        for played_ms in range(500, int(speech.duration_ms), 500):
            position = turn.heard_at(played_ms).position
            at = min(bisect_left(ends, position, lo=1), len(words)) - 1
            share = (position - ends[at]) / (ends[at + 1] - ends[at])
            off.append(abs(places[at] + share - speech.words_played(played_ms)))
    return sum(off) / len(off)


def before_all_audio(ms: float, rng: random.Random) -> float:
    return 0.0


@pytest.mark.parametrize("lead_ms", [-400.0, 300.0, 1500.0])
def test_text_in_step_settles_what_a_faulty_transcript_leaves_open(lead_ms: float) -> None:
    def in_step_with_it(ms: float, rng: random.Random) -> float:
        return max(0.0, ms - lead_ms + rng.gauss(0.0, 120.0))

    assert mean_error(in_step_with_it) < 0.92 * mean_error(before_all_audio)


@pytest.mark.parametrize(
    "arrives_ms",
    [
        pytest.param(lambda ms, rng: 0.8 * ms, id="text is faster"),
        pytest.param(lambda ms, rng: 1.2 * ms, id="text is slower"),
        pytest.param(lambda ms, rng: ms - 2500.0 * (ms > 12_000.0), id="text jumps ahead"),
        pytest.param(lambda ms, rng: ms + rng.uniform(-4000.0, 4000.0), id="text comes anyhow"),
    ],
)
def test_text_out_of_step_does_no_harm(
    arrives_ms: Callable[[float, random.Random], float],
) -> None:
    assert mean_error(arrives_ms) < 1.06 * mean_error(before_all_audio)
