"""The scripted model: what it makes of the user's words and of notes."""

from __future__ import annotations

from gemini_live_interrupt.testing import Reply, ScriptedModel, ToolCall
from gemini_live_interrupt.testing.server.plan import Plan, Prompt
from gemini_live_interrupt.testing.server.script import Mind

STORY = "One fox ran off. Two foxes sat down. Three foxes ate a pie. Four foxes slept."
SCRIPT = ScriptedModel(
    replies=(
        Reply(STORY),
        Reply("The end."),
        Reply("Red.", to="colour"),
        Reply("Sure.", to="hold on", then="offer"),
        Reply("I stop.", to=lambda text: "enough" in text, then="stop"),
        Reply("It is {sky}.", to="weather", tool=ToolCall(name="look", args={"where": "up"})),
    )
)
SENT = STORY.index("Four")
NOTE = f"Heard: One fox ran off. Two foxes. Go on: {STORY[17:SENT]}"


def cut_mind(sent: int = SENT) -> Mind:
    """A mind whose story was cut after ``sent`` characters."""
    mind = SCRIPT.wake()
    say(mind, mind.plan(Prompt(text="A story, please.")), sent)
    return mind


def say(mind: Mind, plan: Plan | None, sent: int | None = None) -> Plan:
    assert plan is not None
    mind.began(plan)
    mind.spoke(plan, sent=len(plan.text) if sent is None else sent)
    return plan


def said(plan: Plan | None) -> str | None:
    return plan.text if plan else None


def test_replies_come_in_order_and_answers_any_time() -> None:
    mind = SCRIPT.wake()
    texts = [
        said(say(mind, mind.plan(Prompt(text=text))))
        for text in ("Go", "colour?", "colour?", "More")
    ]
    assert texts == [STORY, "Red.", "Red.", "The end."]
    assert said(mind.plan(Prompt(text="And then?"))) == SCRIPT.fallback


def test_without_a_note_it_goes_on_from_what_it_sent() -> None:
    mind = cut_mind()
    assert said(mind.plan(Prompt(text="Mm-hm."))) == "Four foxes slept."
    assert said(mind.plan(Prompt(text="Which colour?"))) == "Red. Four foxes slept."
    assert said(mind.plan(Prompt(text="Who are you?"))) == f"{SCRIPT.fallback} Four foxes slept."


def test_a_note_shows_it_the_sentence_that_was_cut() -> None:
    plan = cut_mind().plan(Prompt(text="Which colour?", notes=("Be kind.", NOTE)))
    assert said(plan) == f"Red. {STORY[17:]}"
    assert plan is not None and plan.used_note == NOTE


def test_when_all_was_sent_only_a_note_brings_the_rest_back() -> None:
    mind = cut_mind(len(STORY))
    assert said(mind.plan(Prompt(text=""))) is None
    assert said(mind.plan(Prompt(text="", notes=(NOTE + " Four foxes slept.",)))) == STORY[17:]


def test_segments_trace_words_to_the_script() -> None:
    plan = cut_mind().plan(Prompt(text="colour", notes=(NOTE,)))
    assert plan is not None
    assert [(part.reply, part.start) for part in plan.segments] == [("2", 0), ("0", 17)]


def test_an_answer_that_is_cut_goes_on_within_it() -> None:
    mind = cut_mind()
    answer = say(mind, mind.plan(Prompt(text="colour", notes=(NOTE,))), sent=10)
    assert said(mind.plan(Prompt(text="ok"))) == answer.text[10:].strip()


def test_an_offer_waits_for_yes_and_keeps_the_place_of_the_note() -> None:
    mind = cut_mind()
    offer = say(mind, mind.plan(Prompt(text="hold on", notes=(NOTE,))))
    assert offer.text == "Sure. Shall I go on?"
    assert said(mind.plan(Prompt(text="Yes, please."))) == STORY[17:]


def test_stop_forgets_what_was_cut() -> None:
    mind = cut_mind()
    assert said(say(mind, mind.plan(Prompt(text="enough now")))) == "I stop."
    assert said(mind.plan(Prompt(text="yes"))) == "The end."


def test_a_note_that_asks_for_a_reply_is_not_taken_for_a_question() -> None:
    assert said(cut_mind().plan(Prompt(content=NOTE))) == STORY[17:]
    with_words = cut_mind().plan(Prompt(text="What colour?", content=NOTE))
    assert said(with_words) == f"Red. {STORY[17:]}"


def test_content_without_a_quote_is_the_users_text() -> None:
    assert said(SCRIPT.wake().plan(Prompt(content="Which colour?"))) == "Red."


def test_noise_is_not_answered_when_nothing_was_cut() -> None:
    mind = SCRIPT.wake()
    assert mind.plan(Prompt(text="")) is None
    assert said(mind.plan(Prompt(is_unknown=True))) == STORY


def test_a_tools_response_fills_the_words() -> None:
    plan = SCRIPT.wake().plan(Prompt(text="weather"))
    assert plan is not None and plan.tool == ToolCall(name="look", args={"where": "up"})
    assert plan.filled({"sky": "blue"}).text == "It is blue."
    assert plan.filled({}).text == "It is {sky}."


def test_planning_changes_nothing() -> None:
    mind = SCRIPT.wake()
    assert said(mind.plan(Prompt(text="Go"))) == said(mind.plan(Prompt(text="Go"))) == STORY
