"""The conversation goes on when the server refuses our messages."""

from __future__ import annotations

import pytest
from conversation_steps import QUESTION, STORY, Talk, resumed, told

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.sending import Sending

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


# --- one after the other


def test_an_interrupted_is_our_echo_from_when_the_message_was_on_the_wire() -> None:
    sending = Sending()
    sending.send("Go on.", "answering", 10.0, [])
    sending.sent(1, 12.0)
    assert sending.is_echo(12.9) and not sending.is_echo(13.1)


def test_a_close_is_blamed_on_a_message_from_when_it_was_on_the_wire() -> None:
    sending = Sending()
    sending.send("Go on.", "silent", 10.0, [])
    sending.sent(1, 13.0)
    assert sending.is_blamed(1007, 14.0) and not sending.is_blamed(1007, 16.0)


def test_an_answer_about_another_message_lets_nothing_go_out() -> None:
    sending, out = Sending(), []  # type: ignore[var-annotated]
    sending.send("One.", "silent", 10.0, out)
    sending.send("Two.", "silent", 10.1, out)
    sending.sent(7, 10.2)
    sending.proceed(10.2, True, out)
    assert [message.text for message in out] == ["One."]
    sending.sent(1, 10.3)
    sending.proceed(10.3, True, out)
    assert [message.text for message in out] == ["One.", "Two."]


def test_whoever_waits_behind_a_message_that_failed_is_told() -> None:
    sending, dropped = Sending(), []
    sending.send("One.", "silent", 10.0, [])
    for text in ("Two.", "Three."):
        sending.send(text, "silent", 10.1, [], dropped=lambda id_, _: dropped.append(id_))
    sending.failed(1, [])
    assert dropped == [2, 3]


def test_a_delivery_after_which_the_connection_lived_on_is_suspected_no_more() -> None:
    sending = Sending()
    sending.suspected.add("silent")  # A connection before this one closed right after one.
    for id_, (delivery, at) in enumerate(
        (("silent", 10.0), ("answering", 20.0), ("silent", 30.0)), 1
    ):
        sending.send("Go on.", delivery, at, [])  # type: ignore[arg-type]
        sending.sent(id_, at)
    assert not sending.is_blamed(1006, 30.5)
    assert sending.is_blamed(1006, 30.6)
