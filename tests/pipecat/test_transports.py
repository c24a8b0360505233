"""A barge-in by Pipecat's own transports, with the latencies that they are taken to have."""

from __future__ import annotations

import pytest

pytest.importorskip("aiortc", reason="the extra pipecat-ai[webrtc] is not installed")
pytest.importorskip("fastapi", reason="the extra pipecat-ai[websocket] is not installed")

import numpy as np
from call import Call, calling
from real_transports import web_rtc, web_socket
from speakers import Ear
from test_own_sound import ANSWER, STORY, assert_heard_is_true, question, talk_over, wait_words

from gemini_live_interrupt.testing import LiveServer

_AUDIBLE = 200
"""Peak from which something is heard, of 32767: Opus leaves a little noise in silence."""
_A_PAUSE_MS = 700.0
"""Silence that is longer than any within a reply."""


async def test_by_fastapis_web_socket_what_was_played_was_heard() -> None:
    ear = Ear()
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        web_socket(ear) as ends,
        calling(server, first="Tell me a story.", ends=ends) as call,
    ):
        call.ear = ear
        await wait_words(call, 0, 9)
        await talk_over(call)
        assert_heard_is_true(call)
        assert len(call.notes) == 1


@pytest.mark.real_time
async def test_by_web_rtc_what_was_played_was_heard() -> None:
    ear = Ear()
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        web_rtc(ear) as ends,
        calling(server, first="Tell me a story.", ends=ends) as call,
    ):
        call.ear = ear
        await call.until(lambda: _audible_ms(ear) > 2500.0, 40.0)
        await talk_over(call)
        true = _words(call, _audible_ms(ear))
        heard = call.told[0].heard
        assert true > 5 and abs(len(heard.split()) - true) <= 1, (heard, true)
        assert call.said_in_context()[0].strip() == heard.strip()
        assert len(call.notes) == 1


def _audible_ms(ear: Ear) -> float:
    """From the first sound to the last of the first reply: Opus changes the samples, so that they
    tell no position."""
    at, first, last = 0.0, None, 0.0
    for _, pcm in ear.chunks:
        length = len(pcm) / 48.0
        if np.abs(np.frombuffer(pcm, dtype="<i2").astype(int)).max(initial=0) > _AUDIBLE:
            first = at if first is None else first
            last = at + length
        elif first is not None and at - last > _A_PAUSE_MS:
            break
        at += length
    return last - first if first is not None else 0.0


def _words(call: Call, audible_ms: float) -> int:
    words = call.record.turns[0].words
    return sum(word.end_ms - words[0].start_ms <= audible_ms for word in words)
