"""The conversation goes on: what the core does when the model, the tools or the network fail it.

Virtual time throughout. The last part throws thousands of random sequences at the core and checks
what must hold in each of them.
"""

from __future__ import annotations

import random

import pytest
from conversation_steps import STORY, Talk, silence, sound

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Floor

QUESTION = "What was the cat called?"


def told(model: str = "gemini-3.8-live", **options: object) -> Talk:
    """A story of 12 s, 3 s of which were heard."""
    return Talk(model, **options).model_says(STORY, 12_000).plays_for(3.0)


# --- false interruptions


def test_a_noise_gets_a_nudge_with_the_continuation_and_a_second_one_later() -> None:
    talk = told().user_starts().interrupted().user_stops().wait(3.9).assert_nudges(0)
    talk.wait(0.2).assert_nudges(1)
    assert talk.last.continuation in talk.sends[-1].text
    assert talk.sends[-1].delivery == "answering"
    talk.wait(7.8).assert_nudges(1).wait(0.3).assert_nudges(2)
    talk.wait(60.0).assert_noticed("false interruption", "nudge", "nudge", "gave up")


def test_the_wait_starts_when_the_user_is_quiet() -> None:
    talk = told().user_starts().interrupted().wait(10.0).assert_nudges(0)
    talk.user_stops().wait(3.9).assert_nudges(0).wait(0.2).assert_nudges(1)


def test_words_make_it_no_false_interruption() -> None:
    talk = told().user_starts().interrupted().user_stops().user_says(QUESTION)
    talk.wait(60.0).assert_nudges(0)


def test_noise_in_the_transcript_is_no_words() -> None:
    talk = told().user_starts().interrupted().user_stops().user_says("<noise>", " <noise>")
    talk.wait(5.0).assert_nudges(1)


def test_a_stop_button_is_told_and_gets_no_nudge() -> None:
    told().app_flushes(for_good=True).assert_one_note().wait(60.0).assert_nudges(0)
    told().app_flushes().wait(6.0).assert_nudges(1)


def test_it_can_be_turned_off() -> None:
    told(false_interruption_after=None).interrupted().wait(60.0).assert_nudges(0)


def test_an_empty_note_wants_no_nudge_either() -> None:
    talk = told()
    talk.builder = lambda _: ""
    talk.interrupted().wait(60.0).assert_no_note()


def test_no_nudge_into_speech_that_only_the_microphone_hears() -> None:
    talk = told("gemini-2.5-flash-native-audio").microphone(3.0, loud=False).interrupted()
    for _ in range(8):  # Speech has pauses; the quietest of it is the noise floor.
        talk.microphone(0.8, loud=True).microphone(0.2, loud=False)
    talk.assert_nudges(0)
    talk.microphone(3.3, loud=False).assert_nudges(0).microphone(1.5, loud=False).assert_nudges(1)


def test_no_nudge_into_speech_that_the_server_has_not_signalled_yet() -> None:
    talk = told().microphone(2.0, loud=False).user_starts().interrupted().user_stops()
    talk.microphone(3.9, loud=False).microphone(0.2, loud=True).assert_nudges(0)
    talk.user_starts().microphone(1.0, loud=True).user_stops().user_says(QUESTION).wait(9.0)
    talk.assert_nudges(0)


def test_steady_noise_does_not_hold_a_nudge_up() -> None:
    talk = told().microphone(2.0, loud=False).user_starts().interrupted().user_stops()
    for _ in range(12):
        talk.microphone(0.3, loud=True).microphone(0.1, loud=False)
    talk.assert_nudges(1)


def test_no_nudge_while_the_model_is_audible_or_a_call_is_pending() -> None:
    talk = told().calls("book").interrupted().wait(9.0).assert_nudges(0)
    talk.answers_call().wait(3.5).assert_nudges(0).wait(1.0).assert_nudges(1)


