"""When a user talks over a Gemini Live model, the model knows what was heard, and the conversation
goes on.

>>> from gemini_live_interrupt import enable_interrupt_resume
>>> enable_interrupt_resume()  # before connecting; nothing else changes
>>> disable_interrupt_resume()
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from gemini_live_interrupt.core.builder import PromptBuilder
from gemini_live_interrupt.core.events import HeardSoFar, Interruption, Notice, ToolCall
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.genai import enabling as _enabling
from gemini_live_interrupt.genai.handle import SessionTracker
from gemini_live_interrupt.genai.playback_reports import PlaybackReports
from gemini_live_interrupt.genai.resumption import RedisStore, StateStore
from gemini_live_interrupt.genai.settings import AttachSettings as _AttachSettings
from gemini_live_interrupt.genai.settings import SessionSettings as _SessionSettings
from gemini_live_interrupt.genai.settings import Settings as _Settings
from gemini_live_interrupt.genai.settings_here import ChosenHere as _ChosenHere
from gemini_live_interrupt.genai.signatures import Given as _Given
from gemini_live_interrupt.genai.signatures import with_session_and_settings as _of_a_session
from gemini_live_interrupt.genai.signatures import with_settings as _with_settings
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.saying import InterruptResumeWarning

__version__ = "0.2.0"

__all__ = [
    "HeardSoFar",
    "InterruptResumeWarning",
    "Interruption",
    "Notice",
    "Outcome",
    "PlaybackReports",
    "PromptBuilder",
    "Recording",
    "RedisStore",
    "SessionTracker",
    "StateStore",
    "ToolCall",
    "attach_interrupt_resume",
    "build_note",
    "disable_interrupt_resume",
    "enable_interrupt_resume",
    "interrupt_resume_for",
    "interrupt_resume_settings",
    "is_enabled",
]


@_with_settings(_Settings)
def enable_interrupt_resume(given: _Given) -> None:
    """Resume interruptions in every google-genai live session that connects from now on.

    Calling it again changes the settings for later sessions. Works before or after google-genai is
    imported.

    Args:

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is out of range.
    """
    _enabling.enable(_Settings(**given))


def disable_interrupt_resume() -> None:
    """Stop: google-genai is as before, and sessions that are live are left alone from now on.
    Wrappers that others put on later stay."""
    _enabling.disable()


def is_enabled() -> bool:
    """Whether sessions that connect from now on are followed.

    Example:
        >>> is_enabled()
        False
    """
    return _enabling.is_enabled()


def interrupt_resume_for(session: Any) -> SessionTracker:
    """The handle of one live session, to report playback with.

    Args:
        session: what `client.aio.live.connect(...)` gave.

    Raises:
        LookupError: if the session is not followed.
    """
    handle = _enabling.handle_for(session)
    if handle is None:
        raise LookupError(
            "This session is not followed. Call enable_interrupt_resume() before it connects, "
            "or attach_interrupt_resume(session) now."
        )
    return handle


@_of_a_session(_AttachSettings)
def attach_interrupt_resume(session: Any, given: _Given) -> SessionTracker:
    """Resume interruptions in this one session, with settings of its own.

    Needs no `enable_interrupt_resume()`. Where the session is followed already, what is known of its
    model stays, and so do the settings that are not given.

    Args:
        session: what `client.aio.live.connect(...)` gave.

    Returns:
        The session's handle.

    Raises:
        TypeError: if it is not a live session, or an argument has the wrong type.
        ValueError: if a number is out of range.
    """
    return _enabling.attach(session, given)


@_with_settings(_SessionSettings)
def interrupt_resume_settings(given: _Given) -> AbstractContextManager[None]:
    """Other settings for the sessions that connect inside a `with` block: for one call of a server,
    say, or where a framework connects by itself.

    >>> with interrupt_resume_settings(session_label="call-17", max_history=8):
    ...     pass  # connect here, or start the framework's task here

    What is not given is as `enable_interrupt_resume` has it. It goes by the context of the task, so
    calls that run at the same time do not see each other's.

    Args:

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is out of range.
    """
    _SessionSettings(**given)  # What is wrong is wrong now, not when something connects.
    return _ChosenHere(given)
