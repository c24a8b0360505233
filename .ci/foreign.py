"""python-genai's own live tests with and without the library: is any result another?

    python .ci/foreign.py            # in an environment that has both, and pytest

google-genai's wheels bring its tests; `foreign.sh` says whose distributions do not bring theirs. Prints
what was compared; exit code 1 if a result differs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

TESTS = ("google.genai.tests.live", "google.genai.tests.live_api")
PLUGIN = """
from gemini_live_interrupt import enable_interrupt_resume, is_enabled

enable_interrupt_resume()


def pytest_sessionfinish():
    assert is_enabled()
    from google.genai import live
    assert "gemini_live_interrupt" in repr(vars(live.AsyncSession)["_receive"].__dict__) or hasattr(
        vars(live.AsyncSession)["_receive"], "__wrapped__"
    ), "the library was not around what the tests tested"
"""


def results(folder: Path, *, with_us: bool) -> dict[str, str]:
    """The outcome of each test."""
    report = folder / f"{with_us}.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    # Without this, pytest imports the tests under another name, and another google.genai with them.
    command += ["-o", "consider_namespace_packages=true", "-o", "asyncio_mode=auto"]
    if with_us:
        (folder / "with_the_library.py").write_text(PLUGIN)
        command += ["-p", "with_the_library"]
    command += [f"--junitxml={report}", "--pyargs", *_there()]
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=_environment(folder)
    )
    if not report.is_file() or run.returncode not in (0, 1):
        sys.exit(f"the tests could not be run:\n{run.stdout}\n{run.stderr}")
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        marks = {child.tag for child in case} & {"failure", "error", "skipped"}
        found[f"{case.get('classname')}.{case.get('name')}"] = ", ".join(sorted(marks)) or "passed"
    return found


def _there() -> list[str]:
    from importlib.util import find_spec

    return [name for name in TESTS if find_spec(name) is not None]


def _environment(folder: Path) -> dict[str, str]:
    import os

    plain = {key: value for key, value in os.environ.items() if "API_KEY" not in key}
    # Some of the tests only look whether there is a key.
    return plain | {"PYTHONPATH": str(folder), "GOOGLE_API_KEY": "none", "GEMINI_API_KEY": ""}


def main() -> int:
    """Run both ways and compare."""
    from google.genai.version import __version__

    with tempfile.TemporaryDirectory() as name:
        bare = results(Path(name), with_us=False)
        ours = results(Path(name), with_us=True)
    passed = sum(outcome == "passed" for outcome in bare.values())
    print(f"google-genai {__version__}: {len(bare)} tests, {passed} pass without the library")
    if passed < 20:
        print("too few of them run for a comparison")
        return 1
    different = {key for key in bare.keys() | ours.keys() if bare.get(key) != ours.get(key)}
    for key in sorted(different):
        print(f"  {key}: {bare.get(key)} without, {ours.get(key)} with the library")
    print("no result differs" if not different else f"{len(different)} results differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
