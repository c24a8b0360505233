"""How the floor is taken from the model: by the server's word, the app's, or because a reply stalls.

Knows what a cut does, and what `interrupted` and a flush mean. Must not know when the model is told
(`telling.py`). Owns nothing. The audible reply is split at what was heard, the rest is dropped, and
one interruption is open until the model replies again.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.note import Why
from gemini_live_interrupt.core.situation import Situation

REPORTS_AWAITED = 0.8
"""Seconds in which the app's reports can show that a cut that nobody signalled was none."""

# --- the server says so


def it_is_ours(talk: Situation, event: e.Interrupted, now: float) -> bool:
    """Whether our own answering message made the server say it, and not the user."""
    by_us = talk.profile.text_interrupts and talk.sending.is_echo(now)
    return by_us and not (talk.utterances.active or talk.speaking.now(now))


def the_user_takes_the_floor(talk: Situation, event: e.Interrupted, now: float) -> None:
    """The reply is cut at what was heard of it."""
    by_app = _by_app(talk, now)
    cut(talk, now, "app" if by_app else _cause(talk, now))
    if by_app:
        talk.silence.keep()


def it_begins_anew(talk: Situation, event: e.Interrupted, now: float) -> None:
    """Our message cut the reply that was arriving: the server forgets it and replies to us."""
    if talk.replies.arriving is not None:
        talk.replies.drop_arriving(now)
        talk.aftermath.begins_anew(now)
        talk.late.cut(now, arriving=True)
        talk.telling.reopen(now)


def a_phantom(talk: Situation, event: e.Interrupted, now: float) -> None:
    """Nothing was audible: something unseen was cut, or nothing at all. Wait for what follows."""
    talk.late.cut(now, arriving=False)
    talk.playback.was_emptied()
    talk.aftermath.is_left_alone()
    _open_phantom(talk, now)
    if _by_app(talk, now):
        talk.silence.keep()


def the_same_barge_in(talk: Situation, event: e.Interrupted, now: float) -> None:
    """The floor was taken already."""
    _it_was_one(talk, now)
    if talk.late.rest_is_dropped:
        # The app was first; now the server has heard the user, too.
        talk.late.cut(now, arriving=True)
        talk.telling.hold(now)


def _by_app(talk: Situation, now: float) -> bool:
    return talk.utterances.by_app(now) and not talk.speaking.now(now)


def _cause(talk: Situation, now: float) -> e.Cause:
    if talk.utterances.active:
        return "activity" if talk.utterances.active_by_app else "speech"
    if talk.utterances.just_typed(now):
        return "typed"
    return "phantom" if talk.speaking.hears_nothing(now) else "speech"


# --- the app says so


def it_means_the_reply_before(talk: Situation, event: e.Flushed, now: float) -> bool:
    """Whether the app has emptied its speaker of the reply before the one that has just begun.

    It learns of that by its first message, so it does so after it.
    """
    by_habit = event.cause == "app" and not event.for_good and not event.drops_rest
    return by_habit and talk.replies.follows_another(now)


def only_the_reply_before_is_cut(talk: Situation, event: e.Flushed, now: float) -> None:
    """The rest of it will not be heard; the reply that has begun goes on."""
    text = talk.replies.cut(now, but_last=True)
    talk.replies.is_unflushed, talk.replies.flushed_at = False, now
    if text is None or not text.has_rest:
        return
    interruption = talk.records.new(text, event.cause, None, now)
    talk.telling.begin(interruption, None, now, talk.out)
    follower = talk.replies.queue[-1]
    talk.aftermath.reply_begins(follower, talk.telling.unanswered(), now, talk.out)
    talk.telling.replied(talk.out)


def the_app_takes_the_floor(talk: Situation, event: e.Flushed, now: float) -> None:
    """The app has emptied its speaker, so nobody will hear the rest."""
    # An app that sends what was typed empties its speaker in the same breath.
    typed = event.cause == "app" and not event.for_good and talk.utterances.just_typed(now)
    cut(talk, now, "typed" if typed else event.cause, drops_rest=event.drops_rest)
    the_app_may_want_silence(talk, event, now)


