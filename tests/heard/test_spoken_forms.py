"""Digits, signs and capitals in the words they are said in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard import spoken_forms
from gemini_live_interrupt.heard.spoken_forms import guess_language, spoken_form


def said(core: str, language: str = "en") -> str:
    return (spoken_form(core, language) or core).replace(",", "").replace("-", " ")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("house", "house"),
        ("42", "forty two"),
        ("2,500", "two thousand five hundred"),
        ("12.6", "twelve point six"),
        ("1987", "nineteen eighty seven"),
        ("007", "zero zero seven"),
        ("35%", "thirty five percent"),
        ("20th", "twenty"),
        ("$2.50", "dollars two point five zero"),
        ("10:45", "ten forty five"),
        ("3-4", "three to four"),
        ("5km", "five kilometers"),
        ("GB", "gigabytes"),
        ("C", "·"),
        ("Dr", "doctor"),
        ("e.g", "for example"),
        ("API", "···"),
        ("U.S", "··"),
        ("NASA", "NASA"),
        ("I", "I"),
        ("example.com", "example dot com"),
        ("me@x.org", "me at x dot org"),
        ("x²", "x²"),
    ],
)
def test_what_is_said(written: str, words: str) -> None:
    pytest.importorskip("num2words")
    assert said(written) == words


def test_numbers_are_said_in_the_language_of_the_text() -> None:
    pytest.importorskip("num2words")
    assert said("27", "de") == "siebenundzwanzig"
    assert said("27", "fr") == "vingt sept"
    assert said("1987", "es") == "mil novecientos ochenta y siete"


def test_without_num2words_a_number_is_about_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("num2words")
    numbers = ["7", "42", "180", "2,500", "4471", "150,000", "12.6", "3,000,000"]
    known = [len(said(number)) for number in numbers]
    spoken_forms.number_words.cache_clear()
    spoken_forms._spoken_form.cache_clear()
    monkeypatch.setattr(spoken_forms, "load_number_words", lambda: None)
    guessed = [len(said(number)) for number in numbers]
    spoken_forms.number_words.cache_clear()
    spoken_forms._spoken_form.cache_clear()
    assert sum(guessed) == pytest.approx(sum(known), rel=0.25)
    assert all(0.5 < g / k < 2.0 for g, k in zip(guessed, known, strict=True))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The wind and the sea", "en"),
        ("Der Wind und das Meer", "de"),
        ("Le vent et la mer", "fr"),
        ("El viento y las olas", "es"),
        ("Il vento che non dorme", "it"),
        ("今日は晴れ", "ja"),
        ("今天天气", "zh"),
        ("오늘 날씨", "ko"),
        ("Привет", "ru"),
        ("नमस्ते", "hi"),
        ("مرحبا", "ar"),
        ("12 + 3", "en"),
    ],
)
def test_the_language_is_guessed(text: str, language: str) -> None:
    assert guess_language(text) == language


@given(st.text(max_size=30), st.sampled_from(["en", "de", "ar", "hi", "xx"]))
def test_any_text_has_a_spoken_form(core: str, language: str) -> None:
    spoken_form(core, language)


@given(st.from_regex(r"\A[\d.,:/%$€-]{1,40}\Z"))
def test_any_number_has_a_spoken_form(core: str) -> None:
    assert isinstance(spoken_form(core, "en") or "", str)
