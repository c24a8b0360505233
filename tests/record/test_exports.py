"""A call in other programs' formats, read back as those programs read them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conversation_steps import STORY
from recorded_talk import record_of, recorded_talk, texts_of

from gemini_live_interrupt.commands import cli
from gemini_live_interrupt.record.exports import FORMATS
from gemini_live_interrupt.record.lanes import LANES, timeline_of


def a_talk(text: str = STORY) -> Any:
    talk = recorded_talk().model_says(text, 9_300).plays_for(2.75).user_starts().interrupted()
    talk.wait(1.0).user_stops().user_says("What was the cat called?").wait(0.5)
    return talk.model_says("The cat was called Tom.", 1_500).wait(1.0).interrupted().wait(6.0)


def export(name: str, text: str = STORY) -> dict[str, str]:
    record = record_of(a_talk(text))
    return FORMATS[name][0](timeline_of(record), record.header)


def test_audacity_has_a_label_track_for_each_lane() -> None:
    files = export("audacity")
    assert [re.sub(r"^\d-|\.txt$", "", name) for name in files] == list(LANES)
    for text in files.values():
        for line in text.splitlines():
            start, end, label = line.split("\t")
            assert 0.0 <= float(start) <= float(end)
            assert label
    assert "Once upon a time" in files["3-heard.txt"]
    assert "Once upon a time" not in files["4-unheard.txt"]


def test_a_label_stays_on_its_line_whatever_was_said() -> None:
    evil = "One.\tTwo\n9.0\t9.0\tforged \x1b[31m red. " + STORY
    for line in export("audacity", evil)["2-received.txt"].splitlines():
        assert line.count("\t") == 2
        assert "\x1b" not in line


def test_captions_hold_what_was_heard_and_escape_what_was_said() -> None:
    text = export("webvtt", "<b>Once</b> & again there was a miller. " + STORY)["call.vtt"]
    assert text.startswith("WEBVTT\n\n")
    cues = re.findall(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n<v (\w+)>(.*)\n", text)
    assert len(cues) == text.count("-->")
    assert all(start < end for start, end, _, _ in cues)
    assert ("Model", "&lt;b&gt;Once&lt;/b&gt; &amp; again there was a miller.") in [
        (who, said) for _, _, who, said in cues
    ]
    assert any(who == "User" and "cat called" in said for _, _, who, said in cues)


def test_perfetto_gets_one_track_a_lane_and_nothing_overlaps_in_it() -> None:
    trace = json.loads(export("perfetto")["trace.json"])["traceEvents"]
    tracks = {
        event["tid"]: event["args"]["name"] for event in trace if event["name"] == "thread_name"
    }
    assert list(tracks.values()) == list(LANES)
    for tid in tracks:
        spans = sorted(
            (event["ts"], event["dur"])
            for event in trace
            if event["ph"] == "X" and event["tid"] == tid
        )
        assert all(start + length <= after for (start, length), (after, _) in pairwise(spans))
        assert all(length > 0 for _, length in spans)


def test_spans_for_a_collector_are_one_trace_without_words() -> None:
    text = export("otel")["traces.json"]
    [resource] = json.loads(text)["resourceSpans"]
    spans = resource["scopeSpans"][0]["spans"]
    assert {span["name"] for span in spans} == {"call", "speak", "interruption"}
    assert len({span["traceId"] for span in spans}) == 1
    assert len({span["spanId"] for span in spans}) == len(spans)
    call = next(span for span in spans if span["name"] == "call")
    for span in spans:
        assert re.fullmatch(r"[0-9a-f]{16}", span["spanId"])
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
        if span is not call:
            assert span["parentSpanId"] == call["spanId"]
            assert int(span["startTimeUnixNano"]) >= int(call["startTimeUnixNano"])
    assert "miller" not in text and "cat" not in text.replace("location", "")


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_writes_what_it_names(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    (folder / "session.jsonl").write_text("\n".join(texts_of(a_talk())) + "\n")
    assert cli.main(["export", str(folder), "--to", name, "-o", str(tmp_path / "out")]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert written and all(path.is_file() for path in written)


def test_what_is_no_record_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "nothing", tmp_path / "else.jsonl"):
        (tmp_path / "else.jsonl").write_text("{}\n")
        for command in (["export", "--to", "webvtt"], ["timeline"]):
            assert cli.main([command[0], str(path), *command[1:]]) == 2
            assert str(path) in capsys.readouterr().err
