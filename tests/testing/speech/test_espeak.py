"""Word times from the events of espeak-ng."""

from __future__ import annotations

import itertools

import pytest

from gemini_live_interrupt.testing.speech.espeak import SAMPLE_RATE, engine, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Well, it’s “done” — I’m off.", ["Well,", "it’s", "“done”", "I’m", "off."]),
        ("今天，“好”吗？", ["今", "天，", "“好”", "吗？"]),
        ("きょうは いい。あさ、", ["きょうは", "いい。", "あさ、"]),
        ("… — !", []),
    ],
)
def test_words_are_what_a_listener_counts(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in words_of(text)] == words


def test_one_engine_renders_text_after_text() -> None:
    with engine("en-us", 50) as espeak:
        first, one = espeak.render("One two three.", 175)
        second, two = espeak.render("Four five.", 175)
    assert [len(one), len(two)] == [3, 2]
    assert len(first) > len(second) > SAMPLE_RATE / 2
    assert two[-1].last <= len(second)


def test_a_faster_rate_is_shorter() -> None:
    with engine("en-us", 50) as espeak:
        slow = espeak.render("A longer sentence to be read.", 120)[0]
        fast = espeak.render("A longer sentence to be read.", 240)[0]
    assert len(slow) > 1.5 * len(fast)


def test_every_word_has_a_time_and_they_follow_each_other() -> None:
    text = "In the U.S. 2,500.50 of the https://example.com/a-b were not 12:30 at all."
    with engine("en-us", 50) as espeak:
        spans = espeak.render(text, 175)[1]
    assert [text[span.start : span.end] for span in spans] == text.split()
    assert all(span.first < span.last for span in spans)
    assert all(a.last <= b.first for a, b in itertools.pairwise(spans))
