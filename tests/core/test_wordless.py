"""A record of a conversation in a log, or in an error that loguru explains, holds nobody's words."""

from __future__ import annotations

from conversation_steps import Talk, sound

from gemini_live_interrupt.core import events as e

WORD = "Rumpelstiltskin"


def test_no_record_of_a_conversation_prints_what_was_said() -> None:
    text = f"There was a {WORD}. He came back, {WORD} did, as ever before."
    told: list[e.Event] = [
        e.ModelText(text=text),
        e.ModelAudio(pcm=sound(6_000)),
        e.ToolCalled(calls=(e.ToolCall(id="1", name="look", arguments=text),)),
        e.ToolAnswered(ids=("1",)),
        e.Interrupted(),
        e.UserWords(text=text, finished=True),
        e.UserTyped(text=text),
        e.NoteBuilt(id=1, text=text),
    ]
    talk = Talk(repair="never")
    for event in told[:-1]:
        talk.wait(0.5).tell(event)
    talk.wait(1.0).model_says(text, 3_000).generated().wait(10.0)
    talk.user_starts().wait(60.0)
    state = talk.core.carry(talk.now)
    heard = talk.core.heard(talk.now)
    assert {type(one).__name__ for one in talk.commands} > {
        "BuildNote",
        "SendNote",
        "Notify",
        "Conclude",
    }
    for record in (*told, *talk.commands, *talk.interruptions, *talk.outcomes, state, heard):
        assert WORD not in repr(record), type(record)
