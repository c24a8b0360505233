"""Temperaments: each way in which a reply after a cut can turn out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from live_talk import ANSWER, QUESTION, STORY, Talk, on, server, talk

from gemini_live_interrupt.testing import PROFILES, TEMPERAMENTS, LiveServer, Reply, ScriptedModel
from gemini_live_interrupt.testing.server.plan import Plan, Prompt
from gemini_live_interrupt.testing.server.script import Mind
from gemini_live_interrupt.testing.server.temperament import Manner, past_the_place

TALE = "One fox ran off. Two foxes sat down. Three foxes ate a pie. Four foxes slept."
SCRIPT = ScriptedModel(replies=(Reply(TALE), Reply("Red.", to="colour")))
TWO = TALE.index("Two")
NOTE = 'Heard: "One fox ran off. Two foxes". Go on: "Two foxes sat down. Three foxes ate"'
GO_ON = (
    "[App context, not from the user; never mention or read it out.]\n"
    'Go on now with exactly this text: "Two foxes sat down. Three foxes ate"'
)
OFFER = (
    "[App context, not from the user; never mention or read it out.]\n"
    'Ask in one short sentence whether to go on with "Two foxes sat down. Three", and stop.'
)


def cut_mind(*temperament: Manner, sent: int = TALE.index("Four")) -> Mind:
    mind = replace(SCRIPT, temperament=temperament or "obeys").wake()
    say(mind, mind.plan(Prompt(text="A story, please.")), sent)
    return mind


def say(mind: Mind, plan: Plan | None, sent: int | None = None) -> str:
    assert plan is not None
    mind.began(plan)
    mind.spoke(plan, sent=len(plan.text) if sent is None else sent, is_cut=sent is not None)
    return plan.text


@pytest.mark.parametrize(
    ("manner", "to_a_question", "to_a_hum"),
    [
        ("obeys", f"Red. {TALE[TWO:]}", TALE[TWO:]),
        ("ignores", "Red.", "Okay."),
        ("restarts", f"Red. {TALE}", TALE),
        (
            "skips",
            "Red. Three foxes ate a pie. Four foxes slept.",
            "Three foxes ate a pie. Four foxes slept.",
        ),
        ("echoes", f"{NOTE} Red. {TALE[TWO:]}", f"{NOTE} {TALE[TWO:]}"),
        (
            "rewords",
            "Red. Two foxes Three foxes pie. Four",
            "Two foxes Three foxes pie. Four",
        ),
        (("echoes", "ignores"), f"{NOTE} Red.", f"{NOTE} Okay."),
        (
            ("echoes", "restarts"),
            f"{NOTE} Red. {TALE}",
            f"{NOTE} {TALE}",
        ),
    ],
)
def test_what_each_makes_of_a_note(manner: Manner, to_a_question: str, to_a_hum: str) -> None:
    for words, expected in (("Which colour?", to_a_question), ("Mm-hm.", to_a_hum)):
        plan = cut_mind(manner).plan(Prompt(text=words, notes=(NOTE,)))
        assert plan is not None
        assert plan.text == expected


def test_the_silent_one_says_nothing_and_counts_it_as_its_reply() -> None:
    mind = cut_mind("silent", "obeys")
    plan = mind.plan(Prompt(text="Mm-hm.", notes=(NOTE,)))
    assert plan is not None and plan.segments == ()
    mind.began(plan)
    assert say(mind, mind.plan(Prompt(text="Mm-hm.", notes=(NOTE,)))) == TALE[TWO:]


def test_the_list_has_one_for_each_reply_and_its_last_for_the_rest() -> None:
    mind = cut_mind("ignores", "skips", "obeys")
    assert say(mind, mind.plan(Prompt(text="Mm-hm.", notes=(NOTE,)))) == "Okay."
    assert say(mind, mind.plan(Prompt(content=GO_ON)), 5).startswith("Three foxes")
    again = 'Go on: "Three foxes ate"'
    assert say(mind, mind.plan(Prompt(text="ok", notes=(again,))), 5).startswith("Three foxes")
    assert say(mind, mind.plan(Prompt(text="ok", notes=(again,)))).startswith("Three foxes")


def test_it_goes_on_when_asked_for_exactly_this_text_though_it_has_answered_meanwhile() -> None:
    mind = cut_mind("ignores", "obeys")
    assert say(mind, mind.plan(Prompt(text="Which colour?", notes=(NOTE,)))) == "Red."
    plan = mind.plan(Prompt(content=GO_ON))
    assert plan is not None and plan.used_note == GO_ON and plan.resumed_at == TWO
    assert plan.text == TALE[TWO:]


def test_a_second_cut_is_of_the_reply_that_went_on() -> None:
    mind = cut_mind()
    again = mind.plan(Prompt(text="Mm-hm.", notes=(NOTE,)))
    assert again is not None
    mind.began(again)
    mind.spoke(again, sent=len("Two foxes sat down. Three foxes ate"), is_cut=True)
    note = 'Heard: "Two foxes sat". Go on: "Two foxes sat down. Three foxes ate"'
    plan = mind.plan(Prompt(text="Mm-hm.", notes=(note,)))
    assert plan is not None and plan.resumes is again
    assert (plan.resumed_at, plan.text) == (0, TALE[TWO:])


def test_it_asks_whether_to_go_on_and_goes_on_when_the_user_says_yes() -> None:
    mind = cut_mind("ignores", "obeys")
    say(mind, mind.plan(Prompt(text="Which colour?", notes=(NOTE,))))
    assert say(mind, mind.plan(Prompt(content=OFFER))) == "Shall I go on?"
    plan = mind.plan(Prompt(text="Mm-hm.", goes_on=False))
    assert plan is not None and plan.text == TALE[TWO:]


def test_who_ignores_an_offer_does_not_ask() -> None:
    plan = cut_mind("ignores").plan(Prompt(content=OFFER))
    assert plan is not None and plan.text == "Okay."


def test_a_plea_without_a_quotation_gets_the_reply_from_its_start() -> None:
    plea = (
        "[App context, not from the user; never mention or read it out.]\n"
        "Nobody said anything: it was only a noise, and the user is waiting. "
        "Your reply was cut off before the user heard any of it. Give it now, without a comment."
    )
    plan = cut_mind(sent=8).plan(Prompt(content=plea))
    assert plan is not None and plan.text == TALE


def test_a_family_that_knows_nothing_unaided_answers_and_stops() -> None:
    def said(text: str) -> str:
        plan = cut_mind().plan(Prompt(text=text, goes_on=False))
        assert plan is not None
        return plan.text

    assert (said("Which colour?"), said("Mm-hm.")) == ("Red.", "Okay.")
    assert said("Okay, go on.") == "Four foxes slept."


def test_the_last_sentence_is_left_out_by_half() -> None:
    plan = SCRIPT.wake().plan(Prompt(text="Go"))
    assert plan is not None
    assert TALE[past_the_place(plan, TALE.index("Four")) :] == "foxes slept."


def test_a_temperament_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no temperament is called 'rude'; there are obeys"):
        ScriptedModel(replies=(), temperament="rude")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a temperament"):
        LiveServer("Hello.", temperament=())


# Over a socket

STARTS = {
    "obeys": "Every morning",
    "ignores": "",
    "echoes": "You were cut.",
    "restarts": STORY[:20],
    "skips": "One day",
    "rewords": "Every morning down to",
}


async def cut_by(words: str, conversation: Talk) -> None:
    """The story, cut in its third sentence; a note that says so."""
    await conversation.session.send_realtime_input(text="Tell me a story.")
    await conversation.hear(2500)
    await conversation.user.say(words)
    await conversation.until(lambda: conversation.count("interrupted"))
    sent = STORY[: conversation.live.record.turns[0].characters]
    await conversation.note(f'You were cut. Go on with: "{sent[sent.index("Every") :]}"')


@pytest.mark.parametrize("name", [name for name in TEMPERAMENTS if name != "silent"])
async def test_each_is_met_over_a_socket(name: str) -> None:
    async with (
        server(temperament=name) as local,
        talk(local) as conversation,
    ):
        await cut_by(QUESTION, conversation)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        said = conversation.live.record.turns[1].text
    if name == "echoes":
        assert said.startswith(STARTS[name]) and f"{ANSWER} Every morning" in said
    else:
        assert said.startswith(f"{ANSWER} {STARTS[name]}".strip())
        assert (said == ANSWER) is (name == "ignores")


async def test_the_silent_one_over_a_socket() -> None:
    async with server(temperament=("silent", "obeys")) as local, talk(local) as conversation:
        await cut_by("Mm-hm.", conversation)
        await conversation.until(conversation.user_words)
        await conversation.rest(3000)
        assert len(conversation.live.record.turns) == 1
        await conversation.note("[App context.] Go on now.", turn_complete=True)
        await conversation.until(lambda: len(conversation.live.record.turns) == 2)
        assert conversation.live.record.turns[1].text.startswith("Every morning")


async def test_on_25_a_silent_note_counts_one_spoken_turn_late() -> None:
    async with server() as local, on(local, PROFILES["2.5"]) as conversation:
        await cut_by(QUESTION, conversation)
        await conversation.until(lambda: conversation.count("turn_complete") == 2)
        await conversation.user.say("Mm-hm.")
        await conversation.until(lambda: len(conversation.live.record.turns) == 3)
        texts = [turn.text for turn in conversation.live.record.turns]
    assert texts[1] == ANSWER
    assert texts[2].startswith("Every morning")
