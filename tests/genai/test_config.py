"""What a config says of sound, in every form that google-genai takes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from google.genai import types
from live_socket import TURN_COMPLETE, LiveSocket, receive

from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for
from gemini_live_interrupt.genai.config import is_spoken, is_surely_spoken, lacking, outline_of

FORMS: dict[str, Callable[[str], Any]] = {
    "list": lambda name: [name],
    "tuple": lambda name: (name,),
    "set": lambda name: {name},
    "frozenset": lambda name: frozenset([name]),
    "deque": lambda name: deque([name]),
    "keys": lambda name: {name: 1}.keys(),
    "values": lambda name: {1: name}.values(),
    "enum": lambda name: {types.Modality(name)},
    "small letters": lambda name: [name.lower()],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["AUDIO", "TEXT"])
def test_modalities_are_read_in_whatever_holds_them(form: str, name: str) -> None:
    made = FORMS[form](name)
    if form != "small letters":
        assert types.LiveConnectConfig(response_modalities=made).response_modalities == [name]
    for config in (
        {"response_modalities": made},
        {"responseModalities": made},
        {"generation_config": {"response_modalities": made}},
    ):
        assert is_spoken(config) is is_surely_spoken(config) is (name == "AUDIO")
        assert bool(lacking(config)) is (name == "AUDIO")
        assert outline_of(config)["response_modalities"] == [name]


@pytest.mark.parametrize("config", [{}, {"response_modalities": []}, types.LiveConnectConfig()])
def test_a_config_that_names_none_means_sound(config: Any) -> None:
    assert is_spoken(config) and is_surely_spoken(config)


@pytest.mark.parametrize(
    "config", [None, *({"response_modalities": x} for x in (iter(["TEXT"]), 5))]
)
def test_what_cannot_be_looked_at_is_not_sure(config: Any) -> None:
    assert is_spoken(config) and not is_surely_spoken(config)


async def test_a_turn_of_text_alone_is_no_reply_in_a_session_with_sound_by_default(
    here: LiveSocket,
) -> None:
    enable_interrupt_resume()
    config = {"input_audio_transcription": {}, "output_audio_transcription": {}}
    async with here.connect(config=config) as session:
        part = {"modelTurn": {"parts": [{"text": "**Thinking of a story**"}]}}
        await here.say({"serverContent": part}, TURN_COMPLETE)
        await receive(session, 2)
        await asyncio.sleep(0.1)
        assert "Thinking" not in interrupt_resume_for(session).export_state()
