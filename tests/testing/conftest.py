"""Lets the tests of the local server import their client, ``live_talk``, which stands here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
pytest.register_assert_rewrite("live_talk")
