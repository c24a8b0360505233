"""Word times of the server."""

from __future__ import annotations

from itertools import pairwise

from spoken_turns import GUIDE, error, turn_of

from gemini_live_interrupt.heard.model_turn import ModelTurn, WordTime
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak


def timed(speech: Speech) -> list[WordTime]:
    return [
        WordTime(text=word.text.strip(".,;!"), start_ms=word.start_ms, end_ms=word.end_ms)
        for word in speech.words
    ]


def test_word_times_are_exact() -> None:
    speech = speak(GUIDE, prosody=Prosody(seed=3))
    turn = ModelTurn()
    turn.add_text(GUIDE, timed(speech))
    turn.add_audio(speech.pcm)
    for word, following in pairwise(speech.words):
        heard = turn.heard_at((word.end_ms + following.start_ms) / 2 + 0.01)
        assert (heard.end, heard.how, heard.uncertainty) == (word.end, "word timestamps", 0.0)
        middle_ms = (word.start_ms + word.end_ms) / 2
        assert error(speech, turn, middle_ms) < 0.25


def test_word_times_may_come_piece_by_piece_and_with_words_missing() -> None:
    speech = speak(GUIDE)
    turn = ModelTurn()
    at = 0
    for i, (word, time_of) in enumerate(zip(speech.words, timed(speech), strict=True)):
        turn.add_text(GUIDE[at : word.end], [time_of] if i % 5 else [])
        at = word.end
    turn.add_audio(speech.pcm)
    for word in speech.words[3:]:
        end = turn.heard_at(word.end_ms + 0.01).end
        assert end in (word.end, speech.words[speech.words.index(word) - 1].end)


def test_word_times_that_fit_no_text_are_ignored() -> None:
    speech = speak(GUIDE)
    turn = turn_of(speech)
    turn.add_text("", [WordTime(text="xyzzy", start_ms=0, end_ms=100)])
    turn.add_text("", [WordTime(text="station", start_ms=float("nan"), end_ms=float("nan"))])
    assert turn.heard_at(5000.0).how == "pauses"
