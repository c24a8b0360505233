"""A few words of the user: go on, stop, or something else."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.core.acknowledgements import (
    asked_last,
    asks,
    only_acknowledges,
    wants_silence,
)
from gemini_live_interrupt.core.few_words import GO_ON, STOP


@pytest.mark.parametrize("language", sorted(GO_ON))
def test_each_word_that_acknowledges_does_alone_and_beside_others(language: str) -> None:
    for word in GO_ON[language].split("; "):
        assert only_acknowledges(f"{word.capitalize()}."), word
        assert only_acknowledges(f"mhm, {word}!") or not word.isascii(), word
        assert not wants_silence(word), word


@pytest.mark.parametrize("language", sorted(STOP))
def test_each_word_of_stopping_wants_silence(language: str) -> None:
    for word in STOP[language].split("; "):
        assert wants_silence(f"{word.capitalize()}!"), word
        assert not only_acknowledges(word), word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "Mm-hm.",
        "OK, yeah, go on.",
        "嗯，好的，继续。",
        "はい、続けてください",
        "네, 네.",
        "ค่ะ",
    ],
)
def test_what_only_acknowledges(text: str) -> None:
    assert only_acknowledges(text)


@pytest.mark.parametrize(
    "text",
    [
        "Okay, but who was he?",
        "Yes, and what then happened to the cat",
        "No.",
        "Why?",
        "Was ist ein Müller?",
        "好的，那只猫叫什么名字",
        "はい、猫の名前は",
        "Thanks.",
        "42",
    ],
)
def test_what_says_more_is_no_acknowledgement(text: str) -> None:
    assert not only_acknowledges(text)
    assert not wants_silence(text)


@pytest.mark.parametrize(
    "text",
    [
        "Okay, stop please.",
        "No, that's enough, thank you.",
        "Stop talking about that now, let me tell you something else.",
        "Ja, danke, das reicht.",
        "好了，别说了。",
        "もういいです、ありがとう",
        "Oh please be quiet",
    ],
)
def test_what_wants_silence(text: str) -> None:
    assert wants_silence(text)
    assert not only_acknowledges(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I stop the machine?",
        "When does the bus stop at the station on the way home",
        "怎么停止这台机器？",
    ],
)
def test_a_question_about_stopping_does_not(text: str) -> None:
    assert not wants_silence(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ready?",
        "¿Sigo?",
        "继续吗？",
        "要我继续吗",
        "続けますか。",
        "هل أكمل؟",
        "Να συνεχίσω;",
        "ต่อไหมคะ",
        "ուզո՞ւմ ես",
        "Soll ich? Ja.",
    ],
)
def test_a_question_in_any_script(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text", ["He asked.", "好的。", "わかりました。", "Καλά; όχι".replace(";", ","), "ค่ะ", ""]
)
def test_what_is_no_question(text: str) -> None:
    assert not asks(text)


def test_a_question_counts_in_the_last_two_sentences_that_were_heard() -> None:
    assert asked_last("There was a king. Do you know him? He had a")
    assert asked_last("Do you know Dr. Low? She is")
    assert not asked_last("Do you know him? He was king. He had a")
    assert not asked_last("")
    assert asked_last("今日は晴れです。出かけますか。それとも")


def test_a_question_whose_end_was_not_heard_is_one() -> None:
    assert asked_last("That was the king. Would you like", " to hear more? There is")
    assert not asked_last("That was the king. I would like", " to go on. Is that right?")
