"""The frames at the llm service: what it was given, and what it made.

Knows the two hooks of the service, and which frames only pass through it. Must not know what was
played, or how commands are carried out. After a cut, what still arrives of the reply is emptied
here, on its way out of the llm: it is neither played into the next turn nor recorded as one.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from loguru import logger
from pipecat.frames.frames import (
    Frame,
    FunctionCallCancelFrame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMMessagesAppendFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
    UserStartedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameProcessor

from gemini_live_interrupt.core import events as e
from gli_pipecat.following import Following
from gli_pipecat.frames import InterruptionContextFrame
from gli_pipecat.notes import OURS


class Host(Protocol):
    """What is needed of the processor."""

    async def broadcast_interruption(self) -> None: ...

    def note_arrived(self, frame: InterruptionContextFrame) -> None:
        """A note of ours has reached the llm."""

    def look_at_session(self, now: float) -> None:
        """Something comes from a session: perhaps another one than before."""


class AtLlm:
    """Listens to the hooks of one llm service.

    Args:
        host: The processor.
        following: Learns what happened.
        guard: Runs one of our handlers, so that no error of it reaches the service.
    """

    def __init__(
        self,
        host: Host,
        following: Following,
        guard: Callable[[Coroutine[Any, Any, None]], Awaitable[None]],
    ) -> None:
        self._host = host
        self._following = following
        self._guard = guard
        self._passing: deque[int] = deque(maxlen=64)
        """Frames that the llm was given, so that they are not its own when it passes them on."""
        self._warned_of_text = False

    def listen(self, llm: FrameProcessor) -> None:
        """Hook into the service."""
        llm.add_event_handler("on_before_push_frame", self._on_pushes)
        llm.add_event_handler("on_before_process_frame", self._on_gets)

    def is_new(self, frame: InterruptionFrame) -> bool:
        """Whether an interruption has not been seen here; from now on it has."""
        if frame.id in self._passing:
            return False
        self._passing.append(frame.id)
        return True

    async def _on_gets(self, llm: FrameProcessor, frame: Frame) -> None:
        await self._guard(self._gets(frame))

    async def _on_pushes(self, llm: FrameProcessor, frame: Frame) -> None:
        await self._guard(self._pushes(frame))

    async def _gets(self, frame: Frame) -> None:
        now = time.monotonic()
        match frame:
            case InterruptionContextFrame():
                if OURS in frame.metadata:
                    self._host.note_arrived(frame)
            case InterruptionFrame():
                self._passing.append(frame.id)
                await self._following.cut_locally(now)
            case UserStartedSpeakingFrame():
                self._following.user_speaks = True
            case TranscriptionFrame():
                self._passing.append(frame.id)
            case InputTextRawFrame():
                if OURS not in frame.metadata:
                    self._following.apply(e.UserTyped(text=frame.text), now)
            case LLMMessagesAppendFrame():
                if frame.run_llm and (text := _last_user_text(frame.messages)):
                    self._following.apply(e.UserTyped(text=text), now)

    async def _pushes(self, frame: Frame) -> None:
        now, following = time.monotonic(), self._following
        match frame:
            case TTSAudioRawFrame():
                self._host.look_at_session(now)
                following.audio(frame, now)
            case TTSTextFrame():
                self._host.look_at_session(now)
                await following.text(frame, now)
            case LLMTextFrame():
                if frame.append_to_context:
                    self._warn_of_text()
                else:
                    following.same_text(frame, now)
            case TTSStartedFrame() | LLMFullResponseStartFrame():
                following.response_begins(frame, now)
            case TTSStoppedFrame():
                following.sound_stops(frame)
            case LLMFullResponseEndFrame():
                following.response_ends(frame, now)
            case InterruptionFrame():
                # What the llm was given passes through it; what it was not given is the server's.
                known = frame.id in self._passing or frame.broadcast_sibling_id in self._passing
                self._passing.append(frame.id)
                if not known:
                    await following.cut(e.Interrupted(), now)
            case TranscriptionFrame():
                if frame.id not in self._passing and await following.words(frame.text, now):
                    await self._host.broadcast_interruption()
            case FunctionCallInProgressFrame():
                if frame.cancel_on_interruption:  # Else the model does not wait for it.
                    following.apply(e.ToolCalled(calls=(_tool_call(frame),)), now)
            case FunctionCallResultFrame():
                properties = frame.properties
                if properties is None or getattr(properties, "is_final", True):
                    following.apply(e.ToolAnswered(ids=(frame.tool_call_id,)), now)
            case FunctionCallCancelFrame():
                following.apply(e.ToolCancelled(ids=(frame.tool_call_id,)), now)

    def _warn_of_text(self) -> None:
        if not self._warned_of_text:
            self._warned_of_text = True
            logger.warning(
                f"{self._host}: the session's modality is TEXT, which is not followed; use AUDIO."
            )


def _tool_call(frame: FunctionCallInProgressFrame) -> e.ToolCall:
    arguments = json.dumps(frame.arguments or {}, ensure_ascii=False, default=str)
    return e.ToolCall(id=frame.tool_call_id, name=frame.function_name, arguments=arguments[:2_000])


def _last_user_text(messages: list[Any]) -> str:
    """The text of the last message, if it is the user's."""
    last = messages[-1] if messages else None
    if not isinstance(last, dict) or last.get("role") != "user":
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""
