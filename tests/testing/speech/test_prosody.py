"""Clauses, and how they are read."""

from __future__ import annotations

import random

from gemini_live_interrupt.testing.speech.prosody import Clause, Prosody, clauses


def test_clauses_cover_the_text_and_leave_abbreviations_whole() -> None:
    text = "Well, Dr. Low is 3.5 m tall. 2. Next: “yes.” 你好，世界。\nGood"
    parts = [text[c.start : c.end] for c in clauses(text)]
    assert "".join(parts) == text
    assert parts[:3] == ["Well, ", "Dr. Low is 3.5 m tall. ", "2. "]
    assert parts[-3:] == ["你好，", "世界。\n", "Good"]


def test_the_number_of_a_list_item_is_read_on() -> None:
    found = list(clauses("2. Next one. There are 3. Good."))
    assert [clause.is_sentence_end for clause in found] == [False, True, True, True]


def test_pauses_after_sentences_are_longer_than_after_commas() -> None:
    rng, prosody = random.Random(1), Prosody()
    pauses = {
        ends: [
            prosody.draw(Clause(start=0, end=1, is_sentence_end=ends), 4, rng).pause_ms
            for _ in range(300)
        ]
        for ends in (True, False)
    }
    assert min(pauses[True]) >= 180
    assert sum(pauses[True]) > 2 * sum(pauses[False])
    # A quarter of the commas are swallowed.
    assert 0.15 < sum(pause < 30 for pause in pauses[False]) / 300 < 0.4


def test_no_one_hesitates_before_the_first_word() -> None:
    rng, clause = random.Random(1), Clause(start=0, end=1, is_sentence_end=True)
    readings = [Prosody(hesitations=1.0).draw(clause, 3, rng) for _ in range(5)]
    assert all(reading.hesitations_ms[0] == 0 for reading in readings)
    assert all(min(reading.hesitations_ms[1:]) >= 150 for reading in readings)