def the_app_may_want_silence(talk: Situation, event: e.Flushed, now: float) -> None:
    """A stop button, say: nobody asks the model to go on."""
    talk.replies.is_unflushed = False
    _it_was_one(talk, now)
    if event.for_good:
        talk.silence.keep()
        talk.aftermath.is_left_alone()


# --- nobody says so


def cut_by_inference(talk: Situation, now: float, cause: e.Cause) -> None:
    """The user talks over a reply with which the server is done: it may be cut, or play on.

    Nobody is asked to go on with it; and where the app reports what it plays, the note waits until
    that would have shown that the reply plays on.
    """
    ends_at = talk.playback.ends_at_latest()
    cut(talk, now, cause)
    talk.playback.may_play_until(ends_at)
    talk.silence.doubt()
    talk.replies.is_unsure = True
    if talk.playback.source == "reported":
        talk.telling.hold(now + REPORTS_AWAITED)


def _it_was_one(talk: Situation, now: float) -> None:
    """Somebody says now that the reply was cut."""
    talk.silence.confirm()
    talk.playback.was_emptied()
    if talk.replies.is_unsure:
        talk.replies.is_sure()
        talk.telling.hold(now)


def the_reply_was_not_cut(talk: Situation, now: float) -> None:
    """The app's reports go on: the speaker was never emptied."""
    taken_for_one = talk.telling.unanswered()
    if taken_for_one is not None and talk.telling.reports.reaches_app:
        talk.aftermath.was_no_cut(taken_for_one, now, talk.out)
    talk.replies.take_back(now)
    talk.telling.taken_back()


def look_for_stall(talk: Situation, now: float) -> None:
    """A reply that stopped in the middle, without a word from the server, is cut; a turn of which
    nothing could be heard is asked for."""
    reply, heard_until = talk.replies.arriving, talk.playback.ends_at()

    def waits() -> bool:
        heard = talk.replies.audible(now) or talk.calls.pending(now)
        return heard or talk.speaking.may_begin(now)

    if reply is None or reply.written:
        talk.stall.nothing_arrives()
        is_unheard = talk.stall.is_unheard(now, heard_until=heard_until, waits=waits)
        if is_unheard and not talk.telling.open:
            talk.telling.begin_nothing(now, lost=True, why="stall")
    elif talk.stall.has_stopped(now, heard_until=heard_until, waits=waits):
        cut(talk, now, "phantom", why="stall")
        talk.late.goes_on()


# --- what all of them do


def cut(
    talk: Situation,
    now: float,
    cause: e.Cause,
    *,
    drops_rest: bool = False,
    why: Why = "noise",
) -> None:
    """Take the floor from the model.

    Args:
        talk: the conversation; a reply is arriving or audible.
        now: in seconds.
        cause: who or what does it.
        drops_rest: the app drops what still comes of the reply.
        why: what the silence after it may be due to, as `Silence.begin` has it.
    """
    talk.aftermath.cut(now, talk.out)
    talk.counts.floor_taken(now)
    arriving = talk.replies.arriving is not None
    text = talk.replies.cut(now)
    talk.late.cut(now, arriving=arriving, drops_rest=drops_rest)
    if text is None or not text.has_rest:
        lost = text is not None and not text.whole and text.received_ms > 0
        _open_phantom(talk, now, lost=lost, why=why)
        return
    utterance = talk.utterances.cut(now)
    interruption = talk.records.new(text, cause, utterance, now)
    talk.telling.begin(interruption, utterance, now, talk.out, why=why)
    if talk.late.rest_is_dropped:
        # More of the reply may come, which the note should count as unheard.
        talk.telling.hold(talk.late.rest_until(now))


def _open_phantom(talk: Situation, now: float, *, lost: bool = False, why: Why = "noise") -> None:
    """The floor is taken, but no text of the model was lost: there is nothing to tell."""
    talk.utterances.cut(now)
    talk.telling.begin_nothing(now, lost=lost, why=why)
