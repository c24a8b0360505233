"""The probe's command line: what is looked at before anybody is called, and what is kept."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gemini_live_interrupt.commands.cli import main
from gemini_live_interrupt.commands.probe.call import Line
from gemini_live_interrupt.commands.probe.command import local_server
from gemini_live_interrupt.commands.probe.conclusions import Answer, Collected, Findings, Run
from gemini_live_interrupt.commands.probe.frame import frame_of
from gemini_live_interrupt.commands.probe.questions import _taken
from gemini_live_interrupt.commands.probe.saving import Evidence, SavedProfile
from gemini_live_interrupt.commands.probe.showing import show
from gemini_live_interrupt.core.profile_text import FoundProfiles
from gemini_live_interrupt.core.profiles import RouteFound
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.frames import jpeg_comment
from gemini_live_interrupt.testing.server.wire import ClientMessage, Refusal

QUESTIONS = "gemini_live_interrupt.commands.probe.questions.ask_all"


@pytest.fixture
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_no_keys")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "gemini-3.8-live"], "GEMINI_API_KEY"),
        (["--model", "gemini-3.8-live", "--vertex"], "GOOGLE_CLOUD_PROJECT"),
        ([], "--model"),
        (["--local", "9.9"], "2.5-vertex"),
        (["--local", "3.8", "--trials", "0"], "--trials"),
        (["--local", "3.8", "--calls", "0"], "--calls"),
        (["--local", "3.8", "--routes", "silent,telepathy"], "'telepathy'"),
    ],
)
def test_what_is_missing_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_proxy_that_is_none_is_named_and_nobody_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "none")
    monkeypatch.setenv("HTTPS_PROXY", "socks9://nowhere")
    assert main(["probe", "--model", "gemini-3.8-live"]) == 2
    assert "socks9://nowhere" in capsys.readouterr().err
    assert main(["doctor", "--call"]) == 1
    told = capsys.readouterr().out
    assert "socks9://nowhere" in told and "HTTPS_PROXY" in told


@pytest.mark.parametrize(
    ("option", "path"),
    [
        ("--evidence", "no/such/folder/e.jsonl"),
        ("--save", "no/such/folder/p.toml"),
        ("--save", "."),
    ],
)
def test_outputs_are_looked_at_before_anybody_is_called(
    option: str,
    path: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def called(*_: Any, **__: Any) -> None:
        raise AssertionError("it called")

    monkeypatch.setattr(QUESTIONS, called)
    monkeypatch.chdir(tmp_path)
    assert main(["probe", "--local", "3.8", option, path]) == 2
    error = capsys.readouterr().err
    assert path in error and "cannot be written" in error
    assert list(tmp_path.glob("*.jsonl")) == []


def test_a_file_that_is_no_profile_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "pyproject.toml"
    other.write_text("[project]\nname = 'mine'\n")
    arguments = ["probe", "--local", "3.8", "--save", str(other)]
    assert main([*arguments, "--evidence", str(tmp_path / "e.jsonl")]) == 2
    assert "no profiles of models" in capsys.readouterr().err
    assert "mine" in other.read_text()


def test_a_service_that_cannot_be_called_is_an_error_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "x")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "https://127.0.0.1:9")
    evidence = tmp_path / "e.jsonl"
    assert main(["probe", "--model", "gemini-3.8-live", "--evidence", str(evidence)]) == 1
    error = capsys.readouterr().err
    assert "could not be called: The service cannot be reached" in error
    assert "Traceback" not in error
    assert not evidence.exists()


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["probe", "--help"])
    out = capsys.readouterr().out
    assert "GEMINI_API_KEY=" in out and out.isascii()


async def one_call(line: Line, speak: Any, collected: Collected, **more: Any) -> None:
    """Stands in for all the questions: two calls, of which each shows something."""
    for number in (7, 30):
        more["begins"]("route silent")
        async with line.call("setup"):
            pass
        collected.runs.append(Run(route="silent", went_on_with=number, replies=1))
        more["ends"]("route silent", "seen")


def test_the_whole_command_against_the_local_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QUESTIONS, one_call)
    monkeypatch.chdir(tmp_path)
    assert main(["probe", "--local", "3.8", "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert (answers["fits"], answers["local"]) == ("silent", "3.8")
    assert main(["probe", "--local", "3.8", "--save", "p.toml"]) == 0
    out = capsys.readouterr().out
    assert 'delivery="silent"' in out
    assert "What the local server does as a stand-in for gemini-3.8-live" in out
    assert "What gemini-3.8-live does" not in out
    assert all("setup" in path.read_text() for path in tmp_path.glob("probe-local-3.8-*.jsonl"))
    assert list(tmp_path.glob("probe-local-3.8-*.jsonl"))
    found = load_profiles("p.toml").profile_for("gemini-3.8-live")
    assert [(one.route, one.calls, one.used) for one in found.routes] == [("silent", 2, 1)]
    assert "of the local server, profile 3.8" in Path("p.toml").read_text()


def test_what_was_found_out_is_on_the_disk_before_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[int] = []
    monkeypatch.chdir(tmp_path)

    async def ask(line: Line, speak: Any, collected: Collected, **more: Any) -> None:
        for _ in range(2):
            async with line.call("one"):
                await asyncio.sleep(0.2)
                seen.append(len(Path("e.jsonl").read_text().splitlines()))
            collected.runs.append(Run(route="none", replies=1))
            more["ends"]("route none", "seen")
            seen.append(load_profiles("p.toml").profile_for("gemini-3.8-live").routes[0].calls)
        raise KeyboardInterrupt

    monkeypatch.setattr(QUESTIONS, ask)
    outputs = ["--evidence", "e.jsonl", "--save", "p.toml"]
    assert main(["probe", "--local", "3.8", *outputs]) == 130
    assert seen[1::2] == [1, 2]
    assert 0 < seen[0] < seen[2]


def test_calls_that_break_off_leave_what_was_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask(line: Line, speak: Any, collected: Collected, **more: Any) -> None:
        await one_call(line, speak, collected, **more)
        raise OSError("network is unreachable")

    monkeypatch.setattr(QUESTIONS, ask)
    monkeypatch.chdir(tmp_path)
    assert main(["probe", "--local", "3.8"]) == 1
    printed = capsys.readouterr()
    assert "cannot be reached" in printed.err and "│ silent" in printed.out


def test_what_a_service_says_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "closes with 1007: [bold]no[/bold] [link=x]y[/] \x1b]0;title\x07 \u202eabc"
    answer = Answer(id="x", question="Is it taken?", answer="no", evidence=evil)
    found = RouteFound(route="silent", calls=1)
    show(
        Findings(
            model="gem[red]ini\x1b[2J",
            answers=(answer,),
            routes=(found,),
            fits="silent",
            because="So it is.",
        )
    )
    out = " ".join(capsys.readouterr().out.split())
    assert "gem[red]ini\\x1b[2J" in out
    assert "[bold]no[/bold]" in out and "\x1b" not in out and "\u202e" not in out
    assert "\\x1b]0;title\\x07" in out.replace("│ ", "").replace(" ", "")


class ClosesWith(Fault):
    """A service that refuses with a reason that would take over the terminal."""

    name = "closes_with"
    reason = "[bold]no[/bold] [/] \x1b]0;title\x07\x1b[2J \u202e\x9b2J"

    def __init__(self, *, at_setup: bool) -> None:
        super().__init__()
        self.at_setup = at_setup

    def setting_up(self) -> None:
        if self.at_setup:
            raise Refusal(1007, self.reason)

    def received(self, message: ClientMessage) -> None:
        if message.kind == "clientContent":
            raise Refusal(1007, self.reason)


@pytest.mark.parametrize("at_setup", [True, False])
@pytest.mark.parametrize("as_json", [True, False])
def test_the_reason_of_a_close_is_shown_as_text(
    at_setup: bool,
    as_json: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def ask(line: Line, speak: Any, collected: Collected, **more: Any) -> None:
        more["ends"]("is it taken", await _taken(line, collected, "no role"))

    def server(profile: Any) -> Any:
        return local_server(profile, faults=[ClosesWith(at_setup=at_setup)])

    monkeypatch.setattr(QUESTIONS, ask)
    monkeypatch.setattr("gemini_live_interrupt.commands.probe.command.local_server", server)
    monkeypatch.chdir(tmp_path)
    code = main(["probe", "--local", "3.8", *(["--json"] if as_json else [])])
    assert code == (1 if at_setup else 0)
    printed = capsys.readouterr()
    for text in (printed.err, printed.out):
        assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert "[bold]no[/bold] [/] \\x1b]0;title\\x07" in printed.err
    if as_json and not at_setup:
        answers = json.loads(printed.out)["answers"]
        assert any(ClosesWith.reason in one["evidence"] for one in answers)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_will_do(encoding: str) -> None:
    code = (
        "from gemini_live_interrupt.commands.shown import take_any_text; take_any_text()\n"
        "from gemini_live_interrupt.commands.probe.showing import show\n"
        "from gemini_live_interrupt.commands.probe.conclusions import Answer, Findings\n"
        "answer = Answer(id='x', question='?', answer='no', evidence='नमस्ते → \\ud800')\n"
        "show(Findings(model='m', answers=(answer,), routes=(), fits=None, because='x'))\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert result.returncode == 0, result.stderr
    assert b"What m does" in result.stdout


def test_other_models_in_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    answers = tuple(
        Answer(id=id_, question="", answer="yes", evidence="")
        for id_ in ("whole_transcripts", "activity", "answering_text_cuts")
    )
    route = RouteFound(route="silent", calls=10, used=9)
    for model, vertex in (("gemini-3.8-live", False), ("gemini-3.8-live", True), ("other", False)):
        findings = Findings(model=model, answers=answers, routes=(route,), fits=None, because="")
        SavedProfile(path, "of a test").save(findings, vertex=vertex)
    found = FoundProfiles.from_text(path.read_text())
    assert [(one.name, one.profile.backend) for one in found.models] == [
        ("gemini-3.8-live", "developer"),
        ("gemini-3.8-live", "vertex"),
        ("other", "developer"),
    ]
    profile = found.profile_for("gemini-3.8-live")
    assert (profile.silent_reaches_audio_turn, profile.deliveries) == (True, ())


def test_evidence_is_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text('{"before": 1}\n')
    with Evidence(path):
        pass
    with Evidence(path) as evidence:
        evidence.keep({"text": "\ud800"})
    assert path.read_text().startswith('{"before": 1}\n{"text": ')


def test_a_frame_is_a_picture_that_holds_the_notes_text() -> None:
    note = '[App context.]\nContinuation text: "Über die Brücke …" ' + "word " * 60
    jpeg = frame_of(note)
    assert jpeg_comment(jpeg) == note
    picture = Image.open(io.BytesIO(jpeg))
    assert (picture.format, picture.size) == ("JPEG", (768, 768))
    dark = sum(picture.convert("L").histogram()[:128])
    assert 5_000 < dark < 100_000, "black letters on white"
