"""What an app may choose, and what it is told when something is missing."""

from __future__ import annotations

import warnings
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import live
from live_socket import (
    LiveSocket,
)
from wrapped_classes import ORIGINALS, attributes

from gemini_live_interrupt import (
    InterruptResumeWarning,
    RedisStore,
    disable_interrupt_resume,
    enable_interrupt_resume,
)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"session_label": 17}, "session_label must be a text, a function that gives one, or None"),
        ({"reply_timeout": float("inf")}, "reply_timeout must be a finite number, not inf"),
        ({"reply_timeout": 0}, "reply_timeout must be at least 0.1, not 0"),
    ],
)
def test_what_is_said_of_a_wrong_setting_is_all_that_would_be_right(
    arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        enable_interrupt_resume(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"prompt_builder": "text"}, TypeError),
        ({"prompt_builder": 3}, TypeError),
        ({"on_interruption": "text"}, TypeError),
        ({"on_event": 1}, TypeError),
        ({"on_session": True}, TypeError),
        ({"max_history": -1}, ValueError),
        ({"max_history": "4"}, TypeError),
        ({"max_history": None}, TypeError),
        ({"max_history": 2.5}, TypeError),
        ({"max_history": True}, TypeError),
        ({"delivery": "loud"}, ValueError),
        ({"output_latency_ms": -1}, ValueError),
        ({"output_latency_ms": float("nan")}, ValueError),
        ({"output_latency_ms": "x"}, TypeError),
        ({"false_interruption_after": 0}, ValueError),
        ({"reply_timeout": float("inf")}, ValueError),
        ({"reply_timeout": 10**400}, ValueError),
        ({"output_latency_ms": 10**5_000}, ValueError),
        ({"output_latency_ms": -(10**5_000)}, ValueError),
        ({"user_words_note": "no"}, TypeError),
        ({"user_words_note": 1}, TypeError),
        ({"store": "redis://localhost"}, TypeError),
        ({"store": object()}, TypeError),
        ({"store": RedisStore}, TypeError),
        ({"store": SimpleNamespace(put=print, take=lambda: None)}, TypeError),
        ({"prompt_builder": lambda heard, user_text: heard}, TypeError),
        ({"prompt_builder": lambda heard, *, user_text, history: heard}, TypeError),
        ({"on_interruption": lambda: None}, TypeError),
        ({"on_event": lambda notice, more: None}, TypeError),
        ({"on_outcome": lambda: None}, TypeError),
        ({"on_session": lambda: None}, TypeError),
        ({"session_label": 17}, TypeError),
        ({"session_label": lambda session: "a"}, TypeError),
    ],
)
def test_wrong_settings_are_told_at_once_and_change_nothing(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        enable_interrupt_resume(**arguments)
    assert all(now is was for now, was in zip(attributes(), ORIGINALS, strict=True))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"store": "redis://localhost"}, r'RedisStore\("redis://'),
        (
            {"prompt_builder": lambda heard, user_text: heard},
            r"\(heard, user_text, history\).*\(heard, user_text\) cannot",
        ),
        ({"user_words_note": "no"}, "True or False, not 'no'"),
    ],
)
def test_what_is_wrong_says_what_to_pass(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        enable_interrupt_resume(**arguments)


@pytest.mark.parametrize(
    "builder",
    [
        lambda *everything: "",
        lambda heard, user_text, history, more=None: "",
        partial(lambda extra, heard, user_text, history: "", "x"),
        max,
    ],
)
def test_what_can_take_the_arguments_is_taken(builder: Any) -> None:
    enable_interrupt_resume(builder, on_interruption=[].append, on_event=print)


async def warnings_of(here: LiveSocket, **arguments: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            async with here.connect(**arguments):
                pass
    return [str(w.message) for w in caught if w.category is InterruptResumeWarning]


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        (None, ["input_audio_transcription", "output_audio_transcription"]),
        (
            {"response_modalities": ["AUDIO"], "input_audio_transcription": {}},
            ["output_audio_transcription"],
        ),
        (
            {"responseModalities": ["AUDIO"], "outputAudioTranscription": {}},
            ["input_audio_transcription"],
        ),
    ],
)
async def test_sessions_without_transcripts_get_one_warning_with_the_keys(
    here: LiveSocket, config: Any, keys: list[str]
) -> None:
    enable_interrupt_resume()
    [message] = await warnings_of(here, config=config)
    for key in ("input_audio_transcription", "output_audio_transcription"):
        assert (f'"{key}": {{}}' in message) == (key in keys)


@pytest.mark.parametrize(
    "config",
    [
        {"response_modalities": ["TEXT"]},
        {"generation_config": {"response_modalities": ["TEXT"]}},
        {"input_audio_transcription": {}, "output_audio_transcription": {}},
        live.types.LiveConnectConfig(
            response_modalities=[live.types.Modality.AUDIO],
            input_audio_transcription=live.types.AudioTranscriptionConfig(),
            output_audio_transcription=live.types.AudioTranscriptionConfig(),
        ),
    ],
)
async def test_sessions_that_lack_nothing_get_no_warning(here: LiveSocket, config: Any) -> None:
    enable_interrupt_resume()
    assert await warnings_of(here, config=config) == []


async def test_no_warning_when_disabled(here: LiveSocket) -> None:
    enable_interrupt_resume()
    disable_interrupt_resume()
    assert await warnings_of(here, config=None) == []


def test_an_unknown_version_warns_once_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    from google.genai import version

    monkeypatch.setattr(version, "__version__", "9.1.0")
    with pytest.warns(InterruptResumeWarning, match=r"9\.1\.0") as caught:
        enable_interrupt_resume()
        disable_interrupt_resume()
        enable_interrupt_resume()
    assert len(caught) == 1
    assert all(now is not was for now, was in zip(attributes(), ORIGINALS, strict=True))


@pytest.mark.parametrize("version", ["1.68.0", "2.34.0", "3.4.0", "3.99.1"])
def test_known_versions_do_not_warn(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from google.genai import version as module

    monkeypatch.setattr(module, "__version__", version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        enable_interrupt_resume()


def test_a_google_genai_without_what_we_need_warns_and_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(live.AsyncSession, "_receive")
    with pytest.warns(InterruptResumeWarning, match="_receive"):
        enable_interrupt_resume()
    monkeypatch.undo()
