"""Where answers and evidence are kept: on the disk before the next call is made.

Knows files, and that a path must be usable before anybody is called. Must not know what was asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gemini_live_interrupt.commands.probe.conclusions import MOSTLY, Findings
from gemini_live_interrupt.core.profile_text import FoundProfile, FoundProfiles
from gemini_live_interrupt.core.profiles import Profile, profile_for

_SELDOM = 0.2
"""Share of the calls below which a route counts as not used."""


class Evidence:
    """A file of JSON lines, one for each message, written as they come.

    Args:
        path: the file; what is in it is kept.

    Raises:
        OSError: if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._was_there = path.exists()
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")

    def keep(self, record: Mapping[str, Any]) -> None:
        """Write one record, and see that it is on its way to the disk."""
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if not self._was_there and not self.path.stat().st_size:
            self.path.unlink()


class SavedProfile:
    """A TOML file that `enable_interrupt_resume(profile=FILE)` reads; other models in it stay.

    Args:
        path: the file.
        about: what was asked, for a comment in the file.

    Raises:
        OSError: if it cannot be written.
        ValueError: if it is there and holds something else.
    """

    def __init__(self, path: Path, about: str) -> None:
        self._path = path
        self._about = about
        text = path.read_text("utf-8-sig") if path.exists() else ""
        self._others = FoundProfiles.from_text(text).models if text.strip() else ()
        with path.open("a", encoding="utf-8"):
            pass
        if not text:
            path.unlink()

    def save(self, findings: Findings, *, vertex: bool) -> None:
        """Write what was found out so far, in place of what the file had about this model."""
        new = FoundProfile(
            name=findings.model.lower().rpartition("/")[2], profile=_profile(findings, vertex)
        )
        kept = (
            found
            for found in self._others
            if (found.name, found.profile.backend) != (new.name, new.profile.backend)
        )
        text = FoundProfiles((*kept, new)).to_text()
        comment = (
            f"# Last written by `gemini-live-interrupt probe`, {date.today()}: {self._about}\n"
        )
        unfinished = self._path.with_name(self._path.name + ".part")
        unfinished.write_text(comment + text, "utf-8")
        unfinished.replace(self._path)


def _profile(findings: Findings, vertex: bool) -> Profile:
    """Our profile of the model, with what was found out in its place."""
    answers = {answer.id: answer.answer for answer in findings.answers}
    found: dict[str, Any] = {}
    for flag, id_ in (
        ("whole_utterances", "whole_transcripts"),
        ("reports_activity", "activity"),
        ("text_interrupts", "answering_text_cuts"),
    ):
        if answers[id_] in ("yes", "no"):
            found[flag] = answers[id_] == "yes"
    for route in findings.routes:
        share = route.used / route.calls
        if route.route == "silent" and (share >= MOSTLY or share <= _SELDOM):
            found["silent_reaches_audio_turn"] = share >= MOSTLY
    if findings.fits is None:
        found["deliveries"] = ()
    elif findings.fits == "answering":
        found["deliveries"] = ("answering",)
    return replace(profile_for(findings.model, vertex=vertex), routes=findings.routes, **found)
