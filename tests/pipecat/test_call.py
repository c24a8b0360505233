"""Whole calls: a pipeline with the real llm service, against the local Live server over a socket,
in real time. What was heard is known from the samples that came out of the speaker."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from call import Call, calling
from pipecat.frames import frames
from pipecat.frames.frames import (
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    MetricsFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from speakers import FastSpeaker, StarvingSpeaker

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, Reply, Speech, speak
from gli_pipecat import (
    InterruptionContextFrame,
    InterruptionMetricsData,
    InterruptResumeParams,
)

STORY = (
    "Once upon a time there was a miller who lived by a river. He had three sons and an old mill. "
    "The eldest son got the mill, because he was the strongest. The second son got the donkey. "
    "The youngest son got only the cat, and he was very sad about it. But the cat could speak."
)
ANSWER = Reply("It is Paris.", to="capital")


def question() -> Speech:
    return speak("What is the capital of France?", voice="en-us+m3", sample_rate=16_000)


async def barge_in(call: Call, after_ms: float) -> None:
    """Hear some of the story, ask, and wait for the answer's first word."""
    await call.ear.wait_heard(after_ms)
    await call.user.say(question())
    await call.until(lambda: call.told)
    await call.until(lambda: len(call.record.turns) > 1)
    await call.ear.wait_heard(400.0)


def assert_context_is_true(call: Call) -> None:
    """The context has what came out of the speaker, within one word, and nothing else."""
    turn = call.record.turns[0]
    in_context = call.said_in_context()[0].strip()
    assert turn.text.startswith(in_context)
    assert abs(len(in_context.split()) - call.words_heard(turn)) <= 1


def assert_told_once(call: Call) -> None:
    """One silent note of the user's role, which quotes what was heard."""
    [note] = call.notes
    assert note.roles == ("user",) and not note.turn_complete
    assert call.told[0].heard.strip().split()[-1] in note.text
    assert call.told[0].note == note.text


KINDS: dict[str, dict[str, Any]] = {
    "server VAD": {"at": 3900.0},
    "local and server VAD": {"local_vad": True, "at": 2600.0},
    "local VAD, server VAD off": {"local_vad": True, "server_vad": False, "at": 3300.0},
    "Vertex": {"vertex": True, "profile": "2.5-vertex", "at": 2900.0},
    "2.5": {"profile": "2.5", "at": 2100.0},
    "a transport that takes all at once": {"speaker": FastSpeaker, "at": 3600.0},
    "a transport that starves": {"speaker": StarvingSpeaker, "at": 3400.0},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_barge_in_is_told_once_and_the_context_is_true(kind: str) -> None:
    options = dict(KINDS[kind])
    if not options.get("server_vad", True) and not hasattr(frames, "LLMContextAssistantTurnFrame"):
        pytest.skip("before 1.4, Pipecat's turn strategies open a second, empty activity window")
    at, profile = options.pop("at"), options.pop("profile", None)
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()], profile=profile) as server,
        calling(server, first="Tell me a story.", **options) as call,
    ):
        await barge_in(call, at)
        assert_context_is_true(call)
        assert_told_once(call)
        assert call.told[0].cause == "speech"
        assert call.notes[0].user_speaking, "the note came after the barge-in, not at it"
        if profile is None:  # A family on which a silent note reaches the next spoken turn.
            resumed = call.record.turns[1]
            assert resumed.plan.used_note
            assert resumed.plan.resumed_at is not None
            heard = len(call.told[0].heard)
            assert resumed.plan.resumed_at <= heard + 1


async def test_without_aggregators_the_model_resumes_all_the_same() -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", aggregators=False) as call,
    ):
        await barge_in(call, 2500.0)
        assert_told_once(call)
        assert call.record.turns[1].plan.used_note


async def test_a_reply_that_nobody_cuts_is_kept_whole() -> None:
    async with (
        LiveServer(["A short one, in one sentence."]) as server,
        calling(server, first="Tell me a story.") as call,
    ):
        await call.until(lambda: call.said_in_context())
        assert call.said_in_context() == ["A short one, in one sentence."]
        assert not call.told and not call.notes
        starts = call.after.of(LLMFullResponseStartFrame)
        assert len(starts) == len(call.after.of(LLMFullResponseEndFrame)) == 1


