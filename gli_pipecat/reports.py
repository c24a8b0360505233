"""What clients, metrics, other processors and the application hear of an interruption.

Knows the forms: events, server messages for RTVI clients, metrics, and the frame by which Pipecat
calls an acknowledgement one. Must not know when an interruption is finished: that is the core's.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

from loguru import logger
from pipecat.frames import frames
from pipecat.frames.frames import Frame, MetricsFrame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.utils.time import time_now_iso8601

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.outcome import Outcome
from gli_pipecat.downstream import Downstream
from gli_pipecat.frames import InterruptionMetricsData

_BACKCHANNEL: Any = getattr(frames, "UserBackchannelFrame", None)
"""Where Pipecat has it: from 1.14."""


class Host(Protocol):
    """What is needed of the processor."""

    @property
    def name(self) -> str: ...

    @property
    def metrics_enabled(self) -> bool: ...

    async def push_frame(self, frame: Frame, direction: FrameDirection = ...) -> None: ...

    async def _call_event_handler(self, event_name: str, *args: Any, **kwargs: Any) -> None: ...


class Reports:
    """Tells everybody.

    Args:
        host: The processor.
        down: Where messages for clients go, in their order among the words.
    """

    def __init__(self, host: Host, down: Downstream) -> None:
        self._host = host
        self._down = down

    async def told(self, interruption: e.Interruption) -> None:
        """An interruption is finished: the model was told, or will not be."""
        self._down.message(
            "bot-interruption",
            id=interruption.id,
            heard=interruption.heard,
            unheard=interruption.unheard,
            user_text=interruption.user_text,
            cause=interruption.cause,
            heard_ms=round(interruption.heard_ms),
            received_ms=round(interruption.received_ms),
            note=interruption.note,
        )
        await self._down.flush()
        if self._host.metrics_enabled:
            elapsed = (time.time() - interruption.time) * 1000.0
            data = InterruptionMetricsData(
                processor=self._host.name,
                heard_ms=interruption.heard_ms,
                received_ms=interruption.received_ms,
                unheard_words=len(interruption.unheard.split()),
                note_ms=elapsed if interruption.note else None,
            )
            await self._host.push_frame(MetricsFrame(data=[data]))
        await self._host._call_event_handler("on_interruption_told", interruption)

    async def concluded(self, outcome: Outcome) -> None:
        """It is known what the reply after an interruption did."""
        logger.info(f"{self._host}: outcome of interruption {outcome.interruption}: {outcome.kind}")
        self._down.message(
            "bot-outcome",
            id=outcome.interruption,
            kind=outcome.kind,
            skipped_words=outcome.skipped_words,
            repeated_words=outcome.repeated_words,
            repaired=outcome.repaired,
        )
        await self._down.flush()
        await self._host._call_event_handler("on_outcome", outcome)

    async def noticed(self, notice: e.Notice) -> None:
        """Something happened that the application may want to act upon."""
        logger.info(f"{self._host}: {notice.kind}: {notice.detail}")
        await self._host._call_event_handler("on_notice", notice)

    async def acknowledged(self, text: str) -> None:
        """What the user said over a reply only acknowledged it.

        Pipecat's own frame for it goes upstream, to the user aggregator, where transcripts go.
        """
        if _BACKCHANNEL is not None:
            frame = _BACKCHANNEL(text=text, user_id="", timestamp=time_now_iso8601())
            await self._host.push_frame(frame, FrameDirection.UPSTREAM)
