"""Which words go on, word by word, and never twice."""

from __future__ import annotations

from gemini_live_interrupt.core.replies import Reply
from gemini_live_interrupt.heard.model_turn import ModelTurn, WordTime
from gli_pipecat.spoken import Spoken, SpokenWords
from gli_pipecat.wording import Stage, words_in

SECOND = bytes(48_000)


def reply(text: str, seconds: int, start_ms: float = 0.0, *, over: bool = True) -> Reply:
    """A reply whose words are spread evenly, with their times known."""
    turn = ModelTurn()
    words = text.split()
    each = seconds * 1000.0 / len(words)
    times = tuple(
        WordTime(text=word, start_ms=i * each, end_ms=(i + 1) * each)
        for i, word in enumerate(words)
    )
    turn.add_text(text, times)
    turn.add_audio(SECOND * seconds)
    one = Reply(turn, start_ms, 1)
    one.generated = one.over = over
    if over:
        turn.complete()
    return one


def told(words: SpokenWords, position_ms: float) -> list[str]:
    return [text for _, text in words.news(lambda spoken: position_ms)]


def add(words: SpokenWords, one: Reply) -> Spoken:
    """A reply whose text has arrived in one frame."""
    spoken = words.of(one)
    everything = (0, len(one.turn.text))
    spoken.wording.made(*everything)
    spoken.wording.reaches(everything, Stage.ARRIVED)
    return spoken


def test_words_keep_their_spaces_so_that_they_join_to_the_text() -> None:
    for text in ("Once upon a time.", " Leading and trailing ", "", "  ", "日本語のテキスト。"):
        assert "".join(words_in(text)) == text
    assert words_in("One two.") == ["One", " two."]


def test_each_word_goes_on_once_when_it_was_heard() -> None:
    words = SpokenWords()
    add(words, reply("one two three four", 4))
    assert told(words, 900.0) == []
    assert told(words, 2_100.0) == ["one two"]
    assert told(words, 2_200.0) == []
    assert told(words, 4_000.0) == [" three four"]
    assert words.current is None


def test_the_next_reply_goes_on_only_after_the_one_before_it() -> None:
    words = SpokenWords()
    first, second = reply("one two", 2), reply("three four", 2, start_ms=2_000.0)
    add(words, first)
    assert words.of(first) is words.of(first)
    add(words, second)
    assert told(words, 1_500.0) == ["one"]
    assert told(words, 3_200.0) == [" two", "three"]
    assert words.current is not None and words.current.number == 2


def test_a_reply_that_still_arrives_is_not_over_when_all_of_it_was_played() -> None:
    words = SpokenWords()
    growing = reply("one two", 2, over=False)
    spoken = add(words, growing)
    told(words, 2_000.0)
    assert words.holds(spoken)
    growing.generated = True
    growing.turn.complete()
    told(words, 2_000.0)
    assert not words.holds(spoken)


def test_what_was_cut_never_goes_on() -> None:
    words = SpokenWords()
    add(words, reply("one two three four", 4))
    told(words, 1_200.0)
    words.cut()
    assert told(words, 9_000.0) == []
