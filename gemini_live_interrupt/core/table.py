"""The state table: what each event does, by who has the floor. It is the code, not a picture of it.

Theory
------
The model has the floor while one of its replies arrives or is still audible (`REPLYING`). When the
user takes it, the audible reply is split at what was heard, the rest is dropped, and one
*interruption* is open (`CUT`) until the model replies again. Between the two, late content of the
cut reply may still come: it counts as unheard. Otherwise the floor is free (`QUIET`).

A row is one event in one floor, and the one thing that is done: a handler, named for what it does in
that row, or `If(guard, handler, otherwise)` where something else than the floor decides. Events that
mean the same in every floor have one row of their own (`ANY`). Where a handler leads is in
`LEADS_TO`; what time does without an event is in `BY_TIME`.

Rules of this file: only names, no code. A row that needs more than one line is two ideas. The table
and the picture in `docs/design.md` are made from it by `python docs/state_table.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.barge_in import (
    a_phantom,
    it_begins_anew,
    it_is_ours,
    it_means_the_reply_before,
    only_the_reply_before_is_cut,
    the_app_may_want_silence,
    the_app_takes_the_floor,
    the_same_barge_in,
    the_user_takes_the_floor,
)
from gemini_live_interrupt.core.everywhere import (
    calls_are_answered,
    calls_are_taken_back,
    nothing,
    our_message_failed,
    our_message_is_out,
    the_app_cuts_in,
    the_ear_gets_more,
    the_message_begins,
    the_message_ends,
    the_model_waits_for_calls,
    the_note_has_its_text,
    the_prompt_is_counted,
    the_prompt_is_unsure,
    their_times_count_or_not,
)
from gemini_live_interrupt.core.reconnect import the_connection_is_gone, the_reply_is_lost_with_it
from gemini_live_interrupt.core.replying import (
    a_reply_begins,
    all_is_generated,
    it_is_arriving,
    it_is_late,
    it_is_unheard,
    it_was_played_before,
    late_content_is_over,
    the_reply_goes_on,
    the_server_is_done,
)
from gemini_live_interrupt.core.situation import Floor, Situation
from gemini_live_interrupt.core.user_says import (
    a_question_is_asked,
    a_question_is_typed,
    it_starts_after_the_server,
    speech_starts_or_stops,
    speech_takes_the_floor,
    text_beside_the_reply,
    text_of_the_interruption,
    the_microphone_is_kept,
    they_start_after_the_server,
    words_beside_the_reply,
    words_of_the_interruption,
    words_take_the_floor,
)

Handler = Callable[[Situation, Any, float], None]
Guard = Callable[[Situation, Any, float], bool]


@dataclass(frozen=True, slots=True)
class If:
    """What is done where something else than the floor decides."""

    guard: Guard
    then: Cell
    otherwise: Cell


Cell = Handler | If

QUIET, REPLYING, CUT = Floor.QUIET, Floor.REPLYING, Floor.CUT
ANY: Final = None

LATE_OR_NEW = If(it_is_late, it_is_unheard, a_reply_begins)

TABLE: Mapping[tuple[type[e.Event], Floor | None], Cell] = {
    # the model speaks
    (e.ModelText, QUIET): a_reply_begins,
    (e.ModelText, REPLYING): If(it_is_arriving, the_reply_goes_on, LATE_OR_NEW),
    (e.ModelText, CUT): LATE_OR_NEW,
    (e.ModelAudio, QUIET): a_reply_begins,
    (e.ModelAudio, REPLYING): If(it_is_arriving, the_reply_goes_on, LATE_OR_NEW),
    (e.ModelAudio, CUT): LATE_OR_NEW,
    (e.GenerationComplete, QUIET): nothing,
    (e.GenerationComplete, REPLYING): all_is_generated,
    (e.GenerationComplete, CUT): nothing,
    (e.TurnComplete, QUIET): it_was_played_before,
    (e.TurnComplete, REPLYING): the_server_is_done,
    (e.TurnComplete, CUT): late_content_is_over,
    # somebody takes the floor
    (e.Interrupted, QUIET): If(it_is_ours, nothing, a_phantom),
    (e.Interrupted, REPLYING): If(it_is_ours, it_begins_anew, the_user_takes_the_floor),
    (e.Interrupted, CUT): If(it_is_ours, nothing, the_same_barge_in),
    (e.Flushed, QUIET): the_app_may_want_silence,
    (e.Flushed, REPLYING): If(it_means_the_reply_before, only_the_reply_before_is_cut, the_app_takes_the_floor),
    (e.Flushed, CUT): the_app_may_want_silence,
    # the user speaks
    (e.Activity, QUIET): speech_starts_or_stops,
    (e.Activity, REPLYING): If(it_starts_after_the_server, speech_takes_the_floor, speech_starts_or_stops),
    (e.Activity, CUT): speech_starts_or_stops,
    (e.UserWords, QUIET): a_question_is_asked,
    (e.UserWords, REPLYING): If(they_start_after_the_server, words_take_the_floor, words_beside_the_reply),
    (e.UserWords, CUT): words_of_the_interruption,
    (e.UserTyped, QUIET): a_question_is_typed,
    (e.UserTyped, REPLYING): text_beside_the_reply,
    (e.UserTyped, CUT): text_of_the_interruption,
    (e.UserAudio, ANY): the_microphone_is_kept,
    (e.ContextGrew, ANY): the_prompt_is_unsure,
    # the line
    (e.Disconnected, QUIET): the_connection_is_gone,
    (e.Disconnected, REPLYING): the_reply_is_lost_with_it,
    (e.Disconnected, CUT): the_connection_is_gone,
    # the app, its tools, and the shell
    (e.Played, ANY): the_ear_gets_more,
    (e.ToolCalled, ANY): the_model_waits_for_calls,
    (e.ToolCancelled, ANY): calls_are_taken_back,
    (e.ToolAnswered, ANY): calls_are_answered,
    (e.AppInterrupts, ANY): the_app_cuts_in,
    (e.MessageBegins, ANY): the_message_begins,
    (e.MessageEnds, ANY): the_message_ends,
    (e.ReadLate, ANY): their_times_count_or_not,
    (e.TokensCounted, ANY): the_prompt_is_counted,
    (e.NoteBuilt, ANY): the_note_has_its_text,
    (e.NoteSent, ANY): our_message_is_out,
    (e.NoteFailed, ANY): our_message_failed,
    (e.Tick, ANY): nothing,
}  # fmt: skip

LEADS_TO: Mapping[Handler, Floor] = {
    a_reply_begins: REPLYING,
    the_user_takes_the_floor: CUT,
    the_app_takes_the_floor: CUT,
    speech_takes_the_floor: CUT,
    words_take_the_floor: CUT,
    a_phantom: CUT,
    it_begins_anew: CUT,
    the_connection_is_gone: QUIET,
    the_reply_is_lost_with_it: QUIET,
}
"""Handlers that change the floor, and to what; all others leave it."""

BY_TIME: Mapping[tuple[Floor, Floor], str] = {
    (REPLYING, QUIET): "it was played to its end",
    (REPLYING, CUT): "it stopped in the middle (reply_timeout)",
}
"""What only time does, at any event."""


def cell(event: type[e.Event], floor: Floor) -> Cell:
    """What the table says of an event in a floor."""
    found = TABLE.get((event, floor))
    return TABLE[event, ANY] if found is None else found


def handler_for(talk: Situation, event: e.Event, now: float) -> Handler:
    """What is to be done about an event now."""
    found = cell(type(event), talk.floor)
    while isinstance(found, If):
        found = found.then if found.guard(talk, event, now) else found.otherwise
    return found
