"""What type checkers see of the public names. Never run: mypy reads it in CI."""

from __future__ import annotations

from typing import assert_type

from google import genai

from gemini_live_interrupt import (
    HeardSoFar,
    Interruption,
    Notice,
    Outcome,
    RedisStore,
    SessionTracker,
    attach_interrupt_resume,
    disable_interrupt_resume,
    enable_interrupt_resume,
    interrupt_resume_for,
    interrupt_resume_settings,
    is_enabled,
)


def build(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
    return heard + user_text + str(history)


async def build_later(heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
    return build(heard, user_text, history)


def on_interruption(interruption: Interruption) -> None:
    assert_type(interruption.heard, str)


async def on_event(notice: Notice) -> None:
    assert_type(notice.detail, str)


def on_outcome(outcome: Outcome) -> None:
    assert_type(outcome.note_in_prompt, bool | None)
    assert_type(outcome.skipped_words, int)


def on_session(handle: SessionTracker) -> None:
    handle.playback.on_play_ms(20.0)


def settings() -> None:
    enable_interrupt_resume()
    enable_interrupt_resume(build, 6)
    enable_interrupt_resume(
        build_later,
        max_history=0,
        delivery="answering",
        false_interruption_after=None,
        reply_timeout=8,
        user_words_note=True,
        on_interruption=on_interruption,
        on_event=on_event,
        on_outcome=on_outcome,
        repair="always",
        profile="found.toml",
        output_latency_ms=40,
        store=RedisStore(),
        on_session=on_session,
    )
    disable_interrupt_resume()


def what_is_wrong() -> None:
    enable_interrupt_resume(prompt_builder="text")  # type: ignore[arg-type]
    enable_interrupt_resume(build, 4, "silent")  # type: ignore[call-arg]
    enable_interrupt_resume(delivery="loud")  # type: ignore[arg-type]
    enable_interrupt_resume(max_histroy=4)  # type: ignore[call-arg]
    enable_interrupt_resume(on_interruption=on_event)  # type: ignore[arg-type]
    enable_interrupt_resume(model="gemini-3.8-live")  # type: ignore[call-arg]
    attach_interrupt_resume()  # type: ignore[call-arg]


def settings_of_one_call() -> None:
    with interrupt_resume_settings(session_label="call-17", max_history=8):
        pass
    with interrupt_resume_settings(session_label=lambda: "call-18"):
        assert_type(is_enabled(), bool)
    interrupt_resume_settings(session_label=17)  # type: ignore[arg-type]
    interrupt_resume_settings(on_session=on_session)  # type: ignore[call-arg]


async def one_session(client: genai.Client) -> None:
    async with client.aio.live.connect(model="gemini-3.8-live") as session:
        handle = attach_interrupt_resume(
            session, build, 2, model="gemini-3.8-live", resumption_handle="h", delivery="silent"
        )
        assert_type(handle, SessionTracker)
        assert_type(interrupt_resume_for(session), SessionTracker)
        assert_type(handle.export_state(), str)
        assert_type(handle.model, str | None)
        assert_type(handle.session_id, str)
        assert_type(handle.heard, HeardSoFar)
        assert_type(handle.heard.text, str)
        handle.restore_state("{}")
        handle.playback.on_play_bytes(b"\0\0")
        handle.playback.flush(for_good=True)
        handle.stop()