async def test_clients_and_metrics_learn_what_was_heard() -> None:
    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(
            server,
            first="Tell me a story.",
            params=InterruptResumeParams(rtvi=True),
            enable_metrics=True,
        ) as call,
    ):
        await barge_in(call, 2500.0)
        messages = [frame.data for _, frame, _ in call.after.frames if hasattr(frame, "data")]
        messages = [data for data in messages if isinstance(data, dict) and "type" in data]
        heard = "".join(
            data["text"] for data in messages if data["type"] == "bot-heard" and data["reply"] == 1
        )
        assert heard.strip() == call.said_in_context()[0].strip()
        kinds = [data["type"] for data in messages]
        assert kinds.index("bot-cut") < kinds.index("bot-interruption")
        figures = [
            data
            for frame in call.after.of(MetricsFrame)
            for data in frame.data
            if isinstance(data, InterruptionMetricsData)
        ]
        [one] = figures
        assert one.heard_ms == pytest.approx(call.told[0].heard_ms)
        assert one.unheard_words > 20 and one.note_ms is not None and one.note_ms < 500.0


async def test_a_local_false_alarm_loses_nothing() -> None:
    """Pipecat drops what it had queued; the server goes on and knows nothing of it."""
    params = InterruptResumeParams(false_interruption_after=1.2)
    async with (
        LiveServer([STORY], voice="en-us") as server,
        calling(server, first="Tell me a story.", params=params) as call,
    ):
        await call.ear.wait_heard(1500.0)
        for frame in (
            VADUserStartedSpeakingFrame(),
            UserStartedSpeakingFrame(),
            InterruptionFrame(),
            VADUserStoppedSpeakingFrame(),
            UserStoppedSpeakingFrame(),
        ):
            await call.task.queue_frame(frame)
        await call.ear.wait_quiet(0.4)
        heard_ms = call.ear.heard_ms
        assert heard_ms < 1900.0
        await call.until(lambda: "nudge" in call.notices)
        # What the server had still sent was neither played nor recorded.
        assert call.ear.heard_ms == heard_ms
        assert len(call.said_in_context()) == 1
        assert_context_is_true(call)
        # The model learns all that was lost, also what came after the alarm.
        assert (call.told[0].heard + call.told[0].unheard).strip() == STORY
        await call.until(lambda: len(call.record.turns) > 1)
        assert call.record.turns[1].text == call.told[0].continuation.strip()
        await call.ear.wait_heard(1000.0)


async def test_an_application_can_rewrite_a_note_and_see_it_travel() -> None:
    async def rewrite(processor: Any, frame: InterruptionContextFrame) -> None:
        frame.note = f"App context. They heard: {frame.heard}"

    def setup(call: Call) -> None:
        call.resume.add_event_handler("on_interruption", rewrite)

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", setup=setup) as call,
    ):
        await barge_in(call, 2000.0)
        [note] = call.notes
        assert note.text.startswith("App context. They heard: Once upon")
        assert call.told[0].note == note.text
        # It went on upstream past the llm, for anybody to see.
        [frame] = call.before_llm.of(InterruptionContextFrame)
        assert frame.note == note.text and frame.delivery == "silent"


async def test_an_application_can_veto_a_note() -> None:
    async def veto(processor: Any, frame: InterruptionContextFrame) -> None:
        frame.note = ""

    def setup(call: Call) -> None:
        call.resume.add_event_handler("on_interruption", veto)

    async with (
        LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.", setup=setup) as call,
    ):
        await barge_in(call, 2000.0)
        assert call.notes == []
        assert call.told[0].note == ""
        assert_context_is_true(call)


async def test_with_enable_interrupt_resume_exactly_one_of_the_two_sends() -> None:
    enable_interrupt_resume()
    try:
        async with (
            LiveServer([STORY, ANSWER], voice="en-us", speech=[question()]) as server,
            calling(server, first="Tell me a story.") as call,
        ):
            await barge_in(call, 2500.0)
            assert_told_once(call)
            assert call.told[0].position_from == "reported"
    finally:
        disable_interrupt_resume()


async def test_a_lost_connection_is_gone_on_from_where_the_sound_ended() -> None:
    params = InterruptResumeParams(false_interruption_after=1.0)
    async with (
        LiveServer([STORY], voice="en-us") as server,
        calling(server, first="Tell me a story.", params=params) as call,
    ):
        await call.ear.wait_heard(800.0)
        first = call.llm._session
        await server.sessions[-1].connection.socket.close(1011, "gone")
        await call.until(lambda: call.llm._session not in (None, first))
        await call.until(lambda: call.told, 30.0)
        lost = call.told[0]
        assert lost.cause == "connection"
        # What the transport still had was played and heard to its end.
        turn = server.records[0].turns[0]
        assert abs(len(lost.heard.split()) - call.words_heard(turn)) <= 1
        await call.until(lambda: server.records[-1].turns, 30.0)
        assert server.records[-1].turns[0].plan.resumed_at is not None
        await call.ear.wait_heard(500.0)
        await asyncio.sleep(0.1)
        assert call.said_in_context()[0].strip() == lost.heard.strip()
