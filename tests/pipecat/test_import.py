"""What an import costs."""

from __future__ import annotations

import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_gli_pipecat_loads_no_transport_and_no_codec() -> None:
    modules = loaded_by("import gli_pipecat")
    assert "gli_pipecat.processor" in modules
    for name in ("cv2", "av", "aiortc", "google.genai"):
        assert name not in modules
    assert not [name for name in modules if name.startswith("pipecat.transports")]


def test_the_core_does_not_import_pipecat() -> None:
    modules = loaded_by("import gemini_live_interrupt, gemini_live_interrupt.testing")
    assert not [name for name in modules if name.split(".")[0] in ("pipecat", "gli_pipecat")]
