"""Tokens that stand in a transcript, and that nobody says."""

from __future__ import annotations

import pytest

from gemini_live_interrupt.heard.control_tokens import blanked, words_of
from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.heard.sentences import continuation_start

TOKENS = ("<ctrl46>", "<noise>", "<CTRL100>", "<unused12>", "<end_of_turn>", "<|endoftext|>")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("<noise>", ""),
        (" <noise> <NOISE>", ""),
        ("<noise> Stop <noise>", "Stop"),
        (" Hello,  there ", "Hello,  there"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("the mill.<ctrl46> He", "the mill. He"),
        ("<ctrl46>", ""),
        ("<ctrl<ctrl46>46>", "<ctrl 46>"),
        ("Use the <div> tag.", "Use the <div> tag."),
    ],
)
def test_words_of(raw: str, words: str) -> None:
    assert words_of(raw) == words


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_blank_and_moves_nothing(token: str) -> None:
    text = f"the mill.{token} He had"
    assert blanked(text) == f"the mill.{' ' * len(token)} He had"


@pytest.mark.parametrize("token", TOKENS)
def test_a_sentence_starts_after_a_token(token: str) -> None:
    text = f"There was a miller.{token} He had three sons.{token} The end."
    assert text[continuation_start(text, 24 + len(token)) :].startswith("He had three sons.")
    assert text[continuation_start(text, len(f"There was a miller.{token}")) :].startswith("He had")


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_take_no_time_to_say(token: str) -> None:
    plain, marked = ModelTurn(), ModelTurn()
    text = "one two three. four five six. seven eight nine. ten eleven twelve."
    for turn, said in ((plain, text), (marked, text.replace(".", f".{token}"))):
        turn.add_text(said)
        turn.add_audio(bytes(range(1, 255)) * 189 * 6)  # About six seconds.
        turn.complete()
    for ms in range(0, 6_000, 250):
        heard = words_of(marked.text[: marked.heard_at(ms).end])
        assert heard == plain.text[: plain.heard_at(ms).end].strip()
