"""The wire format: both casings, and what gets a client closed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from gemini_live_interrupt.testing.server.wire import Refusal, Setup, parse, parse_setup, text_of


def setup(body: dict[str, Any], backend: Any = "developer", version: str = "v1beta") -> Setup:
    full = {"model": "models/gemini-3.8-live", **body}
    return parse_setup(parse(json.dumps({"setup": full})), backend=backend, version=version)


def assert_refused(code: int, word: str, frame: object) -> None:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    with pytest.raises(Refusal) as refusal:
        parse_setup(parse(text), backend="developer", version="v1beta")
    assert (refusal.value.code, word in refusal.value.reason) == (code, True), refusal.value.reason


@pytest.mark.parametrize("key", ["client_content", "clientContent"])
@pytest.mark.parametrize("flag", ["turn_complete", "turnComplete"])
def test_client_content_in_either_casing(key: str, flag: str) -> None:
    turn = {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}
    message = parse(json.dumps({key: {"turns": [turn], flag: True}}))
    assert (message.kind, message.turn_complete) == ("clientContent", True)
    assert text_of(message.turns[0]) == "ab"


def test_turn_complete_is_false_where_it_is_missing() -> None:
    assert parse('{"clientContent": {"turns": []}}').turn_complete is False


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_audio_in_either_base64_alphabet_with_its_rate(encode: Any) -> None:
    pcm = bytes([251, 239, 190, 255] * 8)
    blob = {"data": encode(pcm).decode(), "mime_type": "audio/pcm;rate=48000"}
    message = parse(json.dumps({"realtime_input": {"audio": blob}}))
    assert (message.audio, message.audio_rate) == (pcm, 48000)


def test_what_belongs_to_the_app_keeps_its_keys() -> None:
    response = {"id": "1", "name": "f", "response": {"user_id": 7}}
    message = parse(json.dumps({"tool_response": {"function_responses": [response]}}))
    assert message.body["functionResponses"][0]["response"] == {"user_id": 7}


def test_nested_snake_case_of_the_sdk_is_understood() -> None:
    config = {"automatic_activity_detection": {"disabled": True, "silence_duration_ms": 300}}
    read = setup(
        {
            "realtimeInputConfig": config,
            "historyConfig": {"initial_history_in_client_content": True},
        }
    )
    assert (read.manual_activity, read.silence_ms, read.initial_history) == (True, 300.0, True)


def test_defaults_of_a_setup() -> None:
    read = setup({})
    assert (read.model, read.modality, read.manual_activity) == ("gemini-3.8-live", "AUDIO", False)
    assert not (read.input_transcription or read.output_transcription or read.resumption)


def test_functions_block_unless_declared_otherwise() -> None:
    functions = [{"name": "a"}, {"name": "b", "behavior": "NON_BLOCKING"}]
    read = setup({"tools": [{"functionDeclarations": functions}]})
    assert (read.functions, read.is_blocking("a"), read.is_blocking("b")) == (
        ["a", "b"],
        True,
        False,
    )


def test_refusals() -> None:
    assert_refused(1007, "Invalid JSON", "{nonsense")
    assert_refused(1007, "Invalid JSON", "[1]")
    assert_refused(1007, "chatContent", {"chatContent": {}})
    assert_refused(1008, "first message", {"clientContent": {}})
    assert_refused(1007, "model", {"setup": {}})
    assert_refused(1007, "temprature", {"setup": {"model": "models/x", "temprature": 1}})
    generation = {"model": "models/x", "generationConfig": {"speed": 2}}
    assert_refused(1007, "speed", {"setup": generation})
    assert_refused(
        1007, "base64", {"realtimeInput": {"audio": {"data": "!", "mimeType": "audio/pcm"}}}
    )


@pytest.mark.parametrize(
    ("body", "backend", "version", "is_fine"),
    [
        ({"proactivity": {"proactiveAudio": True}}, "developer", "v1beta", False),
        ({"proactivity": {"proactiveAudio": True}}, "developer", "v1alpha", True),
        ({"proactivity": {"proactiveAudio": True}}, "vertex", "v1beta1", True),
        ({"explicitVadSignal": True}, "developer", "v1alpha", False),
        ({"explicitVadSignal": True}, "vertex", "v1beta1", True),
        ({"sessionResumption": {"transparent": True}}, "developer", "v1beta", False),
        ({"sessionResumption": {"transparent": True}}, "vertex", "v1beta1", True),
    ],
)
def test_fields_that_only_one_backend_or_version_knows(
    body: dict[str, Any], backend: str, version: str, is_fine: bool
) -> None:
    if is_fine:
        setup(body, backend, version)
    else:
        with pytest.raises(Refusal, match="1007"):
            setup(body, backend, version)
