"""Pieces of texts in any script, and which words are like others."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.core.likeness import Vocabulary, pieces, word_count


def like(one: str, other: str) -> bool:
    [a], [b] = pieces(one), pieces(other)
    return b.text in Vocabulary([b.text]).like(a.text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sons", "son"),
        ("Sun", "son"),
        ("décida", "decide"),
        ("geschält", "schälst"),
        ("закидывал", "закинул"),
        ("الماعز", "ماعزه"),
        ("पकाइए", "पकाएँ"),
        ("٣", "3"),
        ("STRASSE", "straße"),
    ],
)
def test_forms_and_errors_of_a_word_are_like_it(one: str, other: str) -> None:
    assert like(one, other) and like(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("mill", "cat"), ("the", "and"), ("1685", "1686"), ("er", "es")]
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert not like(one, other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("... !", 0),
        ("one two three four", 4),
        ("एक दिन वह सो रहा था", 6),
        ("农夫捡起兔子高高兴兴地回家了", 8),
        ("กระต่ายวิ่งแข่งกัน", 4),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert abs(word_count(pieces(text)) - words) <= 1


def test_vowel_signs_and_points_do_not_part_a_word() -> None:
    assert [piece.text for piece in pieces("दिन शांति")] == ["दिन", "शांति"]
    assert len(pieces("שָׁלוֹם")) == len(pieces("مُحَمَّد")) == 1
