"""The user's side: what belongs to one utterance."""

from __future__ import annotations

from gemini_live_interrupt.core.user_turn import Utterance, Utterances


def test_deltas_are_concatenated_raw() -> None:
    utterance = Utterance()
    for chunk in (" un", "believ", "able", ", ha", " ha"):
        utterance.add(chunk, 0.0)
    assert utterance.text == "unbelievable, ha ha"


def test_whole_messages_are_joined_with_a_space_and_are_finished() -> None:
    utterance = Utterance(whole_messages=True)
    utterance.add("Wait.", 0.0)
    utterance.add("Stop it.", 1.0)
    assert (utterance.text, utterance.finished) == ("Wait. Stop it.", True)


def test_interim_words_after_final_ones_stand_apart() -> None:
    utterance = Utterance(whole_messages=True)
    utterance.add("Wait.", 0.0)
    utterance.add("And st", 1.0, interim=True)
    assert (utterance.text, utterance.finished) == ("Wait. And st", False)


def test_an_utterance_is_bounded() -> None:
    utterance = Utterance()
    for _ in range(200):
        utterance.add("x" * 100, 0.0)
        utterance.add("y" * 20_000, 0.0, interim=True)
    assert len(utterance.text) <= 16_000


def test_noise_does_not_move_the_time_of_the_last_words() -> None:
    utterance = Utterance()
    utterance.add("Hi", 1.0)
    utterance.add("<noise>", 9.0)
    assert utterance.last_words_at == 1.0


def test_words_before_a_cut_are_of_the_interruption_if_the_user_had_started() -> None:
    utterances = Utterances()
    utterances.words("Tell me.", 0.0)
    utterances.reply_began()
    utterances.activity_began(0.0)
    said, kind = utterances.words("Wait", 5.0)
    assert kind == "new"
    assert utterances.cut(5.1) is said
    assert utterances.words(" please.", 5.2, cut=True) == (said, "same")


def test_words_of_the_question_are_not_of_the_interruption() -> None:
    utterances = Utterances()
    utterances.words("Tell me.", 0.0)
    utterances.reply_began()
    assert utterances.cut(3.0) is None
    assert utterances.words("Wait.", 4.0, cut=True)[1] == "new"
