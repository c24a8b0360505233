"""The examples in the docstrings of the testing package are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import gemini_live_interrupt.testing as package

MODULES = [module.name for module in pkgutil.iter_modules(package.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(f"{package.__name__}.{name}")
    assert doctest.testmod(module).failed == 0
