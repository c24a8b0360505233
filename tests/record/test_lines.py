"""The form of a record: every event and command can be written, and read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conversation_steps import cut_at_three_seconds
from hypothesis import given
from hypothesis import strategies as st
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.record.lanes import timeline_of
from gemini_live_interrupt.record.lines import (
    COMMANDS,
    EVENTS,
    Header,
    NotARecord,
    header_line,
    other_line,
    read_texts,
    record_line,
)
from gemini_live_interrupt.record.plain import NAMES, SENTENCES

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
HEADER = Header(session="one", began=1_700_000_000.5, clock=12, options={"max_history": 4})


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("event", name) for name in EVENTS), *(("command", name) for name in COMMANDS)],
)
def test_every_event_and_command_comes_back_as_it_was(kind: str, name: str) -> None:
    found = (EVENTS if kind == "event" else COMMANDS)[name]

    @given(st.builds(found, **_plain_fields(found)))
    def check(record: Any) -> None:
        line = record_line(kind, record, 1.5)
        again = read_texts([header_line(HEADER), line]).lines[0]
        assert (again.kind, again.t, again.number) == (kind, 1.5, 2)
        assert again.record == record

    check()


def _plain_fields(kind: type[Any]) -> dict[str, Any]:
    """Sound of silence."""
    fields: dict[str, Any] = {}
    for name in kind.__annotations__:
        if name == "pcm":
            fields[name] = st.integers(0, 500).map(lambda size: bytes(2 * size))
        elif name in ("levels", "crossings"):
            fields[name] = st.none()  # A shell never gives any: the recorder asks the ear.
    return fields


def test_a_state_that_was_taken_over_comes_back() -> None:
    state = Carried(
        history=(("user", "Hello."), ("model", "Hi.")),
        cut=cut_at_three_seconds().last,
        calls=(e.ToolCall(id="a", name="f"),),
        pace=0.07,
    )
    [line] = read_texts([header_line(HEADER), record_line("resume", state, 0.0)]).lines
    assert line.record == state


def test_a_header_comes_back() -> None:
    assert read_texts([header_line(HEADER)]).header == HEADER


def test_fields_of_a_later_version_are_left_out() -> None:
    texts = [
        json.dumps({**json.loads(header_line(HEADER)), "mood": "calm"}),
        '{"t":1.0,"event":"Played","ms":20.0,"device":"headset"}',
        '{"t":2.0,"weather":"rain"}',
    ]
    record = read_texts(texts)
    assert record.lines[0].record == e.Played(ms=20.0)
    assert (record.lines[1].kind, record.lines[1].body) == ("", {"weather": "rain"})


@pytest.mark.parametrize("cut", ['{"t":1.5,"event":"Tur', "", "null", "[1]", '{"event":"Tick"}'])
def test_a_line_that_is_none_is_left_out(cut: str) -> None:
    texts = [
        header_line(HEADER),
        other_line("noticed", "a cat", 1.0),
        cut,
        '{"t":2,"event":"Tick"}',
    ]
    assert [line.number for line in read_texts(texts).lines] == [2, 4]


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ("", "no header"),
        ("{}", "no header"),
        ("not JSON", "no header"),
        (json.dumps({"format": "gemini-live-interrupt session", "version": 99}), "version is 99"),
        (
            json.dumps({"format": "gemini-live-interrupt session", "version": 1}),
            "session is missing",
        ),
        (json.dumps({**json.loads(header_line(HEADER)), "clock": "noon"}), "clock"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(first: str, why: str) -> None:
    with pytest.raises(NotARecord, match=why):
        read_texts([first])


@pytest.mark.parametrize(
    "body",
    [
        '"event":"Played","ms":"a lot"',
        '"event":"ModelAudio","pcm":-5',
        '"event":"ModelAudio","pcm":1e12',
        '"event":"ModelAudio","pcm":99999999999',
        '"event":"ModelAudio","pcm":10,"levels":"!!"',
        '"event":"UserAudio","pcm":99999999999,"peaks":[1]',
        '"event":"ToolCalled","calls":7',
        '"event":"ModelText"',
        '"command":"SendNote","id":1,"text":"x"',
    ],
)
def test_a_line_with_odd_values_is_refused_when_it_is_used(body: str) -> None:
    [line] = read_texts([header_line(HEADER), '{"t":1.0,' + body + "}"]).lines
    with pytest.raises(NotARecord, match="line 2"):
        _ = line.record


@pytest.mark.parametrize(
    "line",
    [
        f'{{"t":1{"0" * 400},"event":"Tick"}}',
        '{"t":NaN,"event":"Tick"}',
        '{"t":1e30,"event":"Tick"}',
        '{"t":1.0,"event":["Tick"]}',
        '{"t":1.0,"command":{}}',
        '{"t":1.0,"command":"SendNote","id":[1],"text":"x"}',
    ],
)
def test_a_damaged_line_is_left_out(line: str) -> None:
    assert read_texts([header_line(HEADER), line]).lines == ()


@pytest.mark.parametrize(
    "cut", ['"x"', "7", '{"time":"soon"}', '{"time":1' + "0" * 400 + "}", '{"heard_ms":[1]}']
)
def test_a_damaged_interruption_costs_its_place_in_the_lanes_only(cut: str) -> None:
    texts = texts_of(recorded_talk().model_says("One two.", 500).wait(1.0))
    spans = timeline_of(read_texts(texts)).spans
    damaged = f'{{"t":0.0,"command":"Notify","interruption":{cut}}}'
    assert timeline_of(read_texts([*texts, damaged])).spans == spans


def test_each_text_field_of_the_core_was_looked_at() -> None:
    """A new text field is hidden as somebody's words unless it is named in `plain.py`; this list
    is for whoever adds one: words, or a name, or a sentence?"""
    words = {"text", "arguments", "heard", "unheard", "continuation", "user_text", "note", "reply"}
    found = {
        name
        for kind in (*EVENTS.values(), *COMMANDS.values(), e.Interruption, e.Notice, e.ToolCall)
        for name, hint in kind.__annotations__.items()
        if hint in ("str", "tuple[str, ...]")
    }
    assert found <= words | NAMES | SENTENCES
