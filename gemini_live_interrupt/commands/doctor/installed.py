"""Which versions are installed, against those that were tried.

Knows package names. Must not import what it looks at, apart from asking whether it is there.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from gemini_live_interrupt import __version__
from gemini_live_interrupt.commands.doctor.finding import Finding, bad, good, note

TRIED: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "google-genai": ((1, 68), (4,)),
    "wrapt": ((1, 16), (3,)),
    "loguru": ((0, 7), (0, 8)),
    "sentencex": ((1, 0, 30), (2,)),
}
"""Package: the first version that was tried, and the first that was not."""
PIPECAT = ((1, 0), (2,))


def look(installed: Callable[[str], str | None] | None = None) -> list[Finding]:
    """What is installed.

    Args:
        installed: the version of a package, None if it is not there; for tests.
    """
    of = installed or _version
    found = [good(f"gemini-live-interrupt {__version__}, Python {platform.python_version()}.")]
    found += [_tried(name, of(name), *between) for name, between in TRIED.items()]
    pipecat = of("pipecat-ai")
    if pipecat is not None:
        found.append(_tried("pipecat-ai", pipecat, *PIPECAT))
    if find_spec("num2words") is None:
        found.append(
            note(
                "num2words is not installed, so numbers are spelled digit by digit when heard text is measured.",
                'pip install "gemini-live-interrupt[numbers]"',
            )
        )
    if find_spec("numpy") is None:
        found.append(
            note(
                "numpy is not installed, so a process that carries many calls at once works harder than it need.",
                'pip install "gemini-live-interrupt[fast]"',
            )
        )
    return found


def _tried(
    name: str, found: str | None, first: tuple[int, ...], beyond: tuple[int, ...]
) -> Finding:
    least, most = ".".join(map(str, first)), ".".join(map(str, beyond))
    if found is None:
        return bad(f"{name} is not installed.", f'pip install "{name}>={least},<{most}"')
    numbers = tuple(int(part) for part in re.findall(r"\d+", found)[:3])
    if first <= numbers < beyond:
        return good(f"{name} {found} has been tested.")
    if numbers < first:
        return bad(f"{name} {found} is too old.", f'pip install -U "{name}>={least},<{most}"')
    return note(
        f"{name} {found} is newer than the versions that have been tested (below {most}). It may work.",
        "Update gemini-live-interrupt, or report what you see.",
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
