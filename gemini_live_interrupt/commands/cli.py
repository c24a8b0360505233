"""The `gemini-live-interrupt` command: finds the subcommand and leaves the rest to it.

Knows the subcommands' names and one line about each. A subcommand is a module with
`add_arguments(parser)` and `run(arguments) -> exit code`; it is imported only when it is called, so
that `--help` works without any extra and no subcommand pays for another.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from gemini_live_interrupt import __version__
from gemini_live_interrupt.commands.shown import take_any_text

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("gemini_live_interrupt.commands.demo.command", "hear the difference, without a key"),
    "probe": (
        "gemini_live_interrupt.commands.probe.command",
        "ask a model what its documents leave open",
    ),
    "explain": (
        "gemini_live_interrupt.commands.explain",
        "say what happened in a recorded call, and what went wrong",
    ),
    "replay": (
        "gemini_live_interrupt.commands.replay",
        "run a recorded call again, with other settings or another version",
    ),
    "doctor": (
        "gemini_live_interrupt.commands.doctor.command",
        "look for what keeps interruptions from being resumed",
    ),
    "timeline": (
        "gemini_live_interrupt.commands.timeline.command",
        "one page of a recorded call: who spoke, what was heard",
    ),
    "export": (
        "gemini_live_interrupt.commands.export",
        "a recorded call for Audacity, a browser, Perfetto, OpenTelemetry",
    ),
}
"""Subcommand: its module, and one line about it."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the arguments; None: those of the process.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use or something is missing, 130 after Ctrl-C.
    """
    take_any_text()
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="gemini-live-interrupt",
        description="When a user talks over a Gemini Live model, the model knows what was heard.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    try:
        for name, (module_name, about) in COMMANDS.items():
            subparser = subparsers.add_parser(
                name, help=about, formatter_class=argparse.RawDescriptionHelpFormatter
            )
            if name == wanted:
                module = import_module(module_name)
                subparser.description = module.DESCRIPTION
                subparser.epilog = module.EXAMPLES
                module.add_arguments(subparser)
                subparser.set_defaults(run=module.run)
        chosen = parser.parse_args(arguments)
        code = int(chosen.run(chosen))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        if sys.stdout.isatty():
            raise  # It was something else that broke.
        _nobody_reads_on()
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED
    except MissingExtra as missing:
        print(f"{parser.prog} {wanted}: {missing}", file=sys.stderr)
        return 2


def _nobody_reads_on() -> None:
    """Print to nowhere from now on: what is left would be an error when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def require(extra: str, *modules: str) -> None:
    """Make sure that an extra is installed.

    Args:
        extra: its name.
        modules: what it brings.

    Raises:
        MissingExtra: one of them cannot be imported.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            raise MissingExtra(extra, error) from error


class MissingExtra(ImportError):
    """A subcommand needs an extra that is not installed; the text says how to install it."""

    def __init__(self, extra: str, error: ImportError) -> None:
        super().__init__(
            f'{error.name or error} is missing: pip install "gemini-live-interrupt[{extra}]"'
        )


if __name__ == "__main__":
    sys.exit(main())
