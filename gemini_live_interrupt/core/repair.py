"""One answering message after a reply that should have come back to the cut text and did not.

Knows whether a reply needs one, what it asks, and how quiet it has to be. Must not know how an
outcome is read (`aftermath.py`), or how a message goes out. Owns the one message that is prepared.
It is never sent over speech or a reply, never where the user has moved on by themselves, and at most
once for one interruption; with its nudges two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.acknowledgements import (
    asked_last,
    only_acknowledges,
    wants_silence,
)
from gemini_live_interrupt.core.learned import Learned
from gemini_live_interrupt.core.likeness import pieces, word_count
from gemini_live_interrupt.core.note import build_offer, build_repair
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.core.speaking import Speaking
from gemini_live_interrupt.core.tool_calls import ToolCalls
from gemini_live_interrupt.core.unanswered import Unanswered

_QUIET = 0.7
"""Seconds in which nobody has spoken, the model's last sound included."""
_LOOK_AGAIN = 0.3
"""Seconds until the model's sound is looked at again."""
_SHORT = 15
"""Words of a reply at most that only answers an acknowledgement; a longer one has moved on."""
_MOST_TOGETHER = 2
"""Nudges and repairs of one interruption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a repair asks for."""

    after: Unanswered
    """The interruption that it is about."""
    text: str
    """The message."""
    offers: bool
    """It asks the model to offer the rest, not to go on with it."""


def repair_for(
    after: Unanswered,
    reply: str,
    said: str | None,
    options: Options,
    profile: Profile,
    learned: Learned,
) -> Request | None:
    """What a reply needs that did not touch the cut text; None: nothing.

    Args:
        after: the interruption before it.
        reply: its transcript.
        said: what the user had said to interrupt; "" if nothing, None if nobody knows.
        options: what the application chose.
        profile: what is known of the model.
        learned: what this session has shown.
    """
    cut = after.interruption
    always = options.repair == "always"
    if options.repair == "never" or after.wants_none or after.nudges >= _MOST_TOGETHER:
        return None
    if learned.of("repair").is_out or wants_silence(said or ""):
        return None
    if said is not None and only_acknowledges(said):
        is_short = word_count(pieces(reply)) <= _SHORT
        if answers(after, said) or not (is_short or always):
            return None
        return Request(after=after, text=build_repair(cut), offers=False)
    if asked_last(reply):
        return None  # The model has asked something itself: it is the user's turn.
    if always or _is_note_unused(after, profile, learned):
        return Request(after=after, text=build_offer(cut), offers=True)
    return None


def answers(after: Unanswered, said: str) -> bool:
    """Whether the user's words are the answer to a question that they had heard last."""
    return bool(said) and asked_last(after.interruption.heard, after.interruption.unheard)


def _is_note_unused(after: Unanswered, profile: Profile, learned: Learned) -> bool:
    """Whether spoken turns of this model are known not to use its notes."""
    route = after.told_by or "silent"
    if after.interruption.cause == "typed" or learned.of(route).is_proven:
        return False
    return profile.silent_reaches_audio_turn is False or learned.of(route).is_out


class Repair:
    """Sends the message that is prepared, when it is quiet.

    Args:
        speaking: who speaks.
        calls: the function calls that are pending.
        send: sends an answering message: `(text, now, out)`, as `Telling.ask` has it.
    """

    def __init__(
        self,
        speaking: Speaking,
        calls: ToolCalls,
        send: Callable[..., None],
    ) -> None:
        self._speaking = speaking
        self._calls = calls
        self._send = send
        self._request: Request | None = None
        self._asking: Request | None = None
        self.dropped: Callable[[Request], None] = lambda request: None
        """Is told of one that had to wait until nobody wanted it any more."""
        self._quiet_from: float | None = None
        self.deadline: float | None = None
        """When to look again, in seconds."""

    def prepare(self, request: Request) -> None:
        """A message is to be sent as soon as it has been quiet for long enough."""
        self._request = request
        self._quiet_from = None

    def cancel(self) -> None:
        """Somebody speaks: it is not needed any more."""
        self._request = self._asking = self._quiet_from = self.deadline = None

    def proceed(
        self, now: float, idle: bool, settled: bool, out: list[e.Command]
    ) -> Request | None:
        """Send the message if it is due.

        Args:
            now: in seconds.
            idle: the model is neither sending nor audible.
            settled: nothing waits to be told that might say otherwise.
            out: gets the commands.

        Returns:
            What was sent, if anything was.
        """
        self.deadline = None
        request = self._request
        if request is None:
            return None
        if not idle:
            self._quiet_from = None
            self.deadline = now + _LOOK_AGAIN
            return None
        if self._quiet_from is None:
            self._quiet_from = now
        if self._calls.pending(now):
            self.deadline = self._calls.until(now)
            return None
        due = max(self._quiet_from, self._calls.settled_at) + _QUIET
        if now < due or not settled:
            self.deadline = max(due, now)
            return None
        speaking = self._speaking
        speaks = speaking.may_begin(now) or speaking.quiet_since(now) > self._quiet_from
        self.cancel()
        if speaks or not speaking.can_tell:
            return None
        self._asking = request

        def still(now: float) -> bool:
            return self._asking is request and not speaking.may_begin(now)

        dropped = partial(self.dropped, request)
        self._send(request.text, now, out, still=still, dropped=dropped)
        return request