def test_a_call_that_nobody_answers_does_not_silence_the_session_for_ever() -> None:
    talk = told().calls("book").interrupted().wait(9.9).assert_nudges(0)
    talk.wait(5.0).assert_nudges(1)


def test_a_reply_that_was_cut_before_any_text_is_asked_for_again() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(200))).interrupted().wait(5.0)
    talk.assert_nudges(1)
    assert "before they heard any of it" in talk.sends[-1].text


def test_a_phantom_that_swallows_a_question_brings_the_question_back() -> None:
    talk = Talk().user_starts().user_stops().user_says(QUESTION).wait(0.3).interrupted().wait(5.0)
    talk.assert_nudges(1)
    assert QUESTION in talk.sends[-1].text


def test_a_phantom_in_an_idle_session_is_nothing() -> None:
    Talk().interrupted().wait(60.0).assert_no_note()
    Talk().model_says("Hello there.", 800).turn_complete().wait(5).interrupted().wait(
        60.0
    ).assert_no_note()


def test_an_echo_that_cuts_every_reply_does_not_loop() -> None:
    talk = Talk("gemini-3.1-flash-live-preview")
    for _ in range(20):
        talk.model_says(STORY, 12_000).plays_for(0.6).interrupted().turn_complete().wait(6.0)
    assert talk.notices.count("nudge") <= 4
    assert "gave up" in talk.notices


def test_coughs_in_a_long_story_do_not_use_the_nudges_up() -> None:
    talk = Talk("gemini-3.1-flash-live-preview")
    for _ in range(10):
        talk.model_says(STORY, 12_000).plays_for(5.0).interrupted().turn_complete().wait(6.0)
    talk.assert_nudges(10)


# --- stalls


def test_words_without_a_reply_get_one_reminder_and_then_an_event() -> None:
    talk = told(reply_timeout=5.0).user_starts().interrupted().user_stops().user_says(QUESTION)
    talk.wait(4.9).assert_nudges(0).wait(0.2).assert_nudges(1)
    assert QUESTION in talk.sends[-1].text
    talk.wait(4.7).assert_noticed("nudge").wait(0.4).assert_noticed("nudge", "stalled")
    talk.wait(60.0).assert_noticed("nudge", "stalled")


def test_stalls_are_not_looked_for_unless_asked() -> None:
    told().user_starts().interrupted().user_stops().user_says(QUESTION).wait(60).assert_nudges(0)


def test_nudges_and_reminders_of_one_interruption_are_two_together() -> None:
    talk = told(reply_timeout=3.0).user_starts().interrupted().user_stops().wait(14.0)
    talk.assert_nudges(2).user_says(QUESTION).wait(30.0).assert_nudges(2)
    assert talk.notices[-1] == "stalled"


def test_a_reply_that_stops_in_the_middle_is_asked_for_after_the_timeout() -> None:
    talk = Talk(reply_timeout=5.0).model_says("Once upon a time there", 1500).wait(6.4)
    talk.assert_nudges(0).wait(0.2).assert_nudges(1).assert_notes(0)
    assert "stopped in the middle" in talk.sends[-1].text and "noise" not in talk.sends[-1].text
    assert "Once upon a time there" in talk.sends[-1].text


def test_a_reply_that_is_complete_is_no_stall() -> None:
    talk = Talk(reply_timeout=5.0).model_says(STORY, 12_000).generated().wait(60.0).assert_no_note()
    Talk(reply_timeout=5.0).model_says(STORY, 12_000).turn_complete().wait(60.0).assert_no_note()
    Talk().model_says("Once upon a time there", 1500).wait(60.0).assert_no_note()
    assert talk.notices == []


def test_a_reply_that_waits_for_a_function_is_no_stall() -> None:
    talk = Talk(reply_timeout=5.0).model_says("One moment, I look it", 1500).calls("look_up")
    talk.wait(30.0).assert_no_note()


