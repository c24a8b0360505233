"""One session's record as it grows: what the shells hand over, and the lines it becomes.

Knows what is written of each thing, and when a call had trouble. Must not know files or threads: the
shells call `saw` and its like, which only note a reference; `writing.py` calls `take`, in a thread of
its own, and gets lines. What waits is bounded: what came while nothing was taken for too long is
counted, and missing.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.acknowledgements import few_words
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.replies import Reply
from gemini_live_interrupt.core.situation import Floor, Situation
from gemini_live_interrupt.record.call_sound import CallSound, Played
from gemini_live_interrupt.record.lines import Header, header_line, other_line, record_line
from gemini_live_interrupt.record.messages import plain_message
from gemini_live_interrupt.record.plain import Said, as_it_is
from gemini_live_interrupt.record.secrets import digest, scrubbed
from gemini_live_interrupt.record.sound import loudness_of_microphone, written
from gemini_live_interrupt.record.stand_ins import StandIns
from gemini_live_interrupt.saying import text_of
from gemini_live_interrupt.saying import what as what_of

MOST_WAITING = 20_000
"""Things that may wait to be taken: minutes of a busy call."""
TROUBLE_NOTICES = frozenset({"gave up", "stalled", "notes off"})
FINE_OUTCOMES = frozenset({"resumed", "answered"})


class Recorder:
    """The record of one session; a `core.conversation.Watcher` of its conversation.

    Args:
        header: its first line.
        said: what becomes of words; None: as `header.words` has it.

    >>> recorder = Recorder(Header(session="example", began=0.0, clock=100))
    >>> recorder.noticed("a cat", 101.5, colour="black")
    >>> recorder.take(10)[1:]
    ['{"t":1.5,"noticed":"a cat","colour":"black"}']
    """

    def __init__(self, header: Header, *, said: Said | None = None) -> None:
        self.header = header
        self._said = said or (as_it_is if header.words else StandIns())
        self._waiting: deque[tuple[float, str, Any, Any]] = deque()
        self._lost = 0
        self._is_full = False
        """As of the last thing that the core did."""
        self._begun = False
        self._floor = Floor.QUIET
        self._reply: Reply | None = None
        self._listened = 0
        """10 ms of that reply which are in the record."""
        self.sound = CallSound() if header.sound else None
        """What becomes of the call's sound."""
        self.listens = header.sound
        self.latest = 0.0
        """`t` of the latest thing that was taken."""
        self.handles: set[str] = set()
        """Digests of the handles by which the session can be resumed."""
        self.is_closed = False
        """The session is over: nothing is added any more."""
        self.had_trouble = False
        """As far as lines were taken: an outcome other than resumed or answered, a give-up, a stall,
        notes switched off, or an error."""

    # --- what happens; called by the core and its shell, also on the host's path

    def saw(
        self,
        talk: Situation,
        event: e.Event,
        now: float,
        commands: Sequence[e.Command],
        heard_ms: float,
    ) -> None:
        """The core was told something, and answered (`core.conversation.Watcher`)."""
        if isinstance(event, e.ModelAudio):  # To keep the sound would be the most of the cost.
            self._add(now, "audio", (len(event.pcm), event.sample_rate), self._heard(talk))
        else:
            self._add(now, "event", event)
        if self.sound is not None:
            playback = talk.playback
            played = Played(
                before=heard_ms,
                after=playback.position(now),
                received=playback.total,
                reported=playback.source == "reported",
            )
            self._add(now, "sound", event, played)
        self._answered(talk, now, commands)

    def resumed(
        self, talk: Situation, carried: Carried, now: float, commands: Sequence[e.Command]
    ) -> None:
        """The core took over what an earlier connection had left (`core.conversation.Watcher`)."""
        self._add(now, "resume", carried)
        self._answered(talk, now, commands)

    def _answered(self, talk: Situation, now: float, commands: Sequence[e.Command]) -> None:
        floor = talk.floor
        if floor is not self._floor:
            self._floor = floor
            self._add(now, "floor", floor.value)
        for command in commands:
            self._add(now, "command", command)

    def _heard(self, talk: Situation) -> tuple[bytes, bytes]:
        """What the ear has made of the model's sound since the last call: levels and crossings."""
        reply = talk.replies.arriving
        if reply is None:
            return b"", b""
        if reply is not self._reply:
            self._reply, self._listened = reply, 0
        start = self._listened
        levels, crossings = reply.turn.levels(start), reply.turn.crossings(start)
        self._listened += len(levels)
        return levels, crossings

    def message(self, message: Any, content: dict[str, Any] | None, now: float) -> None:
        """A message of the service came. On the host's path: one more thing that waits.

        Args:
            message: written later, so the app must not have changed it by then.
            content: the fields of its `server_content` as they are now, since apps do change those.
            now: when.
        """
        if self._is_full or self.is_closed:
            self._add(now, "message", message, content)
        else:
            self._waiting.append((now, "message", message, content))

    def handle_came(self, handle: str) -> None:
        """The server named a handle by which the session can be resumed."""
        self.handles.add(digest(handle))

    def noticed(self, what: str, now: float, **more: Any) -> None:
        """The shell noticed something that is neither: say that a builder of the app failed.

        Args:
            what: in a few fixed words.
            now: when.
            **more: plain values; texts in them are capped, and secrets taken out.
        """
        self._add(now, "noticed", what, more)

    def failed(self, what: str, error: BaseException, now: float) -> None:
        """Something failed in the host or in its shell, which is trouble.

        Args:
            what: in a few fixed words.
            error: how.
            now: when.
        """
        # An error of the app's may quote what was said, as the log has to reckon with, too.
        whole = f"{type(error).__name__}: {text_of(error)}"
        self.noticed(what, now, error=whole if self.header.words else what_of(error), trouble=True)

    def close(self, now: float) -> None:
        """The session is over."""
        if not self.is_closed:
            self._add(now, "end", "closed")
            self.is_closed = True

    def abandon(self) -> None:
        """Nobody has the session any more, and nobody has closed it."""
        self._waiting.append((self.header.clock + self.latest, "end", "abandoned", None))
        self.is_closed = True

    def _add(self, now: float, kind: str, what: Any, more: Any = None) -> None:
        if self.is_closed:
            return
        self._is_full = len(self._waiting) >= MOST_WAITING
        if self._is_full:
            self._lost += 1
            return
        if self._lost:
            lost, self._lost = self._lost, 0
            self._waiting.append((now, "lost", lost, None))
        self._waiting.append((now, kind, what, more))

    # --- what is written; called by one thread

    @property
    def waits(self) -> bool:
        """Whether anything waits to be taken."""
        return bool(self._waiting) or not self._begun

    def take(self, most: int) -> list[str]:
        """The lines of at most so many things that wait."""
        lines = []
        if not self._begun:
            self._begun = True
            lines.append(header_line(self.header))
        for _ in range(most):
            if not self._waiting:
                break
            now, kind, what, more = self._waiting.popleft()
            t = now - self.header.clock
            self.latest = max(self.latest, t)
            if kind == "sound":
                if self.sound is not None:
                    self.sound.saw(what, t, more)
                continue
            lines.append(self._line(t, kind, what, more))
        return lines

    def _line(self, t: float, kind: str, what: Any, more: Any) -> str:
        try:
            if kind in ("event", "command", "resume"):
                self.had_trouble = self.had_trouble or is_trouble(what)
                is_users = isinstance(what, (e.UserWords, e.UserTyped))
                said = self._said_by_user if is_users else self._said
                return record_line(kind, what, t, said, **self._loudness(what))
            if kind == "audio":
                return _audio_line(t, *what, *more)
            if kind == "message":
                return other_line(kind, plain_message(what, self._said, more), t)
            if kind == "noticed":
                self.had_trouble = self.had_trouble or bool(more.get("trouble"))
                return other_line(kind, what, t, **{key: _capped(one) for key, one in more.items()})
            return other_line(kind, what, t)
        except Exception as error:  # A strange value must not end the record.
            return other_line("noticed", "unwritable", t, what=kind, error=scrubbed(repr(error)))

    def _said_by_user(self, text: str) -> str:
        """ "Mm-hm" and "stop" are no secret, and the core goes by them."""
        few = few_words(text)
        return text[:few] + self._said(text[few:])

    @staticmethod
    def _loudness(what: Any) -> dict[str, Any]:
        if isinstance(what, e.UserAudio):
            return {"peaks": loudness_of_microphone(what.pcm, what.sample_rate)}
        return {}


def _audio_line(t: float, size: int, rate: int, levels: bytes, crossings: bytes) -> str:
    sound: dict[str, Any] = {"pcm": size}
    if levels:
        sound |= {"levels": written(levels), "crossings": written(crossings)}
    return record_line("event", e.ModelAudio(pcm=b"", sample_rate=rate), t, **sound)


def is_trouble(record: Any) -> bool:
    """Whether an event or command tells of a call that somebody may ask about."""
    if isinstance(record, e.Announce):
        return record.notice.kind in TROUBLE_NOTICES
    if isinstance(record, e.Conclude):
        return record.outcome.kind not in FINE_OUTCOMES
    if isinstance(record, e.Log):
        return record.level == "WARNING"
    if isinstance(record, e.NoteFailed):
        return not record.gone
    return isinstance(record, e.Disconnected) and not record.wanted


def _capped(value: Any) -> Any:
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (bool, int, float)) else None
