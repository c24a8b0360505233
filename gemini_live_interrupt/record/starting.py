"""How the record of a session starts: its header, its recorder, and the writer that gets it.

Knows what a header says, and where versions and times come from. Must not know a shell: what that
knows of its session comes as arguments.
"""

from __future__ import annotations

import math
import platform
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import metadata
from typing import Any

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.record.lines import Header
from gemini_live_interrupt.record.plain import to_plain
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import RecordedChoices, Recording, recording_of
from gemini_live_interrupt.record.secrets import digest
from gemini_live_interrupt.record.writing import writer
from gemini_live_interrupt.saying import printable, say_once

_DISTRIBUTIONS = ("gemini-live-interrupt", "google-genai", "pipecat-ai", "num2words")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a shell knows of a session that begins."""

    shell: str
    """"google-genai" or "pipecat"."""
    model: str | None
    """As the app named it."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What of the session's configuration may be written."""
    session_id: str = field(default_factory=lambda: secrets.token_hex(6))
    resumes: str | None = None
    """The handle that the session was resumed with."""


def record(choices: RecordedChoices, talk: Conversation, about: About) -> Recorder | None:
    """Record a conversation from now on, if the app or the environment wants it. Never raises.

    Args:
        choices: what the app chose.
        talk: the conversation; its `watcher` is set.
        about: what is known of its session.

    Returns:
        The recorder, for what does not come by the core; None if nothing is recorded.
    """
    try:
        recording = recording_of(choices)
        if recording is None:
            return None
        recorder = Recorder(_header(choices, recording, talk, about))
        talk.watch(recorder)
        writer.begin(recorder, recording)
    except Exception as error:
        say_once(f"Sessions are not recorded: {printable(f'{type(error).__name__}: {error}')}")
        return None
    return recorder


def _header(
    choices: RecordedChoices, recording: Recording, talk: Conversation, about: About
) -> Header:
    return Header(
        session=about.session_id,
        began=round(time.time(), 3),
        clock=math.floor(time.monotonic()),
        versions=dict(_versions()),
        shell=about.shell,
        model=about.model or "",
        profile=to_plain(talk.profile, defaults=True),
        options=to_plain(talk.options, defaults=True),
        settings=_settings(choices),
        config=dict(about.config),
        words=recording.words,
        sound=recording.sound,
        resumes=digest(about.resumes) if about.resumes else "",
    )


def _settings(choices: RecordedChoices) -> dict[str, Any]:
    """What was chosen: plain values as they are, of anything else that there is one."""
    found: dict[str, Any] = {}
    for each in fields(choices):
        value = getattr(choices, each.name)
        if not each.name.startswith("record_") and each.name not in (
            "model",
            "resumption_handle",
        ):
            plain = value is None or isinstance(value, (bool, int, float, str))
            found[each.name] = value if plain else True
    return found


@cache
def _versions() -> Mapping[str, str]:
    found = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found
