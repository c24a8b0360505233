"""What a record says of people: no words unless asked, and secrets never."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from conversation_steps import QUESTION, STORY
from hypothesis import given
from hypothesis import strategies as st
from recorded_talk import record_of, recorded_talk, texts_of

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.messages import plain_message
from gemini_live_interrupt.record.plain import to_plain
from gemini_live_interrupt.record.secrets import scrubbed
from gemini_live_interrupt.record.stand_ins import StandIns


def test_no_word_that_anybody_said_is_in_a_record_without_words() -> None:
    talk = recorded_talk(words=False).user_says("Tell me of the miller.", finished=True)
    talk.wait(1.0).model_says(STORY, 9_300, parts=5).plays_for(3.0)
    talk.calls("look_up", arguments='{"who": "miller"}').answers_call().interrupted()
    talk.user_says(QUESTION).user_types("And the donkey?").wait(20.0)
    said = set(re.findall(r"\w{4,}", f"{STORY} {QUESTION} Tell donkey")) - {"time"}
    written = "\n".join(texts_of(talk)[1:])
    assert not [word for word in said if re.search(rf"\b{word}\b", written)]
    assert "look_up" in written


@given(st.text())
def test_nonsense_is_as_long_and_keeps_what_is_no_word(text: str) -> None:
    hidden = StandIns(key=b"k")(text)
    assert len(hidden) == len(text)
    for before, after in zip(text, hidden, strict=True):
        if not before.isalnum():
            assert after == before


@pytest.mark.parametrize(
    "text", ["Привет, мельник", "नमस्ते दुनिया", "今日は元気です", "Müller", "1984"]
)
def test_words_of_any_script_are_hidden(text: str) -> None:
    hidden = StandIns(key=b"k")(text)
    assert hidden != text and hidden.count(" ") == text.count(" ")


def test_another_session_gets_other_nonsense() -> None:
    assert StandIns()(STORY) != StandIns()(STORY)


def test_what_the_core_goes_by_stays() -> None:
    talk = recorded_talk(words=False)
    talk.user_says("Mm-hm, go on.").user_says("Stop it!").user_says("Yes, the miller <noise>.")
    talk.model_says("Okay.", 500)
    told = [line.record for line in record_of(talk).lines if line.kind == "event"]
    said = [one.text for one in told if isinstance(one, (e.UserWords, e.ModelText))]
    assert said[:2] == ["Mm-hm, go on.", "Stop it!"]
    assert "<noise>" in said[2] and not {"Yes", "miller", "Okay"} & set(
        re.findall(r"\w+", str(said[2:]))
    )


def test_what_is_said_beside_stop_is_hidden() -> None:
    talk = recorded_talk(words=False)
    talk.user_says("Stop it now, my number is 4711.").user_says("Enough, Anna.")
    told = [line.record for line in record_of(talk).lines if line.kind == "event"]
    said = [one.text for one in told if isinstance(one, e.UserWords)]
    assert said[0].startswith("Stop it now, ") and said[1].startswith("Enough, ")
    assert not {"4711", "my", "number", "Anna"} & set(re.findall(r"\w+", str(said)))


@pytest.mark.parametrize(
    "text",
    [
        "GET wss://host/ws?key=AIzaSyA1234567890abcdefghijk HTTP/1.1",
        "401: Bearer ya29.a0AfH6SMBx-secret_part",
        "token auth_tokens/0123456789abcdef expired",
        "Authorization: Bearer abcdefghijklmnop",
        'api_key="0123456789abcdef" was refused',
        "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2VjcmV0",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    hidden = scrubbed(text)
    for secret in re.findall(r"AIza\w+|ya29\S+|0123456789abcdef|abcdefghijklmnop|eyJ\S+", text):
        assert secret not in hidden


def test_an_errors_text_is_scrubbed_and_capped_also_with_words() -> None:
    failed = e.NoteFailed(id=1, error="?key=AIzaSyA1234567890abcdefghijk " + "x" * 10_000)
    plain = to_plain(failed)
    assert "AIza" not in plain["error"] and len(plain["error"]) <= 500


def _message() -> Any:
    update = SimpleNamespace(new_handle="let-me-in", resumable=True)
    spoken = SimpleNamespace(text="The miller", finished=None)
    blob = SimpleNamespace(data=bytes(960), mime_type="audio/pcm;rate=24000")
    turn = SimpleNamespace(parts=[SimpleNamespace(inline_data=blob, text=None)], role="model")
    content = SimpleNamespace(output_transcription=spoken, model_turn=turn, interrupted=None)
    call = SimpleNamespace(id="c1", name="look_up", args={"who": "miller"})
    return SimpleNamespace(
        server_content=content,
        session_resumption_update=update,
        usage_metadata=SimpleNamespace(prompt_token_count=512),
        tool_call=SimpleNamespace(function_calls=[call]),
    )


def test_a_handle_is_never_written_and_sound_neither() -> None:
    plain = plain_message(_message())
    assert "let-me-in" not in str(plain)
    assert plain["session_resumption_update"]["resumable"] is True
    assert plain["server_content"]["model_turn"]["parts"][0]["inline_data"]["data"] == 960
    assert plain["usage_metadata"] == {"prompt_token_count": 512}
    assert plain["server_content"]["output_transcription"] == {"text": "The miller"}


def test_words_in_a_message_are_hidden_wherever_they_stand() -> None:
    plain = plain_message(_message(), StandIns(key=b"k"))
    assert "miller" not in str(plain)
    assert plain["tool_call"]["function_calls"][0]["name"] == "look_up"


def test_a_message_that_never_ends_is_cut_off() -> None:
    deep: Any = {"a": None}
    deep["a"] = deep
    assert "(deeper)" in str(plain_message({"server_content": deep}))
