"""The README says what is so: its code compiles, its links lead somewhere, its figures are those
of the picture, and its table is the function's signature."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import gemini_live_interrupt
from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.commands import cli

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", _blocks("python"))
def test_every_example_compiles(code: str) -> None:
    compile(code, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_every_name_that_an_example_imports_from_us_exists() -> None:
    for code in _blocks("python"):
        for names in re.findall(r"^from gemini_live_interrupt import (.+)$", code, re.MULTILINE):
            for name in names.split(", "):
                assert name in gemini_live_interrupt.__all__


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [
        target
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
        if not target.startswith("http") and not (page.parent / target).exists()
    ]
    assert not missing


def test_the_table_lists_every_setting_with_its_default() -> None:
    documented = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", README, re.MULTILINE)
    parameters = inspect.signature(enable_interrupt_resume).parameters.values()
    actual = [(each.name, repr(each.default).replace("'", '"')) for each in parameters]
    assert documented == actual


def test_the_commands_exist() -> None:
    lines = [line for block in _blocks("bash") for line in block.splitlines()]
    assert any("gemini-live-interrupt demo" in line for line in lines)
    assert any(line.endswith("uv run --extra dev pytest -n 4 --reruns 2") for line in lines)
    extras = PROJECT["project"]["optional-dependencies"]
    for line in lines:
        for extra in re.findall(r"--extra (\w+)|\[(\w+)\]", line):
            assert "".join(extra) in extras, line
    for name in re.findall(r"`gemini-live-interrupt (\w+)", README):
        assert name in cli.COMMANDS
    for option in set(re.findall(r"`(--(?:wav|real|model|mic)[^`]*)`", README)):
        assert shlex.split(option)


def test_the_figures_are_those_of_the_picture() -> None:
    picture = (ROOT / "docs" / "demo.svg").read_text(encoding="utf-8")
    plain = re.sub(r"<[^>]+>", " ", picture).replace("&#160;", " ")
    skipped, none = _row(plain, "words of the story never spoken")
    _, repeated = _row(plain, "words repeated")
    assert none == "0"
    assert f"without the library {skipped} words of the story are never spoken" in README
    assert f"0 words skipped with the library ({skipped} of 96 without), {repeated} repeated" in (
        README
    )


def _row(plain: str, name: str) -> list[str]:
    found = re.search(rf"{name}\W+(\d+)\W+(\d+)", plain)
    assert found is not None, name
    return list(found.groups())


def test_the_version_is_one() -> None:
    version = gemini_live_interrupt.__version__
    assert PROJECT["project"]["version"] == version
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_uv_locks_the_newest_google_genai_unless_pipecat_is_asked_for() -> None:
    assert [{"extra": "pipecat"}, {"extra": "dev"}] in PROJECT["tool"]["uv"]["conflicts"]
