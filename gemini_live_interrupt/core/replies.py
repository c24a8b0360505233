"""The replies of the model on the playback line.

Knows: which replies have not been fully played, and where each starts on the line of `playback.py`.
Must not know signals, notes or timers. Owns them, and what is known of each: whether all of it has
come, and whether the server is done with it. A reply is over when it has been *played*, not when the
server called it complete; so several may be in the queue, and a cut falls into the first that is
audible and takes the ones behind it with it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from gemini_live_interrupt.core.cut_text import CutText, cut_text
from gemini_live_interrupt.core.events import HeardSoFar, Interruption, ModelAudio
from gemini_live_interrupt.core.joints import joint
from gemini_live_interrupt.core.own_voice import DONE_AFTER, OwnVoice
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.read_aloud import without_ours
from gemini_live_interrupt.core.turns import Saying, Turns
from gemini_live_interrupt.heard.model_turn import Heard, ModelTurn, Pace, WordTime

_SLACK = 0.5
"""ms. Sums of audio lengths and differences of times are not exact."""
_AGAIN = 0.2
"""Seconds in which an app may empty its speaker twice for one reason."""
_LEARNT_WITHIN = 1.0
"""Seconds after the first message of a reply in which an app empties its speaker because of it."""
MOST_TEXT = 250_000
"""Characters of one reply, hours of speech: what comes beyond them is not kept."""
_MOST_REPLIES = 8
"""An app that reports less than it plays must not make the queue grow."""


class Reply:
    """One turn of the model that is arriving or still audible."""

    __slots__ = (
        *("adopted", "began_at", "entry", "generated", "number", "over", "start_ms", "turn"),
        *("before", "characters", "voiced", "written"),
    )

    def __init__(
        self, turn: ModelTurn, start_ms: float, number: int, began_at: float = float("-inf")
    ) -> None:
        self.turn = turn
        self.began_at = began_at
        """When the first of it came, in seconds."""
        self.characters = 0
        """Of its text, as far as it is kept."""
        self.number = number
        """Counts the replies of a session from 1."""
        self.start_ms = start_ms
        """Where its audio starts on the playback line."""
        self.generated = False
        """The model has produced all of it."""
        self.over = False
        """The server has called the turn complete: it will not say `interrupted` about it any
        more."""
        self.adopted = False
        """It began in the connection before."""
        self.written = False
        """A TEXT reply, which is read as it comes."""
        self.voiced = False
        """The app says it with a voice of its own."""
        self.before: Interruption | None = None
        """What had been cut before it, and it may go on with."""
        self.entry = Saying(lambda: self.own_text)

    def add_text(self, text: str, words: tuple[WordTime, ...], *, written: bool) -> None:
        """More text of it came."""
        self.written = self.written or written
        kept = text[: max(0, MOST_TEXT - self.characters)]
        self.characters += len(kept)
        if kept:
            self.turn.add_text(kept, words)

    def add_audio(self, event: ModelAudio) -> float:
        """More sound of it came.

        Returns:
            How much, in ms.
        """
        before = self.turn.received_ms
        self.turn.add_audio(event.pcm, event.sample_rate, event.levels, event.crossings)
        return self.turn.received_ms - before

    @property
    def own_text(self) -> str:
        """Its text, without a message of ours that it may read aloud."""
        return without_ours(self.turn.text)

    @property
    def end_ms(self) -> float:
        """Where its audio ends so far on the playback line."""
        return self.start_ms + self.turn.received_ms

    def heard(self, position_ms: float, *, lately: bool = False) -> Heard:
        """What of it was heard with the playback at `position_ms`; `lately` as `ModelTurn.heard_at`
        has it."""
        if self.written and not self.voiced:
            length = len(self.turn.text)
            return Heard(end=length, position=length, uncertainty=0.0, how="everything")
        return self.turn.heard_at(position_ms - self.start_ms, lately=lately)

    def played_ms(self, position_ms: float) -> float:
        """How much of its audio was played with the playback at `position_ms`."""
        return max(0.0, min(position_ms - self.start_ms, self.turn.received_ms))

    def heard_so_far(self, position_ms: float, *, lately: bool = False) -> HeardSoFar:
        """The record of what was heard of it."""
        text, estimate = self.turn.text, self.heard(position_ms, lately=lately)
        return HeardSoFar(
            reply=self.number,
            text=text[: estimate.end],
            unheard=text[estimate.end :],
            position=estimate.position,
            ms=self.played_ms(position_ms),
            received_ms=self.turn.received_ms,
            audible=position_ms < self.end_ms - _SLACK,
        )


@dataclass(slots=True)
class Replies:
    """The replies that have not been fully played, the oldest first."""

    playback: Playback
    pace: Pace
    turns: Turns = field(default_factory=Turns)
    queue: deque[Reply] = field(default_factory=deque)
    begun: int = 0
    """Replies that have begun in this connection."""
    is_unflushed: bool = False
    """What was cut last may still be in the app's speaker: nobody has said that it was emptied."""
    flushed_at: float = float("-inf")
    """When the app emptied its speaker of the reply before the last one, in seconds."""
    is_unsure: bool = False
    """Nobody has said that the last cut was one."""
    has_sound: bool = False
    """Sound of a reply has come, or its transcript: what is only written is not heard here."""
    reads_aloud: bool = False
    """What was cut last was reading a message of ours."""
    _taken: tuple[Reply, ...] = ()
    """What it took."""
    voice: OwnVoice = field(default_factory=OwnVoice)
    _last: HeardSoFar = field(default_factory=HeardSoFar)
    _last_written: Reply | None = None
    """A TEXT reply that counted as read."""

    @property
    def arriving(self) -> Reply | None:
        """The reply that content belongs to, if one is open."""
        return self.queue[-1] if self.queue and not self.queue[-1].over else None

    def open(self, now: float) -> Reply:
        """A new reply begins to arrive."""
        self.begun += 1
        self.retire(now)
        self.is_sure()
        for left in self.queue:
            left.generated = (
                left.generated or left.over
            )  # The model goes on without the rest of it.
        reply = Reply(ModelTurn(self.pace), self.playback.total, self.begun, now)
        self.queue.append(reply)
        self.turns.said(reply.entry)
        while len(self.queue) > _MOST_REPLIES:
            self._settle(self.queue.popleft())
        return reply

    def is_spoken(self, reply: Reply) -> None:
        """Sound of it has come, or its transcript: text that stood before it is not speech."""
        self.has_sound = True
        if reply.written and not reply.voiced:
            reply.turn, reply.written, reply.characters = ModelTurn(self.pace), False, 0

    def adopt(self, turn: ModelTurn, start_ms: float, *, generated: bool) -> None:
        """A reply of the connection before is still being played; no more of it will come.

        Args:
            turn: the reply.
            start_ms: where it starts on the playback line.
            generated: that was all of it.
        """
        reply = Reply(turn, start_ms, self.begun)
        reply.adopted, reply.over, reply.generated = True, True, generated
        if generated:
            turn.complete()
        self.queue.append(reply)
        self.turns.said(reply.entry)

    def audible(self, now: float) -> bool:
        """Whether the user hears, or is about to hear, something of the model."""
        position = self.playback.position(now)
        return any(position < reply.end_ms - _SLACK for reply in self.queue)

    def heard(self, now: float, *, lately: bool = False) -> HeardSoFar:
        """What was heard of the reply that is audible, or of the last one; changes nothing."""
        position = self.playback.position(now)
        reply = self._heard_by(position)
        return self._last if reply is None else reply.heard_so_far(position, lately=lately)

    def is_worked_out(self, now: float) -> bool:
        """Whether `heard` costs microseconds now, not milliseconds."""
        reply = self._heard_by(self.playback.position(now))
        return reply is None or reply.written or reply.turn.is_worked_out

    def to_prepare(self) -> ModelTurn | None:
        """The first that has come whole, and of which nobody has worked out what is heard of it when."""
        for reply in tuple(self.queue):  # Another thread may ask for the state.
            if reply.turn.can_prepare:
                return reply.turn
        return None

    def _heard_by(self, position_ms: float) -> Reply | None:
        """The reply that the user hears, or heard last of those in the queue."""
        audible = (reply for reply in self.queue if position_ms < reply.end_ms - _SLACK)
        return next(audible, self.queue[-1] if self.queue else None)

    def retire(self, now: float) -> bool:
        """Forget the replies of which all was played; whether there were any.

        The server may call the turn complete later, or never.
        """
        position = self.playback.position(now)
        before = len(self.queue)
        while (
            self.queue and self.queue[0].generated and self._is_over(self.queue[0], position, now)
        ):
            self._settle(self.queue.popleft())
        return len(self.queue) < before

    def _is_over(self, reply: Reply, position: float, now: float) -> bool:
        if not reply.voiced:
            return reply.end_ms <= position + _SLACK
        if position <= reply.start_ms or not self.playback.is_quiet(now, DONE_AFTER):
            return False
        self.voice.has_said(reply.turn.text, position - reply.start_ms)
        self.playback.flush(now, up_to=reply.end_ms)
        return True

    def is_voiced(self, now: float) -> None:
        """The app reports what it plays, though no sound came: it says the text by itself."""
        if self.playback.total:
            return
        if not self.queue and self._last_written is not None:
            self._last_written.entry.grow_again()
            self.queue.append(self._last_written)
        for reply in self.queue:
            if reply.written:
                self.voice.is_heard = True
                self.say(reply, reply.turn.text, now)

    def say(self, reply: Reply, text: str, now: float) -> None:
        """The app will say this text of a TEXT reply."""
        reply.voiced = reply.written
        reply.start_ms = reply.start_ms if reply.turn.received_ms else self.playback.total
        self.playback.received(self.voice.says(reply.turn, text), now)

    def takes_longer(self, excess_ms: float, now: float) -> None:
        """The app has reported more than its voice should have taken."""
        if self.queue:
            self.playback.received(self.voice.takes_longer(self.queue[-1].turn, excess_ms), now)
            self.playback.played(excess_ms, now)

    def all_generated(self) -> None:
        """Nothing more of the reply that is arriving is to come."""
        if self.arriving is not None:
            self.arriving.generated = True
            self.arriving.turn.complete()

    def turn_over(self, now: float) -> None:
        """The server is done with the reply that is arriving."""
        reply = self.arriving
        if reply is not None:
            reply.generated = reply.over = True
            reply.turn.complete()
            self.retire(now)

    def follows_another(self, now: float) -> bool:
        """Whether the last reply has just begun, and one before it is or may be in the speaker."""
        if not self.queue or now - self.queue[-1].began_at > _LEARNT_WITHIN:
            return False
        if now - self.flushed_at <= _AGAIN:
            return True
        before = len(self.queue) > 1 and self.queue[0].end_ms > self.playback.position(now) + _SLACK
        return self.is_unflushed or before

    def look(self, now: float, *, but_last: bool = False) -> CutText | None:
        """How the audible reply would be split if the user took the floor now.

        Args:
            now: in seconds.
            but_last: the reply that began last is left out.

        Returns:
            None if the model has nothing in the air.
        """
        self.retire(now)
        in_the_air = list(self.queue)[: -1 if but_last else None]
        if not in_the_air:
            return None
        position = self.playback.position(now)
        audible, *behind = in_the_air
        text = audible.turn.text
        for reply in behind:
            text += joint(text, reply.turn.text) + reply.turn.text
        last = behind[-1] if behind else audible
        return cut_text(
            text,
            audible.heard(position),
            heard_ms=audible.played_ms(position),
            received_ms=audible.turn.received_ms,
            generated=last.generated,
            all_heard=position >= last.end_ms - _SLACK,
            entry=audible.entry,
            before=audible.before,
        )

    def cut(self, now: float, *, but_last: bool = False) -> CutText | None:
        """The user takes the floor: split the audible reply, drop the rest, and empty the queue.

        Args:
            now: in seconds.
            but_last: the reply that began last goes on.

        Returns:
            None if the model had nothing in the air.
        """
        cut = self.look(now, but_last=but_last)
        last = self.queue.pop() if but_last else None
        if cut is not None:
            self.reads_aloud = cut.reads_aloud
            audible, *behind = self.queue
            self._taken = () if but_last else tuple(self.queue)
            self.is_unflushed = True
            self._last = replace(audible.heard_so_far(self.playback.position(now)), audible=False)
            audible.entry.settle(cut.heard)
            audible.turn.rest()
            for reply in behind:
                self.turns.forget(reply.entry)
            self.queue.clear()
        self.playback.flush(now, up_to=last.start_ms if last is not None else None)
        if last is not None:
            self.queue.append(last)
        return cut

    def is_sure(self) -> None:
        """The last cut was one."""
        self.is_unsure, self._taken = False, ()

    def goes_on(self, now: float) -> bool:
        """Whether what was cut last is heard to go on, and nobody has said that it was cut."""
        return self.is_unsure and bool(self._taken) and self.playback.goes_on(now)

    def take_back(self, now: float) -> None:
        """The last cut was none."""
        self.playback.take_back(now)
        self._taken[0].entry.grow_again()
        for reply in self._taken[1:]:
            self.turns.said(reply.entry)
        self.queue.extend(self._taken)
        self.is_sure()
        self.is_unflushed = False

    def drop_arriving(self, now: float) -> None:
        """Our own message cut the reply that was arriving: the server says it anew."""
        if self.arriving is not None:
            self.turns.forget(self.queue.pop().entry)
            self.playback.flush(now)
            self.retire(now)

    def learnt_before(self, rate: float | None) -> None:
        """An earlier connection had learnt the model's pace."""
        self.pace = Pace(rate)

    def _settle(self, reply: Reply) -> None:
        self._last_written = reply if reply.written else None
        reply.turn.complete()
        self._last = reply.heard_so_far(reply.end_ms)
        reply.entry.settle(reply.own_text)