def test_a_stalled_reply_that_goes_on_by_itself_is_a_reply() -> None:
    talk = Talk(reply_timeout=5.0).model_says("Once upon a time there", 1500).wait(6.6)
    talk.model_says(" was a miller. He had three sons.", 2000).turn_complete().wait(60.0)
    talk.assert_nudges(1)
    assert talk.history()[-1][1].endswith("three sons.")


# --- answering delivery


def answering(model: str = "gemini-3.8-live", **options: object) -> Talk:
    return told(model, delivery="answering", **options)


def test_an_answering_note_waits_for_the_whole_utterance() -> None:
    talk = answering().user_starts().interrupted().wait(2.0).assert_no_note()
    talk.user_says(QUESTION).wait(0.1).assert_no_note()
    talk.user_stops().assert_one_note(QUESTION, delivery="answering")


def test_deltas_are_whole_when_they_have_been_quiet_for_a_moment() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().wait(1.0)
    talk.user_says(" What").wait(0.3).user_says(" was it called").wait(0.3).user_says("?")
    talk.wait(0.7).assert_no_note()
    talk.wait(0.2).assert_one_note("What was it called?", delivery="answering")


def test_with_a_quiet_microphone_deltas_are_whole_sooner_than_the_reply_comes() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().microphone(1.0, loud=True)
    talk.microphone(0.7, loud=False).user_says(" What").microphone(0.06, loud=False)
    talk.user_says(" was it?").microphone(0.2, loud=False).assert_no_note()
    talk.microphone(0.3, loud=False).assert_one_note("What was it?", delivery="answering")


def test_the_hosts_own_activity_end_is_an_end() -> None:
    talk = answering("gemini-2.5-flash-native-audio").user_starts(by_app=True).interrupted()
    talk.wait(2.0).user_stops(by_app=True).wait(1.4).assert_no_note()
    talk.wait(0.2).assert_one_note(delivery="answering")


def test_an_answering_note_never_goes_over_a_reply_that_has_begun() -> None:
    talk = answering().user_starts().interrupted().turn_complete().user_stops().wait(0.5)
    talk.model_says("A cat.", 500).user_says(QUESTION).wait(20.0).assert_no_note()
    talk.assert_noticed("note dropped")


def test_our_own_interrupted_is_not_the_users() -> None:
    talk = answering().user_starts().interrupted().turn_complete().user_stops().user_says(QUESTION)
    talk.assert_one_note(delivery="answering")
    talk.wait(0.05).model_says("Puss", 200).interrupted().turn_complete().wait(0.6)
    talk.model_says("Puss in Boots.", 900)
    assert len(talk.interruptions) == 1
    talk.assert_notes(1)


def test_where_text_does_not_interrupt_an_interrupted_after_our_note_is_the_users() -> None:
    talk = answering("gemini-2.5-flash-native-audio").interrupted().turn_complete()
    talk.wait(0.7).user_says(" And then?").wait(0.9).assert_notes(1)
    talk.model_says(STORY, 12_000).plays_for(0.05).interrupted()
    assert len(talk.interruptions) == 1
    talk.user_says(" Stop.").wait(1.0)
    assert len(talk.interruptions) == 2


# --- the user's words in a second note


def test_the_users_words_follow_in_a_second_silent_message_only_if_asked() -> None:
    talk = told(user_words_note=True).user_starts().interrupted().wait(2.0).user_stops()
    talk.user_says(QUESTION)
    assert [s.delivery for s in talk.sends] == ["silent", "silent"]
    assert QUESTION in talk.sends[1].text and QUESTION not in talk.sends[0].text
    told().user_starts().interrupted().user_stops().user_says(QUESTION).wait(3.0).assert_notes(1)


def test_the_second_message_never_comes_after_the_reply_has_begun() -> None:
    talk = told("gemini-2.5-flash", user_words_note=True).interrupted().turn_complete().wait(1.0)
    talk.model_says("Puss.", 300).user_says(" What", " was it?").wait(10.0).assert_notes(1)


