"""Pieces of a reply that are missing, or that came twice.

Knows the texts and the sound of replies as they came. Must not know what anybody did about them.
"""

from __future__ import annotations

from collections.abc import Iterator

from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.record.explaining.call import Call
from gemini_live_interrupt.record.explaining.ears import Microphone
from gemini_live_interrupt.record.explaining.finding import Finding, clock, quoted, seconds, some

_FASTEST = 24.0
"""Characters of a second of speech that nobody speaks: fast English has 20, other scripts less."""
_ENOUGH_TEXT, _ENOUGH_SOUND = 60, 1_000.0
"""Characters, and ms, of a reply whose rate can be told."""
_TWICE = 0.3
"""The share of words that repeat those right before, from which on that is no chance."""
_MANY, _LONGEST = 12, 8
"""Words that are many, and words of one piece."""


def sound_is_missing(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """There is more text than anybody could have said in the sound that came."""
    for reply in call.replies:
        text = words_of(reply.text)
        if not reply.generated or len(text) < _ENOUGH_TEXT or reply.ms < _ENOUGH_SOUND:
            continue
        rate = len(text) / reply.ms * 1000
        if rate > _FASTEST:
            yield Finding(
                name="sound is missing",
                weight=71.0,
                says=f"The reply that began at {clock(call, reply.t)} has {len(text)} characters of "
                f"text and only {seconds(reply.ms / 1000)} of sound. Nobody speaks {rate:.0f} "
                "characters in a second: part of the sound did not come.",
                lines=(reply.line, reply.last_line),
                do="Look for what drops messages between the service and the app. Where sound is "
                "missing, what was heard can only be told by proportion.",
                t=reply.t,
            )
            return


def pieces_twice(call: Call, microphone: Microphone) -> Iterator[Finding]:
    """The text of a reply comes twice, piece by piece."""
    for reply in call.replies:
        words = words_of(reply.text).split()
        again = _said_again(words)
        if len(words) >= _MANY and again > _TWICE * len(words):
            yield Finding(
                name="pieces twice",
                weight=84.0,
                says=f"The text of the reply that began at {clock(call, reply.t)} came twice, piece by "
                f"piece: {quoted(reply.text)}.",
                lines=some(reply.text_lines),
                do="Look whether two readers pass on the same messages. If the service sends them "
                "twice, connect again.",
                t=reply.t,
            )
            return


def _said_again(words: list[str]) -> int:
    """How many words repeat those right before them."""
    place = again = 0
    while place < len(words):
        for size in range(1, _LONGEST + 1):
            here, there = words[place : place + size], words[place + size : place + 2 * size]
            if here == there:
                again += size
                place += 2 * size
                break
        else:
            place += 1
    return again
