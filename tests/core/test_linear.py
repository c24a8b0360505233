"""Whatever of the core reads text from outside takes as long as the text is, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from conversation_steps import sound

from gemini_live_interrupt.core import acknowledgements, quoting
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.builder import has_a_hole
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joints import joint
from gemini_live_interrupt.core.likeness import pieces
from gemini_live_interrupt.core.note import build_note, build_reminder, build_repair, build_words
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.core.retold import retold

PIECES = (
    " ", "\n", "… ", "a", "1,", ". ", "“", "<", "<noise>", " <noise> ", "-", "; ", "。", "\u0301", "\ud800", "'",
    "mm-hm ", "stop ", "\U000e0141", "word ", "? ", "?!", "まって。",
)  # fmt: skip


def interruption(text: str) -> e.Interruption:
    half = len(text) // 2
    return e.Interruption(
        id=1,
        heard=text[:half],
        unheard=text[half:],
        continuation=text[half:],
        user_text=text,
        history=(("user", text), ("model", text)),
        heard_ms=1.0,
        received_ms=2.0,
        position=0.0,
        uncertainty=0.0,
        position_from="estimate",
        cause="speech",
        estimated_by="pauses",
        note="",
        tool_calls=(e.ToolCall(id="a", name=text, arguments=text),),
        time=0.0,
        language="en",
    )


def cut(text: str) -> None:
    """A whole conversation about it, with a cut and a reply that says it again."""
    talk = Conversation(profile_for("gemini-3.8-live"), Options())
    now = 0.0
    for event in (
        e.ModelText(text=text), e.ModelAudio(pcm=sound(2_000)), e.Interrupted(), e.TurnComplete(),
        e.UserWords(text=text), e.UserTyped(text=text), e.ModelText(text=text), e.ModelAudio(pcm=sound(2_000)),
        e.TurnComplete(), e.Tick(), e.ModelText(text=text), e.ModelAudio(pcm=sound(100)), e.Disconnected(wanted=False),
    ):  # fmt: skip
        now += 1.0
        for command in talk.apply(event, now):
            if isinstance(command, e.BuildNote):
                built = build_note(command.interruption)
                talk.apply(e.NoteBuilt(id=command.interruption.id, text=built), now)
    Carried.from_json(talk.carry(now).to_json())


def words_in_pieces(text: str) -> Conversation:
    """What one user says in one go, as it comes on 2.5."""
    talk = Conversation(profile_for("gemini-2.5-flash-native-audio"), Options())
    talk.apply(e.ModelText(text="Once upon a time."), 0.0)
    for at in range(0, len(text), 20):
        talk.apply(e.UserWords(text=text[at : at + 20]), 1.0)
    return talk


READERS: dict[str, Callable[[str], Any]] = {
    "only_acknowledges": acknowledgements.only_acknowledges,
    "few_words": acknowledgements.few_words,
    "wants_silence": acknowledgements.wants_silence,
    "asks": acknowledgements.asks,
    "asked_last": acknowledgements.asked_last,
    "quoted": lambda text: quoting.quoted(text, 1_000_000),
    "sendable": quoting.sendable,
    "joint": lambda text: joint(text, text),
    "pieces": pieces,
    "retold": lambda text: retold(text, sentence=0, heard=len(text) // 2, reply=text),
    "build_note": lambda text: build_note(interruption(text)),
    "build_repair": lambda text: build_repair(interruption(text)),
    "has_a_hole": lambda text: has_a_hole(text, interruption(text)),
    "build_reminder": build_reminder,
    "build_words": build_words,
    "a whole conversation": cut,
}


@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_four_times_as_long(reader: str) -> None:
    read = READERS[reader]

    def took(piece: str, length: int) -> float:
        text = "a<" + piece * (length // len(piece)) + "b"
        best = 60.0
        for _ in range(2):
            begun = time.thread_time()
            read(text)
            best = min(best, time.thread_time() - begun)
        return best

    for piece in PIECES[:: 4 if read is cut else 1]:
        took(piece, 100)
        once, four_times = took(piece, 2_000), took(piece, 8_000)
        # Were it quadratic, sixteen times.
        assert four_times < 12.0 * max(once, 0.002), (piece, once, four_times)


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_of_an_endless_utterance_costs_no_more_than_the_first(piece: str) -> None:
    talk = words_in_pieces(piece * (8_000 // len(piece)))
    begun = time.thread_time()
    for _ in range(20):
        talk.apply(e.UserWords(text=piece), 2.0)
    # 0.03 to 0.3 ms each on an idle machine; 3 ms when every one of 8,000 brackets was looked into.
    assert (time.thread_time() - begun) / 20 < 0.001


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_of_an_endless_reply_that_the_app_drops_costs_no_more_than_the_first(
    piece: str,
) -> None:
    talk = Conversation(profile_for("gemini-3.8-live"), Options())
    talk.apply(e.ModelText(text="Once upon a time there was a king. He had a mill."), 0.0)
    talk.apply(e.ModelAudio(pcm=sound(4_000)), 0.0)
    talk.apply(e.Flushed(drops_rest=True), 1.0)
    talk.apply(e.ModelText(text=piece * (20_000 // len(piece))), 1.1)
    begun = time.thread_time()
    for _ in range(20):
        talk.apply(e.ModelText(text=piece), 1.2)
    # 0.1 ms each; 10 to 20 ms when all of it was read again for each piece.
    assert (time.thread_time() - begun) / 20 < 0.002
