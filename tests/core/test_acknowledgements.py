"""A few words of the user: go on, stop, or something else."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.core.acknowledgements import (
    asked_last,
    asks,
    few_words,
    only_acknowledges,
    says_stop,
    wants_silence,
)
from gemini_live_interrupt.core.few_words import ALONE_STOP, GO_ON, STOP, WOULD_YOU_STOP


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
        "คุณชอบชาไหม ฉันชอบ",
        "準備はいいですか…",
        "要不要继续",
        "क्या आप और सुनना चाहेंगे।",
        "Ready‽",
        "더 들을까요",
    ],
)
def test_a_question_in_any_script(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    ["He asked.", "好的。", "わかりました。", "要么。", "Καλά; όχι".replace(";", ","), "ค่ะ", ""],
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


@pytest.mark.parametrize(
    "text",
    [
        "Mhmmm, yeahhh.",
        "Hummm",
        "Oh really? Is that so?",
        "Don't stop!",
        "Nicht aufhören.",
        "No pares.",
        "İyi, devam et.",
        "حسنًا، تابع من فضلك.",
        "はーい、なるほどね。",
        "本当ですか？",
        "是吗？真的吗？",
        "不要停，繼續說。",
        "ใช่ๆ เล่าต่อเลยค่ะ",
        "मत रुको।",
        "tres bien",
        "정말요? 계속 말씀하세요.",
    ],
)
def test_an_acknowledgement_drawn_out_asked_back_or_written_otherwise(text: str) -> None:
    assert only_acknowledges(text)
    assert not wants_silence(text)


@pytest.mark.parametrize("words", [*ALONE_STOP.values(), *WOULD_YOU_STOP.values()])
def test_each_way_to_stop_that_counts_alone(words: str) -> None:
    for word in words.split("; "):
        mark = "?" if words in WOULD_YOU_STOP.values() else "."
        assert wants_silence(f"{word}{mark}"), word
        assert says_stop(word), word


@pytest.mark.parametrize(
    "text",
    [
        "I can't stop laughing.",
        "Not enough details.",
        "Pas assez fort.",
        "Para mí, un café.",
        "Para mañana.",
        "بس شو صار بعدين",
        "安静的地方在哪",
        "พอดีเลย",
        "The quiet one.",
        "Can you stop the machine?",
        "Enough?",
        "Thanks.",
    ],
)
def test_a_word_of_stopping_in_another_sense_does_not(text: str) -> None:
    assert not wants_silence(text)


def test_only_the_few_words_are_told_from_the_rest() -> None:
    assert few_words("Ok, stop.") == len("Ok, stop.")
    assert few_words("Stop, my number is 1234.") == len("Stop")
    assert few_words("My number is 1234, stop.") == 0
    assert few_words("Okay, my number is 1234.") == 0
