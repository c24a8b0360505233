"""The examples in the docstrings of the ear."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from gemini_live_interrupt import heard

MODULES = [module.name for module in pkgutil.iter_modules(heard.__path__)]
WITHOUT = {
    "alignment", "arrays", "columns", "lattice", "likelihoods", "placed_text", "position", "said_words",
    "small_words", "sounding_out", "sounds", "stretch", "way", "word_times",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(MODULES) - WITHOUT))
def test_examples_in_docstrings_are_right(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"{heard.__name__}.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
