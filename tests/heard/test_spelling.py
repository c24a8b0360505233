"""What letters sound like in each language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.small_words import OPENING
from gemini_live_interrupt.heard.sounds import SOUNDS
from gemini_live_interrupt.heard.spelling import kinds_of_sound

LANGUAGES = [*OPENING, "ja", "ko", "zh", "th", "??"]


@pytest.mark.parametrize(
    ("word", "language", "kinds"),
    [
        ("ocean", "en", "VSWN"),
        ("church", "en", "CVLC"),
        ("knight", "en", "PNVP"),
        ("zwischen", "de", "CFVSVN"),
        ("gelato", "it", "CVLVPV"),
        ("gente", "es", "HVNPV"),
        ("garçon", "fr", "BVLSV"),
        ("szczęście", "pl", "SCVSCV"),
        ("çocuk", "tr", "CVCVP"),
        ("хорошо", "ru", "FVLVSV"),
        ("шуба", "uk", "SVBV"),
        ("مدرسة", "ar", "NVBVLVSV"),
        ("शहर", "hi", "SVHVL"),
        ("さしみ", "ja", "SVSVNV"),
        ("신문", "ko", "SVNNVN"),
        ("学生", "zh", "XVXV"),
        ("··", "en", "PEPE"),
    ],
)
def test_a_word_sounds_as_it_is_said(word: str, language: str, kinds: str) -> None:
    assert kinds_of_sound([word], language) == [kinds]


@given(st.lists(st.text(max_size=12).map(lambda text: text.replace("\n", " ")), min_size=1),
       st.sampled_from(LANGUAGES))  # fmt: skip
def test_each_word_has_its_own_known_sounds(words: list[str], language: str) -> None:
    found = kinds_of_sound(words, language)
    assert len(found) == len(words)
    assert set("".join(found)) <= set(SOUNDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["e", "sch", " ", "ال", "क", "-", "ng"])
def test_a_long_word_takes_as_long_as_it_is(text: str, language: str) -> None:
    def took(repeated: int) -> float:
        best = 1.0
        for _ in range(3):
            begun = time.thread_time()
            kinds_of_sound([text * repeated], language)
            best = min(best, time.thread_time() - begun)
        return best

    took(100)
    assert took(40_000) < 12.0 * max(took(10_000), 0.0005)
