"""`gemini-live-interrupt probe`: asks the real service what its documents leave open.

Knows the command line: which client to make, where answers and evidence are kept, and what is said
while it runs. The questions are in `questions`, what answers look like in `showing`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from contextlib import ExitStack, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gemini_live_interrupt.commands.probe.saving import SavedProfile
    from gemini_live_interrupt.core.profiles import Route

DESCRIPTION = """\
Calls a Gemini Live model many times with a synthetic caller and finds out what its documents leave open.
First of all, for each way in which a model can be told that it was cut: did that enter its prompt, and
did it go on where it had been cut? Then what cuts or delays a reply, what closes the connection, and so
which delivery fits. Needs a key and costs audio for about 60 calls of 15 to 25 s; fewer with --calls.
Every answer is on the disk before the next call, so Ctrl-C loses nothing."""

EXAMPLES = """\
examples:
  GEMINI_API_KEY=... gemini-live-interrupt probe --model gemini-3.8-live
  GOOGLE_CLOUD_PROJECT=... GOOGLE_CLOUD_LOCATION=us-central1 gemini-live-interrupt probe --vertex \\
      --model gemini-live-2.5-flash-native-audio --save profile.toml
  gemini-live-interrupt probe --model gemini-3.8-live --routes none,silent --calls 3 --json
  gemini-live-interrupt probe --local 2.5 --calls 1    # how it looks, against the local server; no key

