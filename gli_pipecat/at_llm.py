"""The frames at one llm service: what it was given, and what it makes.

Knows the service's `push_frame`, through which all that it makes goes, and which frames only pass
through it. Must not know what was played, or how commands are carried out. After a cut, what still
arrives of the reply goes no further than here: it is neither played into the next turn nor recorded
as one, and nobody gets a frame with nothing in it.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from loguru import logger
from pipecat.frames.frames import (
    Frame,
    FunctionCallCancelFrame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    InputAudioRawFrame,
    InputImageRawFrame,
    InputTextRawFrame,
    InterruptionFrame,
    LLMContextFrame,
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
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from gemini_live_interrupt.core import events as e
from gli_pipecat.following import Following
from gli_pipecat.frames import InterruptionContextFrame
from gli_pipecat.notes import OURS

_MOST_GIVEN = 256
"""Frames that are remembered as given to the llm; it passes each on at once."""


class Host(Protocol):
    """What is needed of the voice that the llm is."""

    async def broadcast_interruption(self) -> None:
        """Nobody else has said that the reply was interrupted."""

    def note_arrived(self, frame: InterruptionContextFrame) -> None:
        """A note has reached the llm: perhaps of ours."""

    def look_at_session(self, now: float) -> None:
        """Something comes from a session: perhaps another one than before."""


class AtLlm:
    """Listens to one llm service.

    Args:
        llm: The service.
        host: The voice that it is.
        following: Learns what happened.
        guard: Runs one of our steps, so that no error of it reaches the service.
    """

    def __init__(
        self,
        llm: FrameProcessor,
        host: Host,
        following: Following,
        guard: Callable[[Coroutine[Any, Any, bool | None]], Awaitable[bool | None]],
    ) -> None:
        self._llm = llm
        self._host = host
        self._following = following
        self._guard = guard
        self._given: OrderedDict[int, None] = OrderedDict()
        self._warned_of_text = False
        self._push = llm.push_frame
        llm.push_frame = self._on_pushes  # type: ignore[method-assign]
        llm.add_event_handler("on_before_process_frame", self._on_gets)

    def stop(self) -> None:
        """Leave the service alone, unless somebody else has wrapped it since."""
        if self._llm.__dict__.get("push_frame") == self._on_pushes:
            del self._llm.push_frame
        remove = getattr(self._llm, "remove_event_handler", None)
        if remove is not None:
            remove("on_before_process_frame", self._on_gets)

    def is_new(self, frame: Frame) -> bool:
        """Whether a frame has not been here; from now on it has."""
        if frame.id in self._given:
            return False
        self._given[frame.id] = None
        if len(self._given) > _MOST_GIVEN:
            self._given.popitem(last=False)
        return True

    # --- what it gets

    async def _on_gets(self, llm: FrameProcessor, frame: Frame) -> None:
        if not isinstance(frame, InputAudioRawFrame):
            self.is_new(frame)
            await self._guard(self._gets(frame))

    async def _gets(self, frame: Frame) -> None:
        now, following = time.monotonic(), self._following
        self._host.look_at_session(now)
        match frame:
            case InterruptionContextFrame():
                self._host.note_arrived(frame)
            case InterruptionFrame():
                await following.cut_locally(now)
            case UserStartedSpeakingFrame():
                following.user.speaks = True
            case VADUserStartedSpeakingFrame() | VADUserStoppedSpeakingFrame():
                starts = isinstance(frame, VADUserStartedSpeakingFrame)
                following.user.voice(now, starts=starts)
            case InputTextRawFrame():
                if OURS not in frame.metadata:
                    following.typed(frame.text, now)
            case LLMMessagesAppendFrame():
                if frame.run_llm and (text := _last_user_text(frame.messages)):
                    following.typed(text, now)
                else:
                    following.apply(e.ContextGrew(), now)
            case InputImageRawFrame():
                following.apply(e.ContextGrew(), now)
            case LLMContextFrame():
                # The user aggregator keeps a text that was typed, and hands on this.
                text = _last_user_text(frame.context.get_messages())
                if text and following.user.is_waited_for(now):
                    following.typed(text, now)
            case _ if type(frame).__name__ == "RTVISendTextFrame":  # From 1.14.
                if following.user.is_waited_for(now):
                    following.typed(str(getattr(frame, "text", "")), now)

    # --- what it makes

    async def _on_pushes(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        if await self._guard(self._pushes(frame)) is not False:
            await self._push(frame, direction)

    async def _pushes(self, frame: Frame) -> bool:
        """Follow a frame.

        Returns:
            Whether it goes on.
        """
        now, following = time.monotonic(), self._following
        match frame:
            case FunctionCallInProgressFrame():
                if frame.cancel_on_interruption:  # Else the model does not wait for it.
                    following.apply(e.ToolCalled(calls=(_tool_call(frame),)), now)
            case FunctionCallResultFrame():
                properties = frame.properties
                if properties is None or getattr(properties, "is_final", True):
                    following.apply(e.ToolAnswered(ids=(frame.tool_call_id,)), now)
            case FunctionCallCancelFrame():
                following.apply(e.ToolCancelled(ids=(frame.tool_call_id,)), now)
            case _ if frame.id in self._given:
                pass  # What the llm was given passes through it.
            case TTSAudioRawFrame():
                self._host.look_at_session(now)
                return following.audio(frame, now)
            case TTSTextFrame():
                self._host.look_at_session(now)
                return await following.text(frame, now)
            case LLMTextFrame():
                if frame.append_to_context:
                    self._warn_of_text()
                else:
                    return following.same_text(frame, now)
            case TTSStartedFrame() | LLMFullResponseStartFrame():
                return following.response_begins(frame, now)
            case TTSStoppedFrame():
                return following.sound_stops(frame)
            case LLMFullResponseEndFrame():
                return following.response_ends(frame, now)
            case InterruptionFrame():
                # One of the pair is seen first; nobody gave it to the llm, so it is the server's.
                self.is_new(frame)
                if frame.broadcast_sibling_id not in self._given:
                    await following.cut(e.Interrupted(), now)
            case TranscriptionFrame():
                if await following.words(frame.text, now):
                    await self._host.broadcast_interruption()
        return True

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
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = " ".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
