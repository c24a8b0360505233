"""Runs the code of a page as its reader would: through a barge-in and the reply after it.

A block with `asyncio.run(...)` is a whole program: it is saved, and started in a process of its own.
A block with tests is run by pytest. Anything else is a piece of an app: it is run where it belongs,
before an app connects or in a live session, and then the conversation goes on around it. The model
is the local Live server's. A user talks over its reply, and the piece must be there then and after.
What brings a server of its own does not wait for the speech (`quick_time.py`).
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import subprocess
import sys
import textwrap
import types
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import quick_time

import gemini_live_interrupt as gli
from gemini_live_interrupt import testing
from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.live_session import LiveSession
from gemini_live_interrupt.testing.server.record import SessionRecord, Turn
from gemini_live_interrupt.testing.speech.voices import Speech

ROOT = Path(__file__).resolve().parent.parent
REQUEST = "Tell me a story."
STORY = "Once upon a time there was a fox. One day he found a boat. He let it drift to the sea."
CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
_ELSEWHERE = (
    ("docs/browser.md", "fastapi", "tests/fastapi_voice/test_docs_browser.py"),
    ("docs/adk.md", "google.adk", "tests/frameworks/test_docs_pages.py"),
    ("docs/genai_processors.md", "genai_processors", "tests/frameworks/test_docs_pages.py"),
    ("docs/livekit.md", "livekit", "tests/frameworks/test_docs_pages.py"),
    ("docs/pydantic_ai.md", "pydantic_ai", "tests/frameworks/test_docs_pages.py"),
    ("docs/pipecat.md", "", "tests/pipecat/test_docs_page.py"),
)
_PROFILE = """version = 1

[[model]]
name = "gemini-3.8-live"
backend = "developer"
silent_reaches_audio_turn = true
"""
_BLOCK = re.compile(r"^( *)```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_IN_A_SESSION = {"session", "handle", "server", "speaker"}


def _spoken(words: str) -> Speech:
    return testing.speak(words, sample_rate=16_000)


def stage_server(*, asks: bool = False) -> testing.LiveServer:
    """A model that thinks more quickly than the real one: there are many blocks.

    Args:
        asks: the user also asks for the story by voice, where the program does not by itself.
    """
    real = testing.PROFILES["3.8"]
    profile = replace(real, timings=replace(real.timings, reply_after=(40.0, 60.0)))
    speech = [_spoken(words) for words in (REQUEST, "Yes?")]
    faults = [UserBreaksIn(times=1, asks=asks)]
    return testing.LiveServer([STORY], profile=profile, speech=speech, faults=faults)


@dataclass(kw_only=True)
class UserBreaksIn(Fault):
    """A user says "Yes?" over the first reply.

    The programs of the pages have no microphone, so the words go straight into the server's ear.
    """

    name: ClassVar[str] = "user breaks in"
    at_ms: float = 700.0
    """From the reply's start."""
    asks: bool = False
    """The user asks for the story, too."""

    def started(self) -> None:
        if self.asks:
            self.session.connection.spawn(self._speak(REQUEST, after_ms=300.0))

    def began(self, turn: Turn) -> None:
        if self.strikes():
            self.session.connection.spawn(self._speak("Yes?", after_ms=self.at_ms))

    async def _speak(self, words: str, *, after_ms: float) -> None:
        assert isinstance(self.session, LiveSession)
        clock = self.session.connection
        await clock.sleep(after_ms)
        self.session._listen(_spoken(words).pcm, 16_000)
        await clock.sleep(200.0)
        self.session._listen(bytes(2 * 32_000), 16_000)  # Two seconds without a word.


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of Python in a page."""

    page: str
    """The page's path below the project."""
    line: int
    """Where its code begins in the page."""
    code: str

    @property
    def id(self) -> str:
        """Its name in a test report."""
        return f"{self.page}:{self.line}"

    @property
    def is_program(self) -> bool:
        """Whether it can be saved and started as it stands."""
        return "asyncio.run(" in self.code

    @property
    def is_test(self) -> bool:
        """Whether it is a test."""
        return "def test_" in self.code

    @property
    def is_conftest(self) -> bool:
        """Whether it is the configuration of a page's tests."""
        return self.code.startswith("# conftest.py")

    @property
    def is_run_elsewhere(self) -> str:
        """The file of tests that runs it, because it needs more than a session; "" if none does."""
        for page, part, tests in _ELSEWHERE:
            if self.page == page and part in self.code:
                return tests
        return ""

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.code, self.id)

    @property
    def is_for_a_session(self) -> bool:
        """Whether it uses a live session."""
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return bool(names & _IN_A_SESSION)


