"""What comes most is read the quick way, and what cannot wait is told from what can."""

from __future__ import annotations

from math import inf
from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import types

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.genai import messages

SOUND = {"mime_type": "audio/pcm;rate=24000", "data": b"abcd"}


def events_of(message: dict[str, Any]) -> list[e.Event]:
    return list(messages.from_server(types.LiveServerMessage.model_validate(message)))


def transcription(**fields: Any) -> dict[str, Any]:
    """Of these fields those that the installed SDK knows."""
    return {name: fields[name] for name in fields if name in types.Transcription.model_fields}


SAID = transcription(text=" Hello", finished=False, language_code="en-US")
TIMED = transcription(
    text=" Hi", words=[{"word": "Hi", "start_offset": "0s", "end_offset": "1.5s"}]
)


def as_they_are(thing: Any) -> Any:
    """The same, as objects that no model is behind."""
    if isinstance(thing, dict):
        return SimpleNamespace(**{name: as_they_are(value) for name, value in thing.items()})
    return [as_they_are(each) for each in thing] if isinstance(thing, list) else thing


@pytest.mark.parametrize(
    "content",
    [
        {"model_turn": {"parts": [{"inline_data": SOUND}]}},
        {"model_turn": {"parts": [{"inline_data": SOUND}]}, "output_transcription": SAID},
        {"model_turn": {"parts": [{"inline_data": SOUND}]}, "output_transcription": TIMED},
        {"model_turn": {"parts": [{"inline_data": SOUND}]}, "output_transcription": {}},
        {"model_turn": {"parts": [{"inline_data": SOUND}, {"inline_data": SOUND}]}},
        {"model_turn": {"parts": [{"inline_data": SOUND, "text": "x"}]}},
        {"model_turn": {"parts": [{"inline_data": {"data": b"abcd"}}]}},
        {"output_transcription": SAID},
        {"output_transcription": {"text": " Hello"}},
        {"output_transcription": TIMED},
        {"model_turn": {"parts": [{"inline_data": SOUND}]}, "output_transcription": {"text": ""}},
    ],
)
def test_what_comes_most_is_read_the_quick_way_as_it_is_the_long_way(
    content: dict[str, Any],
) -> None:
    message = {"server_content": content}
    quick, long = events_of(message), list(messages.from_server(as_they_are(message)))
    assert quick == long
    assert quick


@pytest.mark.parametrize(
    "content",
    [
        {"model_turn": {"parts": [{"inline_data": SOUND}]}},
        {"model_turn": {"parts": [{"inline_data": SOUND}]}, "output_transcription": SAID},
        {"output_transcription": {"text": " Hello"}},
    ],
)
def test_speech_goes_the_quick_way(content: dict[str, Any]) -> None:
    message = types.LiveServerMessage.model_validate({"server_content": content})
    assert messages.speech_in(message) is not None


@pytest.mark.parametrize(
    "content",
    [
        {"interrupted": True},
        {"output_transcription": {"text": " a"}, "turn_complete": True},
        {"output_transcription": {}},
        {"model_turn": {"parts": []}},
        {"model_turn": {"parts": [{"inline_data": {"data": b"abcd", "mime_type": "image/png"}}]}},
        {"model_turn": {"parts": [{"text": "thinks", "thought": True}]}},
    ],
)
def test_what_is_not_only_speech_does_not(content: dict[str, Any]) -> None:
    message = types.LiveServerMessage.model_validate({"server_content": content})
    assert messages.speech_in(message) is None


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ({"server_content": {"interrupted": True}}, 0.0),
        ({"server_content": {"input_transcription": {"text": "Wait"}}}, messages.SOON),
        ({"server_content": {"turn_complete": True}}, 0.0),
        ({"voice_activity": {"voice_activity_type": "ACTIVITY_START"}}, 0.0),
        ({"tool_call": {"function_calls": [{"name": "look"}]}}, 0.0),
        ({"tool_call_cancellation": {"ids": ["1"]}}, 0.0),
        ({"server_content": {"model_turn": {"parts": [{"inline_data": SOUND}]}}}, inf),
        ({"server_content": {"output_transcription": SAID}}, inf),
        ({"usage_metadata": {"prompt_token_count": 7}}, inf),
    ],
)
def test_what_may_lead_to_a_message_of_ours_does_not_wait_for_long(
    message: dict[str, Any], seconds: float
) -> None:
    wait, _, _, _ = messages.look_at(types.LiveServerMessage.model_validate(message))
    assert wait == seconds
