"""All that is known of one conversation, each fact with one owner.

Knows which rooms there are, and what only several of them together can say: who has the floor, and
whether the model is idle. Must not know what an event does (`table.py`), or when a message is due
(`telling.py`, `silence.py`). Owns nothing but the list of commands that the current event has asked
for, and whether a message is being read: whatever else can change is changed by its room, which
says in its docstring what it owns.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.aftermath import Aftermath
from gemini_live_interrupt.core.late_content import LateContent
from gemini_live_interrupt.core.learned import Learned
from gemini_live_interrupt.core.left_behind import LeftBehind
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.profiles import Profile
from gemini_live_interrupt.core.prompt_counts import PromptCounts
from gemini_live_interrupt.core.records import Records
from gemini_live_interrupt.core.repair import Repair
from gemini_live_interrupt.core.replies import Replies
from gemini_live_interrupt.core.sending import Sending
from gemini_live_interrupt.core.speaking import Speaking
from gemini_live_interrupt.core.stall import Stall
from gemini_live_interrupt.core.telling import Telling
from gemini_live_interrupt.core.tool_calls import ToolCalls
from gemini_live_interrupt.core.turns import Turns
from gemini_live_interrupt.core.user_turn import Utterances
from gemini_live_interrupt.heard.model_turn import Pace


class Floor(Enum):
    """Who has the floor.

    QUIET: nobody. REPLYING: the model, while one of its replies arrives or is still audible: a
    reply is over when all that was generated has been played, whether `turn_complete` came before,
    comes later, or never. CUT: the user, who took it from the model; it stays so until the model
    replies again.
    """

    QUIET = "quiet"
    REPLYING = "replying"
    CUT = "cut"


class Situation:
    """The rooms of one conversation.

    Args:
        profile: what is known of the model.
        options: what the application chose.
    """

    def __init__(self, profile: Profile, options: Options) -> None:
        self.profile = profile
        self.options = options
        self.playback = Playback(options.latency_ms)
        self.turns = Turns()
        self.replies = Replies(playback=self.playback, pace=Pace(), turns=self.turns)
        self.late = LateContent()
        self.speaking = Speaking()
        self.utterances = Utterances(whole_messages=profile.whole_utterances)
        self.calls = ToolCalls()
        self.counts = PromptCounts(compresses=options.compresses)
        self.learned = Learned(options.learned)
        self.sending = Sending()
        self.telling = Telling(
            options,
            self.speaking,
            self.calls,
            self.sending,
            self.learned,
        )
        self.silence = self.telling.silence
        self.aftermath = Aftermath(
            options,
            profile,
            self.counts,
            self.learned,
            Repair(self.speaking, self.calls, self._ask_for_repair),
            lambda: self.silence.can_ask,
        )
        self.records = Records(options, self.turns, self.playback)
        self.stall = Stall(options.reply_timeout)
        self.left = LeftBehind()
        self.reading = False
        """A message is being read, so nothing is decided."""
        self.out: list[e.Command] = []
        """What is to be done, in order, as far as the current event has said."""

    def _ask_for_repair(self, text: str, now: float, out: list[e.Command], **more: Any) -> None:
        self.silence.repaired(now)
        self.telling.ask(text, now, out, **more)

    @property
    def floor(self) -> Floor:
        """Who has the floor, as of the last event."""
        if self.replies.queue:
            return Floor.REPLYING
        return Floor.CUT if self.telling.open else Floor.QUIET

    def is_late(self, now: float) -> bool:
        """Whether content of the model that comes now belongs to the reply that was cut."""
        return self.telling.open and self.late.is_late(now, has_words=self.telling.has_words)

    def model_idle(self, now: float) -> bool:
        """Whether an answering message would talk over nobody."""
        is_heard = self.replies.arriving is not None or self.replies.audible(now)
        is_heard = is_heard or self.playback.is_heard_after_flush(now)
        is_heard = is_heard or self.stall.is_at_work(now)
        return not (is_heard or self.late.rest_comes(now) or self.late.is_heard(now))

    def server_is_done(self, now: float) -> bool:
        """Whether the user hears a reply that the server will not call `interrupted` any more."""
        return (
            bool(self.replies.queue) and self.replies.arriving is None and self.replies.audible(now)
        )

    def take_commands(self) -> list[e.Command]:
        """What the current event has asked for."""
        commands, self.out = self.out, []
        for command in commands:
            if isinstance(command, e.SendNote):
                self.counts.sent(len(command.text))
        return commands
