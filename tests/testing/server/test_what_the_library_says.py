"""The scripted model understands every message of the library, in every language that it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.note import (
    build_note,
    build_nudge,
    build_offer,
    build_reminder,
    build_repair,
    build_words,
)
from gemini_live_interrupt.core.note_words import LANGUAGES
from gemini_live_interrupt.testing import Reply, ScriptedModel
from gemini_live_interrupt.testing.server.plan import Plan, Prompt
from gemini_live_interrupt.testing.server.script import Mind

TALE = (
    "One fox ran off to the sea. Two foxes sat down on the sand. Three foxes ate an apple pie. "
    "Four foxes slept until noon, and nobody knew what time it was."
)
CUT = TALE.index("down on")
SENT = TALE.index("Four")
CONTINUATION = TALE[TALE.index("Two") : SENT].strip()
SCRIPT = ScriptedModel(replies=(Reply(TALE), Reply("Red.", to="colour")), temperament="obeys")
USER_WORDS = "Which colour was it?"


def interruption(language: str, **changes: Any) -> Interruption:
    cut = Interruption(
        id=1,
        language=language,
        heard=TALE[:CUT],
        unheard=TALE[CUT:SENT],
        continuation=CONTINUATION,
        user_text=USER_WORDS,
        history=(("user", "Tell me a tale, please."), ("model", "Which tale do you want?")),
        heard_ms=1.0,
        received_ms=2.0,
        position=float(CUT),
        uncertainty=0.0,
        position_from="clock",
        estimated_by="word timestamps",
        cause="speech",
        note="",
        tool_calls=(),
        time=0.0,
    )
    return replace(cut, **changes)


def cut_mind(sent: int = SENT) -> Mind:
    mind = SCRIPT.wake()
    plan = mind.plan(Prompt(text="A tale, please."))
    assert plan is not None
    mind.began(plan)
    mind.spoke(plan, sent=sent, is_cut=True)
    return mind


def said(plan: Plan | None) -> str:
    assert plan is not None
    return plan.text


languages = pytest.mark.parametrize("language", LANGUAGES)


@languages
@pytest.mark.parametrize("words", ["", USER_WORDS, "Two foxes?", "what time it was"])
@pytest.mark.parametrize("cause", ["speech", "typed", "phantom"])
def test_a_note(language: str, words: str, cause: str) -> None:
    note = build_note(interruption(language, user_text=words, cause=cause))
    assert said(cut_mind().plan(Prompt(text="Mm-hm.", notes=(note,)))) == TALE[28:]
    assert said(cut_mind().plan(Prompt(text=USER_WORDS, notes=(note,)))) == f"Red. {TALE[28:]}"


@languages
def test_a_note_when_all_was_sent(language: str) -> None:
    note = build_note(interruption(language, continuation=TALE[28:]))
    assert said(cut_mind(len(TALE)).plan(Prompt(text="Mm-hm.", notes=(note,)))) == TALE[28:]


@languages
def test_a_note_of_which_nothing_was_heard(language: str) -> None:
    note = build_note(interruption(language, heard="", continuation=TALE[:SENT]))
    assert said(cut_mind().plan(Prompt(text="Mm-hm.", notes=(note,)))) == TALE


@languages
@pytest.mark.parametrize("why", ["noise", "connection", "stall"])
def test_a_nudge(language: str, why: Any) -> None:
    nudge = build_nudge(interruption(language), why=why)
    assert said(cut_mind().plan(Prompt(content=nudge))) == TALE[28:]
    last = "nobody knew what time it was."
    end = build_nudge(interruption(language, continuation=last), why=why)
    assert said(cut_mind(len(TALE)).plan(Prompt(content=end))) == last


@languages
def test_a_repair(language: str) -> None:
    mind = cut_mind()
    answer = mind.plan(Prompt(text=USER_WORDS, goes_on=False))
    assert said(answer) == "Red."
    mind.began(answer)  # type: ignore[arg-type]
    mind.spoke(answer, sent=4)  # type: ignore[arg-type]
    assert said(mind.plan(Prompt(content=build_repair(interruption(language))))) == TALE[28:]


@languages
def test_a_nudge_with_nothing_ready(language: str) -> None:
    heard = TALE[: TALE.index("Two") - 1]
    nudge = build_nudge(interruption(language, continuation="", heard=heard))
    assert said(cut_mind(27).plan(Prompt(content=nudge))) == TALE[28:]


@languages
def test_a_nudge_before_anything_was_heard(language: str) -> None:
    nudge = build_nudge(None, language=language)
    assert said(cut_mind(12).plan(Prompt(content=nudge))) == TALE


@languages
def test_a_reminder(language: str) -> None:
    reminder = build_reminder(USER_WORDS, language=language)
    assert said(SCRIPT.wake().plan(Prompt(content=reminder))) == "Red."


@languages
def test_the_words_that_the_note_could_not_have(language: str) -> None:
    note = build_note(interruption(language, user_text=""))
    words = build_words("Two foxes sat down?", language=language)
    assert said(cut_mind().plan(Prompt(text="Mm-hm.", notes=(note, words)))) == TALE[28:]


@languages
def test_an_offer(language: str) -> None:
    mind = cut_mind()
    offer = mind.plan(Prompt(content=build_offer(interruption(language))))
    assert said(offer) == SCRIPT.offer
    mind.began(offer)  # type: ignore[arg-type]
    assert said(mind.plan(Prompt(text="Yes.", goes_on=False))) == TALE[28:]
