"""How what happens in a session begins to be seen: by the flight recorder, and by OpenTelemetry.

Knows the choices, and OpenTelemetry's global providers. Must not know a shell: what that knows of its
session comes as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from loguru import logger

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.record import starting
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.telemetry.choices import TelemetryChoices

if TYPE_CHECKING:
    from gemini_live_interrupt.telemetry.spans import Instruments

_SCOPE = "gemini_live_interrupt"


def start(
    choices: TelemetryChoices,
    talk: Conversation,
    *,
    shell: str,
    model: str | None,
    config: Mapping[str, Any] | None = None,
    session_id: str | None = None,
    resumes: str | None = None,
) -> Recorder | None:
    """See a conversation from now on, as far as the app or the environment wants it. Never raises.

    Args:
        choices: what the app chose.
        talk: the conversation.
        shell: "google-genai" or "pipecat".
        model: as the app named it.
        config: what of the session's configuration may be written.
        session_id: the session's id; None: a new one.
        resumes: the handle that the session was resumed with.

    Returns:
        The recorder, for what does not come by the core; None if nothing is recorded.
    """
    recorder = starting.start(
        choices,
        talk,
        shell=shell,
        model=model,
        config=config,
        session_id=session_id,
        resumes=resumes,
    )
    if choices.telemetry:
        named = session_id or (recorder.header.session if recorder is not None else "")
        try:
            _tell_opentelemetry(talk, model or "", named)
        except Exception as error:
            logger.warning("A session has no telemetry: {!r}", error)
    return recorder


def _tell_opentelemetry(talk: Conversation, model: str, session_id: str) -> None:
    from opentelemetry import trace

    from gemini_live_interrupt.telemetry.spans import Telemetry

    talk.watch(
        Telemetry(
            trace.get_tracer(_SCOPE),
            _instruments(),
            model=model,
            backend=talk.profile.backend,
            session_id=session_id,
            epoch=talk.options.epoch,
        )
    )


@cache
def _instruments() -> Instruments:
    from opentelemetry import metrics

    from gemini_live_interrupt.telemetry.spans import Instruments

    return Instruments(metrics.get_meter(_SCOPE))
