"""The pages name tests and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gemini_live_interrupt

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _tests() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.add(path.name)
        found |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_tests_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {name.split("/")[-1] for name in re.findall(r"`([\w/]*\btest_\w+(?:\.py)?)`", text)}
    assert named - _tests() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_files_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    folders = "gemini_live_interrupt|gli_pipecat|tests|bench|examples|docs"
    named = set(re.findall(rf"\b(?:{folders})/[\w/]+\.(?:py|md|svg|png|sh|json|html)\b", text))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_reference_has_every_public_name() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^::: gemini_live_interrupt\.(\w+)$", text, re.MULTILINE))
    assert named == set(gemini_live_interrupt.__all__) - {"PromptBuilder"}, "that is a type alias"
