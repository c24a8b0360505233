"""An app's own note: both shapes of a builder, and what an old one writes without the user's words."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import pytest
from conversation_steps import STORY, Talk

from gemini_live_interrupt.core.builder import ask, has_a_hole, takes_interruption
from gemini_live_interrupt.core.events import Interruption


def an_interruption(user_text: str = "") -> Interruption:
    talk = Talk().model_says(STORY, 9_300).plays_for(2.75).interrupted()
    assert talk.last.user_text == ""
    return talk.last if not user_text else _with(talk.last, user_text)


def _with(interruption: Interruption, user_text: str) -> Interruption:
    return replace(interruption, user_text=user_text)


class Builder:
    def old(self, heard: str, user_text: str, history: list[tuple[str, str]]) -> str:
        return heard

    def new(self, interruption: Interruption) -> str:
        return interruption.unheard

    def __call__(self, interruption: Interruption, *, brief: bool = True) -> str:
        return interruption.unheard


@pytest.mark.parametrize(
    ("builder", "whole"),
    [
        (lambda interruption: interruption.unheard, True),
        (lambda heard, user_text, history: heard, False),
        (lambda heard, user_text="", history=(): heard, False),
        (lambda interruption, brief=True: interruption.unheard, True),
        (lambda *anything: anything[0], False),
        (Builder().new, True),
        (Builder().old, False),
        (Builder(), True),
        (functools.partial(lambda prefix, interruption: interruption.unheard, "x"), True),
        (functools.partial(lambda prefix, heard, user_text, history: heard, "x"), False),
    ],
)
def test_a_builder_of_one_argument_gets_all_that_is_known(builder: Any, whole: bool) -> None:
    interruption = an_interruption()
    assert takes_interruption(builder) is whole
    if whole and builder.__class__ is not Builder:
        return
    expected = interruption.unheard if whole else interruption.heard
    assert ask(builder, interruption) == expected


def test_what_cannot_be_looked_into_is_called_as_ever() -> None:
    assert takes_interruption(print) is False
    assert takes_interruption(dict.fromkeys) in (True, False)  # and does not raise


@pytest.mark.parametrize(
    "note",
    [
        "You were interrupted. The user said: . Continue.",
        'The user said: "". Continue.',
        "The user said ''. Continue.",
        "The user said:\nContinue.",
        "The user said: ",
    ],
)
def test_a_note_with_nothing_where_the_words_should_be_is_seen(note: str) -> None:
    assert has_a_hole(note, an_interruption())
    assert not has_a_hole(note, an_interruption("Stop."))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "The user said: Stop. Continue.",
        "Do as the user said. Continue.",
        "Answer the user.",
        'The user has said nothing yet. You said: "Once upon".',
    ],
)
def test_a_note_that_says_something_is_none(note: str) -> None:
    assert not has_a_hole(note, an_interruption())


def test_an_old_builder_gets_no_control_tokens() -> None:
    heard = ["One two.<ctrl46> Three", "<|x|>One two.", "a <b"]
    cut, seen = an_interruption(), list[str]()
    for one in heard:
        ask(lambda heard, user_text, history: seen.append(heard), replace(cut, heard=one))
    assert seen == ["One two. Three", "One two.", "a <b"]
