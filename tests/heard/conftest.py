"""Lets the tests of heard words import what they share, ``spoken_turns``, which stands here."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
