"""Replies that are being played when their connection ends, as values that another one can take up.

Knows what of a reply an ear needs to go on listening to it: its text, and what was made of its
sound. Must not know whether somebody takes it up, or what that means. It is for the next connection
in this process: no other machine has the speaker.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

from gemini_live_interrupt.core.events import History, Interruption
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.replies import Replies, Reply
from gemini_live_interrupt.core.wordless import Wordless
from gemini_live_interrupt.heard.model_turn import ModelTurn, WordTime
from gemini_live_interrupt.heard.sound import FRAME_MS

_RATE = 24_000
"""Hz of the silence that stands for sound of which the ear has made what it can."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sounding(Wordless):
    """One reply."""

    text: str
    """All that was received of it; of a very long one, what is about to be heard."""
    words: tuple[WordTime, ...]
    """Word times, where the server sent them."""
    ms: float
    """Length of its sound."""
    levels: str
    """How loud it was, as `ModelTurn.levels` has it, in Base64."""
    crossings: str
    """How often it crossed zero, in the same way."""
    generated: bool
    """All of it has come."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InTheAir(Wordless):
    """All of them, and the playback."""

    replies: tuple[Sounding, ...]
    """The oldest first; the first one was audible."""
    history: History
    """The turns before them."""
    position_ms: float
    """How far it was played, from the start of the first reply."""
    at: float
    """When that was so, in seconds of the clock of this process."""
    reported: bool
    """The app says how far its speaker is."""
    before: Interruption | None
    """What had been cut before the first of them."""
    planned: bool
    """The app ended the connection, or took up another before it ended."""

    @property
    def goes_on(self) -> bool:
        """Whether nothing is lost yet: the speaker goes on with all of it, as far as anybody knows.

        Where a reply was broken off, and nobody reports, it may as well be silent.
        """
        return self.planned and (self.reported or all(one.generated for one in self.replies))


def what_is_in_the_air(
    replies: Replies, now: float, *, most_history: int, planned: bool
) -> InTheAir | None:
    """The replies that are audible, if any are."""
    replies.retire(now)
    queue, playback = replies.queue, replies.playback
    if not queue or not replies.audible(now) or any(reply.written for reply in queue):
        return None
    entries = [reply.entry for reply in queue]
    history = replies.turns.recent(most_history, without=entries)
    first = queue[0]
    played_ms = max(0.0, playback.position(now) - first.start_ms)
    since_ms, since = first.turn.begin_at(played_ms)
    if since:
        # What was heard long ago of a very long reply is a turn by itself.
        history = (*history, ("model", first.turn.text[:since]))
    return InTheAir(
        replies=(
            _sounding(first, played_ms),
            *(_sounding(reply, 0.0) for reply in list(queue)[1:]),
        ),
        history=history,
        position_ms=max(0.0, played_ms - since_ms),
        at=now,
        reported=playback.source == "reported",
        before=queue[0].before,
        planned=planned,
    )


def _sounding(reply: Reply, played_ms: float) -> Sounding:
    turn = reply.turn
    since_ms, since = turn.begin_at(played_ms)
    frames = round(since_ms) // FRAME_MS
    return Sounding(
        text=turn.text[since:],
        words=_later(turn.word_times, since_ms),
        ms=turn.received_ms - since_ms,
        levels=base64.b64encode(turn.levels(frames)).decode(),
        crossings=base64.b64encode(turn.crossings(frames)).decode(),
        generated=reply.generated,
    )


def _later(words: tuple[WordTime, ...], since_ms: float) -> tuple[WordTime, ...]:
    return tuple(
        replace(word, start_ms=word.start_ms - since_ms, end_ms=word.end_ms - since_ms)
        for word in words
        if word.start_ms >= since_ms
    )


def listen_on(air: InTheAir, replies: Replies, playback: Playback) -> None:
    """Take up the replies, and the playback where it was."""
    end = 0.0
    for one in air.replies:
        turn = ModelTurn(replies.pace)
        turn.add_text(one.text, one.words)
        turn.add_audio(
            bytes(2 * round(one.ms * _RATE / 1000.0)),
            _RATE,
            base64.b64decode(one.levels),
            base64.b64decode(one.crossings),
        )
        replies.adopt(turn, end, generated=one.generated)
        end += turn.received_ms
    replies.queue[0].before = air.before
    playback.take_up(end, air.position_ms, air.at, reported=air.reported)
