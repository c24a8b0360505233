"""Scores: heard, skipped and repeated words, from the server's record and the client's playback."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.testing import (
    SessionRecord,
    SpokenWord,
    Turn,
    UserSpeech,
    heard_text,
    score,
)
from gemini_live_interrupt.testing.server.plan import Plan, Segment

SCRIPT = "one two three. four five six. seven eight nine."


def turn(*parts: tuple[str, int, int], sent_words: int, at: float, start: float, cut: bool) -> Turn:
    """A turn that says slices of replies; every word takes 100 ms."""
    texts = {"0": SCRIPT, "1": "yes."}
    segments = tuple(Segment(text=texts[r][a:b], reply=r, start=a) for r, a, b in parts)
    plan = Plan(segments=segments)
    words, position = [], 0
    for index, word in enumerate(plan.text.split()):
        begin = plan.text.index(word, position)
        position = begin + len(word)
        words.append(
            SpokenWord(
                text=word,
                start=begin,
                end=position,
                start_ms=index * 100.0,
                end_ms=index * 100 + 100.0,
            )
        )
    return Turn(
        plan=plan,
        words=tuple(words),
        started_ms=at,
        stream_start_ms=start,
        audio_ms=sent_words * 100.0,
        is_cut=cut,
    )


def record(*turns: Turn, played: dict[int, float]) -> SessionRecord:
    result = SessionRecord(index=0, path="/", turns=list(turns))
    result.report(played)
    return result


FIRST = ("0", 0, len(SCRIPT))


def test_what_the_model_believes_and_nobody_heard_is_skipped() -> None:
    cut = turn(FIRST, sent_words=7, at=0, start=0, cut=True)
    rest = turn(
        ("0", SCRIPT.index("eight"), len(SCRIPT)), sent_words=2, at=2000, start=700, cut=False
    )
    result = score(record(cut, rest, played={0: 250.0, 1: 200.0}))
    assert result.skipped == ("three.", "four", "five", "six.", "seven")
    assert (result.words_heard, result.words_repeated) == (4, 0)
    assert (result.words_believed, result.words_believed_unheard, result.barge_ins) == (7, 5, 1)


def test_a_resume_at_the_sentence_skips_nothing_and_repeats_its_start() -> None:
    cut = turn(FIRST, sent_words=9, at=0, start=0, cut=True)
    rest = turn(
        ("1", 0, 4),
        ("0", SCRIPT.index("four"), len(SCRIPT)),
        sent_words=7,
        at=2000,
        start=900,
        cut=False,
    )
    result = score(record(cut, rest, played={0: 450.0, 1: 700.0}))
    assert (result.words_skipped, result.repeated) == (0, ("four",))


def test_words_jumped_over_are_skipped_although_nobody_believes_them_said() -> None:
    cut = turn(FIRST, sent_words=2, at=0, start=0, cut=True)
    rest = turn(
        ("0", SCRIPT.index("seven"), len(SCRIPT)), sent_words=3, at=2000, start=200, cut=False
    )
    result = score(record(cut, rest, played={0: 200.0, 1: 300.0}))
    assert result.skipped == ("three.", "four", "five", "six.")


def test_a_resumed_session_is_one_conversation() -> None:
    first = record(turn(FIRST, sent_words=9, at=0, start=0, cut=True), played={0: 300.0})
    again = turn(("0", SCRIPT.index("four"), len(SCRIPT)), sent_words=6, at=0, start=0, cut=False)
    assert score(first).words_skipped == 6
    assert score(first, record(again, played={0: 600.0})).words_skipped == 0


def test_what_is_not_played_yet_is_not_skipped() -> None:
    assert score(
        record(turn(FIRST, sent_words=9, at=0, start=0, cut=False), played={0: 320.0})
    ) == (score(record(turn(FIRST, sent_words=5, at=0, start=0, cut=False), played={0: 300.0})))


def test_what_the_last_turn_is_about_to_say_is_not_skipped() -> None:
    cut = turn(FIRST, sent_words=9, at=0, start=0, cut=True)
    again = ("0", SCRIPT.index("four"), len(SCRIPT))
    going_on = turn(again, sent_words=6, at=2000, start=900, cut=False)
    assert score(record(cut, going_on, played={0: 300.0, 1: 100.0})).words_skipped == 0
    cut_too = turn(again, sent_words=6, at=2000, start=900, cut=True)
    assert score(record(cut, cut_too, played={0: 300.0, 1: 100.0})).words_skipped == 5


def test_silence_is_where_neither_is_audible() -> None:
    told = record(
        turn(FIRST, sent_words=9, at=1000, start=0, cut=True),
        turn(FIRST, sent_words=9, at=5000, start=900, cut=False),
        played={0: 500.0, 1: 900.0},
    )
    told.speech.append(
        UserSpeech(start_ms=1400, end_ms=2500, decided_ms=3700, text="hm", source="matched")
    )
    assert score(told).silence_s == pytest.approx(2.5)


def test_a_word_counts_as_heard_when_it_was_played_to_its_end() -> None:
    told = record(turn(FIRST, sent_words=9, at=0, start=0, cut=True), played={0: 299.0})
    assert heard_text(told, told.turns[0]) == "one two three."
    told.report({0: 290.0})
    assert heard_text(told, told.turns[0]) == "one two"
