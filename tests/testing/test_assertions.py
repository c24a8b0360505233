"""The assertions for users' tests: they hold where they should, and say what is wrong elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gemini_live_interrupt.testing import (
    Note,
    SessionRecord,
    Turn,
    assert_heard,
    assert_one_note,
    assert_resumed,
)
from gemini_live_interrupt.testing.server.plan import Plan, Segment
from gemini_live_interrupt.testing.speech.voices import SpokenWord

STORY = "Once there was a fox. He had a boat. He sailed away."


@dataclass
class Session:
    record: SessionRecord


def words(text: str, each_ms: float = 300.0) -> tuple[SpokenWord, ...]:
    found, at = [], 0
    for number, word in enumerate(text.split()):
        at = text.index(word, at)
        found.append(
            SpokenWord(
                text=word,
                start=at,
                end=at + len(word),
                start_ms=number * each_ms,
                end_ms=(number + 1) * each_ms,
            )
        )
        at += len(word)
    return tuple(found)


def turn(*segments: Segment, cut: bool = False, stream: float = 0.0, at: float = 0.0) -> Turn:
    plan = Plan(segments=segments)
    spoken = words(plan.text)
    return Turn(
        plan=plan,
        words=spoken,
        started_ms=at,
        stream_start_ms=stream,
        audio_ms=spoken[-1].end_ms if spoken else 0.0,
        ended_ms=at + 2_250.0 if cut else None,
        is_cut=cut,
    )


def part(start: int, text: str = STORY, reply: str = "0") -> Segment:
    return Segment(text=text[start:], reply=reply, start=start)


def a_session(*later: Segment, played: float | None = 2_250.0) -> Session:
    first = turn(part(0), cut=True)
    record = SessionRecord(index=0, path="/")
    record.turns = [first]
    if later:
        record.turns.append(turn(*later, stream=first.audio_ms, at=5_000.0))
    if played is not None:
        record.report({0: played})
    return Session(record)


def told(session: Session, *texts: str, role: str = "user", complete: bool = False) -> Session:
    session.record.notes = [
        Note(
            at_ms=2_300.0,
            text=text,
            roles=(role,),
            turn_complete=complete,
            state="idle",
            user_speaking=True,
        )
        for text in texts
    ]
    return session


def test_what_was_heard_is_whole_words_that_were_played() -> None:
    assert_heard(a_session(), "Once there was a fox. He had")
    with pytest.raises(AssertionError, match="Once there was a fox"):
        assert_heard(a_session(), "Once there was a fox. He had a")


def test_a_few_words_more_or_less_can_be_right() -> None:
    assert_heard(a_session(), "Once there was a fox. He", within_words=1)
    assert_heard(a_session(), "Once there was a fox. He had a boat.", within_words=2)
    for other in ("Once there was a fox.", "Once there was a fox. He has", "He had"):
        with pytest.raises(AssertionError):
            assert_heard(a_session(), other, within_words=1)


def test_what_nobody_reported_is_said_so() -> None:
    with pytest.raises(AssertionError, match="report_playback"):
        assert_heard(a_session(played=None), "Once")


BOAT, SAILED = STORY.index("He had"), STORY.index("He sailed")


@pytest.mark.parametrize(
    "later",
    [
        (part(BOAT),),
        (part(STORY.index("a boat")),),
        (Segment(text="His name was Rusty.", reply="1", start=0), part(BOAT)),
    ],
)
@pytest.mark.parametrize("played", [2_250.0, None])
def test_going_back_to_the_cut_sentence_is_resuming(
    later: tuple[Segment, ...], played: float | None
) -> None:
    assert_resumed(a_session(*later, played=played))


@pytest.mark.parametrize(
    "later",
    [
        (part(0),),  # from the start again
        (part(SAILED),),  # a sentence skipped
        (Segment(text="His name was Rusty.", reply="1", start=0),),
        (),
    ],
)
def test_anything_else_is_not(later: tuple[Segment, ...]) -> None:
    with pytest.raises(AssertionError):
        assert_resumed(a_session(*later))


def test_one_note_for_one_cut() -> None:
    note = assert_one_note(told(a_session(), "You were at: He had a boat."), "He had a boat.")
    assert note.text.startswith("You were")
    for wrong in (
        told(a_session()),
        told(a_session(), "one", "two"),
        told(a_session(), "one", role="model"),
        told(a_session(), "one", complete=True),
    ):
        with pytest.raises(AssertionError):
            assert_one_note(wrong)
    with pytest.raises(AssertionError, match="no note holds 'boat'"):
        assert_one_note(told(a_session(), "one"), "boat")


def test_without_a_cut_there_is_nothing_to_be_sure_of() -> None:
    session = Session(SessionRecord(index=0, path="/"))
    for check in (assert_one_note, assert_resumed):
        with pytest.raises(AssertionError, match="no reply was cut"):
            check(session)
