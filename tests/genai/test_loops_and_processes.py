"""Other loops, threads, forks, a reloaded module, the end of the main thread: as if we were not there."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_socket import (
    LiveSocket,
    Seen,
    audio,
    barge_in,
    notes_of_one_barge_in,
    receive,
    text,
)

from gemini_live_interrupt import (
    attach_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
)
from gemini_live_interrupt.genai import session as session_module

TESTS = Path(__file__).parent.parent
HELLO = {"role": "user", "parts": [{"text": "Hello."}]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_that_is_forked_while_we_import_can_import_the_same(tmp_path: Path) -> None:
    """The package of number words takes its time here, as it does on a busy machine."""
    (tmp_path / "num2words.py").write_text("import time; time.sleep(0.7)\nnum2words = str\n")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + textwrap.dedent("""
        import os, time
        from gemini_live_interrupt.genai import worker
        worker.prepare()
        time.sleep(0.3)
        pid = os.fork()
        if not pid:
            import num2words
            print("imported", flush=True)
            os._exit(0)
        deadline = time.monotonic() + 10
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(pid, 9)
            time.sleep(0.01)
        """)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (run.stdout.split(), run.stderr) == (["imported"], "")


def test_forks_a_module_that_is_reloaded_and_the_end_of_the_main_thread() -> None:
    """In one process, since it takes seconds to begin; every warning of ours would be an error."""
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r})\n" + textwrap.dedent("""
        import asyncio, importlib, os, threading, time
        from google.genai import live
        from live_socket import live_socket, notes_of_one_barge_in
        from gemini_live_interrupt import enable_interrupt_resume, interrupt_resume_for

        async def call():
            async with live_socket() as here, here.connect() as session:
                assert interrupt_resume_for(session).is_active
                return await notes_of_one_barge_in(here, session)

        def in_child(name, work):
            sys.stdout.flush()
            pid = os.fork()
            if not pid:
                try:
                    print(name, work())
                    sys.stdout.flush()
                finally:
                    os._exit(0)
            os.waitpid(pid, 0)

        async def forks_within():
            async with live_socket() as here, here.connect() as session:
                handle = interrupt_resume_for(session)
                # The session is the parent's: nothing of it is followed in the child.
                in_child("parents", lambda: handle.is_active)
                return await notes_of_one_barge_in(here, session)

        def main_thread_has_ended():
            while threading.main_thread().is_alive():
                time.sleep(0.01)
            print("alone", asyncio.run(call()))
            sys.stdout.flush()

        enable_interrupt_resume()
        print("within", asyncio.run(forks_within()))
        in_child("after", lambda: asyncio.run(call()))
        thread = threading.Thread(target=in_child, args=("thread", lambda: asyncio.run(call())))
        thread.start()
        thread.join()
        importlib.reload(live)
        print("reloaded", asyncio.run(call()))
        threading.Thread(target=main_thread_has_ended).start()
        """)
    command = [sys.executable, "-X", "dev", "-W", "error"]
    for ignored in ("DeprecationWarning", "ResourceWarning", "ImportWarning"):  # Of others.
        command += ["-W", f"ignore::{ignored}"]
    run = subprocess.run([*command, "-c", program], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and "Traceback" not in run.stderr, run.stderr
    assert (
        run.stdout.split() == "parents False within 1 after 1 thread 1 reloaded 1 alone 1".split()
    )


# --- other loops and threads


async def _beside(work: Callable[[], Any]) -> Any:
    """In another thread, while this loop goes on."""
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.005)
    return done[0]


def _sends_in_a_loop_of_its_own(session: Any) -> list[str]:
    """As in an app that has a thread for the microphone; errors are websockets' alone."""
    errors = []

    async def send() -> None:
        try:
            await session.send_client_content(turns=HELLO)
        except RuntimeError as error:
            errors.append(str(error))

    asyncio.run(send(), debug=True)
    return errors


async def _without_us(here: LiveSocket) -> list[str]:
    async with here.connect() as session:
        found: list[str] = await _beside(lambda: _sends_in_a_loop_of_its_own(session))
    return found


@pytest.mark.parametrize("first", ["the send", "a receive"])
async def test_a_send_from_another_threads_loop_is_followed_at_home(
    here: LiveSocket, first: str
) -> None:
    asyncio.get_running_loop().set_debug(True)
    bare = await _without_us(here)
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        if first == "a receive":
            await here.say({"serverContent": {}})
            await receive(session, 1)
        assert await _beside(lambda: _sends_in_a_loop_of_its_own(session)) == bare
        await barge_in(here, session)
        it = await seen.one()
    assert it.history[:1] == (("user", "Hello."),)


async def test_a_session_can_be_attached_outside_of_any_loop(here: LiveSocket) -> None:
    async with here.connect() as session:
        handle = await _beside(lambda: attach_interrupt_resume(session))
        assert handle.is_active
        assert await notes_of_one_barge_in(here, session) == 1


async def test_playback_from_many_threads_is_bounded_and_followed(here: LiveSocket) -> None:
    enable_interrupt_resume(on_interruption=(seen := Seen()))
    async with here.connect() as session:
        await here.say(text("One two. Three four."), audio(4_000))
        await receive(session, 2)
        play = interrupt_resume_for(session).playback.on_play_ms

        def plays() -> bool:
            for _ in range(50):
                play(10.0)
            return True

        assert await _beside(plays) and await _beside(plays)
        await here.say({"serverContent": {"interrupted": True}})
        await receive(session, 1)
        it = await seen.one()
    assert it.heard_ms == 1_000.0 and it.position_from == "reported"


# --- what waits is bounded


@pytest.mark.parametrize("what", ["messages", "reports", "sends"])
def test_a_loop_that_does_not_run_any_more_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    monkeypatch.setattr(session_module, "_MOST_WAITING", 200)
    followed: list[Any] = []
    loop = asyncio.new_event_loop()

    class Session:
        async def _receive(self) -> str:
            return "message"

        async def send_client_content(
            self, *, turns: Any = None, turn_complete: bool = True
        ) -> None:
            pass

    session = Session()

    async def connects() -> None:
        followed.append(attach_interrupt_resume(session))

    loop.run_until_complete(connects())
    handle = followed[0]

    async def goes_on_elsewhere() -> None:
        for _ in range(1_000):
            if what == "messages":
                await session._receive()
            elif what == "sends":
                await session.send_client_content(turns=HELLO)
            else:
                handle.playback.on_play_ms(1.0)

    asyncio.run(goes_on_elsewhere())
    assert len(handle._followed.inbox) <= 201
    assert not handle.is_active
    assert sum("is not followed any more" in line for line in caplog.messages) == 1
    loop.close()


def test_reports_after_the_loop_has_ended_are_not_kept() -> None:
    followed: list[Any] = []

    class Session:
        async def _receive(self) -> None: ...

        async def send_client_content(self) -> None: ...

    session = Session()

    async def connects() -> None:
        followed.append(attach_interrupt_resume(session))

    asyncio.run(connects())
    for _ in range(2_000):
        followed[0].playback.on_play_ms(1.0)
    assert len(followed[0]._followed.inbox) < 300
