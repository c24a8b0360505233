"""One conversation as its frames tell it: generated, played, cut, and handed on as it is heard.

Knows what each kind of frame means to the core, which reply it belongs to, and what of it goes on.
Must not know where in a pipeline the frames were seen, how commands are carried out, or timers: it
gathers the core's commands, and says when it wants to be looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pipecat.frames.frames import Frame, LLMTextFrame, TTSAudioRawFrame, TTSTextFrame

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.situation import Floor
from gli_pipecat.downstream import Downstream
from gli_pipecat.notes import OURS
from gli_pipecat.playout import Playout
from gli_pipecat.spoken import Spoken, SpokenWords

LOOK_EVERY = 0.08
"""Seconds between looks at what was heard, while something is audible. A look costs at most a few
ms while a reply arrives, and nothing measurable afterwards."""
_STALE = object()
"""In `Frame.metadata`: of a reply that was cut; else a `Spoken` tells whose a frame is."""


def is_stale(frame: Frame) -> bool:
    """Whether a frame belongs to a reply that was cut."""
    return frame.metadata.get(OURS) is _STALE


class Following:
    """Follows one conversation.

    Args:
        talk: The core.
        down: Where words go on.
        latency_ms: How much later than the transport takes audio the user hears it, now.
        wake: Called when there are commands (None), or with when to look again, in seconds.
    """

    def __init__(
        self,
        talk: Conversation,
        down: Downstream,
        latency_ms: Callable[[], float],
        wake: Callable[[float | None], None],
    ) -> None:
        self.talk = talk
        self.todo: deque[e.Command] = deque()
        """Commands of the core, to be carried out in order."""
        self.broken_off = False
        """The connection was lost in a reply, of which the transport still has some."""
        self.user_speaks = False
        """By Pipecat's own voice detection."""
        self._down = down
        self._latency_ms = latency_ms
        self._wake = wake
        self._playout = Playout()
        self._spoken = SpokenWords()
        self._stale_response = False
        self._user_said = False

    def apply(self, event: e.Event, now: float) -> None:
        """Tell the core something."""
        self.gather(self.talk.apply(event, now))

    def gather(self, commands: list[e.Command]) -> None:
        """Keep commands until they are carried out."""
        self.todo.extend(commands)
        deadline = self.talk.deadline()
        if commands or deadline is not None:
            self._wake(None if commands else deadline)

    # --- what the llm makes

    def _arriving(self) -> Spoken | None:
        """The reply that content belongs to now; None if it is nobody's."""
        reply = self.talk.replies.arriving
        if reply is None:
            return None
        self._stale_response = False
        return self._spoken.of(reply)

    def _begins(self, now: float) -> None:
        """Content is about to be told to the core."""
        if self.broken_off:
            # It comes from a new session: what the old one had begun to say is over.
            self.broken_off = False
            self.apply(e.TurnComplete(), now)

    def audio(self, frame: TTSAudioRawFrame, now: float) -> None:
        """The model made sound; of a reply that was cut, it is taken out of the frame."""
        self._begins(now)
        before = self.talk.playback.total
        self.apply(e.ModelAudio(pcm=frame.audio, sample_rate=frame.sample_rate), now)
        if self._arriving() is None:
            frame.audio, frame.num_frames = b"", 0
            return
        self._playout.received(self.talk.playback.total - before, now)
        if self.talk.playback.source == "clock":
            self.apply(e.Played(ms=0.0), now)  # From now on we say what was played.
        self._wake(now + LOOK_EVERY)

    async def text(self, frame: TTSTextFrame, now: float) -> None:
        """The model said something; of a reply that was cut, it is taken out of the frame."""
        self._begins(now)
        self.apply(e.ModelText(text=frame.text), now)
        spoken = self._arriving()
        frame.metadata[OURS] = spoken or _STALE
        if spoken is None:
            frame.text = ""
        else:
            self._down.message("bot-received", reply=spoken.number, text=frame.text)
            await self._down.flush()

    def same_text(self, frame: LLMTextFrame, now: float) -> None:
        """The text of the next `text` once more, for RTVI clients."""
        if self.talk.is_late(now):
            frame.text = ""

    def response_begins(self, frame: Frame, now: float) -> None:
        """Pipecat starts a response: perhaps only the rest of one that was cut."""
        if self.talk.is_late(now):
            self._stale_response = True
            frame.metadata[OURS] = _STALE

    def sound_stops(self, frame: Frame) -> None:
        """Pipecat says that the sound of a response has ended."""
        if self._stale_response:
            frame.metadata[OURS] = _STALE

    def response_ends(self, frame: Frame, now: float) -> None:
        """Pipecat ends a response."""
        spoken = self._arriving()
        self.apply(e.TurnComplete(), now)
        if spoken is not None:
            frame.metadata[OURS] = spoken
        elif self._stale_response:
            frame.metadata[OURS] = _STALE
        self._stale_response = False

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
            self._after_cut(now)
        return is_cut

    def user_started(self, now: float) -> None:
        """Pipecat's turn detection: the user speaks."""
        self.user_speaks = True
        # While the model is audible, an interruption frame decides whether it is one.
        if self.talk.floor is not Floor.REPLYING:
            self._tell_speech(now)

    def user_stopped(self, now: float) -> None:
        """Pipecat's turn detection: the user has finished."""
        self.user_speaks = False
        if self._user_said:
            self._user_said = False
            self.apply(e.Activity(started=False), now)

    def _tell_speech(self, now: float) -> None:
        if self.user_speaks and not self._user_said:
            self._user_said = True
            self.apply(e.Activity(started=True), now)

    async def cut_locally(self, now: float) -> None:
        """Pipecat drops what it had queued; the server may go on for a while, or for good."""
        cause: e.Cause = "speech" if self.user_speaks else "app"
        await self.cut(e.Flushed(drops_rest=True, cause=cause), now)

    async def cut(self, event: e.Interrupted | e.Flushed, now: float) -> None:
        """The reply was cut, if there is one."""
        self._report_playback(now)
        await self.hand_on(now)
        self.apply(event, now)
        self._after_cut(now)
        await self._down.flush()

    def _after_cut(self, now: float) -> None:
        if self.talk.floor is Floor.REPLYING:
            return
        spoken = self._spoken.current
        if spoken is not None:
            self._down.message("bot-cut", reply=spoken.number)
        self._spoken.cut()
        self._playout.flush(now)
        self.broken_off = False
        self._tell_speech(now)

    # --- what was heard

    def taken(self, frame: TTSAudioRawFrame, now: float) -> None:
        """The transport took a chunk; one that was being written at a cut counts for nothing."""
        if self.talk.floor is Floor.REPLYING:
            samples = len(frame.audio) / (2 * max(1, frame.num_channels))
            self._playout.taken(samples / max(1, frame.sample_rate) * 1000.0, now)

    def _report_playback(self, now: float) -> None:
        if self.talk.playback.source == "clock":
            return
        position = self._playout.position(now, self._latency_ms())
        news = position - self.talk.playback.position(now)
        if news > 0.0:
            self.apply(e.Played(ms=news), now)

    async def hand_on(self, now: float) -> None:
        """Push the words that were heard since the last call."""
        self._report_playback(now)
        for spoken, text in self._spoken.news(self.talk.playback.position(now)):
            self._down.words(spoken, text)
        ending = self._down.ending
        if ending is not None and not self._spoken.holds(ending):
            self._down.release_end()
        await self._down.flush()

    async def passes_end(self, frame: Frame, now: float) -> bool:
        """Whether the end of a response may pass; it waits until all of it was heard."""
        if is_stale(frame):
            return False
        await self.hand_on(now)
        mark = frame.metadata.get(OURS)
        if isinstance(mark, Spoken) and self._spoken.holds(mark):
            self._down.hold_end(frame, mark)
            self._wake(now + LOOK_EVERY)
            return False
        self._down.ended()
        return True

    async def close_response(self, now: float) -> None:
        """Something else follows: let the end that was held go first."""
        if self._down.ending is not None:
            await self.hand_on(now)
            self._down.release_end()
            await self._down.flush()

    # --- time, and connections

    async def look(self, now: float) -> None:
        """Time has passed."""
        await self.hand_on(now)
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
        if self._spoken.current is None and self._down.ending is None:
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
        self._playout = Playout()
        self.broken_off = False
        self.gather(talk.resume(carried, now))
