"""A reply that plays on while its connection is handed to the next one."""

from __future__ import annotations

from typing import Any

import pytest
from conversation_steps import HEARD_3S, QUESTION, REST_3S, STORY, Talk, telling_the_story

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.situation import Floor


def handed_over(talk: Talk, *, wanted: bool = True, closes: bool = True, **options: Any) -> Talk:
    """The next connection in this process, a moment later, and on the same clock."""
    if closes:
        talk.tell(e.Disconnected(wanted=wanted, code=None if wanted else 1006))
    state = talk.core.carry(talk.now)
    new = Talk(**options)
    new.now = talk.now + 0.4
    new._carry_out(new.core.resume(state, new.now))
    return new


def playing(talk: Talk, ms: float) -> Talk:
    """The app's speaker reports so much, as it plays."""
    for _ in range(round(ms / 50)):
        talk.wait(0.05).app_played(50)
    return talk


def reported(**options: object) -> Talk:
    return playing(telling_the_story(**options).generated(), 2_750)


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize("reports", [True, False])
def test_a_reply_that_plays_on_over_a_wanted_close_is_nothing_to_tell(
    closes: bool, reports: bool
) -> None:
    talk = reported() if reports else telling_the_story().generated().plays_for(2.75)
    new = handed_over(talk, closes=closes).assert_floor(Floor.REPLYING)
    new = playing(new, 9_300 - 2_750) if reports else new.wait(7.0)
    new.assert_floor(Floor.QUIET).wait(60.0).assert_no_note().assert_noticed()
    assert talk.interruptions == new.interruptions == []
    assert new.history() == (("model", STORY),)


@pytest.mark.parametrize("who", ["server", "user", "app"])
def test_a_barge_in_into_what_plays_on_is_one(who: str) -> None:
    new = handed_over(playing(telling_the_story().generated(), 2_000))
    playing(new, 750)
    if who == "server":
        new.interrupted()
    elif who == "user":
        new.user_starts().wait(1.0)
    else:
        new.app_flushes()
    new.assert_one_note().assert_heard(HEARD_3S, REST_3S)
    assert new.last.cause != "connection"


def test_by_the_clock_it_is_known_too_how_far_it_played_on() -> None:
    new = handed_over(telling_the_story().generated().plays_for(2.0)).wait(0.35).interrupted()
    new.assert_heard(HEARD_3S, REST_3S)


def test_without_word_times_its_sound_is_still_listened_to() -> None:
    talk = Talk().tell(e.ModelText(text=STORY))
    talk.tell(e.ModelAudio(pcm=_speech(9.3)), e.GenerationComplete()).plays_for(2.75)
    told = talk.core.heard(talk.now).text
    new = handed_over(talk)
    new.now = talk.now
    assert new.core.heard(new.now).text == told != ""


def _speech(seconds: float) -> bytes:
    from conversation_steps import silence, sound

    return b"".join(sound(700) + silence(200) for _ in range(int(seconds / 0.9)))


def test_reports_that_came_before_the_state_count() -> None:
    talk = playing(telling_the_story().generated(), 2_000)
    talk.tell(e.Disconnected(wanted=True))
    new = Talk()
    new.now = talk.now
    playing(new, 750)
    new._carry_out(new.core.resume(talk.core.carry(talk.now), new.now))
    new.interrupted().assert_heard(HEARD_3S, REST_3S)


def test_a_speaker_that_stopped_with_its_connection_has_lost_the_rest() -> None:
    new = handed_over(reported()).wait(12.0)
    new.assert_one_note("The connection broke").assert_heard(HEARD_3S, REST_3S).assert_nudges(1)


def test_a_reply_that_was_broken_off_is_told_when_what_came_of_it_was_played() -> None:
    talk = playing(Talk().model_says(STORY[: STORY.index(" The youngest")], 7_500), 3_000)
    new = playing(handed_over(talk).assert_no_note(), 4_000).assert_no_note()
    playing(new, 600).wait(0.1).assert_one_note("The connection broke")
    assert new.last.unheard == "" and new.sent_at() > 7.5
    new.wait(5.0).assert_nudges(1)


def test_where_nobody_reports_a_reply_that_was_broken_off_counts_as_cut() -> None:
    handed_over(telling_the_story().plays_for(2.75)).assert_one_note("The connection broke")


@pytest.mark.parametrize("generated", [True, False])
def test_after_a_drop_reports_that_go_on_say_that_nothing_was_cut(generated: bool) -> None:
    talk = playing(telling_the_story(), 2_750)
    talk = talk.generated() if generated else talk
    new = playing(handed_over(talk, wanted=False), 9_300 - 2_750)
    if generated:
        new.wait(60.0).assert_no_note()
    else:
        new.wait(0.1).assert_one_note()
        assert new.last.unheard == ""


def test_after_a_drop_without_reports_the_next_connection_is_told_at_once() -> None:
    new = handed_over(telling_the_story().generated().plays_for(2.75), wanted=False)
    new.assert_one_note("The connection broke").assert_heard(HEARD_3S, REST_3S)


def test_the_next_reply_of_the_new_connection_is_a_reply_of_its_own() -> None:
    new = playing(handed_over(playing(telling_the_story().generated(), 5_000)), 4_300)
    new.user_says(QUESTION).wait(1.0).model_says("The cat was called Puss.", 1_500)
    playing(new.generated(), 650).interrupted()
    new.assert_heard("The cat", " was called Puss.")


def test_nothing_was_playing() -> None:
    talk = telling_the_story().generated().turn_complete().plays_for(10.0)
    handed_over(talk).wait(60.0).assert_no_note()
    assert talk.core.carry(talk.now).air is None


def test_no_other_machine_has_the_speaker() -> None:
    state = reported().core.carry(1_002.75)
    assert state.air is not None
    assert Carried.from_json(state.to_json()).air is None and len(state.to_json()) < 4_000
