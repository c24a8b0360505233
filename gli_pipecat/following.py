"""One conversation as its frames tell it: generated, played, cut, and handed on as it is heard.

Knows what each kind of frame means to the core, which reply it belongs to, and what of it goes on.
Must not know where in a pipeline the frames were seen, how it is known what was heard, how commands
are carried out, or timers: it gathers the core's commands, and says when it wants to be looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.situation import Floor
from gli_pipecat.downstream import Downstream
from gli_pipecat.hearing import Hearing
from gli_pipecat.spoken import Spoken, SpokenWords
from gli_pipecat.trail import Cargo, Sound, Words
from gli_pipecat.user_side import UserSide

LOOK_EVERY = 0.08
"""Seconds between looks at what was heard, while something is audible. A look costs at most a few
ms while a reply arrives, and nothing measurable afterwards."""


class Following:
    """Follows one conversation.

    Args:
        talk: The core.
        down: Where words go on.
        hearing: What was heard.
        wake: Called when there are commands (None), or with when to look again, in seconds.
    """

    def __init__(
        self,
        talk: Conversation,
        down: Downstream,
        hearing: Hearing,
        wake: Callable[[float | None], None],
    ) -> None:
        self.talk = talk
        self.todo: deque[e.Command] = deque()
        """Commands of the core, to be carried out in order."""
        self.broken_off = False
        """The connection was lost in a reply, of which the transport still has some."""
        self.user = UserSide()
        self.acknowledged: deque[str] = deque()
        """What the user had said over replies, where that only acknowledged them."""
        self._down = down
        self._hearing = hearing
        self._wake = wake
        self._spoken = SpokenWords()
        self._stale_response = False

    def apply(self, event: e.Event, now: float) -> None:
        """Tell the core something."""
        self.gather(self.talk.apply(event, now))

    def gather(self, commands: list[e.Command]) -> None:
        """Keep commands until they are carried out."""
        for command in commands:
            if isinstance(command, e.BuildNote):
                self.user.had_heard(command.interruption.heard)
            elif isinstance(command, e.Conclude):
                self._is_answered(is_over=True)
        self.todo.extend(commands)
        deadline = self.talk.deadline()
        if commands or deadline is not None:
            self._wake(None if commands else deadline)

    # --- what the llm makes; False: it comes too late, and nobody may get it

    def _arriving(self) -> Spoken | None:
        """The reply that content belongs to now; None if it is nobody's."""
        reply = self.talk.replies.arriving
        if reply is None:
            return None
        self._stale_response = False
        last, spoken = self._spoken.last, self._spoken.of(reply)
        if spoken is not last:
            self._is_answered(is_over=False)
        return spoken

    def _begins(self, now: float) -> None:
        """Content is about to be told to the core."""
        if self.broken_off:
            # It comes from a new session: what the old one had begun to say is over.
            self.broken_off = False
            self.apply(e.TurnComplete(), now)

    def audio(self, frame: TTSAudioRawFrame, now: float) -> bool:
        """The model made sound."""
        self._begins(now)
        start = self.talk.playback.total
        self.apply(e.ModelAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now)
        spoken = self._arriving()
        if spoken is None:
            return False
        ms = self.talk.playback.total - start
        self._hearing.trail.load(frame, Cargo(sounds=[Sound(spoken=spoken, start_ms=start, ms=ms)]))
        if self.talk.playback.source == "clock":
            self.apply(e.Played(ms=0.0), now)  # From now on we say what was played.
        self._wake(now + LOOK_EVERY)
        return True

    async def text(self, frame: TTSTextFrame, now: float) -> bool:
        """The model said something."""
        self._begins(now)
        arriving = self.talk.replies.arriving
        start = len(arriving.turn.text) if arriving is not None else 0
        self.apply(e.ModelText(text=frame.text), now)
        spoken = self._arriving()
        if spoken is None:
            return False
        if spoken.reply is not arriving:
            start = 0
        words = Words(spoken=spoken, start=start, end=len(spoken.reply.turn.text))
        spoken.wording.made(words.start, words.end)
        self._hearing.trail.load(frame, Cargo(words=words))
        self._down.message("bot-received", reply=spoken.number, text=frame.text)
        await self._down.flush()
        return True

    def same_text(self, frame: LLMTextFrame, now: float) -> bool:
        """The text of the next `text` once more, for RTVI clients."""
        if self.talk.is_late(now):
            return False
        self._hearing.trail.load(frame, Cargo())
        return True

    def response_begins(self, frame: Frame, now: float) -> bool:
        """Pipecat starts a response: perhaps only the rest of one that was cut."""
        if self.talk.is_late(now):
            self._stale_response = True
            return False
        self._hearing.trail.load(frame, Cargo())
        return True

    def sound_stops(self, frame: Frame) -> bool:
        """Pipecat says that the sound of a response has ended."""
        if self._stale_response:
            return False
        self._hearing.trail.load(frame, Cargo(ends=self._arriving()))
        return True

    def response_ends(self, frame: Frame, now: float) -> bool:
        """Pipecat ends a response."""
        spoken = self._arriving()
        self.apply(e.TurnComplete(), now)
        is_stale, self._stale_response = self._stale_response, False
        if spoken is None and is_stale:
            return False
        self._hearing.trail.load(frame, Cargo(ends=spoken))
        return True

    # --- the user, and the cut

    async def words(self, text: str, now: float) -> bool:
        """The user said something.

        Returns:
            Whether they said it over a reply that the server takes for said: it calls nothing
            interrupted then, so somebody else must.
        """
        self._report_playback(now)
        was_replying = self.talk.floor is Floor.REPLYING
        if was_replying:
            await self.hand_on(now)
        # Pipecat groups the words by sentence; each is final.
        self.apply(e.UserWords(text=text, finished=True), now)
        is_cut = was_replying and self.talk.floor is Floor.CUT
        if is_cut:
            self._after_cut(now, is_new=True)
        self.user.says(text, now)
        return is_cut

    def typed(self, text: str, now: float) -> None:
        """The user has sent a text."""
        if self.user.types(text, now):
            self.apply(e.UserTyped(text=text), now)

    def _is_answered(self, *, is_over: bool) -> None:
        text = self.user.is_answered(is_over=is_over)
        if text:
            self.acknowledged.append(text)
            self._wake(None)

    def user_started(self, now: float) -> None:
        """Pipecat's turn detection, or the application: the user speaks."""
        self.user.speaks = True
        # While the model is audible, an interruption frame decides whether it is one.
        if self.talk.floor is not Floor.REPLYING:
            self._tell(self.user.tells_start(), now)

    def user_stopped(self, now: float) -> None:
        """The same: the user has finished."""
        self._tell(self.user.tells_stop(), now)

    def _tell(self, event: e.Activity | None, now: float) -> None:
        if event is not None:
            self.apply(event, now)

    async def cut_locally(self, now: float) -> None:
        """Pipecat drops what it had queued; the server may go on for a while, or for good."""
        is_heard = self.talk.speaking.now(now)
        await self.cut(self.user.interrupts(now, is_heard=is_heard), now)

    async def cut(self, event: e.Interrupted | e.Flushed, now: float) -> None:
        """The reply was cut, if there is one."""
        self._hand_on(now, is_cut=True)
        was_replying = self.talk.floor is Floor.REPLYING
        self.apply(event, now)
        self._after_cut(now, is_new=was_replying)
        await self._down.flush()

    def _after_cut(self, now: float, *, is_new: bool) -> None:
        if self.talk.floor is Floor.REPLYING:
            return
        spoken = self._spoken.current
        if spoken is not None:
            self._down.message("bot-cut", reply=spoken.number)
        self._spoken.cut()
        self._hearing.forget()
        self.broken_off = False
        if is_new:
            self.user.interrupted(now)
        self._tell(self.user.tells_start(), now)

    # --- what was heard

    def heard(self, now: float) -> e.HeardSoFar:
        """What was heard by now."""
        self._report_playback(now)
        return self.talk.heard(now, lately=True)

    def owns(self, spoken: Spoken) -> bool:
        """Whether a reply is of this conversation."""
        return spoken.among is self._spoken

    def _report_playback(self, now: float) -> None:
        """Tell the core how far the newest reply was heard of which any sound has come out."""
        for spoken in self._spoken.newest_first:
            position = self._heard_ms(spoken, now)
            if position is not None:
                self._played_to(position, now)
                return

    def _report_over(self, now: float) -> None:
        """Tell the core of a reply that is over: what of it was lost will not be heard."""
        spoken = self._spoken.last
        if spoken is not None and spoken.is_over:
            self._played_to(spoken.reply.end_ms, now)

    def _played_to(self, position: float, now: float) -> None:
        news = position - self.talk.playback.position(now)
        if news > 0.0 and self.talk.playback.source != "clock":
            self.apply(e.Played(ms=news), now)

    def _heard_ms(self, spoken: Spoken, now: float) -> float | None:
        if spoken.is_over:
            return spoken.reply.end_ms
        progress = self._hearing.progress(spoken, now)
        return progress.heard_ms if progress is not None else None

    def _passed_ms(self, spoken: Spoken, now: float) -> float:
        """How far a reply is for the context: what was lost is passed over, as Pipecat does."""
        progress = self._hearing.progress(spoken, now)
        return progress.passed_ms if progress is not None else spoken.reply.start_ms

    def _hand_on(self, now: float, *, is_cut: bool = False) -> None:
        self._report_playback(now)
        reached = lambda spoken: self._passed_ms(spoken, now)  # noqa: E731
        for spoken, text in self._spoken.news(reached, is_cut=is_cut):
            self._down.words(spoken, text, now)
        self._report_over(now)

    async def hand_on(self, now: float) -> None:
        """Push the words that were heard since the last call."""
        self._hand_on(now)
        await self._down.flush()

    async def sound_moved(self, now: float) -> None:
        """The output took sound: perhaps nearly all of a reply, whose last words go on then."""
        spoken = self._spoken.current
        if spoken is None or not spoken.reply.generated or spoken.wording.is_told:
            return
        if self._hearing.is_nearly_over(spoken, now):
            self._tell_rest(spoken, now)
            await self._down.flush()

    def _tell_rest(self, spoken: Spoken, now: float) -> None:
        text = spoken.rest()
        if text:
            self._down.words(spoken, text, now)

    def _is_over(self, spoken: Spoken, now: float) -> bool:
        """Whether nothing more of a reply will be heard; then its last words go on."""
        if not spoken.is_over:
            if self._hearing.waits(spoken, now):
                return False
            for one in (*self._spoken.before(spoken), spoken):
                one.is_over = True
                one.wording.close()
            self._hand_on(now)
        return True

    # --- what ends a reply comes by; False: it waits

    async def passes_end(self, frame: Frame, spoken: Spoken, now: float) -> bool:
        """Pipecat ends a reply or its sound: all words come before."""
        self._hand_on(now)
        if not self._is_over(spoken, now):
            self._down.hold(frame, spoken)
            self._wake(now + LOOK_EVERY)
            return False
        return True

    async def passes_bot_stopped(self, frame: BotStoppedSpeakingFrame, now: float) -> bool:
        """The output says that the bot is silent: perhaps only because it has taken all there was."""
        self._hand_on(now)
        stopped = (one for one in self._spoken.newest_first if self._hearing.has_come_out(one))
        spoken = next(stopped, None)
        if spoken is None or not spoken.reply.generated:
            return True
        if self._hearing.waits(spoken, now):
            self._down.hold(frame, spoken)
            self._wake(now + LOOK_EVERY)
            return False
        for one in (*self._spoken.before(spoken), spoken):
            self._tell_rest(one, now)
        return True

    async def close(self, now: float) -> None:
        """The call ends: what came out of the output was heard, and what waits may go."""
        for spoken in reversed(self._spoken.newest_first):
            self._tell_rest(spoken, now)

    # --- time, and connections

    async def look(self, now: float) -> None:
        """Time has passed."""
        self._hand_on(now)
        self._down.release(lambda spoken: not self.owns(spoken) or self._is_over(spoken, now), now)
        await self._down.flush()
        deadline = self.talk.deadline()
        if deadline is not None and deadline <= now:
            self.apply(e.Tick(), now)
        if self.broken_off and not self.talk.replies.audible(now):
            # All that the lost connection had brought was heard, in the middle of a reply.
            await self.cut(e.Flushed(cause="connection"), now)
            self._down.close()
            await self._down.flush()

    def next_look(self, now: float) -> float | None:
        """When `look` should be called next, in seconds."""
        deadline = self.talk.deadline()
        if self._spoken.current is None and not self._down.holds:
            return deadline
        soon = now + LOOK_EVERY
        return soon if deadline is None else min(soon, deadline)

    def reconnected(self) -> None:
        """The conversation goes on in another session; what is in the transport plays on."""
        if self.talk.replies.arriving is not None:
            self.broken_off = True

    def begin_again(self, talk: Conversation, now: float) -> None:
        """Go on with another core, which takes over what the one before knew."""
        carried = self.talk.carry(now)
        self.talk = talk
        self._spoken.cut()
        self._hearing.forget()
        self._hearing.flush()
        self.broken_off = False
        self.gather(talk.resume(carried, now))
