"""Reading a note: any wording that quotes the reply works, nothing else does."""

from __future__ import annotations

import json

import pytest

from gemini_live_interrupt.testing.server.note_reading import find_resume, what_is_asked

REPLY = (
    "First we boil the water. Then we add two spoons of tea, slowly. "
    "After that we wait for four minutes. In the end we pour it into a cup. Enjoy it while it is hot."
)
SENT = REPLY.index("Enjoy")
HEARD = "First we boil the water. Then we add two"
CONTINUATION = REPLY[REPLY.index("Then") : SENT].strip()


def resumed(note: str, sent: int = SENT) -> str | None:
    place = find_resume(note, REPLY, sent)
    return None if place is None else REPLY[place:]


@pytest.mark.parametrize(
    "note",
    [
        f"Heard: {HEARD}\nGo on with: {CONTINUATION}",
        f"Go on with: {CONTINUATION}",
        f'{{"heard": {json.dumps(HEARD)}, "continue": {json.dumps(CONTINUATION)}}}',
        f"[internal] model: “{HEARD}”… Continuation: “{CONTINUATION}” If it was a question, answer.",
        f"{CONTINUATION.replace(' ', chr(10))} -- you were at: {HEARD}",
        f"Heard: {HEARD}. The user said: wait. Say again from where you were cut off.",
        f"History: user: tea? model: {HEARD}\nHeard: {HEARD}\nGo on with: {CONTINUATION[:70]}… (cut)",
    ],
    ids=["both", "continuation", "json", "quoted", "reordered", "heard only", "capped"],
)
def test_goes_on_with_the_sentence_that_was_cut(note: str) -> None:
    assert (resumed(note) or "").startswith("Then we add two spoons"), resumed(note)


def test_heard_to_the_end_of_a_sentence_goes_on_with_the_next() -> None:
    note = "The user heard: First we boil the water. Then we add two spoons of tea, slowly."
    assert (resumed(note) or "").startswith("After that")


def test_a_cut_in_the_first_sentence_starts_again() -> None:
    assert resumed(f'Heard: "First we". Go on: "{REPLY[:SENT]}"') == REPLY


def test_only_the_last_sentence_is_left() -> None:
    whole = len(REPLY)
    note = f"Heard: {REPLY[: whole - 20]}. Go on with: Enjoy it while it is hot."
    assert resumed(note, whole) == "Enjoy it while it is hot."


@pytest.mark.parametrize(
    "note",
    ["", "You were interrupted.", "The user is in the kitchen and has two spoons.", "我们继续。"],
)
def test_what_does_not_quote_the_reply_says_nothing(note: str) -> None:
    assert resumed(note) is None


def test_a_marathon_of_the_same_words_takes_the_longest_quote() -> None:
    reply = "Row, row, row your boat. Row, row, row your boat gently. Row, row, row your boat home."
    note = "Go on: Row, row, row your boat gently. Row, row, row your boat home."
    assert reply[find_resume(note, reply, len(reply)) or 0 :].startswith(
        "Row, row, row your boat gen"
    )


def test_the_escapes_of_json_make_no_difference() -> None:
    reply = (
        'He said "no" to the König. Then\nhe left the old town for good. He never came back there.'
    )
    cut = reply[reply.index("Then") :]
    for note in (json.dumps({"go on": cut}), json.dumps({"go on": reply}, ensure_ascii=True)):
        place = find_resume(note, reply, len(reply))
        assert place == (reply.index("Then") if "König" not in json.loads(note)["go on"] else 0)


# Words of the note itself

NUDGE = (
    "[App context, not from the user; never mention or read it out.]\n"
    "Nobody said anything: it was only a noise, and the user is waiting. Go on now, without a "
    'comment, with exactly this text, and then finish your reply: "{}"'
)


@pytest.mark.parametrize(
    "end",
    [
        "He asked what time it was.",
        "And nobody said anything.",
        "They saw that it was only a noise, and the user is waiting.",
    ],
)
def test_a_nudges_own_words_are_no_quotation(end: str) -> None:
    reply = f"The clock stood still. The mayor looked up. {end}"
    place = find_resume(NUDGE.format(reply[23:]), reply, len(reply))
    assert place == 23


def test_what_the_user_said_is_no_quotation() -> None:
    reply = "The clock stood still. The mayor asked what time it was."
    note = (
        'Earlier turns:\n- user: "I wonder what time it was."\nThe user heard only this part of it: '
        '"The clock stood".\nWhat the user said: "what time it was"\n'
        'Continuation text: "The clock stood still. The mayor"'
    )
    assert find_resume(note, reply, 30) == 0


def test_what_comes_after_the_last_words_heard() -> None:
    note = 'Go on now with what comes after the last words the user heard: "then we add two spoons"'
    reply = REPLY.replace("Then we", "And then we")
    place = find_resume(note, reply, len(reply))
    assert place is not None and reply[place:].startswith("of tea, slowly.")


@pytest.mark.parametrize(
    ("reply", "cut"),
    [
        ("从前有一只狐狸。它住在河边。每天早上它都去喝水。", "它住在河边。每天早上"),
        ("きつねがいました。川のそばに住んでいました。毎朝水を飲みました。", "川のそばに住んで"),
    ],
)
def test_scripts_without_spaces(reply: str, cut: str) -> None:
    sent = reply.index(cut) + len(cut)
    assert find_resume(f'Continuation text: "{cut}"', reply, sent) == reply.index(cut)


@pytest.mark.parametrize("last", ["Amen.", "The end."])
def test_a_last_sentence_of_a_word_or_two(last: str) -> None:
    reply = f"So it was said, and so it was done. {last}"
    place = find_resume(f'Continuation text: "{last}"', reply, len(reply))
    assert place == reply.index(last)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        ("Which fox?", "words", "Which fox?"),
        (
            '[App.] The user said "Which fox?" and has had no answer yet. Answer now.',
            "words",
            "Which fox?",
        ),
        ("[App.] Your reply was cut off. Give it now.", "go on", ""),
        ('[App.] Ask in one short sentence whether to go on with "A fox", and stop.', "offer", ""),
        ('[App.] How to go on:\n- answer it, then offer to continue: "A fox"', "go on", ""),
    ],
)
def test_what_content_asks_for(content: str, kind: str, words: str) -> None:
    asked = what_is_asked(content)
    assert (asked.kind, asked.words) == (kind, words)


def test_two_words_by_chance_are_no_quotation() -> None:
    reply = "On Skerry Rock, far up in the north."
    offer = 'Ask whether to go on with this: "She lit every candle in the house. In the morning"'
    assert find_resume(offer, reply, len(reply)) is None
