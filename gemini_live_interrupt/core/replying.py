"""The model's side of the table: its replies begin, go on, and end; what comes too late is unheard.

Knows what content of the model, and the server's word that there is no more, do to a conversation.
Must not know how a reply is cut (`barge_in.py`). Owns nothing.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.replies import Reply
from gemini_live_interrupt.core.situation import Situation

Content = e.ModelText | e.ModelAudio


def it_is_arriving(talk: Situation, event: Content, now: float) -> bool:
    """Whether content that comes now is of the reply that is arriving.

    Not so where that was played to its end and the user has spoken since: its `turn_complete` was
    lost.
    """
    played_out = talk.utterances.spoke and not talk.replies.audible(now)
    return talk.replies.arriving is not None and not played_out


def it_is_late(talk: Situation, event: Content, now: float) -> bool:
    """Whether content that comes now is still of the reply that was cut."""
    return talk.is_late(now)


def a_reply_begins(talk: Situation, event: Content, now: float) -> None:
    """The model takes the floor: whatever was open is over."""
    if talk.replies.arriving is not None:
        _end(talk, now)
    reply = talk.replies.open(now)
    talk.aftermath.reply_begins(reply, talk.telling.unanswered(), now, talk.out)
    reply.before = talk.aftermath.about
    talk.counts.reply_begins(now)
    talk.telling.replied(talk.out)
    talk.calls.replied()
    talk.utterances.reply_began()
    talk.turns.trim(talk.options.max_history)
    _add(talk, reply, event, now)


def the_reply_goes_on(talk: Situation, event: Content, now: float) -> None:
    """More of the reply that is arriving."""
    reply = talk.replies.arriving
    assert reply is not None
    _add(talk, reply, event, now)


def it_is_unheard(talk: Situation, event: Content, now: float) -> None:
    """The tail of the reply that was cut: nobody is going to hear it."""
    talk.late.came(event, now)
    speaks = talk.telling.has_words or talk.speaking.now(now)
    if talk.late.is_a_reply(somebody_speaks=speaks):
        _it_went_on(talk, now)
        return
    if talk.late.rest_is_dropped:
        talk.telling.hold(talk.late.rest_until(now))
    if isinstance(event, e.ModelText):
        talk.telling.lost("" if talk.replies.reads_aloud else event.text, 0.0)
    else:
        talk.telling.lost("", len(event.pcm) / 2 / max(1, event.sample_rate) * 1000.0)


def _it_went_on(talk: Situation, now: float) -> None:
    """So much came that it is no tail, and nobody speaks: the `interrupted` was in vain."""
    (first, at), *others = talk.late.taken()
    a_reply_begins(talk, first, at)
    for event, at in others:
        the_reply_goes_on(talk, event, at)


def all_is_generated(talk: Situation, event: e.GenerationComplete, now: float) -> None:
    """Nothing more of the reply is to come."""
    talk.replies.all_generated()


def the_server_is_done(talk: Situation, event: e.TurnComplete, now: float) -> None:
    """The server is done with the reply, which may be audible for long."""
    if talk.replies.arriving is not None:
        talk.counts.turn_over()
        _end(talk, now)
    else:
        late_content_is_over(talk, event, now)


def it_was_played_before(talk: Situation, event: e.TurnComplete, now: float) -> None:
    """The server is done with a reply that has been played to its end."""
    _turn_is_over(talk, now)
    talk.aftermath.turn_over()


def late_content_is_over(talk: Situation, event: e.TurnComplete, now: float) -> None:
    """The server is done with the reply that was cut."""
    _turn_is_over(talk, now)
    talk.late.turn_complete()
    talk.telling.hold(now)


def _turn_is_over(talk: Situation, now: float) -> None:
    talk.counts.turn_over()
    if talk.stall.turn_over(now, asked=bool(talk.silence.question)):
        talk.silence.unheard(now)


def _end(talk: Situation, now: float) -> None:
    talk.replies.turn_over(now)
    talk.utterances.turn_completed()


def _add(talk: Situation, reply: Reply, event: Content, now: float) -> None:
    talk.stall.content(now)
    talk.calls.goes_on(now)
    if not (isinstance(event, e.ModelText) and event.written):
        talk.replies.is_spoken(reply)
    if isinstance(event, e.ModelText):
        talk.records.language = event.language or talk.records.language
        reply.add_text(event.text, event.words, written=event.written)
        if reply.written and talk.replies.voice.is_heard:
            talk.replies.say(reply, event.text, now)
    else:
        ms = reply.add_audio(event)
        talk.playback.received(ms, now, event.sample_rate)
