"""What an author sees of what goes wrong: once, by name, in the log that they have, without what people said."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from live_socket import LiveSocket, Seen, audio, barge_in, receive, text, user

from gemini_live_interrupt import enable_interrupt_resume

TESTS = Path(__file__).parent.parent


def test_a_typo_in_a_callback_is_told_at_the_first_interruption_whatever_log_there_is() -> None:
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r})\n" + textwrap.dedent("""
        import asyncio, logging
        from live_socket import live_socket, notes_of_one_barge_in
        from gemini_live_interrupt import enable_interrupt_resume

        def nothing_configured(interruption):
            print(interuption.heard)

        def by_logging(interruption):
            print(interuption.heard)

        async def by_loguru(interruption):
            print(interuption.heard)

        async def call(**wrong):
            enable_interrupt_resume(**wrong)
            async with live_socket() as here:
                for _ in range(2):
                    async with here.connect() as session:
                        assert await notes_of_one_barge_in(here, session) == 1

        asyncio.run(call(on_interruption=nothing_configured))
        logging.basicConfig(level=logging.INFO)
        asyncio.run(call(on_interruption=by_logging))
        from loguru import logger
        logger.enable("gemini_live_interrupt")
        logger.remove()
        logger.add(sys.stderr, level="INFO", format="LOGURU {message}")
        asyncio.run(call(on_interruption=by_loguru))
        """)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    said = [line for line in run.stderr.splitlines() if "failed" in line]
    assert len(said) == 3  # Each function once, though each fails twice.
    assert all("name 'interuption' is not defined" in line for line in said)
    assert said[0].startswith("nothing_configured (<string>:")
    assert said[1].startswith("WARNING:gemini_live_interrupt:by_logging")
    assert said[2].startswith("LOGURU by_loguru")
    # With INFO on: a line for each session, and for each interruption; none without.
    followed = [line for line in run.stderr.splitlines() if "is followed" in line]
    assert [line.split(":")[0].split()[0] for line in followed] == [
        "INFO",
        "INFO",
        "LOGURU",
        "LOGURU",
    ]
    assert "One two" not in run.stderr


async def test_no_line_above_debug_has_what_people_said(
    here: LiveSocket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "gemini_live_interrupt")

    def broken(heard: str, user_text: str, history: Any) -> str:
        raise ValueError(f"cannot use {history}")

    async def fails(interruption: Any) -> None:
        raise LookupError(interruption.unheard)

    enable_interrupt_resume(
        broken, on_interruption=(seen := Seen()), on_event=fails, on_outcome=fails
    )
    async with here.connect() as session:
        await here.say(
            user("Whispering secrets."), text("Murmured answer. And more."), audio(4_000)
        )
        await receive(session, 3)
        session._ws.send = _says_it_all
        await here.say({"serverContent": {"interrupted": True}})
        await receive(session, 1)
        await seen.one()
        await here.say(user("Shouted reply."))
        await receive(session, 1)
        await asyncio.sleep(1.0)
    above = [record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG]
    assert above
    for line in above:
        assert not any(word in line for word in ("hisper", "urmur", "houted"))


async def _says_it_all(data: str) -> None:
    raise ValueError("\x1b]0;Murmured\x07\nnext line \x1b[31m")


@pytest.mark.parametrize(
    "error",
    [
        NameError("\x1b]0;title\x07\nnext line \x1b[31m"),
        OSError(5, "a\r\nWARNING forged"),
        RuntimeError("\u202eright to left" + "x" * 5_000),
    ],
)
async def test_texts_from_outside_are_one_printable_line(
    here: LiveSocket, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    async def send(data: str) -> None:
        raise error

    enable_interrupt_resume(on_event=(notices := []).append)
    async with here.connect(model="gemini-3.8-live") as session:
        session._ws.send = send
        await barge_in(here, session)
        async with asyncio.timeout(5):
            while not notices:
                await asyncio.sleep(0.01)
    assert caplog.messages
    assert all(line.isprintable() and len(line) < 1_000 for line in caplog.messages)
    assert all(notice.detail.isprintable() for notice in notices)
