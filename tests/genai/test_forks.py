"""A child of `fork` that begins while another thread of its parent is in the middle of something."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_call_in_the_child_waits_for_nobody_who_is_not_there() -> None:
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r})\n" + textwrap.dedent("""
        import asyncio, os, signal, threading
        from live_socket import live_socket, notes_of_one_barge_in
        from gemini_live_interrupt import enable_interrupt_resume
        from gemini_live_interrupt.genai import enabling, following, handover, remembered, session_names
        from gemini_live_interrupt.record import writing
        from gemini_live_interrupt.saying import lines

        LOCKS = {
            "lines": lines._lock,
            "remembered": remembered._lock,
            "refusals": following.refusals._lock,
            "names": session_names._lock,
            "shelf": handover._shelf._lock,
            "writer": writing.writer._lock,
            "patch": enabling._patch._lock,
        }

        def fails(*_):
            raise ValueError

        async def call():
            enable_interrupt_resume(fails, session_label="call")
            async with live_socket() as here, here.connect() as session:
                return await notes_of_one_barge_in(here, session)

        def holds(lock, held, over):
            with lock:
                held.set()
                over.wait()

        enable_interrupt_resume()
        for name, lock in LOCKS.items():
            held, over = threading.Event(), threading.Event()
            thread = threading.Thread(target=holds, args=(lock, held, over))
            thread.start()
            held.wait()
            pid = os.fork()
            if not pid:
                signal.alarm(8)
                print(name, asyncio.run(call()), flush=True)
                os._exit(0)
            over.set()
            thread.join()
            os.waitpid(pid, 0)
        """)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=90
    )
    names = ("lines", "remembered", "refusals", "names", "shelf", "writer", "patch")
    assert run.stdout.splitlines() == [f"{name} 1" for name in names], run.stderr
