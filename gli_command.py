"""Where the `gemini-live-interrupt` script begins: beside the package, which takes a moment to load,
so that Ctrl-C in that moment is no traceback either."""

from __future__ import annotations

import sys


def main() -> int:
    """Load the command line and run it.

    Returns:
        The exit code.
    """
    try:
        from gemini_live_interrupt.commands.cli import main as command

        return command()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
