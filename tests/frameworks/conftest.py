"""Makes the scene importable, and leaves the library switched off after each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemini_live_interrupt import disable_interrupt_resume

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(autouse=True)
def _switched_off() -> Iterator[None]:
    yield
    disable_interrupt_resume()
