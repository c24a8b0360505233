"""`gemini-live-interrupt doctor`: arguments, and the report.

Knows how findings are shown, and where a configuration can come from. What is looked at is in the
modules beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gemini_live_interrupt.commands.doctor import config as configuration
from gemini_live_interrupt.commands.doctor import connection, installed, wrapped
from gemini_live_interrupt.commands.doctor.finding import Finding, Level
from gemini_live_interrupt.commands.shown import shown

__all__ = ["DESCRIPTION", "EXAMPLES", "add_arguments", "run"]

DESCRIPTION = """\
Looks for what keeps interruptions from being resumed: versions, wrappers, a
session's configuration and, with a key, a short call. Each line says what to
do. Changes nothing."""

EXAMPLES = """\
examples:
  gemini-live-interrupt doctor                         versions and wrappers
  gemini-live-interrupt doctor --config config.json    and a configuration
  gemini-live-interrupt doctor --config my_app:CONFIG  the one of your app
  gemini-live-interrupt doctor --call                  and a short call (costs a little)
  gemini-live-interrupt doctor --json                  for a program

The exit code is 1 if something is bad, else 0."""

_MODEL = "gemini-3.8-live"
_CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
_MARK: dict[Level, str] = {"good": "ok  ", "note": "note", "bad": "BAD "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `doctor`."""
    parser.add_argument(
        "--config", metavar="FILE.json|MODULE:NAME", help="a session's configuration"
    )
    parser.add_argument("--model", metavar="NAME", help=f"the model (with --call: {_MODEL})")
    parser.add_argument(
        "--call", action="store_true", help="open a session, with the key of the environment"
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Look, and say what was found."""
    config = None
    if arguments.config:
        try:
            config = read_config(arguments.config)
        except ConfigError as error:
            print(f"gemini-live-interrupt doctor: {shown(str(error))}", file=sys.stderr)
            return 2
    found: dict[str, list[Finding]] = {
        "Installed": installed.look(),
        "Wrapped": wrapped.look(),
    }
    if config is not None or arguments.model:
        found["Configuration"] = configuration.look(
            _CONFIG if config is None else config, arguments.model
        )
    if arguments.call:
        found["Call"] = _call(arguments.model or _MODEL, _CONFIG if config is None else config)
    if arguments.json:
        print(json.dumps(_plain(found), indent=2))
    else:
        for heading, findings in found.items():
            print(heading)
            for finding in findings:
                print(f"  {_MARK[finding.level]}  {shown(finding.what)}")
                if finding.do:
                    print(f"        -> {shown(finding.do)}")
    everything = [finding for findings in found.values() for finding in findings]
    return 1 if any(finding.level == "bad" for finding in everything) else 0


class ConfigError(ValueError):
    """A configuration could not be read; the text says why."""


def read_config(where: str) -> Any:
    """The configuration in a JSON file, or a name in a module.

    Args:
        where: "config.json", or "package.module:NAME". A function is called without arguments.

    Raises:
        ConfigError: if there is none.
    """
    path = Path(where)
    if path.suffix == ".json" or path.is_file():
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{where} cannot be read as JSON: {error}") from error
        if not isinstance(read, dict):
            raise ConfigError(f"{where} holds a {type(read).__name__}, not an object")
        return read
    module, _, name = where.partition(":")
    if not name:
        raise ConfigError(f"{where} is neither a file nor module:name")
    sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        found = found() if callable(found) and not isinstance(found, type) else found
        return asyncio.run(found) if inspect.iscoroutine(found) else found
    except (Exception, SystemExit) as error:  # Whatever the app's module does when it is imported.
        raise ConfigError(f"{where} cannot be read: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(os.getcwd())


def _call(model: str, config: Any) -> list[Finding]:
    from google import genai

    try:
        client = genai.Client()
    except Exception as error:
        what = " ".join(str(error).split())[:300]
        has_key = any(map(os.environ.get, ("GEMINI_API_KEY", "GOOGLE_API_KEY")))
        do = "Look at HTTPS_PROXY and ALL_PROXY." if has_key else "export GEMINI_API_KEY=..."
        return [Finding(level="bad", what=f"No client: {what}", do=do)]
    return asyncio.run(connection.look(client, model, config))


def _plain(found: dict[str, list[Finding]]) -> dict[str, Any]:
    return {
        heading: [{"level": each.level, "what": each.what, "do": each.do} for each in findings]
        for heading, findings in found.items()
    }
