"""A conversation for each cause that `explain` knows, named after it."""

from __future__ import annotations

import re
from types import SimpleNamespace

from calls_for_causes import (
    ANSWER,
    ASKED,
    RESUMED,
    _asks,
    _failed,
    _plays,
    _replies,
    _service,
    _told,
)
from conversation_steps import QUESTION, REST_3S, STORY, Talk, silence, sound, timed
from recorded_talk import recorded_talk

from gemini_live_interrupt.core import events as e

# --- one scene for each cause, named after it


def message_refused() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    return talk.interrupted().wait(0.3).tell(e.Disconnected(wanted=False, code=1007))


def closed_after_a_message() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    return talk.interrupted().wait(0.3).tell(e.Disconnected(wanted=False, code=1008))


def connection_broke() -> Talk:
    return _told().tell(e.Disconnected(wanted=False, code=1006))


def go_away() -> Talk:
    talk = _service(_told(), go_away=SimpleNamespace(time_left="2s"))
    return _plays(talk, 2.0).tell(e.Disconnected(wanted=False, code=1001))


def connection_broke_before() -> Talk:
    lost = connection_broke().core.carry(1_003.5)
    talk = recorded_talk(header={"config": ASKED, "resumes": "0123456789ab"})
    commands = talk.core.resume(lost, talk.now)
    talk._carry_out(commands)
    talk.app_played(0.0).microphone(3.0, loud=False)
    return _replies(talk, RESUMED)


def resumed_without_a_state() -> Talk:
    talk = recorded_talk(header={"config": ASKED, "resumes": "0123456789ab"})
    return _replies(talk.app_played(0.0).microphone(0.5, loud=False))


def unknown_message() -> Talk:
    return _failed(_replies(_asks(_told())), "receive raised", TypeError("Unknown message type"))


def own_failure() -> Talk:
    return _failed(_told(), "own failure", ZeroDivisionError("division by zero"))


def model_fell_silent() -> Talk:
    return _asks(_told()).microphone(9.0, loud=False)


def fell_silent_until_reminded() -> Talk:
    talk = _asks(_told(reply_timeout=4.0)).microphone(5.0, loud=False)
    assert talk.notices == ["nudge"]
    return _replies(talk)


def model_stays_silent() -> Talk:
    talk = recorded_talk(header={"config": ASKED}, reply_timeout=3.0).app_played(0.0)
    return talk.microphone(1.0, loud=True).user_says("Hello?").microphone(9.0, loud=False)


def reply_stopped_in_the_middle() -> Talk:
    talk = recorded_talk(header={"config": ASKED}, reply_timeout=2.0).app_played(0.0)
    talk.microphone(0.5, loud=False).model_says(STORY[:60], 2_000, parts=4)
    return _replies(_plays(talk, 2.0).microphone(4.0, loud=False), STORY)


def phantom() -> Talk:
    return _replies(_told().interrupted().turn_complete().microphone(5.0, loud=False), RESUMED)


def phantom_activity() -> Talk:
    talk = _told().turn_complete().user_starts().microphone(0.4, loud=False).user_stops()
    return talk.microphone(5.0, loud=False)


def echo_by_words() -> Talk:
    talk = _told()
    _plays(talk, 0.3, loud=True)
    talk.interrupted().microphone(1.0, loud=False).user_says("there was a miller")
    return _replies(talk.microphone(0.5, loud=False), RESUMED)