# --- tools


def test_the_note_waits_for_the_round_trip_and_says_what_became_of_the_call() -> None:
    talk = told("gemini-2.5-flash").calls("book_table", arguments='{"seats": 2}').interrupted()
    talk.wait(2.0).assert_no_note().answers_call()
    talk.assert_one_note("book_table", "seats", "result was given")
    assert [call.outcome for call in talk.last.tool_calls] == ["answered"]


def test_a_cancelled_call_is_told_at_once() -> None:
    talk = told("gemini-2.5-flash").calls("book_table").interrupted().cancels_call()
    talk.assert_one_note("book_table", "cancelled")


def test_a_call_that_38_forgot_holds_the_note_only_until_the_user_has_finished() -> None:
    talk = told().calls("book_table").user_starts().interrupted().wait(2.0).assert_no_note()
    talk.user_stops().user_says(QUESTION).assert_one_note("book_table", "no result yet", QUESTION)


def test_a_call_that_is_never_answered_holds_no_note_for_ever() -> None:
    talk = told("gemini-2.5-flash", false_interruption_after=None).calls("book_table")
    talk.interrupted().wait(9.9).assert_no_note().wait(0.3).assert_one_note(
        "book_table", "no result yet"
    )


def test_a_call_that_the_model_made_after_the_cut_holds_the_note_too() -> None:
    talk = told(delivery="answering").user_starts().interrupted().user_stops().calls("look_up")
    talk.user_says(QUESTION).wait(1.0).assert_no_note().answers_call()
    talk.assert_one_note(QUESTION, delivery="answering")


# --- refused


def refusals(talk: Talk) -> list[str]:
    return [c.delivery for c in talk.commands if isinstance(c, e.Refused)]


def test_a_failed_send_ends_notes_and_names_the_delivery() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted().send_fails("ValueError: no").assert_noticed("notes off").wait(60.0)
    assert refusals(talk) == ["silent"] and len(talk.sends) == 1
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


def test_a_send_that_the_network_did_not_take_in_time_is_no_refusal() -> None:
    talk = told()
    talk.holds_sends = True
    talk.interrupted()
    talk.tell(e.NoteFailed(id=talk.sends[-1].id, error="TimeoutError", network=True))
    talk.assert_noticed("notes off")
    assert refusals(talk) == []


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


# --- over a reconnect


def resumed(talk: Talk, **options: object) -> Talk:
    """The next connection of `talk`, which broke now."""
    if talk.core.floor is not Floor.QUIET or talk.core.replies.queue:
        talk.tell(e.Disconnected(wanted=False, code=1006))
    state = Carried.from_json(talk.core.carry(talk.now).to_json())
    new = Talk(**options)
    new._carry_out(new.core.resume(state, new.now))
    return new


def test_a_drop_in_mid_reply_is_told_once_and_does_not_blame_the_user() -> None:
    new = resumed(told())
    new.assert_one_note("The connection broke", STORY.split(".")[0])
    for said in ("started to speak", "noise.", "Nobody said"):
        assert said not in new.sends[0].text
    assert new.last.cause == "connection"


def test_after_a_drop_the_model_is_asked_to_go_on_without_mention_of_a_noise() -> None:
    new = resumed(told()).wait(2.5).assert_nudges(1)
    assert "connection was lost" in new.sends[-1].text
    assert "noise" not in new.sends[-1].text and "Nobody said" not in new.sends[-1].text
    assert "false interruption" not in new.notices


def test_a_question_that_got_no_reply_before_the_drop_is_brought_back() -> None:
    talk = Talk().user_starts().user_stops().user_says(QUESTION)
    talk.tell(e.Disconnected(wanted=False, code=1006))
    new = resumed(talk).wait(3.0).assert_nudges(1).assert_notes(0)
    assert QUESTION in new.sends[-1].text


