"""Whatever reads a call back, or writes it down, takes as long as its texts are, and no longer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from recorded_talk import record_of, recorded_talk, texts_of

from gemini_live_interrupt.commands.explain import told
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.genai.fields import bytes_in, rate_in
from gemini_live_interrupt.genai.session_names import name_of_session
from gemini_live_interrupt.record.explaining.explanation import explain
from gemini_live_interrupt.record.exports import FORMATS
from gemini_live_interrupt.record.lanes import timeline_of
from gemini_live_interrupt.record.lines import Record, read_texts, record_line
from gemini_live_interrupt.record.secrets import scrubbed
from gemini_live_interrupt.record.stand_ins import StandIns
from gemini_live_interrupt.saying.lines import printable

PIECES = (
    " ", "\n", "… ", "a", "1,", ". ", "“", "(", "<", " <noise> ", "-", "\u0301", "\ud800", "\x1b[31m", "\u202e",
    "mm-hm ", "日本語 abc ", "Bearer aaaaaaaa", "key=", "eyJaaaaaaaaaa.", "AIza", "--> ", "&", "<b>", "{", "[", "\\",
    '"', "\r\n", "\u00a0",
)  # fmt: skip


def a_record(text: str) -> Record:
    """A call in which all of it was said, by both."""
    talk = recorded_talk().model_says(text, 3_000, parts=2).plays_for(1.0).user_starts()
    talk.interrupted().wait(0.5).user_stops().user_says(text).wait(0.5)
    record: Record = record_of(talk.model_says(text, 1_500).wait(6.0))
    return record


def exported(name: str) -> Callable[[str], Any]:
    def export(text: str) -> Any:
        record = a_record(text)
        return FORMATS[name][0](timeline_of(record), record.header)

    return export


def tried(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def reading(text: str) -> None:
        # Refused, as it should be; how long that takes is the question.
        with contextlib.suppress(ValueError):
            read(text)

    return reading


def explained(text: str) -> list[str]:
    return list(told(explain(a_record(text)), only_causes=False, columns=80))


READERS: dict[str, Callable[[str], Any]] = {
    "shown": shown,
    "printable": lambda text: printable(text, 1_000_000),
    "scrubbed": scrubbed,
    "stand-ins": lambda text: StandIns(key=b"always the same")(text),
    "a state": tried(Carried.from_json),
    "a record": tried(lambda text: read_texts([text])),
    "bytes": bytes_in,
    "a rate": lambda text: rate_in(f"audio/pcm;rate={text}", 1),
    "a name": name_of_session,
    **{f"export to {name}": exported(name) for name in FORMATS},
    "explain": explained,
}


@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_four_times_as_long(reader: str) -> None:
    read = READERS[reader]
    is_a_whole_call = reader == "explain" or reader.startswith("export")

    def took(piece: str, length: int) -> float:
        text = "a<" + piece * (length // len(piece)) + "b"
        best = 60.0
        for _ in range(2):
            begun = time.thread_time()
            read(text)
            best = min(best, time.thread_time() - begun)
        return best

    for piece in PIECES[:: 6 if is_a_whole_call else 1]:
        took(piece, 100)
        once, four_times = took(piece, 2_000), took(piece, 8_000)
        # Were it quadratic, sixteen times.
        assert four_times < 12.0 * max(once, 0.002), (piece, once, four_times)


def a_long_call(words: int) -> Record:
    """A call in which the user types, and says so many words; nobody answers."""
    talk = recorded_talk()
    texts = texts_of(talk)
    for number in range(words):
        t = 0.5 + number / 2
        texts.append(record_line("event", e.UserTyped(text=f"typed {number}"), t))
        texts.append(record_line("event", e.UserWords(text=f" word {number}"), t + 0.25))
    return read_texts(texts)


@pytest.mark.parametrize("reader", [timeline_of, explain])
def test_a_call_of_four_times_as_many_words_takes_four_times_as_long(
    reader: Callable[[Record], Any],
) -> None:
    def took(words: int) -> float:
        record = a_long_call(words)
        begun = time.thread_time()
        reader(record)
        return time.thread_time() - begun

    took(50)
    once, four_times = min(took(750), took(750)), took(3_000)
    # Were it quadratic, sixteen times.
    assert four_times < 9.0 * once, (once, four_times)
