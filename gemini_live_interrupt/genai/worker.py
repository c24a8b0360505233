"""What may take milliseconds is done here, beside the event loops.

Knows the thread that does it. Must not know what it does, or for whom.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gemini_live_interrupt.heard.spoken_forms import load_number_words

T = TypeVar("T")

_GIVE_WAY = 0.0002
"""Seconds for which the worker keeps the interpreter while the host wants it. With Python's 5 ms
the first messages after a barge-in reached the host up to 5.5 ms late (`bench/receive_path.py`)."""

_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gemini-live-interrupt")


def prepare() -> None:
    """Have the slow imports over before the first barge-in."""
    _worker.submit(load_number_words)


def start(loop: asyncio.AbstractEventLoop, work: Callable[[], T]) -> asyncio.Future[T]:
    """Do `work` in the worker; the result comes in `loop`."""
    return loop.run_in_executor(_worker, _gently, work)


def _gently(work: Callable[[], T]) -> T:
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _GIVE_WAY))
    try:
        return work()
    finally:
        sys.setswitchinterval(before)
