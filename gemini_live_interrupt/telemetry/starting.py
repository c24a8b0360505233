"""How what happens in a session begins to be seen: by the flight recorder, and by OpenTelemetry.

Knows the choices, and OpenTelemetry's global providers. Must not know a shell: what that knows of its
session comes as arguments.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.starting import About, record
from gemini_live_interrupt.saying import say_once, what
from gemini_live_interrupt.telemetry.choices import TelemetryChoices

if TYPE_CHECKING:
    from gemini_live_interrupt.telemetry.spans import Instruments

_SCOPE = "gemini_live_interrupt"


def start(choices: TelemetryChoices, talk: Conversation, about: About) -> Recorder | None:
    """See a conversation from now on, as far as the app or the environment wants it. Never raises.

    Args:
        choices: what the app chose.
        talk: the conversation.
        about: what is known of its session.

    Returns:
        The recorder, for what does not come by the core; None if nothing is recorded.
    """
    recorder = record(choices, talk, about)
    if choices.telemetry:
        try:
            _tell_opentelemetry(talk, about)
        except Exception as error:
            say_once(f"Sessions have no telemetry ({what(error)}); they go on.")
    return recorder


def _tell_opentelemetry(talk: Conversation, about: About) -> None:
    from opentelemetry import trace

    from gemini_live_interrupt.telemetry.spans import Telemetry

    talk.watch(
        Telemetry(
            trace.get_tracer(_SCOPE),
            _instruments(),
            model=about.model or "",
            backend=talk.profile.backend,
            session_id=about.session_id,
            epoch=talk.options.epoch,
        )
    )


@cache
def _instruments() -> Instruments:
    from opentelemetry import metrics

    from gemini_live_interrupt.telemetry.spans import Instruments

    return Instruments(metrics.get_meter(_SCOPE))
