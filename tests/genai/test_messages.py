"""Messages of the service, and calls of the app, as events."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import types

from gemini_live_interrupt import attach_interrupt_resume
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joining import Waiting
from gemini_live_interrupt.genai import app_messages, messages
from gemini_live_interrupt.genai.draft import Asked, Drafted, Sent
from gemini_live_interrupt.heard.model_turn import WordTime

BRACKETS = (e.MessageBegins, e.MessageEnds)


def events_of(message: dict[str, Any]) -> list[e.Event]:
    return list(messages.from_server(types.LiveServerMessage.model_validate(message)))


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"server_content": {}},
        {"server_content": {"model_turn": {}}},
        {"server_content": {"model_turn": {"parts": []}}},
        {"server_content": {"model_turn": {"parts": [{}]}}},
        {"server_content": {"output_transcription": {}}},
        {"server_content": {"output_transcription": {"finished": True}}},
        {"server_content": {"input_transcription": {}}},
        {"server_content": {"interrupted": False, "turn_complete": False}},
        {
            "server_content": {
                "model_turn": {"parts": [{"inline_data": {"mime_type": "image/png", "data": b"x"}}]}
            }
        },
        {"server_content": {"grounding_metadata": {}, "url_context_metadata": {}}},
        {"tool_call": {}},
        {"tool_call_cancellation": {}},
        {"usage_metadata": {"total_token_count": 3}},
        {"session_resumption_update": {"new_handle": "x", "resumable": True}},
        {"go_away": {"time_left": "9s"}},
        {"voice_activity": {}},
    ],
)
def test_messages_that_say_nothing_to_us(message: dict[str, Any]) -> None:
    assert events_of(message) == []


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        (
            {"prompt_token_count": 1_197, "response_token_count": 37, "thoughts_token_count": 28},
            (1_197, 37, 28),
        ),
        ({"prompt_token_count": 187, "total_token_count": 187}, (187, None, None)),
    ],
)
def test_token_counts_come_before_the_end_of_their_turn(
    usage: dict[str, int], counts: tuple[int | None, ...]
) -> None:
    message = {"server_content": {"turn_complete": True}, "usage_metadata": usage}
    prompt, response, thoughts = counts
    found = [event for event in events_of(message) if not isinstance(event, BRACKETS)]
    assert found == [
        e.TokensCounted(prompt=prompt, response=response, thoughts=thoughts),
        e.TurnComplete(),
    ]


def test_counts_and_activity_are_those_of_the_moment_when_they_came() -> None:
    usage = SimpleNamespace(prompt_token_count=32, response_token_count=87)
    signal = SimpleNamespace(voice_activity_type="ACTIVITY_START")
    message = SimpleNamespace(usage_metadata=usage, voice_activity=signal)
    _, read, leaves, _ = messages.look_at(message)
    usage.prompt_token_count, signal.voice_activity_type = None, "ACTIVITY_END"
    waiting: Waiting = deque()
    read(leaves, 0.0, waiting)
    found = [event for _, event in waiting]
    assert e.TokensCounted(prompt=32, response=87) in found
    assert e.Activity(started=True) in found


@pytest.mark.parametrize(
    "found",
    [
        {"server_content": {"grounding_metadata": {"web_search_queries": ["rome"]}}},
        {"server_content": {"url_context_metadata": {"url_metadata": [{"retrieved_url": "x"}]}}},
        {"server_content": {"model_turn": {"parts": [{"executable_code": {"code": "1"}}]}}},
        {
            "server_content": {
                "model_turn": {"parts": [{"code_execution_result": {"outcome": "OUTCOME_OK"}}]}
            }
        },
        {"usage_metadata": {"prompt_token_count": 9, "tool_use_prompt_token_count": 400}},
    ],
)
def test_a_tool_of_the_services_own_lets_the_context_grow(found: dict[str, Any]) -> None:
    assert events_of(found)[0] == e.ContextGrew()


def test_half_cascade_on_vertex_counts_candidates() -> None:
    usage = SimpleNamespace(prompt_token_count=32, candidates_token_count=87)
    found = list(messages.from_server(SimpleNamespace(usage_metadata=usage)))
    assert e.TokensCounted(prompt=32, response=87) in found


@pytest.mark.parametrize(
    "nothing",
    [None, object(), SimpleNamespace(server_content=None), SimpleNamespace(voice_activity=3)],
)
def test_unknown_things_are_no_events(nothing: Any) -> None:
    assert list(messages.from_server(nothing)) == []


def test_a_message_with_interrupted_is_read_whole() -> None:
    found = events_of(
        {
            "server_content": {
                "turn_complete": True,
                "generation_complete": True,
                "interrupted": True,
                "output_transcription": {"text": " a "},
                "input_transcription": {"text": " b", "finished": True},
                "model_turn": {
                    "parts": [
                        {"inline_data": {"mime_type": "audio/pcm;rate=16000", "data": b"xx"}},
                        {"inline_data": {"mime_type": "audio/pcm", "data": b"yy"}},
                    ]
                },
            }
        }
    )
    assert found == [
        e.MessageBegins(),
        e.ModelText(text=" a "),
        e.ModelAudio(pcm=b"xx", sample_rate=16_000),
        e.ModelAudio(pcm=b"yy", sample_rate=24_000),
        e.GenerationComplete(),
        e.Interrupted(),
        e.UserWords(text=" b", finished=True),
        e.TurnComplete(),
        e.MessageEnds(),
    ]


def test_a_text_part_is_written() -> None:
    assert events_of({"server_content": {"model_turn": {"parts": [{"text": "Hi"}]}}}) == [
        e.ModelText(text="Hi", written=True)
    ]


def voice(kind: Any) -> SimpleNamespace:
    return SimpleNamespace(voice_activity=SimpleNamespace(voice_activity_type=kind))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ACTIVITY_START", [e.Activity(started=True)]),
        ("ACTIVITY_END", [e.Activity(started=False)]),
        (SimpleNamespace(value="ACTIVITY_START"), [e.Activity(started=True)]),
        ("TYPE_UNSPECIFIED", []),
        ("SOMETHING_NEW", []),
    ],
)
def test_voice_activity(kind: Any, expected: list[e.Event]) -> None:
    assert list(messages.from_server(voice(kind))) == expected


def test_voice_activity_detection_signals_of_the_allow_list() -> None:
    for kind, started in (("VAD_SIGNAL_TYPE_SOS", True), ("VAD_SIGNAL_TYPE_EOS", False)):
        signal = SimpleNamespace(vad_signal_type=kind)
        message = SimpleNamespace(voice_activity_detection_signal=signal)
        assert list(messages.from_server(message)) == [e.Activity(started=started)]


def test_interim_words_and_word_times_where_a_version_has_them() -> None:
    word = SimpleNamespace(word="Hello", start_offset="0.5s", end_offset="1s")
    content = SimpleNamespace(
        interim_input_transcription=SimpleNamespace(text="he"),
        output_transcription=SimpleNamespace(text="Hello", words=[word]),
    )
    assert list(messages.from_server(SimpleNamespace(server_content=content))) == [
        e.MessageBegins(),
        e.UserWords(text="he", interim=True),
        e.ModelText(text="Hello", words=(WordTime(text="Hello", start_ms=500.0, end_ms=1_000.0),)),
        e.MessageEnds(),
    ]


def test_word_times_that_are_not_whole_are_left_out() -> None:
    word = SimpleNamespace(word="Hello", start_offset=None, end_offset="x")
    content = SimpleNamespace(output_transcription=SimpleNamespace(text="Hello", words=[word]))
    assert list(messages.from_server(SimpleNamespace(server_content=content))) == [
        e.ModelText(text="Hello")
    ]


def test_tool_calls_with_and_without_an_id() -> None:
    calls = [{"id": "1", "name": "book", "args": {"seat": 4}}, {"name": "pay"}]
    [called] = events_of({"tool_call": {"function_calls": calls}})
    assert isinstance(called, e.ToolCalled)
    assert [(call.id, call.name, call.arguments) for call in called.calls] == [
        ("1", "book", '{"seat": 4}'),
        ("pay", "pay", "{}"),
    ]
    responses = [
        {"id": "1", "name": "book", "response": {}},
        types.FunctionResponse(name="pay", response={}),
    ]
    for all_of_them in (responses, tuple(responses), deque(responses)):
        read = list(app_messages.from_tool_response(all_of_them))
        assert read == [e.ToolAnswered(ids=("1", "pay"))]
    assert events_of({"tool_call_cancellation": {"ids": ["1"]}}) == [e.ToolCancelled(ids=("1",))]


AUDIO = e.UserAudio(pcm=b"xx", sample_rate=16_000)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"text": "Hi"}, [e.UserTyped(text="Hi")]),
        ({"audio": {"data": b"xx", "mime_type": "audio/pcm;rate=16000"}}, [AUDIO]),
        (
            {"audio": types.Blob(data=b"xx", mime_type="audio/pcm;rate=8000")},
            [e.UserAudio(pcm=b"xx", sample_rate=8_000)],
        ),
        ({"audio": {"data": b"xx"}}, [AUDIO]),
        ({"media": {"data": b"xx", "mime_type": "audio/pcm"}}, [AUDIO]),
        ({"media": {"data": b"xx", "mime_type": "image/jpeg"}}, [e.ContextGrew()]),
        ({"video": {"data": b"xx", "mime_type": "image/jpeg"}}, [e.ContextGrew()]),
        ({"media": {"data": b"xx", "mime_type": "application/pdf"}}, [e.ContextGrew()]),
        ({"media": SimpleNamespace(size=(4, 4), mode="RGB")}, [e.ContextGrew()]),
        ({"media": {"data": b"xx", "mime_type": "audio/opus"}}, []),
        ({"activity_start": {}}, [e.Activity(started=True, by_app=True)]),
        ({"activity_end": types.ActivityEnd()}, [e.Activity(started=False, by_app=True)]),
        ({"audio_stream_end": True}, []),
        ({}, []),
    ],
)
def test_realtime_input(arguments: dict[str, Any], expected: list[e.Event]) -> None:
    assert list(app_messages.from_realtime_input(arguments)) == expected


USER: dict[str, Any] = {"role": "user", "parts": [{"text": "Hi"}, {"text": " you"}]}
SAID = [e.UserTyped(text="Hi you")]
GREW, APP = e.ContextGrew(), e.AppInterrupts()


@pytest.mark.parametrize(
    ("turns", "complete", "expected"),
    [
        (USER, True, SAID),
        ([{"role": "model", "parts": [{"text": "x"}]}, USER], True, [GREW, *SAID]),
        (types.Content(role="user", parts=[types.Part(text="Hi you")]), True, SAID),
        ({"parts": [{"text": "Hi you"}]}, True, SAID),
        ("Hi you", True, SAID),
        (USER, False, [Drafted("Hi you"), GREW, APP]),
        ([USER, {"role": "model", "parts": [{"text": "x"}]}], False, [GREW, APP]),
        ([USER, {"role": "model", "parts": [{"text": "x"}]}], True, [GREW, APP]),
        ({"role": "model", "parts": [{"text": "x"}]}, True, [GREW, APP]),
        (None, True, [Asked()]),
        (None, False, [APP]),
        ([], True, [Asked()]),
        ({"role": "", "parts": [{"text": "Hi you"}]}, True, SAID),
        ({"role": "USER", "parts": [{"text": "Hi you"}]}, True, SAID),
        (types.Content(role="", parts=[types.Part(text="Hi you")]), True, SAID),
        (deque([USER]), True, SAID),
        ({"role": "user", "parts": deque(USER["parts"])}, True, SAID),
        (
            {"role": "user", "parts": [{"inline_data": {"data": b"x", "mime_type": "image/png"}}]},
            True,
            [GREW, APP],
        ),
    ],
)
def test_client_content(turns: Any, complete: bool, expected: list[Sent]) -> None:
    assert list(app_messages.from_client_content(turns, complete)) == expected


@pytest.mark.parametrize(
    ("sent", "end", "expected"),
    [
        ("Hi you", True, SAID),
        ("Hi you", False, [Drafted("Hi you"), GREW, APP]),
        (USER, True, SAID),
        ([USER], True, SAID),
        (
            types.LiveClientContent(
                turns=[types.Content(role="user", parts=[types.Part(text="Hi you")])],
                turn_complete=True,
            ),
            None,
            SAID,
        ),
        ({"turns": [USER], "turn_complete": True}, False, SAID),
        ({"data": b"xx", "mime_type": "audio/pcm"}, False, [AUDIO]),
        (
            types.LiveClientRealtimeInput(
                media_chunks=[types.Blob(data=b"xx", mime_type="audio/pcm")]
            ),
            False,
            [AUDIO],
        ),
        (
            types.FunctionResponse(id="1", name="f", response={"a": 1}),
            False,
            [e.ToolAnswered(ids=("1",))],
        ),
        ([{"id": "1", "name": "f", "response": {"a": 1}}], False, [e.ToolAnswered(ids=("1",))]),
        (
            types.LiveClientToolResponse(
                function_responses=[types.FunctionResponse(id="1", name="f", response={"a": 1})]
            ),
            False,
            [e.ToolAnswered(ids=("1",))],
        ),
        (types.LiveClientContent(turn_complete=True), False, [Asked()]),
        (deque([USER]), True, SAID),
        (None, True, [Asked()]),
        (7, True, []),
        (["Hi", " you"], True, SAID),
        ([{"data": b"xx", "mime_type": "image/png"}] * 2, False, [GREW, GREW]),
    ],
)
def test_the_older_send(sent: Any, end: bool, expected: list[Sent]) -> None:
    assert list(app_messages.from_send(sent, bool(end))) == expected


@pytest.mark.parametrize(
    ("response", "at_once"),
    [
        ({"id": "1", "response": {}, "scheduling": "INTERRUPT"}, True),
        ({"id": "1", "response": {"result": "ok", "scheduling": "INTERRUPT"}}, True),
        (types.FunctionResponse(id="1", response={}, scheduling="INTERRUPT"), True),
        ({"id": "1", "response": {}, "scheduling": "WHEN_IDLE"}, False),
        ({"id": "1", "response": {}}, False),
    ],
)
def test_a_result_that_is_told_at_once_interrupts(response: Any, at_once: bool) -> None:
    expected = [e.ToolAnswered(ids=("1",)), *([e.AppInterrupts()] if at_once else [])]
    assert list(app_messages.from_tool_response(response)) == expected


async def test_a_new_instruction_in_mid_session_lets_the_context_grow() -> None:
    class Session:
        async def _receive(self) -> None: ...

        async def send_client_content(self) -> None: ...

        async def send_context_update(self, *, system_instruction: Any = None) -> None: ...

    session = Session()
    followed = attach_interrupt_resume(session)._followed
    taken: list[Any] = []
    followed.take = taken.append  # type: ignore[method-assign]
    await session.send_context_update(system_instruction="Be brief.")
    assert taken == [(GREW, APP)]


def test_a_thought_shows_that_the_model_is_at_work_and_nothing_else() -> None:
    message = {"server_content": {"model_turn": {"parts": [{"text": "Hm.", "thought": True}]}}}
    assert events_of(message) == [e.ModelText(text="", written=True)]
