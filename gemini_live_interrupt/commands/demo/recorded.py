"""The record of the demo's call with the library: where it goes, and the command that shows it.

Knows the folder and the commands that read a record. Must not know how the call is held.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from gemini_live_interrupt.commands.outputs import problem_with
from gemini_live_interrupt.commands.record_file import demo_folder
from gemini_live_interrupt.record import folders
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.record.writing import writer

_MOST_SESSIONS, _MOST_MB = 5, 200.0


def recording_in(folder: Path | None) -> Recording | None:
    """How the call is recorded; None where the cache cannot be written.

    Args:
        folder: which the user named and which can be written; None: the cache.
    """
    if folder is not None:
        return Recording(to=folder, words=True, sound=True)
    folder = demo_folder()
    if problem_with((), folder=folder):
        return None
    return Recording(
        to=folder, words=True, sound=True, most_sessions=_MOST_SESSIONS, most_mb=_MOST_MB
    )


def name_the_record(recording: Recording, console: Console) -> None:
    """Say where the call was recorded, and with which command it can be seen."""
    writer.flush()
    calls = folders.kept(recording.to)
    if not calls:
        return
    is_default = recording.to == demo_folder()
    path = "" if is_default else f" {shlex.quote(str(calls[-1].path))}"
    console.print(
        f"The call with the library was recorded, words and sound: {calls[-1].path}\n"
        f"See it on a time line:  gemini-live-interrupt timeline{path}\n"
        f"Have it explained:      gemini-live-interrupt explain{path}",
        soft_wrap=True,
        markup=False,
    )
