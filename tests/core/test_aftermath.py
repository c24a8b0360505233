"""What came of an interruption: each outcome, when it is told, and what it says of the note."""

from __future__ import annotations

import pytest
from conversation_steps import STORY, Talk

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.outcome import Outcome

MODEL_25 = "gemini-2.5-flash-native-audio-preview-09-2025"
REST = STORY[STORY.index("He had") :]
LAST = "The youngest got only the cat."
ELSE = "In the north of France, near the sea."


def asked(
    words: str = "Where did he live?", model: str = "gemini-3.8-live", **options: object
) -> Talk:
    """The story is cut in its second sentence, and the user says something."""
    talk = Talk(model, **options).user_says("Tell me a story.").wait(1.0)
    talk.model_says(STORY, 9_300).plays_for(2.75).interrupted().turn_complete().wait(1.5)
    return talk.user_says(words, finished=True).wait(0.6) if words else talk


def replied(talk: Talk, text: str, ms: float = 2_000) -> Talk:
    """The model's next reply comes whole, and is played."""
    return talk.model_says(text, ms).generated().turn_complete().plays_for(ms / 1_000 + 0.1)


def only(talk: Talk) -> Outcome:
    [outcome] = talk.outcomes
    return outcome


@pytest.mark.parametrize(
    ("reply", "kind", "skipped", "repeated"),
    [
        (REST, "resumed", 0, 1),
        ("In France. So: he had three sons and a mill.", "resumed", 0, 1),
        (STORY, "restarted", 0, 9),
        (LAST, "skipped", 16, 0),
        (ELSE, "answered", 0, 0),
    ],
)
def test_a_reply_is_read_when_it_is_complete(
    reply: str, kind: str, skipped: int, repeated: int
) -> None:
    talk = asked().model_says(reply, 3_000)
    assert talk.outcomes == []
    talk.generated().turn_complete()
    outcome = only(talk)
    assert (outcome.kind, outcome.skipped_words, outcome.repeated_words) == (
        kind,
        skipped,
        repeated,
    )
    assert (outcome.interruption, outcome.repaired, outcome.reply) == (1, False, reply)


def test_a_reply_that_nobody_calls_complete_is_read_once_it_was_played() -> None:
    talk = asked().model_says(REST, 3_000).generated().plays_for(3.5)
    assert talk.outcomes == []
    assert only(talk.wait(1.0)).kind == "resumed"


def test_a_reply_without_any_end_is_read_when_the_next_one_begins() -> None:
    talk = asked().model_says(REST, 3_000).plays_for(8.0)
    assert talk.outcomes == []
    talk.user_starts().user_stops().user_says("Go on.").wait(1.0).model_says("Well.", 300)
    assert only(talk).kind == "resumed"


def test_a_reply_that_is_cut_is_read_as_far_as_it_came() -> None:
    talk = asked().model_says("He had three sons and a mill. The eldest", 2_500).plays_for(1.0)
    talk.interrupted()
    assert only(talk).kind == "resumed"
    replied(talk.turn_complete().wait(1.0), "Yes, all of them were tall and strong.", 2_000)
    assert [outcome.interruption for outcome in talk.outcomes] == [1, 2]


@pytest.mark.parametrize("text", [STORY[:36], ""])
def test_where_nothing_was_lost_there_is_no_outcome(text: str) -> None:
    talk = Talk().model_says(text or "Yes.", 2_000).generated().plays_for(2.1).interrupted()
    replied(talk.turn_complete().wait(1.0), "And then there was a cat.")
    assert talk.outcomes == []


def test_a_later_reply_has_none() -> None:
    talk = replied(asked(), REST)
    replied(talk.user_says("And the cat?").wait(1.0), "It wore boots.")
    assert len(talk.outcomes) == 1


def test_no_reply_before_the_session_ends_is_silence() -> None:
    talk = asked().tell(e.Disconnected(wanted=True))
    assert (only(talk).kind, only(talk).reply) == ("silent", "")


def test_an_app_that_hangs_up_while_the_model_speaks_waits_for_nothing() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75).tell(e.Disconnected(wanted=True))
    assert talk.outcomes == []


def test_a_reply_that_the_end_broke_off_is_read() -> None:
    talk = asked().model_says(REST, 3_000).tell(e.Disconnected(wanted=False))
    assert [outcome.kind for outcome in talk.outcomes] == ["resumed", "silent"]
    assert [outcome.interruption for outcome in talk.outcomes] == [1, 2]


def test_a_silence_that_is_given_up_is_silence_and_a_late_reply_changes_nothing() -> None:
    talk = asked("").wait(60.0)
    assert talk.notices[-1] == "gave up"
    assert only(talk).kind == "silent"
    replied(talk, REST)
    assert len(talk.outcomes) == 1


def test_a_stall_after_the_users_words_is_silence() -> None:
    talk = asked(reply_timeout=3.0).wait(20.0)
    assert talk.notices[-1] == "stalled"
    assert only(talk).kind == "silent"


