"""What the tests of the google-genai shell share: a bare Live socket, and an untouched google-genai."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from live_socket import LiveSocket, live_socket
from wrapped_classes import METHODS, ORIGINALS

from gemini_live_interrupt import disable_interrupt_resume
from gemini_live_interrupt.genai import session_names
from gemini_live_interrupt.heard.spoken_forms import load_number_words
from gemini_live_interrupt.saying import lines

load_number_words()  # Half a second on a busy machine, which would come before the first note.


@pytest.fixture
async def here() -> AsyncIterator[LiveSocket]:
    """A Live socket that the test drives by hand."""
    async with live_socket() as server:
        yield server


@pytest.fixture(autouse=True)
def _as_without_us() -> Iterator[None]:
    lines._said.clear()
    session_names._given.clear()
    yield
    disable_interrupt_resume()
    for (owner, name), original in zip(METHODS, ORIGINALS, strict=True):
        setattr(owner, name, original)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own, on a free port."""
    pytest.importorskip("redis", reason='needs the extra "redis"')
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("needs the redis-server binary (Debian: apt-get install redis-server)")
    folder = tmp_path_factory.mktemp("redis")
    port = _free_port()
    command = [
        binary,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    return _free_port()
