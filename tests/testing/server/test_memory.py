"""What a session remembers: which turn uses a silent note, and which does not yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gemini_live_interrupt.testing import PROFILES, ScriptedModel
from gemini_live_interrupt.testing.server.frames import jpeg_comment
from gemini_live_interrupt.testing.server.memory import Memory


def told(text: str = "You were cut.") -> Memory:
    memory = Memory(mind=ScriptedModel.of("Hello.").wake())
    memory.told(text)
    return memory


def turn(memory: Memory, kind: str, name: str) -> tuple[str, ...]:
    """One reply: what it knew."""
    notes = memory.prompt(kind, PROFILES[name]).notes
    memory.reply_begins(kind, PROFILES[name])
    return notes


@pytest.mark.parametrize("name", ["2.5", "2.5-vertex", "2.5-cascade-vertex"])
def test_on_25_the_second_spoken_turn_knows_a_silent_note(name: str) -> None:
    memory = told()
    assert [turn(memory, "audio", name) for _ in range(3)] == [(), ("You were cut.",), ()]


@pytest.mark.parametrize("kind", ["text", "content"])
def test_on_25_the_next_turn_that_is_not_spoken_knows_it(kind: str) -> None:
    memory = told()
    assert turn(memory, kind, "2.5") == ("You were cut.",)


@pytest.mark.parametrize("name", ["3.8", "3.1", "3.8-vertex"])
def test_on_3x_the_next_spoken_turn_knows_it(name: str) -> None:
    assert turn(told(), "audio", name) == ("You were cut.",)


def test_each_note_waits_for_a_spoken_turn_of_its_own() -> None:
    memory = told("First.")
    assert turn(memory, "audio", "2.5") == ()
    memory.told("Second.")
    assert turn(memory, "audio", "2.5") == ("First.",)
    assert turn(memory, "audio", "2.5") == ("Second.",)


def test_a_note_enters_the_prompt_with_the_turn_that_knows_it() -> None:
    memory = told("x" * 400)
    sizes = []
    for _ in range(2):
        turn(memory, "audio", "2.5")
        sizes.append(memory.tokens.turn_begins().total())
    assert sizes == [0, 100]


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xfe\x00\x0fYou were cut.\xff\xd9"


def test_a_frame_reaches_the_next_spoken_turn_and_no_typed_one() -> None:
    memory = Memory(mind=ScriptedModel.of("Hello.").wake())
    reads = replace(PROFILES["3.8"], reads_frames=True)
    memory.shown(JPEG)
    assert memory.prompt("text", reads).notes == ()
    memory.reply_begins("text", reads)
    assert memory.tokens.turn_begins().total() == 0
    assert memory.prompt("audio", PROFILES["3.8"]).notes == (), "no model was seen to obey one"
    assert memory.prompt("audio", reads).notes == ("You were cut.",)
    memory.reply_begins("audio", reads)
    assert memory.tokens.turn_begins() == {"IMAGE": 258}
    assert memory.prompt("audio", reads).notes == ()


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xfe\x00\x00", b"PNG", JPEG[:12]])
def test_what_is_no_jpeg_says_nothing(data: bytes) -> None:
    assert jpeg_comment(data) == ""
