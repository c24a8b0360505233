"""On real voices of the service: a gate for the figures of bench/real_voices.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from spoken_turns import words_at

from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.testing.speech.voices import Speech, SpokenWord

DATA = Path(__file__).resolve().parents[3] / "shared" / "real-voices"
EVERY_MS = 230


@lru_cache(maxsize=1)
def clips() -> list[Speech]:
    if not DATA.is_dir():
        pytest.skip(f"the real voices are not at {DATA}")
    soundfile = pytest.importorskip("soundfile")
    found = []
    for clip in json.loads((DATA / "clips.json").read_text("utf-8")):
        samples, rate = soundfile.read(DATA / clip["audio"], dtype="int16")
        words = tuple(
            SpokenWord(text=text, start=first, end=last, start_ms=begun, end_ms=over)
            for text, first, last, begun, over in clip["words"]
        )
        if not clip["nonspeech"]:
            found.append(
                Speech(text=clip["text"], pcm=samples.tobytes(), sample_rate=rate, words=words)
            )
    return found


def errors(turn: ModelTurn, speech: Speech, until_ms: float) -> Iterator[float]:
    for played_ms in range(100, int(until_ms), EVERY_MS):
        position = turn.heard_at(float(played_ms)).position
        yield words_at(speech, position) - speech.words_played(played_ms)


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_reply_that_is_all_there(is_announced: bool) -> None:
    off: list[float] = []
    for speech in clips():
        turn = ModelTurn()
        turn.add_text(speech.text)
        turn.add_audio(speech.pcm, speech.sample_rate)
        if is_announced:
            turn.complete()
        off += errors(turn, speech, speech.duration_ms)
    off = sorted(map(abs, off))
    assert sum(off) / len(off) < 0.18
    assert off[int(0.95 * len(off))] < 0.9


def test_a_reply_of_which_a_second_is_there_beyond_the_cut() -> None:
    off = []
    for speech in clips():
        for played_ms in range(500, int(speech.duration_ms), 900):
            turn = ModelTurn()
            turn.add_text(speech.text)
            turn.add_audio(speech.pcm[: 48 * (played_ms + 1000)], speech.sample_rate)
            position = turn.heard_at(float(played_ms)).position
            off.append(abs(words_at(speech, position) - speech.words_played(played_ms)))
    off.sort()
    assert sum(off) / len(off) < 0.30