A file that --save wrote is used by enable_interrupt_resume(profile="profile.toml"), or by all programs
with GEMINI_LIVE_INTERRUPT_PROFILE=profile.toml."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommand's arguments."""
    parser.add_argument("--model", help="the model's name, such as gemini-3.8-live")
    parser.add_argument(
        "--vertex",
        action="store_true",
        help="call Vertex AI: GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION and credentials are needed",
    )
    parser.add_argument(
        "--routes",
        metavar="NAMES",
        help="which ways of telling are tried: none, silent, silent_and_repair, answering, system "
        "(Vertex only), frame, with commas (all)",
    )
    parser.add_argument("--calls", type=int, default=10, help="calls for each route (10)")
    parser.add_argument(
        "--trials", type=int, default=2, help="how often each other thing is tried (2)"
    )
    parser.add_argument("--parallel", type=int, default=1, help="calls at the same time (1)")
    parser.add_argument(
        "--evidence", type=Path, metavar="FILE", help="where to write the raw evidence (JSON lines)"
    )
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write what was found out as a profile (TOML)"
    )
    parser.add_argument("--json", action="store_true", help="print the answers as JSON")
    parser.add_argument(
        "--local",
        metavar="PROFILE",
        help="ask the local server instead: 3.8, 3.1, 2.5, 2.5-vertex, ...",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand.

    Returns:
        0 if the questions were asked; 1 if the service could not be called; 2 if something is
        missing or wrong; 130 after Ctrl-C.
    """
    from gemini_live_interrupt.commands.cli import MissingExtra

    if min(arguments.calls, arguments.trials, arguments.parallel) < 1:
        return _fail("--calls, --trials and --parallel must be 1 or more", 2)
    if not arguments.local and not arguments.model:
        return _fail("say which model: --model gemini-3.8-live", 2)
    try:
        return _checked(arguments)
    except ModuleNotFoundError as error:
        raise MissingExtra("testing", error) from error


def _checked(arguments: argparse.Namespace) -> int:
    """Run it if nothing speaks against it: everything is looked at before anybody is called."""
    from gemini_live_interrupt.commands.probe.questions import ROUTES
    from gemini_live_interrupt.testing import PROFILES

    wanted = [name.strip() for name in (arguments.routes or ",".join(ROUTES)).split(",")]
    if unknown := sorted(set(wanted) - set(ROUTES)):
        return _fail(f"no route is called {unknown[0]!r}; there are {', '.join(ROUTES)}", 2)
    routes = tuple(route for route in ROUTES if route in wanted)
    if arguments.local and arguments.local not in PROFILES:
        return _fail(f"no local profile {arguments.local!r}; there are {', '.join(PROFILES)}", 2)
    client = None if arguments.local else _client(arguments.vertex)
    if isinstance(client, str):
        return _fail(client, 2)
    if client is None:
        profile = PROFILES[arguments.local]
        model, server = profile.model, local_server(profile)
        vertex = profile.backend == "vertex"
    else:
        model, server, vertex = arguments.model, None, bool(client.vertexai)
    return asyncio.run(_probe(arguments, routes, model, vertex, client, server))


def _client(vertex: bool) -> Any:
    """A client, or what is missing for one."""
    from google import genai

    from gemini_live_interrupt.commands.shown import shown

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
            return f"no client for Vertex AI: {shown(str(error))}"
    key = os.environ.get("GEMINI_API_KEY") or os.environ.get("GOOGLE_API_KEY")
    if not key:
        return (
            "no key: set GEMINI_API_KEY (https://aistudio.google.com/apikey), or use --vertex, "
            "or try --local 3.8"
        )
    try:
        return genai.Client(api_key=key, vertexai=False)
    except Exception as error:  # HTTPS_PROXY may hold what no URL can be.
        return f"no client for this environment: {type(error).__name__}: {shown(str(error))}"


def local_server(profile: Any, **more: Any) -> Any:
    """A local Live server that counts, for trying the probe out.

    Args:
        profile: a `ServerProfile`, or the name of one.
        **more: further arguments of `LiveServer`.
    """
    from gemini_live_interrupt.commands.probe.breaking_in import GO_ON
    from gemini_live_interrupt.commands.probe.counting import NUMBERS
    from gemini_live_interrupt.commands.probe.questions import OTHER
    from gemini_live_interrupt.testing import LiveServer, Reply

    script = [
        Reply(", ".join(NUMBERS[:60]) + ".", to="to sixty"),
        Reply(", ".join(NUMBERS[:10]) + ".", to="to ten"),
        Reply("Four.", to="two plus two", then="stop"),
        Reply("All right.", to="Thank you", then="stop"),
    ]
    lines = [caller_voice(GO_ON), caller_voice(OTHER)]
    return LiveServer(script, profile=profile, speech=lines, recogniser=None, **more)


def caller_voice(text: str) -> Any:
    """What the caller says, at 16 kHz."""
    from gemini_live_interrupt.testing import speak

    return speak(text, voice="en-us+m3", sample_rate=16_000)


async def _probe(
    arguments: argparse.Namespace,
    routes: tuple[Route, ...],
    model: str,
    vertex: bool,
    client: Any,
    server: Any,
) -> int:
    from gemini_live_interrupt.commands.probe.breaking_in import note_tokens
    from gemini_live_interrupt.commands.probe.call import Line
    from gemini_live_interrupt.commands.probe.conclusions import Collected, conclude
    from gemini_live_interrupt.commands.probe.questions import BrokeOff, ask_all
    from gemini_live_interrupt.commands.probe.saving import Evidence, SavedProfile
    from gemini_live_interrupt.commands.shown import shown
    from gemini_live_interrupt.commands.trouble import what_to_do

    say = partial(print, file=sys.stderr, flush=True)
    where = f"the local server, profile {arguments.local}" if arguments.local else "the service"
    name = f"local-{arguments.local}" if arguments.local else model.rpartition("/")[2]
    path = arguments.evidence or Path(f"probe-{name}-{int(time.time())}.jsonl")
    collected = Collected()
    saved: SavedProfile | None = None
    code = 0
    with ExitStack() as files:
        try:
            evidence = files.enter_context(Evidence(path))
            if arguments.save is not None:
                saved = SavedProfile(arguments.save, f"{shown(model)} of {where}")
        except OSError as error:
            return _fail(f"{error.filename} cannot be written: {error.strerror}", 2)
        except ValueError as error:
            return _fail(f"--save {arguments.save}: {error}", 2)

        def ends(about: str, result: str) -> None:
            say(f"  {about}: {shown(result)}")
            if saved is not None:
                saved.save(conclude(model, collected, note_tokens), vertex=vertex)

        try:
            async with server or nullcontext():
                line = Line(client or server.client(vertex=vertex), model, evidence.keep)
                await ask_all(
                    line,
                    caller_voice,
                    collected,
                    routes=routes,
                    calls=arguments.calls,
                    trials=arguments.trials,
                    at_once=arguments.parallel,
                    begins=lambda about: say(f"asking: {about}"),
                    ends=ends,
                )
        except ModuleNotFoundError:
            raise
        except asyncio.CancelledError:
            say("Stopped. What was found out until then:")
            code = 130
        except Exception as error:
            broke = _of(error, BrokeOff)
            why = what_to_do(broke.__cause__ or broke if broke else error, model=model)
            code = _fail(f"{shown(model)} could not be called: {why}", 1)
        if not collected.is_empty:
            findings = conclude(model, collected, note_tokens)
            if arguments.json:
                local = {"local": arguments.local} if arguments.local else {}
                print(json.dumps({**local, **asdict(findings)}, indent=1))
            else:
                from gemini_live_interrupt.commands.probe.showing import show

                show(findings, local=arguments.local or "")
            sys.stdout.flush()
            say(f"Raw evidence: {path}")
            if saved is not None:
                say(f"Profile: {arguments.save}")
    return code


def _of(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The first error of a kind in a group."""
    if isinstance(error, BaseExceptionGroup):
        found = error.subgroup(kind)
        return _of(found.exceptions[0], kind) if found else None
    return error if isinstance(error, kind) else None


def _fail(why: str, code: int) -> int:
    print(f"gemini-live-interrupt probe: {why}", file=sys.stderr)
    return code
