"""numpy, where it is installed and was loaded: much arithmetic at once, to the same numbers.

Knows that nothing depends on it. Must not know what is computed.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any

__all__ = ["arrays", "load_arrays"]

_numpy: Any = None


def load_arrays() -> bool:
    """Use numpy from now on, where it is installed; whether it is.

    Importing it takes some 0.1 s, so this is for the start of a program. Never in a thread beside
    others: a process that forks in the middle of it has a child that can import nothing any more.
    """
    global _numpy
    with suppress(Exception):  # Nothing of ours depends on it, so a broken one is none.
        numpy = import_module("numpy")
        numpy.zeros(8).reshape(2, 4).max(axis=1)  # The first time takes longest.
        _numpy = numpy
    return _numpy is not None


def arrays() -> Any:
    """numpy, if it was loaded; else None."""
    return _numpy
