"""Text parts that nobody speaks, in a session of which nobody has said that it has sound."""

from __future__ import annotations

import pytest
from conversation_steps import HEARD_3S, REST_3S, STORY, Talk, silence, sound

from gemini_live_interrupt.core import events as e

PART = e.ModelText(text="**Telling the story**", written=True)


def cut(talk: Talk) -> Talk:
    return talk.generated().turn_complete().plays_for(2.75).interrupted()


def test_before_the_sound_of_its_reply() -> None:
    talk = cut(Talk().tell(PART).model_says(STORY, 9_300))
    talk.assert_heard(HEARD_3S, REST_3S).assert_one_note().assert_history(("model", HEARD_3S))


def test_in_the_middle_and_at_the_end() -> None:
    talk = cut(Talk().model_says(STORY, 9_300).tell(PART))
    talk.assert_heard(HEARD_3S, REST_3S)


def test_between_the_sound_and_its_transcript() -> None:
    talk = Talk().tell(e.ModelAudio(pcm=sound(1_000)), PART).tell(e.ModelText(text="One two."))
    assert talk.history() == (("model", "One two."),)


def test_where_no_transcript_comes_nothing_is_known_of_what_was_said() -> None:
    talk = Talk().tell(PART, e.ModelAudio(pcm=sound(9_000))).plays_for(2.0).interrupted()
    assert talk.history() == () and not talk.interruptions


def test_a_turn_of_text_alone_once_sound_was_heard() -> None:
    talk = Talk().model_says(STORY, 9_300).generated().turn_complete().wait(10.0)
    talk.tell(PART).turn_complete().wait(1.0)
    assert talk.history() == (("model", STORY),)


@pytest.mark.parametrize("first", ["written", "sound"])
def test_a_session_without_sound_is_read(first: str) -> None:
    talk = Talk()
    if first == "sound":
        talk.tell(e.ModelAudio(pcm=silence(0)))  # There is none in it.
    talk.model_writes(STORY).turn_complete().wait(1.0)
    assert talk.history() == (("model", STORY),)
