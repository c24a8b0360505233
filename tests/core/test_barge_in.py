"""How the floor is taken: `interrupted` in each floor, repeated, phantom, or our own."""

from __future__ import annotations

import pytest
from conversation_steps import (
    HEARD_3S,
    STORY,
    Talk,
    cut_at_three_seconds,
    sound,
    telling_the_story,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Floor

# --- row: interrupted


def test_interrupted_with_nothing_said_sends_nothing() -> None:
    talk = Talk().interrupted().assert_floor(Floor.CUT).wait(60.0)
    assert talk.commands == []


def test_interrupted_before_any_text_sends_nothing() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(200))).interrupted().wait(60.0)
    talk.assert_notes(0)


def test_interrupted_right_after_the_first_chunk_says_that_nothing_was_heard() -> None:
    talk = Talk().model_says("Once upon a time", 1_200).interrupted()
    talk.assert_heard("", "Once upon a time").assert_one_note("nothing")


def test_everything_heard_and_complete_sends_nothing() -> None:
    talk = telling_the_story().generated().plays_for(9.35).interrupted().wait(60.0)
    talk.assert_no_note()
    assert talk.history() == (("model", STORY),)


@pytest.mark.parametrize("times", [2, 12])
def test_repeated_interrupted_is_one_interruption(times: int) -> None:
    talk = cut_at_three_seconds()
    for _ in range(times):
        talk.wait(0.1).interrupted()
    talk.assert_one_note()
    assert len(talk.interruptions) == 1


def test_a_second_barge_in_is_a_second_interruption() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(1.0).user_says("Who?")
    talk.wait(0.6).model_says("The miller of the village. He was old.", 2_400)
    talk.plays_for(1.25).interrupted()
    talk.assert_notes(2).assert_heard("The miller of the").assert_user_text("")
    assert talk.last.id == 2
    assert talk.last.history == (("model", HEARD_3S), ("user", "Who?"))


def test_a_phantom_before_a_reply_does_not_swallow_the_reply() -> None:
    talk = Talk().user_says("Hi.").interrupted().turn_complete().model_says("Hello you.", 900)
    talk.assert_floor(Floor.REPLYING).assert_no_note()


def test_interrupted_after_our_nudge_is_ours_and_starts_no_loop() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(4.0).assert_nudges(1)
    talk.wait(0.5).model_says("He had", 600).wait(0.02).interrupted()
    talk.assert_notes(1).assert_nudges(1)
    assert len(talk.interruptions) == 1
    talk.wait(60.0).assert_nudges(2)
    assert talk.notices[-1] == "gave up"


def test_the_user_speaking_right_after_our_nudge_is_the_user() -> None:
    talk = cut_at_three_seconds().turn_complete().wait(4.0).assert_nudges(1)
    talk.wait(0.3).model_says("He had three sons", 1_200).wait(0.5).user_starts().interrupted()
    assert len(talk.interruptions) == 2
    assert talk.last.cause == "speech"


def test_the_user_speaking_right_after_our_nudge_is_seen_by_the_microphone_too() -> None:
    talk = telling_the_story(model="gemini-2.5-flash-native-audio-preview-09-2025")
    talk.plays_for(2.75).interrupted().turn_complete().microphone(4.2, loud=False).assert_nudges(1)
    talk.model_says("He had three sons", 1_200).microphone(0.6, loud=True).interrupted()
    assert len(talk.interruptions) == 2


# --- a message is read whole


def test_text_in_the_message_that_interrupts_is_in_the_note() -> None:
    talk = telling_the_story().plays_for(2.75)
    talk.tell(e.MessageBegins(), e.ModelText(text=" And the dog."), e.Interrupted())
    talk.assert_no_note().tell(e.MessageEnds()).assert_one_note("And the dog.")
    assert talk.last.heard + talk.last.unheard == STORY + " And the dog."


def test_words_in_the_message_that_interrupts_are_in_the_note() -> None:
    talk = telling_the_story().plays_for(2.75)
    talk.tell(e.MessageBegins(), e.Interrupted(), e.UserWords(text="Stop!"), e.MessageEnds())
    talk.assert_one_note('"Stop!"').assert_user_text("Stop!")


def test_a_call_that_is_taken_back_in_the_message_that_interrupts_is_not_pending() -> None:
    talk = telling_the_story().calls("book").plays_for(2.75)
    talk.tell(e.MessageBegins(), e.Interrupted(), e.ToolCancelled(ids=("call-1",)), e.MessageEnds())
    talk.assert_one_note('"book" "{}" (cancelled)')


# --- the app's own doing


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.3])
def test_what_the_app_cuts_by_its_own_message_is_its_own_doing(delay: float) -> None:
    talk = telling_the_story().plays_for(2.75 - delay).tell(e.AppInterrupts()).wait(delay)
    talk.interrupted().turn_complete().wait(60.0).assert_nudges(0).assert_one_note()
    assert talk.last.cause == "app"


@pytest.mark.parametrize("delay", [0.0, 0.2, 0.5])
def test_text_behind_a_cut_of_the_app_is_why_it_cut(delay: float) -> None:
    talk = telling_the_story().plays_for(2.75).tell(e.Flushed(drops_rest=True, for_good=True))
    talk.wait(delay).tell(e.UserTyped(text="What is the time?")).turn_complete().wait(60.0)
    talk.assert_nudges(0).assert_one_note()
    assert talk.interruptions[-1].cause == "typed"
    assert talk.interruptions[-1].user_text == "What is the time?"


def test_a_message_of_the_app_long_before_is_not_the_cause() -> None:
    talk = telling_the_story().tell(e.AppInterrupts()).plays_for(2.75).interrupted()
    assert talk.last.cause == "speech"
    talk.turn_complete().wait(5.0).assert_nudges(1)


def test_speech_that_begins_with_a_message_of_the_app_is_the_cause() -> None:
    talk = telling_the_story().plays_for(2.65).tell(e.AppInterrupts()).wait(0.05).user_starts()
    talk.wait(0.05).interrupted()
    assert talk.last.cause == "speech"


def test_text_that_is_typed_after_a_message_of_the_app_is_the_cause() -> None:
    talk = telling_the_story().plays_for(2.7).tell(e.AppInterrupts()).user_types("Stop.").wait(0.02)
    talk.interrupted()
    assert talk.last.cause == "typed"


def test_a_voice_in_the_microphone_is_the_cause_whatever_the_app_sends() -> None:
    talk = telling_the_story().microphone(2.0, loud=False).microphone(0.6, loud=True)
    talk.tell(e.AppInterrupts())
    talk.interrupted()
    assert talk.last.cause == "speech"


def test_the_app_interrupts_before_anything_was_heard_and_is_left_alone() -> None:
    talk = Talk().user_says("A story, please.").wait(1.0).tell(e.AppInterrupts()).interrupted()
    talk.turn_complete().wait(60.0).assert_nudges(0)


def test_an_app_that_empties_its_speaker_for_what_was_typed_types() -> None:
    talk = telling_the_story().plays_for(2.75).user_types("And Rome?").app_flushes()
    assert (talk.last.cause, talk.last.user_text) == ("typed", "And Rome?")
    stopped = telling_the_story().plays_for(2.75).user_types("No.").app_flushes(for_good=True)
    assert stopped.last.cause == "app"
