"""Makes the app's process importable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

pytest.importorskip("fastapi", reason="FastAPI is in the extra `dev`")
pytest.importorskip("uvicorn", reason="FastAPI's server is in the extra `dev`")
