"""A record as lanes: who spoke when, what was heard and what not, and what the model was told."""

from __future__ import annotations

from conversation_steps import HEARD_3S, REST_3S, STORY, sound
from recorded_talk import record_of, recorded_talk

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.lanes import Span, Timeline, timeline_of


def a_barge_in() -> Timeline:
    talk = recorded_talk().model_says(STORY, 9_300).plays_for(2.75).user_starts().interrupted()
    talk.wait(1.0).user_stops().user_says("What was the cat called?").wait(0.5)
    talk.model_says("The cat was called Tom.", 1_500).wait(3.0)
    return timeline_of(record_of(talk))


def one(spans: list[Span]) -> Span:
    assert len(spans) == 1, spans
    return spans[0]


def test_what_was_received_is_there_at_once_and_what_was_heard_takes_its_time() -> None:
    timeline = a_barge_in()
    received, heard = timeline.lane("received"), timeline.lane("heard")
    assert [span.text for span in received] == [STORY, "The cat was called Tom."]
    assert received[0].end - received[0].start < 0.5
    assert [span.text for span in heard] == [HEARD_3S, "The cat was called Tom."]
    assert abs(heard[0].end - heard[0].start - 2.75) < 0.15


def test_what_was_not_heard_lasts_as_long_as_it_would_have() -> None:
    timeline = a_barge_in()
    unheard, cut = one(timeline.lane("unheard")), one(timeline.lane("interruptions"))
    assert unheard.text == REST_3S
    assert abs(unheard.end - unheard.start - (9.3 - 2.75)) < 0.01
    assert unheard.start == cut.start
    assert abs(cut.start - timeline.lane("heard")[0].end) < 0.11


def test_a_cut_is_where_it_was_also_if_its_note_came_later() -> None:
    talk = recorded_talk(delivery="answering").model_says(STORY, 9_300).plays_for(2.0)
    talk.user_starts().interrupted().wait(3.0).user_stops().user_says("Who?").wait(3.0)
    timeline = timeline_of(record_of(talk))
    cut, note = one(timeline.lane("interruptions")), one(timeline.lane("notes"))
    assert note.start - cut.start > 2.5
    assert note.text == "note, answering"


def test_words_are_put_to_the_speech_that_they_came_from() -> None:
    talk = recorded_talk()
    for _ in range(50):
        talk.tell(e.UserAudio(pcm=bytes(640))).wait(0.02)
    for _ in range(50):
        talk.tell(e.UserAudio(pcm=sound(20, 16_000))).wait(0.02)
    for _ in range(60):
        talk.tell(e.UserAudio(pcm=bytes(640))).wait(0.02)
    talk.user_says("Tell me a story.")
    spoken = one(timeline_of(record_of(talk)).lane("user"))
    assert spoken.text == "Tell me a story."
    assert abs(spoken.end - spoken.start - 1.0) < 0.1


def test_typed_text_and_words_without_sound_are_moments() -> None:
    talk = recorded_talk().tell(e.UserTyped(text="Hello.")).wait(1.0).user_says("Hm.")
    typed, said = timeline_of(record_of(talk)).lane("user")
    assert (typed.text, said.text) == ("typed: Hello.", "Hm.")
    assert typed.start == typed.end


def test_a_nudge_is_no_note() -> None:
    talk = recorded_talk().model_says(STORY, 9_300).plays_for(2.0).interrupted().wait(6.0)
    told = [span.text for span in timeline_of(record_of(talk)).lane("notes")]
    assert told[0] == "note, silent"
    assert "nudge, answering" in told
    assert any(text.startswith("false interruption: ") for text in told)


def test_captions_of_what_was_heard_join_to_it_and_never_overlap() -> None:
    timeline = a_barge_in()
    assert "".join(cue.text for cue in timeline.heard) == HEARD_3S + "The cat was called Tom."
    for before, after in zip(timeline.heard, timeline.heard[1:], strict=False):
        assert before.start <= before.end <= after.end
        assert after.start >= before.start


def test_an_empty_record_has_no_lanes_and_a_short_one_no_errors() -> None:
    assert timeline_of(record_of(recorded_talk())).spans == []
    quiet = timeline_of(record_of(recorded_talk().tell(e.Tick())))
    assert quiet.lane("heard") == []


def test_a_record_without_words_shows_the_same_times() -> None:
    def told(words: bool) -> list[tuple[str, float]]:
        talk = recorded_talk(words=words).model_says(STORY, 9_300).plays_for(2.75).interrupted()
        timeline = timeline_of(record_of(talk))
        return [(span.lane, span.start) for span in timeline.spans if span.lane != "heard"]

    assert told(True) == told(False)
