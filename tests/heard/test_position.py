"""How far off the estimate is, on a handful of renderings; and what is said of it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from spoken_turns import GUIDE, error, turn_of, words_at

from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.testing.speech.voices import Prosody, speak


def test_in_a_pause_the_sentence_before_it_was_heard_and_no_more() -> None:
    speech = speak(GUIDE)
    turn = turn_of(speech)
    checked = 0
    for word, following in pairwise(speech.words):
        if word.text[-1] in ".!" and following.start_ms - word.end_ms > 150:
            heard = turn.heard_at((word.end_ms + following.start_ms) / 2)
            assert (heard.end, heard.how) == (word.end, "pauses")
            checked += 1
    assert checked >= 4


def test_the_error_is_a_fraction_of_a_word() -> None:
    """A gate: the figures of bench/heard.py, on a handful of renderings."""
    errors: list[float] = []
    rng = random.Random(5)
    for voice in ("en-us", "en-us+f3"):
        for prosody in (None, Prosody(seed=11), Prosody(seed=12)):
            for rate in (150, 200):
                speech = speak(GUIDE, voice=voice, words_per_minute=rate, prosody=prosody)
                turn = turn_of(speech)
                errors += [
                    error(speech, turn, rng.uniform(0, speech.duration_ms)) for _ in range(25)
                ]
    errors.sort()
    assert sum(errors) / len(errors) < 0.30
    assert errors[int(0.95 * len(errors))] < 1.1


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("de", "Das Wetter ist heute schön. Wir fahren, wenn du willst, ans Meer. Kommst du mit?"),
        ("cmn", "今天天气很好。我们去海边，好不好？你带水，我带水果。"),
        ("hi", "आज मौसम बहुत अच्छा है। हम समुद्र जा रहे हैं, और तुम भी चलो।"),
        ("ar", "الطقس جميل جدا اليوم، لذلك نحن ذاهبون إلى البحر. هل تريد أن تأتي؟"),
        ("ja", "きょうは てんきが いいです。うみへ いきましょう。いっしょに きませんか。"),
    ],
)
def test_other_languages_are_heard_as_well(voice: str, text: str) -> None:
    speech = speak(text, voice=voice)
    turn = turn_of(speech)
    errors = [error(speech, turn, speech.duration_ms * i / 20) for i in range(1, 20)]
    assert sum(errors) / len(errors) < 0.5


def test_text_that_runs_ahead_changes_little() -> None:
    speech = speak(GUIDE)
    turn = ModelTurn()
    turn.add_text(GUIDE)
    for i in range(0, len(speech.pcm), 48_000):
        turn.add_audio(speech.pcm[i : i + 48_000])
        played_ms = 0.8 * turn.received_ms
        assert error(speech, turn, played_ms) < 3.0


def test_what_is_sung_is_heard_in_proportion() -> None:
    note = b"\x00\x30\x00\xd0\x00\x00" * 80
    turn = ModelTurn()
    turn.add_text("One long slow song of seven words.")
    turn.add_audio(note * 100 * 40)
    turn.complete()
    heard = turn.heard_at(20_000.0)
    assert heard.how == "proportion"
    assert 10 < heard.position < 24


def test_the_uncertainty_is_about_the_error() -> None:
    squares, count = 0.0, 0
    for seed in range(6):
        speech = speak(GUIDE, prosody=Prosody(seed=seed))
        turn = turn_of(speech)
        for i in range(1, 30):
            played_ms = speech.duration_ms * i / 30
            stated = max(turn.heard_at(played_ms).uncertainty, 0.1)
            squares += (error(speech, turn, played_ms) / stated) ** 2
            count += 1
    assert 0.3 < (squares / count) ** 0.5 < 2.0


def test_a_cut_right_before_the_end_of_the_sound_is_less_certain_than_one_with_more_behind() -> (
    None
):
    speech = speak(GUIDE)
    for played_ms in (1500.0, 6300.0, 9700.0):
        stated = []
        for behind_ms in (80, 500, 1100, 1800):
            turn = ModelTurn()
            turn.add_text(speech.text)
            turn.add_audio(speech.pcm[: 48 * (int(played_ms) + behind_ms)])
            stated.append(turn.heard_at(played_ms).uncertainty)
        assert stated[0] > stated[-1] + 0.3
        assert stated == sorted(stated, reverse=True)


def test_too_much_is_seldom_claimed() -> None:
    claimed = []
    for seed in range(8):
        speech = speak(GUIDE, words_per_minute=150 + 10 * seed, prosody=Prosody(seed=seed))
        turn = turn_of(speech)
        for played_ms in range(200, int(speech.duration_ms), 200):
            said = words_at(speech, turn.heard_at(played_ms).end)
            claimed.append(said - speech.words_played(played_ms))
    assert sum(too_much > 0.05 for too_much in claimed) < 0.07 * len(claimed)
    # And no more than a word on average is kept back.
    assert -0.6 < sum(claimed) / len(claimed) < -0.3
