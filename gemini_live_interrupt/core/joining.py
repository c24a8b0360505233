"""What has come of a reply in several pieces, as one: most of what an event costs, it costs once.

Knows when it makes no difference: more of the reply that arrives, all of it before what came earlier has
been played; and that what has come is told before the time that it is. Must not know what is done with it.
Owns nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Situation


class Speech:
    """Sound of a reply and its text, as they came. A record for each message would cost more than what
    is done with it."""

    __slots__ = ("came", "pieces", "sample_rate")

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        """Hz."""
        self.came: list[float] = []
        """When each piece came, in seconds."""
        self.pieces: list[bytes | e.ModelText] = []

    def __iter__(self) -> Iterator[e.Event]:
        """Each piece as an event of its own."""
        return map(self._event, self.pieces)

    def _event(self, piece: bytes | e.ModelText) -> e.Event:
        if isinstance(piece, bytes):
            return e.ModelAudio(pcm=piece, sample_rate=self.sample_rate)
        return piece


Waiting = deque[tuple[float, e.Event | Speech]]
"""What nobody has looked at yet, each with the time at which it came, in seconds."""

Read = Callable[[Any, float, Waiting], None]
"""Puts what something means, and when it came, in seconds, behind what waits."""


def add_events(events: Iterable[e.Event], at: float, waiting: Waiting) -> None:
    """These wait, too."""
    waiting.extend((at, event) for event in events)


def add_speech(
    waiting: Waiting, at: float, pcm: bytes, sample_rate: int, text: e.ModelText | None
) -> None:
    """One more message of speech waits.

    Args:
        waiting: behind these.
        at: when it came, in seconds.
        pcm: its sound.
        sample_rate: in Hz.
        text: its text, if it has any.
    """
    last = waiting[-1][1] if waiting else None
    if type(last) is not Speech or last.sample_rate != sample_rate:
        last = Speech(sample_rate)
        waiting.append((at, last))
    if text is not None:
        last.came.append(at)
        last.pieces.append(text)
    last.came.append(at)
    last.pieces.append(pcm)


def next_of(
    talk: Situation, waiting: Waiting, *, more: bool = False
) -> tuple[float, e.Event] | None:
    """Take the next event of those that wait.

    Sound and text that follow each other are taken together, and came when the last of them did, where
    that leads to the same.

    Args:
        talk: the conversation, which is told the event next.
        waiting: at least one event.
        more: other events have come, which are not in it yet.

    Returns:
        None where it was nothing: only the time, and more waits behind it. Whoever asks for the next
        deadline afterwards is told it anew.
    """
    if _goes_on(talk):
        until = talk.playback.ends_at() - talk.options.latency_ms / 1000.0
        at, rate, sound, text = _gathered(waiting, until)
        if sound:
            waiting.appendleft((at, e.ModelAudio(pcm=_joined(sound), sample_rate=rate)))
        if text:
            waiting.appendleft((at, _one_text(text)))
    at, event = waiting.popleft()
    if isinstance(event, Speech):
        return at, _first(event, waiting)
    return None if isinstance(event, e.Tick) and (waiting or more) else (at, event)


def _goes_on(talk: Situation) -> bool:
    """Whether content that comes now is more of the reply that arrives, whatever the time."""
    return talk.replies.arriving is not None and not talk.utterances.spoke


def _gathered(waiting: Waiting, until: float) -> tuple[float, int, list[bytes], list[e.ModelText]]:
    """Take the sound, its rate, and the text with which it begins, and say when the last of it came."""
    sound: list[bytes] = []
    text: list[e.ModelText] = []
    at, rate = until, 0
    while waiting and waiting[0][0] <= until:
        event = waiting[0][1]
        if type(event) is Speech:
            if sound and event.sample_rate != rate:
                break
            rate, count = event.sample_rate, bisect_right(event.came, until)
            at = event.came[count - 1]
            for piece in event.pieces[:count]:
                (sound if type(piece) is bytes else text).append(piece)  # type: ignore[arg-type]
            waiting.popleft()
            _leave(event, count, waiting)
            continue
        if type(event) is e.ModelAudio:
            if len(event.pcm) < 2 or event.levels is not None:
                break
            if sound and event.sample_rate != rate:
                break
            rate = event.sample_rate
            sound.append(event.pcm)
        elif type(event) is e.ModelText:
            if event.written or not event.text:
                break
            text.append(event)
        else:
            break
        at = waiting.popleft()[0]
    return at, rate, sound, text


def _first(speech: Speech, waiting: Waiting) -> e.Event:
    """The first piece; what is left waits."""
    first = next(iter(speech))
    _leave(speech, 1, waiting)
    return first


def _leave(speech: Speech, count: int, waiting: Waiting) -> None:
    """Let what is behind the first so many pieces wait in front of all else."""
    del speech.came[:count], speech.pieces[:count]
    if speech.came:
        waiting.appendleft((speech.came[0], speech))


def _joined(pieces: list[bytes]) -> bytes:
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _one_text(pieces: list[e.ModelText]) -> e.ModelText:
    if len(pieces) == 1:
        return pieces[0]
    return e.ModelText(
        text="".join([piece.text for piece in pieces]),
        words=tuple(word for piece in pieces for word in piece.words),
        language=next((piece.language for piece in reversed(pieces) if piece.language), ""),
    )
