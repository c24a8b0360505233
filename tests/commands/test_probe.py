"""The probe against the local server: it finds what is true of each profile, whatever that is."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gemini_live_interrupt.commands.probe.breaking_in import note_tokens
from gemini_live_interrupt.commands.probe.call import Line
from gemini_live_interrupt.commands.probe.command import caller_voice, local_server
from gemini_live_interrupt.commands.probe.conclusions import (
    Collected,
    Findings,
    Run,
    _delays,
    conclude,
)
from gemini_live_interrupt.commands.probe.counting import first_number
from gemini_live_interrupt.commands.probe.questions import ask_all
from gemini_live_interrupt.testing import PROFILES, ServerProfile, Timings

PATIENT = Timings(reply_after=(1500.0, 1600.0), content_reply_after=(600.0, 700.0))
"""So that an answering note is before the reply also on a machine with other work to do."""
CLOSED = replace(PROFILES["3.1"], name="closed", client_content="initial_only")
"""gemini-3.1 as it was in spring 2026: no client content in mid-session."""
READS = replace(PROFILES["2.5"], reads_frames=True)
"""A model that obeys what it sees; nobody has shown that one does."""
CASES: dict[str, tuple[ServerProfile, tuple[str, ...]]] = {
    "3.8": (PROFILES["3.8"], ()),
    "2.5": (READS, ()),
    "2.5-vertex": (PROFILES["2.5-vertex"], ("late_content",)),
    "closed": (CLOSED, ()),
}


@dataclass
class Probed:
    """What the probe found, and the messages that it kept."""

    findings: Findings
    evidence: list[dict[str, Any]]

    def routes(self, name: str) -> dict[str, Any]:
        return {route.route: getattr(route, name) for route in self.findings.routes}


async def probed(profile: ServerProfile, faults: tuple[str, ...]) -> Probed:
    profile = replace(
        profile, timings=replace(PATIENT, end_of_speech=profile.timings.end_of_speech)
    )
    evidence: list[dict[str, Any]] = []
    collected = Collected()
    async with local_server(profile, faults=faults) as server:
        client = server.client(vertex=profile.backend == "vertex")
        line = Line(client, profile.model, evidence.append)
        await ask_all(line, caller_voice, collected, calls=1, trials=1, at_once=4)
    return Probed(conclude(profile.model, collected, note_tokens), evidence)


MOST_LAG = 0.5
"""Seconds for which the machine may let nobody run: the server and the callers share it, and the
questions are about fractions of a second."""


async def all_of_them() -> tuple[list[Probed], float]:
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
def found() -> dict[str, Probed]:
    """What the probe finds, where the machine keeps up."""
    for _ in range(2):
        probes, worst = asyncio.run(all_of_them())
        if worst <= MOST_LAG:
            return dict(zip(CASES, probes, strict=True))
    pytest.skip(f"this machine stalled for {worst:.1f} s: too busy to tell what the probe finds")


def yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


@pytest.mark.parametrize("name", ["3.8", "2.5", "2.5-vertex"])
def test_it_finds_what_is_true_of_the_profile(found: dict[str, Probed], name: str) -> None:
    profile, faults = CASES[name]
    answers = {answer.id: answer.answer for answer in found[name].findings.answers}
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
        "takes_role_system": yes(profile.system_role != "refused"),
        "takes_context_update": yes(profile.context_update),
    }
    assert answers["late_content"] in (("yes", "mixed") if "late_content" in faults else ("no",))


@pytest.mark.parametrize(
    ("name", "knew", "in_prompt"),
    [
        (
            "3.8",
            {"silent", "silent_and_repair", "answering"},
            {"silent", "silent_and_repair", "answering", "frame"},
        ),
        ("2.5", {"silent_and_repair", "answering", "frame"}, {"answering", "frame"}),
        (
            "2.5-vertex",
            {"silent_and_repair", "answering", "system"},
            {"answering", "system", "frame"},
        ),
    ],
)
def test_it_finds_which_routes_reach_the_model(
    found: dict[str, Probed], name: str, knew: set[str], in_prompt: set[str]
) -> None:
    routes = found[name].routes("used")
    assert {route for route, used in routes.items() if used} == knew
    counted = found[name].routes("in_prompt")
    assert {route for route, count in counted.items() if count} == in_prompt
    assert counted["none"] is None
    assert ("system" in routes) is (name == "2.5-vertex"), "asked on Vertex only"
    assert not any(found[name].routes("closes").values())


def test_it_says_which_delivery_fits(found: dict[str, Probed]) -> None:
    fits = {name: probe.findings.fits for name, probe in found.items()}
    assert fits == {"3.8": "silent", "2.5": "silent", "2.5-vertex": "silent", "closed": None}
    assert "the repair after it" in found["2.5"].findings.because


def test_a_model_that_takes_no_client_content_is_found_out(found: dict[str, Probed]) -> None:
    findings = found["closed"].findings
    assert (
        findings["silent_note_closes"].answer == findings["answering_note_closes"].answer == "yes"
    )
    assert "1007" in findings["silent_note_closes"].evidence


def test_the_evidence_is_complete_and_has_no_sound(found: dict[str, Probed]) -> None:
    evidence = found["3.8"].evidence
    text = "\n".join(json.dumps(one) for one in evidence)
    assert {one["direction"] for one in evidence} == {"sent", "received"}
    assert "interrupted" in text and "right, good." in text and " bytes" in text
    assert len(text) < 1_500_000


@pytest.mark.parametrize(("with_note", "delayed"), [(2.2, "no"), (2.9, "yes")])
def test_a_delay_is_told_from_what_varies_anyway(with_note: float, delayed: str) -> None:
    runs = {
        "none": [Run(route="none", delay=delay) for delay in (2.0, 2.1, 2.3)],
        "silent": [Run(route="silent", delay=delay) for delay in (with_note, with_note, 9.0)],
    }
    assert _delays(runs).answer == delayed  # type: ignore[arg-type]


def runs(route: Any, *used: int | None, closed: int = 0) -> list[Run]:
    made = [Run(route=route, went_on_with=number, replies=1) for number in used]
    return made + [Run(route=route, closed=1007) for _ in range(closed)]


@pytest.mark.parametrize(
    ("seen", "fits", "because"),
    [
        ([*runs("silent", 7, 7, 7, 7, 30)], "silent", "by the next spoken turn"),
        (
            [*runs("silent", None, 30), *runs("silent_and_repair", 7, 7), *runs("answering", 7)],
            "silent",
            "the repair",
        ),
        ([*runs("silent", None, 30), *runs("answering", 7, 7)], "answering", "was not used"),
        ([*runs("silent", 7, closed=1), *runs("answering", 7)], "answering", "closes"),
        (
            [*runs("silent", 7, 7, 7, 7, closed=1), *runs("answering", 7)],
            "silent",
            "nothing speaks",
        ),
        ([*runs("silent", closed=2), *runs("answering", closed=1)], None, "leave notes off"),
        ([*runs("none", 30)], "silent", "least harm"),
    ],
)
def test_what_fits_by_what_most_calls_show(seen: list[Run], fits: Any, because: str) -> None:
    findings = conclude("gemini-x", Collected(runs=seen))
    assert findings.fits == fits and because in findings.because


def test_a_note_is_in_the_prompt_if_it_stands_out_from_what_the_caller_said() -> None:
    seen = [Run(route="none", entered=tokens) for tokens in (40, 44, 60)]
    seen += [Run(route="silent", entered=tokens) for tokens in (45, 330, 340, None)]
    findings = conclude("gemini-x", Collected(runs=seen), lambda route: 300)
    assert [(route.route, route.in_prompt) for route in findings.routes] == [
        ("none", None),
        ("silent", 2),
    ]


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
