"""A record that ends anywhere, as that of a process that was killed: each command makes the best of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation_steps import QUESTION, STORY
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.commands import cli

COMMANDS: dict[str, list[str]] = {
    "explain": ["explain"],
    "replay": ["replay"],
    "replay --against": ["replay", "--against"],
    "timeline": ["timeline", "-o", "OUT"],
    "export to webvtt": ["export", "--to", "webvtt", "-o", "OUT"],
    "export to otel": ["export", "--to", "otel", "-o", "OUT"],
    "export to perfetto": ["export", "--to", "perfetto", "-o", "OUT"],
    "export to audacity": ["export", "--to", "audacity", "-o", "OUT"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lines", [1, 2, 3, 5, 9, 30, 60])
def test_a_record_may_end_anywhere(
    command: str, lines: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = recorded_talk().model_says(STORY, 9_300, parts=8).plays_for(3.0)
    talk.microphone(0.4, loud=True).interrupted().user_says(QUESTION).wait(1.2)
    (tmp_path / "call").mkdir()
    texts = texts_of(talk)[:lines]
    (tmp_path / "call" / "session.jsonl").write_text("\n".join(texts) + "\n")
    first, *others = COMMANDS[command]
    options = [str(tmp_path / "out") if one == "OUT" else one for one in others]
    assert cli.main([first, str(tmp_path / "call"), *options]) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("command", ["timeline", "export to audacity", "export to otel"])
def test_a_place_that_cannot_be_written_is_named_without_the_systems_number(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "session.jsonl").write_text("\n".join(texts_of(recorded_talk())) + "\n")
    (tmp_path / "a file").write_text("Hello.")
    (tmp_path / "a folder").mkdir()
    out = {"timeline": "a folder", "export to audacity": "a file"}.get(command, "a file/x.json")
    first, *others = COMMANDS[command]
    options = [str(tmp_path / out) if one == "OUT" else one for one in others]
    assert cli.main([first, str(tmp_path), *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"gemini-live-interrupt {first}: {tmp_path}/a f")
    assert "Errno" not in error and error.count("\n") == 1