def _speech(ms: float, seed: int) -> bytes:
    """Syllables of different length, so that one stretch is not like another."""
    made, index = b"", seed
    while len(made) < ms * 48:
        index = (index * 1_103_515_245 + 12_345) % 2**31
        made += sound(60 + index % 170) + silence(40 + index // 7 % 150)
    return made[: int(ms) * 48]


def _with_echo(delay: float, *, loud: float, reports: bool) -> Talk:
    """The microphone hears the model, `delay` seconds later."""
    talk = recorded_talk(header={"config": ASKED})
    if reports:
        talk.app_played(0.0)
    talk.microphone(0.5, loud=False)
    voice = _speech(8_000, seed=7)
    for index, chunk in enumerate(STORY.split(". ")):
        piece = voice[index * 48 * 1_600 : (index + 1) * 48 * 1_600]
        talk.tell(e.ModelText(text=f"{chunk}. "), e.ModelAudio(pcm=piece))
    talk.generated()
    for step in range(200):
        talk.wait(0.02)
        at = int((step * 0.02 - delay) * 24_000) * 2
        piece = voice[max(0, at) : max(0, at + 960)]
        samples = memoryview(piece.ljust(960, b"\0")).cast("h")
        heard = b"".join(
            (int(samples[i] * loud) + (i * 31 % 37) - 18).to_bytes(2, "little", signed=True)
            for i in range(0, 480, 3)
            for _ in range(2)
        )
        talk.tell(e.UserAudio(pcm=heard, sample_rate=16_000))
        if reports:
            talk.app_played(20.0)
    return talk


def echo_by_sound() -> Talk:
    talk = _with_echo(0.2, loud=0.8, reports=True).interrupted().turn_complete()
    return _replies(talk.microphone(6.0, loud=False), RESUMED)


def late_speaker() -> Talk:
    talk = _with_echo(1.5, loud=0.06, reports=False)
    talk.microphone(0.3, loud=True).interrupted().turn_complete().microphone(1.0, loud=True)
    talk.microphone(0.8, loud=False).user_says(QUESTION).wait(0.6)
    return talk.model_says(ANSWER + RESUMED, 6_000, parts=6).generated().wait(6.5)


def noise() -> Talk:
    talk = _told()
    _plays(talk, 0.3, loud=True)
    talk.interrupted().turn_complete().microphone(5.0, loud=False)
    return _replies(talk, RESUMED)


def repeated_interrupted() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    for _ in range(9):
        talk.interrupted().wait(0.02)
    talk.turn_complete().microphone(1.0, loud=True).microphone(1.0, loud=False)
    return _replies(talk.user_says(QUESTION).microphone(0.6, loud=False))


def late_content() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    talk.interrupted()
    for word in REST_3S.split()[:5]:
        talk.wait(0.06).tell(e.ModelText(text=f" {word}"), e.ModelAudio(pcm=sound(300)))
    talk.turn_complete().microphone(1.0, loud=True).microphone(1.0, loud=False)
    return _replies(talk.user_says(QUESTION).microphone(0.6, loud=False))


def no_turn_complete() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    talk.interrupted().microphone(1.0, loud=True).microphone(1.0, loud=False)
    return _replies(talk.user_says(QUESTION).microphone(0.6, loud=False))


def early_turn_complete() -> Talk:
    talk = _told("gemini-2.5-flash-native-audio").turn_complete()
    _plays(talk, 0.4, loud=True)
    talk.user_says(QUESTION).microphone(1.0, loud=False)
    return _replies(talk, RESUMED)


def no_transcript_of_the_model() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0).microphone(0.5, loud=False)
    talk.tell(e.ModelAudio(pcm=sound(5_000)), e.GenerationComplete())
    return _plays(talk, 5.0).turn_complete()


def no_transcript_of_the_user() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    talk.interrupted().turn_complete().microphone(1.5, loud=True).microphone(1.5, loud=False)
    return _replies(talk)


def noise_transcript() -> Talk:
    return _replies(_asks(_told(), "<noise>"), RESUMED)


def wrong_language() -> Talk:
    return _replies(_asks(_told(), "Подписывайтесь на канал."))


def late_transcript() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    talk.interrupted().turn_complete().microphone(1.0, loud=True).microphone(1.0, loud=False)
    talk.model_says(ANSWER + RESUMED, 6_000, parts=6).generated()
    return _plays(_plays(talk, 1.2).user_says(QUESTION), 5.0).turn_complete()


def duplicate_transcript() -> Talk:
    talk = _asks(_told())
    talk.model_says(ANSWER + RESUMED, 6_000, parts=6).generated()
    return _plays(_plays(talk, 2.0).user_says(QUESTION), 4.5).turn_complete()


def control_tokens() -> Talk:
    return _replies(_asks(_told()), f"{ANSWER}<ctrl46> {RESUMED}")


def reply_without_sound() -> Talk:
    talk = _asks(_told(spoken=True)).model_writes("It was called ").model_writes("Tom.")
    return talk.turn_complete().wait(2.0)


def unspoken_text() -> Talk:
    talk = _asks(_told())
    talk.model_says(ANSWER, 1_000).tell(e.ModelText(text="**Answering**", written=True))
    return _replies(talk, RESUMED)


def digital_silence() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0).microphone(0.5, loud=False)
    talk.tell(e.ModelText(text=STORY), e.ModelAudio(pcm=silence(5_000)), e.GenerationComplete())
    return _plays(talk, 5.0).turn_complete()


def builder_failed() -> Talk:
    return _failed(_replies(_asks(_told())), "builder failed", KeyError("name"))


