"""What a reply did about a cut text. `bench/outcomes.py` has many more, in words of many languages."""

from __future__ import annotations

import random
from typing import Any

import pytest

from gemini_live_interrupt.core.retold import Retold, retold

TEXT = (
    "Once upon a time there was a miller who had three sons. When he died, he left them his mill, "
    "his donkey and his cat. The eldest son took the mill. The second son took the donkey. "
    "The youngest got nothing but the cat, and he was very sad about it."
)
HEARD = TEXT.index("his donkey")
SENTENCE = TEXT.index("When he died")


def read(reply: str, **places: Any) -> Retold:
    return retold(TEXT, **({"sentence": SENTENCE, "heard": HEARD} | places), reply=reply)


@pytest.mark.parametrize(
    "reply",
    [
        "his donkey and his cat. The eldest son took the mill.",
        "When he died, he left them his mill, his donkey and his cat.",
        "Sure, so: when he died he left them his mill, his donkey and his cat.",
        "In a village in France. So when he died, all they got was a mill, a donkey and one cat.",
        "win he dyed he left dem his mill his donkey end his cat the eldest sun took the mill",
    ],
)
def test_a_reply_that_comes_back_where_it_was_cut_has_resumed(reply: str) -> None:
    assert read(reply).kind == "resumed"


@pytest.mark.parametrize("token", ["<ctrl46>", " <ctrl46>", "<|pause|>"])
def test_tokens_of_the_model_are_no_words(token: str) -> None:
    def marked(text: str) -> str:
        return text.replace(".", f".{token}")

    text, rest = marked(TEXT), "When he died, he left them his mill, his donkey and his cat."
    places = {"sentence": text.index("When he died"), "heard": text.index("his donkey")}
    reply = marked(f"He was called Tom. {rest}")
    assert retold(text, **places, reply=reply) == read(f"He was called Tom. {rest}")


STEPS = (
    "There are 4 steps. Mix 200 grams of sugar with 100 grams of butter. Add 3 eggs and 50 grams of nuts. "
    "Bake it for 35 minutes at 180 degrees. It was invented in 1889."
)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("Add three eggs and fifty grams of nuts.", "resumed"),
        ("Mix two hundred grams of sugar with one hundred grams of butter.", "resumed"),
        ("Thirty-five minutes at one hundred eighty degrees.", "skipped"),
        ("It was invented in eighteen eighty-nine.", "skipped"),
        ("There are four steps. Mix two hundred grams of sugar with it.", "restarted"),
        ("Forty-two.", "answered"),
    ],
)
def test_digits_are_the_words_that_say_them(reply: str, kind: str) -> None:
    places = {"sentence": STEPS.index("Mix"), "heard": STEPS.index(" of butter")}
    assert retold(STEPS, **places, reply=reply).kind == kind
    spelt = "Es war 1848. Er hatte drei Söhne und eine Mühle. Die Mühle war zweihundert Jahre alt."
    german = retold(spelt, sentence=13, heard=28, reply="Er hatte 3 Söhne und eine Mühle.")
    assert german.kind == "resumed"


def test_it_says_how_many_words_were_repeated_and_how_many_were_left_out() -> None:
    whole = read("When he died, he left them his mill, his donkey and his cat.")
    assert (whole.repeated_words, whole.skipped_words) == (8, 0)
    assert read("left them his mill, his donkey and his cat.").repeated_words == 4
    assert read("The eldest son took the mill. The second son took the donkey.") == Retold(
        kind="skipped", skipped_words=5
    )
    # A word or two may be the transcript's error; they are counted all the same.
    near = read("and his cat. The eldest son took the mill.")
    assert (near.kind, near.skipped_words) == ("resumed", 2)


@pytest.mark.parametrize(
    "reply",
    [
        "Once upon a time there was a miller who had three sons.",
        "There was a miller, and he had 3 sons, and when he died he left them his mill.",
    ],
)
def test_a_reply_that_goes_further_back_has_restarted(reply: str) -> None:
    assert read(reply).kind == "restarted"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Okay.",
        "🙂",
        "The cat was called Puss, and it could speak.",
        "Shall I go on with the donkey and the cat, and how the eldest son took the mill?",
        "A mill is a house where grain is ground to flour. Many stood beside rivers.",
    ],
)
def test_a_reply_that_says_something_else_has_answered(reply: str) -> None:
    assert read(reply).kind == "answered"


def test_a_question_of_the_text_itself_may_be_told_again() -> None:
    text = "The cat came in. What do you think it said to the boy? Do not worry."
    found = retold(text, sentence=17, heard=17, reply="What do you think it said to the boy?")
    assert found.kind == "resumed"


def test_between_two_sentences_the_first_unheard_one_is_where_to_go_on() -> None:
    places = {"sentence": TEXT.index("The eldest"), "heard": TEXT.index("The eldest")}
    assert read("The eldest son took the mill. The second", **places).kind == "resumed"
    assert read("When he died, he left them his mill and", **places).kind == "restarted"
    assert read("The second son took the donkey.", **places).kind == "skipped"


def test_no_reply_that_left_out_more_than_two_words_counts_as_resumed() -> None:
    draw = random.Random(3)
    words = TEXT.split()
    first_unheard = len(TEXT[:HEARD].split())
    for _ in range(400):
        at = draw.randrange(first_unheard + 3, len(words) - 5)
        lead = draw.choice(["", "Sure, so ", "Okay. ", "Well, where was I, as I said, ", "So the "])
        said = words[at : at + draw.randrange(6, 20)]
        for i in range(len(said)):
            if draw.random() < 0.1:
                said[i] = draw.choice(["the", "a", said[i][:-1], "uh"])
        assert read(lead + " ".join(said)).kind != "resumed", said


def test_a_very_long_text_and_reply_are_compared_in_little_time() -> None:
    from time import process_time

    draw = random.Random(9)
    words = ["".join(draw.choices("aeioulnrst", k=draw.randrange(2, 9))) for _ in range(4_000)]
    text = " ".join(words)
    started = process_time()
    retold(text, sentence=6_000, heard=6_050, reply=text[3_000:12_000])
    retold("哈" * 8_000, sentence=4_000, heard=4_050, reply="哈" * 8_000)
    assert process_time() - started < 2.0


def test_a_restart_is_seen_also_where_the_cut_came_late() -> None:
    draw = random.Random(9)
    words = ["".join(draw.choices("aeioulnrst", k=draw.randrange(3, 9))) for _ in range(900)]
    text = ". ".join(" ".join(words[i : i + 9]).capitalize() for i in range(0, 900, 9))
    at = text.index(". ", 4_000) + 2
    assert retold(text, sentence=at, heard=at + 20, reply=text[:200]).kind == "restarted"
