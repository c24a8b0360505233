"""`explain` on the command line: what it prints, and what it says where there is nothing to explain."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from conversation_steps import QUESTION, STORY
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.commands import cli


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """The folder of a call in which nobody had spoken, with words that a terminal would obey."""
    talk = recorded_talk().app_played(0.0).microphone(0.5, loud=False)
    talk.model_says(f"\x1b[31mRed.\x07 {STORY}", 9_300, parts=8).microphone(1.0, loud=False)
    talk.app_played(900.0).interrupted().turn_complete().microphone(5.0, loud=False)
    talk.model_says("It is the story of a miller.", 2_000).generated().app_played(2_000.0)
    return _written(tmp_path / "2026-01-01T00-00-00Z-a-talk", texts_of(talk))


def _written(folder: Path, texts: list[str]) -> Path:
    folder.mkdir()
    (folder / "session.jsonl").write_text("\n".join(texts) + "\n")
    return folder


def _out(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = cli.main(["explain", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_first_cause_stands_first_with_its_lines_and_what_to_do(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _out(capsys, session)
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    assert (
        "What probably went wrong, the likeliest first 1. phantom: At 0:01.5 the service sent"
        in flat
    )
    number = json.loads(_out(capsys, session, "--json")[1])["causes"][0]["lines"][0]
    assert f"[line {number}]" in flat and "What to do:" in flat
    line = (session / "session.jsonl").read_text().splitlines()[number - 1]
    assert json.loads(line)["event"] == "Interrupted"
    assert "1. At 0:01.5 the service sent `interrupted`" in flat
    assert "0.9 s had been heard, as the app reported" in flat
    assert "The model was told at 0:01.5, 0 ms after the cut, by a silent message" in flat
    assert "The model was asked to go on at 0:05.5, 4.0 s after the cut" in flat


def test_the_file_itself_will_do_and_causes_alone_are_shorter(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = _out(capsys, session / "session.jsonl")[1]
    causes = _out(capsys, session / "session.jsonl", "--causes")[1]
    assert causes.startswith("What probably went wrong")
    assert "Interruptions" in whole and "Interruptions" not in causes


def test_what_was_said_cannot_command_a_terminal(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([], ["--json"]):
        out = _out(capsys, session, *arguments)[1]
        assert "\x1b" not in out and "\x07" not in out
    assert r"\x1b[31mRed.\x07" in _out(capsys, session)[1]


def test_a_terminal_without_its_letters_gets_others(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    assert cli.main(["explain", str(session)]) == 0
    stream.flush()
    assert b"What probably went wrong" in stream.buffer.getvalue()  # type: ignore[attr-defined]


def test_a_call_in_which_nothing_went_wrong_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = recorded_talk().app_played(0.0).model_says("Hello there.", 1_000).generated()
    folder = _written(tmp_path / "one", texts_of(talk.app_played(1_000.0).turn_complete()))
    code, out, _ = _out(capsys, folder)
    assert code == 0 and "Nothing went wrong that this record shows." in out
    assert "nobody took the floor" in " ".join(out.split())


def test_words_that_were_not_recorded_are_said_to_be_nonsense(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = recorded_talk(words=False).model_says(STORY, 9_300).plays_for(3.0).interrupted()
    folder = _written(tmp_path / "one", texts_of(talk.user_says(QUESTION)))
    out = _out(capsys, folder)[1]
    assert "nonsense of the same length stands for them" in " ".join(out.split())
    assert "miller" not in out


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "no session's folder"),
        (lambda path: path.write_text("{}"), "no record of a session"),
        (lambda path: path.write_bytes(b"\x00\xff\x1b[31m"), "no record of a session"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Any, says: str
) -> None:
    make(tmp_path / "call")
    code, out, err = _out(capsys, tmp_path / "call")
    assert (code, out) == (2, "")
    assert err.startswith("gemini-live-interrupt explain: ") and says in err
    assert err.count("\n") == 1


def test_a_call_in_which_nothing_was_said_is_told_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = _written(tmp_path / "call", texts_of(recorded_talk()))
    code, out, _ = _out(capsys, call)
    assert code == 0
    assert "the model did not speak, and nobody took the floor." in " ".join(out.split())


def test_a_record_that_was_cut_off_is_explained_as_far_as_it_goes(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = session / "session.jsonl"
    file.write_bytes(file.read_bytes()[:-200])
    code, out, _ = _out(capsys, session)
    assert code == 0 and "The record has no end" in " ".join(out.split())
