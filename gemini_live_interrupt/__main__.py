"""`python -m gemini_live_interrupt`: the command line, where its script is not on the path."""

import sys

from gemini_live_interrupt.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