def blocks(*pages: Path) -> list[Block]:
    """The blocks of Python in these pages, in order."""
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start(2)) + 1
            name = page.relative_to(ROOT).as_posix()
            found.append(Block(page=name, line=line, code=textwrap.dedent(match[2])))
    return found


def was_cut_and_told(record: SessionRecord) -> bool:
    """Whether a reply was cut, the model was told of it, and it has spoken since."""
    turns = record.turns
    cut = next((i for i, turn in enumerate(turns) if turn.is_cut), None)
    return cut is not None and len(turns) > cut + 1 and bool(record.notes)


async def run_program(block: Block, folder: Path, *, users: int = 1, within_s: float = 60.0) -> str:
    """Start a whole program against a server whose model is cut once; what it printed.

    A program that talks for ever is ended once the model has gone on after the cut, in the call of
    each of its users.
    """
    path = folder / "program.py"
    path.write_text(block.code, encoding="utf-8")
    async with stage_server() as server:
        brings_a_server = "LiveServer" in block.code
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *([quick_time.__file__] if brings_a_server else []),
            str(path),
            cwd=folder,
            env=os.environ | server.environment() | {"PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        ended = asyncio.create_task(program.wait())
        deadline = asyncio.get_running_loop().time() + within_s
        while not ended.done() and asyncio.get_running_loop().time() < deadline:
            await asyncio.wait([ended], timeout=0.1)
            records = [session.record for session in server.sessions]
            if len(records) >= users and all(map(was_cut_and_told, records)):
                await asyncio.wait([ended], timeout=0.5)  # It goes on, or fails, at the reply.
                break
        running = not ended.done()
        if running:
            program.terminate()
        printed = (await program.communicate())[0].decode()
        await ended
        if brings_a_server:  # And an end.
            assert not running and program.returncode == 0, printed
        else:
            assert running, f"it ended by itself, with {program.returncode}:\n{printed}"
            assert len(records) >= users and all(map(was_cut_and_told, records)), printed
    return printed


_CONFTEST = """
import sys

sys.path.insert(0, {tests!r})
from quick_time import QuickLoop


def pytest_asyncio_loop_factories(config, item):
    return {{"quick": QuickLoop}}
"""


def run_tests(page: list[Block], folder: Path) -> str:
    """Run a page's tests with pytest, as a project of its own; what it printed.

    The page says once what stands in its conftest.py. Nobody waits for the speech here.
    """
    (conftest,) = [block.code for block in page if block.is_conftest]
    quick = _CONFTEST.format(tests=str(ROOT / "tests"))
    (folder / "conftest.py").write_text(conftest + quick, encoding="utf-8")
    tests = [block for block in page if block.is_test]
    for number, block in enumerate(tests):
        (folder / f"test_{number}.py").write_text(block.code, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed and int(passed[1]) >= len(tests), run.stdout
    return run.stdout


async def run_piece(block: Block) -> SessionRecord:
    """Run a piece of an app in its place, cut the model, and have it go on; the server's record."""
    Path("mine.toml").write_text(_PROFILE)  # What `probe --save mine.toml` writes.
    names: dict[str, Any] = {name: getattr(testing, name) for name in testing.__all__}
    names |= {"asyncio": asyncio, "CONFIG": CONFIG, "app": types.SimpleNamespace()}
    async with stage_server() as server:
        names["server"] = server
        if not block.is_for_a_session:
            await _run(block, names)
        if not gli.is_enabled():
            gli.enable_interrupt_resume()
        live = server.client().aio.live
        async with live.connect(model="gemini-3.8-live", config=CONFIG) as session:
            handle = gli.interrupt_resume_for(session)
            async with testing.SpeakerSim() as speaker:
                names |= {"session": session, "handle": handle, "speaker": speaker}
                if block.is_for_a_session:
                    await _run(block, names)

                async def play() -> None:
                    while True:
                        async for message in session.receive():
                            speaker.take(message)

                playing = asyncio.create_task(play())
                record = server.sessions[0].record
                await session.send_realtime_input(text=REQUEST)
                await _until(lambda: was_cut_and_told(record), 10.0)
                playing.cancel()
    return record


async def _run(block: Block, names: dict[str, Any]) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    result = eval(compile(block.code, block.id, "exec", flags=flags), names)
    if inspect.isawaitable(result):
        await result


async def _until(happened: Any, within_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + within_s
    while not happened():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