def test_the_reply_after_a_nudge_is_followed() -> None:
    talk = asked("").wait(4.5).assert_nudges(1)
    assert only(replied(talk, REST)).kind == "resumed"


def test_the_record_names_session_model_and_time_and_is_bounded() -> None:
    talk = asked(session_id="call-7", model="gemini-3.8-live", epoch=5_000.0)
    outcome = only(replied(talk, f"{REST} " * 30))
    assert (outcome.session_id, outcome.model) == ("call-7", "gemini-3.8-live")
    assert outcome.time == pytest.approx(5_000.0 + talk.now, abs=3.0)
    assert len(outcome.reply) == 500
    assert outcome.to_dict()["kind"] == "resumed"


def test_late_text_of_the_cut_reply_is_part_of_what_may_be_skipped() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75).interrupted()
    talk.wait(0.1).tell(e.ModelText(text=" The cat could speak and wore red boots."))
    talk.turn_complete().wait(1.5)
    outcome = only(replied(talk, "The cat could speak and wore red boots."))
    assert (outcome.kind, outcome.skipped_words) == ("skipped", 22)


# --- in the prompt?


def counted(
    talk: Talk, prompt: int | None, response: int | None = 40, thoughts: int | None = None
) -> Talk:
    return talk.tell(e.TokensCounted(prompt=prompt, response=response, thoughts=thoughts))


def with_counts(note: int, *, first: int | None = 1_201, between: e.Event | None = None) -> Outcome:
    """Two turns with their counts; `note` tokens entered between them beside 8."""
    talk = Talk(MODEL_25).model_says(STORY, 9_300).plays_for(2.75).interrupted()
    counted(talk, first, 109, 34).turn_complete()
    if between is not None:
        talk.tell(between)
    talk.wait(1.5).user_says(" Where?").wait(1.0).model_says(ELSE, 2_000).generated()
    return only(counted(talk, 1_201 + 109 + 34 + 8 + note).turn_complete())


def test_the_counts_say_whether_the_note_was_in_the_prompt() -> None:
    assert with_counts(400).note_in_prompt is True
    assert with_counts(0).note_in_prompt is False


@pytest.mark.parametrize(
    "between",
    [
        e.ContextGrew(),
        e.ToolCalled(calls=(e.ToolCall(id="1", name="f"),)),
        e.UserTyped(text="x" * 900),
    ],
)
def test_they_say_nothing_where_something_else_entered(between: e.Event) -> None:
    assert with_counts(400, between=between).note_in_prompt is None


def test_they_say_nothing_where_counts_are_missing_or_shrink() -> None:
    assert with_counts(400, first=None).note_in_prompt is None
    assert with_counts(-700).note_in_prompt is None


def test_they_say_nothing_where_the_context_is_compressed_or_no_note_was_sent() -> None:
    for options in ({"compresses": True}, {"notes": False}):
        talk = Talk(MODEL_25, **options).model_says(STORY, 9_300).plays_for(2.75).interrupted()
        counted(talk, 1_201, 109, 34).turn_complete().wait(1.5).model_says(ELSE, 2_000)
        assert only(counted(talk, 1_752).turn_complete()).note_in_prompt is None


def test_they_say_nothing_where_the_cut_turn_had_no_end() -> None:
    talk = Talk(MODEL_25).model_says(STORY, 9_300).plays_for(2.75).interrupted().wait(2.5)
    talk.user_says(" Where?").wait(1.0).model_says(ELSE, 2_000)
    assert only(counted(talk, 1_752).turn_complete()).note_in_prompt is None


def test_a_long_speech_of_the_user_may_hide_that_a_note_is_missing() -> None:
    talk = Talk(MODEL_25).model_says(STORY, 9_300).plays_for(2.75).interrupted()
    counted(talk, 1_201, 109, 34).turn_complete().wait(15.0).user_says(" Where?").wait(1.0)
    talk.model_says(ELSE, 2_000)
    assert only(counted(talk, 1_352 + 375).turn_complete()).note_in_prompt is None


def test_a_reply_that_is_cut_before_it_could_come_back_is_unclear() -> None:
    talk = asked().model_says(ELSE, 2_000).plays_for(1.0).interrupted()
    assert [outcome.kind for outcome in talk.outcomes] == ["unclear"]
    told = asked().model_says(ELSE, 2_000).generated().plays_for(1.0).interrupted()
    assert [outcome.kind for outcome in told.outcomes] == ["answered"]
    back = asked().model_says(REST, 9_000).plays_for(1.0).interrupted()
    assert [outcome.kind for outcome in back.outcomes] == ["resumed"]
    lost = asked().model_says(ELSE, 2_000).tell(e.Disconnected(wanted=False, code=1006))
    assert lost.outcomes[0].kind == "unclear"
    assert not [c for c in talk.commands if isinstance(c, e.Learn)]
