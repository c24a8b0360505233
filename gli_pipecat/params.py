"""What an application can choose, and how late each transport is heard.

Knows names and numbers. Must not know frames.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from gemini_live_interrupt.core.choices import check_callable, check_flag, check_number
from gemini_live_interrupt.genai.boundary import ends_process
from gemini_live_interrupt.genai.profile_file import load_profiles
from gemini_live_interrupt.saying import app_failed
from gemini_live_interrupt.telemetry.choices import TelemetryChoices

PLAYOUT_LATENCY_MS = {
    # Measured: Chromium was audible 0.10 s after Pipecat's "bot started speaking" (2026-11).
    "SmallWebRTCOutputTransport": 100.0,
    # Not measured; of the same kind: paced by the transport, then the network and a jitter buffer.
    "DailyOutputTransport": 150.0,
    "LiveKitOutputTransport": 150.0,
    # Not measured: paced on a 40 ms grid, then the client's own buffer, or a telephone network.
    "FastAPIWebsocketOutputTransport": 200.0,
    "WebsocketServerOutputTransport": 200.0,
    "WebsocketClientOutputTransport": 200.0,
    # A sound card's buffer.
    "LocalAudioOutputTransport": 50.0,
    "TkOutputTransport": 50.0,
    # The eval client keeps no speaker: what was sent was heard.
    "EvalOutputTransport": 0.0,
}
"""By the class of the output transport (or a base of it), in ms."""

OTHER_LATENCY_MS = 100.0
"""Of a transport that is not in the table, in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptResumeParams(TelemetryChoices):
    """Settings of `InterruptResume`: those of `TelemetryChoices`, and what only Pipecat has.

    Parameters:
        playout_latency_ms: How much later than the transport takes audio the user hears it, in ms,
            or a function that says so now. None: by the transport's class
            (`PLAYOUT_LATENCY_MS`). A transport that takes audio faster than real time needs no
            more than that: its queue is known.
        model: The model's name; None: the llm's own.
        rtvi: Send RTVI clients what was heard, as server messages (see docs/pipecat.md). They hold
            what people said, and the note: every client of the call gets them.
    """

    playout_latency_ms: float | Callable[[], float] | None = None
    model: str | None = None
    rtvi: bool = False

    def __post_init__(self) -> None:
        # A slotted dataclass is made twice: `super()` means the first.
        TelemetryChoices.__post_init__(self)
        load_profiles(self.profile)  # What is wrong with it is wrong now.
        if callable(self.playout_latency_ms):
            check_callable("playout_latency_ms", self.playout_latency_ms)
        elif self.playout_latency_ms is not None:
            check_number("playout_latency_ms", self.playout_latency_ms, least=0.0)
        check_flag("rtvi", self.rtvi)
        if not isinstance(self.model, (str, type(None))):
            raise TypeError(f"model must be a name or None, not {self.model!r}")


def settings_of(params: object, others: Iterable[str], of: type[Any]) -> InterruptResumeParams:
    """The settings that a processor was given; what would not be one is an error.

    Args:
        params: What was given for them.
        others: The names of what else was given.
        of: The class that takes the others.

    Raises:
        TypeError: If they are of another kind, or something else was given that nobody takes.
    """
    if not isinstance(params, (InterruptResumeParams, type(None))):
        raise TypeError(f"params must be InterruptResumeParams(...), not {type(params).__name__}")
    settings = {one.name for one in fields(InterruptResumeParams)}
    # Pipecat's classes take any argument, and drop those that they do not know.
    taken = {name for one in of.__mro__ for name in inspect.signature(one).parameters}
    for name in others:
        if name in settings:
            raise TypeError(
                f"{name} is a setting: "
                f"InterruptResume(llm, params=InterruptResumeParams({name}=...))"
            )
        if name not in taken:
            raise TypeError(f"InterruptResume takes no argument {name!r}")
    return params or InterruptResumeParams()


def latency_by(
    chosen: float | Callable[[], float] | None, transport: object
) -> Callable[[], float]:
    """How much later than an output transport takes sound the user hears it, now, in ms.

    Args:
        chosen: What the application chose.
        transport: The transport.
    """
    default = latency_of(transport)
    if not callable(chosen):
        latency = default if chosen is None else chosen
        return lambda: latency
    ask = chosen

    def asked() -> float:
        try:
            ms = ask()
            check_number("What playout_latency_ms gives", ms, least=0.0)
            return ms
        except BaseException as error:
            if ends_process(error):
                raise
            app_failed(ask, error, f"Instead, {default:g} ms are taken, as for this transport.")
            return default

    return asked


def latency_of(transport: object | None) -> float:
    """The default latency of an output transport, in ms, by its class or a base of it.

    >>> latency_of(None)
    100.0
    """
    for kind in type(transport).__mro__:
        if kind.__name__ in PLAYOUT_LATENCY_MS:
            return PLAYOUT_LATENCY_MS[kind.__name__]
    return OTHER_LATENCY_MS
