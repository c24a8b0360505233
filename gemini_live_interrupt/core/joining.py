"""What has come of a reply in several pieces, as one: most of what an event costs, it costs once.

Knows when it makes no difference: more of the reply that arrives, all of it before what came earlier has
been played; and that what has come is told before the time that it is. Must not know what is done with it.
Owns nothing.
"""

from __future__ import annotations

from collections import deque

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Situation

Waiting = deque[tuple[float, e.Event]]
"""Events that nobody has looked at yet, each with the time at which it came, in seconds."""


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
    if len(waiting) > 1 and _goes_on(talk):
        until = talk.playback.ends_at() - talk.options.latency_ms / 1000.0
        at, sound, text = _gathered(waiting, until)
        if sound:
            waiting.appendleft((at, _one_sound(sound)))
        if text:
            waiting.appendleft((at, _one_text(text)))
    at, event = waiting.popleft()
    return None if isinstance(event, e.Tick) and (waiting or more) else (at, event)


def _goes_on(talk: Situation) -> bool:
    """Whether content that comes now is more of the reply that arrives, whatever the time."""
    return talk.replies.arriving is not None and not talk.utterances.spoke


def _gathered(
    waiting: Waiting, until: float
) -> tuple[float, list[e.ModelAudio], list[e.ModelText]]:
    """Take the sound and the text with which it begins, and say when the last of it came."""
    sound: list[e.ModelAudio] = []
    text: list[e.ModelText] = []
    at = until
    while waiting and waiting[0][0] <= until:
        event = waiting[0][1]
        if type(event) is e.ModelAudio:
            if len(event.pcm) < 2 or event.levels is not None:
                break
            if sound and event.sample_rate != sound[0].sample_rate:
                break
            sound.append(event)
        elif type(event) is e.ModelText:
            if event.written or not event.text:
                break
            text.append(event)
        else:
            break
        at = waiting.popleft()[0]
    return at, sound, text


def _one_sound(pieces: list[e.ModelAudio]) -> e.ModelAudio:
    if len(pieces) == 1:
        return pieces[0]
    pcm = b"".join([piece.pcm for piece in pieces])
    return e.ModelAudio(pcm=pcm, sample_rate=pieces[0].sample_rate)


def _one_text(pieces: list[e.ModelText]) -> e.ModelText:
    if len(pieces) == 1:
        return pieces[0]
    return e.ModelText(
        text="".join([piece.text for piece in pieces]),
        words=tuple(word for piece in pieces for word in piece.words),
        language=next((piece.language for piece in reversed(pieces) if piece.language), ""),
    )
