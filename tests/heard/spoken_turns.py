"""Replies spoken by a synthesiser, and how far off an answer is: what the tests of heard words share."""

from __future__ import annotations

from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace
from gemini_live_interrupt.testing.speech.voices import Speech

GUIDE = (
    "When you leave the station, turn left and follow the tram lines down the hill. After about "
    "five minutes you will see a red church on your right; the museum is behind it. Tickets cost "
    "14 euros, but on Wednesdays, after five o'clock, entry is free. Don't miss the small room at "
    "the end! Dr. Low, who knows it best, is there until 3 p.m. every day."
)


def turn_of(speech: Speech, *, text: str | None = None, pace: Pace | None = None) -> ModelTurn:
    turn = ModelTurn(pace)
    turn.add_text(speech.text if text is None else text)
    turn.add_audio(speech.pcm)
    turn.complete()
    return turn


def words_at(speech: Speech, position: float) -> float:
    words = 0.0
    for word in speech.words:
        if word.end <= position:
            words += 1
        elif word.start < position:
            words += (position - word.start) / (word.end - word.start)
    return words


def error(speech: Speech, turn: ModelTurn, played_ms: float) -> float:
    """Words by which the estimate is off."""
    position = turn.heard_at(played_ms).position
    return abs(words_at(speech, position) - speech.words_played(played_ms))
