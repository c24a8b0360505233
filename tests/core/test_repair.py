"""One message after a reply that did not come back: when, what, and every reason for none."""

from __future__ import annotations

import pytest
from conversation_steps import STORY, Talk, assert_asked_at_most_twice

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.learned import Evidence

MODEL_20 = "gemini-2.0-flash-live-001"
MODEL_25 = "gemini-2.5-flash-native-audio-preview-09-2025"
MODEL_31 = "gemini-3.1-flash-live-preview"
MODEL_38 = "gemini-3.8-live"
REST = STORY[STORY.index("He had") :]
OKAY = "Okay, I am listening."
ELSE = "He lived in the north of France, near the sea."
GO_ON, OFFER = "Go on now", "whether you should go on"


def cut(words: str, model: str = MODEL_38, story: str = STORY, **options: object) -> Talk:
    """A story is cut 2.75 s in, and the user says something."""
    talk = Talk(model, **options).user_says("Tell me a story.", finished=True).wait(1.0)
    talk.model_says(story, 9_300).plays_for(2.75).interrupted().turn_complete().wait(1.5)
    return talk.user_says(words, finished=True).wait(0.6) if words else talk


def answered(talk: Talk, text: str = OKAY, ms: float = 2_000) -> Talk:
    """The reply comes at once, and is played to its end."""
    return talk.model_says(text, ms).generated().turn_complete().plays_for(ms / 1_000)


def repairs(talk: Talk) -> list[str]:
    """The texts of all repairs."""
    found: list[str] = []
    for before, command in zip(talk.commands, talk.commands[1:], strict=False):
        if isinstance(command, e.Announce) and command.notice.kind == "repair":
            assert isinstance(before, e.SendNote)
            assert before.delivery == "answering"
            found.append(before.text)
    return found


def assert_repaired(talk: Talk, asks: str) -> Talk:
    [text] = repairs(talk)
    assert asks in text
    assert "He had three sons and a mill. The eldest" in text
    return talk


def assert_none(talk: Talk) -> Talk:
    assert repairs(talk.wait(60.0)) == []
    return talk


# --- the user had only acknowledged


@pytest.mark.parametrize("model", [MODEL_38, MODEL_31, MODEL_25, MODEL_20])
@pytest.mark.parametrize("words", ["Mm-hm.", "<noise>", "Ok, go on."])
def test_after_an_acknowledgement_every_family_is_asked_to_go_on(model: str, words: str) -> None:
    assert_repaired(answered(cut(words, model)).wait(1.0), GO_ON)


def test_where_nothing_was_said_at_all_too() -> None:
    assert_repaired(answered(cut("")).wait(1.0), GO_ON)


@pytest.mark.parametrize(
    "words", ["はい", "嗯，好的", "да, ага", "हाँ जी", "نعم", "네", "ค่ะ", "Ja, genau."]
)
def test_an_acknowledgement_in_any_language(words: str) -> None:
    assert_repaired(answered(cut(words)).wait(1.0), GO_ON)


def test_it_goes_out_after_0_7_seconds_of_quiet() -> None:
    talk = answered(cut("Mm-hm.")).wait(0.65)
    assert repairs(talk) == []
    assert_repaired(talk.wait(0.1), GO_ON)


def test_it_waits_until_the_reply_was_played_by_the_apps_own_reports() -> None:
    talk = cut("Mm-hm.").model_says(OKAY, 2_000).generated().turn_complete()
    talk.wait(1.0).app_played(1_000).wait(5.0)
    assert repairs(talk) == []
    assert_repaired(talk.app_played(1_000).wait(1.0), GO_ON)


def test_a_reply_that_is_not_complete_is_not_repaired() -> None:
    assert_none(cut("Mm-hm.").model_says(OKAY, 2_000))


def test_the_answer_has_an_outcome_of_its_own_and_there_is_no_second_repair() -> None:
    talk = answered(cut("Mm-hm.")).wait(1.0)
    assert_repaired(answered(talk, "Yes?").wait(60.0), GO_ON)
    assert [(o.kind, o.repaired) for o in talk.outcomes] == [
        ("answered", False),
        ("answered", True),
    ]
    talk = answered(answered(cut("Mm-hm.")).wait(1.0), REST, 8_000)
    assert [(o.kind, o.repaired) for o in talk.outcomes] == [("answered", False), ("resumed", True)]


def test_a_repair_without_an_answer_is_silence() -> None:
    talk = answered(cut("Mm-hm.")).wait(30.0)
    assert [(o.kind, o.repaired) for o in talk.outcomes] == [("answered", False), ("silent", True)]


def test_an_interrupted_that_our_repair_caused_is_not_the_users() -> None:
    talk = answered(cut("Mm-hm.")).wait(1.0).model_says("He had", 400).wait(0.02).interrupted()
    answered(talk.turn_complete().wait(0.5), REST, 8_000).wait(60.0)
    assert [(o.kind, o.repaired) for o in talk.outcomes] == [("answered", False), ("resumed", True)]
    assert len(repairs(talk)) == 1


