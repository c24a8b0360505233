"""Which messages of the service get a line of their own in a record."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import types

from gemini_live_interrupt.record.messages import is_only_speech

BLOB = {"mime_type": "audio/pcm;rate=24000", "data": b"\0" * 960}

SOUND: dict[str, Any] = {"model_turn": {"parts": [{"inline_data": BLOB}]}}


@pytest.mark.parametrize(
    ("message", "is_sound"),
    [
        ({"server_content": {"model_turn": {"parts": [{"inline_data": BLOB}]}}}, True),
        ({"server_content": {"model_turn": {"role": "model", "parts": [{"inline_data": BLOB}] * 2}}}, True),
        ({"server_content": {**SOUND, "output_transcription": {"text": "a"}}}, True),
        ({"server_content": {**SOUND, "output_transcription": {"text": "a", "finished": True}}}, False),
        ({"server_content": {"output_transcription": {"text": "a"}}}, False),
        ({"server_content": {}}, True),
        ({"server_content": {"model_turn": {"parts": [{"inline_data": BLOB, "thought": True}]}}}, False),
        ({"server_content": {"model_turn": {"parts": [{"inline_data": BLOB}, {"text": "a"}]}}}, False),
        ({"server_content": {"model_turn": {"parts": [{"inline_data": BLOB}]}, "interrupted": True}}, False),
        ({"server_content": {"model_turn": {"parts": [{"inline_data": BLOB}]}}, "go_away": {}}, False),
        ({"server_content": {"model_turn": {}}}, False),
        ({"server_content": None}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_what_is_only_speech_has_no_line_of_its_own(
    message: dict[str, Any], is_sound: bool
) -> None:
    assert is_only_speech(types.LiveServerMessage.model_validate(message)) == is_sound


@pytest.mark.parametrize("odd", [None, {}, 5, SimpleNamespace(server_content=SimpleNamespace())])
def test_an_odd_message_gets_a_line(odd: Any) -> None:
    assert not is_only_speech(odd)
