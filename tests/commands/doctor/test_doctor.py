"""The doctor: what it sees in an environment, a process, a configuration and a call."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wrapt
from google.genai import types

from gemini_live_interrupt.commands import cli
from gemini_live_interrupt.commands.doctor import config, connection, installed, wrapped
from gemini_live_interrupt.commands.doctor.finding import Finding
from gemini_live_interrupt.testing import LiveServer

GOOD = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
    "session_resumption": {},
    "context_window_compression": {"sliding_window": {}},
}


def assert_bad(findings: list[Finding], *words: str) -> None:
    """One finding is bad, says these words, and what to do."""
    bad = [finding for finding in findings if finding.level == "bad"]
    assert any(all(word in f"{each.what} {each.do}" for word in words) for each in bad), findings
    assert all(each.do for each in bad)


# --- versions


def _versions(**others: str | None) -> Any:
    found = {"google-genai": "3.6.1", "wrapt": "2.0.0", "loguru": "0.7.3", "sentencex": "1.0.32"}
    return (found | {name.replace("_", "-"): value for name, value in others.items()}).get


def test_what_was_tried_is_good() -> None:
    assert {f.level for f in installed.look(_versions()) if "num2words" not in f.what} == {"good"}


@pytest.mark.parametrize("version", ["1.30.0", "1.67", "0.8.6"])
def test_an_old_sdk_is_bad(version: str) -> None:
    assert_bad(installed.look(_versions(google_genai=version)), "google-genai", version, "1.68")


def test_a_newer_sdk_is_noted_and_a_missing_package_is_bad() -> None:
    findings = installed.look(_versions(google_genai="4.0.0", loguru=None))
    assert any(f.level == "note" and "4.0.0" in f.what for f in findings)
    assert_bad(findings, "loguru", "pip install")


def test_an_old_pipecat_is_bad_and_none_is_nothing() -> None:
    assert_bad(installed.look(_versions(pipecat_ai="0.0.98")), "pipecat-ai")
    assert not any("pipecat" in f.what for f in installed.look(_versions()))


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(-2, "Name or service not known"),
        ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 9)"),
        OSError(101, "Network is unreachable"),
    ],
)
async def test_where_the_service_is_not_reached_it_does_not_say_why(error: OSError) -> None:
    def connect(**_: Any) -> Any:
        raise error

    live = SimpleNamespace(connect=connect)
    client = SimpleNamespace(aio=SimpleNamespace(live=live))
    [finding] = await connection.look(client, "gemini-3.8-live", GOOD)
    assert "the network" in finding.do and "the service says" not in finding.do


# --- wrappers


def _in_a_process(code: str) -> str:
    show = (
        "from gemini_live_interrupt.commands.doctor import wrapped\n"
        "for f in wrapped.look(): print(f.level, f.what)\n"
    )
    run = subprocess.run([sys.executable, "-c", code + show], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_nothing_is_wrapped_and_nothing_is_changed() -> None:
    out = _in_a_process("")
    assert "good Nothing is wrapped" in out


def test_our_own_wrappers_are_known() -> None:
    out = _in_a_process(
        "import gemini_live_interrupt as g, google.genai.live\ng.enable_interrupt_resume()\n"
    )
    assert "good This library is enabled" in out
    assert "note gemini_live_interrupt" not in out


def test_somebody_elses_wrapper_is_named_by_its_module() -> None:
    def theirs(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        return wrapped(*args, **kwargs)

    theirs.__module__ = "somebody.telemetry"

    def plain() -> None: ...

    wrapper = wrapt.FunctionWrapper(wrapt.FunctionWrapper(plain, theirs), theirs)
    assert list(wrapped.wrappers(wrapper)) == ["somebody.telemetry"] * 2
    assert list(wrapped.wrappers(plain)) == []


# --- a configuration


def test_a_good_configuration_has_nothing_to_say() -> None:
    assert {f.level for f in config.look(GOOD, "gemini-3.8-live")} == {"good"}


@pytest.mark.parametrize("missing", ["output_audio_transcription", "input_audio_transcription"])
@pytest.mark.parametrize("form", ["dict", "camel", "model"])
def test_a_missing_transcription_is_bad_in_every_form(missing: str, form: str) -> None:
    given: Any = {key: value for key, value in GOOD.items() if key != missing}
    if form == "model":
        given = types.LiveConnectConfig(**given)
    elif form == "camel":
        given = types.LiveConnectConfig(**given).model_dump(
            by_alias=True, exclude_none=True, mode="json"
        )
    assert_bad(config.look(given), missing, "{}")


def test_a_window_that_drops_notes_is_bad() -> None:
    small = GOOD | {"context_window_compression": {"sliding_window": {"target_tokens": 500}}}
    assert_bad(config.look(small), "500 tokens")
    half = GOOD | {"context_window_compression": {"trigger_tokens": 2_000, "sliding_window": {}}}
    assert_bad(config.look(half), "1000 tokens")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"response_modalities": ["TEXT"]}, "answers in text"),
        ({"session_resumption": None}, "No session resumption"),
        ({"context_window_compression": None}, "15 minutes"),
        (
            {"realtime_input_config": {"activity_handling": "NO_INTERRUPTION"}},
            "cuts no reply",
        ),
        (
            {"realtime_input_config": {"automatic_activity_detection": {"disabled": True}}},
            "activity_start",
        ),
    ],
)
def test_what_somebody_may_want_to_know_is_noted(more: dict[str, Any], says: str) -> None:
    noted = [f for f in config.look(GOOD | more) if f.level == "note"]
    assert any(says in f.what for f in noted), noted


def test_models_that_need_something_else_are_told_apart() -> None:
    assert any("not known" in f.what for f in config.look(GOOD, "somebody-else"))
    assert any("mostly does not use" in f.what for f in config.look(GOOD, "gemini-live-2.5-flash"))
    assert_bad(config.look(GOOD, "gemini-3.5-live-translate-preview"), "takes no notes")


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        ({"output_audio_transcripton": {}}, "output_audio_transcripton"),
        (GOOD | {"response_modalities": 5}, "response_modalities"),
        (GOOD | {"context_window_compression": {"trigger_tokens": "many"}}, "trigger"),
        (5, "int"),
        ([GOOD], "list"),
    ],
)
def test_what_google_genai_does_not_take_is_bad(odd: Any, says: str) -> None:
    assert_bad(config.look(odd, "gemini-3.8-live"), says)


# --- a call


async def test_a_session_that_opens_and_speaks_is_good() -> None:
    async with LiveServer("Hello there.") as server:
        [finding] = await connection.look(server.client(), "gemini-3.8-live", GOOD)
    assert (finding.level, "spoke 2 words" in finding.what) == ("good", True)


async def test_a_session_without_a_transcript_is_bad() -> None:
    silent = {"response_modalities": ["AUDIO"]}
    async with LiveServer("Hello there.") as server:
        findings = await connection.look(server.client(), "gemini-3.8-live", silent)
    assert_bad(findings, "no transcript")


async def test_a_refused_session_says_what_to_do() -> None:
    wrong = GOOD | {"response_modalities": ["TEXT"]}
    async with LiveServer("Hello there.") as server:
        findings = await connection.look(server.client(), "gemini-3.8-live", wrong)
    assert_bad(findings, "No session")


async def test_no_network_is_said_plainly() -> None:
    async with LiveServer("Hello.") as server:
        client = server.client()
    findings = await connection.look(client, "gemini-3.8-live", GOOD)
    assert_bad(findings, "was not reached", "the network")


# --- the command


def test_the_exit_code_says_whether_something_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(GOOD))
    assert cli.main(["doctor", "--config", str(path)]) == 0
    assert "ok    output_audio_transcription is on." in capsys.readouterr().out
    path.write_text("{}")
    assert cli.main(["doctor", "--config", str(path)]) == 1
    assert '-> Add "output_audio_transcription"' in capsys.readouterr().out


def test_a_configuration_can_be_a_name_or_a_function_of_an_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "an_app_of_somebody.py").write_text(
        f"CONFIG = {GOOD!r}\ndef make(): return {{}}\ndef fails(): raise RuntimeError('no')\n"
        f"async def waits(): return {GOOD!r}\ndef leaves(): raise SystemExit(0)\n"
    )
    monkeypatch.chdir(tmp_path)
    assert cli.main(["doctor", "--config", "an_app_of_somebody:CONFIG", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["Configuration"]
    assert cli.main(["doctor", "--config", "an_app_of_somebody:waits"]) == 0
    assert cli.main(["doctor", "--config", "an_app_of_somebody:make"]) == 1
    capsys.readouterr()
    for wrong in (
        "an_app_of_somebody:fails",
        "an_app_of_somebody:leaves",
        "an_app_of_somebody:NO",
        "nothing",
        "no:THING",
    ):
        assert cli.main(["doctor", "--config", wrong]) == 2
        assert wrong in capsys.readouterr().err


def test_without_a_key_a_call_says_which_variable_to_set() -> None:
    plain = {key: value for key, value in os.environ.items() if "API_KEY" not in key}
    code = "import sys; from gemini_live_interrupt.commands import cli; sys.exit(cli.main(['doctor', '--call']))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=plain)
    assert run.returncode == 1
    assert "export GEMINI_API_KEY" in run.stdout
    assert "Traceback" not in run.stderr


def test_a_name_cannot_write_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(GOOD | {"odd\x1b]0;title\x07": {}}))
    cli.main(["doctor", "--config", str(path), "--model", "a\x1b[31m"])
    cli.main(["doctor", "--config", "a\x1b[31m"])
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
