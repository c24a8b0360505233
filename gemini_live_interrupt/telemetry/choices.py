"""What an app chooses for its telemetry.

Knows the setting, and whether OpenTelemetry is there. Must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from gemini_live_interrupt.record.recording import RecordedChoices


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryChoices(RecordedChoices):
    """The choices of `RecordedChoices`, and telemetry."""

    telemetry: bool = False
    """Spans and metrics by OpenTelemetry (extra `otel`), below the span that is current when the
    session connects."""

    def __post_init__(self) -> None:
        RecordedChoices.__post_init__(self)
        if not isinstance(self.telemetry, bool):
            raise TypeError(f"telemetry must be True or False, not {self.telemetry!r}")
        if self.telemetry and find_spec("opentelemetry") is None:
            raise ImportError(
                'telemetry=True needs OpenTelemetry: pip install "gemini-live-interrupt[otel]"'
            )
