"""`gemini-live-interrupt probe`: asks the real service what its documents leave open.

Knows the command line: which client to make, where to keep the raw evidence, and how to show the
answers. The questions are in `questions`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gemini_live_interrupt.commands.probe.conclusions import Findings

DESCRIPTION = """\
Calls a Gemini Live model a dozen times with a synthetic caller and finds out what its documents leave open:
is a silent note used by the next spoken turn, does it cut or delay a reply, what closes the connection, and
so which delivery fits. Needs a key and costs a few cents of audio; takes about 15 s for each call."""

EXAMPLES = """\
examples:
  GEMINI_API_KEY=... gemini-live-interrupt probe --model gemini-3.8-live
  GOOGLE_CLOUD_PROJECT=... GOOGLE_CLOUD_LOCATION=us-central1 gemini-live-interrupt probe --vertex \\
      --model gemini-live-2.5-flash-native-audio
  gemini-live-interrupt probe --model gemini-3.8-live --trials 5 --json > answers.json
  gemini-live-interrupt probe --local 2.5        # how it looks, against the local server; no key"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommand's arguments."""
    parser.add_argument("--model", help="the model's name, such as gemini-3.8-live")
    parser.add_argument(
        "--vertex",
        action="store_true",
        help="call Vertex AI: GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION and credentials are needed",
    )
    parser.add_argument("--trials", type=int, default=2, help="how often each thing is tried (2)")
    parser.add_argument("--parallel", type=int, default=1, help="calls at the same time (1)")
    parser.add_argument(
        "--evidence", type=Path, help="where to write the raw evidence (JSON lines)"
    )
    parser.add_argument("--json", action="store_true", help="print the answers as JSON")
    parser.add_argument(
        "--local",
        metavar="PROFILE",
        help="ask the local server instead: 3.8, 3.1, 2.5, 2.5-vertex, …",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand.

    Returns:
        0 if the questions were asked; 1 if the service could not be called; 2 if something is
        missing.
    """
    from gemini_live_interrupt.commands.cli import MissingExtra

    if arguments.trials < 1 or arguments.parallel < 1:
        return _fail("--trials and --parallel must be 1 or more", 2)
    if not arguments.local and not arguments.model:
        return _fail("say which model: --model gemini-3.8-live", 2)
    try:
        if not arguments.local:
            client = _client(arguments.vertex)
            if isinstance(client, str):
                return _fail(client, 2)
            return asyncio.run(_probe(arguments, client, arguments.model))
        return asyncio.run(_probe_local(arguments))
    except ModuleNotFoundError as error:
        raise MissingExtra("testing", error) from error


def _client(vertex: bool) -> Any:
    """A client, or what is missing for one."""
    from google import genai

    if vertex:
        project = os.environ.get("GOOGLE_CLOUD_PROJECT")
        if not project and not os.environ.get("GOOGLE_API_KEY"):
            return (
                "Vertex AI needs GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION, and credentials "
                "(`gcloud auth application-default login`), or GOOGLE_API_KEY of express mode"
            )
        try:
            if not project:
                return genai.Client(vertexai=True, api_key=os.environ["GOOGLE_API_KEY"])
            location = os.environ.get("GOOGLE_CLOUD_LOCATION", "us-central1")
            return genai.Client(vertexai=True, project=project, location=location)
        except Exception as error:
            return f"no client for Vertex AI: {error}"
    key = os.environ.get("GEMINI_API_KEY") or os.environ.get("GOOGLE_API_KEY")
    if not key:
        return (
            "no key: set GEMINI_API_KEY (https://aistudio.google.com/apikey), or use --vertex, "
            "or try --local 3.8"
        )
    return genai.Client(api_key=key, vertexai=False)


async def _probe_local(arguments: argparse.Namespace) -> int:
    from gemini_live_interrupt.testing import PROFILES

    if arguments.local not in PROFILES:
        return _fail(f"no local profile {arguments.local!r}; there are {', '.join(PROFILES)}", 2)
    profile = PROFILES[arguments.local]
    async with local_server(profile) as server:
        client = server.client(vertex=profile.backend == "vertex")
        return await _probe(arguments, client, profile.model)


def local_server(profile: Any, **more: Any) -> Any:
    """A local Live server that counts, for trying the probe out.

    Args:
        profile: a `ServerProfile`, or the name of one.
        **more: further arguments of `LiveServer`.
    """
    from gemini_live_interrupt.commands.probe.counting import NUMBERS
    from gemini_live_interrupt.commands.probe.questions import GO_ON, OTHER
    from gemini_live_interrupt.testing import LiveServer, Reply

    script = [
        Reply(", ".join(NUMBERS[:60]) + ".", to="to sixty"),
        Reply(", ".join(NUMBERS[:10]) + ".", to="to ten"),
        Reply("Four.", to="two plus two", then="stop"),
    ]
    lines = [caller_voice(GO_ON), caller_voice(OTHER)]
    return LiveServer(script, profile=profile, speech=lines, recogniser=None, **more)


def caller_voice(text: str) -> Any:
    """What the caller says, at 16 kHz."""
    from gemini_live_interrupt.testing import speak

    return speak(text, voice="en-us+m3", sample_rate=16_000)


async def _probe(arguments: argparse.Namespace, client: Any, model: str) -> int:
    from gemini_live_interrupt.commands.probe.call import Line
    from gemini_live_interrupt.commands.probe.questions import ask_all

    line = Line(client, model)
    say = partial(print, file=sys.stderr, flush=True)
    path = arguments.evidence or Path(f"probe-{model.rpartition('/')[2]}-{int(time.time())}.jsonl")
    try:
        findings = await ask_all(
            line,
            caller_voice,
            trials=arguments.trials,
            at_once=arguments.parallel,
            progress=lambda about: say(f"asking: {about}"),
        )
    except ModuleNotFoundError:
        raise
    except Exception as error:
        return _fail(f"{model} could not be called: {type(error).__name__}: {error}", 1)
    finally:
        write_evidence(line.evidence, path)
    if arguments.json:
        print(json.dumps(asdict(findings), indent=1, ensure_ascii=False))
    else:
        _show(findings)
    say(f"Raw evidence: {path}")
    return 0


def write_evidence(evidence: list[dict[str, Any]], path: Path) -> None:
    """Write JSON lines; nothing if nothing happened."""
    if evidence:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in evidence)


def _show(findings: Findings) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"What {findings.model} does", title_justify="left")
    for name in ("question", "answer", "seen"):
        table.add_column(name, overflow="fold")
    colours = {"yes": "green", "no": "cyan", "mixed": "yellow", "unknown": "dim"}
    for one in findings.answers:
        table.add_row(one.question, f"[{colours[one.answer]}]{one.answer}[/]", one.evidence)
    console = Console()
    console.print(table)
    fits = f'delivery="{findings.fits}"' if findings.fits else "no notes"
    console.print(f"[bold]What fits: {fits}.[/] {findings.because}")
    console.print(
        "Please report what you saw, with the raw evidence: the profiles in core/profiles.py rest on such reports."
    )


def _fail(why: str, code: int) -> int:
    print(f"gemini-live-interrupt probe: {why}", file=sys.stderr)
    return code
