"""Each cause that `explain` knows is found in a conversation that has it, and comes first.

The conversations are those of the core, recorded; the socket's are in `test_causes_by_fault.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from calls_for_causes import ANSWER, ASKED, RESUMED, SPOKEN, _asks, _explained, _replies, _told
from conversation_steps import QUESTION, STORY, Talk, sound
from recorded_talk import record_of, recorded_talk
from scenes_of_app_and_line import (
    a_noise_among_words,
    interrupted_late,
    interruptions_are_off,
    no_interrupted,
    pieces_twice,
    playback_reports_fall_behind,
    positions_for_increments,
    sound_is_missing,
    the_app_plays_on,
    the_app_reads_late,
    the_microphone_stopped,
)
from scenes_of_causes import (
    a_route_that_this_model_ignores,
    builder_failed,
    builder_returned_nothing,
    call_without_an_answer,
    callback_failed,
    closed_after_a_message,
    connection_broke,
    connection_broke_before,
    control_tokens,
    cut_before_its_words,
    cut_by_the_app,
    digital_silence,
    duplicate_transcript,
    early_turn_complete,
    echo_by_sound,
    echo_by_words,
    event_loop_stood_still,
    fell_silent_until_reminded,
    go_away,
    late_content,
    late_speaker,
    late_transcript,
    message_refused,
    model_fell_silent,
    model_stays_silent,
    no_notes,
    no_transcript_of_the_model,
    no_transcript_of_the_user,
    no_turn_complete,
    noise,
    noise_transcript,
    note_after_the_reply,
    note_not_in_the_prompt,
    note_not_used,
    note_read_aloud,
    own_failure,
    phantom,
    phantom_activity,
    reason_of_the_service,
    repeated_interrupted,
    reply_stopped_in_the_middle,
    reply_without_sound,
    restarted,
    resumed_without_a_state,
    send_failed,
    skipped,
    slow_builder,
    slow_function_call,
    slow_send,
    slow_service,
    unknown_message,
    unspoken_text,
    wrong_language,
    wrong_playback_reports,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.record.explaining.explanation import explain

SCENES: dict[Callable[[], Talk], str] = {
    message_refused: "message refused",
    closed_after_a_message: "closed after a message",
    connection_broke: "connection broke",
    go_away: "go away",
    connection_broke_before: "connection broke before",
    resumed_without_a_state: "resumed without a state",
    unknown_message: "unknown message",
    own_failure: "own failure",
    model_fell_silent: "model fell silent",
    fell_silent_until_reminded: "model fell silent",
    model_stays_silent: "model stays silent",
    reply_stopped_in_the_middle: "reply stopped in the middle",
    phantom: "phantom",
    phantom_activity: "phantom",
    echo_by_words: "echo",
    echo_by_sound: "echo",
    late_speaker: "late speaker",
    noise: "noise",
    repeated_interrupted: "repeated interrupted",
    late_content: "late content",
    no_turn_complete: "no turnComplete",
    early_turn_complete: "early turnComplete",
    no_transcript_of_the_model: "no transcript of the model",
    no_transcript_of_the_user: "no transcript of the user",
    noise_transcript: "noise transcript",
    wrong_language: "wrong language",
    late_transcript: "late transcript",
    duplicate_transcript: "duplicate transcript",
    control_tokens: "control tokens",
    reply_without_sound: "reply without sound",
    unspoken_text: "unspoken text",
    digital_silence: "digital silence",
    builder_failed: "builder failed",
    slow_builder: "slow builder",
    builder_returned_nothing: "builder returned nothing",
    note_after_the_reply: "note after the reply",
    call_without_an_answer: "call without an answer",
    slow_function_call: "slow function call",
    send_failed: "send failed",
    slow_send: "slow send",
    no_notes: "no notes",
    note_read_aloud: "note read aloud",
    note_not_used: "note not used",
    note_not_in_the_prompt: "note not in the prompt",
    a_route_that_this_model_ignores: "a route that this model ignores",
    restarted: "note not used",
    skipped: "note not used",
    cut_before_its_words: "cut before its words",
    wrong_playback_reports: "wrong playback reports",
    cut_by_the_app: "cut by the app",
    event_loop_stood_still: "event loop stood still",
    slow_service: "slow service",
    callback_failed: "callback failed",
    reason_of_the_service: "reason of the service",
    interrupted_late: "interrupted late",
    no_interrupted: "no interrupted",
    interruptions_are_off: "interruptions are off",
    sound_is_missing: "sound is missing",
    pieces_twice: "pieces twice",
    positions_for_increments: "wrong playback reports",
    playback_reports_fall_behind: "playback reports fall behind",
    the_app_plays_on: "the app plays on",
    the_app_reads_late: "the app reads late",
    the_microphone_stopped: "the microphone stopped",
    a_noise_among_words: "noise",
}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_first_cause_is_right_and_shows_its_lines(scene: Callable[[], Talk]) -> None:
    talk = scene()
    record = record_of(talk)
    explanation = explain(record)
    assert [one.name for one in explanation.causes][:1] == [SCENES[scene]]
    numbers = {line.number for line in record.lines} | {1}
    for finding in (*explanation.causes, *explanation.remarks):
        assert finding.lines and set(finding.lines) <= numbers
        assert finding.says and finding.do


def test_at_least_fifteen_kinds_of_cause_are_known() -> None:
    assert len(set(SCENES.values())) >= 45


@pytest.mark.parametrize("reply", [ANSWER + RESUMED, RESUMED, f"Sure. {RESUMED}"])
def test_a_call_in_which_all_went_well_has_no_cause(reply: str) -> None:
    explanation = _explained(_replies(_asks(_told()), reply))
    assert explanation.causes == ()


def test_without_playback_reports_that_is_worth_knowing() -> None:
    talk = recorded_talk(header={"config": ASKED}).microphone(0.5, loud=False)
    talk.model_says(STORY, 9_300, parts=8).generated().microphone(3.0, loud=False)
    talk.microphone(0.3, loud=True).interrupted().turn_complete().microphone(1.0, loud=True)
    talk.microphone(0.8, loud=False).user_says(QUESTION).wait(0.6)
    talk.model_says(ANSWER + RESUMED, 6_000, parts=6).generated().wait(7.0)
    explanation = _explained(talk)
    assert explanation.causes == ()
    assert "no playback reports" in [one.name for one in explanation.remarks]


def test_a_session_without_a_handle_is_told_what_it_misses() -> None:
    talk = recorded_talk(header={"config": {**SPOKEN, "session_resumption": False}})
    talk.app_played(0.0).model_says(STORY, 9_300, parts=8)
    talk.tell(e.Disconnected(wanted=False, code=1006))
    names = [one.name for one in _explained(talk).causes]
    assert names == ["connection broke", "no handle to resume with"]


def test_a_session_that_asked_for_no_transcripts_is_told_which_key() -> None:
    talk = recorded_talk(header={"config": {"output_audio_transcription": False}})
    talk.tell(e.ModelAudio(pcm=sound(5_000)), e.GenerationComplete()).wait(6.0)
    [first, *_] = _explained(talk).causes
    assert '"output_audio_transcription": {}' in first.do


@pytest.mark.parametrize("scene", [phantom, model_fell_silent, note_read_aloud, restarted])
def test_causes_are_found_without_words_too(
    scene: Callable[[], Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = recorded_talk

    def hidden(*args: Any, **more: Any) -> Talk:
        return shown(*args, **{**more, "words": False})

    monkeypatch.setitem(globals(), "recorded_talk", hidden)
    assert [one.name for one in _explained(scene()).causes][:1] == [SCENES[scene]]


def test_a_carried_state_is_no_cause_by_itself() -> None:
    talk = recorded_talk(header={"config": ASKED, "resumes": "0123456789ab"}).app_played(0.0)
    talk._carry_out(talk.core.resume(Carried(history=(("user", "Hello."),)), talk.now))
    assert _explained(_replies(talk.microphone(0.5, loud=False), "Hello.", 800)).causes == ()


def test_a_note_that_the_app_kept_ends_nothing_and_is_its_own_matter() -> None:
    talk = _told()
    talk.holds_sends = True
    _replies(_asks(talk).send_fails("a processor keeps it", kept=True))
    assert talk.core.telling.notes_on
    [finding] = [one for one in _explained(talk).causes if one.name == "send failed"]
    assert "gets no more" not in finding.do