# --- reasons for none


@pytest.mark.parametrize(
    "reply",
    [
        REST,
        STORY,
        "The youngest got only the cat.",
        "The eldest got a house, and the second a horse.",
    ],
)
def test_after_any_other_outcome_there_is_none(reply: str) -> None:
    talk = answered(cut("Mm-hm."), reply, 3_000)
    assert talk.outcomes[0].kind != "answered"
    assert_none(talk)


def test_a_long_reply_about_something_else_has_moved_on() -> None:
    assert_none(
        answered(cut("Mm-hm."), "Now let us talk about the weather, which is mild. " * 3, 9_000)
    )


@pytest.mark.parametrize(
    ("heard", "unheard", "words"),
    [
        ("Do you want the long story? It is about a", " miller. He had three sons.", "Yes."),
        ("長い話を聞きたいですか。粉屋の", "話です。息子が三人いました。", "はい"),
        ("你想听长故事吗？是关于", "磨坊主的。他有三个儿子。", "好的"),
        ("هل تريد القصة الطويلة؟ هي عن", " طحان. كان له ثلاثة أبناء.", "نعم"),
        ("Shall I tell you", " more of him? He had three sons.", "Yes."),
    ],
)
def test_a_yes_that_answers_a_question_is_no_acknowledgement(
    heard: str, unheard: str, words: str
) -> None:
    talk = Talk().user_says("Hello.", finished=True).wait(1.0)
    talk.model_says(heard, 3_000).model_says(unheard, 6_000).plays_for(3.01).interrupted()
    talk.turn_complete().wait(1.5).user_says(words, finished=True)
    assert_none(answered(talk.wait(0.6)))
    assert talk.interruptions[0].heard.strip() == heard
    plain = heard.replace("?", ".").replace("か。", "。").replace("吗？", "。").replace("؟", ".")
    talk = Talk().user_says("Hello.", finished=True).wait(1.0)
    talk.model_says(plain, 3_000).model_says(unheard.replace("?", "."), 6_000).plays_for(3.01)
    talk.interrupted().turn_complete().wait(1.5).user_says(words, finished=True)
    assert repairs(answered(talk.wait(0.6)).wait(1.0))


@pytest.mark.parametrize(
    "words", ["Stop.", "Okay, that's enough, thanks.", "Das reicht.", "もういいです", "хватит"]
)
@pytest.mark.parametrize("repair", ["auto", "always"])
def test_who_wants_silence_gets_it(words: str, repair: str) -> None:
    assert_none(answered(cut(words, MODEL_25, repair=repair)))


def test_after_a_stop_button_there_is_none() -> None:
    talk = Talk().user_says("Hello.").wait(1.0).model_says(STORY, 9_300).plays_for(2.75)
    assert_none(answered(talk.app_flushes(for_good=True).turn_complete().wait(1.0)))
    assert_none(answered(cut("Mm-hm.")).app_flushes(for_good=True))


def test_a_builder_that_said_nothing_wants_none() -> None:
    talk = Talk().user_says("Hello.").wait(1.0).model_says(STORY, 9_300).plays_for(2.75)
    talk.builder = lambda _: ""
    assert_none(
        answered(talk.interrupted().turn_complete().wait(1.5).user_says("Mm-hm.").wait(0.6))
    )


@pytest.mark.parametrize("options", [{"repair": "never"}, {"nudges": False}, {"muted": True}])
def test_an_app_or_a_server_that_takes_none_gets_none(options: dict[str, object]) -> None:
    assert_none(answered(cut("Mm-hm.", **options)))


def test_after_a_send_that_failed_there_is_none() -> None:
    talk = Talk().user_says("Hello.").wait(1.0).model_says(STORY, 9_300).plays_for(2.75)
    talk.holds_sends = True
    talk.interrupted().send_fails().turn_complete().wait(1.5).user_says("Mm-hm.").wait(0.6)
    assert_none(answered(talk))


def test_two_nudges_leave_no_repair_and_one_does() -> None:
    talk = cut("").wait(4.5).assert_nudges(1)
    assert_repaired(answered(talk).wait(1.0), GO_ON)
    talk = cut("").wait(14.0).assert_nudges(2)
    assert_none(answered(talk))


def test_where_nobody_knows_whether_the_user_spoke_there_is_none() -> None:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75).interrupted().turn_complete().wait(2.0)
    assert_none(answered(talk))


def test_where_nothing_can_tell_whether_somebody_speaks_there_is_none() -> None:
    assert_none(answered(cut("Mm-hm.", has_microphone=False)))


def test_while_a_call_is_pending_it_waits() -> None:
    talk = answered(cut("Mm-hm.").wait(0.1)).calls("book").wait(5.0)
    assert repairs(talk) == []
    assert_repaired(talk.answers_call().wait(1.0), GO_ON)