def slow_builder() -> Talk:
    talk = _told()
    talk.holds_builds = True
    _replies(_asks(talk), "Sorry, what? I was far away.")
    return talk.builder_finishes()


def builder_returned_nothing() -> Talk:
    talk = _told()
    talk.builder = lambda interruption: ""
    return _replies(_asks(talk))


def note_after_the_reply() -> Talk:
    talk = _told(delivery="answering")
    _plays(talk, 0.2, loud=True)
    talk.interrupted().turn_complete().microphone(1.0, loud=True)
    return _replies(talk, "Sorry, what was that? I did not get it.")


def call_without_an_answer() -> Talk:
    talk = recorded_talk("gemini-2.5-flash-native-audio", header={"config": ASKED}).app_played(0.0)
    return talk.user_says("What is the weather?").calls("weather").microphone(12.0, loud=False)


def slow_function_call() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).app_played(0.0)
    talk.user_says("Weather?").calls("weather").microphone(3.0, loud=False).answers_call()
    return _replies(talk.microphone(0.4, loud=False), "It is sunny and warm today.", 2_000)


def send_failed() -> Talk:
    talk = _told()
    talk.holds_sends = True
    return _asks(talk).send_fails("TypeError: not JSON")


def slow_send() -> Talk:
    talk = _told()
    talk.holds_sends = True
    return _replies(_asks(talk).send_finishes())


def no_notes() -> Talk:
    return _replies(_asks(_told(notes=False)), "Sorry, what? I was far away.")


def note_read_aloud() -> Talk:
    talk = _asks(_told())
    note = re.sub(r'"[^"]*"', "", talk.notes[0].text)
    return _replies(talk, " ".join(note.split()[-30:]) + f" {RESUMED}", 12_000)


def note_not_used() -> Talk:
    return _replies(_asks(_told(), "Mm-hm."), "Okay. Shall we talk of the weather now?", 3_000)


def note_not_in_the_prompt() -> Talk:
    talk = _told()
    _plays(talk, 0.2, loud=True)
    talk.interrupted().tell(e.TokensCounted(prompt=1_000, response=200)).turn_complete()
    talk.microphone(1.0, loud=True).microphone(1.0, loud=False).user_says("Mm-hm.")
    talk.microphone(0.6, loud=False).model_says("Okay. Shall we talk of the weather now?", 3_000)
    _plays(talk.generated(), 3.0).tell(e.TokensCounted(prompt=1_215, response=75))
    return talk.turn_complete().microphone(0.5, loud=False)


def a_route_that_this_model_ignores() -> Talk:
    talk = _told("gemini-2.5-flash-native-audio")
    return _replies(_asks(talk, "Mm-hm."), "Okay. Shall we talk of the weather now?", 3_000)


def restarted() -> Talk:
    return _replies(_asks(_told(), "Go on."), STORY, 9_300)


def skipped() -> Talk:
    last = STORY[STORY.index("The second") :]
    return _replies(_asks(_told(), "Go on."), last, 4_000)


def cut_before_its_words() -> Talk:
    talk = _replies(recorded_talk(header={"config": ASKED}).app_played(0.0), "Hello there.", 1_000)
    talk.tell(e.ModelAudio(pcm=sound(1_500)))
    _plays(talk, 0.5)
    return _replies(_asks(talk), "It was called Tom, I think.", 2_000)


def wrong_playback_reports() -> Talk:
    return _replies(_asks(_told().app_played(60_000.0)))


def cut_by_the_app() -> Talk:
    talk = _told().app_flushes().microphone(1.0, loud=True).microphone(1.0, loud=False)
    return _replies(talk.user_says(QUESTION).microphone(0.6, loud=False))


def event_loop_stood_still() -> Talk:
    return _replies(_asks(_plays(_told(), 1.0).wait(1.4)))


def slow_service() -> Talk:
    talk = recorded_talk(header={"config": ASKED}).microphone(0.5, loud=False)
    for index, word in enumerate(STORY.split()[:20]):
        talk.tell(
            e.ModelText(text=f"{word} ", words=timed(word, index * 300.0, 300.0)),
            e.ModelAudio(pcm=sound(300)),
        ).microphone(0.4, loud=False)
    return talk.generated().turn_complete().wait(1.0)


def callback_failed() -> Talk:
    return _failed(_replies(_asks(_told())), "callback failed", AttributeError("no such thing"))


def reason_of_the_service() -> Talk:
    content = SimpleNamespace(turn_complete_reason="RESPONSE_REJECTED", turn_complete=True)
    return _service(_replies(_asks(_told())), server_content=content)
