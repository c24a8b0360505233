"""What all tests share: where the recordings of the real service are, and the step words."""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("busy machine", deadline=None)
hypothesis.settings.load_profile("busy machine")

HERE = Path(__file__).resolve().parent
RECORDINGS = HERE.parent.parent / "shared" / "recordings"

# The step modules (`conversation_steps`, `live_socket`) stand beside the tests.
sys.path.insert(0, str(HERE))
pytest.register_assert_rewrite("conversation_steps")


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder with recordings of the real service."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"the recordings of the real service are not at {RECORDINGS}")
    return RECORDINGS
