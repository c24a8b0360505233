"""The model's side of a conversation: replies that begin, go on, come late or end."""

from __future__ import annotations

import pytest
from conversation_steps import (
    HEARD_3S,
    REST_3S,
    RESUME_3S,
    SPLITS,
    STORY,
    Talk,
    cut_at_three_seconds,
    sound,
    telling_the_story,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Floor

# --- row: text, audio


def test_text_and_audio_begin_a_reply_when_the_floor_is_free() -> None:
    Talk().assert_floor(Floor.QUIET).model_says("Hello.", 500).assert_floor(Floor.REPLYING)


def test_audio_alone_begins_a_reply() -> None:
    Talk().tell(e.ModelAudio(pcm=sound(100))).assert_floor(Floor.REPLYING)


@pytest.mark.parametrize(
    "event", [e.ModelText(text=""), e.ModelAudio(pcm=b""), e.ModelAudio(pcm=b"\0")]
)
def test_empty_content_begins_nothing(event: e.Event) -> None:
    Talk().tell(event).assert_floor(Floor.QUIET)


@pytest.mark.parametrize("parts", SPLITS)
def test_a_cut_splits_the_received_text_exactly(parts: int) -> None:
    talk = cut_at_three_seconds(parts)
    talk.assert_heard(HEARD_3S, REST_3S).assert_continuation(RESUME_3S)
    assert talk.last.heard + talk.last.unheard == STORY


@pytest.mark.parametrize("parts", SPLITS)
def test_a_cut_sends_one_silent_note_at_once(parts: int) -> None:
    talk = cut_at_three_seconds(parts).assert_one_note(HEARD_3S, RESUME_3S)
    assert talk.sent_at() == 2.75


def test_chunks_are_joined_exactly_as_received() -> None:
    talk = Talk()
    for chunk in ("ha", "ha", " un", "believ", "able ", "3", ".", "5  times", "今日は", "とても"):
        talk.tell(e.ModelText(text=chunk))
    talk.tell(e.ModelAudio(pcm=sound(5_000))).interrupted()
    assert talk.last.heard + talk.last.unheard == "haha unbelievable 3.5  times今日はとても"


@pytest.mark.parametrize("gap", [0.05, 0.3, 0.55])
def test_late_content_of_a_cut_reply_is_dropped(gap: float) -> None:
    talk = cut_at_three_seconds().wait(gap).model_says(" And late words.", 600)
    talk.assert_floor(Floor.CUT).assert_one_note()
    assert ("model", " And late words.".strip()) not in talk.history()


def test_late_content_is_dropped_as_long_as_it_keeps_coming() -> None:
    talk = cut_at_three_seconds()
    for _ in range(3):
        talk.wait(0.4).model_says(" late", 100)
    talk.assert_floor(Floor.CUT)


def test_content_that_never_stops_is_a_reply_in_the_end() -> None:
    # A server that does not stop, or starts anew at once without `turn_complete`.
    talk = cut_at_three_seconds()
    for _ in range(30):
        talk.wait(0.1).model_says(" on", 100)
    talk.assert_floor(Floor.REPLYING)


def test_late_turn_complete_belongs_to_the_cut_reply() -> None:
    talk = cut_at_three_seconds().wait(0.03).turn_complete().wait(2.0)
    talk.user_says("Why?").wait(0.5).model_says("Because.", 800)
    talk.assert_floor(Floor.REPLYING).turn_complete().plays_for(1.0).assert_floor(Floor.QUIET)
    talk.assert_history(("model", HEARD_3S), ("user", "Why?"), ("model", "Because."))


def test_a_reply_to_typed_text_is_no_late_content() -> None:
    # A typed barge-in is answered 0.5 s after `interrupted` (measured, 3.8).
    talk = telling_the_story().plays_for(2.75).user_types("Stop. What is rye?")
    talk.wait(0.015).interrupted().turn_complete().wait(0.4).model_says("A grain.", 700)
    talk.assert_floor(Floor.REPLYING)


def test_content_after_a_gap_is_a_reply_though_turn_complete_never_came() -> None:
    cut_at_three_seconds().wait(2.0).model_says("Yes?", 300).assert_floor(Floor.REPLYING)


# --- row: turn complete


@pytest.mark.parametrize("doubled", [False, True])
def test_a_turn_is_over_when_it_was_played(doubled: bool) -> None:
    talk = telling_the_story().generated().turn_complete()
    if doubled:
        talk.turn_complete()
    talk.plays_for(9.0).assert_floor(Floor.REPLYING).plays_for(0.5)
    talk.assert_floor(Floor.QUIET).assert_history(("model", STORY))


def test_without_turn_complete_the_next_reply_is_a_turn_of_its_own() -> None:
    talk = Talk().model_says("First answer.", 1_000).generated().forgets_turn_complete().wait(5.0)
    talk.user_says("And then?").wait(0.5).model_says("Second answer.", 1_000).wait(
        0.6
    ).interrupted()
    talk.assert_heard("Second", " answer.")
    assert talk.last.history == (("model", "First answer."), ("user", "And then?"))


def test_with_no_end_signal_at_all_the_next_reply_is_a_turn_of_its_own() -> None:
    talk = (
        Talk()
        .model_says("First answer.", 1_000)
        .forgets_turn_complete()
        .wait(5.0)
        .user_starts()
        .wait(1.0)
        .user_stops()
    )
    talk.wait(1.0).model_says("Second answer.", 1_000).wait(0.6).interrupted()
    assert talk.last.heard + talk.last.unheard == "Second answer."


def test_a_stall_in_the_middle_of_a_reply_does_not_end_it() -> None:
    talk = Talk().model_says("One two.", 500).wait(3.0).model_says(" Three four.", 1_000)
    talk.wait(0.55).interrupted().assert_heard("One two. Three", " four.")


# --- several replies in the air


def test_a_cut_falls_into_the_first_reply_that_is_audible() -> None:
    talk = Talk().model_says("First one.", 2_000).generated().turn_complete()
    talk.model_says("Second one here.", 3_000).plays_for(1.5).interrupted()
    talk.assert_heard("First", " one. Second one here.")
    talk.assert_history(("model", "First"))


def test_a_cut_in_the_second_reply_leaves_the_first_whole() -> None:
    talk = Talk().model_says("First one. ", 2_000).generated().turn_complete()
    talk.model_says("Second one here.", 3_000).plays_for(3.5).interrupted()
    talk.assert_heard("Second", " one here.").assert_continuation("Second one here.")
    talk.assert_history(("model", "First one."), ("model", "Second"))


# --- text sessions


def test_a_written_reply_counts_as_read_and_goes_on_from_the_cut_sentence() -> None:
    talk = Talk().model_writes("The first point. The second").interrupted()
    talk.assert_heard("The first point. The second", "").assert_continuation("The second")
    talk.assert_one_note()


def test_a_written_reply_that_was_complete_needs_no_note() -> None:
    talk = Talk().model_writes("All of it.").generated().turn_complete().user_types("Thanks")
    talk.interrupted().wait(60.0).assert_notes(0)


def test_text_beside_speech_is_not_speech() -> None:
    talk = (
        Talk()
        .model_says("Hello there.", 1_000)
        .model_writes("**Thinking**")
        .wait(0.6)
        .interrupted()
    )
    talk.assert_heard("Hello", " there.")


@pytest.mark.parametrize("token", ["<ctrl46>", "<noise>"])
def test_a_token_at_the_end_of_a_reply_is_nothing_that_was_lost(token: str) -> None:
    talk = Talk().model_says("The end.", 1_000).tell(e.ModelText(text=token))
    talk.tell(e.ModelAudio(pcm=sound(500))).generated().plays_for(1.2).interrupted()
    talk.wait(20.0).assert_no_note().assert_history(("model", "The end."))
