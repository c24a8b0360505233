"""Outcomes over a socket: each temperament of the scripted model, read by the library in a real session.

The people and the sound run in real time, so a test takes ten to twenty seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from gemini_live_interrupt import Outcome, disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.genai import remembered
from gemini_live_interrupt.testing import LiveServer, Reply, SpeakerSim, SyntheticUser, score

STORY = (
    "Once upon a time there was a small fox. It lived in a dark wood near the sea. "
    "Every morning it walked to the water and looked at the ships. "
    "One day a sailor gave it a red hat. From that day on it wanted to travel."
)
WHERE, HUM, YES = "What was it called?", "Mm-hm.", "Yes, please."
CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
MODEL_25 = "gemini-2.5-flash-native-audio-preview-09-2025"


@dataclass
class Call:
    """One conversation, from both ends."""

    user: SyntheticUser
    speaker: SpeakerSim
    server: LiveServer
    outcomes: list[Outcome] = field(default_factory=list)

    async def until_outcomes(self, count: int, seconds: float = 25.0) -> list[Outcome]:
        async with asyncio.timeout(seconds):
            while len(self.outcomes) < count:
                await asyncio.sleep(0.05)
        return self.outcomes

    async def until_told(self, seconds: float = 30.0) -> None:
        """Wait until the end of the story was played."""
        async with asyncio.timeout(seconds):
            while "travel" not in self.server.sessions[0].record.turns[-1].text:
                await asyncio.sleep(0.1)
            while self.speaker.buffered_ms:
                await asyncio.sleep(0.1)

    def never_spoken(self) -> tuple[str, ...]:
        """Words of the story that nobody heard."""
        session = self.server.sessions[0]
        session.report_playback(self.speaker.spans)
        return score(session.record).skipped


@asynccontextmanager
async def call(
    temperament: Any,
    *,
    model: str = "gemini-3.8-live",
    vertex: bool = False,
    config: dict[str, Any] = CONFIG,
    answer: Reply = Reply("It was called Rusty.", to="called", then="offer"),  # noqa: B008
    **settings: Any,
) -> AsyncIterator[Call]:
    """A story is told, and cut after three seconds by what the test says next."""
    outcomes: list[Outcome] = []
    remembered.forget_all()
    enable_interrupt_resume(on_outcome=outcomes.append, **settings)
    script = [Reply(STORY), answer]
    async with LiveServer(script, temperament=temperament, recogniser=None) as server:
        live = server.client(vertex=vertex).aio.live
        async with (
            live.connect(model=model, config=config) as session,
            SyntheticUser(session) as user,
            SpeakerSim() as speaker,
        ):
            for line in (WHERE, HUM, YES):
                server.expect_speech(user.line(line))

            async def play() -> None:
                while True:
                    async for message in session.receive():
                        speaker.take(message)

            playing = asyncio.create_task(play())
            try:
                await session.send_realtime_input(text="Tell me a story.")
                assert await speaker.wait_played(3_000, within_ms=10_000)
                yield Call(user, speaker, server, outcomes)
            finally:
                playing.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await playing
        await asyncio.sleep(0.2)
    disable_interrupt_resume()


@pytest.mark.parametrize(
    ("temperament", "kind"),
    [
        ("obeys", "resumed"),
        ("restarts", "restarted"),
        ("skips", "skipped"),
        ("ignores", "answered"),
    ],
)
async def test_each_outcome_is_read_right(temperament: str, kind: str) -> None:
    async with call(temperament, repair="never") as talk:
        await talk.user.say(HUM)
        [outcome] = await talk.until_outcomes(1)
    assert (outcome.kind, outcome.repaired) == (kind, False), outcome
    if kind == "skipped":
        assert outcome.skipped_words > 2
    if kind == "resumed":
        assert outcome.note_in_prompt is True


async def test_an_answer_in_words_of_the_cut_text_is_unclear() -> None:
    touches = "It was called Rusty, since it walked to the water every day."
    answer = Reply(touches, to="called", then="stop")
    async with call("obeys", answer=answer, repair="never") as talk:
        await talk.user.say(WHERE)
        [outcome] = await talk.until_outcomes(1)
    assert (outcome.kind, outcome.reply) == ("unclear", touches)


async def test_a_model_that_says_nothing_is_silent() -> None:
    async with call("silent") as talk:
        await talk.user.say(WHERE)
        await asyncio.sleep(4.0)
        assert talk.outcomes == []
    assert [outcome.kind for outcome in talk.outcomes] == ["silent"]


async def test_after_an_acknowledgement_a_repair_brings_the_story_back() -> None:
    async with call(("ignores", "obeys")) as talk:
        await talk.user.say(HUM)
        outcomes = await talk.until_outcomes(2)
        await talk.until_told()
    assert [(o.kind, o.repaired) for o in outcomes] == [("answered", False), ("resumed", True)]
    assert talk.never_spoken() == ()


@pytest.mark.parametrize("vertex", [False, True])
async def test_on_2_5_a_question_is_followed_by_an_offer_and_nothing_is_lost(vertex: bool) -> None:
    model = "gemini-live-2.5-flash-native-audio" if vertex else MODEL_25
    async with call("obeys", model=model, vertex=vertex) as talk:
        await talk.user.say(WHERE)
        outcomes = await talk.until_outcomes(2)
        await asyncio.sleep(3.0)
        await talk.user.say(YES)
        await talk.until_told()
    assert [(o.kind, o.repaired) for o in outcomes] == [("answered", False), ("answered", True)]
    assert outcomes[0].note_in_prompt is False
    assert talk.never_spoken() == ()


async def test_whoever_speaks_first_gets_no_repair() -> None:
    async with call("ignores") as talk:
        await talk.user.say(HUM)
        await talk.until_outcomes(1)
        while talk.speaker.buffered_ms:
            await asyncio.sleep(0.02)
        await talk.user.say(WHERE)
        await asyncio.sleep(4.0)
    assert not any(outcome.repaired for outcome in talk.outcomes)


async def test_what_a_model_has_shown_is_known_to_the_next_session() -> None:
    async with call(("ignores", "obeys")) as talk:
        await talk.user.say(HUM)
        await talk.until_outcomes(2)
    from gemini_live_interrupt.core.profiles import profile_for

    shown = remembered.shown_before("gemini-3.8-live", profile_for("gemini-3.8-live"))
    assert {one.route: (one.worked, one.in_vain) for one in shown} == {
        "silent": (0, 1),
        "repair": (1, 0),
    }


@pytest.mark.parametrize("delivery", ["silent", "answering"])
async def test_where_the_app_seeds_the_history_only_an_answering_note_is_swallowed(
    delivery: str,
) -> None:
    seeds = {**CONFIG, "history_config": {"initial_history_in_client_content": True}}
    async with call("obeys", config=seeds, delivery=delivery, repair="never") as talk:
        await talk.user.say(HUM)
        notes = talk.server.sessions[0].record.notes
        async with asyncio.timeout(10.0):
            while not notes:
                await asyncio.sleep(0.05)
        if delivery == "silent":
            [outcome] = await talk.until_outcomes(1)
            assert (outcome.kind, outcome.note_in_prompt) == ("resumed", True)
    assert (notes[0].turn_complete, notes[0].is_history) == (delivery == "answering",) * 2


async def test_a_model_that_reads_notes_aloud_is_told_of_the_story_and_not_of_them() -> None:
    seen: list[Any] = []
    async with call((("echoes", "ignores"), "obeys"), on_interruption=seen.append) as talk:
        await talk.user.say(HUM)
        record = talk.server.sessions[0].record
        async with asyncio.timeout(10.0):
            while "App context" not in record.turns[-1].text:
                await asyncio.sleep(0.05)
        await asyncio.sleep(5.0)
        await talk.user.say(HUM)  # In the midst of the note.
        async with asyncio.timeout(60.0):
            while "resumed" not in [outcome.kind for outcome in talk.outcomes]:
                await asyncio.sleep(0.05)
        await talk.until_told()
    first, second = seen
    assert (second.heard, second.continuation) == (first.heard, first.continuation)
    assert all(note.text.count("App context") == 1 for note in record.notes)
    assert talk.outcomes[0].kind == "unclear"  # The end of that reply had not come.
    assert (talk.outcomes[-1].kind, talk.outcomes[-1].skipped_words) == ("resumed", 0)
