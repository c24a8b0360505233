"""The events that mean the same whoever has the floor: playback, calls, our messages, time.

Knows which room each of them is for. Must not know what that room makes of it. Owns nothing.
"""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.barge_in import the_reply_was_not_cut
from gemini_live_interrupt.core.situation import Situation

_MORE_THAN_ROUNDING = 1.0
"""ms by which a report may go beyond the audio that was received."""


def the_ear_gets_more(talk: Situation, event: e.Played, now: float) -> None:
    """The app's speaker played an increment."""
    ms = event.ms + talk.playback.ms_of(event.size)
    if ms:
        talk.replies.is_voiced(now)
    excess = talk.playback.played(ms, now)
    if excess and talk.replies.voice.is_heard:
        talk.replies.takes_longer(excess, now)
    elif excess > _MORE_THAN_ROUNDING and talk.playback.doubt():
        talk.out.append(
            e.Log(
                level="WARNING",
                message=f"The app reported {excess:.0f} ms more playback than audio was received; it is not "
                "counted. Report increments, not positions, and only the model's audio.",
            )
        )
    if talk.replies.goes_on(now):
        the_reply_was_not_cut(talk, now)


def the_prompt_is_counted(talk: Situation, event: e.TokensCounted, now: float) -> None:
    """The server named the tokens of the turn that is arriving."""
    talk.counts.counted(event.prompt, event.response, event.thoughts)


def the_prompt_is_unsure(talk: Situation, event: e.ContextGrew, now: float) -> None:
    """Nobody knows how many tokens it has."""
    talk.counts.doubt()


def the_model_waits_for_calls(talk: Situation, event: e.ToolCalled, now: float) -> None:
    """Nothing is sent until they are answered, or too old."""
    talk.calls.called(event.calls, now)
    talk.counts.doubt()


def calls_are_taken_back(talk: Situation, event: e.ToolCancelled, now: float) -> None:
    """The model does without them."""
    talk.calls.settled(event.ids, "cancelled", now)


def calls_are_answered(talk: Situation, event: e.ToolAnswered, now: float) -> None:
    """The model may go on."""
    talk.calls.settled(event.ids, "answered", now)


def the_app_cuts_in(talk: Situation, event: e.AppInterrupts, now: float) -> None:
    """An `interrupted` that follows is the app's doing."""
    talk.utterances.app_interrupts(now)


def the_message_begins(talk: Situation, event: e.MessageBegins, now: float) -> None:
    """Nothing is decided before it has been read."""
    talk.reading = True


def the_message_ends(talk: Situation, event: e.MessageEnds, now: float) -> None:
    """What follows from all of it together is due now."""
    talk.reading = False


def their_times_count_or_not(talk: Situation, event: e.ReadLate, now: float) -> None:
    """Which content belongs to which reply is told by its time, or by the order alone."""
    talk.late.by_order = event.late


def the_note_has_its_text(talk: Situation, event: e.NoteBuilt, now: float) -> None:
    """The builder is done."""
    talk.telling.built(event.id, event.text, talk.out)


def our_message_is_out(talk: Situation, event: e.NoteSent, now: float) -> None:
    """It is on the wire."""
    talk.telling.sent(event.id, now, talk.out)


def our_message_failed(talk: Situation, event: e.NoteFailed, now: float) -> None:
    """It could not be sent."""
    talk.telling.failed(event, talk.out)
    talk.counts.doubt()


def nothing(talk: Situation, event: Any, now: float) -> None:
    """It changes nothing here."""
