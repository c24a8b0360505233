"""`replay` on the command line: the record again, with other settings, against another run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conversation_steps import QUESTION, STORY
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.commands import cli


def _session(folder: Path, *, words: bool = True) -> Path:
    """A call with a question in the middle of a story."""
    talk = recorded_talk(words=words, header={"versions": {}})
    talk.model_says(STORY, 9_300, parts=8).plays_for(3.0).microphone(0.4, loud=True).interrupted()
    talk.microphone(1.0, loud=True).microphone(1.0, loud=False).user_says(QUESTION).wait(1.2)
    talk.model_says("It was called Tom.", 1_200).generated().turn_complete().wait(5.0)
    folder.mkdir()
    (folder / "session.jsonl").write_text("\n".join(texts_of(talk)) + "\n")
    return folder


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return _session(tmp_path / "call")


def _out(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = cli.main(["replay", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_it_says_what_was_heard_and_told(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _out(capsys, session)
    assert code == 0
    assert "build a note for interruption 1, 3.40 of 9.30 s heard" in out
    assert "send (silent) “Continuation text: " in out


def test_against_its_own_record_it_is_the_same_byte_for_byte(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _out(capsys, session, "--against")[:2] == (0, "The same 4 commands, byte for byte.\n")


def test_a_sessions_folder_can_be_named_to_compare_with(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _out(capsys, session, "--against", session)[0] == 0
    assert _out(capsys, session, "--against", session / "session.jsonl")[0] == 0
    code, _, said = _out(capsys, session, "--against", tmp_path / "none")
    assert code == 2 and "No such file" in said


def test_with_other_settings_it_shows_what_would_be_different(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = _out(capsys, session, "--set", "delivery=answering", "--against")
    assert code == 1
    assert [line[0] for line in out.splitlines() if "send (" in line] == ["-", "+"]
    assert "send (answering)" in out
    later = _out(capsys, session, "--set", "output_latency_ms=800")[1]
    assert "2.60 of 9.30 s heard" in later
    assert "send" not in _out(capsys, session, "--set", "notes=false")[1]


def test_as_another_model_it_waits_for_words_that_come_in_pieces(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answering = (session, "--set", "delivery=answering")
    assert "5.40 s  send (answering)" in _out(capsys, *answering)[1]
    other = _out(capsys, *answering, "--model", "gemini-2.5-flash-native-audio")[1]
    assert "5.65 s  send (answering)" in other


def test_runs_of_two_versions_can_be_compared(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.jsonl"
    lines = _out(capsys, session, "--json")[1]
    other.write_text(lines)
    assert _out(capsys, session, "--against", other)[0] == 0
    changed = json.loads(lines.splitlines()[0])
    changed["interruption"]["heard_ms"] = 100.0
    other.write_text("\n".join([json.dumps(changed), *lines.splitlines()[1:]]))
    code, out, _ = _out(capsys, session, "--against", other)
    assert code == 1 and "0.10 of 9.30 s heard" in out


def test_another_versions_record_is_run_as_it_would_be(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = session / "session.jsonl"
    first, *rest = file.read_text().splitlines()
    header = {**json.loads(first), "versions": {"gemini-live-interrupt": "0.0.1"}}
    file.write_text("\n".join([json.dumps(header), *rest]))
    code, out, _ = _out(capsys, session, "--against")
    assert code == 0 and out.startswith("The same 4 commands")


def test_without_words_it_says_so_and_compares_what_it_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = _session(tmp_path / "hidden", words=False)
    code, out, _ = _out(capsys, session, "--against")
    assert code == 0 and "nonsense of the same length" in out
    assert _out(capsys, session, "--set", "output_latency_ms=800", "--against")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "loudness=11"], "there is no option loudness"),
        (["--set", "delivery"], "--set takes NAME=VALUE"),
        (["--set", "delivery=shouted"], 'delivery must be "auto"'),
        (["--set", "max_history=-1"], "max_history must be 0"),
        (["--against", "nowhere.jsonl"], "nowhere.jsonl: No such file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    session: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = _out(capsys, session, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("gemini-live-interrupt replay: ") and says in err


def test_what_is_compared_with_must_be_a_run(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Hello.")
    code, _, err = _out(capsys, session, "--against", tmp_path / "notes.txt")
    assert code == 2 and "holds no commands" in err
