"""Makes the example and the caller importable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "examples")]

pytest.importorskip("fastapi", reason="FastAPI is in the extra `dev`")
pytest.importorskip("uvicorn", reason="FastAPI's server is in the extra `dev`")
