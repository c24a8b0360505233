"""Every block of Python in README and docs runs: through a barge-in and the reply after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docs_stage import ROOT, Block, blocks, run_piece, run_program, run_tests, was_cut_and_told

import gemini_live_interrupt as gli

ALL = blocks(ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PROGRAMS = [
    block for block in ALL if block.is_program and not (block.is_test or block.is_run_elsewhere)
]
TESTED = sorted({block.page for block in ALL if block.is_test})
PIECES = [
    block
    for block in ALL
    if not (block.is_program or block.is_test or block.is_conftest or block.is_run_elsewhere)
]


def _name(block: Block) -> str:
    return block.id


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    gli.disable_interrupt_resume()


def test_what_is_run_elsewhere_is_run_there() -> None:
    elsewhere = [block for block in ALL if block.is_run_elsewhere]
    assert elsewhere
    assert all((ROOT / block.is_run_elsewhere).is_file() for block in elsewhere)


@pytest.mark.parametrize("block", PROGRAMS, ids=_name)
async def test_a_program_goes_on_after_a_barge_in(block: Block, tmp_path: Path) -> None:
    printed = await run_program(block, tmp_path)
    assert "Traceback" not in printed


@pytest.mark.parametrize("page", TESTED)
def test_a_pages_tests_pass_as_they_stand(page: str, tmp_path: Path) -> None:
    run_tests([block for block in ALL if block.page == page], tmp_path)


@pytest.mark.parametrize("block", PIECES, ids=_name)
async def test_a_piece_works_in_an_app(block: Block) -> None:
    record = await run_piece(block)
    assert was_cut_and_told(record)
