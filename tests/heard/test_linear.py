"""Whatever reads text takes as long as the text is, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from gemini_live_interrupt.heard.control_tokens import blanked, may_be_one, words_of
from gemini_live_interrupt.heard.growing_text import GrowingText
from gemini_live_interrupt.heard.sentences import continuation_start, sentence_start
from gemini_live_interrupt.heard.spoken_forms import guess_language, spoken_form
from gemini_live_interrupt.heard.spoken_units import tokenize

PIECES = (
    " ", "\n", "\n ", "\n \n", "\r\n", "… ", "...", "a", "1", "1,", ". ", "“", "” ", "(", ") ", "<", "<noise>",
    " <noise> ", "-", "A.", "т. д. ", "; ", "ก ", "。", "”", "\u0301", "👩🏽\u200d", "A", "1.5%", "/", "«",
    "Dr. ", "'", "\ud800",
)  # fmt: skip


def _cut_up(text: str) -> None:
    growing = GrowingText()
    growing.add(text)
    growing.cut_up(1e9)


READERS: dict[str, Callable[[str], object]] = {
    "tokenize": tokenize,
    "cut_up": _cut_up,
    "sentence_start": lambda text: sentence_start(text, len(text) // 2),
    "continuation_start": lambda text: continuation_start(text, len(text) // 2),
    "continuation_start at the end": lambda text: continuation_start(text, len(text) - 1),
    "words_of": words_of,
    "blanked": blanked,
    "may_be_one": may_be_one,
    "guess_language": guess_language,
    "spoken_form": lambda text: spoken_form(text, "en"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_takes_twice_as_long(reader: str, piece: str) -> None:
    def took(length: int) -> float:
        text = "a<" + piece * (length // len(piece)) + "b"
        best = 60.0
        for _ in range(3):
            begun = time.thread_time()
            READERS[reader](text)
            best = min(best, time.thread_time() - begun)
        return best

    took(100)
    once, four_times = took(2_000), took(8_000)
    # Four times as much is four times; were it quadratic, sixteen.
    assert four_times < 12.0 * max(once, 0.001)
