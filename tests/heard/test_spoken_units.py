"""Words, their length in speech, and where a speaker pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.spoken_units import Boundary, language_of, tokenize


def words(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokenize(text)]


def units(text: str) -> float:
    return sum(token.units for token in tokenize(text, language=language_of(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well, it's “done.”", ["Well,", "it's", "“done.”"]),
        ("a — b", ["a —", "b"]),
        ("wait ... what", ["wait ...", "what"]),
        ("he said “ yes ”", ["he", "said “", "yes ”"]),
        ("fine 👍🏽 ok", ["fine 👍🏽", "ok"]),
        ("今日は、「はい」と。", ["今", "日", "は、", "「は", "い」", "と。"]),
        ("今\u20ddab日", ["今\u20dd", "ab", "日"]),
        ("iPhoneを3台", ["iPhone", "を", "3", "台"]),
        ("きょう", ["きょ", "う"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("เราไป", ["เร", "า", "ไป"]),
        ("안녕하세요 여러분", ["안녕하세요", "여러분"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("", []),
        (" \n…", []),
    ],
)
def test_tokens_are_what_a_listener_counts(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "boundary"),
    [
        ("end. Next", Boundary.SENTENCE),
        ("end?! Next", Boundary.SENTENCE),
        ("end.” Next", Boundary.SENTENCE),
        ("行。次", Boundary.SENTENCE),
        ("item\nNext", Boundary.SENTENCE),
        ("but, then", Boundary.CLAUSE),
        ("this: then", Boundary.CLAUSE),
        ("this — then", Boundary.CLAUSE),
        ("是，次", Boundary.CLAUSE),
        ("2. Next", Boundary.CLAUSE),
        ("Dr. Low", Boundary.WEAK),
        ("J. Low", Boundary.WEAK),
        ("and... then", Boundary.WEAK),
        ("say “yes”", Boundary.WEAK),
        ("plain words", Boundary.NONE),
        ("cloudy with", Boundary.PHRASE),
        ("County on", Boundary.PHRASE),
        ("cloudy Within", Boundary.PHRASE),
        ("cloudy withal", Boundary.NONE),
    ],
)
def test_what_follows_a_word(text: str, boundary: Boundary) -> None:
    assert tokenize(text)[0].boundary is boundary


@pytest.mark.parametrize(
    ("text", "language"),
    [("wolkig mit", "de"), ("nublado con", "es"), ("nuageux avec", "fr"), ("облачно с", "ru"),
     ("nuvoloso con", "it"), ("molnigt med", "sv"), ("غائم مع", "ar"), ("pochmurno z", "pl")],
)  # fmt: skip
def test_a_phrase_opens_in_many_languages(text: str, language: str) -> None:
    assert tokenize(text, language=language)[0].boundary is Boundary.PHRASE
    assert tokenize(text, language="ja")[0].boundary is Boundary.NONE


@pytest.mark.parametrize(
    ("text", "number", "boundary"),
    [
        ("with a strength of 6. Okay", "6.", Boundary.SENTENCE),
        ("it costs 12. Then", "12.", Boundary.SENTENCE),
        ("Do this. 3. Preheat", "3.", Boundary.CLAUSE),
        ("Two things:\n1. Preheat", "1.", Boundary.CLAUSE),
        ("1. Preheat", "1.", Boundary.CLAUSE),
    ],
)
def test_a_short_number_ends_a_sentence_or_begins_an_item(
    text: str, number: str, boundary: Boundary
) -> None:
    tokens = tokenize(text)
    assert next(t for t in tokens if text[t.start : t.end] == number).boundary is boundary


def test_small_words_are_said_in_passing() -> None:
    assert units("were") < units("wore")
    assert units("mit") < units("mut")


def test_what_takes_longer_to_say_is_longer() -> None:
    assert units("2,500") > 3 * units("two")
    assert units("https://example.com/a-b") > units("example")
    assert units("API") > units("cat")
    assert units("$180") > units("180")
    assert units("strength") > units("oboe") * 0.9
    assert units("end.") > units("end")


def test_scripts_take_about_as_long_for_the_same_thing() -> None:
    same = [
        "The weather is very nice today, so we are going to the sea.",
        "Das Wetter ist heute sehr schön, also fahren wir ans Meer.",
        "今天天气很好，所以我们去海边。",
        "きょうは てんきが とても いいので、うみへ いきます。",
        "오늘은 날씨가 아주 좋아서 바다에 갑니다.",
        "Сегодня очень хорошая погода, поэтому мы едем на море.",
        "आज मौसम बहुत अच्छा है, इसलिए हम समुद्र जा रहे हैं।",
        "الطقس جميل جدا اليوم، لذلك نحن ذاهبون إلى البحر.",
    ]
    lengths = [units(text) for text in same]
    middle = sorted(lengths)[len(lengths) // 2]
    assert all(0.6 < length / middle < 1.6 for length in lengths)


MIXED = st.text(
    alphabet=st.sampled_from("ab 1.,“”-今はเกวัᄀ가가नि\u0301\u200d👩🏽é\n")
    | st.characters(codec="utf-8"),
    max_size=40,
)


@given(MIXED)
def test_tokens_are_in_order_and_hold_every_letter(text: str) -> None:
    tokens = tokenize(text)
    at = 0
    for token in tokens:
        assert at <= token.start < token.end <= len(text)
        assert not any(map(str.isalnum, text[at : token.start]))
        assert token.units >= 0
        at = token.end
    assert not any(map(str.isalnum, text[at:]))


@given(MIXED)
def test_no_token_ends_inside_a_grapheme(text: str) -> None:
    regex = pytest.importorskip("regex")
    edges = {match.end() for match in regex.finditer(r"\X", text)}
    assert all(token.end in edges for token in tokenize(text))


@given(MIXED, st.integers(0, 10))
def test_cutting_from_a_token_on_gives_the_same_tokens(text: str, at: int) -> None:
    tokens = tokenize(text)
    if at < len(tokens):
        assert tokenize(text, start=tokens[at].start)[: len(tokens)] == tokens[at:]


def test_a_monstrous_word_is_no_trouble() -> None:
    assert len(tokenize("9" * 100_000 + " " + "a" * 100_000)) == 2
