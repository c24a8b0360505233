"""Interruptions of Gemini Live in Pipecat: the model, the context and the client know what was heard.

>>> from gli_pipecat import InterruptResume
>>> Pipeline([                                                       # doctest: +SKIP
...     transport.input(), user_aggregator, llm,
...     transport.output(), InterruptResume(llm), assistant_aggregator,
... ])

Needs `pip install "gemini-live-interrupt[pipecat]"`. Importing it loads Pipecat's frames and
processors, and no transport.
"""

from __future__ import annotations

try:
    import pipecat.frames.frames  # noqa: F401
except ImportError as error:
    raise ImportError(
        'gli_pipecat needs Pipecat: pip install "gemini-live-interrupt[pipecat]"'
    ) from error

from gli_pipecat.frames import InterruptionContextFrame, InterruptionMetricsData
from gli_pipecat.params import InterruptResumeParams
from gli_pipecat.processor import InterruptResume

__all__ = [
    "InterruptResume",
    "InterruptResumeParams",
    "InterruptionContextFrame",
    "InterruptionMetricsData",
]