def test_a_reply_that_the_drop_took_before_any_text_is_asked_for_again() -> None:
    new = resumed(Talk().tell(e.ModelAudio(pcm=sound(900)))).wait(2.5).assert_nudges(1)
    assert "connection was lost" in new.sends[-1].text and "noise" not in new.sends[-1].text


def test_sound_without_text_that_was_cut_before_the_connection_broke_is_asked_for_again() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0).interrupted().wait(0.5)
    resumed(talk).wait(2.5).assert_nudges(1)
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0).app_flushes().wait(0.5)
    taken_over = Talk()
    taken_over.now = talk.now
    taken_over._carry_out(taken_over.core.resume(talk.core.carry(talk.now), talk.now))
    taken_over.wait(2.5).assert_nudges(1)
    talk = Talk().tell(e.ModelAudio(pcm=sound(9_000)), e.GenerationComplete()).plays_for(1.0)
    resumed(talk.interrupted().wait(0.5)).wait(2.5).assert_nudges(1)


def test_an_app_that_reconnects_because_nudges_did_not_help_gets_new_ones() -> None:
    talk = told().interrupted().turn_complete().wait(60.0)
    assert talk.notices[-1] == "gave up"
    resumed(talk).wait(2.5).assert_nudges(1)


def test_a_stop_button_holds_after_a_reconnect() -> None:
    new = resumed(told().app_flushes(for_good=True).wait(0.5)).wait(60.0).assert_no_note()
    new.user_says(QUESTION).model_says(STORY, 9_000).plays_for(2.0).interrupted().wait(5.0)
    new.assert_nudges(1)
    sound_only = Talk().tell(e.ModelAudio(pcm=sound(9_000))).plays_for(1.0)
    resumed(sound_only.app_flushes(for_good=True)).wait(60.0).assert_no_note()


def test_a_barge_in_that_was_told_is_not_told_again_but_not_forgotten() -> None:
    new = resumed(told().interrupted().wait(1.0)).assert_notes(0)
    new.wait(3.0).assert_nudges(1)
    assert STORY.split(".")[0] in new.sends[-1].text and "noise" not in new.sends[-1].text


def test_a_note_that_waited_for_the_user_is_delivered_after_the_drop() -> None:
    new = resumed(answering().user_starts().interrupted().user_says(QUESTION))
    new.assert_one_note(QUESTION)


def test_when_all_was_heard_nothing_is_told() -> None:
    talk = Talk().model_says(STORY, 12_000).turn_complete().plays_for(15.0)
    talk.tell(e.Disconnected(wanted=False, code=1006))
    resumed(talk).wait(60.0).assert_no_note()


def test_a_state_that_comes_after_the_reply_has_begun_is_only_history() -> None:
    state = told().core.carry(1003.0)
    new = Talk().model_says("Hello again.", 900)
    new._carry_out(new.core.resume(state, new.now))
    new.wait(30.0).assert_no_note()
    assert new.history()[0] == ("model", state.cut.heard if state.cut else "")


def test_a_pending_call_survives_the_drop() -> None:
    new = resumed(told().calls("book")).wait(9.0).assert_no_note()
    new.answers_call().assert_one_note("book")


def test_a_barge_in_whose_words_the_drop_took_is_told_as_a_drop() -> None:
    new = resumed(told("gemini-2.5-flash").calls("book").interrupted().wait(1.0)).answers_call()
    new.assert_one_note("The connection broke", "nothing since")


def test_the_user_speaking_again_stops_the_nudge_after_a_drop() -> None:
    new = resumed(told()).user_starts().wait(5.0).user_stops().user_says(QUESTION).wait(10.0)
    new.assert_nudges(0)


# --- anything may happen


