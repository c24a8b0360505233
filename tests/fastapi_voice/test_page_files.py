"""The page's own files: their tests in node, their types, and nothing from another host."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from voice_app import FOLDER

HERE = Path(__file__).resolve().parent
PAGE = FOLDER / "page"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@needs_node
@pytest.mark.parametrize("name", ["player", "microphone"])
def test_in_node(name: str) -> None:
    test = HERE / f"{name}.test.mjs"
    done = subprocess.run(["node", "--test", str(test)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout


@pytest.mark.skipif(shutil.which("npx") is None, reason="npx is not installed")
def test_types() -> None:
    """The comments are types, so that whoever copies a file gets its errors while typing."""
    compiler = ["npx", "--yes", "--package", "typescript@5", "tsc"]
    if subprocess.run([*compiler, "--version"], capture_output=True).returncode:
        pytest.skip("TypeScript cannot be fetched from npm")
    strict = "--allowJs --checkJs --noEmit --strict --target es2022 --module es2022".split()
    library = "--moduleResolution bundler --lib es2022,dom,dom.iterable".split()
    files = [str(file) for file in sorted(PAGE.glob("*.js"))]
    done = subprocess.run([*compiler, *strict, *library, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_player_needs_no_other_file() -> None:
    for name in ("player.js", "microphone.js"):
        assert not re.search(r"^\s*import ", (PAGE / name).read_text(), flags=re.MULTILINE)


def test_nothing_comes_from_another_host() -> None:
    for file in PAGE.iterdir():
        assert not re.search(r"""(src|href|url|from)\W{1,3}https?:""", file.read_text()), file
