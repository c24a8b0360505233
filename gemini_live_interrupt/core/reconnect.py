"""One conversation over several connections: what breaks off, what is carried over, what is told.

Knows what a closed connection leaves undone, and how the next one takes it up. Must not know where
the state is kept meanwhile (a shell's matter). Owns nothing; `left_behind.py` keeps the facts.
"""

from __future__ import annotations

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.barge_in import REPORTS_AWAITED, cut
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.in_the_air import InTheAir, listen_on, what_is_in_the_air
from gemini_live_interrupt.core.situation import Situation
from gemini_live_interrupt.core.user_turn import Utterance


def the_reply_is_lost_with_it(talk: Situation, event: e.Disconnected, now: float) -> None:
    """The connection is gone, and the reply in the air with it."""
    _gone(talk, event, now, in_the_air=True)


def the_connection_is_gone(talk: Situation, event: e.Disconnected, now: float) -> None:
    """What has been undone stays so: the next connection may do it."""
    _gone(talk, event, now, in_the_air=False)


def _gone(talk: Situation, event: e.Disconnected, now: float, *, in_the_air: bool) -> None:
    if not event.wanted:
        talk.telling.closed_with(event.code, now, talk.out)
    left = talk.left
    left.question = talk.silence.question
    if in_the_air:
        left.air = _in_the_air(talk, now, planned=event.wanted)
        cut(talk, now, "connection")
    left.lost = talk.silence.is_lost
    left.quiet = talk.silence.is_wanted
    open_, reported = talk.telling.unanswered(), talk.telling.reports.done
    left.cut, left.told = talk.telling.close(talk.out)
    left.is_gone = True
    # Who hangs up while the model speaks waits for nothing.
    hung_up = event.wanted and left.cut is not None and left.cut.cause == "connection"
    talk.aftermath.close(None if hung_up else open_, now, talk.out)
    if left.cut is not None and not reported and not hung_up:
        talk.out.append(e.Notify(interruption=left.cut))


def carried_from(talk: Situation, now: float) -> Carried:
    """What the next connection of this conversation needs to know.

    A reply that is in the air is taken along as it is, and as what it would be if it was cut at
    `now`: whoever takes this up chooses.
    """
    left = talk.left
    last, told = (left.cut, left.told) if left.is_gone else talk.telling.unfinished()
    most = talk.options.max_history
    history = talk.turns.recent(most)
    text = talk.replies.look(now)
    lost = left.lost or talk.silence.is_lost
    lost = lost or (text is not None and not text.whole and text.received_ms > 0)
    if text is not None and text.has_rest:
        last, told, lost = talk.records.of(text, "connection", None, now), False, False
        if most:
            before = talk.turns.recent(most, without=(text.entry,))
            history = (*before, ("model", text.heard))[-most:]
    air = left.air if left.is_gone else _in_the_air(talk, now, planned=True)
    nudges, in_vain = talk.silence.counted
    return Carried(
        history=history,
        cut=last,
        told=told,
        lost=lost,
        quiet=left.quiet or talk.silence.is_wanted,
        question=left.question or talk.silence.question,
        calls=talk.calls.waiting(now),
        pace=talk.replies.pace.rate,
        nudges=nudges,
        in_vain=in_vain,
        suspected=tuple(sorted(talk.sending.suspected)),
        refused=tuple(sorted(talk.sending.refused_here)),
        air=air,
    )


def _in_the_air(talk: Situation, now: float, *, planned: bool) -> InTheAir | None:
    most = talk.options.max_history
    return what_is_in_the_air(talk.replies, now, most_history=most, planned=planned)


def take_up(talk: Situation, carried: Carried, now: float) -> None:
    """Go on where an earlier connection of this conversation stopped.

    Once a reply has begun here, only the history is taken over: the model has gone on without being
    told.
    """
    air = carried.air if not talk.replies.begun else None
    talk.turns.said_before(carried.history if air is None else air.history)
    _is_refused(talk, carried)
    if talk.replies.begun:
        return
    talk.replies.learnt_before(carried.pace)
    talk.calls.called(carried.calls, now)
    if air is not None:
        listen_on(air, talk.replies, talk.playback)
        if air.goes_on:
            return
        # It counts as cut where it was, until the app's reports show that its speaker goes on.
        talk.replies.cut(air.at)
        talk.replies.is_unsure = True
    words = (carried.cut.user_text if carried.cut else "") or carried.question
    asked = _spoken_before(words, now)
    if carried.cut is not None:
        cause = carried.cut.cause if asked is not None else "connection"
        again = talk.records.carried(carried.cut, cause)
        talk.telling.begin(again, asked, now, talk.out, why="connection", told=carried.told)
    elif asked is not None or carried.lost:
        talk.telling.begin_nothing(now, lost=carried.lost, asked=asked, why="connection")
    if talk.replies.is_unsure and talk.playback.source == "reported":
        talk.telling.hold(now + REPORTS_AWAITED)
    talk.silence.count_on(carried.nudges, carried.in_vain)
    if carried.quiet:
        talk.silence.keep()


def look_for_break(talk: Situation, now: float) -> None:
    """A reply that the connection before had begun ends where that broke it off, or where the
    app's speaker has stopped."""
    queue = talk.replies.queue
    if not queue or not queue[-1].adopted:
        return
    is_broken_off = not queue[-1].generated and not talk.replies.audible(now)
    due = now if is_broken_off else talk.playback.stopped_at
    if due is not None and now >= due:
        cut(talk, now, "connection", why="connection")
    elif due is not None:
        talk.stall.look_again(due)


def _is_refused(talk: Situation, carried: Carried) -> None:
    """What the server did not take in an earlier connection, it gets no more."""
    talk.sending.suspected |= set(carried.suspected)
    refused = talk.sending.refused_here
    refused |= set(carried.refused)
    talk.learned.are_refused(refused)
    if "answering" in refused:
        talk.silence.mute()
    if {talk.options.delivery, talk.options.other_delivery} <= {*refused, None}:
        talk.telling.notes_on = False


def _spoken_before(words: str, now: float) -> Utterance | None:
    if not words:
        return None
    utterance = Utterance()
    utterance.add(words, now, finished=True)
    return utterance
