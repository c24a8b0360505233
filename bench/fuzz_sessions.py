"""Thousands of sessions, one after the other and some at a time: nothing of them must be left."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path
from typing import Any

from fuzz_messages import PLAIN, Socket, connected, sockets_are_ours

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.genai import following, handover

AT_A_TIME = 20
TALK: list[dict[str, Any]] = [
    *[PLAIN[9], PLAIN[1], PLAIN[0], PLAIN[0], PLAIN[3], PLAIN[6]],
    *[PLAIN[1], PLAIN[0], PLAIN[4]],
]


async def _session(number: int) -> None:
    messages = [*TALK, {"sessionResumptionUpdate": {"newHandle": f"h{number}", "resumable": True}}]
    async with connected(Socket(messages)) as session:
        try:
            while True:
                async for _ in session.receive():
                    await asyncio.sleep(0)
        except EOFError:
            await asyncio.sleep(0.001)


async def _some(first: int, count: int) -> None:
    await asyncio.gather(*(_session(first + i) for i in range(count)))
    await asyncio.sleep(0.15)


def _left() -> tuple[int, float]:
    """Objects that Python knows, and MiB in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc").exists() else 0
    return len(gc.get_objects()), pages * 4096 / 2**20


def _threads() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if t.name == "gemini-live-interrupt"}


def run(count: int, seed: int) -> list[str]:
    """So many sessions; what is left of them."""
    before = _threads()
    enable_interrupt_resume()
    looks: list[tuple[int, float]] = []
    found: list[str] = []
    rounds = max(5, -(-count // AT_A_TIME))
    try:
        for index in range(rounds):
            with sockets_are_ours():
                asyncio.run(_some(seed * 10**6 + index * AT_A_TIME, AT_A_TIME))
            if index % (rounds // 5) == 0:
                looks.append(_left())
    finally:
        disable_interrupt_resume()
    _left()
    if following.followed_sessions() or len(following._followed):
        found.append(f"{len(following._followed)} sessions are still known")
    if len(handover._holders) > AT_A_TIME:
        found.append(f"{len(handover._holders)} resumption handles have a holder")
    # The shelf of states fills up to its bound, so growth counts from the second fifth on.
    sessions = rounds * AT_A_TIME * 0.6
    each = (looks[-1][0] - looks[1][0]) / sessions
    if sessions >= 1_000 and each > 1.0:
        found.append(f"{each:.1f} objects are left of each session")
    threads = _threads() - before
    if len(threads) > 8:
        found.append(f"{len(threads)} threads")
    print("objects and MiB by fifths: " + ", ".join(f"{n:,} {mib:.0f}" for n, mib in looks))
    return found