# --- cancelled by anybody who speaks


def speaks(talk: Talk) -> Talk:
    return talk.user_starts().user_stops()


def says(talk: Talk) -> Talk:
    return talk.user_says("And who", finished=False)


def types(talk: Talk) -> Talk:
    return talk.user_types("And who?")


def is_loud(talk: Talk) -> Talk:
    return talk.microphone(0.4, loud=True)


def replies(talk: Talk) -> Talk:
    return talk.model_says("One more thing.", 1_000)


@pytest.mark.parametrize("event", [speaks, says, types, is_loud, replies])
@pytest.mark.parametrize("model", [MODEL_38, MODEL_25])
def test_whoever_speaks_cancels_it(event: object, model: str) -> None:
    assert callable(event)
    talk = answered(cut("Mm-hm.", model).microphone(0.3, loud=False)).wait(0.2)
    assert_none(event(talk))


@pytest.mark.parametrize("event", [speaks, says, types])
def test_whoever_spoke_during_the_reply_has_moved_on(event: object) -> None:
    assert callable(event)
    talk = cut("Mm-hm.").model_says(OKAY, 2_000).plays_for(1.0)
    assert_none(event(talk).generated().turn_complete())


def test_a_microphone_that_is_loud_holds_it_back() -> None:
    talk = cut("Mm-hm.", MODEL_25).microphone(0.5, loud=False).model_says(OKAY, 1_000)
    talk.generated().turn_complete().microphone(1.5, loud=False).microphone(0.5, loud=True)
    assert_none(talk)


# --- the user had asked or said something


@pytest.mark.parametrize("model", [MODEL_25, MODEL_20])
def test_a_family_that_does_not_use_notes_is_asked_to_offer(model: str) -> None:
    assert_repaired(answered(cut("Where did he live?", model), ELSE).wait(1.0), OFFER)


@pytest.mark.parametrize("model", [MODEL_38, MODEL_31])
def test_a_family_that_may_use_them_decides_itself(model: str) -> None:
    assert_none(answered(cut("Where did he live?", model), ELSE))


def test_where_the_session_showed_that_notes_are_not_used_any_family_is_asked() -> None:
    shown = (Evidence(route="silent", in_vain=2),)
    assert_repaired(answered(cut("Where did he live?", learned=shown), ELSE).wait(1.0), OFFER)
    talk = answered(cut("Mm-hm."), OKAY).wait(1.0)
    talk = answered(talk, REST, 8_000).wait(1.0)
    for words in ("Mm-hm.", "Where did he live?"):
        talk.user_says("Another story.", finished=True).wait(1.0).model_says(STORY, 9_300)
        talk.plays_for(2.75).interrupted().turn_complete().wait(1.5).user_says(words, finished=True)
        answered(talk.wait(0.6), ELSE).wait(1.0)
        answered(talk, REST, 8_000).wait(1.0)
    assert OFFER in repairs(talk)[-1]


def test_where_it_showed_that_they_are_used_none_is() -> None:
    shown = (Evidence(route="silent", worked=2),)
    assert_none(answered(cut("Where did he live?", MODEL_25, learned=shown), ELSE))


def test_a_reply_that_asks_something_itself_is_the_users_to_answer() -> None:
    assert_none(answered(cut("Where did he live?", MODEL_25), "In France. Shall I go on?"))


def test_typed_words_are_answered_with_the_note_in_sight() -> None:
    talk = Talk(MODEL_25).user_says("Hello.").wait(1.0).model_says(STORY, 9_300).plays_for(2.75)
    talk.user_types("Where did he live?").interrupted().turn_complete().wait(1.0)
    assert_none(answered(talk, ELSE))


def test_always_asks_any_family_and_after_a_long_reply() -> None:
    assert_repaired(answered(cut("Where?", repair="always"), ELSE).wait(1.0), OFFER)
    long = "Now let us talk about the weather, which is mild. " * 3
    assert_repaired(answered(cut("Mm-hm.", repair="always"), long, 9_000).wait(1.0), GO_ON)


def test_words_that_come_after_the_reply_began_count() -> None:
    talk = Talk(MODEL_25).user_says(" Hello.").wait(1.0).model_says(STORY, 9_300).plays_for(2.75)
    talk.interrupted().turn_complete().wait(1.5).model_says("Sure, ", 400)
    talk.user_says(" Where", " did he live?").model_says("in the north of France.", 1_600)
    talk.generated().turn_complete().plays_for(2.0).wait(1.0)
    assert_repaired(talk, OFFER)


def test_a_repair_that_cuts_the_reply_to_it_counts_with_the_nudges() -> None:
    talk = answered(cut("").wait(4.1).assert_nudges(1)).wait(0.9)
    assert len(repairs(talk)) == 1
    talk.model_says("Yes.", 900).wait(0.05).interrupted().wait(0.1).assert_nudges(1)
    assert_asked_at_most_twice(talk.wait(60.0))
