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
from dataclasses import fields
from functools import cache
from importlib import metadata
from typing import Any

from loguru import logger

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.record.lines import Header
from gemini_live_interrupt.record.plain import to_plain
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import RecordedChoices, Recording, recording_of
from gemini_live_interrupt.record.secrets import digest
from gemini_live_interrupt.record.writing import writer

_DISTRIBUTIONS = ("gemini-live-interrupt", "google-genai", "pipecat-ai", "num2words")


def start(
    choices: RecordedChoices,
    talk: Conversation,
    *,
    shell: str,
    model: str | None,
    config: Mapping[str, Any] | None = None,
    session_id: str | None = None,
    resumes: str | None = None,
) -> Recorder | None:
    """Record a conversation from now on, if the app or the environment wants it. Never raises.

    Args:
        choices: what the app chose.
        talk: the conversation; its `watcher` is set.
        shell: "google-genai" or "pipecat".
        model: as the app named it.
        config: what of the session's configuration may be written.
        session_id: the session's id; None: a new one.
        resumes: the handle that the session was resumed with.

    Returns:
        The recorder, for what does not come by the core; None if nothing is recorded.
    """
    try:
        recording = recording_of(choices)
        if recording is None:
            return None
        header = _header(choices, recording, talk, shell, model, config, session_id, resumes)
        recorder = Recorder(header)
        talk.watch(recorder)
        writer.begin(recorder, recording)
    except Exception as error:
        logger.warning("A session is not recorded: {!r}", error)
        return None
    return recorder


def _header(
    choices: RecordedChoices,
    recording: Recording,
    talk: Conversation,
    shell: str,
    model: str | None,
    config: Mapping[str, Any] | None,
    session_id: str | None,
    resumes: str | None,
) -> Header:
    return Header(
        session=session_id or secrets.token_hex(6),
        began=round(time.time(), 3),
        clock=math.floor(time.monotonic()),
        versions=dict(_versions()),
        shell=shell,
        model=model or "",
        profile=to_plain(talk.profile, defaults=True),
        options=to_plain(talk.options, defaults=True),
        settings=_settings(choices),
        config=dict(config or {}),
        words=recording.words,
        sound=recording.sound,
        resumes=digest(resumes) if resumes else "",
    )


def _settings(choices: RecordedChoices) -> dict[str, Any]:
    """What was chosen: plain values as they are, of anything else that there is one."""
    found: dict[str, Any] = {}
    for field in fields(choices):
        value = getattr(choices, field.name)
        if not field.name.startswith("record_") and field.name not in (
            "model",
            "resumption_handle",
        ):
            plain = value is None or isinstance(value, (bool, int, float, str))
            found[field.name] = value if plain else True
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
