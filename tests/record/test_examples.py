"""The examples in the docstrings of this wing are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import gemini_live_interrupt.record as wing


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(wing.__path__)])
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"{wing.__name__}.{name}")).failed == 0
