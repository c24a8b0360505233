"""When a user talks over a Gemini Live model, the model knows what was heard, and the conversation
goes on.

>>> from gemini_live_interrupt import enable_interrupt_resume
>>> enable_interrupt_resume()  # before connecting; nothing else changes
>>> disable_interrupt_resume()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from loguru import logger as _logger

from gemini_live_interrupt.core.events import Interruption, Notice, ToolCall
from gemini_live_interrupt.core.note import PromptBuilder
from gemini_live_interrupt.genai import patch as _patch
from gemini_live_interrupt.genai.patch import InterruptResumeWarning
from gemini_live_interrupt.genai.playback_reports import PlaybackReports
from gemini_live_interrupt.genai.resumption import RedisStore, StateStore
from gemini_live_interrupt.genai.session import SessionTracker
from gemini_live_interrupt.genai.settings import Settings as _Settings

__version__ = "0.2.0"

__all__ = [
    "InterruptResumeWarning",
    "Interruption",
    "Notice",
    "PlaybackReports",
    "PromptBuilder",
    "RedisStore",
    "SessionTracker",
    "StateStore",
    "ToolCall",
    "attach_interrupt_resume",
    "disable_interrupt_resume",
    "enable_interrupt_resume",
    "interrupt_resume_for",
]

_logger.disable("gemini_live_interrupt")


def enable_interrupt_resume(
    prompt_builder: PromptBuilder | None = None,
    max_history: int = 4,
    *,
    on_interruption: Callable[[Interruption], Any] | None = None,
    on_event: Callable[[Notice], Any] | None = None,
    on_session: Callable[[SessionTracker], object] | None = None,
    delivery: Literal["auto", "silent", "answering"] = "auto",
    output_latency_ms: float = 0.0,
    false_interruption_after: float | None = 4.0,
    reply_timeout: float | None = None,
    user_words_note: bool = False,
    store: StateStore | None = None,
) -> None:
    """Resume interruptions in every google-genai live session that connects from now on.

    Calling it again changes the settings for later sessions. Works before or after google-genai is
    imported.

    Args:
        prompt_builder: `(heard, user_text, history) -> note`, sync or async; "" sends nothing.
            None: the built-in note.
            `heard`: whole words the user heard of the cut reply. `user_text`: what the user said to
            interrupt, of this interruption only, "" when not known yet. `history`: the turns
            before, as `("user" | "model", text)`.
        max_history: how many turns a note or builder gets; 0 keeps none.
        on_interruption: called with each `Interruption`, sync or async.
        on_event: called with each `Notice` (false interruption, nudge, stalled, …), sync or async.
        on_session: called with the handle of each session that connects, before the app gets the
            session. For frameworks that keep the session to themselves: report playback with it.
        delivery: "auto" follows the model's profile; "silent" adds the note to the context without
            asking for a reply;
            "answering" waits until the user has finished and asks for one.
        output_latency_ms: how much later than played or received the user hears, in ms.
        false_interruption_after: seconds of quiet after which an interruption without words is
            taken for noise, and
            the model is asked to go on; None: never.
        reply_timeout: seconds without a reply after the user's words until the model is reminded;
            None: never
            (gemini-3.8-live may choose not to answer).
        user_words_note: send a second silent message with the user's words, where they come after
            the note and before the reply. Nobody has measured yet whether it delays the reply.
        store: where states are kept for sessions that are resumed on another machine; None: only in this process.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is out of range.
    """
    _patch.enable(
        _Settings(
            prompt_builder=prompt_builder,
            max_history=max_history,
            on_interruption=on_interruption,
            on_event=on_event,
            on_session=on_session,
            delivery=delivery,
            output_latency_ms=output_latency_ms,
            false_interruption_after=false_interruption_after,
            reply_timeout=reply_timeout,
            user_words_note=user_words_note,
            store=store,
        )
    )


def disable_interrupt_resume() -> None:
    """Stop: google-genai is as before, live sessions go quiet, and wrappers that others put on
    later stay."""
    _patch.disable()


def interrupt_resume_for(session: Any) -> SessionTracker:
    """The handle of one live session, to report playback with.

    Args:
        session: what `client.aio.live.connect(...)` gave.

    Raises:
        LookupError: if the session is not followed.
    """
    tracker = _patch.tracker_of(session)
    if tracker is None:
        raise LookupError(
            "This session is not followed. Call enable_interrupt_resume() before it connects, "
            "or attach_interrupt_resume(session) now."
        )
    return tracker


def attach_interrupt_resume(
    session: Any,
    prompt_builder: PromptBuilder | None = None,
    max_history: int = 4,
    *,
    model: str | None = None,
    resumption_handle: str | None = None,
    on_interruption: Callable[[Interruption], Any] | None = None,
    on_event: Callable[[Notice], Any] | None = None,
    delivery: Literal["auto", "silent", "answering"] = "auto",
    output_latency_ms: float = 0.0,
    false_interruption_after: float | None = 4.0,
    reply_timeout: float | None = None,
    user_words_note: bool = False,
    store: StateStore | None = None,
) -> SessionTracker:
    """Resume interruptions in this one session, with settings of its own.

    Needs no `enable_interrupt_resume()`; where that was called too, these settings replace its for
    this session.

    Args:
        session: what `client.aio.live.connect(...)` gave.
        model: its model's name, for the right profile; None: the newest family is assumed.
        resumption_handle: the handle that the session was connected with, if it resumes another:
            the conversation's state is then taken over from that one.
        store, prompt_builder, max_history, on_interruption, on_event, delivery, output_latency_ms,
        false_interruption_after,
            reply_timeout, user_words_note: as for `enable_interrupt_resume`.

    Returns:
        The session's handle.

    Raises:
        TypeError: if it is not a live session, or an argument has the wrong type.
        ValueError: if a number is out of range.
    """
    settings = _Settings(
        prompt_builder=prompt_builder,
        max_history=max_history,
        on_interruption=on_interruption,
        on_event=on_event,
        delivery=delivery,
        output_latency_ms=output_latency_ms,
        false_interruption_after=false_interruption_after,
        reply_timeout=reply_timeout,
        user_words_note=user_words_note,
        store=store,
    )
    return _patch.attach(session, settings, model=model, handle=resumption_handle)
