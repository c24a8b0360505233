"""Our messages in the language of the conversation: which one, all of it, and nothing else in it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any, get_args

import pytest
from conversation_steps import Talk

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.note import (
    Why,
    build_note,
    build_nudge,
    build_offer,
    build_reminder,
    build_words,
)
from gemini_live_interrupt.core.note_words import LANGUAGES, guess, words_for

STORIES = {
    "en": "Once upon a time there was a miller. He had three sons and a mill.",
    "de": "Es war einmal ein Müller. Er hatte drei Söhne und eine Mühle, und die war alt.",
    "es": "Había una vez un molinero. Tenía tres hijos y un molino, y el molino era viejo.",
    "fr": "Il était une fois un meunier. Il avait trois fils et un moulin dans la vallée.",
    "it": "C'era una volta un mugnaio. Aveva tre figli e un mulino, che non era nuovo.",
    "pt": "Era uma vez um moleiro. Ele tinha três filhos e um moinho, que não era novo.",
    "ru": "Жил-был мельник. У него было три сына и мельница, и она была старая.",
    "tr": "Bir varmış bir yokmuş, bir değirmenci varmış. Üç oğlu ve bir değirmeni varmış.",
    "hi": "एक समय की बात है, एक चक्कीवाला था। उसके तीन बेटे थे और एक चक्की थी।",
    "ja": "昔々、粉屋がいました。息子が三人いて、古い水車がありました。",
    "ko": "옛날에 방앗간 주인이 있었습니다. 아들이 셋 있었고 오래된 방앗간이 있었습니다.",
    "zh": "从前有一个磨坊主。他有三个儿子和一座旧磨坊。",
}


def cut(language: str, **changes: Any) -> e.Interruption:
    talk = Talk().model_says(STORIES[language], 6_000).plays_for(2.0).interrupted()
    return talk.last


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_in_the_language_of_the_conversation(language: str) -> None:
    interruption = cut(language)
    assert interruption.language == language
    assert LANGUAGES[language].rules in build_note(interruption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_another_language(language: str) -> None:
    words = LANGUAGES[language]
    english = LANGUAGES["en"]
    for field in fields(words):
        ours, theirs = getattr(words, field.name), getattr(english, field.name)
        if language != "en" and field.name not in ("script", "common", "language"):
            assert ours != theirs, field.name
            if isinstance(ours, dict):
                assert ours.keys() == theirs.keys()
                assert not set(ours.values()) & set(theirs.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_quotes_what_it_is_about_once(language: str) -> None:
    interruption = cut(language)
    rest = json.dumps(interruption.continuation, ensure_ascii=False)
    messages = [
        build_note(interruption),
        build_offer(interruption),
        *(build_nudge(interruption, why=why) for why in get_args(Why)),
    ]
    assert [message.count(rest) for message in messages] == [1] * len(messages)
    said = json.dumps(STORIES[language], ensure_ascii=False)
    assert build_reminder(STORIES[language]).count(said) == 1
    assert build_words(STORIES[language]).count(said) == 1
    for message in (*messages, build_reminder("x", language=language)):
        assert "{}" not in message
        assert message.startswith(LANGUAGES[language].label)
        assert "]\n" in message


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_user_who_heard_no_more(language: str) -> None:
    """A rest that "is unknown" could be unknown to the model, too, which then makes one up."""
    words = LANGUAGES[language]
    assert words.user[:7].lower() in words.heard.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_known_by_its_words(language: str) -> None:
    assert guess(STORIES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hm.",
        "12:30",
        "OK, la la la",
        "Der var engang en møller.",  # Danish
        "Byl jednou jeden mlynář a ten měl tři syny.",  # Czech
        "كان يا ما كان",
        "Rusty, Москва!",
    ],
)
def test_where_the_language_is_in_doubt_all_is_english(text: str) -> None:
    assert guess(text) == "en"


def test_the_servers_word_counts_more_than_a_guess() -> None:
    talk = Talk()
    talk.tell(e.ModelText(text="Rusty, Rusty, Rusty.", language="de-DE"))
    talk.model_says(" Hm, hm.", 4_000).plays_for(1.0).interrupted()
    assert talk.last.language == "de"


def test_the_apps_choice_counts_most() -> None:
    talk = Talk(note_language="en").model_says(STORIES["de"], 6_000).plays_for(2.0).interrupted()
    assert talk.last.language == "en"
    assert "How to go on" in talk.notes[0].text


def test_a_language_without_a_text_gets_english_as_a_whole() -> None:
    assert words_for("da-DK").language == "en"


@pytest.mark.parametrize("code", ["PT", "pt_BR", "pt-PT"])
def test_a_region_makes_no_difference(code: str) -> None:
    assert words_for(code).language == "pt"


def test_a_nudge_speaks_the_language_too() -> None:
    talk = Talk().model_says(STORIES["fr"], 9_000).plays_for(2.0).interrupted().wait(5.0)
    assert talk.sends[-1].delivery == "answering"
    assert LANGUAGES["fr"].why["noise"] in talk.sends[-1].text


def test_quotation_marks_of_a_language_open_no_quotation_of_ours() -> None:
    for words in LANGUAGES.values():
        for text in (words.rules, words.label, words.quotes):
            assert not re.search(r'"[^"]{20,}"', text), words.language
