"""What has come of a reply in several pieces, as one: most of what an event costs, it costs once.

Knows when it makes no difference: more of the reply that arrives, all of it before what came earlier has
been played; and that what has come is told before the time that it is. Must not know what is done with it.
Owns nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.situation import Situation


class Speech:
    """Sound of a reply and its text, or of the user, as they came. A record for each message would cost
    more than what is done with it.

    Args:
        sample_rate: of its sound, in Hz.
    """

    __slots__ = ("pieces", "sample_rate")

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.pieces: list[Any] = []
        """Of each message when it came, in seconds; its sound; and its text, before the sound, as an event
        where more is known of it. Empty where there is none."""

    def __len__(self) -> int:
        """Messages."""
        return len(self.pieces) // 3

    def add(self, at: float, pcm: bytes, text: str | e.ModelText) -> None:
        """One more message of it has come.

        Args:
            at: when, in seconds.
            pcm: its sound; empty: it has none.
            text: its text; empty: it has none.
        """
        self.pieces += (at, pcm, text)

    def take(self, count: int) -> Speech:
        """The first so many messages, which leave it."""
        taken = Speech(self.sample_rate)
        taken.pieces = self.pieces[: 3 * count]
        del self.pieces[: 3 * count]
        return taken

    @property
    def came(self) -> list[float]:
        """When each message came, in seconds."""
        return self.pieces[::3]

    @property
    def sound(self) -> list[bytes]:
        """Of each message; empty: it has none."""
        return self.pieces[1::3]

    @property
    def text(self) -> list[str | e.ModelText]:
        """Of each message; empty: it has none."""
        return self.pieces[2::3]

    def __iter__(self) -> Iterator[e.Event]:
        """Text and sound of each message as events of their own."""
        for text, pcm in zip(self.text, self.sound, strict=True):
            if text:
                yield _event(text)
            if pcm:
                yield e.ModelAudio(pcm=pcm, sample_rate=self.sample_rate)


def _event(text: str | e.ModelText) -> e.ModelText:
    return e.ModelText(text=text) if isinstance(text, str) else text


Waiting = deque[tuple[float, e.Event | Speech]]
"""What nobody has looked at yet, each with the time at which it came, in seconds. Reports of what was
played that came while speech did stand behind it."""

Read = Callable[[Any, float, Waiting], None]
"""Puts what something means, and when it came, in seconds, behind what waits."""


def add_events(events: Iterable[e.Event], at: float, waiting: Waiting) -> None:
    """These wait, too."""
    waiting.extend((at, event) for event in events)


def add_speech(speech: Speech, at: float, waiting: Waiting) -> None:
    """More speech waits, with what waits at the end if that is speech, too.

    Args:
        speech: at least one message; nobody adds to it any more.
        at: when the first of it came, in seconds.
        waiting: behind these.
    """
    last = waiting[-1][1] if waiting else None
    if type(last) is Speech and last.sample_rate == speech.sample_rate:
        last.pieces += speech.pieces
    else:
        waiting.append((at, speech))


def speech_events(pcm: bytes, sample_rate: int, text: str | e.ModelText) -> list[e.Event]:
    """The events of one message of speech; the same arguments as for `Speech`."""
    speech = Speech(sample_rate)
    speech.add(0.0, pcm, text)
    return list(speech)


def next_of(
    talk: Situation, waiting: Waiting, *, more: bool = False
) -> tuple[float, e.Event] | None:
    """Take the next event of those that wait.

    Sound and text that follow each other are taken together, and came when the last of them did, and
    reports of what was played are taken together, too, where that leads to the same.

    Args:
        talk: the conversation, which is told the event next.
        waiting: at least one event.
        more: other events have come, which are not in it yet.

    Returns:
        None where it was nothing: only the time, and more waits behind it. Whoever asks for the next
        deadline afterwards is told it anew.
    """
    if len(waiting) > 1 or type(waiting[0][1]) is Speech:
        waiting.extendleft(_gathered(talk, waiting))
    at, event = waiting.popleft()
    if isinstance(event, Speech):
        first, *others = event.take(1)
        _leave(event, waiting)
        waiting.extendleft((at, other) for other in others)
        return at, first
    return None if isinstance(event, e.Tick) and (waiting or more) else (at, event)


def _goes_on(talk: Situation) -> bool:
    """Whether content that comes now is more of the reply that arrives, whatever the time."""
    return talk.replies.arriving is not None and not talk.utterances.spoke


def _gathered(talk: Situation, waiting: Waiting) -> list[tuple[float, e.Event]]:
    """Take what comes first and can be taken together; as few events as it can be, the last one first."""
    playback, sound, text = talk.playback, list[bytes](), list[str | e.ModelText]()
    reports: list[tuple[float, e.Played]] = []
    reported, room = 0.0, playback.unreported()
    until = playback.ends_at() - talk.options.latency_ms / 1000.0 if _goes_on(talk) else -inf
    came_at, rate = until, playback.sample_rate
    while waiting:
        at, event = waiting[0]
        if type(event) is e.Played:
            reported += event.ms + playback.ms_of(event.size)
            if reported > room or (event.size and rate != playback.sample_rate):
                break
            reports.append((at, event))
            waiting.popleft()
            continue
        if at > until:
            break
        if type(event) is Speech:
            if sound and event.sample_rate != rate:
                break
            rate = event.sample_rate
            waiting.popleft()
            limit = min(until, _first_that_counts(talk, waiting, room - reported, rate))
            if event.pieces[-3] > limit:
                rest, event = event, event.take(bisect_right(event.came, limit))
                _leave(rest, waiting)
            came_at = event.pieces[-3]
            sound += filter(None, event.sound)
            text += filter(None, event.text)
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
        came_at = waiting.popleft()[0]
    found: list[tuple[float, e.Event]] = []
    if sound:
        found.append((came_at, e.ModelAudio(pcm=_joined(sound), sample_rate=rate)))
    if text:
        found.append((came_at, _one_text(text)))
    if reports:
        at = reports[-1][0]
        found.insert(0 if at > came_at else len(found), (at, _one_report(reports, playback)))
    return found


def _first_that_counts(talk: Situation, waiting: Waiting, room: float, rate: int) -> float:
    """When the first report came, of those that wait first, for which it makes a difference what was
    received before it: seconds, or never."""
    for at, event in waiting:
        if type(event) is not e.Played:
            break
        room -= event.ms + talk.playback.ms_of(event.size)
        if room < 0.0 or (event.size and rate != talk.playback.sample_rate):
            return at
    return inf


def _leave(speech: Speech, waiting: Waiting) -> None:
    """Let what is left of it wait in front of all else but the reports that came before."""
    if not speech.pieces:
        return
    came_at, earlier = speech.pieces[0], []
    while waiting and waiting[0][0] < came_at and type(waiting[0][1]) is e.Played:
        earlier.append(waiting.popleft())
    waiting.appendleft((came_at, speech))
    waiting.extendleft(reversed(earlier))


def _one_report(reports: list[tuple[float, e.Played]], playback: Playback) -> e.Played:
    if len(reports) == 1:
        return reports[0][1]
    return e.Played(ms=sum(event.ms + playback.ms_of(event.size) for _, event in reports))


def _joined(pieces: list[bytes]) -> bytes:
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _one_text(pieces: list[str | e.ModelText]) -> e.ModelText:
    events = [_event(piece) for piece in pieces if type(piece) is not str]
    if not events:
        return e.ModelText(text="".join(pieces))  # type: ignore[arg-type]
    events = [_event(piece) for piece in pieces]
    if len(events) == 1:
        return events[0]
    return e.ModelText(
        text="".join([event.text for event in events]),
        words=tuple(word for event in events for word in event.words),
        language=next((event.language for event in reversed(events) if event.language), ""),
    )
