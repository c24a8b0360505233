"""The probe against the local server: it finds what is true of each profile, whatever that is."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gemini_live_interrupt.commands.cli import main
from gemini_live_interrupt.commands.probe.call import Line
from gemini_live_interrupt.commands.probe.command import caller_voice, local_server
from gemini_live_interrupt.commands.probe.conclusions import Answer, BreakIn, Findings, _delays
from gemini_live_interrupt.commands.probe.counting import first_number
from gemini_live_interrupt.commands.probe.questions import ask_all
from gemini_live_interrupt.testing import PROFILES, ServerProfile, Timings

PATIENT = Timings(reply_after=(1500.0, 1600.0), content_reply_after=(600.0, 700.0))
"""So that an answering note is before the reply also on a machine with other work to do."""
CLOSED = replace(PROFILES["3.1"], name="closed", client_content="initial_only")
"""gemini-3.1 as it was in spring 2026: no client content in mid-session."""
CASES: dict[str, tuple[ServerProfile, tuple[str, ...]]] = {
    "3.8": (PROFILES["3.8"], ()),
    "2.5": (PROFILES["2.5"], ()),
    "2.5-vertex": (PROFILES["2.5-vertex"], ("late_content",)),
    "closed": (CLOSED, ()),
}


async def probed(profile: ServerProfile, faults: tuple[str, ...]) -> tuple[Findings, Line]:
    profile = replace(
        profile, timings=replace(PATIENT, end_of_speech=profile.timings.end_of_speech)
    )
    async with local_server(profile, faults=faults) as server:
        line = Line(server.client(vertex=profile.backend == "vertex"), profile.model)
        return await ask_all(line, caller_voice, trials=1, at_once=5), line


MOST_LAG = 0.5
"""Seconds for which the machine may let nobody run: the server and the callers share it, and the
questions are about fractions of a second."""


async def all_of_them() -> tuple[list[tuple[Findings, Line]], float]:
    """All profiles at the same time, and how long the machine stalled: half a minute, most of it
    waiting."""
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while True:
            due = time.monotonic() + 0.05
            await asyncio.sleep(0.05)
            worst = max(worst, time.monotonic() - due)

    # Imports and the voice take seconds the first time: not in the middle of a call.
    async with local_server("3.8") as server, Line(server.client(), "gemini-3.8-live").call("warm"):
        pass
    watching = asyncio.create_task(watch())
    found = await asyncio.gather(*(probed(*case) for case in CASES.values()))
    watching.cancel()
    return found, worst


@pytest.fixture(scope="module")
def findings() -> dict[str, tuple[Findings, Line]]:
    """What the probe finds, where the machine keeps up."""
    for _ in range(2):
        found, worst = asyncio.run(all_of_them())
        if worst <= MOST_LAG:
            return dict(zip(CASES, found, strict=True))
    pytest.skip(f"this machine stalled for {worst:.1f} s: too busy to tell what the probe finds")


def yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


@pytest.mark.parametrize("name", ["3.8", "2.5", "2.5-vertex"])
def test_it_finds_what_is_true_of_the_profile(
    findings: dict[str, tuple[Findings, Line]], name: str
) -> None:
    profile, faults = CASES[name]
    found, _ = findings[name]
    answers = {answer.id: answer.answer for answer in found.answers}
    assert answers | {"late_content": "-"} == {
        "silent_note_used": yes(profile.silent_note_on_audio),
        "answering_note_used": "yes",
        "knows_by_itself": "no",
        "silent_note_closes": "no",
        "answering_note_closes": "no",
        "silent_note_cuts": "no",
        "answering_text_cuts": yes(profile.content_interrupts),
        "typed_text_cuts": "yes",
        "silent_note_delays": answers["silent_note_delays"],  # by the clock: see below
        "late_content": "-",
        "interrupted_after_complete": "no",
        "double_reply": answers["double_reply"],
        "whole_transcripts": yes(profile.input_transcript == "whole"),
        "words_before_reply": "yes",
        "activity": yes(profile.voice_activity),
        "takes_no_role": yes(not profile.role_required),
        "takes_role_system": yes(profile.system_role == "ignored"),
        "takes_context_update": yes(profile.context_update),
    }
    assert answers["late_content"] in (("yes", "mixed") if "late_content" in faults else ("no",))


def test_it_says_which_delivery_fits(findings: dict[str, tuple[Findings, Line]]) -> None:
    fits = {name: found.fits for name, (found, _) in findings.items()}
    assert fits == {"3.8": "silent", "2.5": "answering", "2.5-vertex": "answering", "closed": None}


def test_a_model_that_takes_no_client_content_is_found_out(
    findings: dict[str, tuple[Findings, Line]],
) -> None:
    found, _ = findings["closed"]
    assert found["silent_note_closes"].answer == found["answering_note_closes"].answer == "yes"
    assert "1007" in found["silent_note_closes"].evidence


def test_the_evidence_is_complete_and_has_no_sound(
    findings: dict[str, tuple[Findings, Line]],
) -> None:
    _, line = findings["3.8"]
    text = "\n".join(json.dumps(one) for one in line.evidence)
    assert {one["direction"] for one in line.evidence} == {"sent", "received"}
    assert "interrupted" in text and "good, continue." in text and " bytes" in text
    assert len(text) < 1_000_000


@pytest.mark.parametrize(("with_note", "delayed"), [(2.2, "no"), (2.9, "yes")])
def test_a_delay_is_told_from_what_varies_anyway(with_note: float, delayed: str) -> None:
    runs = {
        "none": [BreakIn(arm="none", delay=delay) for delay in (2.0, 2.1, 2.3)],
        "silent": [BreakIn(arm="silent", delay=delay) for delay in (with_note, with_note, 9.0)],
    }
    assert _delays(runs).answer == delayed


@pytest.mark.parametrize(
    ("said", "number"),
    [
        (" seven, eight, nine", 7),
        ("Seven eight", 7),
        ("Okay. Twenty-one, twenty-two", 21),
        ("twenty one, twenty two", 21),
        ("7, 8, 9", 7),
        ("sixty", 60),
        ("I do not know.", None),
        ("", None),
    ],
)
def test_the_number_that_a_reply_starts_with(said: str, number: int | None) -> None:
    assert first_number(said) == number


# --- the command line


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
    ],
)
def test_what_is_missing_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_service_that_cannot_be_called_is_an_error_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "x")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "https://127.0.0.1:9")
    evidence = tmp_path / "e.jsonl"
    assert main(["probe", "--model", "gemini-3.8-live", "--evidence", str(evidence)]) == 1
    assert "could not be called" in capsys.readouterr().err
    assert not evidence.exists()


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["probe", "--help"])
    assert "GEMINI_API_KEY=" in capsys.readouterr().out


def test_the_whole_command_against_the_local_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    async def one_answer(line: Line, speak: Any, **more: Any) -> Findings:
        async with line.call("setup"):
            asked.append(line.model)
        answer = Answer(id="x", question="Does it?", answer="yes", evidence="seen")
        return Findings(model=line.model, answers=(answer,), fits="silent", because="So it is.")

    monkeypatch.setattr("gemini_live_interrupt.commands.probe.questions.ask_all", one_answer)
    monkeypatch.chdir(tmp_path)
    assert main(["probe", "--local", "3.8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fits"] == "silent"
    assert main(["probe", "--local", "3.8"]) == 0
    assert 'delivery="silent"' in capsys.readouterr().out
    assert asked == ["gemini-3.8-live"] * 2
    assert list(tmp_path.glob("probe-gemini-3.8-live-*.jsonl"))
