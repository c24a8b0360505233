"""The conversation goes on when the server refuses our messages."""

from __future__ import annotations

import pytest
from conversation_steps import QUESTION, STORY, Talk, resumed, told

from gemini_live_interrupt.core import events as e

# --- refused


def refusals(talk: Talk) -> list[str]:
    return [c.delivery for c in talk.commands if isinstance(c, e.Refused)]


@pytest.mark.parametrize("error", ["ValueError: no", "TimeoutError", "CancelledError", "OSError"])
def test_a_failed_send_ends_notes_of_this_session_and_is_no_refusal(error: str) -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().send_fails(error).assert_noticed("notes off").wait(60.0)
    assert refusals(talk) == [] and len(talk.sends) == 1
    assert talk.interruptions[-1].note == ""
    talk.model_says(STORY, 9_000).plays_for(2.0).interrupted()
    assert len(talk.interruptions) == 2 and len(talk.sends) == 1


def test_a_silence_that_no_message_can_break_is_told_to_the_app() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().send_fails("ValueError: no").wait(60.0)
    talk.assert_noticed("notes off", "false interruption", "gave up")
    muted = told(notes=False, muted=True, reply_timeout=4.0)
    muted.user_starts().interrupted().user_stops().user_says(QUESTION).wait(60.0)
    muted.assert_noticed("stalled").assert_no_note()
    broken = resumed(told(notes=False, muted=True), notes=False, muted=True)
    broken.wait(60.0).assert_noticed("gave up").assert_no_note()


def test_a_1007_right_after_a_note_is_a_refusal_and_the_cut_is_still_untold() -> None:
    talk = told().interrupted().wait(0.4).tell(e.Disconnected(wanted=False, code=1007))
    talk.assert_noticed("notes off")
    assert refusals(talk) == ["silent"]
    assert talk.core.carry(talk.now).cut is not None and not talk.core.carry(talk.now).told


@pytest.mark.parametrize(("after", "code"), [(0.4, 1006), (0.4, 1011), (0.4, None), (8.0, 1007)])
def test_other_ends_are_no_refusal(after: float, code: int | None) -> None:
    talk = told(false_interruption_after=None).interrupted().wait(after)
    talk.tell(e.Disconnected(wanted=False, code=code))
    assert refusals(talk) == [] and talk.notices == []


def test_a_send_into_a_connection_that_is_gone_is_no_refusal() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted()
    talk.tell(e.NoteFailed(id=talk.sends[-1].id, error="ConnectionClosedError", gone=True))
    talk.tell(e.Disconnected(wanted=False, code=1006))
    assert refusals(talk) == []
    assert not talk.core.carry(talk.now).told and talk.core.carry(talk.now).cut is not None


def test_without_notes_the_conversation_is_still_followed() -> None:
    talk = told(notes=False, nudges=False).interrupted().wait(60.0).assert_no_note()
    assert talk.last.heard and talk.last.note == ""


def test_a_model_that_takes_no_answers_gets_no_nudges() -> None:
    told(nudges=False).interrupted().wait(60.0).assert_notes(1).assert_nudges(0)
