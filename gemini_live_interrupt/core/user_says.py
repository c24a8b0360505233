"""The user's side of the table: speech that starts and stops, words, typed text, the microphone.

Knows what each of them does to a conversation, and when the user takes the floor without a word from
the server: once that is done with a reply that is still audible, it will not say `interrupted`. Must
not know how utterances are told apart (`user_turn.py`). Owns nothing.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.barge_in import cut_by_inference
from gemini_live_interrupt.core.situation import Situation
from gemini_live_interrupt.core.user_turn import Utterance
from gemini_live_interrupt.heard.control_tokens import words_of

# --- speech


def it_starts_after_the_server(talk: Situation, event: e.Activity, now: float) -> bool:
    """Whether speech starts over a reply that the server is done with."""
    return event.started and talk.options.speech_interrupts and talk.server_is_done(now)


def speech_starts_or_stops(talk: Situation, event: e.Activity, now: float) -> None:
    """The server or the app hears the user, or no longer."""
    talk.speaking.activity(event.started, now)
    if event.started:
        talk.utterances.activity_began(now, by_app=event.by_app)
        talk.aftermath.is_left_alone()


def speech_takes_the_floor(talk: Situation, event: e.Activity, now: float) -> None:
    """The user starts to speak over a reply that nobody will call interrupted."""
    speech_starts_or_stops(talk, event, now)
    cut_by_inference(talk, now, "activity" if event.by_app else "speech")


def the_microphone_is_kept(talk: Situation, event: e.UserAudio, now: float) -> None:
    """It is looked at when it matters whether somebody speaks."""
    talk.speaking.audio(event.pcm, event.sample_rate, now)


# --- words


def they_start_after_the_server(talk: Situation, event: e.UserWords, now: float) -> bool:
    """Whether these are first words over a reply that the server is done with.

    Where the server signals speech, that is believed, not the words, which come later. Where the
    microphone has heard nobody since the reply began, they are late words of its question.
    """
    first = not talk.speaking.signalled and talk.utterances.starts_new
    first = first and talk.options.speech_interrupts
    if not (first and words_of(event.text) and talk.server_is_done(now)):
        return False
    began_at = talk.replies.queue[0].began_at
    return not talk.speaking.hears_nothing(now, now - began_at)


def a_question_is_asked(talk: Situation, event: e.UserWords, now: float) -> None:
    """Words while nobody has the floor: they want an answer."""
    _words(talk, event, now, cut=False, told=True)


def words_take_the_floor(talk: Situation, event: e.UserWords, now: float) -> None:
    """The user talks over a reply that nobody will call interrupted."""
    cut_by_inference(talk, now, "speech")
    words_of_the_interruption(talk, event, now)


def words_beside_the_reply(talk: Situation, event: e.UserWords, now: float) -> None:
    """Words of its question, or of a barge-in of which the server has not said anything yet."""
    _words(talk, event, now, cut=talk.telling.open, told=talk.telling.open)


def words_of_the_interruption(talk: Situation, event: e.UserWords, now: float) -> None:
    """What the user said to interrupt."""
    _words(talk, event, now, cut=True, told=True)


def _words(talk: Situation, event: e.UserWords, now: float, *, cut: bool, told: bool) -> None:
    if not event.text:
        if event.finished:
            talk.utterances.finish()
        return
    if words_of(event.text):
        talk.speaking.says(typed=False)
    talk.aftermath.hears_words()
    utterance, kind = talk.utterances.words(
        event.text,
        now,
        interim=event.interim,
        finished=event.finished,
        cut=cut,
        with_cut=talk.reading,
    )
    _place(talk, utterance, kind, told=told)


# --- typed text


def a_question_is_typed(talk: Situation, event: e.UserTyped, now: float) -> None:
    """Text while nobody has the floor."""
    _typed(talk, event, now, cut=False, told=True)


def text_beside_the_reply(talk: Situation, event: e.UserTyped, now: float) -> None:
    """Text while the model has the floor: `interrupted` follows where the model takes it so."""
    _typed(talk, event, now, cut=talk.telling.open, told=talk.telling.open)


def text_of_the_interruption(talk: Situation, event: e.UserTyped, now: float) -> None:
    """What the user wrote to interrupt; the app may have cut the reply for it just before."""
    _typed(talk, event, now, cut=True, told=True)
    if event.text.strip(". "):
        talk.telling.is_typed()


def _typed(talk: Situation, event: e.UserTyped, now: float, *, cut: bool, told: bool) -> None:
    # Google ADK and LiveKit ask for a reply with a lone ".", Pipecat with a space.
    talk.counts.typed(len(event.text))
    if event.text.strip(". "):
        talk.speaking.says(typed=True)
        utterance, kind = talk.utterances.typed_text(event.text, now, cut=cut)
        _place(talk, utterance, kind, told=told)


def _place(talk: Situation, utterance: Utterance, kind: str, *, told: bool) -> None:
    """Give an utterance its place in the history, and tell who waits for it."""
    if kind == "new":
        talk.turns.said(utterance)
        talk.turns.trim(talk.options.max_history)
        if utterance.text:
            talk.aftermath.is_left_alone()
    elif kind == "question":
        talk.turns.asked(utterance)
        talk.aftermath.question(utterance)
    if kind != "question" and utterance.text and told:
        talk.telling.words(utterance)
