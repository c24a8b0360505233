"""More conversations for causes that `explain` knows: the line loses or doubles something, the app reports
or reads wrongly. Each is named after its cause."""

from __future__ import annotations

from calls_for_causes import ANSWER, ASKED, RESUMED, _asks, _plays, _replies, _told
from conversation_steps import QUESTION, STORY, Talk, pieces, sound
from recorded_talk import recorded_talk

from gemini_live_interrupt.core import events as e


def interrupted_late() -> Talk:
    talk = _plays(_told(), 1.8, loud=True)
    _plays(talk, 0.6).interrupted().turn_complete().user_says(QUESTION)
    return _replies(talk.microphone(0.6, loud=False))


def no_interrupted() -> Talk:
    talk = _plays(_plays(_told(), 1.5, loud=True), 1.2).user_says(QUESTION)
    return _replies(_plays(talk, 3.0).turn_complete().microphone(0.5, loud=False))


def interruptions_are_off() -> Talk:
    config = {**ASKED, "realtime_input_config": {"activity_handling": "NO_INTERRUPTION"}}
    talk = recorded_talk(header={"config": config}).app_played(0.0).microphone(0.5, loud=False)
    talk.model_says(STORY, 9_300, parts=8).generated()
    talk = _plays(_plays(_plays(talk, 3.0), 1.5, loud=True), 1.2).user_says("Mm-hm.")
    return _replies(_plays(talk, 3.6).turn_complete().microphone(0.5, loud=False))


def sound_is_missing() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0).microphone(0.5, loud=False)
    return _plays(talk.model_says(STORY, 4_000, parts=8).generated(), 4.0).turn_complete()


def pieces_twice() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0).microphone(0.5, loud=False)
    for piece in pieces(STORY, 12):
        for _ in range(2):
            talk.tell(e.ModelText(text=piece), e.ModelAudio(pcm=sound(780)))
    return _plays(talk.generated(), 18.7).turn_complete()


def positions_for_increments() -> Talk:
    talk = _told()
    for step in range(40):
        talk.microphone(0.1, loud=False).app_played(3_000.0 + 100.0 * step)
    return talk.turn_complete()


def playback_reports_fall_behind() -> Talk:
    talk = _told()
    for _ in range(60):
        talk.microphone(0.1, loud=False).app_played(10.0)
    return talk.turn_complete()


def the_app_plays_on() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True).interrupted().turn_complete()
    _plays(_plays(talk, 1.0, loud=True), 1.0).user_says(QUESTION)
    return _replies(talk.microphone(0.6, loud=False))


def the_app_reads_late() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0).microphone(0.5, loud=False)
    first, second = pieces(STORY, 2)
    talk.model_says(first, 4_600, parts=4)
    _plays(talk, 4.0).tell(e.ReadLate())
    talk.model_says(second, 4_700, parts=4).tell(e.ReadLate(late=False)).generated()
    return _plays(talk, 5.3).turn_complete()


def the_microphone_stopped() -> Talk:
    talk = _plays(_told(), 6.3).turn_complete()
    return (
        talk.wait(2.0)
        .user_types("Are you there?")
        .model_says(RESUMED, 3_000)
        .wait(12.0)
        .turn_complete()
    )


def a_noise_among_words() -> Talk:
    talk = _replies(_asks(_told()), ANSWER + STORY, 12_000)
    talk.model_says(STORY, 9_300, parts=8).generated()
    _plays(_plays(talk, 3.0), 0.2, loud=True).interrupted().turn_complete()
    return _replies(talk.microphone(0.1, loud=True).microphone(1.4, loud=False), "Okay.", 600)
