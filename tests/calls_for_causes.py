"""Words for the calls in which `explain` finds a cause: how they begin, play and go on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from conversation_steps import QUESTION, STORY, Talk
from recorded_talk import record_of, recorded_talk

from gemini_live_interrupt.record.explaining.explanation import Explanation, explain
from gemini_live_interrupt.record.recorder import Recorder

ANSWER = "It was called Tom. "
RESUMED = STORY[STORY.index("He had") :]
SPOKEN = {"input_audio_transcription": True, "output_audio_transcription": True}
ASKED = {**SPOKEN, "response_modalities": ["AUDIO"], "session_resumption": True}


def _told(model: str = "gemini-3.8-live", **options: Any) -> Talk:
    """The story has begun, and the microphone is on and quiet."""
    talk = recorded_talk(model, header={"config": ASKED}, **options)
    talk.app_played(0.0).microphone(0.5, loud=False)
    talk.model_says(STORY, 9_300, parts=8).generated()
    return _plays(talk, 3.0)


def _plays(talk: Talk, for_seconds: float, *, loud: bool = False) -> Talk:
    """The app plays, and says so; the microphone goes on."""
    for _ in range(round(for_seconds * 10)):
        talk.microphone(0.1, loud=loud).app_played(100.0)
    return talk


def _asks(talk: Talk, words: str = QUESTION) -> Talk:
    """The user speaks over it, and is understood."""
    _plays(talk, 0.2, loud=True)
    talk.interrupted().turn_complete().microphone(1.0, loud=True).microphone(1.0, loud=False)
    return talk.user_says(words).microphone(0.6, loud=False)


def _replies(talk: Talk, text: str = ANSWER + RESUMED, ms: float = 6_000) -> Talk:
    """The model replies, and is heard to the end."""
    talk.model_says(text, ms, parts=6).generated()
    _plays(talk, ms / 1000)
    return talk.turn_complete().microphone(0.5, loud=False)


def _recorder(talk: Talk) -> Recorder:
    recorder = talk.core.watcher
    assert isinstance(recorder, Recorder)
    return recorder


def _service(talk: Talk, **fields: Any) -> Talk:
    """A message of the service that means nothing to the core."""
    _recorder(talk).message(SimpleNamespace(**fields), None, talk.now)
    return talk


def _failed(talk: Talk, what: str, error: Exception) -> Talk:
    _recorder(talk).failed(what, error, talk.now)
    return talk


def _explained(talk: Talk) -> Explanation:
    return explain(record_of(talk))