class _Chaos:
    """A random sequence of what a server, a user and an app may do, and who is really speaking."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        model = self.rng.choice(
            ["gemini-3.8-live", "gemini-3.1-flash-live-preview", "gemini-2.5-flash", "gemini-9"]
        )
        self.reports_activity = "3.8" in model or "9" in model
        self.talk = Talk(
            model,
            delivery=self.rng.choice(["silent", "answering"]),
            reply_timeout=self.rng.choice([None, 3.0, 6.0]),
            user_words_note=False,
            max_history=self.rng.choice([0, 4]),
        )
        self.user_speaks = False
        self.spoke_at = 0.0
        self.calls: set[str] = set()
        self.calls_since = 0.0

    def step(self) -> None:
        rng, talk = self.rng, self.talk
        kind = rng.choices(
            ["says", "done", "interrupted", "generated", "starts", "stops", "words", "noise",
             "typed", "call", "answer", "cancel", "flush", "played", "late", "wait"],
            [8, 3, 4, 2, 3, 4, 3, 1, 1, 1, 2, 1, 1, 2, 1, 10],
        )[0]  # fmt: skip
        match kind:
            case "says":
                self.calls.clear()  # The model goes on: calls that were cut are forgotten.
                talk.model_says(STORY[: rng.randrange(5, len(STORY))], rng.uniform(50, 9000))
            case "late":
                talk.tell(e.ModelAudio(pcm=silence(80)), e.ModelText(text=""))
            case "done":
                talk.turn_complete()
            case "interrupted":
                for _ in range(rng.choice([1, 1, 1, 5])):
                    talk.interrupted()
            case "generated":
                talk.generated()
            case "starts" if self.reports_activity:
                self.user_speaks, self.spoke_at = True, talk.now
                talk.user_starts()
            case "stops" if self.reports_activity:
                self.user_speaks = False
                talk.user_stops()
            case "words":
                talk.user_says(
                    rng.choice([QUESTION, " And", "Да?", " the"]), finished=rng.random() < 0.2
                )
            case "noise":
                talk.user_says("<noise>")
            case "typed":
                talk.user_types("Go on.")
            case "call":
                self.calls.add(name := f"c{rng.randrange(5)}")
                self.calls_since = talk.now
                talk.calls("f", name)
            case "answer" | "cancel":
                for id_ in sorted(self.calls):
                    (talk.answers_call if kind == "answer" else talk.cancels_call)(id_)
                self.calls.clear()
            case "flush":
                talk.app_flushes()
            case "played":
                talk.app_played(rng.uniform(0, 2000))
            case _:
                self.wait(rng.choice([0.02, 0.3, 1.0, 4.0, 12.0]))

    def wait(self, seconds: float) -> None:
        before = len(self.talk.done)
        self.talk.wait(seconds)
        for at, command in self.talk.done[before:]:
            if isinstance(command, e.SendNote) and command.delivery == "answering":
                # A start of speech that has no end is not believed for ever.
                speaks = self.user_speaks and at < self.spoke_at + 19.9
                assert not speaks, "an answering message over the user's speech"
                assert not self.calls or at > self.calls_since + 9.9, "while a call was pending"


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_the_promises_hold(seed: int) -> None:
    for index in range(25):
        chaos = _Chaos(seed * 1000 + index)
        for _ in range(60):
            chaos.step()
        chaos.wait(1.0)
        talk = chaos.talk
        assert len(talk.notes) <= len({i.id for i in talk.interruptions})
        nudges: dict[int, int] = {}
        for command in talk.commands:
            if isinstance(command, e.Announce) and command.notice.kind == "nudge":
                id_ = command.notice.interruption
                nudges[id_] = nudges.get(id_, 0) + 1
        assert all(count <= 2 for id_, count in nudges.items() if id_)
        for interruption in talk.interruptions:
            text = interruption.heard + interruption.unheard
            assert text.endswith(interruption.continuation)
        state = talk.core.carry(talk.now)
        assert Carried.from_json(state.to_json()) == state
