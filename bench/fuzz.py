"""What no test has the time for: millions of events, mutated messages, thousands of sessions.

    python bench/fuzz.py core 1000000       # events: what must stay true in any conversation
    python bench/fuzz.py messages 60000     # messages: the host sees what it would see without the library
    python bench/fuzz.py sessions 10000     # sessions: what they leave behind
    python bench/fuzz.py core 20000 --seed-fault    # does it find a fault? (the same for the other two)

Each part ends with exit code 1 where something is found, and prints the seed that shows it again. The
tests run short versions (`tests/test_fuzz.py`), with and without a seeded fault.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import fuzz_core
import fuzz_messages
import fuzz_sessions

from gemini_live_interrupt.core import cut_text
from gemini_live_interrupt.genai import following, messages

PARTS: dict[str, Callable[[int, int], list[str]]] = {
    "core": fuzz_core.run,
    "messages": fuzz_messages.run,
    "sessions": fuzz_sessions.run,
}


@contextmanager
def fault(part: str) -> Iterator[None]:
    """Something is wrong in the library meanwhile."""
    if part == "core":
        # A cut inside a sentence goes on after it.
        where: Any = mock.patch.object(
            cut_text, "resume_at", lambda text, heard_end, *, generated: heard_end // 2 * 2 + 1
        )
    elif part == "messages":
        look_at = messages.look_at

        def takes(message: Any) -> Any:
            looked = look_at(message)
            content = getattr(message, "server_content", None)
            if content is not None and content.interrupted:
                content.interrupted = None  # The host's message is not ours to change.
            return looked

        where = mock.patch.object(messages, "look_at", takes)
    else:
        where = mock.patch.object(following, "_forget", lambda key, gone: None)
    with where:
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seed-fault", action="store_true", help="break the library first")
    args = parser.parse_args()
    begun = time.monotonic()
    if args.seed_fault:
        with fault(args.part):
            found = PARTS[args.part](args.count, args.seed)
    else:
        found = PARTS[args.part](args.count, args.seed)
    for one in found[:20]:
        print(one)
    took = time.monotonic() - begun
    print(f"{args.part}: {args.count:,} with seed {args.seed}, {len(found)} found, {took:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
