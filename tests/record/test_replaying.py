"""A record through the core again: the same with the same settings, and what others would change."""

from __future__ import annotations

from typing import Any

import pytest
from conversation_events import STEPS
from conversation_steps import QUESTION, STORY, Talk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded_talk import record_of, recorded_talk, texts_of

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.record.lines import NotARecord, read_texts
from gemini_live_interrupt.record.replaying import as_it_was, as_it_would_be, recorded


def _cut(talk: Talk) -> Talk:
    """A story, a question in the middle of it, and its answer."""
    for chunk in STORY.split(". "):
        talk.tell(e.ModelText(text=f"{chunk}. "), e.ModelAudio(pcm=_voice(talk, 1_500)))
    talk.plays_for(3.0).microphone(0.5, loud=True).interrupted().microphone(1.0, loud=True)
    talk.user_says(QUESTION).wait(0.8).model_says(" It was called Tom.", 1_200)
    return talk.generated().turn_complete().wait(5.0)


def _voice(talk: Talk, ms: float) -> bytes:
    """Syllables with pauses between them, so that text has something to be matched with."""
    from conversation_steps import silence, sound

    return b"".join(sound(170) + silence(90) for _ in range(int(ms / 260)))


@pytest.mark.parametrize("delivery", ["silent", "answering"])
@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-2.5-flash-native-audio"])
def test_the_same_settings_give_the_same_commands_byte_for_byte(model: str, delivery: str) -> None:
    talk = _cut(recorded_talk(model, delivery=delivery, false_interruption_after=1.0))
    texts = texts_of(talk)
    again = [str(answer) for answer in as_it_was(read_texts(texts))]
    assert again == [text for text in texts if '"command":' in text[:40]]
    assert any('"SendNote"' in text for text in again)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, model=st.sampled_from(["gemini-3.8-live", "gemini-2.5-flash-native-audio"]))
def test_whatever_happened_can_be_replayed(steps: list[tuple[e.Event, float]], model: str) -> None:
    talk = recorded_talk(model, reply_timeout=3.0)
    talk.core.resume(Carried(history=(("user", "Hello."),), question="Hello?"), talk.now)
    for event, pause in steps:
        talk.wait(pause).tell(event)
        talk.core.heard(talk.now)  # To be asked leaves no trace.
        talk.core.carry(talk.now)
    texts = texts_of(talk)
    again = [str(answer) for answer in as_it_was(read_texts(texts))]
    assert again == [text for text in texts if '"command":' in text[:40]]


def test_without_words_the_same_is_done_at_the_same_times() -> None:
    shown = record_of(_cut(recorded_talk(words=True)))
    hidden = record_of(_cut(recorded_talk(words=False)))

    def outline(answers: list[Any]) -> list[tuple[float, str]]:
        return [(one.t, type(one.command).__name__) for one in answers]

    assert outline(as_it_was(hidden)) == outline(as_it_was(shown)) == outline(recorded(shown))
    told, masked = (
        next(one.command for one in as_it_was(record) if isinstance(one.command, e.Notify))
        for record in (shown, hidden)
    )
    # The sound is of other letters than the stand-ins are, so what was heard is only about as long.
    assert abs(len(told.interruption.heard) - len(masked.interruption.heard)) <= 45
    assert masked.interruption.heard_ms == told.interruption.heard_ms


def test_other_settings_change_what_is_told() -> None:
    record = record_of(_cut(recorded_talk(delivery="silent")))

    def sends(**options: Any) -> list[str]:
        answers = as_it_would_be(record, options=options)
        return [one.command.delivery for one in answers if isinstance(one.command, e.SendNote)]

    assert sends() == ["silent"]
    assert sends(delivery="answering") == ["answering"]
    assert sends(notes=False) == []


def test_a_later_speaker_means_less_heard() -> None:
    record = record_of(_cut(recorded_talk()))

    def heard(**options: Any) -> float:
        answers = as_it_would_be(record, options=options)
        cuts = [one.command for one in answers if isinstance(one.command, e.Notify)]
        return cuts[0].interruption.heard_ms

    assert heard(latency_ms=800.0) == pytest.approx(heard() - 800.0)


def test_replayed_as_it_would_be_the_same_settings_do_the_same() -> None:
    record = record_of(_cut(recorded_talk()))
    again = [(type(one.command).__name__, round(one.t, 1)) for one in as_it_would_be(record)]
    was = [(type(one.command).__name__, round(one.t, 1)) for one in recorded(record)]
    assert again == was


def test_what_the_apps_builder_said_is_said_again() -> None:
    talk = recorded_talk(header={"settings": {"prompt_builder": True}})
    talk.builder = lambda interruption: "Mind the gap."
    record = record_of(_cut(talk))
    answers = as_it_would_be(record, options={"max_history": 0})
    assert [o.command.text for o in answers if isinstance(o.command, e.SendNote)] == [
        "Mind the gap."
    ]


def test_a_setting_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="loudness"):
        as_it_would_be(record_of(recorded_talk()), options={"loudness": 11})


def test_an_event_of_another_version_is_named_with_its_line() -> None:
    texts = [*texts_of(recorded_talk()), '{"t":1.0,"event":"ModelSings","key":"C"}']
    with pytest.raises(NotARecord, match=r"line 3.*ModelSings"):
        as_it_was(read_texts(texts))


@pytest.mark.parametrize("reports", [True, False])
def test_what_plays_on_over_a_handover_is_replayed_as_it_was_heard(reports: bool) -> None:
    before = Talk().tell(e.ModelText(text=STORY))
    before.tell(e.ModelAudio(pcm=_voice(before, 9_300)), e.GenerationComplete())
    before = before.app_played(2_000).wait(2.0) if reports else before.wait(2.0)
    before.tell(e.Disconnected(wanted=True))
    talk = recorded_talk()
    talk.now = before.now
    talk._carry_out(talk.core.resume(before.core.carry(before.now), talk.now))
    talk = talk.wait(1.0).app_played(1_000) if reports else talk.wait(1.0)
    talk.interrupted().wait(6.0)
    assert talk.last.heard and talk.last.unheard
    texts = texts_of(talk)
    again = [str(answer) for answer in as_it_was(read_texts(texts))]
    assert again == [text for text in texts if '"command":' in text[:40]]
